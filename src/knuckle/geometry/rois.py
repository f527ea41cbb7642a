"""Regions of interest: where to read a hand, from a palm or from the hand's last landmarks.

Convention: all arithmetic is in float32, as in MediaPipe, so that results agree to 1e-4 px.
`image_size` is (width, height) in pixels. `Roi` defines the angles.
"""

from __future__ import annotations

from math import floor, pi
from typing import NamedTuple

import numpy as np

from ..spec import LANDMARK_ROI, PALM_ROI, ROI_LANDMARKS, UPRIGHT, Landmark, RoiTransform
from ..values import FloatArray, Roi

WHOLE = Roi(0.5, 0.5, 1.0, 1.0, 0.0)  # the whole picture

_ROUNDING = 1e-5  # of a side; float32 keeps a square to about 1e-7

# Arrays, because numpy would make one from a list for every hand.
_ROI_LANDMARKS = np.array(ROI_LANDMARKS)
_ROTATION_LANDMARKS = np.array(
    [Landmark.WRIST, Landmark.INDEX_MCP, Landmark.MIDDLE_MCP, Landmark.RING_MCP]
)


def letterbox_roi(image_size: tuple[int, int]) -> Roi:
    """The smallest centred square around the whole picture."""
    return padded_roi(WHOLE, image_size)


def scaled_roi(roi: Roi, scale: float) -> Roi:
    """The ROI with both sides times `scale`, at the same place and rotation."""
    return roi._replace(width=roi.width * scale, height=roi.height * scale)


def padded_roi(roi: Roi, image_size: tuple[int, int], aspect: float = 1.0) -> Roi:
    """The smallest ROI around another one, at its place, that is `aspect` times as high as wide.

    Both sides are meant in pixels. An ROI that differs only by rounding is returned as it is.
    Source: mediapipe/calculators/tensor/image_to_tensor_utils.cc
    """
    f = np.float32
    width, height = f(roi.width) * f(image_size[0]), f(roi.height) * f(image_size[1])
    wanted = width * f(aspect)
    if abs(height - wanted) <= _ROUNDING * height:
        return roi
    if height < wanted:
        return roi._replace(height=float(wanted / f(image_size[1])))
    return roi._replace(width=float(height / f(aspect) / f(image_size[0])))


class _Rectangle(NamedTuple):
    """A rectangle as arrays: centre and extent (2,), normalised image frame."""

    centre: FloatArray
    extent: FloatArray
    turn: FloatArray  # see `rotation_matrix`
    rotation: np.float32

    def roi(self) -> Roi:
        (x, y), (width, height) = self.centre.tolist(), self.extent.tolist()
        return Roi(x, y, width, height, float(self.rotation))


def roi_from_palm(
    box: FloatArray, keypoints: FloatArray, image_size: tuple[int, int], upright: float = UPRIGHT
) -> Roi:
    """Where to read the hand that a palm belongs to.

    box: (4,), keypoints: (7, 2), normalised image frame.
    upright: the direction of a hand whose ROI is not rotated, radians.
    """
    size = np.array(image_size, np.float32)
    return _transformed(_palm(box, keypoints[0], keypoints[2], size, upright), size, PALM_ROI)


def roi_from_landmarks(landmarks: FloatArray, image_size: tuple[int, int]) -> Roi:
    """Where to read the same hand in the next frame.

    landmarks: (21, 2 or 3), normalised image frame.
    """
    size = np.array(image_size, np.float32)
    return _transformed(_hand(landmarks, size), size, LANDMARK_ROI)


def palm_rectangle(
    box: FloatArray,
    image_size: tuple[int, int],
    *,
    start: FloatArray,
    end: FloatArray,
    upright: float = UPRIGHT,
) -> Roi:
    """A palm's box, rotated as the direction from one of its keypoints to another: a raw rectangle.

    box: (4,), start, end: (2,), normalised image frame. upright: see `roi_from_palm`.
    """
    return _palm(box, start, end, np.array(image_size, np.float32), upright).roi()


def hand_rectangle(landmarks: FloatArray, image_size: tuple[int, int]) -> Roi:
    """The smallest rotated rectangle around a hand without its finger ends: a raw rectangle.

    landmarks: (21, 2 or 3), normalised image frame.
    """
    return _hand(landmarks, np.array(image_size, np.float32)).roi()


def transformed_roi(rectangle: Roi, image_size: tuple[int, int], transform: RoiTransform) -> Roi:
    """The region of interest that belongs to a raw rectangle."""
    x, y, width, height, rotation = np.array(rectangle, np.float32)
    turn = rotation_matrix(rotation + np.float32(transform.turn))
    raw = _Rectangle(np.array([x, y]), np.array([width, height]), turn, rotation)
    return _transformed(raw, np.array(image_size, np.float32), transform)


