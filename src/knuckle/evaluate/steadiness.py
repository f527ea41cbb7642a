"""How steady a tracker is in a clip; lengths are palm lengths of the hand.

The raw signal that stillness and delay refer to is the hands of every frame read by itself, which
no smoothing over time can have touched. It is the same for all contestants.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .metrics import palm_length
from .results import Bools, Integers
from .threads import REACH, Thread, distance
from .values import Array

STILL_SPEED = 0.5  # palm lengths per second; a hand of 8 cm moves 4 cm in that time
FAST_SPEED = 1.0  # palm lengths per second
WINDOW_SECONDS = 0.2  # on either side of a frame, for its hand's speed
LEAST_FRAMES = 20  # that move fast, for a delay
DELAYS = np.arange(-2.0, 6.01, 0.05)  # frames


def dropouts(threads: Iterable[Thread]) -> int:
    """How often a hand was lost and found again within a second.

    Source: fragmentations, as in the CLEAR MOT metrics (Bernardin & Stiefelhagen 2008).
    """
    return sum(int((np.diff(thread.frames) > 1).sum()) for thread in threads)


def handedness_flips(threads: Iterable[Thread]) -> int:
    """How often a hand's label changed from one frame to the next that has one."""
    return sum(_changes([h for h in thread.handedness if h is not None]) for thread in threads)


def identity_changes(threads: Iterable[Thread]) -> int:
    """How often a hand got another identity; without identities, another place in the list.

    Source: identity switches, as in CLEAR MOT.
    """
    return sum(_changes(thread.identity) for thread in threads)


def _changes(values: Sequence[object]) -> int:
    return sum(a != b for a, b in pairwise(values))


@dataclass(frozen=True, slots=True, eq=False)
class Accelerations:
    """How far each hand is from going on as it went; k hands that have both neighbours."""

    frame: Integers  # (k,)
    value: Array  # (k,) palm lengths per squared frame, mean over the joints
    still: Bools  # (k,) whether the raw signal is still there


def accelerations(threads: Iterable[Thread], speeds: Speeds) -> Accelerations:
    """|p[t+1] - 2 p[t] + p[t-1]| of every hand answered in three frames running.

    Noise of the landmarks shows here, motion of a hand hardly.
    """
    frame, value, still = [], [], []
    for thread in threads:
        palm = thread.palm
        for k in range(1, len(thread.frames) - 1):
            if thread.frames[k + 1] - thread.frames[k - 1] != 2:
                continue
            before, here, after = thread.points[k - 1 : k + 2]
            bend = np.linalg.norm(after - 2 * here + before, axis=1).mean()
            frame.append(thread.frames[k])
            value.append(bend / palm)
            still.append(speeds.at(thread.frames[k], here) < STILL_SPEED)
    return Accelerations(
        np.array(frame, np.int64), np.array(value, np.float64), np.array(still, np.bool_)
    )


class Speeds:
    """How fast the hands of the raw signal move, by frame and place."""

    def __init__(self, raw: Iterable[Thread], times: Sequence[float]) -> None:
        self._hands: dict[int, list[tuple[Array, float]]] = {}
        for thread in raw:
            for frame, points, speed in _speeds(thread, np.array(times)):
                self._hands.setdefault(frame, []).append((points, speed))

    def at(self, frame: int, points: Array) -> float:
        """Palm lengths per second of the raw hand where `points` are; NaN where there is none."""
        near = [(distance(p, points), speed) for p, speed in self._hands.get(frame, ())]
        away, speed = min(near, default=(np.inf, np.nan))
        return speed if away <= REACH else np.nan


def _speeds(thread: Thread, times: Array) -> Iterator[tuple[int, Array, float]]:
    """Frame, points, and the distance of the means of the 0.2 s before and after over 0.2 s."""
    seconds, points, palm = times[thread.frames], np.array(thread.points), thread.palm
    for k, frame in enumerate(thread.frames):
        since = seconds - seconds[k]
        before = points[(since < 0) & (since >= -WINDOW_SECONDS - 1e-6)]
        after = points[(since > 0) & (since <= WINDOW_SECONDS + 1e-6)]
        if not len(before) or not len(after):
            yield frame, points[k], np.nan
            continue
        gap = float(
            since[(since > 0) & (since <= WINDOW_SECONDS + 1e-6)].mean()
            - since[(since < 0) & (since >= -WINDOW_SECONDS - 1e-6)].mean()
        )
        moved = np.linalg.norm(after.mean(axis=0) - before.mean(axis=0), axis=1).mean()
        yield frame, points[k], float(moved / gap / palm)


def delay(threads: Iterable[Thread], raw: Sequence[Thread], speeds: Speeds) -> float:
    """How many frames the answers are behind the raw signal; NaN where too little moves fast.

    The shift of the raw signal, in steps of 0.05 frames from -2 to 6, that comes nearest to the
    answers in the least squares, over frames in which the raw signal moves fast.
    Source: the lag that Casiez et al. 2012 (1 Euro filter) weigh against jitter.
    """
    squares, count = np.zeros(len(DELAYS)), 0
    for thread in threads:
        source = _counterpart(thread, raw)
        if source is None:
            continue
        for frame, points in zip(thread.frames, thread.points, strict=True):
            if not speeds.at(frame, points) > FAST_SPEED:
                continue
            shifted = _at(source, frame - DELAYS)
            if shifted is not None:
                squares += ((shifted - points) ** 2).sum(axis=(1, 2)) / palm_length(points) ** 2
                count += 1
    return float(DELAYS[squares.argmin()]) if count >= LEAST_FRAMES else np.nan


def _counterpart(thread: Thread, raw: Sequence[Thread]) -> Thread | None:
    """The raw thread that the answers follow in the most frames."""
    mine = dict(zip(thread.frames, thread.points, strict=True))
    shared = [
        sum(
            distance(mine[frame], points) <= REACH
            for frame, points in zip(other.frames, other.points, strict=True)
            if frame in mine
        )
        for other in raw
    ]
    return raw[int(np.argmax(shared))] if any(shared) else None


def _at(thread: Thread, frames: Array) -> Array | None:
    """The thread's points at fractions of frames (n, 21, 2); None beyond its ends and in gaps."""
    known = np.array(thread.frames)
    upper = np.searchsorted(known, frames)
    if upper.min() == 0 or upper.max() == len(known):
        return None
    before, after = known[upper - 1], known[upper]
    if (after - before > 1).any():
        return None
    points = np.array([thread.points[i] for i in range(upper.min() - 1, upper.max() + 1)])
    first = upper.min() - 1
    share = (frames - before)[:, None, None]
    return points[upper - 1 - first] * (1 - share) + points[upper - first] * share
