"""Hands -> a picture to look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from math import hypot, sqrt
from typing import Any, NamedTuple

import numpy as np

from ..checks import checked_image
from ..geometry.rois import roi_corners
from ..spec import CONNECTIONS, Landmark
from ..values import FloatArray, Hand, ImageArray, Picture
from . import style as look
from .raster import Coat, Colour, Point, Stroke, disc, paint, polygon, stamp, text_stencil
from .style import STYLES, Style

OPAQUE = (1.0,) * len(Landmark)


class _Size(NamedTuple):
    """Of a picture, pixels."""

    width: int
    height: int


def draw(
    image: Picture,
    hands: Iterable[Hand],
    *,
    style: Style = "fingers",
    handedness: bool = True,
    score: bool = False,
    palm_box: bool = False,
    roi: bool = False,
    confidence: bool = False,
) -> ImageArray:
    """Draw hands on a copy of a picture, near parts over far ones.

    image: RGB uint8 (height, width, 3).
    hands: the hands found in this picture. Later hands are drawn over earlier ones.
    style: "fingers" gives each finger its colour. "depth" is grey: near joints are bright and
        large, far ones dark and small.
    handedness: write "Right" or "Left" next to the wrist, in a stream with the track_id.
    score: write the presence next to the wrist, 0 to 1.
    palm_box: draw the box of the detected palm. A hand that was tracked has none.
    roi: draw the region in which the landmarks were read. A dot marks the side of the fingers.
    confidence: fade uncertain joints, and each line as much as the less certain of its ends.

    Raises TypeError or ValueError for bad input.
    """
    if style not in STYLES:
        raise ValueError(f"style must be one of {', '.join(map(repr, STYLES))}, not {style!r}")
    figure = {"fingers": _fingers, "depth": _depth}[style]
    canvas = np.array(checked_image(image))
    size = _Size(canvas.shape[1], canvas.shape[0])
    hands = _checked_hands(hands)
    strokes: list[Stroke] = []
    for hand in hands:
        strokes += _roi(hand, size) if roi else []
        strokes += _palm_box(hand, size) if palm_box else []
    for hand in hands:
        strokes += figure(hand, size, _opacities(hand) if confidence else OPAQUE)
    labels = _labels(hands, size, handedness=handedness, score=score)
    strokes += [_plate(label) for label in labels]
    paint(canvas, strokes)
    for label in labels:
        _write(canvas, label)
    return canvas


def _checked_hands(hands: Any) -> list[Hand]:
    found = list(hands) if isinstance(hands, Iterable) else [hands]
    wrong = [one for one in found if not isinstance(one, Hand)]
    if wrong:
        raise TypeError(
            f"hands must be a list of Hands, as knuckle.detect gives, not of {wrong[0]!r}"
        )
    return found


def _line_width(hand: Hand, size: _Size) -> float:
    """The width of a hand's lines, pixels. All other sizes follow from it."""
    x0, y0, x1, y1 = hand.box
    longer_side = min(max(x1 - x0, y1 - y0), max(size))
    least, most = (share * longer_side for share in look.LINE_PER_HAND)
    width = look.LINE_PER_PICTURE * sqrt(size.width * size.height)
    return max(min(max(width, least), most), look.MIN_LINE)


def _opacities(hand: Hand) -> list[float]:
    """The opacity of each landmark by its confidence. Even the least certain stays visible."""
    least = look.LEAST_OPACITY
    return [least + (1 - least) * share for share in hand.confidence.tolist()]


def _fingers(hand: Hand, size: _Size, opacities: Sequence[float]) -> list[Stroke]:
    """A hand with a colour for each finger. opacities: one for each landmark, 0 to 1."""
    line = _line_width(hand, size)
    lines = {
        pair: _rimmed(Coat(line / 2, look.PART_COLOURS[part]), line)
        for part, pairs in CONNECTIONS.items()
        for pair in pairs
    }
    radius = look.DOT_RADIUS * line
    ring = Coat(radius + look.RING * line, look.WHITE)
    dots = [
        [*_rimmed(ring, line), Coat(radius, look.PART_COLOURS[look.LANDMARK_PARTS[landmark]])]
        for landmark in Landmark
    ]
    return _far_to_near(hand, lines, dots, opacities)


