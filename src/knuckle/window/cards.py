"""Text on translucent cards: plain values -> RGBA pictures.

Sizes are in units of the text size, so that a card looks the same on any screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

RgbaArray = NDArray[np.uint8]  # (height, width, 4)
Colour = tuple[int, int, int]

INK: Colour = (241, 244, 249)
SOFT: Colour = (163, 172, 187)
CARD = (14, 17, 26, 222)
EDGE = (54, 59, 72, 220)
CAP = (52, 58, 72, 240)
RED: Colour = (255, 92, 108)
AMBER: Colour = (255, 190, 46)
GREEN: Colour = (74, 222, 128)

LINE = 1.5  # from line to line
PAD = 0.9  # around the text
ROUND = 0.7  # radius of a card's corners
GAP = 1.1  # between columns
SPACE = 0.4  # between spans of a cell
DOT = 0.85  # a dot and the space after it
SMOOTH = 3  # cards are drawn this much larger and scaled down, for smooth corners
ELLIPSIS = "…"


class Span(NamedTuple):
    """Text of one colour. `dot`: a disc before it. `is_cap`: as if printed on a key."""

    text: str
    colour: Colour = INK
    dot: Colour | None = None
    is_cap: bool = False
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a card: cells in columns. Columns after the first begin one below another."""

    cells: tuple[tuple[Span, ...], ...]
    above: float = 0.0  # extra space above, in text sizes
    is_wide: bool = False  # it takes no part in the columns


def line(*spans: Span, above: float = 0.0) -> Line:
    """A line that is one cell."""
    return Line((spans,), above, is_wide=True)


def row(*cells: Sequence[Span], above: float = 0.0) -> Line:
    """A line of several cells."""
    return Line(tuple(tuple(cell) for cell in cells), above)


@lru_cache(maxsize=64)
def font(size: int) -> Any:
    """The font of the window: the one that labels of hands have."""
    return ImageFont.load_default(size)


def text_width(text: str, size: float) -> float:
    """Pixels."""
    return float(font(max(round(size), 6)).getlength(text))


def shortened(text: str, most: float, size: float) -> str:
    """A text with its middle left out, if it is wider than `most` pixels."""
    if text_width(text, size) <= most:
        return text
    for kept in range(len(text) - 1, 1, -1):
        head, tail = text[: (kept + 1) // 2], text[len(text) - kept // 2 :]
        if text_width(head + ELLIPSIS + tail, size) <= most:
            return head + ELLIPSIS + tail
    return ELLIPSIS


def wrapped(text: str, most: float, size: float) -> list[str]:
    """A text in lines of at most `most` pixels."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= most:
            lines[-1] = longer
        else:
            lines.append(shortened(word, most, size))
    return lines


def _span_width(span: Span, size: float) -> float:
    width = text_width(span.text, size * span.size)
    if span.is_cap:
        width = max(width + 0.9 * size, 1.5 * size)
    return width + (DOT * size if span.dot else 0.0)


def _cell_width(cell: Sequence[Span], size: float) -> float:
    gaps = SPACE * size * max(len(cell) - 1, 0)
    return sum(_span_width(span, size) for span in cell) + gaps


def _columns(lines: Sequence[Line], size: float) -> list[float]:
    """Where each column begins, and where the last one ends; pixels."""
    rows = [each for each in lines if not each.is_wide]
    count = max((len(each.cells) for each in rows), default=0)
    starts = [0.0]
    for i in range(count):
        widths = [_cell_width(each.cells[i], size) for each in rows if i < len(each.cells)]
        starts.append(starts[-1] + max(widths, default=0.0) + GAP * size)
    return starts


@lru_cache(maxsize=64)
def card(lines: tuple[Line, ...], size: float, least_width: float = 0.0) -> RgbaArray:
    """A card with lines of text, as RGBA (height, width, 4). size: of the text, pixels."""
    starts = _columns(lines, size)
    wide = max((_cell_width(each.cells[0], size) for each in lines if each.is_wide), default=0.0)
    inner = max(wide, starts[-1] - GAP * size if len(starts) > 1 else 0.0, least_width)
    width = round(inner + 2 * PAD * size)
    # A line's text stands in the middle of its height, so the card needs less space at its ends.
    end = (PAD - (LINE - 1) / 2) * size
    height = round(sum((LINE + each.above) * size for each in lines) + 2 * end)
    picture = _plate(width, height, ROUND * size).copy()
    top = end
    for each in lines:
        top += each.above * size
        for start, cell in zip(starts, each.cells, strict=False):
            _write(picture, cell, PAD * size + start, top + LINE * size / 2, size)
        top += LINE * size
    return np.asarray(picture)


@lru_cache(maxsize=16)
def _plate(width: int, height: int, radius: float) -> Image.Image:
    picture = Image.new("RGBA", (width, height))
    _fill(picture, (0, 0, width, height), radius, EDGE)
    _fill(picture, (1, 1, width - 1, height - 1), radius - 1, CARD)
    return picture


Box = tuple[float, float, float, float]


def _fill(picture: Image.Image, box: Box, radius: float, colour: tuple[int, ...]) -> None:
    """Fill a rectangle with round corners, smoothly."""
    x0, y0, x1, y1 = map(round, box)
    mask = Image.new("L", ((x1 - x0) * SMOOTH, (y1 - y0) * SMOOTH))
    ends = (mask.width - 1, mask.height - 1)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *ends), radius * SMOOTH, fill=255)
    picture.paste(colour, (x0, y0), mask.resize((x1 - x0, y1 - y0), Image.Resampling.BOX))


def _write(
    picture: Image.Image, cell: Sequence[Span], x: float, middle: float, size: float
) -> None:
    """Write the spans of a cell side by side, centred on a height."""
    pen = ImageDraw.Draw(picture)
    for span in cell:
        width, at = _span_width(span, size), x
        if span.dot:
            radius = max(round(0.27 * size), 2)
            _fill(picture, (x, middle - radius, x + 2 * radius, middle + radius), radius, span.dot)
            at += DOT * size
        if span.is_cap:
            box = (x, middle - 0.66 * size, x + width, middle + 0.66 * size)
            _fill(picture, box, 0.3 * size, CAP)
            at += (width - text_width(span.text, size * span.size)) / 2
        letters = font(max(round(size * span.size), 6))
        # By the height of capitals, so that text with and without descenders has one base line.
        base = round(middle - letters.getbbox("H", anchor="ls")[1] / 2)
        pen.text((at, base), span.text, fill=span.colour, font=letters, anchor="ls")
        x += width + SPACE * size


@lru_cache(maxsize=16)
def bar(width: int, height: int, bright: int) -> RgbaArray:
    """A progress bar, as RGBA (height, width, 4), with its first pixels bright."""
    picture = Image.new("RGBA", (width, height))
    _fill(picture, (0, 0, width, height), height / 2, (255, 255, 255, 80))
    _fill(picture, (0, 0, min(max(bright, height), width), height), height / 2, (*INK, 240))
    return np.asarray(picture)
