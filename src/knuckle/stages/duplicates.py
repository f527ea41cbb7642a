"""Whether two readings are one hand seen twice."""

from __future__ import annotations

import numpy as np

from ..geometry.boxes import box_iou
from ..geometry.palm_lengths import mean_distance, palm_size
from ..spec import (
    CONNECTIONS,
    DUPLICATE_DISTANCE,
    DUPLICATE_LANDMARKS,
    DUPLICATE_OVERLAP,
    PALM_KEYPOINTS,
)
from ..values import FloatArray

SAME_PALM = 0.5  # in palm sizes: mean distance between a palm's key points and the landmarks

# The numbers of our own rule. Decision 12 has the evidence.
SAME_DISTANCE = 0.4  # in larger palms: mean distance between landmarks of one hand read twice
SMALLER_PALM = 0.75  # in larger palms: a smaller reading shows only part of the hand
BONE_DISTANCE = 0.25  # in larger palms: a little more than half a finger's width
LANDMARKS_ON_BONES = 19  # of 21

_PALM_KEYPOINTS = np.array(PALM_KEYPOINTS)
_STARTS, _ENDS = (list(ends) for ends in zip(*sum(CONNECTIONS.values(), ()), strict=True))


def is_duplicate(points: FloatArray, others: FloatArray) -> bool:
    """Whether a hand is at the same place as another one, by the rule of MediaPipe's Tasks API.

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
    """Whether a detected palm belongs to a hand whose landmarks are known.

    palm: (7, 2), the detector's key points. points: (21, 2). Both in image pixels.
    """
    return mean_distance(palm, points[_PALM_KEYPOINTS]) < SAME_PALM * palm_size(points)


def is_same_hand(points: FloatArray, others: FloatArray) -> bool:
    """Whether two readings are of one hand, by our own rule, which misses fewer than MediaPipe's.

    Two readings are one hand if their landmarks are close on average. They also are if the smaller
    one lies on the bones of the larger one: then the network took a finger or a palm for a whole
    hand. Two hands of similar size that cross or hold each other meet neither condition, because
    their wrists are too far apart.
    points, others: (21, 2), image pixels.
    """
    palm, other_palm = palm_size(points), palm_size(others)
    if mean_distance(points, others) < SAME_DISTANCE * max(palm, other_palm):
        return True
    larger, smaller = (points, others) if palm >= other_palm else (others, points)
    palm, other_palm = max(palm, other_palm), min(palm, other_palm)
    if other_palm >= SMALLER_PALM * palm:
        return False
    on_bones = _bone_distances(larger, smaller) < BONE_DISTANCE * palm
    return bool(np.count_nonzero(on_bones) >= LANDMARKS_ON_BONES)


def _bone_distances(points: FloatArray, others: FloatArray) -> FloatArray:
    """The distance of each of `others` (21, 2) from the nearest bone of `points` (21, 2); (21,)."""
    starts = points[_STARTS]
    bones = points[_ENDS] - starts
    lengths = np.maximum((bones**2).sum(axis=1), np.finfo(np.float32).tiny)
    offsets = others[:, None] - starts
    along = np.clip((offsets * bones).sum(axis=2) / lengths, 0, 1)
    away = offsets - along[..., None] * bones
    return np.asarray(np.hypot(away[..., 0], away[..., 1]).min(axis=1))
