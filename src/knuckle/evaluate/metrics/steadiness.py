"""How steady a tracker is in a clip. Lengths are in palm lengths of the hand.

Stillness and delay refer to the raw signal: the hands found in every frame by itself, without any
smoothing over time. It is the same for all contestants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..results import Bools, Integers
from ..values import Array
from .tracklets import REACH, Tracklet, distance

STILL_SPEED = 0.5  # palm lengths per second; a hand of 8 cm moves 4 cm in that time
FAST_SPEED = 1.0  # palm lengths per second
WINDOW_SECONDS = 0.2  # on either side of a frame, for its hand's speed and stillness
LEAST_FRAMES = 20  # of fast motion that a delay needs
SHIFTS = np.arange(-3, 8)  # frames: one more on either side than the possible delays


def dropouts(tracklets: Iterable[Tracklet]) -> int:
    """How often a hand was lost and found again within a second.

    Source: fragmentations (Li, Huang & Nevatia 2009).
    """
    return sum(int((np.diff(tracklet.frames) > 1).sum()) for tracklet in tracklets)


def handedness_flips(tracklets: Iterable[Tracklet]) -> int:
    """How often a hand's handedness changed from one frame to the next that has a label."""
    return sum(
        _changes([h for h in tracklet.handedness if h is not None]) for tracklet in tracklets
    )


def identity_changes(tracklets: Iterable[Tracklet]) -> int:
    """How often a hand's identity changed, or without identities its place in the list.

    Source: mismatches of the CLEAR MOT metrics (Bernardin & Stiefelhagen 2008).
    """
    return sum(_changes(tracklet.identity) for tracklet in tracklets)


def _changes(values: Sequence[object]) -> int:
    return sum(a != b for a, b in pairwise(values))


@dataclass(frozen=True, slots=True, eq=False)
class Accelerations:
    """How far k hands deviate from constant velocity; each has a hand before and after it."""

    frame: Integers  # (k,)
    value: Array  # (k,) palm lengths per squared frame, mean over the joints
    still: Bools  # (k,) whether the raw signal is still there


def accelerations(tracklets: Iterable[Tracklet], speeds: Speeds) -> Accelerations:
    """|p[t+1] - 2 p[t] + p[t-1]| of every hand predicted in three consecutive frames.

    It shows the noise of the landmarks, and hardly the motion of the hand.
    """
    frame, value, still = [], [], []
    for tracklet in tracklets:
        palm = tracklet.palm
        for k in range(1, len(tracklet.frames) - 1):
            if tracklet.frames[k + 1] - tracklet.frames[k - 1] != 2:
                continue
            before, here, after = tracklet.points[k - 1 : k + 2]
            bend = np.linalg.norm(after - 2 * here + before, axis=1).mean()
            frame.append(tracklet.frames[k])
            value.append(bend / palm)
            motion = speeds.at(tracklet.frames[k], here)
            still.append(motion is not None and motion.is_still)
    return Accelerations(
        np.array(frame, np.int64), np.array(value, np.float64), np.array(still, np.bool_)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """How a hand of the raw signal moves in one frame."""

    points: Array  # (21, 2) pixels
    palm: float  # palm length of its tracklet, pixels
    speed: float  # palm lengths per second
    is_still: bool  # slow for 0.2 s before and after, too: a hand that turns back is not still


class Speeds:
    """How fast the hands of the raw signal move, by frame and position."""

    def __init__(self, raw: Iterable[Tracklet], times: Sequence[float]) -> None:
        self._hands: dict[int, list[Motion]] = {}
        for tracklet in raw:
            for frame, motion in zip(
                tracklet.frames, _motions(tracklet, np.array(times)), strict=True
            ):
                self._hands.setdefault(frame, []).append(motion)

    def at(self, frame: int, points: Array) -> Motion | None:
        """The motion of the raw hand at `points`; None if there is none."""
        near = [(distance(m.points, points, m.palm), m) for m in self._hands.get(frame, ())]
        away, motion = min(near, key=lambda pair: pair[0], default=(np.inf, None))
        return motion if away <= REACH else None


def _motions(tracklet: Tracklet, times: Array) -> list[Motion]:
    seconds, points, palm = times[tracklet.frames], np.array(tracklet.points), tracklet.palm
    around = np.abs(seconds[:, None] - seconds) <= WINDOW_SECONDS + 1e-6
    speeds = np.array([_slope(seconds[near], points[near]) for near in around]) / palm
    return [
        Motion(hand, palm, float(speed), bool((speeds[near] < STILL_SPEED).all()))
        for hand, speed, near in zip(points, speeds, around, strict=True)
    ]


def _slope(seconds: Array, points: Array) -> float:
    """The slope of lines fitted to points (n, 21, 2), mean over the joints, pixels per second.

    NaN if the points span less than half of the window.
    """
    since = seconds - seconds.mean()
    if seconds[-1] - seconds[0] < WINDOW_SECONDS - 1e-6:
        return np.nan
    slopes = np.tensordot(since, points, 1) / (since @ since)
    return float(np.linalg.norm(slopes, axis=-1).mean())


def delay(tracklets: Iterable[Tracklet], raw: Sequence[Tracklet], speeds: Speeds) -> float:
    """How many frames the predictions lag behind the raw signal; NaN if too little moves fast.

    Over the frames in which the raw signal moves fast, the raw signal is shifted by -2 to 6 whole
    frames. The shift that comes nearest to the predictions in least squares is refined by one
    Gauss-Newton step. (Interpolating the raw signal would smooth its noise and favour half frames.)
    Source: the lag that Casiez et al. 2012 (1 Euro filter) weigh against jitter.
    """
    pairs = [pair for tracklet in tracklets for pair in _pairs(tracklet, raw, speeds)]
    if len(pairs) < LEAST_FRAMES:
        return np.nan
    predictions = np.array([prediction for prediction, _ in pairs])
    moved = np.array([shifted for _, shifted in pairs])  # (n, shifts, 21, 2)
    squares = ((predictions[:, None] - moved[:, 1:-1]) ** 2).mean(axis=(0, 2, 3))
    best = int(squares.argmin()) + 1
    slope = (moved[:, best - 1] - moved[:, best + 1]) / 2
    step = ((moved[:, best] - predictions) * slope).sum() / (slope**2).sum()
    return float(SHIFTS[best] + step)


def _pairs(
    tracklet: Tracklet, raw: Sequence[Tracklet], speeds: Speeds
) -> Iterator[tuple[Array, Array]]:
    """The prediction and the shifted raw signals of every frame with fast motion; palm lengths."""
    source = _counterpart(tracklet, raw)
    if source is None:
        return
    known = dict(zip(source.frames, source.points, strict=True))
    for frame, points in zip(tracklet.frames, tracklet.points, strict=True):
        wanted = (frame - SHIFTS).tolist()
        motion = speeds.at(frame, points)
        if motion and motion.speed > FAST_SPEED and all(i in known for i in wanted):
            yield points / source.palm, np.array([known[i] for i in wanted]) / source.palm


def _counterpart(tracklet: Tracklet, raw: Sequence[Tracklet]) -> Tracklet | None:
    """The raw tracklet that is nearest to the predictions in most frames."""
    mine = dict(zip(tracklet.frames, tracklet.points, strict=True))
    shared = [
        sum(
            distance(points, mine[frame], other.palm) <= REACH
            for frame, points in zip(other.frames, other.points, strict=True)
            if frame in mine
        )
        for other in raw
    ]
    return raw[int(np.argmax(shared))] if any(shared) else None
