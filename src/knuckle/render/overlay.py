"""Annotations -> a picture, in the look of MediaPipe's own renderer.

It draws with hard edges and without blending. The picture is painted in place.

Measured on the AnnotationOverlayCalculator of mediapipe 0.10.21:

- a normalised place is rounded to the nearest pixel, halves upwards; others lose their fraction;
- a thickness is rounded, too, and is at least 1;
- a rectangle without rotation ends one pixel before its right and bottom coordinates;
- a gradient is a row of squares whose top left corners walk along the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import floor
from typing import NamedTuple

import numpy as np

from ..geometry.rois import roi_corners
from ..values import ImageArray, Roi, Size, image_size
from . import hershey
from .annotations import (
    Annotation,
    Dot,
    Figure,
    GradientLine,
    Line,
    Oval,
    Rectangle,
    Scribble,
    Text,
)
from .patches import Patch, ellipse, filled, filled_ellipse, gradient
from .raster import FARTHEST, Colour, Point
from .shapes import Shape, circle, line, paint

THICKEST = 32767  # pixels, as in OpenCV

Stroke = Shape | Patch


def overlay(
    image: ImageArray, annotations: Iterable[Annotation], *, is_text_flipped: bool = False
) -> None:
    """Draw annotations on a picture, in place, later ones over earlier ones.

    image: RGB.
    is_text_flipped: whether letters stand on their heads, for pictures that are shown upside down.
    """
    size = image_size(image)
    waiting: list[Shape] = []
    for annotation in annotations:
        pen = _Pen(annotation.colour, annotation.thickness, annotation.is_normalised, size)
        for stroke in _strokes(annotation.figure, pen, -1 if is_text_flipped else 1):
            if isinstance(stroke, Shape):
                waiting.append(stroke)
                continue
            if waiting:
                paint(image, waiting)
                waiting = []
            stroke.paint(image)
    paint(image, waiting)


class _Pen(NamedTuple):
    """What an annotation says beside its figure, and the size of the picture."""

    colour: Colour
    thickness: float
    is_normalised: bool
    size: Size

    def pixel(self, x: float, y: float) -> Point:
        """The pixel of a place; one far outside the picture if it is no number."""
        if self.is_normalised:
            return Point(_whole(x * self.size[0]), _whole(y * self.size[1]))
        return Point(int(_finite(x)), int(_finite(y)))

    def width(self, more: float = 0.0) -> int:
        """The thickness and some more, whole pixels."""
        return min(max(_whole(self.thickness + more), 1), THICKEST)


def _whole(value: float) -> int:
    """The nearest whole number, halves upwards."""
    return floor(_finite(value) + 0.5)


def _finite(value: float) -> float:
    """The value; a very large one in place of infinity or no number."""
    return min(max(value, -FARTHEST), FARTHEST) if value == value else -FARTHEST


def _strokes(figure: Figure, pen: _Pen, flip: int) -> Iterator[Stroke]:
    """flip: -1 for letters that stand on their heads."""
    match figure:
        case Dot(place):
            yield circle(pen.pixel(*place), pen.width(), pen.colour, -1)
        case Scribble(points):
            for point in points:
                yield circle(pen.pixel(*point), pen.width(), pen.colour, -1)
        case Line(start, end):
            yield line(pen.pixel(*start), pen.pixel(*end), pen.colour, pen.width())
        case GradientLine(start, end, first, last):
            ends = pen.pixel(*start), pen.pixel(*end)
            yield from gradient(*ends, (first, last), pen.width(), pen.size)
        case Rectangle():
            yield from _rectangle(figure, pen)
        case Oval(within):
            yield from _oval(within, pen)
        case Text():
            yield from _text(figure, pen, flip)


def _rectangle(figure: Rectangle, pen: _Pen) -> Iterator[Stroke]:
    low, high = _ends(figure, pen)
    if figure.rotation:
        corners = _turned(low, high, figure.rotation)
    else:
        corners = _upright(low, high, pen.size)
    if corners and figure.is_filled:
        yield filled(corners, pen.colour, pen.size)
    elif corners:
        yield from _sides(corners, pen)
    if figure.corner_radius > 0:
        radius = pen._replace(thickness=figure.corner_radius).width()
        yield circle(_turned(low, high, figure.rotation)[1], radius, pen.colour, -1)


def _oval(within: Rectangle, pen: _Pen) -> Iterator[Stroke]:
    low, high = _ends(within, pen)
    if low.x >= high.x or low.y >= high.y:
        return
    if within.is_filled:
        yield filled_ellipse(low, high, within.rotation, pen.colour, pen.size)
    else:
        yield from _sides(ellipse(low, high, within.rotation), pen)


def _ends(figure: Rectangle, pen: _Pen) -> tuple[Point, Point]:
    """The first and the last corner of a rectangle before it is turned."""
    return pen.pixel(figure.left, figure.top), pen.pixel(figure.right, figure.bottom)


def _turned(low: Point, high: Point, rotation: float) -> list[Point]:
    """The corners of a rectangle that is turned around its centre, bottom left first, clockwise."""
    width, height = high.x - low.x, high.y - low.y
    roi = Roi(low.x + width / 2, low.y + height / 2, width, height, rotation)
    return [Point(x, y) for x, y in np.rint(roi_corners(roi, (1, 1))).tolist()]


def _upright(low: Point, high: Point, size: Size) -> list[Point]:
    """The corners of a rectangle without rotation, cut off just outside of the picture.

    Its right and bottom coordinates are the first pixels that are not in it. None are if it is
    empty.
    """
    left, top = max(low.x, -1), max(low.y, -1)
    right, bottom = min(high.x, size[0] + 1) - 1, min(high.y, size[1] + 1) - 1
    if left > right or top > bottom:
        return []
    return [Point(left, bottom), Point(left, top), Point(right, top), Point(right, bottom)]


def _sides(corners: Sequence[Point], pen: _Pen) -> Iterator[Stroke]:
    for start, end in pairwise((*corners, corners[0])):
        yield line(start, end, pen.colour, pen.width())


def _text(figure: Text, pen: _Pen, flip: int) -> Iterator[Stroke]:
    x, y = pen.pixel(figure.left, figure.baseline)
    height = _whole(figure.height * (pen.size[1] if pen.is_normalised else 1))
    scale = (height - (pen.width() + 1) / 2) / hershey.ASCENT  # as in cv::getFontScaleFromHeight
    if figure.is_centred_across:
        x -= round(hershey.advance(figure.text) * scale + pen.width()) // 2
    if figure.is_centred_down:
        y += height // 2
    coats = [(pen.colour, pen.width())]
    if figure.outline > 0:
        coats.insert(0, (figure.outline_colour, pen.width(2 * figure.outline)))
    for colour, width in coats:
        for stroke in _letters(figure.text, Point(x, y), scale, flip):
            for start, end in pairwise(stroke):
                yield line(start, end, colour, width)


def _letters(text: str, place: Point, scale: float, flip: int) -> Iterator[list[Point]]:
    """The strokes of a line of text that begins at a place, pixels."""
    x = place.x
    for character in text:
        glyph = hershey.glyph(character)
        for stroke in glyph.strokes:
            yield [
                Point(x + (u - glyph.left) * scale, place.y + flip * (v - hershey.BASELINE) * scale)
                for u, v in stroke
            ]
        x += (glyph.right - glyph.left) * scale
