"""Whether two readings are one hand seen twice."""

from __future__ import annotations

import numpy as np

from ..geometry.boxes import box_iou
from ..geometry.palm_lengths import palm_size
from ..spec import (
    CONNECTIONS,
    DUPLICATE_DISTANCE,
    DUPLICATE_LANDMARKS,
    DUPLICATE_OVERLAP,
    PALM_KEYPOINTS,
)
from ..values import FloatArray

SAME_PALM = 0.5  # palm sizes between the key points of a palm and the landmarks, on average

# Of our own rule; decision 12 has what they are taken from.
SAME_DISTANCE = 0.4  # of the larger palm: the mean over landmarks of one hand that was read twice
SMALLER_PALM = 0.75  # of the larger palm: below it, a reading of a part of the hand
BONE_DISTANCE = 0.25  # of the larger palm: half a finger's width and some more
LANDMARKS_ON_BONES = 19  # of 21

_PALM_KEYPOINTS = list(PALM_KEYPOINTS)  # numpy takes a list for indices, a tuple for axes
_STARTS, _ENDS = (list(ends) for ends in zip(*sum(CONNECTIONS.values(), ()), strict=True))


def is_duplicate(points: FloatArray, others: FloatArray) -> bool:
    """Whether a hand shares its place with another one.

    points, others: (21, 2), image pixels.
    Source: mediapipe/tasks/cc/vision/hand_landmarker/calculators/
            hand_landmarks_deduplication_calculator.cc
    """
    near = DUPLICATE_DISTANCE * max(palm_size(points), palm_size(others))
    offsets = points - others
    distances = np.hypot(offsets[:, 0], offsets[:, 1])
    return bool(
        np.count_nonzero(distances < near) >= DUPLICATE_LANDMARKS
        and box_iou(_bounds(points), _bounds(others)[None])[0] > DUPLICATE_OVERLAP
    )


def _bounds(points: FloatArray) -> FloatArray:
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def is_on_hand(palm: FloatArray, points: FloatArray) -> bool:
    """Whether a palm that was found is that of a hand whose landmarks are known.

    palm: (7, 2) key points of the detector, points: (21, 2); image pixels.
    """
    away = palm - points[_PALM_KEYPOINTS]
    return bool(np.hypot(away[:, 0], away[:, 1]).mean() < SAME_PALM * palm_size(points))


def is_same_hand(points: FloatArray, others: FloatArray) -> bool:
    """Whether two readings are of one hand, by our own rule, which misses fewer than upstream's.

    They are when their landmarks meet on average, or when the smaller one lies on the larger
    one's bones: a finger or a palm that was taken for a whole hand. Two hands of a size that
    cross or hold each other have their wrists too far apart for the first and for the second.
    points, others: (21, 2), image pixels.
    """
    larger, smaller = sorted((points, others), key=palm_size, reverse=True)
    palm = palm_size(larger)
    offsets = points - others
    if np.hypot(offsets[:, 0], offsets[:, 1]).mean() < SAME_DISTANCE * palm:
        return True
    if palm_size(smaller) >= SMALLER_PALM * palm:
        return False
    on_bones = _bone_distances(larger, smaller) < BONE_DISTANCE * palm
    return bool(np.count_nonzero(on_bones) >= LANDMARKS_ON_BONES)


def _bone_distances(points: FloatArray, others: FloatArray) -> FloatArray:
    """How far each of others (21, 2) is from the nearest bone between points (21, 2); (21,)."""
    starts = points[_STARTS]
    bones = points[_ENDS] - starts
    lengths = np.maximum((bones**2).sum(axis=1), np.finfo(np.float32).tiny)
    offsets = others[:, None] - starts
    along = np.clip((offsets * bones).sum(axis=2) / lengths, 0, 1)
    away = offsets - along[..., None] * bones
    return np.asarray(np.hypot(away[..., 0], away[..., 1]).min(axis=1))
