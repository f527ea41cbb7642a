"""What the window is doing, as one value; `update.py` changes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ..options import TrackOptions
from ..render.style import Style
from .figures import NO_FIGURES, NO_READING, Figures, Reading

LATE = 0.25  # seconds behind its clock at which a clip takes a new start instead of catching up


@dataclass(frozen=True, slots=True)
class Media:
    """What is shown: a camera, or a clip that can be stepped through."""

    name: str
    is_live: bool
    rate: float = 30.0  # frames per second
    duration: float | None = None  # seconds; None if unknown


@dataclass(frozen=True, slots=True)
class Settings:
    """What to find. Frames that were tracked with other settings are out of date."""

    options: TrackOptions  # complete
    palms_only: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """How it is drawn."""

    style: Style = "fingers"
    confidence: bool = False
    boxes: bool = False  # palm boxes and ROIs
    is_mirrored: bool = False  # of the view; files are never mirrored


@dataclass(frozen=True, slots=True)
class Target:
    """A place in a clip: the last frame up to `index`, or the first one from `seconds` on."""

    seconds: float
    index: int | None = None


class Jump(NamedTuple):
    """Where to go on. The number tells frames from before the jump from those after it."""

    number: int
    target: Target


START = Jump(0, Target(0.0))


class Clock(NamedTuple):
    """When the frames of a clip are due: the frame of `media` seconds at `wall`."""

    wall: float
    media: float
    speed: float

    def due(self, seconds: float) -> float:
        """When to show the frame of a time in the clip."""
        return self.wall + (seconds - self.media) / self.speed

    def media_at(self, now: float) -> float:
        """The time in the clip that should be on the screen now."""
        return self.media + (now - self.wall) * self.speed


class Message(NamedTuple):
    """A line that is shown for a while."""

    text: str
    until: float


@dataclass(frozen=True, slots=True)
class Place:
    """The frame on the screen."""

    index: int
    seconds: float


@dataclass(frozen=True, slots=True)
class State:
    """Everything that decides what the window shows and does, except the frames themselves."""

    media: Media
    settings: Settings
    look: Look = field(default_factory=Look)
    place: Place | None = None  # None until the first frame is there
    jump: Jump = START
    speed: float = 1.0
    clock: Clock | None = None  # None until the next frame is shown, which sets it
    is_paused: bool = False
    steps: int = 0  # how many frames have been let through while paused, in all
    stepped: int = 0  # how many of them have been shown
    is_ended: bool = False
    is_recording: bool = False
    recorded: float = 0.0  # seconds on the clock of the source
    snapshots: int = 0  # how many have been asked for
    has_panel: bool = True
    has_help: bool = False
    is_full_screen: bool = False
    text_scale: float = 1.0
    message: Message | None = None
    problem: str | None = None  # why the source has stopped
    figures: Figures = NO_FIGURES
    reading: Reading = NO_READING
    is_quitting: bool = False

    @property
    def is_waiting_for_step(self) -> bool:
        """Whether a frame is still to be shown although the picture stands still."""
        return self.stepped < self.steps


@dataclass(frozen=True, slots=True)
class Orders:
    """What the worker needs to know of the state."""

    settings: Settings
    jump: Jump
    is_running: bool
    steps: int
    clock: Clock | None  # skip the frames that are late by it; None: skip none


def orders_of(state: State) -> Orders:
    """The worker's orders. A recording gets every frame of a clip, however long that takes."""
    is_running = not state.is_paused
    skips = is_running and not state.media.is_live and not state.is_recording
    return Orders(
        state.settings, state.jump, is_running, state.steps, state.clock if skips else None
    )
