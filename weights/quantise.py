"""Makes the int8 form of a landmark network.

    equalise     channels get similar ranges, by factors that cancel out
    quantise     a convolution reads and returns 8-bit numbers, and has 8-bit weights
    correct      biases and the last layers take back what rounding shifts on average

Everything follows from the float32 network and its calibration. The first convolution, the
depthwise one after it, the last one, the sums of the residual stream and the fully connected
layers stay in float32: they take little time, and their rounding would cost the most accuracy.
docs/decisions/0018-int8.md has the figures.

Sources: cross-layer equalisation and bias correction, Nagel et al. 2019 (arXiv 1906.04721). New is
that the residual stream is equalised, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from .calibration import Calibration, CalibrationError, Ranges
from .graph import (
    Array,
    constants,
    consumers,
    copied,
    copied_node,
    is_depthwise,
    only,
    producers,
    set_constants,
    set_nodes,
)
from .prune import MOST

# Chosen on linto_boxes, sign_digits, wild and a clip; flat around these values.
HEADROOM = 0.9  # of relu6's range, which the largest calibration value of a channel takes
EXPANDED, PROJECTED, RESIDUAL = 1.0, 0.25, 0.75  # how far ranges are made equal: 0 not, 1 fully
MOST_FACTOR = 64.0  # for a channel behind relu6
MOST_RESIDUAL_FACTOR = 16.0  # for a channel of the residual stream, before the exponent
LEAST_PEAK = 1e-6  # of a channel that is not always zero
WEIGHT_STEPS = 127
STEPS = 255


def quantised(model: onnx.ModelProto, calibration: Calibration) -> onnx.ModelProto:
    """The int8 form of a pruned network. Raises CalibrationError when it is another network's."""
    names = set(producers(model))
    if not set(calibration.high) <= names:
        raise CalibrationError(
            "the calibration is of another conversion: run python -m studies.calibration --write"
        )
    equal, factors = equalised(model, calibration)
    ranges = calibration.scaled(factors)
    chosen = quantised_convolutions(equal)
    shifts = _rounding_shifts(equal, ranges.mean, chosen)
    return _corrected(_with_8_bits(equal, ranges, chosen, shifts), calibration.offsets)


def quantised_convolutions(model: onnx.ModelProto) -> frozenset[str]:
    """The outputs of the convolutions that become int8."""
    convs = [node.output[0] for node in model.graph.node if node.op_type == "Conv"]
    return frozenset(convs[2:-1])


def equalised(
    model: onnx.ModelProto, calibration: Calibration
) -> tuple[onnx.ModelProto, dict[str, Array]]:
    """The same network with similar ranges in all channels, and the factor of each tensor.

    Behind relu6 a larger factor could reach the limit of 6 where the network did not. HEADROOM
    keeps what calibration has seen away from it.
    """
    model = copied(model)
    values = constants(model)
    factors: dict[str, Array] = {}
    read_by = consumers(model)
    for conv in (node for node in model.graph.node if node.op_type == "Conv"):
        clip = only(read_by[conv.output[0]], "Clip")
        reader = only(read_by[clip.output[0]], "Conv") if clip else None
        if clip is None or reader is None:
            continue
        peak = calibration.peak[clip.output[0]]
        share = EXPANDED if is_depthwise(reader) else PROJECTED
        room = np.maximum(MOST * HEADROOM / np.maximum(peak, LEAST_PEAK), 1)
        factor = np.minimum(room**share, MOST_FACTOR).astype(np.float32)
        factor[peak < LEAST_PEAK] = 1
        _scale(values, [conv], [reader], factor)
        factors[clip.output[0]] = factor
    for stream in _streams(model):
        widest = np.max([calibration.widest(tensor) for tensor in stream.tensors], axis=0)
        room = np.minimum(widest.max() / np.maximum(widest, LEAST_PEAK), MOST_RESIDUAL_FACTOR)
        factor = (room**RESIDUAL).astype(np.float32)
        _scale(values, stream.writers, stream.readers, factor)
        factors |= dict.fromkeys(stream.tensors, factor)
    set_constants(model, values)
    return model, factors


