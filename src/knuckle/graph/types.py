"""The table of packet types: MediaPipe's name, and what the value is in Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..networks.models import ModelSpec
from ..pictures.detector import Detector
from ..render.annotations import RenderData
from ..streams.identity import Identities, Moment, Tracks
from ..streams.search import SearchState
from ..streams.step import Search
from ..values import Candidate, Detections, Hand, Roi
from .contracts import ANY, PacketType


@dataclass(frozen=True, slots=True)
class Classification:
    """One answer of a classifier.

    index: of the label. score: 0 to 1. label: in words, "" if there is none.
    """

    index: int
    score: float
    label: str = ""


class Letterbox(NamedTuple):
    """The part of a picture that a tensor shows, with what lies outside the picture.

    roi: normalised image frame of the picture.
    within: the region that was asked for, normalised image frame; the tensor shows it and the
        padding around it.
    """

    roi: Roi
    within: Roi

    @property
    def padding(self) -> tuple[float, float, float, float]:
        """What was added left, top, right and below, as shares of the tensor's sides."""
        x = (1 - self.within.width / self.roi.width) / 2
        y = (1 - self.within.height / self.roi.height) / 2
        return x, y, x, y


class VideoHeader(NamedTuple):
    """What is known of a video before its first picture.

    width, height: pixels. frame_rate: pictures per second. duration: seconds; 0 if it is not known.
    """

    width: int
    height: int
    frame_rate: float
    duration: float = 0.0


@dataclass(frozen=True, slots=True)
class Resolver:
    """Where the operations of a network run.

    is_for_gpu: what the graph asks for; it changes nothing here.
    """

    is_for_gpu: bool = False


def _is_image(value: Any) -> bool:
    return (
        isinstance(value, np.ndarray)
        and value.ndim == 3
        and value.shape[2] == 3
        and value.dtype == np.uint8
    )


