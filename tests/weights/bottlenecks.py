"""A small inverted bottleneck, as the landmark networks are made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from knuckle.values import ImageArray
from weights.graph import Array

CHANNELS = 40


def bottleneck(dead: int = 0, *, seed: int = 0) -> onnx.ModelProto:
    """A stem, an inverted bottleneck of 40 channels with a sum around it, and a head.

    dead: how many of the channels have no weights.
    """
    random = np.random.default_rng(seed)

    def weights(*shape: int) -> Array:
        return random.normal(0, 1 / np.sqrt(np.prod(shape[1:])), shape).astype(np.float32)

    values: dict[str, NDArray[Any]] = {
        "stem": weights(16, 3, 3, 3) / 255,
        "stem_bias": weights(16),
        "stem_depth": weights(16, 1, 3, 3),
        "stem_depth_bias": weights(16),
        "first": weights(16, 16, 1, 1),
        "first_bias": weights(16),
        "expand": weights(CHANNELS, 16, 1, 1) * random.uniform(0.1, 3, (CHANNELS, 1, 1, 1)),
        "expand_bias": weights(CHANNELS),
        "depth": weights(CHANNELS, 1, 3, 3),
        "depth_bias": 1 + weights(CHANNELS),
        "project": weights(16, CHANNELS, 1, 1),
        "project_bias": weights(16),
        "last": weights(16, 16, 1, 1),
        "last_bias": weights(16),
        "head": weights(63, 16),
        "head_bias": weights(63),
        "least": np.array(0, np.float32),
        "most": np.array(6, np.float32),
    }
    for name in ("expand", "depth"):
        values[name][:dead] = 0
    values["expand_bias"][:dead] = -1  # so that the relu6 behind it gives 0

    def conv(image: str, name: str, output: str, groups: int = 1) -> onnx.NodeProto:
        pads = [values[name].shape[2] // 2] * 4
        return helper.make_node(
            "Conv", [image, name, f"{name}_bias"], [output], group=groups, pads=pads
        )

    def relu6(value: str) -> onnx.NodeProto:
        return helper.make_node("Clip", [value, "least", "most"], [f"{value}6"])

    nodes = [
        helper.make_node("Cast", ["image"], ["pixels"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["pixels"], ["planes"], perm=[0, 3, 1, 2]),
        conv("planes", "stem", "a"),
        relu6("a"),
        conv("a6", "stem_depth", "b", 16),
        relu6("b"),
        conv("b6", "first", "stream"),
        conv("stream", "expand", "c"),
        relu6("c"),
        conv("c6", "depth", "d", CHANNELS),
        relu6("d"),
        conv("d6", "project", "branch"),
        helper.make_node("Add", ["stream", "branch"], ["sum"]),
        conv("sum", "last", "e"),
        helper.make_node("GlobalAveragePool", ["e"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["feature"]),
        helper.make_node("Gemm", ["feature", "head", "head_bias"], ["landmarks"], transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "bottleneck",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["batch", 12, 12, 3])],
        [helper.make_tensor_value_info("landmarks", TensorProto.FLOAT, ["batch", 63])],
        [numpy_helper.from_array(value.astype(np.float32), k) for k, value in values.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def images(count: int) -> list[ImageArray]:
    """Pictures for the small network, each as a batch of one."""
    random = np.random.default_rng(1)
    return [random.integers(0, 256, (1, 12, 12, 3), dtype=np.uint8) for _ in range(count)]


def landmarks(model: onnx.ModelProto, pictures: list[ImageArray]) -> Array:
    """The output of a model for pictures."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return np.concatenate([session.run(["landmarks"], {"image": p})[0] for p in pictures])
