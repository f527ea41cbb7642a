"""The table of packet types: what programs put into packets, and what flows in graphs.

A packet of a program holds a message, a picture or a number. In a stream whose type is known, the
graph carries its own form of that: an array or a named tuple. Streams of an unknown type carry the
packet as it came, because no calculator looks at it.

Names are those that MediaPipe shows. Source: observed, 0.10.21
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from knuckle.graph import types
from knuckle.graph.contracts import PacketType

from . import converting
from .image import ImageFormat, ImageFrame, rgb_of
from .timestamp import Timestamp, timestamp_of

Convert = Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One type of packet.

    name: as MediaPipe shows it, such as "::std::vector<::mediapipe::Detection>".
    getter: the name in `packet_getter` behind "get_"; "" if programs cannot look into it.
    type: what a stream of a graph carries; None if graphs only pass it on.
    to_graph, from_graph: from what programs hold to what streams carry, and back.
    """

    name: str
    getter: str = ""
    type: PacketType | None = None
    to_graph: Convert = _same
    from_graph: Convert = _same

    def __reduce__(self) -> tuple[Any, ...]:
        return kind_named, (self.name,)


def _each(convert: Convert, gather: Callable[[Iterable[Any]], Any] = tuple) -> Convert:
    return lambda values: gather(map(convert, values))


def _image_frame(pixels: Any) -> ImageFrame:
    return ImageFrame.sharing(ImageFormat.SRGB, pixels)


def _vector(name: str) -> str:
    return f"::std::vector<{name}>"


def message_name(full_name: str) -> str:
    """The name of the type of packets that hold a message, "::mediapipe::Detection"."""
    return "::" + full_name.replace(".", "::")


_WHOLE = ("int", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")

_PLAIN = (
    Kind("bool", "bool", types.BOOL),
    *(
        Kind(name, "uint" if name.startswith("u") else "int", types.INT if name == "int" else None)
        for name in _WHOLE
    ),
    Kind("float", "float", types.FLOAT, from_graph=float),
    Kind("double", "float"),
    Kind("string", "str", types.STRING),
    Kind("int []"),
    Kind("float []"),
    Kind(_vector("bool"), "bool_list"),
    Kind(_vector("int"), "int_list"),
    Kind(_vector("float"), "float_list", types.FLOATS, tuple, _each(float, list)),
    Kind(_vector("std::string"), "str_list"),
    Kind(_vector("::mediapipe::Packet"), "packet_list"),
    Kind("::std::map<std::string,::mediapipe::Packet>", "str_to_packet_dict"),
    Kind("Eigen::Matrix<float, -1, -1, 0, -1, -1>", "matrix"),
    Kind("::mediapipe::Timestamp", "", types.TIMESTAMP, lambda time: time.value, timestamp_of),
    Kind("std::pair<int, int>", "", types.SIZE),
    Kind(
        "std::array<float, 4ul>",
        "float_list",
        types.LETTERBOX,
        from_graph=lambda letterbox: np.float32(letterbox.padding).tolist(),
    ),
)

_PICTURES = (
    Kind("::mediapipe::ImageFrame", "image_frame", types.IMAGE, rgb_of, _image_frame),
    Kind("::mediapipe::Image", "image", types.IMAGE, rgb_of, _image_frame),
    Kind(_vector("::mediapipe::Image"), "image_list"),
)


class _Message(NamedTuple):
    """A message and its vector: what graphs carry for them, and how both are converted."""

    name: str
    one: PacketType
    many: PacketType
    to_graph: Convert
    from_graph: Convert


_CONVERTED = (
    _Message(
        "NormalizedLandmarkList",
        types.LANDMARKS,
        types.LANDMARKS_VECTOR,
        converting.points_of,
        converting.landmarks_message,
    ),
    _Message(
        "LandmarkList",
        types.WORLD_LANDMARKS,
        types.WORLD_LANDMARKS_VECTOR,
        converting.points_of,
        converting.world_landmarks_message,
    ),
    _Message(
        "ClassificationList",
        types.CLASSIFICATIONS,
        types.CLASSIFICATIONS_VECTOR,
        converting.classifications_of,
        converting.classifications_message,
    ),
    _Message(
        "NormalizedRect",
        types.RECT,
        types.RECTS,
        converting.roi_of,
        converting.rect_message,
    ),
)

# Messages of the packets that graphs only pass on.
_PASSED = (
    "Classification",
    "ClassificationListCollection",
    "DetectionList",
    "Landmark",
    "LandmarkListCollection",
    "NormalizedLandmark",
    "NormalizedLandmarkListCollection",
    "Rect",
)


def _message_kinds() -> Iterable[Kind]:
    for row in _CONVERTED:
        name = f"::mediapipe::{row.name}"
        yield Kind(name, "proto", row.one, row.to_graph, row.from_graph)
        to_graph, from_graph = _each(row.to_graph), _each(row.from_graph, list)
        yield Kind(_vector(name), "proto_list", row.many, to_graph, from_graph)
    name, palms = "::mediapipe::Detection", converting
    yield Kind(name, "proto", types.DETECTION, palms.detection_of, palms.detection_message)
    yield Kind(
        _vector(name), "proto_list", types.DETECTIONS, palms.detections_of, palms.detection_messages
    )
    for passed in _PASSED:
        yield Kind(f"::mediapipe::{passed}", "proto")
        yield Kind(_vector(f"::mediapipe::{passed}"), "proto_list")


KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (*_PLAIN, *_PICTURES, *_message_kinds())}
_OF_TYPE: dict[str, Kind] = {}
for _kind in KINDS.values():
    if _kind.type is not None:
        _OF_TYPE.setdefault(_kind.type.name, _kind)  # for pictures, that of ImageFrame


def kind_named(name: str) -> Kind:
    """The kind of packets with a name; without a row, one that programs cannot look into."""
    return KINDS.get(name) or Kind(name)


def kind_of_type(kind: PacketType) -> Kind:
    """What packets of a stream are for programs."""
    return _OF_TYPE.get(kind.name) or Kind(kind.name)


_OF_PYTHON = {bool: "bool", int: "int", float: "float", str: "string", Timestamp: "Timestamp"}


def kind_of_value(value: Any) -> Kind:
    """What a packet of a stream of an unknown type is for programs, by its value."""
    return kind_named(_OF_PYTHON.get(type(value), type(value).__name__))