def _is_points(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim == 2 and value.shape[1] == 3


def _tuple_of(holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, (tuple, list)) and all(map(holds, value))


def _of(*kinds: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kinds)


_is_roi = _of(Roi)
_is_classification = _of(Classification)
_is_render_data = _of(RenderData)

IMAGE = PacketType("ImageFrame", _is_image, "RGB uint8 array (height, width, 3)")
DETECTIONS = PacketType("std::vector<Detection>", _of(Detections), "Detections")
DETECTION = PacketType("Detection", _of(Detections), "Detections of length 1")
RECT = PacketType("NormalizedRect", _is_roi, "Roi")
RECTS = PacketType("std::vector<NormalizedRect>", _tuple_of(_is_roi), "tuple of Rois")
LANDMARKS = PacketType("NormalizedLandmarkList", _is_points, "float32 array (n, 3)")
LANDMARKS_VECTOR = PacketType(
    "std::vector<NormalizedLandmarkList>", _tuple_of(_is_points), "tuple of arrays (n, 3)"
)
WORLD_LANDMARKS = PacketType("LandmarkList", _is_points, "float32 array (n, 3), metres")
WORLD_LANDMARKS_VECTOR = PacketType(
    "std::vector<LandmarkList>", _tuple_of(_is_points), "tuple of arrays (n, 3), metres"
)
CLASSIFICATIONS = PacketType(
    "ClassificationList", _tuple_of(_is_classification), "tuple of Classifications"
)
CLASSIFICATIONS_VECTOR = PacketType(
    "std::vector<ClassificationList>",
    _tuple_of(_tuple_of(_is_classification)),
    "tuple of tuples of Classifications",
)
PIXEL_RECT = PacketType("Rect", _is_roi, "Roi, pixels")
PIXEL_RECTS = PacketType("std::vector<Rect>", _tuple_of(_is_roi), "tuple of Rois, pixels")
RENDER_DATA = PacketType("RenderData", _is_render_data, "RenderData")
RENDER_DATA_VECTOR = PacketType(
    "std::vector<RenderData>", _tuple_of(_is_render_data), "tuple of RenderData"
)
VIDEO_HEADER = PacketType("VideoHeader", _of(VideoHeader), "VideoHeader")
ANCHORS = PacketType(
    "std::vector<Anchor>",
    lambda value: isinstance(value, np.ndarray) and value.ndim == 2 and value.shape[1] == 2,
    "float32 array (n, 2), the centres as fractions of the input",
)
MODEL = PacketType("TfLiteModelPtr", _of(ModelSpec), "ModelSpec")
RESOLVER = PacketType("tflite::OpResolver", _of(Resolver), "Resolver")
TENSORS = PacketType("std::vector<Tensor>", _tuple_of(_of(np.ndarray)), "tuple of arrays")
LETTERBOX = PacketType("std::array<float, 4>", _of(Letterbox), "Letterbox")
SIZE = PacketType(
    "std::pair<int, int>",
    lambda value: isinstance(value, tuple) and len(value) == 2 and all(map(_of(int), value)),
    "(width, height)",
)
BOOL = PacketType("bool", _of(bool), "bool")
INT = PacketType("int", lambda value: isinstance(value, int) and not isinstance(value, bool), "int")
FLOAT = PacketType("float", _of(float, int, np.floating), "float")
FLOATS = PacketType("std::vector<float>", _tuple_of(_of(float, np.floating)), "tuple of floats")
INTS = PacketType("std::vector<int>", _tuple_of(_of(int)), "tuple of ints")
STRING = PacketType("std::string", _of(str, bytes), "str or bytes")
STRINGS = PacketType("std::vector<std::string>", _tuple_of(_of(str)), "tuple of str")
TIMESTAMP = PacketType("Timestamp", _of(int), "int, microseconds")

# Knuckle's own. They flow between the nodes of its tracker, `calculators/tracking.py`.
HANDS = PacketType("knuckle.Hands", _tuple_of(_of(Hand)), "tuple of knuckle.Hands")
CANDIDATES = PacketType("knuckle.Candidates", _tuple_of(_of(Candidate)), "tuple of Candidates")
TRACKS = PacketType("knuckle.Tracks", _of(Tracks), "Tracks")
IDENTITIES = PacketType("knuckle.Identities", _of(Identities), "Identities")
MOMENT = PacketType("knuckle.Moment", _of(Moment), "Moment")
SEARCH = PacketType("knuckle.Search", _of(Search), "Search")
SEARCHES = PacketType("knuckle.SearchState", _of(SearchState), "SearchState")
DETECTOR = PacketType("knuckle.Detector", _of(Detector), "the pictures.Detector of a tracker")

__all__ = [
    "ANCHORS",
    "ANY",
    "BOOL",
    "CANDIDATES",
    "CLASSIFICATIONS",
    "CLASSIFICATIONS_VECTOR",
    "DETECTION",
    "DETECTIONS",
    "DETECTOR",
    "FLOAT",
    "FLOATS",
    "HANDS",
    "IDENTITIES",
    "IMAGE",
    "INT",
    "INTS",
    "LANDMARKS",
    "LANDMARKS_VECTOR",
    "LETTERBOX",
    "MODEL",
    "MOMENT",
    "PIXEL_RECT",
    "PIXEL_RECTS",
    "RECT",
    "RECTS",
    "RENDER_DATA",
    "RENDER_DATA_VECTOR",
    "RESOLVER",
    "SEARCH",
    "SEARCHES",
    "SIZE",
    "STRING",
    "STRINGS",
    "TENSORS",
    "TIMESTAMP",
    "TRACKS",
    "VIDEO_HEADER",
    "WORLD_LANDMARKS",
    "WORLD_LANDMARKS_VECTOR",
    "Classification",
    "Letterbox",
    "PacketType",
    "RenderData",
    "Resolver",
    "VideoHeader",
]
