"""The OpenVINO engine, which runs the converted files on its CPU device."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from ..errors import CannotRunHere
from ..extras import import_extra
from ..values import FloatArray, ImageArray
from .engine import Engine, open_network
from .files import verified
from .local import PerProcess, PerThread
from .setup import Device, Precision, Setup
from .single import run_one_by_one

_TELEMETRY = "openvino_telemetry"
_HINTS = {"float32": "f32", "bfloat16": "bf16", "int8": "f32"}  # of what is not int8


def _import_openvino() -> Any:
    """OpenVINO without its telemetry, which would create an identity and report it when imported.

    OpenVINO works without its telemetry package. None in the package's place says that it is
    missing.
    """
    absent = object()
    telemetry = sys.modules.get(_TELEMETRY, absent)
    if telemetry is absent:
        sys.modules[_TELEMETRY] = None  # type: ignore[assignment]
    try:
        return import_extra("openvino", purpose="OpenVINO", extra="openvino")
    finally:
        if telemetry is absent:
            del sys.modules[_TELEMETRY]


def require(precision: Precision, device: Device) -> None:
    """Raise ExtraMissing without openvino, CannotRunHere on a processor without the precision."""
    _import_openvino()
    if precision == "int8":  # the same file, and so the same instruction
        import_module("knuckle.networks.onnxruntime").require(precision, device)
    if precision == "bfloat16" and "BF16" not in capabilities():
        raise CannotRunHere(
            "precision='bfloat16' needs a processor that computes in bfloat16 (AVX-512 BF16 or AMX "
            "on x86), and this one does not: use precision='float32'"
        )


def capabilities() -> list[str]:
    """What OpenVINO says that this processor can do."""
    return list(_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"))


@cache
def _open_core() -> PerProcess[Any]:
    return PerProcess(_import_openvino().Core)


def _core() -> Any:
    """OpenVINO's core, one for each process.

    It is never closed. OpenVINO gives the thread that uses it another stack for signals and, when
    the last core goes, frees that stack without taking it back: the next Ctrl-C would crash.
    """
    return _open_core().get()


class OpenVinoEngine:
    """A compiled network with an inference request for each calling thread."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.spec = setup.spec
        self._compiled: PerProcess[Any] = PerProcess(self._compile)
        self._requests: PerThread[Any] = PerThread(
            lambda: self._compiled.get().create_infer_request()
        )

    def _compile(self) -> Any:
        """The network for one picture at a time: OpenVINO is slower where the batch is free."""
        core = _core()
        model = core.read_model(str(verified(self.setup.file)))
        side = self.spec.input_size
        model.reshape([1, side, side, 3])
        if self.setup.precision == "bfloat16":
            _keep_heads_in_float32(model)
        # Say float32, because on some processors OpenVINO would choose bfloat16 by itself. No
        # pinning, because every process would pin its thread to the same core.
        settings = {
            "ENABLE_CPU_PINNING": False,
            "INFERENCE_NUM_THREADS": self.setup.threads,
            "INFERENCE_PRECISION_HINT": _HINTS[self.setup.precision],
            "PERFORMANCE_HINT": "LATENCY",
        }
        return core.compile_model(model, "CPU", settings)

    def __reduce__(self) -> tuple[Callable[..., Engine], tuple[Setup]]:
        return open_network, (self.setup,)

    def __call__(self, images: ImageArray) -> dict[str, FloatArray]:
        """Outputs by name for RGB images (batch, input_size, input_size, 3)."""
        return run_one_by_one(self.spec, images, self._run)

    def _run(self, image: ImageArray) -> list[FloatArray]:
        request = self._requests.get()
        request.infer([image])
        # Copy, because the request writes its next answer into the same memory.
        return [np.array(tensor.data) for tensor in request.output_tensors]


def _keep_heads_in_float32(model: Any) -> None:
    """Write each product of matrices as products of numbers and their sum.

    OpenVINO computes products of matrices and convolutions in bfloat16, which has 8 bits, and the
    rest in float32. The only products of matrices are the last layers of the hand network. In
    bfloat16 they would give landmarks in steps of half a pixel and a pixel.
    """
    from openvino import opset13 as op  # the module is there: `require` has imported it

    for node in model.get_ordered_ops():
        if node.get_type_name() != "MatMul":
            continue
        features, weights = node.input_value(0), node.input_value(1)  # (1, n), (n, m) or (m, n)
        if not node.get_attributes()["transpose_b"]:
            weights = op.transpose(weights, np.array([1, 0])).output(0)
        products = op.multiply(features, weights)  # (m, n)
        sums = op.unsqueeze(op.reduce_sum(products, np.array([1]), False), np.array([0]))
        for target in node.output(0).get_target_inputs():
            target.replace_source_output(sums.output(0))
    model.validate_nodes_and_infer_types()


def load(setup: Setup) -> OpenVinoEngine:
    """Open a network."""
    return OpenVinoEngine(setup)
