"""The crop of an ROI: two warps behind one function.

Convention: the crop's corners lie on the ROI's corners, and pixel (u, v) of the crop is the
picture at `corner + u/size * top edge + v/size * left edge`, where whole numbers are pixel
centres. Source: mediapipe/calculators/tensor/image_to_tensor_converter_opencv.cc

The fast warp is kornia-rs, 0.1 px of the crop away from upstream in the landmarks. The exact one
is numpy, repeats OpenCV's fixed-point arithmetic bit for bit, and takes ten times as long.
"""

from __future__ import annotations

import os
from typing import Literal

import kornia_rs.imgproc
import numpy as np
from numpy.typing import NDArray

from ..values import ImageArray, Roi

Border = Literal["zero", "replicate"]  # what lies outside the picture: black, or its edge

# The fast warp takes pixels only from inside a picture, so an ROI that leaves it is given a padded
# copy of its surroundings. Above this many pixels the exact warp is quicker.
LARGEST_PATCH = 3_000_000

_forked = False


def _after_fork_in_child() -> None:
    # The thread pool of kornia-rs does not survive a fork: its first use would hang.
    global _forked
    _forked = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


def crop(
    image: ImageArray, roi: Roi, size: int, *, border: Border, exact: bool = False
) -> ImageArray:
    """The part of a picture under an ROI, upright, (size, size, 3).

    image: (height, width, 3), C-contiguous.
    """
    corners = roi_corners(roi, (image.shape[1], image.shape[0]))
    if exact or _forked:
        return _crop_exactly(image, corners, size, border)
    if border == "replicate":
        low = np.floor(corners.min(axis=0)).astype(int)
        high = np.ceil(corners.max(axis=0)).astype(int) + 1
        if low.min() < 0 or high[0] > image.shape[1] or high[1] > image.shape[0]:
            if np.prod(high - low) > LARGEST_PATCH:
                return _crop_exactly(image, corners, size, border)
            image = _replicated_patch(image, low, high)
            corners = corners - low
    return _crop_fast(image, corners, size)


def roi_corners(roi: Roi, image_size: tuple[int, int]) -> NDArray[np.float32]:
    """Bottom left, top left, top right, bottom right of an ROI; (4, 2), image pixels.

    image_size: (width, height), pixels.
    """
    f = np.float32
    x, y = f(roi.x) * f(image_size[0]), f(roi.y) * f(image_size[1])
    width, height = f(roi.width) * f(image_size[0]), f(roi.height) * f(image_size[1])
    # Through degrees and back, as the rotated rectangle of upstream goes.
    angle = float(f(roi.rotation) * f(180) / f(np.pi)) * np.pi / 180
    cos, sin = f(np.cos(angle)) * f(0.5), f(np.sin(angle)) * f(0.5)
    first = x - sin * height - cos * width, y + cos * height - sin * width
    second = x + sin * height - cos * width, y - cos * height - sin * width
    third = 2 * x - first[0], 2 * y - first[1]
    fourth = 2 * x - second[0], 2 * y - second[1]
    return np.array([first, second, third, fourth], f)


def _crop_fast(image: ImageArray, corners: NDArray[np.float32], size: int) -> ImageArray:
    bottom_left, top_left, top_right, _ = corners.astype(np.float64)
    image_from_crop = np.column_stack([top_right - top_left, bottom_left - top_left]) / size
    crop_from_image = np.linalg.inv(image_from_crop)
    (a, b), (c, d) = crop_from_image.tolist()
    x, y = (-crop_from_image @ top_left).tolist()
    matrix = [a, b, x, c, d, y]
    return np.asarray(kornia_rs.imgproc.warp_affine(image, matrix, (size, size), "bilinear"))


def _replicated_patch(
    image: ImageArray, low: NDArray[np.int_], high: NDArray[np.int_]
) -> ImageArray:
    """Pixels low (inclusive) to high (exclusive) of a picture whose edge goes on for ever.

    low, high: (2,), x and y, image pixels.
    """
    limits = np.array([image.shape[1], image.shape[0]])
    inner_low, inner_high = np.clip(low, 0, limits - 1), np.clip(high, 1, limits)
    left, top = inner_low - low
    right, bottom = inner_high - low
    width, height = high - low
    # An ROI wholly outside takes the nearest edge; its inner part is then one pixel wide there.
    left, right = _within(left, right, width)
    top, bottom = _within(top, bottom, height)
    patch = np.empty((height, width, 3), np.uint8)
    patch[top:bottom, left:right] = image[
        inner_low[1] : inner_low[1] + bottom - top, inner_low[0] : inner_low[0] + right - left
    ]
    patch[top:bottom, :left] = patch[top:bottom, left : left + 1]
    patch[top:bottom, right:] = patch[top:bottom, right - 1 : right]
    patch[:top] = patch[top]
    patch[bottom:] = patch[bottom - 1]
    return patch


def _within(start: int, stop: int, length: int) -> tuple[int, int]:
    start = min(max(start, 0), length - 1)
    return start, max(min(stop, length), start + 1)


def _crop_exactly(
    image: ImageArray, corners: NDArray[np.float32], size: int, border: Border
) -> ImageArray:
    """Bilinear in steps of 1/32 px with 15-bit weights, as OpenCV's warpPerspective up to 4.x."""
    rows = _inverse(_homography(corners.astype(np.float64), size))
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
    """Along one axis, the two neighbours of each position as index and weight (of 32).

    positions: whole numbers of 1/32 px.
    """
    fixed = positions.ravel().astype(np.int32)
    near, part = fixed >> 5, fixed & 31
    taps = []
    for index, weight in ((near, 32 - part), (near + 1, part)):
        inside = np.clip(index, 0, length - 1)
        taps.append((inside, weight if border == "replicate" else weight * (inside == index)))
    return taps


def _homography(corners: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """The map from the picture to the crop that takes the corners to the crop's, (3, 3)."""
    targets = np.array([[0, size], [0, 0], [size, 0], [size, size]], np.float64)
    equations, constants = np.zeros((8, 8)), np.zeros(8)
    for i, ((x, y), (u, v)) in enumerate(zip(corners, targets, strict=True)):
        equations[i] = [x, y, 1, 0, 0, 0, -x * u, -y * u]
        equations[i + 4] = [0, 0, 0, x, y, 1, -x * v, -y * v]
        constants[i], constants[i + 4] = u, v
    return np.append(np.linalg.solve(equations, constants), 1.0).reshape(3, 3)


def _inverse(m: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse by the adjugate: the order of its operations decides ties of 1/32 pixel."""
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
