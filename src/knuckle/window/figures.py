"""Frame rate, stage times, latency and dropped frames, worked out frame by frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

RATE_SECONDS = 1.0  # the frame rate is that of the last second
READING_SECONDS = 0.3
MEAN_SHARE = 0.1  # how much a new frame counts in the mean of a stage


class Stages(NamedTuple):
    """What one frame took, seconds."""

    track: float  # finding its hands
    draw: float  # scaling the picture and drawing hands onto it
    show: float  # laying out the text, and the window
    latency: float  # from the camera's frame in our memory to the screen


@dataclass(frozen=True, slots=True)
class Figures:
    """How fast it runs."""

    shown: tuple[float, ...] = ()  # when the frames of the last second were shown
    stages: Stages | None = None  # means
    dropped: int = 0  # frames that were neither tracked nor shown
    last: int | None = None  # the last frame's index; None after a jump or a pause

    @property
    def rate(self) -> float | None:
        """Frames shown per second; None before the second one."""
        if len(self.shown) < 2:
            return None
        return (len(self.shown) - 1) / max(self.shown[-1] - self.shown[0], 1e-6)

    def after(self, index: int, stages: Stages, now: float) -> Figures:
        """The figures with one more frame, shown `now`."""
        gap = 0 if self.last is None else max(index - self.last - 1, 0)
        recent = tuple(time for time in self.shown if now - time <= RATE_SECONDS)
        return Figures((*recent, now), _mean(self.stages, stages), self.dropped + gap, index)

    def interrupted(self) -> Figures:
        """The figures for going on after a pause or elsewhere: what lies between is not dropped."""
        return replace(self, shown=(), last=None)


def _mean(before: Stages | None, new: Stages) -> Stages:
    if before is None:
        return new
    return Stages(*(old + MEAN_SHARE * (one - old) for old, one in zip(before, new, strict=True)))


class Reading(NamedTuple):
    """Figures that stand still for a moment, so that they can be read."""

    figures: Figures
    at: float

    def after(self, figures: Figures, now: float) -> Reading:
        """The newer figures, if these have been shown long enough."""
        return Reading(figures, now) if now - self.at >= READING_SECONDS else self


NO_FIGURES = Figures()
NO_READING = Reading(NO_FIGURES, float("-inf"))
