"""How far a smoothed hand follows a new reading of it, and the options of that."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import Any

import numpy as np

from ..spec import Landmark
from ..values import FloatArray

LEAST, MOST = 1e-4, 1e4  # of a number of Smoothing; beyond them its arithmetic would overflow


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How the hands of a stream are smoothed; `docs/steadiness.md` has the curve behind it.

    A hand that rests is a low-pass filter's output. The farther a reading lies from it, the faster
    it follows: by `response` at `tolerance`, eight times that at twice the tolerance.
    """

    cutoff: float = 0.5  # Hz, of the filter of a hand that rests
    tolerance: float = 0.03  # palm sizes, about what the noise of a reading is
    response: float = 5.0  # Hz

    def __post_init__(self) -> None:
        for name in ("cutoff", "tolerance", "response"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (float, int, np.number)):
                raise TypeError(f"{name} must be a number, not {value!r}")
            if not LEAST <= value <= MOST:
                raise ValueError(f"{name} must be from {LEAST:g} to {MOST:g}, not {value!r}")


SMOOTHING = Smoothing()


def checked_smoothing(smoothing: Any) -> Smoothing | None:
    """Options of smoothing, or None for none. Raises TypeError."""
    if not isinstance(smoothing, Smoothing | None):
        raise TypeError(f"smoothing must be Smoothing(), or None for none, not {smoothing!r}")
    return smoothing


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
