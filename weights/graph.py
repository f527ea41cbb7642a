"""Reads and edits ONNX graphs whose constants are initializers.

Every pass of the build takes a model and returns another; none changes what it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[np.float32]


def constants(model: onnx.ModelProto) -> dict[str, Array]:
    """The constants of a model, by name."""
    return {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}


def copied(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy that shares nothing with the model."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    return copy


def copied_node(node: onnx.NodeProto) -> onnx.NodeProto:
    """A copy of a node."""
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    return copy


def set_constants(model: onnx.ModelProto, values: Mapping[str, NDArray[np.generic]]) -> None:
    """Replace or add constants, and drop those that no node uses."""
    kept = {i.name: i for i in model.graph.initializer}
    # Not ascontiguousarray: it would make a scalar a vector of one.
    kept |= {
        name: numpy_helper.from_array(np.asarray(value, order="C"), name)
        for name, value in values.items()
    }
    used = {name for node in model.graph.node for name in node.input}
    del model.graph.initializer[:]
    model.graph.initializer.extend(i for name, i in kept.items() if name in used)


def set_nodes(model: onnx.ModelProto, nodes: Iterable[onnx.NodeProto]) -> None:
    """Replace the nodes. The shapes between them are inferred anew when needed."""
    nodes = list(nodes)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    model.graph.ClearField("value_info")


def consumers(model: onnx.ModelProto) -> dict[str, list[onnx.NodeProto]]:
    """The nodes that read each tensor."""
    found: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        for name in node.input:
            found.setdefault(name, []).append(node)
    return found


def producers(model: onnx.ModelProto) -> dict[str, onnx.NodeProto]:
    """The node that makes each tensor."""
    return {name: node for node in model.graph.node for name in node.output}


def is_depthwise(conv: onnx.NodeProto) -> bool:
    """Whether each output channel of a convolution reads one input channel only."""
    return groups(conv) > 1


def groups(conv: onnx.NodeProto) -> int:
    """The number of groups of a convolution."""
    return next((a.i for a in conv.attribute if a.name == "group"), 1)


def set_groups(conv: onnx.NodeProto, count: int) -> None:
    """Change the number of groups of a depthwise convolution."""
    for attribute in conv.attribute:
        if attribute.name == "group":
            attribute.i = count


def only(nodes: Iterable[onnx.NodeProto], operator: str) -> onnx.NodeProto | None:
    """The node, if there is exactly one and it is that operator."""
    nodes = list(nodes)
    return nodes[0] if len(nodes) == 1 and nodes[0].op_type == operator else None


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same numbers in half of the space: float32 constants that float16 holds exactly.

    A Cast makes each one float32 again when the model is opened.
    """
    model = copied(model)
    casts, values = [], {}
    for name, value in constants(model).items():
        small = value.astype(np.float16) if value.dtype == np.float32 and value.ndim else value
        if small.dtype == np.float16 and np.array_equal(small.astype(np.float32), value):
            values[f"{name}_half"] = small
            casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
    set_nodes(model, [*casts, *model.graph.node])
    kept = [i for i in model.graph.initializer if f"{i.name}_half" not in values]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    set_constants(model, values)
    return model
