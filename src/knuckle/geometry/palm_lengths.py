"""Lengths of palms, the units in which distances between hands are measured."""

from __future__ import annotations

from math import dist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..spec import Landmark
from ..values import FloatArray


def palm_length(points: NDArray[np.floating[Any]]) -> float:
    """The distance from the wrist to the middle MCP, in the unit of the points (21, 2 or 3)."""
    return dist(points[Landmark.WRIST].tolist(), points[Landmark.MIDDLE_MCP].tolist())


def palm_size(points: FloatArray) -> float:
    """The longest side of the triangle wrist, index MCP, pinky MCP; in the unit of the points.

    Even a palm seen from its edge still has one long side.
    """
    wrist = points[Landmark.WRIST].tolist()
    index, pinky = points[Landmark.INDEX_MCP].tolist(), points[Landmark.PINKY_MCP].tolist()
    return max(dist(wrist, index), dist(index, pinky), dist(pinky, wrist))


def mean_distance(points: FloatArray, others: FloatArray) -> float:
    """The mean distance between n points and n others, (n, 2) each; in their unit."""
    away = points - others
    return float(np.add.reduce(np.hypot(away[:, 0], away[:, 1]))) / len(away)


def hand_distance(points: FloatArray, others: FloatArray) -> float:
    """The mean distance between the landmarks of two hands, in sizes of the larger palm.

    points, others: (21, 2), image pixels.
    """
    return mean_distance(points, others) / max(palm_size(points), palm_size(others), 1.0)
