"""Drawing for both of MediaPipe's helpers, the legacy one and that of the Tasks API.

Source of sizes and rules: mediapipe/python/solutions/drawing_utils.py
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from knuckle.extras import import_extra
from knuckle.render.raster import Point
from knuckle.render.shapes import Colour, Shape, arrow, circle, line, paint, rectangle

from .errors import FlatImage, NoArray

WHITE_COLOR: Colour = (224, 224, 224)
BLACK_COLOR: Colour = (0, 0, 0)
RED_COLOR: Colour = (0, 0, 255)
GREEN_COLOR: Colour = (0, 128, 0)
BLUE_COLOR: Colour = (255, 0, 0)

LEAST_VISIBILITY = 0.5
LEAST_PRESENCE = 0.5
_BORDER = 1.2  # radius of a dot's white border, relative to the dot's
_NEAR_ZERO = 1e-5  # metres


@dataclass
class DrawingSpec:
    """How to draw: colour BGR, thickness (negative: filled) and radius in pixels."""

    color: Colour = WHITE_COLOR
    thickness: int = 2
    circle_radius: int = 2


Pair = tuple[int, int]
DotStyle = DrawingSpec | Mapping[int, DrawingSpec]
LineStyle = DrawingSpec | Mapping[Pair, DrawingSpec]


class Dot(NamedTuple):
    """A landmark to draw, in shares of the picture, or to plot, in metres."""

    x: float
    y: float
    z: float
    visible: bool


def pixel_of(x: float, y: float, width: int, height: int) -> tuple[int, int] | None:
    """The pixel of a point in shares of the picture; None if it is outside."""
    if not (_is_share(x) and _is_share(y)):
        return None
    return min(math.floor(x * width), width - 1), min(math.floor(y * height), height - 1)


def _is_share(value: float) -> bool:
    return (value > 0 or math.isclose(0, value)) and (value < 1 or math.isclose(1, value))


def checked_image(image: Any) -> Any:
    """Check an array. Raises what MediaPipe raises for one that it cannot draw on."""
    if not isinstance(image, np.ndarray):
        raise NoArray(f"image must be a numpy array, not {type(image).__name__}")
    if image.ndim < 3:
        raise FlatImage(f"image must be BGR of shape (height, width, 3), not {image.shape}")
    if image.ndim > 3 or image.shape[2] != 3:
        raise ValueError(f"image must be BGR of shape (height, width, 3), not {image.shape}")
    return image


def draw_dots(
    image: Any,
    dots: Sequence[Dot],
    pairs: Iterable[Pair] | None,
    dot_style: DotStyle | None,
    line_style: LineStyle,
    draw_circles: bool,
) -> None:
    """Draw lines, and dots with white borders over them, in place; see `draw_landmarks`."""
    height, width = checked_image(image).shape[:2]
    pixels: dict[int, Point] = {}
    for index, dot in enumerate(dots):
        pixel = pixel_of(dot.x, dot.y, width, height) if dot.visible else None
        if pixel is not None:
            pixels[index] = Point(*pixel)
    shapes: list[Shape] = []
    for pair in checked_pairs(pairs, len(dots)):
        if pixels.keys() >= set(pair):
            spec = line_style[pair] if isinstance(line_style, Mapping) else line_style
            start, end = (pixels[index] for index in pair)
            shapes.append(line(start, end, bgr_of(spec.color), spec.thickness))
    if draw_circles and dot_style:
        for index, pixel_point in pixels.items():
            spec = dot_style[index] if isinstance(dot_style, Mapping) else dot_style
            border = max(spec.circle_radius + 1, int(spec.circle_radius * _BORDER))
            shapes.append(circle(pixel_point, border, WHITE_COLOR, spec.thickness))
            shapes.append(
                circle(pixel_point, spec.circle_radius, bgr_of(spec.color), spec.thickness)
            )
    paint(image, shapes)


def bgr_of(colour: Any) -> Colour:
    """A program's colour as OpenCV reads it: blue, green and red.

    A single number is blue, missing values are 0, and a fourth value, alpha, is ignored.
    Raises ValueError for more than four values.
    """
    values = (colour,) if np.isscalar(colour) else tuple(colour)
    if len(values) > 4:
        raise ValueError(f"color must be (blue, green, red), not {colour!r}")
    blue, green, red = (*values, 0, 0, 0)[:3]
    return blue, green, red


def checked_pairs(pairs: Iterable[Pair] | None, count: int) -> list[Pair]:
    """Check pairs of landmarks. Raises ValueError for a landmark that does not exist."""
    found = list(pairs or ())
    for start, end in found:
        if not (0 <= start < count and 0 <= end < count):
            raise ValueError(
                f"connection ({start}, {end}) must be between landmarks 0 and {count - 1}"
            )
    return found


def draw_box(
    image: Any,
    keypoints: Iterable[tuple[float, float]],
    box: tuple[float, float, float, float],
    keypoint_style: DrawingSpec,
    box_style: DrawingSpec,
) -> None:
    """Draw key points and a box (x, y, width, height), in shares of the picture, in place.

    What is outside the picture is left out.
    """
    height, width = checked_image(image).shape[:2]
    shapes: list[Shape] = []
    for x, y in keypoints:
        if (pixel := pixel_of(x, y, width, height)) is not None:
            style = keypoint_style
            shapes.append(
                circle(Point(*pixel), style.circle_radius, bgr_of(style.color), style.thickness)
            )
    x, y, box_width, box_height = box
    low = pixel_of(x, y, width, height)
    high = pixel_of(x + box_width, y + box_height, width, height)
    if low is not None and high is not None:
        shapes += rectangle(Point(*low), Point(*high), bgr_of(box_style.color), box_style.thickness)
    paint(image, shapes)


def draw_axes(
    image: Any,
    rotation: Any,
    translation: Any,
    focal_length: tuple[float, float],
    principal_point: tuple[float, float],
    axis_length: float,
    style: DrawingSpec,
) -> None:
    """Draw the axes of a pose, x red, y green, z blue, in place; see `draw_axis`."""
    height, width = checked_image(image).shape[:2]
    ends = np.concatenate([np.zeros((3, 1)), np.eye(3)], axis=1) * axis_length
    # The camera looks along -z, y is up. The small number keeps z away from 0.
    x, y, z = np.asarray(rotation) @ ends + np.asarray(translation).reshape(3, 1)
    depth = z + _NEAR_ZERO
    across = np.clip(-focal_length[0] * x / depth + principal_point[0], -1, 1)
    up = np.clip(-focal_length[1] * y / depth + principal_point[1], -1, 1)
    columns = ((1 + across) / 2 * width).astype(int).tolist()
    rows = ((1 - up) / 2 * height).astype(int).tolist()
    origin, *tips = (Point(column, row) for column, row in zip(columns, rows, strict=True))
    shapes: list[Shape] = []
    for tip, colour in zip(tips, (RED_COLOR, GREEN_COLOR, BLUE_COLOR), strict=True):
        shapes += arrow(origin, tip, colour, style.thickness)
    paint(image, shapes)


def plot_dots(
    dots: Sequence[Dot],
    pairs: Collection[Pair] | None,
    dot_style: DrawingSpec,
    line_style: DrawingSpec,
    elevation: int,
    azimuth: int,
) -> None:
    """Show dots and lines in a matplotlib window; see `plot_landmarks`."""
    pyplot = import_extra("matplotlib.pyplot", purpose="plot_landmarks", extra="plot")
    found = checked_pairs(pairs, len(dots))
    pyplot.figure(figsize=(10, 10))
    axes = pyplot.axes(projection="3d")
    axes.view_init(elev=elevation, azim=azimuth)
    places = {i: (-dot.z, dot.x, -dot.y) for i, dot in enumerate(dots) if dot.visible}
    for place in places.values():
        axes.scatter3D(
            *([value] for value in place),
            color=_plot_colour(dot_style),
            linewidth=dot_style.thickness,
        )
    for start, end in found:
        if start in places and end in places:
            axes.plot3D(
                *zip(places[start], places[end], strict=True),
                color=_plot_colour(line_style),
                linewidth=line_style.thickness,
            )
    pyplot.show()


def _plot_colour(style: DrawingSpec) -> tuple[float, ...]:
    """The style's colour as RGB from 0 to 1."""
    return tuple(value / 255 for value in reversed(style.color))
