"""`mediapipe.python.solution_base`: a graph behind one call for each picture.

class Palms(SolutionBase):
    def __init__(self):
        super().__init__(
            binary_graph_path="mediapipe/modules/hand_landmark/hand_landmark_tracking_cpu.binarypb",
            side_inputs={"num_hands": 2},
            outputs=["palm_detections"],
        )
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import Enum
from typing import Any

from knuckle.closing import Closing
from knuckle.errors import GraphError
from knuckle.graph.checking.stream_types import Wire
from knuckle.graph.config import node_names
from knuckle.graph.options.addressing import with_options
from knuckle.graph.texts.reading import graph_from_message
from knuckle.graph.texts.writing import message_of
from knuckle.messages.tables import json_format

from . import packet_creator, packet_getter
from .errors import failed
from .graph import CalculatorGraph
from .graph_files import Checked, ValidatedGraphConfig, graph_from, ready
from .image import ImageFormat, checked_pixels
from .packet_types import KINDS
from .packets import Packet

FRAME_US = 33_333  # between pictures, as of 30 each second

_PICTURES = ("image", "image_frame")
_USE_PREVIOUS = "use_prev_landmarks"
_OLD_CHOICE = "ConstantSidePacketCalculator.packet"


class PacketDataType(Enum):
    """What a stream or side packet holds for programs."""

    STRING = "string"
    BOOL = "bool"
    BOOL_LIST = "bool_list"
    INT = "int"
    INT_LIST = "int_list"
    FLOAT = "float"
    FLOAT_LIST = "float_list"
    AUDIO = "matrix"
    IMAGE = "image"
    IMAGE_LIST = "image_list"
    IMAGE_FRAME = "image_frame"
    PROTO = "proto"
    PROTO_LIST = "proto_list"

    @staticmethod
    def from_registered_name(registered_name: str) -> PacketDataType:
        """The member for a type as `registered_stream_type_name` gives it.

        Raises KeyError for a type that programs cannot look into.
        """
        return NAME_TO_TYPE[registered_name]


_GETTERS = {member.value: member for member in PacketDataType} | {"str": PacketDataType.STRING}
NAME_TO_TYPE: Mapping[str, PacketDataType] = {
    kind.name: _GETTERS[kind.getter] for kind in KINDS.values() if kind.getter in _GETTERS
}
# The function of `packet_creator`, where it is not named as the member.
_CREATORS = {
    "bool_list": "bool_vector",
    "int_list": "int_vector",
    "float_list": "float_vector",
    "image_list": "image_vector",
}


class SolutionOutputs:
    """The result of `SolutionBase.process`: an attribute for each output, None without a packet."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        vars(self).update(values)

    @property
    def _fields(self) -> tuple[str, ...]:
        """The names of the outputs; MediaPipe's result is a NamedTuple."""
        return tuple(vars(self))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"there is no output {name!r}: name it in outputs=[...]")

    def __repr__(self) -> str:
        """One line, as upstream, instead of every landmark."""
        return "<class 'mediapipe.python.solution_base.SolutionOutputs'>"


