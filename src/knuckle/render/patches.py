"""Areas with hard edges as sets of pixels: filled polygons, and lines that change their colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, radians, sin

import numpy as np
from numpy.typing import NDArray

from ..values import ImageArray, Size
from .raster import Colour, Point

_ROUND_EDGE = 0.3  # pixels that a filled ellipse is wider on each side; measured on OpenCV 4.11


_MOST_TOGETHER = 32  # pixels: of the squares of thicker lines only what shows is painted


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Pixels of a picture, and their colours; of one that occurs more than once, the last counts.

    rows, columns: broadcast against each other. colours: RGB in the last axis, broadcast, too.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    colours: NDArray[np.uint8]

    def paint(self, image: ImageArray) -> None:
        """Paint the pixels, in place."""
        image[self.rows, self.columns] = self.colours


def filled(corners: Sequence[Point], colour: Colour, size: Size) -> Patch:
    """All pixels of a convex polygon whose corners go clockwise, those on its sides included."""
    points = np.array(corners, np.float64)
    low = np.maximum(np.floor(points.min(axis=0)), 0).astype(int)
    high = np.minimum(np.ceil(points.max(axis=0)) + 1, size).astype(int)
    ys, xs = np.mgrid[low[1] : max(high[1], low[1]), low[0] : max(high[0], low[0])]
    is_inside = np.ones(xs.shape, bool)
    for (x, y), (dx, dy) in zip(points, np.roll(points, -1, axis=0) - points, strict=True):
        # A pixel counts if the side passes through its middle half.
        is_inside &= dx * (ys - y) - dy * (xs - x) >= -max(abs(dx), abs(dy)) / 2
    return Patch(ys[is_inside], xs[is_inside], np.array(colour, np.uint8))


def filled_ellipse(low: Point, high: Point, rotation: float, colour: Colour, size: Size) -> Patch:
    """All pixels of the ellipse in a rectangle that is turned around its centre.

    rotation: see `ellipse`.
    """
    x, y = (low.x + high.x) / 2, (low.y + high.y) / 2
    a, b = (high.x - low.x) / 2 + _ROUND_EDGE, (high.y - low.y) / 2 + _ROUND_EDGE
    reach = ceil(max(a, b))
    columns = np.arange(max(floor(x) - reach, 0), min(ceil(x) + reach + 1, size[0]))
    rows = np.arange(max(floor(y) - reach, 0), min(ceil(y) + reach + 1, size[1]))[:, None]
    c, s = cos(rotation), sin(rotation)
    along = c * (columns - x) + s * (rows - y)
    across = c * (rows - y) - s * (columns - x)
    ys, xs = np.nonzero((along / a) ** 2 + (across / b) ** 2 <= 1)
    return Patch(rows[ys, 0], columns[xs], np.array(colour, np.uint8))


def ellipse(low: Point, high: Point, rotation: float) -> list[Point]:
    """The ellipse in a rectangle as a polygon with a corner every degree.

    rotation: radians; positive turns the x axis towards the y axis.
    """
    x, y = (low.x + high.x) / 2, (low.y + high.y) / 2
    a, b = (high.x - low.x) / 2, (high.y - low.y) / 2
    c, s = cos(rotation), sin(rotation)
    turns = (radians(degree) for degree in range(360))
    ends = ((a * cos(turn), b * sin(turn)) for turn in turns)
    return [Point(round(x + c * u - s * v), round(y + s * u + c * v)) for u, v in ends]


def gradient(
    start: Point, end: Point, colours: tuple[Colour, Colour], thickness: int, size: Size
) -> Iterator[Patch]:
    """Squares along a line, as wide as it is thick, from one colour to another.

    The colours spread over the part of the line that is inside the picture.
    """
    part = _inside(start, end, size)
    if part is None:
        return
    xs, ys = _walk(*part)
    count = len(xs)
    shares = (np.arange(count) / count)[:, None]
    first, last = np.array(colours, np.float64)
    paints = np.rint(first * (1 - shares) + last * shares).astype(np.uint8)
    if thickness > _MOST_TOGETHER:
        yield from _shown(xs.tolist(), ys.tolist(), paints, thickness, size)
        return
    steps = np.arange(thickness)
    rows, columns = ys[:, None, None] + steps[:, None], xs[:, None, None] + steps
    squares = paints[:, None, None]
    if max(start.x, end.x) + thickness > size[0] or max(start.y, end.y) + thickness > size[1]:
        is_inside = (columns < size[0]) & (rows < size[1])
        whole = np.broadcast_arrays(rows, columns)
        rows, columns = (axis[is_inside] for axis in whole)
        squares = np.broadcast_to(squares, (*is_inside.shape, 3))[is_inside]
    yield Patch(rows, columns, squares)


def _shown(
    xs: list[int], ys: list[int], paints: NDArray[np.uint8], side: int, size: Size
) -> Iterator[Patch]:
    """Of each square the row or column that the next one, a pixel further, does not hide."""
    last = len(xs) - 1
    for i, (x, y, paint) in enumerate(zip(xs, ys, paints, strict=True)):
        right, down = (xs[i + 1] - x, ys[i + 1] - y) if i < last else (0, 0)
        width, height = 1 if right else side, 1 if down else side
        left = x + side - 1 if right < 0 else x
        top = y + side - 1 if down < 0 else y
        columns = np.arange(left, min(left + width, size[0]))
        rows = np.arange(top, min(top + height, size[1]))[:, None]
        yield Patch(rows, columns, paint)


def _walk(start: Point, end: Point) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The columns and rows of a line of pixels that each share a side with the next.

    A step along the line's longer side comes as soon as the line has not fallen behind, else one
    across.
    """
    along, across = int(abs(end.x - start.x)), int(abs(end.y - start.y))
    steps = np.arange(along + across + 1)
    longer = (steps - 1) * max(along, across) // max(along + across, 1) + (along + across > 0)
    shorter = steps - longer
    xs, ys = (longer, shorter) if along >= across else (shorter, longer)
    right, down = (1 if end.x > start.x else -1), (1 if end.y > start.y else -1)
    return int(start.x) + right * xs, int(start.y) + down * ys


def _inside(start: Point, end: Point, size: Size) -> tuple[Point, Point] | None:
    """The part of a line that lies in the picture, in whole pixels; None if there is none.

    Its ends move along the line to the border, first up or down, then across, and what they move
    loses its fraction.
    Source: the behaviour of cv::clipLine
    """
    ends = [[int(start.x), int(start.y)], [int(end.x), int(end.y)]]
    for axis in (1, 0):
        limit = size[axis] - 1
        if max(ends[0][axis], ends[1][axis]) < 0 or min(ends[0][axis], ends[1][axis]) > limit:
            return None
        for i in (0, 1):
            inside = min(max(ends[i][axis], 0), limit)
            move = inside - ends[i][axis]
            if move:
                (x0, y0), (x1, y1) = ends
                run, rise = (x1 - x0, y1 - y0) if axis == 0 else (y1 - y0, x1 - x0)
                ends[i][1 - axis] += int(move * rise / run)
                ends[i][axis] = inside
    if not all(0 <= x < size[0] and 0 <= y < size[1] for x, y in ends):
        return None
    return Point(*ends[0]), Point(*ends[1])
