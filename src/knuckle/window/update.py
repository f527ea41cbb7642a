"""What happens -> the next state. A pure function: the clock's time comes as an argument."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from ..options import TrackOptions
from ..streams.smoothing import SMOOTHING
from .figures import Stages
from .keys import Action, key_of
from .state import LATE, Clock, Jump, Message, Place, State, Target

MESSAGE_SECONDS = 3.0
SEEK_SECONDS = 5.0
SPEEDS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0)
TEXT_SCALES = (0.75, 1.0, 1.25, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key, by a name of `keys.py`."""

    key: str


@dataclass(frozen=True, slots=True)
class Sought:
    """A place on the progress bar was clicked: a share of the clip, 0 to 1."""

    share: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A frame has reached the screen."""

    place: Place
    stages: Stages
    counts: bool = True  # False: it was drawn again, so it says nothing about the speed


@dataclass(frozen=True, slots=True)
class Ended:
    """The clip has no more frames."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The source has stopped with an error."""

    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """Something to tell: a file that was saved, a damaged frame."""

    text: str


@dataclass(frozen=True, slots=True)
class RecordingStopped:
    """The recording has ended by itself, because a file could not be written."""

    text: str


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time has passed: an old message goes."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The window was closed."""


Event = Pressed | Sought | Shown | Ended | Failed | Told | RecordingStopped | Ticked | Closed


def update(state: State, event: Event, now: float) -> State:
    """The state after an event. now: seconds on a monotonic clock."""
    state = _without_old_message(state, now)
    match event:
        case Pressed(key):
            found = key_of(key, is_live=state.media.is_live)
            return state if found is None else _pressed(state, found.action, key, now)
        case Sought(share):
            return _sought(state, share)
        case Shown():
            return _shown(state, event, now)
        case Ended():
            told = _told(state, "The end. Space plays it again", now)
            return replace(told, is_ended=True, is_recording=False, stepped=state.steps)
        case Failed(text):
            return replace(state, problem=text, is_recording=False, stepped=state.steps)
        case Told(text):
            return _told(state, text, now)
        case RecordingStopped(text):
            return _told(replace(state, is_recording=False), text, now)
        case Ticked():
            return state
        case Closed():
            return replace(state, is_quitting=True)


def _without_old_message(state: State, now: float) -> State:
    if state.message is None or now < state.message.until:
        return state
    return replace(state, message=None)


def _told(state: State, text: str, now: float) -> State:
    return replace(state, message=Message(text, now + MESSAGE_SECONDS))


def _shown(state: State, event: Shown, now: float) -> State:
    if not event.counts:
        return state
    place = event.place
    seconds = 0.0 if state.place is None else max(place.seconds - state.place.seconds, 0.0)
    figures = state.figures.after(place.index, event.stages, now)
    return replace(
        state,
        place=place,
        clock=_clock(state, place, now),
        stepped=min(state.stepped + 1, state.steps),
        is_ended=False,
        problem=None,
        recorded=state.recorded + seconds if state.is_recording else state.recorded,
        figures=figures,
        reading=state.reading.after(figures, now),
    )


def _clock(state: State, place: Place, now: float) -> Clock | None:
    """The clock of a clip. One that cannot keep up goes on from the frame it has reached."""
    if state.is_paused or state.media.is_live:
        return None
    clock = state.clock
    if clock is None or now > clock.due(place.seconds) + LATE:
        return Clock(now, place.seconds, state.speed)
    return clock


def _pressed(state: State, action: Action, key: str, now: float) -> State:
    if action == "hands":
        count = int(key)
        return _with_options(state, now, f"At most {_count(count, 'hand')}", max_hands=count)
    return _ACTIONS[action](state, now)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _pause(state: State, now: float) -> State:
    if state.is_ended and not state.media.is_live:
        return _restart(state, now)
    return replace(
        state,
        is_paused=not state.is_paused,
        steps=state.steps + (state.place is None),  # something to see, however early the key
        stepped=state.steps,
        clock=None,
        figures=state.figures.interrupted(),
    )


def _restart(state: State, now: float) -> State:
    if state.media.is_live:
        return replace(_jumped(state, Target(0.0)), problem=None, is_paused=False)
    return replace(_jumped(state, Target(0.0)), is_paused=False)


def _jumped(state: State, target: Target) -> State:
    """Go on at a target. A picture that stands still shows the frame there."""
    return replace(
        state,
        jump=Jump(state.jump.number + 1, target),
        steps=state.steps + 1,
        stepped=state.steps,
        clock=None,
        is_ended=False,
        figures=state.figures.interrupted(),
    )


def _forward(state: State, now: float) -> State:
    if state.is_ended:
        return state
    if not state.is_paused:
        return _pause(state, now)
    return replace(state, steps=state.steps + 1, figures=state.figures.interrupted())


def _back(state: State, now: float) -> State:
    if state.place is None:
        return state
    aim = _aim(state)
    if aim.index == 0:
        return _told(replace(state, is_paused=True), "This is the first frame", now)
    paused = replace(state, is_paused=True)
    return _jumped(paused, Target(max(aim.seconds - 1 / state.media.rate, 0.0), aim.index - 1))


def _aim(state: State) -> Place:
    """The frame on the screen, or the one that the last step asked for and that is to come."""
    assert state.place is not None
    target = state.jump.target
    if state.is_paused and state.is_waiting_for_step and target.index is not None:
        return Place(target.index, target.seconds)
    return state.place


