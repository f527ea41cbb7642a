"""Options of knuckle's own, beyond those of MediaPipe.

A program that runs without changes cannot set them, so `python -m knuckle.compat.mediapipe` sets
their defaults.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, replace

from knuckle.checks import checked_flag
from knuckle.streams.search import ADAPTIVE, EveryFrame, SearchPolicy


@dataclass(frozen=True, slots=True)
class Switches:
    """Choices between MediaPipe's numbers and better or faster ones."""

    exact: bool = False  # repeat MediaPipe's warp bit for bit, for some milliseconds per hand
    upstream_palm_angle: bool = False  # Tasks: rotate a detected palm's ROI 26.6 degrees too far
    adaptive_search: bool = (
        False  # look for new hands only when one may have appeared; twice as fast
    )

    @property
    def search(self) -> SearchPolicy:
        """When to look for palms in a stream with a free slot."""
        return ADAPTIVE if self.adaptive_search else EveryFrame()


_defaults = Switches()
_VARIABLE = "KNUCKLE_MEDIAPIPE_SWITCHES"  # names of switches that are on, for child processes


def set_defaults(switches: Switches) -> None:
    """Set the defaults of objects created from now on."""
    global _defaults
    _defaults = switches


def bequeath(switches: Switches) -> None:
    """Pass these switches to processes that this one starts."""
    os.environ[_VARIABLE] = ",".join(name for name, is_on in asdict(switches).items() if is_on)


def inherited() -> Switches:
    """Get the switches from the process that started this one."""
    names = os.environ.get(_VARIABLE, "").split(",")
    return Switches(**{name: True for name in asdict(Switches()) if name in names})


def choose(**flags: bool | None) -> Switches:
    """The switches of an object; None takes the default. Raises TypeError unless bool or None."""
    told = {name: checked_flag(name, flag) for name, flag in flags.items() if flag is not None}
    return replace(_defaults, **told)
