"""A point of something found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class NormalizedKeypoint:
    """A point in shares of the picture's width and height."""

    x: float | None = None
    y: float | None = None
    label: str | None = None
    score: float | None = None
