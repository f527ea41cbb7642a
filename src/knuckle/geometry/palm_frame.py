"""The palm's frame, from the landmarks alone."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ..spec import Landmark
from .camera import Array

# Which hand it looks like. In a mirrored picture that is the opposite of the person's own.
Side = Literal["left", "right"]

FLAT = 1e-6  # below this sine of their angle, two directions count as the same


def palm_axes(landmarks: Array, side: Side) -> Array | None:
    """The palm's axes as the columns of a rotation, (3, 3); None if the palm is a line or a point.

    landmarks: (21, 3), in any frame and unit.
    Convention: ROS's REP 103 for a hand that lies on its palm. x points from the wrist to the
    middle MCP, z out of the back of the hand, and y to the left: to the thumb on a right hand,
    to the little finger on a left one.
    """
    x = unit(landmarks[Landmark.MIDDLE_MCP] - landmarks[Landmark.WRIST])
    index = unit(landmarks[Landmark.INDEX_MCP] - landmarks[Landmark.WRIST])
    pinky = unit(landmarks[Landmark.PINKY_MCP] - landmarks[Landmark.WRIST])
    if x is None or index is None or pinky is None:
        return None
    up = np.cross(pinky, index) if side == "right" else np.cross(index, pinky)
    up -= up @ x * x
    if not np.linalg.norm(up) > FLAT:
        return None
    z = up / np.linalg.norm(up)
    return np.column_stack([x, np.cross(z, x), z])


def unit(vector: Array) -> Array | None:
    """The vector scaled to length 1; None if it has no length or is not finite."""
    length = float(np.linalg.norm(vector))
    return vector / length if 0 < length < np.inf else None