def _palm(
    box: FloatArray, start: FloatArray, end: FloatArray, size: FloatArray, upright: float
) -> _Rectangle:
    # Source: mediapipe/calculators/util/detections_to_rects_calculator.cc
    rotation = _upright_rotation(start * size, end * size, upright)
    centre, extent = (box[:2] + box[2:]) / np.float32(2), box[2:] - box[:2]
    return _Rectangle(centre, extent, rotation_matrix(rotation), rotation)


def _hand(landmarks: FloatArray, size: FloatArray) -> _Rectangle:
    # Source: mediapipe/modules/hand_landmark/calculators/hand_landmarks_to_rect_calculator.cc
    wrist, index, middle, ring = landmarks[_ROTATION_LANDMARKS, :2] * size
    rotation = _upright_rotation(wrist, ((index + ring) / 2 + middle) / 2)

    palm = landmarks[_ROI_LANDMARKS, :2]
    centre = (np.minimum.reduce(palm) + np.maximum.reduce(palm)) / 2
    turn = rotation_matrix(rotation)
    turned = ((palm - centre) * size) @ turn  # rows, not columns: by -rotation
    low, high = np.minimum.reduce(turned), np.maximum.reduce(turned)
    centre = (turn @ ((low + high) / 2)) / size + centre
    return _Rectangle(centre, (high - low) / size, turn, rotation)


def roi_offset(roi: Roi, other: Roi) -> float:
    """How far apart two ROIs are: the largest of shift, rotation, growth; in sides and radians."""
    turn = abs(_principal(other.rotation - roi.rotation))
    move = max(abs(other.x - roi.x) / roi.width, abs(other.y - roi.y) / roi.height)
    return max(move, turn, abs(other.width / roi.width - 1))


def roi_between(roi: Roi, other: Roi, share: float) -> Roi:
    """The ROI on the way from one to the other; `share` 0 is the first, 1 the second."""
    turn = _principal(other.rotation - roi.rotation)
    x, y, width, height = (a + share * (b - a) for a, b in zip(roi[:4], other[:4], strict=True))
    return Roi(x, y, width, height, _principal(roi.rotation + share * turn))


def _principal(angle: float) -> float:
    """The same angle in [-pi, pi)."""
    return (angle + pi) % (2 * pi) - pi


def _upright_rotation(start: FloatArray, end: FloatArray, upright: float = UPRIGHT) -> np.float32:
    """The rotation of a hand that points from `start` to `end` (pixels); 0 if it is upright."""
    dx, dy = end - start
    angle = upright - float(np.arctan2(-dy, dx))
    return np.float32(angle - 2 * pi * floor((angle + pi) / (2 * pi)))


def rotation_matrix(rotation: np.float32) -> FloatArray:
    """The rotation of an ROI, (2, 2): from its own axes to the picture's, for column vectors."""
    cos, sin = np.cos(rotation), np.sin(rotation)
    return np.array([[cos, -sin], [sin, cos]], np.float32)


def _transformed(raw: _Rectangle, size: FloatArray, transform: RoiTransform) -> Roi:
    """A raw rectangle shifted along its own axes, squared, and scaled.

    size: (2,) pixels.
    Source: mediapipe/calculators/util/rect_transformation_calculator.cc
    """
    pixels = raw.extent * size
    shift = pixels[1] * np.float32(transform.shift_y)
    centre = raw.centre + raw.turn[:, 1] * shift / size
    if transform.shift_x:
        centre = centre + raw.turn[:, 0] * (pixels[0] * np.float32(transform.shift_x)) / size
    if transform.square == "long":
        pixels = np.maximum.reduce(pixels)
    elif transform.square == "short":
        pixels = np.minimum.reduce(pixels)
    scale: FloatArray | np.float32 = np.float32(transform.scale)
    if transform.scale_y is not None:
        scale = np.array([transform.scale, transform.scale_y], np.float32)
    (x, y), (width, height) = centre.tolist(), (pixels * scale / size).tolist()
    return Roi(x, y, width, height, float(raw.rotation))


def roi_corners(roi: Roi, image_size: tuple[int, int]) -> FloatArray:
    """Bottom left, top left, top right, bottom right of an ROI; (4, 2), image pixels.

    image_size: (width, height), pixels.
    """
    f = np.float32
    x, y = f(roi.x) * f(image_size[0]), f(roi.y) * f(image_size[1])
    width, height = f(roi.width) * f(image_size[0]), f(roi.height) * f(image_size[1])
    # To degrees and back, as upstream's rotated rectangle does.
    angle = float(f(roi.rotation) * f(180) / f(np.pi)) * np.pi / 180
    cos, sin = f(np.cos(angle)) * f(0.5), f(np.sin(angle)) * f(0.5)
    first = x - sin * height - cos * width, y + cos * height - sin * width
    second = x + sin * height - cos * width, y - cos * height - sin * width
    third = 2 * x - first[0], 2 * y - first[1]
    fourth = 2 * x - second[0], 2 * y - second[1]
    return np.array([first, second, third, fourth], f)
