"""A box in pixels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class BoundingBox:
    """An axis-aligned box, pixels."""

    origin_x: int
    origin_y: int
    width: int
    height: int