def _scale(
    values: dict[str, Array],
    writers: Iterable[onnx.NodeProto],
    readers: Iterable[onnx.NodeProto],
    factor: Array,
) -> None:
    """Multiply the channels between some convolutions by a factor, which the readers undo."""
    for conv in writers:
        kernel, bias = conv.input[1:]
        values[kernel] = values[kernel] * factor[:, None, None, None]
        values[bias] = values[bias] * factor
    for conv in readers:
        kernel = conv.input[1]
        by_input = factor[:, None, None, None] if is_depthwise(conv) else factor[:, None, None]
        values[kernel] = values[kernel] / by_input


@dataclass(frozen=True)
class Stream:
    """Tensors that sums tie together, so that all must have the same factors."""

    tensors: frozenset[str]
    writers: tuple[onnx.NodeProto, ...]  # convolutions
    readers: tuple[onnx.NodeProto, ...]  # convolutions


def _streams(model: onnx.ModelProto) -> list[Stream]:
    """The residual streams that only 1x1 convolutions write and read."""
    read_by, made_by = consumers(model), producers(model)
    groups: list[set[str]] = []
    for node in model.graph.node:
        if node.op_type == "Add":
            tied = {*node.input, *node.output}
        elif node.op_type == "Conv" and not only(read_by[node.output[0]], "Clip"):
            tied = set(node.output)
        else:
            continue
        touched = [group for group in groups if group & tied]
        groups = [group for group in groups if not group & tied] + [tied.union(*touched)]
    streams = []
    for group in groups:
        tensors = sorted(group)
        writers = [made_by[t] for t in tensors if made_by[t].op_type != "Add"]
        readers = [r for t in tensors for r in read_by[t] if r.op_type != "Add"]
        if all(conv.op_type == "Conv" and not is_depthwise(conv) for conv in writers + readers):
            streams.append(Stream(frozenset(group), tuple(writers), tuple(readers)))
    return streams


def _weight_scales(kernel: Array) -> Array:
    """The step of each output channel's 8-bit weights; 1 for a channel without weights."""
    scales = np.abs(kernel).reshape(len(kernel), -1).max(axis=1) / np.float32(WEIGHT_STEPS)
    # Its bias is counted in these steps: far smaller ones would make it overflow.
    return np.where(scales > LEAST_PEAK / WEIGHT_STEPS, scales, 1).astype(np.float32)


def _rounded(kernel: Array, scales: Array) -> NDArray[np.int8]:
    """The weights as 8-bit numbers of steps."""
    return np.round(kernel / scales[:, None, None, None]).astype(np.int8)


def _rounding_shifts(
    model: onnx.ModelProto, mean: Mapping[str, Array], chosen: frozenset[str]
) -> dict[str, Array]:
    """What rounding the weights takes from each output channel on average, by output tensor."""
    values, shifts = constants(model), {}
    for conv in model.graph.node:
        if conv.output[0] in chosen:
            kernel = values[conv.input[1]]
            scales = _weight_scales(kernel)
            lost = kernel - _rounded(kernel, scales) * scales[:, None, None, None]
            read = mean[conv.input[0]]
            by_input = lost.sum((2, 3)) * (read[:, None] if is_depthwise(conv) else read)
            shifts[conv.output[0]] = by_input.sum(axis=1).astype(np.float32)
    return shifts


