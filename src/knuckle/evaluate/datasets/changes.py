"""Changed pictures for curves of robustness: the same picture, harder to read, and its truth.

| change | level | the picture becomes | plain |
|---|---|---|---|
| scale | palm length, px | smaller as a whole (Lanczos), never larger | none |
| distance | palm length, px | `scale`'s, in the middle of grey of at least 640 x 480 | none |
| rotation | degrees clockwise | turned about its centre (bicubic), on grey that holds it all | 0 |
| brightness | factor | its 8-bit sRGB values times the factor, clipped; not linear light | 1 |
| blur | sigma, palm lengths | under a Gaussian, which Pillow makes of three box blurs | 0 |
| noise | sigma, 8-bit steps | with Gaussian noise by pixel and channel, rounded and clipped | 0 |
| jpeg | quality | written by Pillow as JPEG, 4:2:0, and read again | none |
| border | width / longer side | in a grey frame of this width on every side | 0 |
| crop | share outside | cut so that this share of the hand's width or height is outside | 0 |

Grey is 128. The canvas of `distance` is as wide and high as the plain picture at least, so that the
hand is small in the picture, too; `scale` takes only its pixels, since a detector stretches any
picture to its own size.

The palm is that of the picture's largest hand, from the wrist to the middle MCP. A picture without
one has no `scale`, `distance` or `blur`; one whose palm is below the level has no `scale` or
`distance` there. `crop` cuts the hand whose key-point box comes nearest to an edge, at that edge,
at a whole pixel; its truth keeps the points outside. A picture is left out where more than the
level of that hand is outside already, or another hand would lose more than the level.

Points are continuous: a picture spans [0, width] x [0, height], so that the middle of its first
pixel is (0.5, 0.5), and scaling takes p to scale * p.
"""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFilter

from ...checks import checked_image
from ...values import Box, ImageArray
from ..metrics.distances import palm_length
from ..values import Array, TrueHand

GREY = 128
LEAST_CANVAS = (640, 480)  # width, height
JPEG_420 = 2  # Pillow's number for halved chroma in both directions

IDENTITY: Array = np.eye(2, 3)
IDENTITY.flags.writeable = False

Edge = tuple[int, int]  # axis (0: x, 1: y) and end (0: left or top, 1: right or bottom)
EDGES: tuple[Edge, ...] = ((0, 0), (1, 0), (0, 1), (1, 1))


class Changed(NamedTuple):
    """A changed picture, and where its points went."""

    image: ImageArray  # (height, width, 3) RGB
    affine: Array = IDENTITY  # (2, 3): pixels of the plain picture to those of this one


