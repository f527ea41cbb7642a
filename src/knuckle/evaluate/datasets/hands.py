"""Makes hands from annotations, and checks every number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...spec import Landmark
from ...values import Box, Handedness
from ..metrics.distances import landmark_box
from ..values import Array, TrueHand

JOINTS = len(Landmark)
HANDEDNESS: dict[str, Handedness] = {"left": "left", "right": "right"}


def make_hand(
    points: Any,
    box: Any,
    *,
    order: Sequence[int],
    points_3d: Any = None,
    handedness: Any = None,
    id: int | None = None,
) -> TrueHand:
    """Make a hand from points in the source's order, or from a box [x, y, width, height]; pixels.

    Raises ValueError with what is wrong.
    """
    placed = None if points is None else _joints(points, 2, "keypoints_2d")[list(order)]
    if placed is not None and np.isnan(placed).all():
        placed = None
    if placed is None and box is None:
        raise ValueError("neither key points nor a box")
    return TrueHand(
        points=placed,
        box=_box(landmark_box(placed)) if box is None and placed is not None else _corners(box),
        points_3d=None if points_3d is None else _joints(points_3d, 3, "keypoints_3d")[list(order)],
        handedness=_handedness(handedness),
        id=id,
    )


def _joints(rows: Any, columns: int, name: str) -> Array:
    """(21, columns). A row that is null or contains null becomes NaN. Raises ValueError."""
    if not isinstance(rows, list) or len(rows) != JOINTS:
        length = len(rows) if isinstance(rows, list) else type(rows).__name__
        raise ValueError(f"{name} must have {JOINTS} joints, not {length}")
    joints = np.full((JOINTS, columns), np.nan)
    for i, row in enumerate(rows):
        if row is None or (isinstance(row, list) and None in row):
            continue
        if not isinstance(row, list) or len(row) != columns:
            raise ValueError(f"{name}: joint {i} must have {columns} numbers, not {row!r}")
        joints[i] = [_number(value, f"{name}, joint {i}") for value in row]
    return joints


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
        raise ValueError(f"{where}: {value!r} is not a finite number")
    return float(value)


def _corners(box: Any) -> Box:
    if not isinstance(box, list) or len(box) != 4:
        raise ValueError(f"the box must be [x, y, width, height], not {box!r}")
    x, y, width, height = (_number(value, "the box") for value in box)
    if width <= 0 or height <= 0:
        raise ValueError(f"the box {box!r} has no area")
    return Box(x, y, x + width, y + height)


def _box(corners: Array) -> Box:
    return Box(*corners.tolist())


def _handedness(value: Any) -> Handedness | None:
    if value is None:
        return None
    if str(value).lower() not in HANDEDNESS:
        raise ValueError(f"handedness {value!r} is neither left nor right")
    return HANDEDNESS[str(value).lower()]
