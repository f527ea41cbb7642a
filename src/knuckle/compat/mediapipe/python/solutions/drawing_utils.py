"""`mp.solutions.drawing_utils`: hands drawn in place on BGR arrays, without OpenCV."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ...drawing import (
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
from ...framework.formats.location_data_pb2 import LocationData
from ...shapes import Colour as Colour

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

# Private upstream, and yet used by many programs: (x, y, width, height) -> pixel or None.
_normalized_to_pixel_coordinates = pixel_of


def draw_landmarks(
    image: Any,
    landmark_list: Any,
    connections: Iterable[Pair] | None = None,
    landmark_drawing_spec: DotStyle | None = _RED_DOTS,
    connection_drawing_spec: LineStyle = _WHITE_LINES,
    is_drawing_landmarks: bool = True,
) -> None:
    """Draw landmarks, and lines between them, in place.

    image: BGR (height, width, 3).
    landmark_list: NormalizedLandmarkList, of knuckle or of MediaPipe; None draws nothing. Points
        outside the picture, or with a visibility or presence below 0.5, are left out.
    landmark_drawing_spec: one for all, or by landmark; None draws lines only.
    connection_drawing_spec: one for all, or by pair of landmarks.

    Raises ValueError for an image of another shape and for a connection without landmarks.
    """
    if not landmark_list:
        return
    draw_dots(
        image,
        dots_of(landmark_list),
        connections,
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
    """Draw the box and the key points of a Detection in place on a BGR array.

    Raises ValueError for an image of another shape, and for a detection without a relative box.
    """
    checked_image(image)
    location = detection.location_data
    if location.format != LocationData.RELATIVE_BOUNDING_BOX:
        raise ValueError("detection must have a relative bounding box: shares of the picture")
    box = location.relative_bounding_box
    draw_box(
        image,
        [(point.x, point.y) for point in location.relative_keypoints],
        (box.xmin, box.ymin, box.width, box.height),
        keypoint_drawing_spec,
        bbox_drawing_spec,
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

    rotation: (3, 3), translation: (3,): from the object to the camera, which looks along -z.
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
    connections: Collection[Pair] | None = None,
    landmark_drawing_spec: DrawingSpec = DrawingSpec(RED_COLOR, thickness=5),  # noqa: B008
    connection_drawing_spec: DrawingSpec = DrawingSpec(BLACK_COLOR, thickness=5),  # noqa: B008
    elevation: int = 10,
    azimuth: int = 10,
) -> None:
    """Plot landmarks in 3D, in a window of matplotlib.

    Raises ExtraMissing without matplotlib, ValueError for a connection without landmarks.
    """
    if not landmark_list:
        return
    plot_dots(
        dots_of(landmark_list),
        connections,
        landmark_drawing_spec,
        connection_drawing_spec,
        elevation,
        azimuth,
    )


def dots_of(landmark_list: Any) -> list[Dot]:
    """The landmarks of a message; a visibility or presence that is not set hides nothing."""
    return [
        Dot(
            point.x,
            point.y,
            point.z,
            visible=not (
                (point.HasField("visibility") and point.visibility < LEAST_VISIBILITY)
                or (point.HasField("presence") and point.presence < LEAST_PRESENCE)
            ),
        )
        for point in landmark_list.landmark
    ]
