"""The palm's frame, from the landmarks alone."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

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
    [axes] = palm_frames(landmarks[None], np.array([side == "right"]))
    return None if np.isnan(axes[0, 0]) else axes


def palm_frames(landmarks: Array, is_right: NDArray[np.bool_]) -> Array:
    """The palm's axes of n hands, (n, 3, 3), as `palm_axes` gives them; NaN where it has none.

    landmarks: (n, 21, 3). is_right: (n,), which hand it looks like.
    """
    wrist = landmarks[:, Landmark.WRIST]
    x = units(landmarks[:, Landmark.MIDDLE_MCP] - wrist)
    index = units(landmarks[:, Landmark.INDEX_MCP] - wrist)
    pinky = units(landmarks[:, Landmark.PINKY_MCP] - wrist)
    up = np.where(is_right[:, None], np.cross(pinky, index), np.cross(index, pinky))
    up = up - dots(up, x) * x
    z = units(np.where(np.sqrt(dots(up, up)) > FLAT, up, np.nan))
    axes = np.stack([x, np.cross(z, x), z], axis=-1)
    return np.where(np.isfinite(z[:, :1, None]), axes, np.nan)


def dots(one: Array, other: Array) -> Array:
    """The products of vectors, (n, 1). one, other: (n, 3)."""
    return (one[:, None] @ other[..., None])[..., 0]


def units(vectors: Array) -> Array:
    """The vectors scaled to length 1, (n, 3); NaN if they have no length or are not finite."""
    lengths = np.sqrt(dots(vectors, vectors))
    is_sound = (lengths > 0) & (lengths < np.inf)
    return vectors / np.where(is_sound, lengths, np.nan)


def unit(vector: Array) -> Array | None:
    """The vector scaled to length 1; None if it has no length or is not finite."""
    length = float(np.linalg.norm(vector))
    return vector / length if 0 < length < np.inf else None
