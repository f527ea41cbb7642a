"""`mp.tasks.vision.drawing_utils`: the legacy helpers for what the Tasks API returns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from ....drawing import (
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
    draw_box,
    draw_dots,
    pixel_of,
    plot_dots,
)
from ....python.solutions.drawing_utils import draw_axis
from ..components.containers.detections import Detection
from ..components.containers.landmark import Landmark, NormalizedLandmark

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

_RED_DOTS = DrawingSpec(color=RED_COLOR)
_WHITE_LINES = DrawingSpec()

_normalized_to_pixel_coordinates = pixel_of


def draw_landmarks(
    image: Any,
    landmark_list: Sequence[NormalizedLandmark] | None,
    connections: Iterable[Any] | None = None,
    landmark_drawing_spec: DotStyle | None = _RED_DOTS,
    connection_drawing_spec: LineStyle = _WHITE_LINES,
    is_drawing_landmarks: bool = True,
) -> None:
    """Draw the landmarks of a hand, and lines between them, in place on a BGR array.

    connections: of HandLandmarksConnections, or pairs of numbers.
    The rest is as in `mp.solutions.drawing_utils.draw_landmarks`.
    """
    if not landmark_list:
        return
    draw_dots(
        image,
        _dots(landmark_list),
        _pairs(connections),
        landmark_drawing_spec,
        connection_drawing_spec,
        is_drawing_landmarks,
    )


def draw_detection(
    image: Any,
    detection: Detection,
    keypoint_drawing_spec: DrawingSpec = _RED_DOTS,
    bbox_drawing_spec: DrawingSpec = _WHITE_LINES,
) -> None:
    """Draw the box and the key points of a Detection in place on a BGR array."""
    height, width = checked_image(image).shape[:2]
    box = detection.bounding_box
    draw_box(
        image,
        [(point.x or 0.0, point.y or 0.0) for point in detection.keypoints or ()],
        (box.origin_x / width, box.origin_y / height, box.width / width, box.height / height),
        keypoint_drawing_spec,
        bbox_drawing_spec,
    )


def plot_landmarks(
    landmark_list: Sequence[Landmark | NormalizedLandmark] | None,
    connections: Collection[Any] | None = None,
    landmark_drawing_spec: DrawingSpec = DrawingSpec(RED_COLOR, thickness=5),  # noqa: B008
    connection_drawing_spec: DrawingSpec = DrawingSpec(BLACK_COLOR, thickness=5),  # noqa: B008
    elevation: int = 10,
    azimuth: int = 10,
) -> None:
    """Plot the landmarks of a hand in 3D, in a window of matplotlib.

    Raises ExtraMissing without matplotlib, ValueError for a connection without landmarks.
    """
    if not landmark_list:
        return
    plot_dots(
        _dots(landmark_list),
        _pairs(connections),
        landmark_drawing_spec,
        connection_drawing_spec,
        elevation,
        azimuth,
    )


def _dots(points: Sequence[Any]) -> list[Dot]:
    """The landmarks; a visibility or presence that is None hides nothing."""
    return [
        Dot(
            point.x or 0.0,
            point.y or 0.0,
            point.z or 0.0,
            visible=not (
                (point.visibility is not None and point.visibility < LEAST_VISIBILITY)
                or (point.presence is not None and point.presence < LEAST_PRESENCE)
            ),
        )
        for point in points
    ]


def _pairs(connections: Iterable[Any] | None) -> list[Pair]:
    return [(c.start, c.end) if hasattr(c, "start") else tuple(c) for c in connections or ()]
