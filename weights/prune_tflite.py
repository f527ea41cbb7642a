"""Removes channels that hold a constant from a TensorFlow Lite network, for the browser.

`prune.py` says which channels those are, and does the same for ONNX. Here the file is changed in
place: shapes and lengths become smaller, and zeros fill the rest, which costs nothing where files
are compressed. So nothing needs to write the format, and all that is not pruned stays as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import tflite
from numpy.typing import NDArray

from .graph import Array
from .prune import MOST, dead_channels

_BUFFER_DATA = 4  # fields, as offsets in their tables
_TENSOR_SHAPE = 4
_KINDS = {code: name for name, code in vars(tflite.BuiltinOperator).items() if type(code) is int}


@dataclass(frozen=True)
class _Operator:
    kind: str
    inputs: tuple[int, ...]  # tensors
    output: int
    has_relu6: bool


class _Network:
    """A network in a buffer that can be written to."""

    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)
        self._model = tflite.Model.GetRootAsModel(self.data, 0)
        self._graph = self._model.Subgraphs(0)
        self.operators = [self._operator(i) for i in range(self._graph.OperatorsLength())]
        self._halves = {o.output: o.inputs[0] for o in self.operators if o.kind == "DEQUANTIZE"}

    def _operator(self, index: int) -> _Operator:
        source = self._graph.Operators(index)
        code = self._model.OperatorCodes(source.OpcodeIndex())
        kind = _KINDS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        table, activation = source.BuiltinOptions(), None
        if kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            options = (
                tflite.Conv2DOptions() if kind == "CONV_2D" else tflite.DepthwiseConv2DOptions()
            )
            options.Init(table.Bytes, table.Pos)
            activation = options.FusedActivationFunction()
        inputs = tuple(source.InputsAsNumpy().tolist())
        is_relu6 = activation == tflite.ActivationFunctionType.RELU6
        return _Operator(kind, inputs, int(source.OutputsAsNumpy()[0]), is_relu6)

    def constant(self, tensor: int) -> Array:
        """The numbers of a constant, stored as float16, as float32."""
        stored = self._graph.Tensors(self._halves[tensor])
        data = self._model.Buffers(stored.Buffer()).DataAsNumpy()
        return np.asarray(data.view(np.float16).reshape(stored.ShapeAsNumpy()), np.float32)

    def set_constant(self, tensor: int, values: Array) -> None:
        """Put other numbers in the place of a constant, not more than it had."""
        half = self._halves[tensor]
        stored = self._graph.Tensors(half)
        table = self._model.Buffers(stored.Buffer())._tab
        start = table.Vector(table.Offset(_BUFFER_DATA))
        length = table.VectorLen(table.Offset(_BUFFER_DATA))
        new = values.astype(np.float16).tobytes()
        assert len(new) <= length
        self.data[start : start + length] = new.ljust(length, b"\0")
        self.data[start - 4 : start] = len(new).to_bytes(4, "little")
        for index in (half, tensor):
            self.set_shape(index, values.shape)

    def set_channels(self, tensor: int, count: int) -> None:
        """Change the last number of a shape."""
        shape = self._graph.Tensors(tensor).ShapeAsNumpy().tolist()
        self.set_shape(tensor, (*shape[:-1], count))

    def set_shape(self, tensor: int, shape: tuple[int, ...]) -> None:
        """Change a shape, but not its number of axes."""
        table = self._graph.Tensors(tensor)._tab
        start = table.Vector(table.Offset(_TENSOR_SHAPE))
        numbers = np.asarray(shape, np.int32).tobytes()
        self.data[start : start + len(numbers)] = numbers


@dataclass(frozen=True)
class _Bottleneck:
    """A 1x1 convolution, a depthwise one, perhaps a mean, and what reads the result."""

    expand: _Operator
    depthwise: _Operator
    means: tuple[_Operator, ...]
    readers: tuple[_Operator, ...]  # one 1x1 convolution, or fully connected layers


def pruned_tflite(data: bytes) -> bytes:
    """The network without the channels whose values never change; of the same length."""
    network = _Network(data)
    for bottleneck in list(_bottlenecks(network.operators)):
        kernel, bias = bottleneck.expand.inputs[1:]
        depthwise = np.moveaxis(network.constant(bottleneck.depthwise.inputs[1]), -1, 0)
        dead = dead_channels(network.constant(kernel), network.constant(bias), depthwise)
        if dead.any():
            _remove(network, bottleneck, dead)
    return bytes(network.data)


def _bottlenecks(operators: list[_Operator]) -> Iterator[_Bottleneck]:
    read_by: dict[int, list[_Operator]] = defaultdict(list)
    for operator in operators:
        for tensor in operator.inputs:
            read_by[tensor].append(operator)
    for expand in operators:
        after = read_by[expand.output]
        if not (expand.kind == "CONV_2D" and expand.has_relu6 and len(after) == 1):
            continue
        [depthwise] = after
        if not (depthwise.kind == "DEPTHWISE_CONV_2D" and depthwise.has_relu6):
            continue
        after = read_by[depthwise.output]
        means: tuple[_Operator, ...] = ()
        if [o.kind for o in after] == ["MEAN"]:
            means = (after[0],)
            after = read_by[after[0].output]
        if {o.kind for o in after} in ({"CONV_2D"}, {"FULLY_CONNECTED"}):
            yield _Bottleneck(expand, depthwise, means, tuple(after))


def _remove(network: _Network, b: _Bottleneck, dead: NDArray[np.bool_]) -> None:
    """Remove the dead channels of a bottleneck."""
    constant = np.clip(network.constant(b.depthwise.inputs[2]), 0, MOST)[dead].astype(np.float64)
    for tensor in b.expand.inputs[1:]:
        network.set_constant(tensor, network.constant(tensor)[~dead])
    for tensor in b.depthwise.inputs[1:]:
        network.set_constant(tensor, network.constant(tensor)[..., ~dead])
    for operator in (b.expand, b.depthwise, *b.means):
        network.set_channels(operator.output, int((~dead).sum()))
    for reader in b.readers:
        kernel, bias = reader.inputs[1:]
        weights = network.constant(kernel)
        added = weights[..., dead].reshape(len(weights), -1) @ constant
        network.set_constant(bias, (network.constant(bias) + added).astype(np.float32))
        network.set_constant(kernel, weights[..., ~dead])
