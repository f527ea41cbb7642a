"""Regions of interest: where to read a hand, from a palm or from the hand's last landmarks.

Convention: all arithmetic is in float32, as in MediaPipe, so that results agree to 1e-4 px.
`image_size` is (width, height) in pixels. `Roi` defines the angles.
"""

from __future__ import annotations

from math import floor, pi

import numpy as np

from ..spec import LANDMARK_ROI, PALM_ROI, ROI_LANDMARKS, UPRIGHT, Landmark, RoiTransform
from ..values import FloatArray, Roi

# Arrays, because numpy would make one from a list for every hand.
_ROI_LANDMARKS = np.array(ROI_LANDMARKS)
_ROTATION_LANDMARKS = np.array(
    [Landmark.WRIST, Landmark.INDEX_MCP, Landmark.MIDDLE_MCP, Landmark.RING_MCP]
)


def letterbox_roi(image_size: tuple[int, int]) -> Roi:
    """The smallest centred square around the whole picture."""
    longest = np.float32(max(image_size))
    width, height = (float(longest / np.float32(side)) for side in image_size)
    return Roi(0.5, 0.5, width, height, 0.0)


def scaled_roi(roi: Roi, scale: float) -> Roi:
    """The ROI with both sides times `scale`, at the same place and rotation."""
    return roi._replace(width=roi.width * scale, height=roi.height * scale)


def roi_from_palm(
    box: FloatArray, keypoints: FloatArray, image_size: tuple[int, int], upright: float = UPRIGHT
) -> Roi:
    """Where to read the hand that a palm belongs to.

    box: (4,), keypoints: (7, 2), normalised image frame.
    upright: the direction of a hand whose ROI is not rotated, radians.
    Source: mediapipe/calculators/util/detections_to_rects_calculator.cc
    """
    size = np.array(image_size, np.float32)
    rotation = _upright_rotation(keypoints[0] * size, keypoints[2] * size, upright)
    centre, extent = (box[:2] + box[2:]) / np.float32(2), box[2:] - box[:2]
    turn = rotation_matrix(rotation)
    return Roi(*_transform(centre, extent, turn, size, PALM_ROI), float(rotation))


def roi_from_landmarks(landmarks: FloatArray, image_size: tuple[int, int]) -> Roi:
    """Where to read the same hand in the next frame.

    landmarks: (21, 2 or 3), normalised image frame.
    Source: mediapipe/modules/hand_landmark/calculators/hand_landmarks_to_rect_calculator.cc
    """
    size = np.array(image_size, np.float32)
    wrist, index, middle, ring = landmarks[_ROTATION_LANDMARKS, :2] * size
    rotation = _upright_rotation(wrist, ((index + ring) / 2 + middle) / 2)

    palm = landmarks[_ROI_LANDMARKS, :2]
    centre = (np.minimum.reduce(palm) + np.maximum.reduce(palm)) / 2
    turn = rotation_matrix(rotation)
    turned = ((palm - centre) * size) @ turn  # rows, not columns: by -rotation
    low, high = np.minimum.reduce(turned), np.maximum.reduce(turned)
    centre = (turn @ ((low + high) / 2)) / size + centre
    extent = (high - low) / size
    return Roi(*_transform(centre, extent, turn, size, LANDMARK_ROI), float(rotation))


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


def _transform(
    centre: FloatArray,
    extent: FloatArray,
    turn: FloatArray,
    size: FloatArray,
    transform: RoiTransform,
) -> tuple[float, float, float, float]:
    """A raw rectangle shifted along its own y axis, squared on its longer side, and scaled.

    centre, extent: (2,), normalised image frame; turn: see `rotation_matrix`; size: (2,) pixels.
    Returns x, y, width and height of the ROI.
    Source: mediapipe/calculators/util/rect_transformation_calculator.cc
    """
    shift = extent[1] * size[1] * np.float32(transform.shift_y)
    centre = centre + turn[:, 1] * shift / size
    side = np.maximum.reduce(extent * size) * np.float32(transform.scale) / size
    (x, y), (width, height) = centre.tolist(), side.tolist()
    return x, y, width, height


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
