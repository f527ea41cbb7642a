"""Converts TensorFlow Lite networks to the ONNX that ONNX Runtime's CPU provider runs fastest.

It knows the operators that the four hand networks use and refuses all others. It differs from a
literal translation in three points (docs/decisions/0002-weights.md has the measurements):

- The input is uint8 (batch, height, width, 3); 1/255 scales the first convolution's kernel.
- PReLU(x) = x + (1 - a) relu(-x), written as two depthwise 1x1 convolutions, the first one fused
  with the relu and the second with the sum, and zero-padding of channels as a 1x1 convolution with
  an identity kernel: both stay in the blocked memory layout of the runtime, which a PRelu or a Pad
  node leaves.

Constants are float32, computed from the float16 numbers of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
import tflite
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8

_OPERATOR_NAMES = {
    code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)
}
_DTYPES = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
}


class ConversionError(Exception):
    """The file is not one of the networks this converter was written for."""


@dataclass(frozen=True)
class Operator:
    """One operator of the TensorFlow Lite graph; tensors are indices."""

    kind: str
    inputs: tuple[int, ...]
    output: int
    source: Any  # the flatbuffer object

    def options(self, kind: type) -> Any:
        """The operator's options, read as their flatbuffer type."""
        table = self.source.BuiltinOptions()
        options = kind()
        options.Init(table.Bytes, table.Pos)
        return options


