"""Lines and circles with hard edges, as wide as OpenCV's, drawn in place on an array.

Measured on OpenCV 4.11: a line of thickness t > 1 covers n + 0.45 px to both sides with
n = (t + 1) // 2, and ends in discs of radius n; so does a circle's outline, around its radius. A
thickness of 3 is thus five pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import Any, NamedTuple

import numpy as np

from .raster import Coat, Point, Stroke, fragments_of
from .raster import Colour as Paint

Colour = tuple[int, int, int]  # in the array's order of channels

_EDGE = 0.45  # pixels
_CAP_EDGE = 0.05
_THIN = (0.7, 0.25)  # pixels inside and outside of the radius of a circle one pixel thick
_WIDE = 64  # pixels: shapes that reach farther are painted one by one, to save time and memory
_SMALLEST_HOLE = 1.0  # pixels, radius
_UNPAINTED = Paint(0, 0, 0)  # the colour of fragments does not matter


class Shape(NamedTuple):
    """All pixels whose distance from a line is between two values, in pixels."""

    start: Point
    end: Point
    colour: Colour
    outer: float  # the largest distance
    cap: float  # the largest distance beyond an end
    inner: float = 0.0  # the smallest distance


def line(start: Point, end: Point, colour: Colour, thickness: int) -> Shape:
    """A line with round ends."""
    half = _half(thickness)
    return Shape(start, end, colour, half + _EDGE, half + _CAP_EDGE)


def _half(thickness: int) -> int:
    return 0 if thickness == 1 else (thickness + 1) // 2


def circle(centre: Point, radius: int, colour: Colour, thickness: int) -> Shape:
    """A circle's outline, or a filled circle if the thickness is negative."""
    if thickness < 0:
        outer, inner = float(radius), 0.0
    elif thickness == 1:
        outer, inner = radius + _THIN[1], radius - _THIN[0]
    else:
        reach = _half(thickness) + _EDGE
        outer, inner = radius + reach, radius - reach
    inner = inner if inner >= _SMALLEST_HOLE else 0.0
    return Shape(centre, centre, colour, outer, outer, inner)


def rectangle(low: Point, high: Point, colour: Colour, thickness: int) -> list[Shape]:
    """The sides of a rectangle."""
    corners = [low, Point(high.x, low.y), high, Point(low.x, high.y)]
    sides = zip(corners, (*corners[1:], corners[0]), strict=True)
    return [line(start, end, colour, thickness) for start, end in sides]


def arrow(start: Point, end: Point, colour: Colour, thickness: int) -> list[Shape]:
    """A line with a tip at its end that is a tenth as long as the line."""
    back = np.array([start.x - end.x, start.y - end.y]) / 10
    turns = ([[1, -1], [1, 1]], [[1, 1], [-1, 1]])  # by 45 degrees, and longer by sqrt(2)
    tips = [np.rint(np.array(turn) @ back / np.sqrt(2)) for turn in turns]
    ends = [Point(end.x + tip[0], end.y + tip[1]) for tip in tips]
    return [line(start, end, colour, thickness), *(line(t, end, colour, thickness) for t in ends)]


def paint(image: Any, shapes: Sequence[Shape]) -> None:
    """Paint shapes onto an array (height, width, 3) of any layout, later ones over earlier ones."""
    if not image.flags.writeable:
        raise ValueError(
            "image is read-only: set image.flags.writeable = True, or draw on image.copy()"
        )
    height, width = image.shape[:2]
    if not shapes or 0 in image.shape:
        return
    if max(shape.outer for shape in shapes) <= _WIDE:
        _paint(image, shapes, height, width)
        return
    first = max((i for i, one in enumerate(shapes) if _hides(one, height, width)), default=0)
    for shape in shapes[first:]:
        _paint(image, [shape], height, width)


def _hides(shape: Shape, height: int, width: int) -> bool:
    """Whether a shape surely covers the whole picture, and so all shapes below it."""
    x, y = shape.start
    farthest = hypot(max(abs(x), abs(x - width)), max(abs(y), abs(y - height)))
    return shape.inner == 0 and farthest <= shape.cap


def _paint(image: Any, shapes: Sequence[Shape], height: int, width: int) -> None:
    strokes = [
        Stroke(shape.start, shape.end, [Coat(max(shape.outer, shape.cap), _UNPAINTED)])
        for shape in shapes
    ]
    fragments = fragments_of(strokes, height, width)
    table = np.array([(s.outer, s.cap, s.inner) for s in shapes], np.float32).T
    outer, cap, inner = np.repeat(table, fragments.counts, axis=1)
    between = (fragments.shares > 0) & (fragments.shares < 1)
    reach = np.where(between, outer, cap)
    covered = (fragments.distances <= reach) & (fragments.distances >= inner)
    rows, columns = np.divmod(fragments.pixels[covered], width)
    colours = np.array([shape.colour for shape in shapes])
    if np.issubdtype(image.dtype, np.integer):
        limits = np.iinfo(image.dtype)
        colours = np.rint(colours).clip(limits.min, limits.max).astype(image.dtype)
    # If a pixel occurs more than once, its last colour stays.
    image[rows, columns] = np.repeat(colours, fragments.counts, axis=0)[covered]