def _depth(hand: Hand, size: _Size, opacities: Sequence[float]) -> list[Stroke]:
    """A hand in grey: its nearest point white and large, its farthest black and small.

    opacities: one for each landmark, 0 to 1.
    Source: the greys of mediapipe/graphs/hand_tracking/subgraphs/hand_renderer_cpu.pbtxt and of
    mediapipe/calculators/util/landmarks_to_render_data_calculator.cc; the sizes are our own.
    """
    line = _line_width(hand, size)
    z = hand.landmarks[:, 2].astype(np.float64)
    depths = ((z - z.min()) / (z.max() - z.min() + 1e-6)).tolist()
    greys = [Colour(*[255 - int(255 * depth)] * 3) for depth in depths]
    lines = {
        (i, j): _rimmed(Coat(line / 2, greys[i], end_colour=greys[j]), line)
        for pairs in CONNECTIONS.values()
        for i, j in pairs
    }
    least, most = (factor * line for factor in look.DEPTH_RADII)
    dots = [
        _rimmed(Coat(max(most * (1 - depth), least), grey), line)
        for depth, grey in zip(depths, greys, strict=True)
    ]
    return _far_to_near(hand, lines, dots, opacities)


def _rimmed(coat: Coat, line: float) -> list[Coat]:
    """A coat over a rim, which sets it off from a background of the same colour.

    line: the width of the hand's lines, pixels.
    """
    end = None if coat.end_colour is None else _rim_colour(coat.end_colour)
    radius = coat.radius + max(look.RIM * line, look.MIN_RIM)
    return [Coat(radius, _rim_colour(coat.colour), look.RIM_OPACITY, end), coat]


@cache
def _rim_colour(colour: Colour) -> Colour:
    """Dark around bright colours, light around dark ones."""
    darkness = max(1 - max(colour) / look.DARK, 0)
    mixed = (n + darkness * (d - n) for n, d in zip(look.NIGHT, look.DAY, strict=True))
    return Colour(*map(round, mixed))


def _far_to_near(
    hand: Hand,
    lines: dict[tuple[int, int], list[Coat]],
    dots: Sequence[list[Coat]],
    opacities: Sequence[float],
) -> list[Stroke]:
    """Lines between landmarks and dots on all 21 as strokes, the farthest first.

    A line counts as far as its far end, and comes before a dot at the same depth. So it runs below
    the dots at its own ends.
    """
    points = [Point(x, y) for x, y in hand.points.tolist()]
    z = hand.landmarks[:, 2].tolist()
    strokes = [
        (
            max(z[i], z[j]),
            Stroke(points[i], points[j], _faded(coats, min(opacities[i], opacities[j]))),
        )
        for (i, j), coats in lines.items()
    ]
    strokes += [
        (z[i], disc(point, *_faded(dots[i], opacities[i]))) for i, point in enumerate(points)
    ]
    return [stroke for _, stroke in sorted(strokes, key=lambda item: item[0], reverse=True)]


def _faded(coats: Sequence[Coat], opacity: float) -> list[Coat]:
    return [coat._replace(opacity=coat.opacity * opacity) for coat in coats]


def _roi(hand: Hand, size: _Size) -> list[Stroke]:
    """The square in which the landmarks were read, with a dot on the side of the fingers."""
    corners = [Point(x, y) for x, y in roi_corners(hand.roi, size).tolist()]
    _, left, right, _ = corners
    middle = Point((left.x + right.x) / 2, (left.y + right.y) / 2)
    line = _line_width(hand, size)
    dot = Coat(look.DOT_RADIUS * line, look.ROI_COLOUR)
    side = Coat(look.BOX_LINE * line / 2, look.ROI_COLOUR)
    return [*polygon(corners, *_rimmed(side, line)), disc(middle, *_rimmed(dot, line))]


def _palm_box(hand: Hand, size: _Size) -> list[Stroke]:
    """The box of the palm by which the hand was detected; nothing for a tracked hand."""
    if hand.palm_box is None:
        return []
    x0, y0, x1, y1 = hand.palm_box
    corners = [Point(x0, y0), Point(x1, y0), Point(x1, y1), Point(x0, y1)]
    line = _line_width(hand, size)
    side = Coat(look.BOX_LINE * line / 2, look.PALM_BOX_COLOUR)
    return polygon(corners, *_rimmed(side, line))


