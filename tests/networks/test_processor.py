"""What the processor can do is asked, not guessed."""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from knuckle.networks import openvino, processor

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc/cpuinfo")
on_x86 = pytest.mark.skipif(platform.machine() != "x86_64", reason="names x86's instructions")


def flags() -> set[str]:
    """What Linux says about the first core."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return set(next(line for line in lines if line.startswith(("flags", "Features"))).split())


class Runtime:
    """A runtime whose sums of four products are what a processor makes of them."""

    def __init__(self, total: int) -> None:
        self.total = total

    def InferenceSession(self, content: bytes, providers: list[str]) -> Runtime:  # noqa: N802
        """Itself."""
        return self

    def run(self, names: None, inputs: dict[str, Any]) -> list[Any]:
        """The same sum everywhere."""
        return [np.full((4, 16), self.total, np.int32)]


def test_the_byte_product_is_the_network_that_it_says() -> None:
    """Written out with onnx."""
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["a", "b"], ["c"])],
        "g",
        [
            helper.make_tensor_value_info("a", TensorProto.UINT8, ["n", 4]),
            helper.make_tensor_value_info("b", TensorProto.INT8, [4, "m"]),
        ],
        [helper.make_tensor_value_info("c", TensorProto.INT32, ["n", "m"])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)

    onnx.checker.check_model(model)
    assert onnx.load_from_string(processor.BYTE_PRODUCT) == model


@on_linux
@on_x86
def test_vnni_is_what_linux_says() -> None:
    """The answer of ONNX Runtime and the flags of the kernel are the same."""
    has_vnni = bool(flags() & {"avx512_vnni", "avx_vnni"})

    assert has_vnni == processor.sums_bytes_quickly(onnxruntime)


@on_linux
@on_x86
def test_bfloat16_is_what_linux_says() -> None:
    """OpenVINO and the flags of the kernel agree."""
    pytest.importorskip("openvino")
    has_bfloat16 = bool(flags() & {"avx512_bf16", "amx_bf16"})

    assert has_bfloat16 == ("BF16" in openvino.capabilities())


@pytest.mark.parametrize(
    ("features", "total", "is_quick"),
    [
        ({"AVX2": True}, 129540, True),  # AVX-512 VNNI or AVX-VNNI
        ({"AVX2": True}, 65534, False),  # what an Intel Haswell answers: 2 x 32767
        ({"AVX2": False}, 129540, False),  # SSE is exact, and slow
        ({"ASIMDDP": True}, 129540, True),
        ({"ASIMDDP": False}, 129540, False),
        ({}, 129540, False),  # a numpy that does not tell
    ],
)
def test_bytes_are_summed_by_vnni_or_not_at_all(
    features: dict[str, bool], total: int, is_quick: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exact sums alone do not make it quick, and an overflow is never accepted."""
    monkeypatch.setattr(processor, "features", lambda: features)

    assert is_quick == processor.sums_bytes_quickly(Runtime(total))


def test_numpy_tells_the_features() -> None:
    """The name in numpy that is read is private: this fails when it goes."""
    assert {"AVX2", "ASIMDDP"} <= set(processor.features())
