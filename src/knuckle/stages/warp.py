"""The crop of an ROI: two warps behind one function.

Convention: the crop's corners lie on the ROI's corners, and pixel (u, v) of the crop is the
picture at `corner + u/size * top edge + v/size * left edge`, where whole numbers are pixel
centres. Source: mediapipe/calculators/tensor/image_to_tensor_converter_opencv.cc

The fast warp uses kornia-rs; its landmarks are 0.1 px of the crop away from MediaPipe's. The exact
warp uses numpy, repeats OpenCV's fixed-point arithmetic bit for bit, and takes five times as long.
"""

from __future__ import annotations

import math
import os
from typing import Literal

import kornia_rs.imgproc
import numpy as np
from numpy.typing import NDArray

from ..geometry.rois import roi_corners
from ..values import ImageArray, Roi

Border = Literal["zero", "replicate"]  # outside the picture: black, or the nearest edge pixel

# The fast warp has no replicated border, so an ROI that leaves the picture gets a padded copy of
# its surroundings. Above this many pixels the exact warp is faster.
LARGEST_PATCH = 1_500_000

# The first warp starts the thread pool of kornia-rs. The pool does not survive a fork: a fast warp
# in the child would hang.
_has_pool = False
_has_lost_pool = False


def _after_fork_in_child() -> None:
    global _has_lost_pool
    _has_lost_pool = _has_pool


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


def crop(
    image: ImageArray, roi: Roi, size: int, *, border: Border, exact: bool = False
) -> ImageArray:
    """The part of a picture under an ROI, upright, (size, size, 3).

    A forked child uses the exact warp if its parent has used the fast one.
    image: (height, width, 3), C-contiguous.
    """
    if exact or _has_lost_pool:
        return _crop_exactly(image, roi, size, border)
    return _crop_fast(image, roi, size, border)


def crop_to(
    image: ImageArray, roi: Roi, size: tuple[int, int], *, border: Border, exact: bool = False
) -> ImageArray:
    """The part of a picture under an ROI, upright, with another width than height.

    size: (width, height) of the crop, pixels. The other arguments are as in `crop`.
    """
    width, height = size
    if width == height:
        return crop(image, roi, width, border=border, exact=exact)
    # The square crop whose top left part is the one that was asked for.
    side = max(size)
    wide, high = side / width, side / height
    across = (wide - 1) / 2 * roi.width * image.shape[1]
    down = (high - 1) / 2 * roi.height * image.shape[0]
    cos, sin = math.cos(roi.rotation), math.sin(roi.rotation)
    square = Roi(
        roi.x + (cos * across - sin * down) / image.shape[1],
        roi.y + (sin * across + cos * down) / image.shape[0],
        roi.width * wide,
        roi.height * high,
        roi.rotation,
    )
    pixels = crop(image, square, side, border=border, exact=exact)
    return np.ascontiguousarray(pixels[:height, :width])


def _crop_fast(image: ImageArray, roi: Roi, size: int, border: Border) -> ImageArray:
    # Scalars are faster than arrays here: by now, numpy's code has left the processor's caches.
    height, width = image.shape[:2]
    x, y = _product(roi.x, width), _product(roi.y, height)
    side_x, side_y = _product(roi.width, width), _product(roi.height, height)
    cos, sin = math.cos(roi.rotation), math.sin(roi.rotation)
    if border == "replicate":
        reach_x = (abs(cos) * side_x + abs(sin) * side_y) / 2
        reach_y = (abs(sin) * side_x + abs(cos) * side_y) / 2
        # One more pixel on each side, because rounding may push a sample on the edge beyond it.
        # There it would be black.
        left, right = math.floor(x - reach_x) - 1, math.ceil(x + reach_x) + 2
        top, bottom = math.floor(y - reach_y) - 1, math.ceil(y + reach_y) + 2
        if left < 0 or top < 0 or right > width or bottom > height:
            if (right - left) * (bottom - top) > LARGEST_PATCH:
                return _crop_exactly(image, roi, size, border)
            image = _replicated_patch(image, left, top, right, bottom)
            x, y = x - left, y - top
    global _has_pool
    _has_pool = True
    # Rotate the picture by -rotation around the ROI's centre, scale it, and move it to the crop.
    a, b = cos * size / side_x, sin * size / side_x
    c, d = -sin * size / side_y, cos * size / side_y
    matrix = [a, b, size / 2 - a * x - b * y, c, d, size / 2 - c * x - d * y]
    return np.asarray(kornia_rs.imgproc.warp_affine(image, matrix, (size, size), "bilinear"))


