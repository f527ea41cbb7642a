"""When to look for palms in a stream while a slot is free: policies as values, and what decides.

The palm network is half of the work of a frame with one hand, and most of the frames in which it
looks have nothing new.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any

from ..checks import checked_seconds
from ..values import ImageArray

# Times of frames are multiples of a period, and sums of them a little off.
_ROUNDING = 1e-3  # seconds


@dataclass(frozen=True, slots=True)
class EveryFrame:
    """In each one, as MediaPipe does."""


@dataclass(frozen=True, slots=True)
class EveryFrames:
    """In one frame of so many."""

    count: int

    def __post_init__(self) -> None:
        if isinstance(self.count, bool) or not isinstance(self.count, Integral):
            raise TypeError(f"count must be a whole number, not {self.count!r}")
        if self.count < 1:
            raise ValueError(f"count must be at least 1, not {self.count}")
        object.__setattr__(self, "count", int(self.count))


@dataclass(frozen=True, slots=True)
class EverySeconds:
    """As soon as so much time has passed."""

    seconds: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "seconds", checked_seconds("seconds", self.seconds))


@dataclass(frozen=True, slots=True)
class Adaptive:
    """Soon where something moves beside the hands that are followed, else seldom.

    In the frame in which a hand is lost, and in all frames for a while after it.
    """

    moving: float = 0.12  # seconds; the fourth frame at 30 per second, the third at 25
    still: float = 0.4  # seconds
    after_loss: float = 0.5  # seconds

    def __post_init__(self) -> None:
        for name in ("moving", "still", "after_loss"):
            object.__setattr__(self, name, checked_seconds(name, getattr(self, name)))


ADAPTIVE = Adaptive()
SearchPolicy = EveryFrame | EveryFrames | EverySeconds | Adaptive


def checked_policy(policy: Any) -> SearchPolicy:
    """A search policy. Raises TypeError."""
    if not isinstance(policy, SearchPolicy):
        raise TypeError(
            "search must be EveryFrame(), EveryFrames(count), EverySeconds(seconds) or "
            f"Adaptive(), not {policy!r}"
        )
    return policy


@dataclass(frozen=True, slots=True, eq=False)
class SearchState:
    """What is remembered of the searches in a stream."""

    time: float | None = None  # of the last search, seconds; None: there was none
    frames: int = 0  # since then
    scene: ImageArray | None = None  # how the picture looked then, small
    lost: float | None = None  # when a hand was lost last, seconds


NEVER_SEARCHED = SearchState()


def is_due(policy: SearchPolicy, state: SearchState, time: float, *, moved: bool) -> bool:
    """Whether to search a frame.

    time: of the frame, seconds. moved: something changed beside the hands since the last search.
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
