"""Changes for the robustness curves: make a picture harder and move its ground truth with it.

| change | level | the picture becomes | plain |
|---|---|---|---|
| scale | palm length, px | smaller as a whole (Lanczos), never larger | none |
 distance | palm length, px | as by `scale`, in the middle of grey, at least 640 x 480 | none |
 rotation | degrees clockwise | rotated about its centre (bicubic), on grey that fits it all | 0 |
| brightness | factor | its 8-bit sRGB values times the factor, clipped; not linear light | 1 |
 blur | sigma, palm lengths | blurred by a Gaussian, which Pillow makes of three box blurs | 0 |
| noise | sigma, 8-bit steps | with Gaussian noise by pixel and channel, rounded and clipped | 0 |
| jpeg | quality | written by Pillow as JPEG, 4:2:0, and read again | none |
| border | width / longer side | in a grey frame of this width on every side | 0 |
| crop | share outside | cut so that this share of the hand's width or height is outside | 0 |

Grey is 128. The canvas of `distance` is at least as wide and high as the plain picture, so the hand
is also small relative to the picture. `scale` only removes pixels, since a detector stretches any
picture to its own size.

The palm length is that of the picture's largest hand, from the wrist to the middle MCP. A picture
without a palm has no `scale`, `distance` or `blur`. If the palm is shorter than the level, there is
no `scale` or `distance` at that level. `crop` cuts the hand whose key-point box is nearest to an
edge, at that edge and at a whole pixel; the ground truth keeps the points outside. A picture is
left out if more of that hand than the level is outside already, or if another hand would lose more
than the level.

Coordinates are continuous: a picture spans [0, width] x [0, height], so the centre of its first
pixel is (0.5, 0.5), and scaling maps p to scale * p.
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
JPEG_420 = 2  # Pillow's number for chroma at half the resolution in both directions

IDENTITY: Array = np.eye(2, 3)
IDENTITY.flags.writeable = False

Edge = tuple[int, int]  # axis (0: x, 1: y) and end (0: left or top, 1: right or bottom)
EDGES: tuple[Edge, ...] = ((0, 0), (1, 0), (0, 1), (1, 1))


class Changed(NamedTuple):
    """A changed picture, and the map of its points."""

    image: ImageArray  # (height, width, 3) RGB
    affine: Array = IDENTITY  # (2, 3), from pixels of the plain picture to pixels of this one


Function = Callable[[ImageArray, float, Sequence[TrueHand]], Changed | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One way to make pictures harder, at several levels."""

    name: str
    axis: str  # what the levels mean, with their unit
    levels: tuple[float, ...]  # in the order of display
    plain: float | None  # the level that changes nothing, if any
    function: Function  # pure; None where the change makes no sense for this picture


def changed(
    change: Change, level: float, image: ImageArray, hands: Sequence[TrueHand]
) -> tuple[ImageArray, tuple[TrueHand, ...]] | None:
    """Change a picture and its ground truth; None if the change makes no sense for it.

    A box that is tight around a hand's points stays tight. Any other box becomes the smallest box
    around its moved corners. 3D points rotate with the picture and are otherwise unchanged.

    level: one of `change.levels`.
    image: (height, width, 3) RGB; it is not modified.
    hands: the hands annotated in it, image pixels.

    Raises TypeError or ValueError for an image that is not uint8 RGB or a level not in the table.
    """
    if level not in change.levels:
        levels = ", ".join(f"{known:g}" for known in change.levels)
        raise ValueError(f"level must be one of {levels} for {change.name}, not {level!r}")
    result = change.function(checked_image(image), float(level), hands)
    if result is None:
        return None
    return result.image, tuple(_moved(hand, result.affine) for hand in hands)


def _moved(hand: TrueHand, affine: Array) -> TrueHand:
    """Move a hand by the affine map of its picture."""
    points = None if hand.points is None else _mapped(hand.points, affine)
    tight, turned = _tight_box(hand.points), _tight_box(points)
    is_tight = tight is not None and np.allclose(tight, hand.box, rtol=0, atol=1)  # or rounded
    box = turned if turned is not None and is_tight else _moved_box(hand.box, affine)
    return replace(hand, points=points, box=box, points_3d=_turned(hand.points_3d, affine))


def _mapped(points: Array, affine: Array) -> Array:
    """Map (n, 2) points."""
    moved: Array = points @ affine[:, :2].T + affine[:, 2]
    return moved


def _moved_box(box: Box, affine: Array) -> Box:
    """The smallest box around the corners of a box, moved."""
    corners = np.array([(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)])
    moved = _mapped(corners, affine)
    return Box(*moved.min(axis=0).tolist(), *moved.max(axis=0).tolist())


