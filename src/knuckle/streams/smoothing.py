"""How far a smoothed hand follows a new reading of it."""

from __future__ import annotations

from math import pi

import numpy as np

from ..settings import Smoothing
from ..spec import Landmark
from ..values import FloatArray

# The landmarks that move together, by their first ones: the wrist, and each digit from its base.
_STARTS = [
    Landmark.WRIST,
    Landmark.THUMB_CMC,
    Landmark.INDEX_MCP,
    Landmark.MIDDLE_MCP,
    Landmark.RING_MCP,
    Landmark.PINKY_MCP,
]
_LENGTHS = np.diff([*_STARTS, len(Landmark)])


def landmark_shares(offsets: FloatArray, seconds: float, smoothing: Smoothing) -> FloatArray:
    """The share of its way to the reading that each landmark goes; (21, 1), 0 to 1.

    offsets: (21, 2), from the smoothed landmarks to the reading, palm sizes.
    seconds: since the last reading.

    A digit goes by its own offset or, where that is larger, by the hand's: what moves as a whole is
    followed as a whole, and a finger that moves by itself is not held back by the others.
    """
    squares = np.square(offsets).sum(axis=1)
    digits = np.sqrt(np.add.reduceat(squares, _STARTS) / _LENGTHS)
    shares = follow_shares(np.maximum(digits, np.sqrt(squares.mean())), seconds, smoothing)
    return np.repeat(shares.astype(np.float32), _LENGTHS)[:, None]


def follow_shares(offsets: FloatArray, seconds: float, smoothing: Smoothing) -> FloatArray:
    """The share of its way that something goes which is so far off, 0 to 1; any shape.

    offsets: from 0 on, in the unit of the tolerance.

    A low-pass filter whose cutoff grows with the cube of the offset: noise within the tolerance
    hardly counts, and what is well beyond it is followed at once. It depends on time and not on the
    number of frames. Source: the filter of Casiez et al. 2012 (1 Euro filter), whose cutoff grows
    with the speed; the offset is known without a delay, and is less noisy than a speed.
    """
    cutoffs = smoothing.cutoff + smoothing.response * (offsets / smoothing.tolerance) ** 3
    return -np.expm1(-2 * pi * seconds * cutoffs)