Function = Callable[[ImageArray, float, Sequence[TrueHand]], Changed | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One way to make pictures harder, by strength."""

    name: str
    axis: str  # what the levels are, with the unit
    levels: tuple[float, ...]  # in the order of display
    plain: float | None  # the level that leaves pictures as they are
    function: Function  # pure; None where the change makes no sense for this picture


def changed(
    change: Change, level: float, image: ImageArray, hands: Sequence[TrueHand]
) -> tuple[ImageArray, tuple[TrueHand, ...]] | None:
    """The picture changed and the truth moved with it; None where that makes no sense for it.

    A box that is the smallest around a hand's points is so again; any other is the smallest
    around where its corners went. 3D points turn with the picture and are otherwise the same.

    level: one of `change.levels`.
    image: (height, width, 3) RGB; never written to.
    hands: what is annotated in it, image pixels.

    Raises TypeError or ValueError for an image that is no uint8 RGB, or a level not in the table.
    """
    if level not in change.levels:
        levels = ", ".join(f"{known:g}" for known in change.levels)
        raise ValueError(f"level must be one of {levels} for {change.name}, not {level!r}")
    result = change.function(checked_image(image), float(level), hands)
    if result is None:
        return None
    return result.image, tuple(_moved(hand, result.affine) for hand in hands)


def _moved(hand: TrueHand, affine: Array) -> TrueHand:
    """The hand where an affine map of the picture takes it."""
    points = None if hand.points is None else _mapped(hand.points, affine)
    tight, turned = _tight_box(hand.points), _tight_box(points)
    is_tight = tight is not None and np.allclose(tight, hand.box, rtol=0, atol=1)  # or rounded
    box = turned if turned is not None and is_tight else _moved_box(hand.box, affine)
    return replace(hand, points=points, box=box, points_3d=_turned(hand.points_3d, affine))


def _mapped(points: Array, affine: Array) -> Array:
    """(n, 2) points where an affine map takes them."""
    moved: Array = points @ affine[:, :2].T + affine[:, 2]
    return moved


def _moved_box(box: Box, affine: Array) -> Box:
    """The smallest box around the corners of a box, moved."""
    corners = np.array([(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)])
    moved = _mapped(corners, affine)
    return Box(*moved.min(axis=0).tolist(), *moved.max(axis=0).tolist())


def _turned(points: Array | None, affine: Array) -> Array | None:
    """3D points turned about the viewing axis as the picture is; scaling leaves them alone."""
    linear = affine[:, :2]
    turn = linear / math.sqrt(np.linalg.det(linear))
    if points is None or np.allclose(turn, np.eye(2)):
        return points
    return np.column_stack([points[:, :2] @ turn.T, points[:, 2]])


def _tight_box(points: Array | None) -> Box | None:
    """The smallest box around the annotated points; None without any."""
    if points is None or not len(known := points[~np.isnan(points).any(axis=1)]):
        return None
    return Box(*known.min(axis=0).tolist(), *known.max(axis=0).tolist())


def _palm_length(hands: Sequence[TrueHand]) -> float | None:
    """The largest palm length, pixels; None where no palm is annotated."""
    lengths = [palm_length(hand.points) for hand in hands if hand.points is not None]
    return max((length for length in lengths if not math.isnan(length)), default=None)


def _scale(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed | None:
    """The picture with a palm as long as the level, pixels."""
    palm = _palm_length(hands)
    if palm is None or palm < level:
        return None
    return _reduced(image, level / palm)


def _reduced(image: ImageArray, scale: float) -> Changed:
    """The picture scaled by at most 1, the same in both directions."""
    height, width = image.shape[:2]
    size = tuple(max(1, math.floor(side * scale + 1e-9)) for side in (width, height))
    # The part of a pixel that is over at the right and below is cut, to keep the scale exact.
    part = (0, 0, min(width, size[0] / scale), min(height, size[1] / scale))
    pixels = Image.fromarray(image).resize(size, Image.Resampling.LANCZOS, box=part)
    return Changed(np.asarray(pixels), np.array([[scale, 0.0, 0.0], [0.0, scale, 0.0]]))


def _distance(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed | None:
    """The picture with a palm as long as the level, in the middle of grey."""
    small = _scale(image, level, hands)
    if small is None:
        return None
    width, height = np.maximum(LEAST_CANVAS, image.shape[1::-1]).tolist()
    x, y = (width - small.image.shape[1]) // 2, (height - small.image.shape[0]) // 2
    canvas = _on_grey(small.image, (width, height), (x, y))
    return Changed(canvas, small.affine + _shift(x, y) - IDENTITY)


def _on_grey(image: ImageArray, size: tuple[int, int], corner: tuple[int, int]) -> ImageArray:
    """Grey of a size (width, height) with the picture's top left at a corner (x, y); pixels."""
    canvas = np.full((size[1], size[0], 3), GREY, np.uint8)
    height, width = image.shape[:2]
    canvas[corner[1] : corner[1] + height, corner[0] : corner[0] + width] = image
    return canvas


def _shift(x: float, y: float) -> Array:
    """The affine map that adds to x and y, pixels."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y]])


def _rotation(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed:
    """The picture turned clockwise about its centre, degrees, on grey that holds all of it."""
    angle = math.radians(level)
    # Rounded, so that quarter turns are exact and take no pixel from beyond the picture.
    cosine, sine = round(math.cos(angle), 15), round(math.sin(angle), 15)
    turn = np.array([[cosine, -sine], [sine, cosine]])
    size = np.array(image.shape[1::-1], np.float64)
    grown = np.ceil(np.abs(turn) @ size - 1e-9)
    forward = np.column_stack([turn, grown / 2 - turn @ (size / 2)])
    backward = np.column_stack([turn.T, size / 2 - turn.T @ (grown / 2)])
    pixels = Image.fromarray(image).transform(
        (int(grown[0]), int(grown[1])),
        Image.Transform.AFFINE,
        tuple(backward.ravel().tolist()),
        Image.Resampling.BICUBIC,
        fillcolor=(GREY, GREY, GREY),
    )
    return Changed(np.asarray(pixels), forward)


def _brightness(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed:
    """The picture with its values multiplied, clipped."""
    curve = np.clip(np.rint(np.arange(256) * level), 0, 255).astype(np.uint8)
    return Changed(curve[image])


def _blur(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed | None:
    """The picture under a Gaussian, whose sigma is a share of the palm length."""
    palm = _palm_length(hands)
    if palm is None:
        return None
    return Changed(
        np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(level * palm)))
    )


def _noise(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed:
    """The picture with noise of this sigma; the same for the same picture and level."""
    seed = zlib.crc32(repr((image.shape, level)).encode(), zlib.crc32(image.tobytes()))
    noise = np.random.default_rng(seed).standard_normal(image.shape, np.float32)
    noise *= np.float32(level)
    return Changed(np.clip(np.rint(image + noise), 0, 255).astype(np.uint8))


def _jpeg(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed:
    """The picture after JPEG of this quality, 1 to 95."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=round(level), subsampling=JPEG_420)
    return Changed(np.asarray(Image.open(file)))


def _border(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed:
    """The picture in a grey frame, whose width is a share of the longer side."""
    height, width = image.shape[:2]
    frame = round(level * max(height, width))
    size = (width + 2 * frame, height + 2 * frame)
    return Changed(_on_grey(image, size, (frame, frame)), _shift(frame, frame))


def _crop(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed | None:
    """The picture cut so that a share of the hand nearest to an edge is beyond that edge."""
    size = (image.shape[1], image.shape[0])
    boxes = [_tight_box(hand.points) or hand.box for hand in hands]
    if not boxes:
        return None
    edge = min(EDGES, key=lambda edge: min(_span(box, edge, size)[0] for box in boxes))
    spans = sorted(_span(box, edge, size) for box in boxes)
    limits = [near + level * (far - near) for near, far in spans]  # no hand may lose more
    cut = round(limits[0]) if level else 0
    if cut > min(limits) + 0.5 or cut >= size[edge[0]] or (level and cut <= 0):
        return None
    return _without(image, edge, cut)


def _span(box: Box, edge: Edge, size: tuple[int, int]) -> tuple[float, float]:
    """Where a box begins and ends, seen from an edge of the picture inwards; pixels.

    size: (width, height), pixels.
    """
    axis, end = edge
    low, high = box[axis], box[axis + 2]
    return (size[axis] - high, size[axis] - low) if end else (low, high)


def _without(image: ImageArray, edge: Edge, cut: int) -> Changed:
    """The picture without the first pixels at an edge."""
    axis, end = edge
    length = image.shape[1 - axis]
    kept = slice(0, length - cut) if end else slice(cut, length)
    part = image[kept] if axis else image[:, kept]
    before = [0 if end or at != axis else -cut for at in (0, 1)]
    return Changed(np.ascontiguousarray(part), _shift(*before))


_PALMS = (96.0, 64.0, 48.0, 32.0, 24.0)
_DEGREES = tuple(float(degrees) for degrees in range(0, 360, 30))
_QUALITIES = (90.0, 50.0, 20.0, 10.0, 5.0, 2.0)
_FACTORS = (0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.5, 4.0)
_SIGMAS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2)
_STEPS = (0.0, 10.0, 20.0, 40.0, 60.0, 80.0)
_FRAMES = (0.0, 0.1, 0.25, 0.5, 1.0)
_SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)

CHANGES: dict[str, Change] = {
    change.name: change
    for change in (
        Change("scale", "palm length, px", _PALMS, None, _scale),
        Change("distance", "palm length, px, in the whole picture", _PALMS, None, _distance),
        Change("rotation", "rotation, degrees clockwise", _DEGREES, 0.0, _rotation),
        Change("brightness", "brightness, factor", _FACTORS, 1.0, _brightness),
        Change("blur", "blur sigma, palm lengths", _SIGMAS, 0.0, _blur),
        Change("noise", "noise sigma, 8-bit steps", _STEPS, 0.0, _noise),
        Change("jpeg", "JPEG quality", _QUALITIES, None, _jpeg),
        Change("border", "grey border, share of the longer side", _FRAMES, 0.0, _border),
        Change("crop", "hand outside, share of its width or height", _SHARES, 0.0, _crop),
    )
}