class SolutionBase(Closing):
    """Runs a graph on pictures, one by one.

    binary_graph_path: a file with a graph. For a path of MediaPipe's own graphs, such as
        "mediapipe/modules/hand_landmark/hand_landmark_tracking_cpu.binarypb", knuckle's are taken.
    graph_config: the graph as a CalculatorGraphConfig, or as its text.
    calculator_params: values for options of nodes, by "NODE.option", such as
        "palmdetectioncpu__TensorsToDetectionsCalculator.min_score_thresh". None clears an option.
    graph_options: a message that is put into the graph's options.
    side_inputs: values of side packets, by name.
    outputs: streams to look at, also inside subgraphs; by default the graph's outputs.
    stream_type_hints: what streams hold whose type nothing in the graph says.
    exact: knuckle's own: match MediaPipe's numbers to 0.01 px instead of 0.1, as for `Hands`.

    Raises ValueError, TypeError, RuntimeError or FileNotFoundError for what does not fit.
    """

    def __init__(
        self,
        binary_graph_path: str | None = None,
        graph_config: Any = None,
        calculator_params: Mapping[str, Any] | None = None,
        graph_options: Any = None,
        side_inputs: Mapping[str, Any] | None = None,
        outputs: Iterable[str] | None = None,
        stream_type_hints: Mapping[str, PacketDataType] | None = None,
        *,
        exact: bool | None = None,
    ) -> None:
        if bool(binary_graph_path) == bool(graph_config):
            raise ValueError("give binary_graph_path or graph_config, and not both")
        graph = ready(
            graph_from(binary_graph_path=binary_graph_path or None, graph_config=graph_config)
        )
        params, sides = _as_since_0_8_9(graph, calculator_params or {}, side_inputs or {})
        self._hints = dict(stream_type_hints or {})
        names = list(outputs or ()) or [end.name for end in graph.config.outputs]
        self._input_stream_type_info = self._types(graph, (e.name for e in graph.config.inputs))
        self._output_stream_type_info = self._types(graph, (n.split(":")[-1] for n in names))
        self._side_input_type_info = self._types(graph, sides, is_side=True)
        graph = _with_params(graph, params)
        if graph_options is not None:
            graph = _with_graph_options(graph, graph_options)
        self._simulated_timestamp = 0
        self._graph_outputs: dict[str, Packet] = {}
        self._graph: CalculatorGraph | None = CalculatorGraph(
            validated_graph_config=ValidatedGraphConfig.of(graph), background=False, exact=exact
        )
        for name in self._output_stream_type_info:
            self._graph.observe_output_stream(name, self._graph_outputs.__setitem__, True)
        self._input_side_packets = {
            name: self._make_packet(self._side_input_type_info[name], value)
            for name, value in sides.items()
        }
        self._graph.start_run(self._input_side_packets)

    def _types(
        self, graph: Checked, names: Iterable[str], *, is_side: bool = False
    ) -> dict[str, PacketDataType]:
        return {name: self._type(graph, Wire(name, is_side)) for name in names}

    def _type(self, graph: Checked, wire: Wire) -> PacketDataType:
        if not wire.is_side and wire.name in self._hints:
            return self._hints[wire.name]
        name = graph.type_name(wire)
        if name not in NAME_TO_TYPE:
            raise RuntimeError(
                f'the {wire.kind} "{wire.name}" holds {name}, which has no form in Python'
            )
        return NAME_TO_TYPE[name]

    def process(self, input_data: Any) -> SolutionOutputs:
        """What the graph makes of a picture, or of what all its inputs get at the same time.

        input_data: RGB uint8 (height, width, 3) for a graph with one input; else values by the
            names of the inputs.
        Raises ValueError, TypeError, IndexError or AttributeError for bad input, as MediaPipe does,
        a ValueError when closed, and an error that is a RuntimeError if a node fails.
        """
        if self._graph is None:
            raise ValueError(f"this {type(self).__name__} is closed: make a new one")
        inputs = self._input_stream_type_info
        if not isinstance(input_data, Mapping):
            if len(inputs) != 1:
                raise ValueError(f"the graph has {len(inputs)} inputs: give a dict of their values")
            input_data = {next(iter(inputs)): input_data}
        if strange := [name for name in input_data if name not in inputs]:
            raise KeyError(f"the graph has no input {strange[0]!r}: it has {', '.join(inputs)}")
        packets = {name: self._input_packet(name, value) for name, value in input_data.items()}
        self._graph_outputs.clear()
        self._simulated_timestamp += FRAME_US
        for name, packet in packets.items():
            self._graph.add_packet_to_input_stream(name, packet.at(self._simulated_timestamp))
        self._graph.wait_until_idle()
        kinds = self._output_stream_type_info
        return SolutionOutputs(
            {
                name: self._get_packet_content(kind, self._graph_outputs.get(name, Packet()))
                for name, kind in kinds.items()
            }
        )

    def _input_packet(self, name: str, value: Any) -> Packet:
        kind = self._input_stream_type_info[name]
        if kind in (PacketDataType.AUDIO, PacketDataType.PROTO_LIST):
            raise NotImplementedError(f"the input {name!r} takes {kind.name}, which has no packets")
        return self._make_packet(kind, checked_pixels(value) if kind.value in _PICTURES else value)

    def close(self) -> None:
        """End the run. Closing it twice is fine."""
        if self._graph is not None:
            self._graph.close()
            self._graph = None

    def reset(self) -> None:
        """Start the graph anew, as if there had been no picture yet. If closed, do nothing."""
        if self._graph is not None:
            self._graph.close()
            self._graph.start_run(self._input_side_packets)

    def create_graph_options(self, options_message: Any, values: Any) -> Any:
        """Set fields of a message, and return it.

        values: by name, as a mapping or pairs; dots lead into fields that are messages. A list
            takes the place of several values.
        """
        for name, value in values.items() if hasattr(values, "items") else values:
            *path, last = name.split(".")
            message = options_message
            for part in path:
                message = getattr(message, part)
            field = getattr(message, last)
            if hasattr(field, "append"):
                del field[:]
                field.extend(value)
            elif hasattr(field, "CopyFrom"):
                field.CopyFrom(value)
            else:
                setattr(message, last, value)
        return options_message

    def _make_packet(self, packet_data_type: PacketDataType, data: Any) -> Packet:
        name = packet_data_type.value
        create = getattr(packet_creator, f"create_{_CREATORS.get(name, name)}")
        packet: Packet = (
            create(data, image_format=ImageFormat.SRGB) if name in _PICTURES else create(data)
        )
        return packet

    def _get_packet_content(self, packet_data_type: PacketDataType, output_packet: Packet) -> Any:
        if output_packet.is_empty():
            return None
        name = packet_data_type.value
        content = getattr(packet_getter, f"get_{'str' if name == 'string' else name}")(
            output_packet
        )
        return content.numpy_view() if name in _PICTURES else content


