"""Lengths of palms, the units in which distances between hands are measured."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..spec import Landmark
from ..values import FloatArray

_PALM = [Landmark.WRIST, Landmark.INDEX_MCP, Landmark.PINKY_MCP]
_NEXT_PALM = [*_PALM[1:], _PALM[0]]


def palm_length(points: NDArray[np.floating[Any]]) -> float:
    """The distance from the wrist to the middle MCP, in the unit of the points (21, 2 or 3)."""
    return float(np.linalg.norm(points[Landmark.WRIST] - points[Landmark.MIDDLE_MCP]))


def palm_size(points: FloatArray) -> float:
    """The longest side of the triangle wrist, index MCP, pinky MCP; in the unit of the points.

    Even a palm seen from its edge still has one long side.
    """
    sides = points[_PALM] - points[_NEXT_PALM]
    return float(np.hypot(sides[:, 0], sides[:, 1]).max())


def hand_distance(points: FloatArray, others: FloatArray) -> float:
    """The mean distance between the landmarks of two hands, in sizes of the larger palm.

    points, others: (21, 2), image pixels.
    """
    away = points - others
    palm = max(palm_size(points), palm_size(others), 1.0)
    return float(np.hypot(away[:, 0], away[:, 1]).mean()) / palm
