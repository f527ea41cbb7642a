"""Search policies: when to run palm detection in a stream while a slot is free.

The palm network is half of the work in a frame with one hand, and in most frames it finds nothing
new.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    """Search every frame in which a hand could have appeared, otherwise rarely.

    A hand that appears moves something in the picture. So every frame is searched in which
    something has moved since the last search, outside the hands that are followed. If that goes on
    beside a hand that is followed, it is mostly the person or the camera that moves: then some
    frames are searched.

    watch: seconds. Every frame is searched for so long after a loss, and while no hand is followed
        also after a motion. A motion beside a hand that is followed counts as new for so long.
    moving: seconds between searches while a motion goes on beside a hand that is followed: every
        fourth frame at 30 frames a second, every third at 25.
    still: seconds between searches while nothing moves beside a hand that is followed.
    empty: seconds between searches while nothing moves and no hand is followed.
    second_look: seconds between second looks. While no hand is followed and something moves, a
        search without result is repeated from farther away so often. It finds a hand that fills
        the picture.
    """

    watch: float = 0.5
    moving: float = 0.12
    still: float = 0.6
    empty: float = 4.0
    second_look: float = 1.0

    def __post_init__(self) -> None:
        for name in ("watch", "moving", "still", "empty", "second_look"):
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


POLICIES: dict[str, SearchPolicy] = {"adaptive": ADAPTIVE, "every-frame": EveryFrame()}


def policy_of(words: str) -> SearchPolicy:
    """The search policy that words mean: adaptive, every-frame, 4 (frames) or 0.2s (seconds).

    Raises ValueError.
    """
    try:
        if words in POLICIES:
            return POLICIES[words]
        if words.endswith("s"):
            return EverySeconds(float(words.removesuffix("s")))
        return EveryFrames(int(words))
    except ValueError:
        names = ", ".join(POLICIES)
        raise ValueError(f"{words!r} is not one of {names}, 4 (frames) or 0.2s (seconds)") from None


@dataclass(frozen=True, slots=True, eq=False)
class SearchState:
    """What a stream remembers about its searches. Times are those of frames, seconds."""

    time: float | None = None  # of the last search; None before the first
    frames: int = 0  # since the last search
    scene: ImageArray | None = None  # thumbnail of the picture at the last search
    lost: float | None = None  # when a hand was last lost
    moved: float | None = None  # when something last moved outside the hands
    began: float | None = None  # when that motion began
    second: float | None = None  # of the last second look


NEVER_SEARCHED = SearchState()


def noticed(policy: SearchPolicy, state: SearchState, time: float, *, moved: bool) -> SearchState:
    """The state with what a frame shows before it is searched.

    time: the time of the frame, seconds. If it is before the last search, a new clip begins.
    moved: whether something outside the hands has changed since the last search.
    """
    if state.time is not None and time < state.time:
        return NEVER_SEARCHED
    if not moved or not isinstance(policy, Adaptive):
        return state
    goes_on = _is_within(policy.watch, state.moved, time)
    return replace(state, moved=time, began=state.began if goes_on else time)


def _is_within(seconds: float, since: float | None, time: float) -> bool:
    return since is not None and time - since + _ROUNDING < seconds


def is_due(policy: SearchPolicy, state: SearchState, time: float, *, is_empty: bool) -> bool:
    """Whether to search in a frame.

    state: with what the frame shows, see `noticed`.
    time: the time of the frame, seconds.
    is_empty: whether no hand is followed.
    """
    if state.time is None:
        return True
    waited = time - state.time + _ROUNDING
    match policy:
        case EveryFrame():
            return True
        case EveryFrames(count):
            return state.frames + 1 >= count
        case EverySeconds(seconds):
            return waited >= seconds
        case Adaptive(watch, moving, still, empty, _):
            if _is_within(watch, state.lost, time):
                return True
            if is_empty and _is_within(watch, state.moved, time):
                return True
            if state.moved == time:  # something moves beside a hand
                return _is_within(watch, state.began, time) or waited >= moving
            return waited >= (empty if is_empty else still)


def is_second_look_due(policy: SearchPolicy, state: SearchState, time: float) -> bool:
    """Whether to search a frame again, from farther away, if no hand was found in it.

    state: with what the frame shows, see `noticed`. time: the time of the frame, seconds.
    """
    if not isinstance(policy, Adaptive):
        return False
    if state.second is None:
        return True
    has_moved = state.moved is not None and state.moved > state.second
    return has_moved and time - state.second + _ROUNDING >= policy.second_look


def after_frame(
    state: SearchState,
    time: float,
    scene: ImageArray | None,
    *,
    is_searched: bool,
    is_lost: bool,
    is_second: bool = False,
) -> SearchState:
    """The state after a frame.

    time: the time of the frame, seconds. scene: its thumbnail, if the policy needs one.
    is_searched: whether it was searched. is_second: whether it was searched again, from farther
        away. is_lost: whether a hand was lost in it.
    """
    state = replace(
        state, lost=time if is_lost else state.lost, second=time if is_second else state.second
    )
    if is_searched:
        return replace(state, time=time, frames=0, scene=scene)
    return replace(state, frames=state.frames + 1)
