"""Hands of one frame after another, linked: the same rule for every contestant.

A tracker's own identities are what is judged, so the links must not come from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ...values import Handedness
from ..values import Answer, Array
from .distances import palm_length

GAP_SECONDS = 1.0  # a hand that is back within this time is the same
REACH = 1.0  # palm lengths that a hand moves between two frames, at most
RECENT = 25  # hands whose median palm is the unit: one that points at the camera has none


@dataclass(slots=True)
class Thread:
    """One hand through a clip; a row per frame in which it was answered."""

    frames: list[int] = field(default_factory=list)
    points: list[Array] = field(default_factory=list)  # (21, 2) pixels
    handedness: list[Handedness | None] = field(default_factory=list)
    identity: list[int] = field(default_factory=list)  # given, or the place in the frame's list

    @property
    def palm(self) -> float:
        """The median palm length, pixels."""
        return median_palm(self.points)

    def add(self, frame: int, place: int, answer: Answer) -> None:
        """Take in the answer of a frame."""
        self.frames.append(frame)
        self.points.append(answer.points)
        self.handedness.append(answer.handedness)
        self.identity.append(place if answer.id is None else answer.id)


def median_palm(hands: Sequence[Array]) -> float:
    """The median palm length of hands, pixels; infinite where none has any."""
    lengths = [length for length in map(palm_length, hands) if length > 0]
    return float(np.median(lengths)) if lengths else np.inf


def distance(points: Array, others: Array, palm: float) -> float:
    """The mean distance of the joints of two hands, palm lengths."""
    return float(np.linalg.norm(points - others, axis=1).mean() / palm)


def link(frames: Sequence[Sequence[Answer]], times: Sequence[float]) -> list[Thread]:
    """The threads of a clip, in the order of their starts.

    A hand goes on with the thread whose last hand is at most one palm length away, on average
    over the joints, and at most a second ago: threads seen last come first, so that a reading that
    has gone does not take the hand of one that is there, and of those the nearest pair.
    """
    threads: list[Thread] = []
    for i, answers in enumerate(frames):
        open_threads = [t for t in threads if times[i] - times[t.frames[-1]] <= GAP_SECONDS]
        pairs = sorted(
            (-thread.frames[-1], distance(thread.points[-1], answer.points, palm), k, place)
            for k, thread in enumerate(open_threads)
            for palm in [median_palm(thread.points[-RECENT:])]
            for place, answer in enumerate(answers)
        )
        left = dict(enumerate(answers))
        for _, away, k, place in pairs:
            if away <= REACH and place in left and open_threads[k].frames[-1] < i:
                open_threads[k].add(i, place, left.pop(place))
        for place, answer in left.items():
            threads.append(Thread())
            threads[-1].add(i, place, answer)
    return threads