def _step(low: float, high: float) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """The scale and the zero point of 8-bit numbers that cover a range and 0."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / STEPS or 1.0
    return np.array(scale, np.float32), np.array(round(-low / scale), np.uint8)


@dataclass
class _Int8Graph:
    """The nodes and constants so far. Runtimes fuse what lies between a pair of nodes."""

    ranges: Ranges
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    values: dict[str, NDArray[Any]] = field(default_factory=dict)
    reads: dict[str, int] = field(default_factory=dict)  # how often each tensor was read as int8

    def read(self, tensor: str) -> str:
        """The tensor, rounded to 8 bits; each reader gets a DequantizeLinear of its own."""
        parts = [f"{tensor}_8bit", f"{tensor}_scale", f"{tensor}_zero"]
        if tensor not in self.reads:
            low, high = self.ranges.low[tensor].min(), self.ranges.high[tensor].max()
            self.values[parts[1]], self.values[parts[2]] = _step(float(low), float(high))
            self.nodes.append(helper.make_node("QuantizeLinear", [tensor, *parts[1:]], parts[:1]))
        self.reads[tensor] = self.reads.get(tensor, 0) + 1
        output = f"{tensor}_read_{self.reads[tensor]}"
        self.nodes.append(helper.make_node("DequantizeLinear", parts, [output]))
        return output

    def constant(self, name: str, steps: NDArray[np.generic], scales: Array) -> str:
        """A constant as whole numbers of steps, one size of step for each output channel."""
        parts = [f"{name}_steps", f"{name}_scales", f"{name}_zeros"]
        zeros = np.zeros(len(scales), steps.dtype)
        self.values |= dict(zip(parts, (steps, scales, zeros), strict=True))
        self.nodes.append(helper.make_node("DequantizeLinear", parts, [f"{name}_read"], axis=0))
        return f"{name}_read"

    def convolution(self, conv: onnx.NodeProto, kernel: Array, bias: Array, output: str) -> None:
        """A convolution that reads 8-bit numbers; so do those that read its output."""
        image = self.read(conv.input[0])
        scales = _weight_scales(kernel)
        sums = scales * self.values[f"{conv.input[0]}_scale"]
        inputs = [
            image,
            self.constant(conv.input[1], _rounded(kernel, scales), scales),
            self.constant(conv.input[2], np.round(bias / sums).astype(np.int32), sums),
        ]
        node = helper.make_node("Conv", inputs, [output])
        node.attribute.extend(conv.attribute)
        self.nodes.append(node)


def _with_8_bits(
    model: onnx.ModelProto,
    ranges: Ranges,
    chosen: frozenset[str],
    shifts: Mapping[str, Array],
) -> onnx.ModelProto:
    """The model with the chosen convolutions between QuantizeLinear and DequantizeLinear.

    A relu6 behind one goes: its range is that of the 8-bit numbers.
    """
    model = copied(model)
    values, read_by = constants(model), consumers(model)
    graph = _Int8Graph(ranges, values=dict(values))
    rounded, gone = set(), set()
    for node in model.graph.node:
        output = node.output[0]
        if output in gone:
            continue
        if output in chosen:
            if clip := only(read_by[output], "Clip"):
                output = clip.output[0]
                gone.add(output)
            kernel, bias = (values[name] for name in node.input[1:])
            graph.convolution(node, kernel, bias + shifts[node.output[0]], output)
            rounded.add(output)
        else:
            inputs = [graph.read(x) if x in rounded else x for x in node.input]
            same = copied_node(node)
            del same.input[:]
            same.input.extend(inputs)
            graph.nodes.append(same)
    set_nodes(model, graph.nodes)
    set_constants(model, graph.values)
    onnx.checker.check_model(model, full_check=True)
    return model


def _corrected(model: onnx.ModelProto, offsets: Mapping[str, Array]) -> onnx.ModelProto:
    """The model with what its outputs are off on average added to the biases of the last layers."""
    model = copied(model)
    values, made_by = constants(model), producers(model)
    for output, offset in offsets.items():
        layer = made_by[output]
        while layer.op_type != "Gemm":
            layer = made_by[layer.input[0]]
        values[layer.input[2]] = values[layer.input[2]] + offset
    set_constants(model, values)
    return model
