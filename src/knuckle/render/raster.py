"""Antialiased shapes on a picture, by their signed distance.

Convention: whole numbers are pixel centres, x to the right, y down. Shapes are painted in place.
Parts outside the picture are left out, however far away they are. Only pixels near a shape are
touched, so the time depends on the shapes and not on the size of the picture.

There is one shape, the stroke: a line with round ends. A disc is a stroke without length. A ring or
a rim is a wide coat of paint below a narrower one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ..values import FloatArray, ImageArray

FARTHEST = 1e9  # pixels: up to here double precision places a line to a fraction of a pixel


class Point(NamedTuple):
    """A place on the picture, pixels."""

    x: float
    y: float


class Colour(NamedTuple):
    """RGB, 0 to 255."""

    red: int
    green: int
    blue: int


class Coat(NamedTuple):
    """Paint on all that is within `radius` of a point or line."""

    radius: float  # pixels
    colour: Colour  # at the start of a line
    opacity: float = 1.0  # 0 to 1
    end_colour: Colour | None = None  # at the end of one longer than a pixel; None: the same


NO_COAT = Coat(radius=0, colour=Colour(0, 0, 0), opacity=0)


class Stroke(NamedTuple):
    """A line with round ends and its coats of paint, the first one lowest."""

    start: Point
    end: Point
    coats: Sequence[Coat]


def disc(centre: Point, *coats: Coat) -> Stroke:
    """Discs around a point, the first one lowest."""
    return Stroke(centre, centre, coats)


def polygon(corners: Sequence[Point], *coats: Coat) -> list[Stroke]:
    """The sides of a closed polygon, each coat all around below the next."""
    sides = list(zip(corners, (*corners[1:], corners[0]), strict=True))
    return [Stroke(start, end, [coat]) for coat in coats for start, end in sides]


def paint(image: ImageArray, strokes: Sequence[Stroke]) -> None:
    """Paint strokes, the first one lowest.

    image: (height, width, 3), C-contiguous; written to.
    """
    assert image.flags.c_contiguous
    # Strokes are small, and calls of numpy cost more than their pixels: all is worked out at once,
    # up to the step whose order matters.
    fragments = fragments_of(strokes, image.shape[0], image.shape[1])
    through, light = _mixed(strokes, fragments)
    planes = image.reshape(-1, 3).T
    first = 0
    for last in np.cumsum(fragments.counts).tolist():
        pixels, stays = fragments.pixels[first:last], through[first:last]
        for plane, added in zip(planes, light[:, first:last], strict=True):
            plane[pixels] = (plane[pixels] * stays + added).astype(np.uint8)
        first = last


def _mixed(strokes: Sequence[Stroke], fragments: Fragments) -> tuple[FloatArray, FloatArray]:
    """All coats of each stroke as one: the share of the ground that stays, and the light added.

    Returns (m,) and (3, m) for m fragments; the light is 0 to 255, and half a step for rounding.
    """
    through = np.ones_like(fragments.distances)
    light = np.zeros((3, len(through)), np.float32)
    for coats in zip_longest(*(stroke.coats for stroke in strokes), fillvalue=NO_COAT):
        coverage = _coverage(coats, fragments)
        through *= 1 - coverage
        for plane, colours in zip(light, _colours(coats, fragments), strict=True):
            plane += coverage * (colours - plane)
    light += 0.5
    return through, light


def _coverage(coats: Sequence[Coat], fragments: Fragments) -> FloatArray:
    """How much of each fragment the coats cover, one coat of each stroke; (m,), 0 to 1."""
    values = [(coat.radius + 0.5, coat.opacity) for coat in coats]
    edges, opacities = _spread(values, fragments)
    coverage: FloatArray = edges - fragments.distances
    np.clip(coverage, 0, 1, out=coverage)
    coverage *= opacities
    return coverage


def _colours(coats: Sequence[Coat], fragments: Fragments) -> FloatArray:
    """The paint on each fragment, one coat of each stroke; (3, m), 0 to 255."""
    colours = _spread([coat.colour for coat in coats], fragments)
    if any(coat.end_colour is not None for coat in coats):
        changes = _spread([coat.end_colour or coat.colour for coat in coats], fragments)
        changes -= colours
        changes *= fragments.shares
        colours += changes
    return colours


def _spread(values: Sequence[tuple[float, ...]], fragments: Fragments) -> FloatArray:
    """Values of each stroke for each of its fragments; n tuples of v become (v, m)."""
    spread: FloatArray = np.repeat(np.array(values, np.float32).T, fragments.counts, axis=1)
    return spread


@dataclass(frozen=True, slots=True, eq=False)
class Fragments:
    """The pixels of the picture near each stroke: m of them, stroke after stroke."""

    pixels: NDArray[np.intp]  # (m,) index into the picture's pixels
    distances: FloatArray  # (m,) pixels, from the stroke's line
    shares: FloatArray  # (m,) 0 at the stroke's start to 1 at its end
    counts: NDArray[np.intp]  # (n,) of each stroke


def fragments_of(strokes: Sequence[Stroke], height: int, width: int) -> Fragments:
    """The pixels that strokes may touch, in a picture of a height and width."""
    lines = np.array([(*stroke.start, *stroke.end) for stroke in strokes], np.float64)
    lines = np.clip(lines.reshape(-1, 4), -FARTHEST, FARTHEST)
    reaches = np.array([max(coat.radius for coat in stroke.coats) + 0.5 for stroke in strokes])
    spans = _spans(lines, reaches, height, width)
    span = np.repeat(np.arange(len(spans.counts)), spans.counts)
    step = _counted(spans.counts)
    first, change = _places(lines[spans.strokes], spans)
    places = np.repeat(change, spans.counts, axis=1)
    places *= step.astype(np.float32)
    places += np.repeat(first, spans.counts, axis=1)
    from_start, from_end, across, share = places
    beyond = np.maximum(np.maximum(from_end, -from_start), 0)
    return Fragments(
        pixels=(spans.rows * width + spans.columns)[span] + step,
        distances=np.sqrt(across * across + beyond * beyond),
        shares=np.minimum(np.maximum(share, 0), 1),
        counts=np.bincount(spans.strokes, spans.counts, len(strokes)).astype(np.intp),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Spans:
    """Runs of pixels of a row, k of them, stroke after stroke."""

    strokes: NDArray[np.intp]  # (k,) the stroke each belongs to
    rows: NDArray[np.intp]  # (k,)
    columns: NDArray[np.intp]  # (k,) the first
    counts: NDArray[np.intp]  # (k,)


def _spans(
    lines: NDArray[np.float64], reaches: NDArray[np.float64], height: int, width: int
) -> _Spans:
    """The pixels within reach of each line, and few others.

    lines: (n, 4), x and y of the start, x and y of the end. reaches: (n,).
    """
    upward = lines[:, 1] > lines[:, 3]
    lines = np.where(upward[:, None], lines[:, [2, 3, 0, 1]], lines)
    firsts = np.clip(np.ceil(lines[:, 1] - reaches), 0, height).astype(np.intp)
    lasts = np.clip(np.floor(lines[:, 3] + reaches) + 1, 0, height).astype(np.intp)
    counts = lasts - firsts
    strokes = np.repeat(np.arange(len(lines)), counts)
    rows = firsts[strokes] + _counted(counts)

    # The part of the line within reach of the row, as shares of its length, and so its columns.
    x0, y0, x1, y1 = lines[strokes].T
    reach = reaches[strokes]
    drop = y1 - y0
    falls = drop > 1e-6  # pixels; a level line is in reach of its rows from end to end
    share0 = np.divide(rows - reach - y0, drop, out=np.zeros_like(drop), where=falls)
    share1 = np.divide(rows + reach - y0, drop, out=np.ones_like(drop), where=falls)
    xs = x0 + np.clip([share0, share1], 0, 1) * (x1 - x0)
    left = np.clip(np.ceil(xs.min(axis=0) - reach), 0, width).astype(np.intp)
    right = np.clip(np.floor(xs.max(axis=0) + reach) + 1, 0, width).astype(np.intp)
    return _Spans(strokes, rows, left, np.maximum(right - left, 0))


def _places(lines: NDArray[np.float64], spans: _Spans) -> tuple[FloatArray, FloatArray]:
    """Where the first pixel of each span lies at its line, and the change from pixel to pixel.

    lines: (k, 4), of each span.
    Returns two arrays (4, k): pixels along the line from its start, from its end, pixels across it,
    and the share of its length that is passed.
    """
    x0, y0, x1, y1 = lines.T
    dx, dy = x1 - x0, y1 - y0
    length = np.hypot(dx, dy)
    ux = np.divide(dx, length, out=np.zeros_like(dx), where=length > 0)
    uy = np.divide(dy, length, out=np.ones_like(dy), where=length > 0)
    scale = np.divide(1, length, out=np.zeros_like(dx), where=length >= 1)
    # Each sum before it is rounded to single precision: so the ends of a line that comes from far
    # away are sharp, too.
    x, y = spans.columns - x0, spans.rows - y0
    from_start = x * ux + y * uy
    from_end = (spans.columns - x1) * ux + (spans.rows - y1) * uy
    across = y * ux - x * uy
    first = np.stack([from_start, from_end, across, from_start * scale])
    return first.astype(np.float32), np.stack([ux, ux, -uy, ux * scale]).astype(np.float32)


def _counted(counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """0, 1, ... up to each count, one run after the other."""
    return np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)


@lru_cache(maxsize=256)
def text_stencil(text: str, size: int) -> FloatArray:
    """The coverage of a line of text, its capitals in the middle of the height; (h, w), 0 to 1.

    text: not blank. size: of the font, pixels.
    """
    font = _font(size)
    _, top, _, base = font.getbbox("R")
    below = font.getbbox("g")[3] - base
    picture = Image.new("L", (ceil(font.getbbox(text)[2]), ceil(base - top + 2 * below)))
    ImageDraw.Draw(picture).text((0, below - top), text, fill=255, font=font)
    coverage = np.asarray(picture, np.float32) / np.float32(255)
    columns = np.flatnonzero(coverage.any(axis=0))
    coverage = coverage[:, columns[0] : columns[-1] + 1]
    coverage.flags.writeable = False
    return coverage


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def stamp(image: ImageArray, stencil: FloatArray, left: int, top: int, colour: Colour) -> None:
    """Paint a colour through a stencil that lies within the picture.

    stencil: (h, w), 0 to 1. left, top: its first pixel. image: written to.
    """
    height, width = stencil.shape
    patch = image[top : top + height, left : left + width]
    share = stencil[..., None]
    patch[...] = patch * (1 - share) + share * np.array(colour, np.float32) + np.float32(0.5)