def _as_since_0_8_9(
    graph: Checked, params: Mapping[str, Any], sides: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Parameters and side packets for today's graph of a program that was written for an older one.

    Up to 0.8.8 the choice between pictures and a stream was an option inside the graph.
    """
    node, _, _ = _OLD_CHOICE.partition(".")
    has_node = node in node_names(graph.config)
    if _OLD_CHOICE not in params or has_node or not graph.has(Wire(_USE_PREVIOUS, is_side=True)):
        return params, sides
    rest = dict(params)
    (choice,) = rest.pop(_OLD_CHOICE)
    return rest, {_USE_PREVIOUS: choice.bool_value, **sides}


def _with_params(graph: Checked, params: Mapping[str, Any]) -> Checked:
    """The graph with other options of nodes. Raises ValueError for what does not exist."""
    try:
        config = with_options(
            graph.config, {address: _plain(value) for address, value in params.items()}
        )
    except GraphError as error:
        raise failed(error) from error
    return replace(graph, config=config)


def _plain(value: Any) -> Any:
    """The value of an option without messages: dicts in the place of them."""
    if hasattr(value, "DESCRIPTOR"):
        return json_format.MessageToDict(value, preserving_proto_field_name=True)
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value.item() if hasattr(value, "item") else value


def _with_graph_options(graph: Checked, options: Any) -> Checked:
    """The graph with one more message among its options, merged with one of the same type."""
    message = message_of(graph.config)
    for packed in message.graph_options:
        if packed.Is(options.DESCRIPTOR):
            merged = type(options)()
            packed.Unpack(merged)
            merged.MergeFrom(options)
            packed.Pack(merged)
            break
    else:
        message.graph_options.add().Pack(options)
    return replace(graph, config=graph_from_message(message))
