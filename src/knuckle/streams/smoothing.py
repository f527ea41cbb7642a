"""Smoothing: how far a hand follows each new reading, and the options for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import expm1, pi
from typing import Any

import numpy as np

from ..networks.setup import Precision
from ..spec import Landmark
from ..values import FloatArray

LEAST, MOST = 1e-4, 1e4  # limits of the numbers in Smoothing; beyond them arithmetic overflows


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How to smooth the hands of a stream. `docs/steadiness.md` shows the curve behind it.

    A hand at rest passes a low-pass filter at `cutoff`. The farther a reading is from the smoothed
    hand, the higher the cutoff: it grows by `response` at `tolerance`, and by eight times that at
    twice the tolerance.

    cutoff: Hz, for a hand at rest.
    tolerance: palm sizes, about the noise of a reading.
    response: Hz, added to the cutoff for a reading that is `tolerance` away.

    Raises TypeError or ValueError for what is no number from 0.0001 to 10000.
    """

    cutoff: float = 0.5
    tolerance: float = 0.03
    response: float = 5.0

    def __post_init__(self) -> None:
        for name in ("cutoff", "tolerance", "response"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (float, int, np.number)):
                raise TypeError(f"{name} must be a number, not {value!r}")
            if not LEAST <= value <= MOST:
                raise ValueError(f"{name} must be from {LEAST:g} to {MOST:g}, not {value!r}")


SMOOTHING = Smoothing()


def checked_smoothing(smoothing: Any) -> Smoothing | None:
    """The smoothing options, checked; None means no smoothing. Raises TypeError."""
    if not isinstance(smoothing, Smoothing | None):
        raise TypeError(f"smoothing must be Smoothing(), or None for none, not {smoothing!r}")
    return smoothing


# How far the readings of a hand at rest scatter, against float32. Decision 17 has the jitter.
SCATTER: dict[Precision, float] = {"float32": 1.0, "bfloat16": 1.1, "int8": 1.27}


def widened(smoothing: Smoothing | None, precision: Precision) -> Smoothing | None:
    """The smoothing that holds hands read in a precision as steady as float32 does with this one.

    The tolerance is about the noise of a reading, so it grows with the noise of the network.
    """
    if smoothing is None:
        return None
    return replace(smoothing, tolerance=min(smoothing.tolerance * SCATTER[precision], MOST))


# The first landmark of each group that moves together: the wrist, and each digit from its base.
_STARTS = [
    Landmark.WRIST,
    Landmark.THUMB_CMC,
    Landmark.INDEX_MCP,
    Landmark.MIDDLE_MCP,
    Landmark.RING_MCP,
    Landmark.PINKY_MCP,
]
_LENGTHS = np.diff([*_STARTS, len(Landmark)])
_GROUPS = np.repeat(np.arange(len(_STARTS)), _LENGTHS)  # of each landmark


def landmark_shares(offsets: FloatArray, seconds: float, smoothing: Smoothing) -> FloatArray:
    """How far each landmark moves towards its reading; (21, 1), 0 for not at all to 1 for fully.

    Each digit uses its own offset, or the hand's if that is larger. So a hand that moves as a whole
    is followed as a whole, and the others do not hold back a finger that moves by itself.
    offsets: (21, 2), from the smoothed landmarks to the reading, palm sizes.
    seconds: since the last reading.
    """
    squares = np.add.reduce(np.square(offsets), axis=1)
    digits = np.sqrt(np.add.reduceat(squares, _STARTS) / _LENGTHS).tolist()
    whole = float(np.sqrt(np.add.reduce(squares) / len(squares)))
    shares = [follow_share(max(digit, whole), seconds, smoothing) for digit in digits]
    return np.array(shares, np.float32)[_GROUPS, None]


def follow_share(offset: float, seconds: float, smoothing: Smoothing) -> float:
    """How far something at an offset moves towards its target, 0 to 1.

    This is a low-pass filter whose cutoff grows with the cube of the offset. Noise within the
    tolerance hardly counts, and anything well beyond it is followed at once. The result depends on
    time, not on the number of frames.
    offset: 0 or more, in the unit of the tolerance.
    Source: the 1 Euro filter (Casiez et al. 2012), whose cutoff grows with the speed. The offset is
    known without a delay and is less noisy than a speed.
    """
    cutoff = smoothing.cutoff + smoothing.response * (offset / smoothing.tolerance) ** 3
    return -expm1(-2 * pi * seconds * cutoff)
