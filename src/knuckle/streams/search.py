"""Search policies: when to run palm detection in a stream while a slot is free.

The palm network is half of the work in a frame with one hand, and in most frames it finds nothing
new.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any

from ..checks import checked_seconds
from ..values import ImageArray

# Times of frames are multiples of a period, but their sums are slightly off.
_ROUNDING = 1e-3  # seconds


@dataclass(frozen=True, slots=True)
class EveryFrame:
    """Search in every frame, as MediaPipe does."""


@dataclass(frozen=True, slots=True)
class EveryFrames:
    """Search in one of every `count` frames.

    count: 1 or more.
    """

    count: int

    def __post_init__(self) -> None:
        if isinstance(self.count, bool) or not isinstance(self.count, Integral):
            raise TypeError(f"count must be a whole number, not {self.count!r}")
        if self.count < 1:
            raise ValueError(f"count must be at least 1, not {self.count}")
        object.__setattr__(self, "count", int(self.count))


@dataclass(frozen=True, slots=True)
class EverySeconds:
    """Search when `seconds` have passed since the last search.

    seconds: 0 or more.
    """

    seconds: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "seconds", checked_seconds("seconds", self.seconds))


@dataclass(frozen=True, slots=True)
class Adaptive:
    """Search often if something moves outside the tracked hands, otherwise rarely.

    When a hand is lost, it searches in that frame and in every frame for a while afterwards.

    moving: seconds between searches: every fourth frame at 30 frames a second, every third at 25.
    still: seconds between searches if nothing moves.
    after_loss: seconds in which every frame is searched after a loss.
    """

    moving: float = 0.12
    still: float = 0.4
    after_loss: float = 0.5

    def __post_init__(self) -> None:
        for name in ("moving", "still", "after_loss"):
            object.__setattr__(self, name, checked_seconds(name, getattr(self, name)))


ADAPTIVE = Adaptive()
SearchPolicy = EveryFrame | EveryFrames | EverySeconds | Adaptive


def checked_policy(policy: Any) -> SearchPolicy:
    """The search policy, checked. Raises TypeError."""
    if not isinstance(policy, SearchPolicy):
        raise TypeError(
            "search must be EveryFrame(), EveryFrames(count), EverySeconds(seconds) or "
            f"Adaptive(), not {policy!r}"
        )
    return policy


@dataclass(frozen=True, slots=True, eq=False)
class SearchState:
    """What a stream remembers about its searches."""

    time: float | None = None  # of the last search, seconds; None before the first
    frames: int = 0  # since the last search
    scene: ImageArray | None = None  # thumbnail of the picture at the last search
    lost: float | None = None  # when a hand was last lost, seconds


NEVER_SEARCHED = SearchState()


def is_due(policy: SearchPolicy, state: SearchState, time: float, *, moved: bool) -> bool:
    """Whether to search in a frame.

    time: the time of the frame, seconds.
    moved: whether something outside the hands has changed since the last search.
    """
    if state.time is None or time < state.time:  # the first frame, or one of another clip
        return True
    waited = time - state.time + _ROUNDING
    match policy:
        case EveryFrame():
            return True
        case EveryFrames(count):
            return state.frames + 1 >= count
        case EverySeconds(seconds):
            return waited >= seconds
        case Adaptive(moving, still, after_loss):
            if state.lost is not None and time - state.lost < after_loss:
                return True
            return waited >= (moving if moved else still)
