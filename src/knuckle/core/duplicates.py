"""Whether two readings are one hand seen twice."""

from __future__ import annotations

import numpy as np

from ..spec import DUPLICATE_DISTANCE, DUPLICATE_LANDMARKS, DUPLICATE_OVERLAP, Landmark
from ..values import FloatArray
from .boxes import overlaps
from .landmarks import palm_size

SAME_PALM = 0.5  # palm sizes between the key points of a palm and the landmarks, on average

# Those that the palm detector has key points for, in its order.
_PALM_LANDMARKS = [
    Landmark.WRIST,
    Landmark.INDEX_MCP,
    Landmark.MIDDLE_MCP,
    Landmark.RING_MCP,
    Landmark.PINKY_MCP,
    Landmark.THUMB_CMC,
    Landmark.THUMB_MCP,
]


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
        and overlaps(_bounds(points), _bounds(others)[None])[0] > DUPLICATE_OVERLAP
    )


def _bounds(points: FloatArray) -> FloatArray:
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def is_on_hand(palm: FloatArray, points: FloatArray) -> bool:
    """Whether a palm that was found is that of a hand whose landmarks are known.

    palm: (7, 2) key points of the detector, points: (21, 2); image pixels.
    """
    away = palm - points[_PALM_LANDMARKS]
    return bool(np.hypot(away[:, 0], away[:, 1]).mean() < SAME_PALM * palm_size(points))
