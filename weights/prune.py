"""Removes channels that hold a constant; what they add goes into the next bias.

Nearly half of the last stage of hand_landmark_full is such channels: upstream's training drove
their weights to zero. The outputs stay the same, but for the rounding of float32.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray

from .graph import (
    Array,
    constants,
    consumers,
    copied,
    is_depthwise,
    only,
    set_constants,
    set_groups,
)

BLOCK = 16  # channels: ONNX Runtime's convolutions take twice the time when they are not multiples
LEAST_WEIGHT = 1e-6  # all weights of a channel below it: upstream's zeros are not all exact
MOST = 6.0  # of relu6


@dataclass(frozen=True)
class Bottleneck:
    """A 1x1 convolution, relu6, a depthwise one, relu6, and what reads the result."""

    expand: onnx.NodeProto
    depthwise: onnx.NodeProto
    readers: tuple[onnx.NodeProto, ...]  # one 1x1 convolution, or fully connected layers


def pruned(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model without the channels whose values never change."""
    model = copied(model)
    values = constants(model)
    for bottleneck in list(_bottlenecks(model)):
        dead = _dead_channels(bottleneck, values)
        if dead.any():
            values |= _without(bottleneck, dead, values)
            set_groups(bottleneck.depthwise, int((~dead).sum()))
    set_constants(model, values)
    model.graph.ClearField("value_info")
    return model


def _bottlenecks(model: onnx.ModelProto) -> Iterator[Bottleneck]:
    read_by = consumers(model)
    for node in model.graph.node:
        if node.op_type != "Conv" or is_depthwise(node):
            continue
        clip = only(read_by[node.output[0]], "Clip")
        conv = only(read_by[clip.output[0]], "Conv") if clip else None
        clip = only(read_by[conv.output[0]], "Clip") if conv and is_depthwise(conv) else None
        if conv is None or clip is None:
            continue
        after = read_by[clip.output[0]]
        if only(after, "GlobalAveragePool"):
            [flat] = read_by[after[0].output[0]]
            yield Bottleneck(node, conv, tuple(read_by[flat.output[0]]))
        elif (reader := only(after, "Conv")) and not is_depthwise(reader):
            yield Bottleneck(node, conv, (reader,))


def _dead_channels(b: Bottleneck, values: Mapping[str, Array]) -> NDArray[np.bool_]:
    """Which channels are constant after the depthwise convolution."""
    return dead_channels(*(values[n] for n in (*b.expand.input[1:], b.depthwise.input[1])))


def dead_channels(expand: Array, biases: Array, depthwise: Array) -> NDArray[np.bool_]:
    """Which channels of a bottleneck can be removed: constant ones; some stay, to fill a block.

    expand, depthwise: kernels with the channel as the first axis. biases: of the expansion.
    """
    # A constant other than 0 would meet the zeros around the picture and change at the edges.
    is_zero = _has_no_weights(expand) & (np.clip(biases, 0, MOST) == 0)
    dead = is_zero | _has_no_weights(depthwise)
    alive = int((~dead).sum())
    dead[np.flatnonzero(dead)[: -alive % BLOCK]] = False
    return np.asarray(dead)


def _has_no_weights(kernel: Array) -> NDArray[np.bool_]:
    return np.asarray(np.abs(kernel).reshape(len(kernel), -1).max(axis=1) < LEAST_WEIGHT)


def _without(
    b: Bottleneck, dead: NDArray[np.bool_], values: Mapping[str, Array]
) -> dict[str, Array]:
    """The constants of a bottleneck without its dead channels."""
    constant = np.clip(values[b.depthwise.input[2]], 0, MOST)[dead]
    after = {
        name: values[name][~dead] for conv in (b.expand, b.depthwise) for name in conv.input[1:]
    }
    for reader in b.readers:
        kernel, bias = reader.input[1:]
        columns = values[kernel].reshape(len(values[kernel]), -1)[:, dead].astype(np.float64)
        after[bias] = (values[bias] + columns @ constant).astype(np.float32)
        after[kernel] = values[kernel][:, ~dead]
    return after
