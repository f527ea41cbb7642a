"""The `drawing_utils` of both interfaces: hands drawn in place on BGR arrays, without OpenCV.

They draw results of the legacy interface and of the Tasks API.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from knuckle.render.shapes import Colour as Colour

from .drawing import (
    BLACK_COLOR,
    BLUE_COLOR,
    GREEN_COLOR,
    LEAST_PRESENCE,
    LEAST_VISIBILITY,
    RED_COLOR,
    WHITE_COLOR,
    Dot,
    DotStyle,
    DrawingSpec,
    LineStyle,
    Pair,
    checked_image,
    draw_axes,
    draw_box,
    draw_dots,
    pixel_of,
    plot_dots,
)
from .formats import detection_pb2 as detection_pb2
from .formats import landmark_pb2 as landmark_pb2
from .formats import location_data_pb2

__all__ = [
    "BLACK_COLOR",
    "BLUE_COLOR",
    "GREEN_COLOR",
    "RED_COLOR",
    "WHITE_COLOR",
    "DrawingSpec",
    "draw_axis",
    "draw_detection",
    "draw_landmarks",
    "plot_landmarks",
]

_Points = list[tuple[float, float]]  # shares of the picture
_Box = tuple[float, float, float, float]  # x, y, width, height: shares of the picture

_RED_DOTS = DrawingSpec(color=RED_COLOR)
_WHITE_LINES = DrawingSpec()

# Private upstream, but programs use them. The first: (x, y, width, height) -> pixel or None.
_normalized_to_pixel_coordinates = pixel_of
_VISIBILITY_THRESHOLD = LEAST_VISIBILITY
_PRESENCE_THRESHOLD = LEAST_PRESENCE
_BGR_CHANNELS = 3


def _normalize_color(color: Iterable[float]) -> tuple[float, ...]:
    """Convert a colour from 0 to 255 to one from 0 to 1."""
    return tuple(value / 255 for value in color)


def draw_landmarks(
    image: Any,
    landmark_list: Any,
    connections: Iterable[Any] | None = None,
    landmark_drawing_spec: DotStyle | None = _RED_DOTS,
    connection_drawing_spec: LineStyle = _WHITE_LINES,
    is_drawing_landmarks: bool = True,
) -> None:
    """Draw landmarks, and lines between them, in place.

    image: BGR (height, width, 3).
    landmark_list: a NormalizedLandmarkList of knuckle or of MediaPipe, or a hand's list of
            NormalizedLandmark; None draws nothing. Points outside the picture, or with a visibility
            or presence below 0.5, are left out.
    connections: pairs of landmarks, or those of HandLandmarksConnections.
    landmark_drawing_spec: one style for all landmarks, or one for each; None draws only lines.
    connection_drawing_spec: one style for all lines, or one for each pair of landmarks.

    Raises ValueError for an image of another shape or a connection to a missing landmark.
    """
    if not landmark_list:
        return
    draw_dots(
        image,
        dots_of(landmark_list),
        pairs_of(connections),
        landmark_drawing_spec,
        connection_drawing_spec,
        is_drawing_landmarks,
    )


def draw_detection(
    image: Any,
    detection: Any,
    keypoint_drawing_spec: DrawingSpec = _RED_DOTS,
    bbox_drawing_spec: DrawingSpec = _WHITE_LINES,
) -> None:
    """Draw the box and key points of either interface's Detection in place on a BGR array.

    Raises ValueError for an image of another shape or a detection without a relative box.
    """
    height, width = checked_image(image).shape[:2]
    keypoints, box = (
        _legacy_detection(detection.location_data)
        if hasattr(detection, "location_data")
        else _tasks_detection(detection, width, height)
    )
    draw_box(image, keypoints, box, keypoint_drawing_spec, bbox_drawing_spec)


def _legacy_detection(location: Any) -> tuple[_Points, _Box]:
    if location.format != location_data_pb2.LocationData.RELATIVE_BOUNDING_BOX:
        raise ValueError("detection must have a relative bounding box: shares of the picture")
    box = location.relative_bounding_box
    points = [(point.x, point.y) for point in location.relative_keypoints]
    return points, (box.xmin, box.ymin, box.width, box.height)


def _tasks_detection(detection: Any, width: int, height: int) -> tuple[_Points, _Box]:
    box = detection.bounding_box  # pixels
    points = [(point.x or 0.0, point.y or 0.0) for point in detection.keypoints or ()]
    return points, (
        box.origin_x / width,
        box.origin_y / height,
        box.width / width,
        box.height / height,
    )


def draw_axis(
    image: Any,
    rotation: Any,
    translation: Any,
    focal_length: tuple[float, float] = (1.0, 1.0),
    principal_point: tuple[float, float] = (0.0, 0.0),
    axis_length: float = 0.1,
    axis_drawing_spec: DrawingSpec = _WHITE_LINES,
) -> None:
    """Draw the axes of a pose as arrows, x red, y green, z blue, in place on a BGR array.

    rotation: (3, 3), translation: (3,). Both lead from the object to the camera, which looks
            along -z.
    focal_length, principal_point: in normalised device coordinates, -1 to 1 across the picture.
    axis_length: in the unit of `translation`.
    """
    draw_axes(
        image,
        rotation,
        translation,
        focal_length,
        principal_point,
        axis_length,
        axis_drawing_spec,
    )


def plot_landmarks(
    landmark_list: Any,
    connections: Collection[Any] | None = None,
    landmark_drawing_spec: DrawingSpec = DrawingSpec(RED_COLOR, thickness=5),  # noqa: B008
    connection_drawing_spec: DrawingSpec = DrawingSpec(BLACK_COLOR, thickness=5),  # noqa: B008
    elevation: int = 10,
    azimuth: int = 10,
) -> None:
    """Plot landmarks in 3D in a matplotlib window.

    Raises ExtraMissing without matplotlib, ValueError for a connection to a missing landmark.
    """
    if not landmark_list:
        return
    plot_dots(
        dots_of(landmark_list),
        pairs_of(connections),
        landmark_drawing_spec,
        connection_drawing_spec,
        elevation,
        azimuth,
    )


def dots_of(landmark_list: Any) -> list[Dot]:
    """The landmarks of a message or list. One without visibility or presence counts as visible."""
    return [
        Dot(point.x or 0.0, point.y or 0.0, point.z or 0.0, visible=_is_visible(point))
        for point in getattr(landmark_list, "landmark", landmark_list)
    ]


def _is_visible(point: Any) -> bool:
    limits = {"visibility": LEAST_VISIBILITY, "presence": LEAST_PRESENCE}
    return not any(
        (value := _value(point, name)) is not None and value < limit
        for name, limit in limits.items()
    )


def _value(point: Any, name: str) -> float | None:
    """A field of a landmark; None if it is not set."""
    is_message = hasattr(point, "HasField")
    return getattr(point, name) if not is_message or point.HasField(name) else None


def pairs_of(connections: Iterable[Any] | None) -> list[Pair]:
    """Pairs of landmarks, from `Connection`s or pairs."""
    return [(c.start, c.end) if hasattr(c, "start") else tuple(c) for c in connections or ()]