@dataclass
class Translation:
    """The ONNX graph so far. Activations are (batch, channels, height, width) in it."""

    shapes: list[tuple[int, ...]]  # of every tensor, as in the file: (batch, height, width, ...)
    constants: dict[int, NDArray[Any]]  # tensor -> value, for tensors that have one
    values: dict[int, str] = field(default_factory=dict)  # tensor -> name of its ONNX value
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    initializers: list[onnx.TensorProto] = field(default_factory=list)
    scale_next_kernel: bool = True  # true until the first convolution has taken the 1/255

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Append a node and return the name of its output."""
        output = f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def store(self, array: NDArray[Any]) -> str:
        """Append a constant, as it is, and return its name."""
        name = f"constant_{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.asarray(array, order="C"), name))
        return name

    def weight(self, array: NDArray[Any]) -> str:
        """Append a constant as float32 and return its name."""
        return self.store(array.astype(np.float32))

    def number(self, value: float) -> str:
        """Append a float32 scalar."""
        return self.store(np.array(value, np.float32))


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros before and after one axis by TensorFlow's SAME rule; an odd one goes after."""
    steps = -(-size // stride)
    total = max((steps - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def _pads(
    padding: int, size: Sequence[int], kernel: Sequence[int], stride: Sequence[int]
) -> list[int]:
    """ONNX pads (top, left, bottom, right) for a TensorFlow Lite padding mode."""
    if padding != tflite.Padding.SAME:
        return [0, 0, 0, 0]
    top, bottom = same_padding(size[0], kernel[0], stride[0])
    left, right = same_padding(size[1], kernel[1], stride[1])
    return [top, left, bottom, right]


def _activate(graph: Translation, value: str, activation: int) -> str:
    kinds = tflite.ActivationFunctionType
    if activation == kinds.NONE:
        return value
    if activation == kinds.RELU:
        return graph.add("Relu", value)
    if activation == kinds.RELU6:
        return graph.add("Clip", value, graph.number(0), graph.number(6))
    raise ConversionError(f"fused activation {activation} is not supported")


def _convolution(graph: Translation, operator: Operator) -> str:
    depthwise = operator.kind == "DEPTHWISE_CONV_2D"
    options = operator.options(tflite.DepthwiseConv2DOptions if depthwise else tflite.Conv2DOptions)
    image, kernel_index, bias = operator.inputs
    stored = graph.constants[kernel_index]  # (out, h, w, in), or (1, h, w, out) for depthwise
    kernel = stored.transpose((3, 0, 1, 2) if depthwise else (0, 3, 1, 2)).astype(np.float32)
    stride = [options.StrideH(), options.StrideW()]
    if graph.scale_next_kernel:
        kernel = kernel * np.float32(1 / 255)
        graph.scale_next_kernel = False
    output = graph.add(
        "Conv",
        graph.values[image],
        graph.weight(kernel),
        graph.weight(graph.constants[bias]),
        kernel_shape=kernel.shape[2:],
        strides=stride,
        pads=_pads(options.Padding(), graph.shapes[image][1:3], kernel.shape[2:], stride),
        group=kernel.shape[0] if depthwise else 1,
    )
    return _activate(graph, output, options.FusedActivationFunction())


def _prelu(graph: Translation, operator: Operator) -> str:
    image, alpha = operator.inputs
    slopes = graph.constants[alpha].reshape(-1, 1, 1, 1).astype(np.float32)
    attributes = {"kernel_shape": [1, 1], "group": len(slopes)}
    value = graph.values[image]
    minus_one = graph.weight(np.full_like(slopes, -1))
    negative = graph.add("Relu", graph.add("Conv", value, minus_one, **attributes))
    rest = graph.weight(1 - slopes)
    return graph.add("Add", value, graph.add("Conv", negative, rest, **attributes))


def _channel_pad(graph: Translation, operator: Operator) -> str:
    image = operator.inputs[0]
    before, after = graph.shapes[image], graph.shapes[operator.output]
    if before[:3] != after[:3] or graph.constants[operator.inputs[1]][3, 0] != 0:
        raise ConversionError("only zero-padding after the last channel is supported")
    identity = np.eye(after[3], before[3])[:, :, None, None]
    return graph.add("Conv", graph.values[image], graph.weight(identity), kernel_shape=[1, 1])


def _max_pool(graph: Translation, operator: Operator) -> str:
    options = operator.options(tflite.Pool2DOptions)
    image = operator.inputs[0]
    kernel = [options.FilterHeight(), options.FilterWidth()]
    stride = [options.StrideH(), options.StrideW()]
    pads = _pads(options.Padding(), graph.shapes[image][1:3], kernel, stride)
    return graph.add("MaxPool", graph.values[image], kernel_shape=kernel, strides=stride, pads=pads)


def _resize(graph: Translation, operator: Operator) -> str:
    options = operator.options(tflite.ResizeBilinearOptions)
    if options.AlignCorners() or not options.HalfPixelCenters():
        raise ConversionError("only half-pixel bilinear resizing is supported")
    image = operator.inputs[0]
    before, after = graph.shapes[image], graph.shapes[operator.output]
    scales = np.array([1, 1, after[1] / before[1], after[2] / before[2]], np.float32)
    return graph.add("Resize", graph.values[image], "", graph.store(scales), mode="linear")


def _add(graph: Translation, operator: Operator) -> str:
    options = operator.options(tflite.AddOptions)
    total = graph.add("Add", *(graph.values[i] for i in operator.inputs))
    return _activate(graph, total, options.FusedActivationFunction())


def _reshape(graph: Translation, operator: Operator) -> str:
    rows = graph.add("Transpose", graph.values[operator.inputs[0]], perm=[0, 2, 3, 1])
    shape = np.array([0, -1, *graph.shapes[operator.output][2:]], np.int64)  # 0: batch unchanged
    return graph.add("Reshape", rows, graph.store(shape))


def _concatenation(graph: Translation, operator: Operator) -> str:
    axis = operator.options(tflite.ConcatenationOptions).Axis()
    return graph.add("Concat", *(graph.values[i] for i in operator.inputs), axis=axis)


def _mean(graph: Translation, operator: Operator) -> str:
    return graph.add("Flatten", graph.add("GlobalAveragePool", graph.values[operator.inputs[0]]))


def _fully_connected(graph: Translation, operator: Operator) -> str:
    options = operator.options(tflite.FullyConnectedOptions)
    features, kernel, bias = operator.inputs
    weights = (graph.weight(graph.constants[index]) for index in (kernel, bias))
    output = graph.add("Gemm", graph.values[features], *weights, transB=1)
    return _activate(graph, output, options.FusedActivationFunction())


def _logistic(graph: Translation, operator: Operator) -> str:
    return graph.add("Sigmoid", graph.values[operator.inputs[0]])


OPERATORS: dict[str, Callable[[Translation, Operator], str]] = {
    "ADD": _add,
    "CONCATENATION": _concatenation,
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _convolution,
    "FULLY_CONNECTED": _fully_connected,
    "LOGISTIC": _logistic,
    "MAX_POOL_2D": _max_pool,
    "MEAN": _mean,
    "PAD": _channel_pad,
    "PRELU": _prelu,
    "RESHAPE": _reshape,
    "RESIZE_BILINEAR": _resize,
}


def _read_constants(model: Any, graph: Any) -> dict[int, NDArray[Any]]:
    constants = {}
    for index in range(graph.TensorsLength()):
        tensor = graph.Tensors(index)
        buffer = model.Buffers(tensor.Buffer())
        if buffer.DataLength():
            shape = tensor.ShapeAsNumpy() if tensor.ShapeLength() else ()
            flat = np.frombuffer(buffer.DataAsNumpy().tobytes(), _DTYPES[tensor.Type()])
            constants[index] = flat.reshape(shape)
    return constants


def _read_operators(model: Any, graph: Any) -> list[Operator]:
    operators = []
    for index in range(graph.OperatorsLength()):
        operator = graph.Operators(index)
        code = model.OperatorCodes(operator.OpcodeIndex())
        # Files from before the extended operator set have only the deprecated field.
        kind = _OPERATOR_NAMES[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
        inputs = tuple(int(i) for i in operator.InputsAsNumpy())
        operators.append(Operator(kind, inputs, int(operator.Outputs(0)), operator))
    return operators


def onnx_from_tflite(data: bytes, outputs: Sequence[str]) -> onnx.ModelProto:
    """Convert a network to an ONNX model with a free batch size.

    data: the .tflite file.
    outputs: names for the output tensors, in the file's order.
    Raises ConversionError when the file uses something that the hand networks do not.
    """
    model = tflite.Model.GetRootAsModel(data, 0)
    source = model.Subgraphs(0)
    shapes = [
        tuple(int(n) for n in source.Tensors(i).ShapeAsNumpy())
        if source.Tensors(i).ShapeLength()
        else ()
        for i in range(source.TensorsLength())
    ]
    graph = Translation(shapes, _read_constants(model, source))
    image = source.Inputs(0)
    pixels = graph.add("Cast", "image", to=TensorProto.FLOAT)
    graph.values[image] = graph.add("Transpose", pixels, perm=[0, 3, 1, 2])
    for operator in _read_operators(model, source):
        if operator.kind == "DEQUANTIZE":  # of float16 storage; `weight` adds it again
            graph.constants[operator.output] = graph.constants[operator.inputs[0]]
        elif operator.kind in OPERATORS:
            graph.values[operator.output] = OPERATORS[operator.kind](graph, operator)
        else:
            raise ConversionError(f"operator {operator.kind} is not supported")
    if source.OutputsLength() != len(outputs):
        raise ConversionError(f"{source.OutputsLength()} outputs where {len(outputs)} are expected")
    declared = []
    for name, index in zip(outputs, source.OutputsAsNumpy(), strict=True):
        graph.nodes.append(helper.make_node("Identity", [graph.values[index]], [name]))
        shape = ["batch", *shapes[index][1:]]
        declared.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    taken = helper.make_tensor_value_info("image", TensorProto.UINT8, ["batch", *shapes[image][1:]])
    body = helper.make_graph(graph.nodes, "network", [taken], declared, graph.initializers)
    converted = helper.make_model(
        body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )
    onnx.checker.check_model(converted, full_check=True)
    return converted
