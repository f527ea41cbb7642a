"""Rectangles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Rect:
    """An axis-aligned rectangle, pixels."""

    left: int
    top: int
    bottom: int
    right: int


@dataclass
class RectF:
    """An axis-aligned rectangle, shares of the picture."""

    left: float
    top: float
    bottom: float
    right: float


@dataclass
class NormalizedRect:
    """A rotated rectangle, shares of the picture; rotation in radians, clockwise."""

    x_center: float
    y_center: float
    width: float
    height: float
    rotation: float | None = 0.0
    rect_id: int | None = None