class _Label(NamedTuple):
    """Text on a plate with round ends; whole pixels of the picture."""

    text: FloatArray  # (h, w) coverage, 0 to 1
    width: int  # of the plate
    height: int
    left: int = 0  # the plate's first column
    top: int = 0  # and row


def _labels(hands: Sequence[Hand], size: _Size, *, handedness: bool, score: bool) -> list[_Label]:
    """A label for each hand that shows a landmark, if the picture has room for the label."""
    labels: list[_Label] = []
    for hand in hands if handedness or score else ():
        words = [hand.handedness.capitalize()] if handedness else []
        words += [str(hand.track_id)] if handedness and hand.track_id is not None else []
        words += [f"{hand.presence:.2f}"] if score else []
        label = _label(" ".join(words), _line_width(hand, size))
        inside = ((hand.points >= 0) & (hand.points < size)).all(axis=1)
        if inside.any() and label.width <= size.width and label.height <= size.height:
            places = [_moved(label, centre, size) for centre in _label_centres(label, hand)]
            labels.append(min(places, key=lambda place: _hidden(place, hands, labels)))
    return labels


def _label(text: str, line: float) -> _Label:
    """A label without a place. line: the width of the hand's lines, pixels."""
    font_size = max(round(look.FONT_SIZE * line), look.MIN_FONT_SIZE)
    stencil = text_stencil(text, font_size)
    height, width = stencil.shape
    padding, margin = round(look.LABEL_PADDING * font_size), round(look.LABEL_MARGIN * font_size)
    return _Label(stencil, width + 2 * padding, height + 2 * margin)


def _label_centres(label: _Label, hand: Hand) -> list[Point]:
    """Centres for a label, best first: beyond the wrist, below, above, beside the hand; pixels."""
    gap = look.LABEL_GAP * label.height
    across, down = label.width / 2 + gap, label.height / 2 + gap
    x0, y0, x1, y1 = hand.box
    wrist, knuckle = Point(*hand.wrist.tolist()), Point(*hand.middle_mcp.tolist())
    dx, dy = wrist.x - knuckle.x, wrist.y - knuckle.y
    length = hypot(dx, dy) or 1.0
    away = gap + (abs(dx) * label.width + abs(dy) * label.height) / 2 / length
    return [
        Point(wrist.x + away * dx / length, wrist.y + away * dy / length),
        Point((x0 + x1) / 2, y1 + down),
        Point((x0 + x1) / 2, y0 - down),
        Point(x0 - across, (y0 + y1) / 2),
        Point(x1 + across, (y0 + y1) / 2),
    ]


def _moved(label: _Label, centre: Point, size: _Size) -> _Label:
    """A label around a centre, moved as little as needed to be inside the picture."""
    left, top = round(centre.x - label.width / 2), round(centre.y - label.height / 2)
    return label._replace(
        left=min(max(left, 0), size.width - label.width),
        top=min(max(top, 0), size.height - label.height),
    )


def _hidden(label: _Label, hands: Sequence[Hand], others: Sequence[_Label]) -> int:
    """How many landmarks a label hides; hiding another label counts as a whole hand."""
    low = np.array([label.left, label.top])
    high = np.array([label.left + label.width, label.top + label.height])
    covered = sum(((h.points >= low) & (h.points < high)).all(axis=1).sum() for h in hands)
    overlapped = sum(
        label.left < other.left + other.width
        and other.left < label.left + label.width
        and label.top < other.top + other.height
        and other.top < label.top + label.height
        for other in others
    )
    return int(covered) + len(Landmark) * overlapped


def _plate(label: _Label) -> Stroke:
    radius = label.height / 2
    y = label.top - 0.5 + radius
    ends = Point(label.left - 0.5 + radius, y), Point(label.left - 0.5 + label.width - radius, y)
    return Stroke(*ends, [Coat(radius, look.NIGHT, look.LABEL_OPACITY)])


def _write(canvas: ImageArray, label: _Label) -> None:
    height, width = label.text.shape
    left, top = label.left + (label.width - width) // 2, label.top + (label.height - height) // 2
    stamp(canvas, label.text, left, top, look.WHITE)