def _turned(points: Array | None, affine: Array) -> Array | None:
    """Rotate 3D points about the viewing axis with the picture. Scaling does not change them."""
    linear = affine[:, :2]
    turn = linear / math.sqrt(np.linalg.det(linear))
    if points is None or np.allclose(turn, np.eye(2)):
        return points
    return np.column_stack([points[:, :2] @ turn.T, points[:, 2]])


def _tight_box(points: Array | None) -> Box | None:
    """The smallest box around the annotated points; None if there are none."""
    if points is None or not len(known := points[~np.isnan(points).any(axis=1)]):
        return None
    return Box(*known.min(axis=0).tolist(), *known.max(axis=0).tolist())


def _palm_length(hands: Sequence[TrueHand]) -> float | None:
    """The largest palm length in pixels; None if no palm is annotated."""
    lengths = [palm_length(hand.points) for hand in hands if hand.points is not None]
    return max((length for length in lengths if not math.isnan(length)), default=None)


def _scale(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed | None:
    """Shrink the picture until the palm is as long as the level, pixels."""
    palm = _palm_length(hands)
    if palm is None or palm < level:
        return None
    return _reduced(image, level / palm)


def _reduced(image: ImageArray, scale: float) -> Changed:
    """Scale the picture equally in both directions, by 1 or less."""
    height, width = image.shape[:2]
    size = tuple(max(1, math.floor(side * scale + 1e-9)) for side in (width, height))
    # Cut off the fraction of a pixel left over at the right and bottom, to keep the scale exact.
    part = (0, 0, min(width, size[0] / scale), min(height, size[1] / scale))
    pixels = Image.fromarray(image).resize(size, Image.Resampling.LANCZOS, box=part)
    return Changed(np.asarray(pixels), np.array([[scale, 0.0, 0.0], [0.0, scale, 0.0]]))


def _distance(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed | None:
    """Shrink the picture until the palm is as long as the level, in the middle of grey."""
    small = _scale(image, level, hands)
    if small is None:
        return None
    width, height = np.maximum(LEAST_CANVAS, image.shape[1::-1]).tolist()
    x, y = (width - small.image.shape[1]) // 2, (height - small.image.shape[0]) // 2
    canvas = _on_grey(small.image, (width, height), (x, y))
    return Changed(canvas, small.affine + _shift(x, y) - IDENTITY)


def _on_grey(image: ImageArray, size: tuple[int, int], corner: tuple[int, int]) -> ImageArray:
    """Put the picture on grey of a size (width, height), its top left corner at (x, y); pixels."""
    canvas = np.full((size[1], size[0], 3), GREY, np.uint8)
    height, width = image.shape[:2]
    canvas[corner[1] : corner[1] + height, corner[0] : corner[0] + width] = image
    return canvas


def _shift(x: float, y: float) -> Array:
    """The affine map that adds to x and y, pixels."""
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y]])


def _rotation(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed:
    """Rotate the picture clockwise about its centre by degrees, on grey that fits all of it."""
    angle = math.radians(level)
    # Rounded, so that quarter turns are exact and sample nothing outside the picture.
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
    """Multiply the picture's values, and clip them."""
    curve = np.clip(np.rint(np.arange(256) * level), 0, 255).astype(np.uint8)
    return Changed(curve[image])


def _blur(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed | None:
    """Blur the picture by a Gaussian. The level is its sigma in palm lengths."""
    palm = _palm_length(hands)
    if palm is None:
        return None
    return Changed(
        np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(level * palm)))
    )


def _noise(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed:
    """Add noise of this sigma. The same picture and level always get the same noise."""
    seed = zlib.crc32(repr((image.shape, level)).encode(), zlib.crc32(image.tobytes()))
    noise = np.random.default_rng(seed).standard_normal(image.shape, np.float32)
    noise *= np.float32(level)
    return Changed(np.clip(np.rint(image + noise), 0, 255).astype(np.uint8))


def _jpeg(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed:
    """Compress the picture as JPEG of this quality, 1 to 95."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=round(level), subsampling=JPEG_420)
    return Changed(np.asarray(Image.open(file)))


def _border(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed:
    """Put the picture in a grey frame. The level is its width as a share of the longer side."""
    height, width = image.shape[:2]
    frame = round(level * max(height, width))
    size = (width + 2 * frame, height + 2 * frame)
    return Changed(_on_grey(image, size, (frame, frame)), _shift(frame, frame))


def _crop(image: ImageArray, level: float, hands: Sequence[TrueHand]) -> Changed | None:
    """Cut the picture so that this share of the hand nearest to an edge is beyond that edge."""
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
    """Where a box begins and ends, measured inwards from an edge of the picture; pixels.

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