def _seek(state: State, seconds: float) -> State:
    if state.place is None:
        return state
    target = max(state.place.seconds + seconds, 0.0)
    if state.media.duration is not None:
        target = min(target, _last_start(state))
    return _jumped(state, Target(target))


def _sought(state: State, share: float) -> State:
    if state.media.is_live or state.media.duration is None:
        return state
    seconds = min(max(share, 0.0), 1.0) * state.media.duration
    return _jumped(state, Target(min(seconds, _last_start(state))))


def _last_start(state: State) -> float:
    """The latest time to jump to, so that there is a frame to show."""
    return max((state.media.duration or 0.0) - 1.5 / state.media.rate, 0.0)


def _with_speed(state: State, step: int, now: float) -> State:
    speed = _neighbour(SPEEDS, state.speed, step)
    told = _told(state, f"Speed {speed:g}", now)
    return replace(told, speed=speed, clock=None, figures=state.figures.interrupted())


def _neighbour(values: tuple[float, ...], value: float, step: int) -> float:
    """The next larger or smaller of some values."""
    others = [other for other in values if (other - value) * step > 0]
    return min(others, key=lambda other: abs(other - value), default=value)


def _with_text(state: State, step: int) -> State:
    return replace(state, text_scale=_neighbour(TEXT_SCALES, state.text_scale, step))


def _snapshot(state: State, now: float) -> State:
    if state.place is None:
        return state
    return replace(state, snapshots=state.snapshots + 1)


def _record(state: State, now: float) -> State:
    if state.problem or state.is_ended:
        return _told(state, "Nothing is playing that could be recorded", now)
    return replace(state, is_recording=not state.is_recording, recorded=0.0)


def _with_options(state: State, now: float, text: str, **changed: Any) -> State:
    options = cast("TrackOptions", {**state.settings.options, **changed})
    return _with_settings(_told(state, text, now), options=options)


def _with_settings(state: State, **changed: Any) -> State:
    """Other settings. A clip finds the hands of the frame on the screen again."""
    place = state.place
    state = replace(state, settings=replace(state.settings, **changed))
    if state.media.is_live or place is None:
        return state
    if state.is_ended:
        state = replace(state, is_paused=True)
    return _jumped(state, Target(place.seconds, place.index))


def _model(state: State, now: float) -> State:
    is_full = state.settings.options["variant"] == "full"
    variant = "lite" if is_full else "full"
    text = "Lite networks: faster, less accurate" if is_full else "Full networks"
    return _with_options(state, now, text, variant=variant)


def _smoothing(state: State, now: float) -> State:
    is_on = state.settings.options["smoothing"] is not None
    text = "Smoothing off: hands as the network reads them" if is_on else "Smoothing on"
    return _with_options(state, now, text, smoothing=None if is_on else SMOOTHING)


def _palms(state: State, now: float) -> State:
    only = not state.settings.palms_only
    text = "Palms only: where hands are, without landmarks" if only else "Hands with landmarks"
    return _with_settings(_told(state, text, now), palms_only=only)


def _mirror(state: State, now: float) -> State:
    is_on = not state.look.is_mirrored
    told = _told(state, "Mirrored view" if is_on else "View as others see you", now)
    return replace(told, look=replace(state.look, is_mirrored=is_on))


def _style(state: State, now: float) -> State:
    is_depth = state.look.style == "depth"
    told = _told(state, "A colour per finger" if is_depth else "Nearer is brighter and bigger", now)
    return replace(told, look=replace(state.look, style="fingers" if is_depth else "depth"))


def _confidence(state: State, now: float) -> State:
    is_on = not state.look.confidence
    told = _told(state, "Uncertain joints are faded" if is_on else "All joints in full", now)
    return replace(told, look=replace(state.look, confidence=is_on))


def _boxes(state: State, now: float) -> State:
    is_on = not state.look.boxes
    told = _told(state, "Palm boxes and regions" if is_on else "No boxes", now)
    return replace(told, look=replace(state.look, boxes=is_on))


def _leave(state: State, now: float) -> State:
    """Escape closes what is open: the help, full screen, the window."""
    if state.has_help:
        return replace(state, has_help=False)
    if state.is_full_screen:
        return replace(state, is_full_screen=False)
    return replace(state, is_quitting=True)


_ACTIONS: dict[Action, Callable[[State, float], State]] = {
    "pause": _pause,
    "forward": _forward,
    "back": _back,
    "later": lambda state, now: _seek(state, SEEK_SECONDS),
    "earlier": lambda state, now: _seek(state, -SEEK_SECONDS),
    "restart": _restart,
    "slower": lambda state, now: _with_speed(state, -1, now),
    "faster": lambda state, now: _with_speed(state, 1, now),
    "snapshot": _snapshot,
    "record": _record,
    "palms": _palms,
    "model": _model,
    "smoothing": _smoothing,
    "mirror": _mirror,
    "style": _style,
    "confidence": _confidence,
    "boxes": _boxes,
    "panel": lambda state, now: replace(state, has_panel=not state.has_panel),
    "bigger": lambda state, now: _with_text(state, 1),
    "smaller": lambda state, now: _with_text(state, -1),
    "full screen": lambda state, now: replace(state, is_full_screen=not state.is_full_screen),
    "help": lambda state, now: replace(state, has_help=not state.has_help),
    "leave": _leave,
    "quit": lambda state, now: replace(state, is_quitting=True),
}
