"""What a program may choose beyond MediaPipe's own options.

A program that is run without an edit cannot say it: `python -m knuckle.compat.mediapipe` sets the
defaults for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from knuckle.settings import checked_flag


@dataclass(frozen=True, slots=True)
class Switches:
    """Choices between MediaPipe's numbers and better or quicker ones."""

    exact: bool = False  # repeat MediaPipe's warp bit for bit, at some milliseconds per hand
    upstream_palm_angle: bool = False  # Tasks: turn each ROI from a palm 26.6 degrees too far


_defaults = Switches()


def set_defaults(switches: Switches) -> None:
    """What objects made from now on do where they are not told."""
    global _defaults
    _defaults = switches


def choose(*, exact: bool | None, upstream_palm_angle: bool | None = None) -> Switches:
    """The switches of an object; None: as by default. Raises TypeError for anything but a flag."""
    return Switches(
        exact=_defaults.exact if exact is None else checked_flag("exact", exact),
        upstream_palm_angle=_defaults.upstream_palm_angle
        if upstream_palm_angle is None
        else checked_flag("upstream_palm_angle", upstream_palm_angle),
    )
