"""What a program may choose beyond MediaPipe's own options.

A program that is run without an edit cannot say it: `python -m knuckle.compat.mediapipe` sets the
defaults for it.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, replace

from knuckle.checks import checked_flag
from knuckle.streams.search import ADAPTIVE, EveryFrame, SearchPolicy


@dataclass(frozen=True, slots=True)
class Switches:
    """Choices between MediaPipe's numbers and better or quicker ones."""

    exact: bool = False  # repeat MediaPipe's warp bit for bit, at some milliseconds per hand
    upstream_palm_angle: bool = False  # Tasks: turn each ROI from a palm 26.6 degrees too far
    adaptive_search: bool = (
        False  # look for new hands when one could have appeared, at half the time
    )

    @property
    def search(self) -> SearchPolicy:
        """When palms are looked for in a stream with a free slot."""
        return ADAPTIVE if self.adaptive_search else EveryFrame()


_defaults = Switches()
_VARIABLE = "KNUCKLE_MEDIAPIPE_SWITCHES"  # names of those that are on, for processes to come


def set_defaults(switches: Switches) -> None:
    """What objects made from now on do where they are not told."""
    global _defaults
    _defaults = switches


def bequeath(switches: Switches) -> None:
    """Have processes that this one starts find these switches."""
    os.environ[_VARIABLE] = ",".join(name for name, is_on in asdict(switches).items() if is_on)


def inherited() -> Switches:
    """The switches of the process that started this one."""
    names = os.environ.get(_VARIABLE, "").split(",")
    return Switches(**{name: True for name in asdict(Switches()) if name in names})


def choose(**flags: bool | None) -> Switches:
    """The switches of an object; None: as by default. Raises TypeError for anything but a flag."""
    told = {name: checked_flag(name, flag) for name, flag in flags.items() if flag is not None}
    return replace(_defaults, **told)
