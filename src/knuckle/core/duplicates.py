"""Whether two readings are one hand seen twice."""

from __future__ import annotations

import numpy as np

from ..spec import DUPLICATE_DISTANCE, DUPLICATE_LANDMARKS, DUPLICATE_OVERLAP, Landmark
from ..values import FloatArray
from .boxes import overlaps

_PALM = [Landmark.WRIST, Landmark.INDEX_MCP, Landmark.PINKY_MCP]
_NEXT_PALM = [*_PALM[1:], _PALM[0]]


def is_duplicate(points: FloatArray, others: FloatArray) -> bool:
    """Whether a hand shares its place with another one.

    points, others: (21, 2), image pixels.
    Source: mediapipe/tasks/cc/vision/hand_landmarker/calculators/
            hand_landmarks_deduplication_calculator.cc
    """
    near = DUPLICATE_DISTANCE * max(_palm_size(points), _palm_size(others))
    offsets = points - others
    distances = np.hypot(offsets[:, 0], offsets[:, 1])
    return bool(
        np.count_nonzero(distances < near) >= DUPLICATE_LANDMARKS
        and overlaps(_bounds(points), _bounds(others)[None])[0] > DUPLICATE_OVERLAP
    )


def _palm_size(points: FloatArray) -> float:
    """The longest side of the triangle wrist, index MCP, pinky MCP."""
    sides = points[_PALM] - points[_NEXT_PALM]
    return float(np.hypot(sides[:, 0], sides[:, 1]).max())


def _bounds(points: FloatArray) -> FloatArray:
    return np.concatenate([points.min(axis=0), points.max(axis=0)])