def _product(share: float, side: int) -> float:
    """Pixels in float32, the precision of an ROI, where 4/3 of 480 is exactly 640."""
    return float(np.float32(share) * np.float32(side))


def _replicated_patch(
    image: ImageArray, left: int, top: int, right: int, bottom: int
) -> ImageArray:
    """A part of a picture whose edge pixels are repeated outwards.

    It has the columns from `left` up to but not including `right`, and the rows from `top` up to
    but not including `bottom`. All four may lie outside the picture.
    """
    height, width = image.shape[:2]
    inner_left, inner_right = _overlap(left, right, width)
    inner_top, inner_bottom = _overlap(top, bottom, height)
    patch = np.empty((bottom - top, right - left, 3), np.uint8)
    x0, x1 = _within(inner_left - left, inner_right - left, right - left)
    y0, y1 = _within(inner_top - top, inner_bottom - top, bottom - top)
    patch[y0:y1, x0:x1] = image[inner_top : inner_top + y1 - y0, inner_left : inner_left + x1 - x0]
    patch[y0:y1, :x0] = patch[y0:y1, x0 : x0 + 1]
    patch[y0:y1, x1:] = patch[y0:y1, x1 - 1 : x1]
    patch[:y0] = patch[y0]
    patch[y1:] = patch[y1 - 1]
    return patch


def _overlap(start: int, stop: int, length: int) -> tuple[int, int]:
    """The part of an interval inside the picture; at least the nearest pixel."""
    return min(max(start, 0), length - 1), max(min(stop, length), 1)


def _within(start: int, stop: int, length: int) -> tuple[int, int]:
    """The part of an interval inside a patch; at least the nearest pixel."""
    start = min(max(start, 0), length - 1)
    return start, max(min(stop, length), start + 1)


def _crop_exactly(image: ImageArray, roi: Roi, size: int, border: Border) -> ImageArray:
    """Bilinear in steps of 1/32 px with 15-bit weights, as OpenCV's warpPerspective up to 4.x."""
    corners = roi_corners(roi, (image.shape[1], image.shape[0])).astype(np.float64)
    rows = _inverse(_homography(corners, size))
    u = np.arange(size, dtype=np.float64)
    x, y, w = (row[0] * u + (row[1] * u[:, None] + row[2]) for row in rows)
    scale = np.divide(32.0, w, out=np.zeros_like(w), where=w != 0)
    height, width = image.shape[:2]
    columns = _taps(np.rint(x * scale), width, border)
    lines = _taps(np.rint(y * scale), height, border)
    pixels = image.reshape(-1, 3)
    total = np.full((size * size, 3), 1 << 14, np.int32)
    for column, across in columns:
        for line, down in lines:
            weight = across * down * 32
            total += np.take(pixels, line * width + column, axis=0) * weight[:, None]
    return (total >> 15).astype(np.uint8).reshape(size, size, 3)


def _taps(
    positions: NDArray[np.float64], length: int, border: Border
) -> list[tuple[NDArray[np.int32], NDArray[np.int32]]]:
    """The two neighbours of each position along one axis, each with index and weight (of 32).

    positions: in units of 1/32 px, whole numbers.
    """
    fixed = positions.ravel().astype(np.int32)
    near, part = fixed >> 5, fixed & 31
    taps = []
    for index, weight in ((near, 32 - part), (near + 1, part)):
        inside = np.clip(index, 0, length - 1)
        taps.append((inside, weight if border == "replicate" else weight * (inside == index)))
    return taps


def _homography(corners: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """The homography from the picture to the crop that maps corners to corners, (3, 3)."""
    targets = np.array([[0, size], [0, 0], [size, 0], [size, size]], np.float64)
    equations, constants = np.zeros((8, 8)), np.zeros(8)
    for i, ((x, y), (u, v)) in enumerate(zip(corners, targets, strict=True)):
        equations[i] = [x, y, 1, 0, 0, 0, -x * u, -y * u]
        equations[i + 4] = [0, 0, 0, x, y, 1, -x * v, -y * v]
        constants[i], constants[i + 4] = u, v
    return np.append(np.linalg.solve(equations, constants), 1.0).reshape(3, 3)


def _inverse(m: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse, by the adjugate: the order of operations decides ties of 1/32 pixel."""
    (a, b, c), (d, e, f), (g, h, i) = m.tolist()
    adjugate = np.array(
        [
            [e * i - f * h, c * h - b * i, b * f - c * e],
            [f * g - d * i, a * i - c * g, c * d - a * f],
            [d * h - e * g, b * g - a * h, a * e - b * d],
        ]
    )
    determinant = a * adjugate[0, 0] + b * adjugate[1, 0] + c * adjugate[2, 0]
    return adjugate * (1.0 / determinant)
