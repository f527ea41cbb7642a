"""Hands made by hand, with palms of a known length."""

from __future__ import annotations

import numpy as np

from knuckle.evaluate.values import Array, Prediction, TrueHand
from knuckle.values import Box, Handedness

PALM = 40.0  # pixels from the wrist to the middle MCP of `POINTS`

# A flat right hand, palm to the viewer, fingers up: five fingers on lines from the wrist.
POINTS: Array = np.array(
    [
        *[[50, 100]],
        *[[36, 92], [26, 82], [18, 72], [12, 64]],
        *[[38, 62], [36, 46], [35, 36], [34, 28]],
        *[[50, 60], [50, 42], [50, 31], [50, 22]],
        *[[60, 62], [63, 46], [65, 36], [66, 28]],
        *[[69, 67], [75, 56], [79, 49], [82, 43]],
    ],
    np.float64,
)
POINTS.flags.writeable = False


def world(points: Array = POINTS) -> Array:
    """The same hand in metres, flat; its palm is 8 cm long."""
    flat = (points - points[0]) * 0.08 / PALM
    return np.column_stack([flat, np.zeros(len(points))])


def true_hand(
    shift: tuple[float, float] = (0, 0),
    *,
    points: Array | None = POINTS,
    handedness: Handedness | None = "right",
    id: int | None = None,
) -> TrueHand:
    """The hand somewhere else; without points only its box."""
    moved = POINTS + np.array(shift, np.float64)
    box = Box(*moved.min(axis=0).tolist(), *moved.max(axis=0).tolist())
    if points is None:
        return TrueHand(None, box, handedness=handedness, id=id)
    return TrueHand(points + np.array(shift), box, world() * 1000, handedness, id)


def prediction(
    shift: tuple[float, float] = (0, 0),
    *,
    points: Array = POINTS,
    handedness: Handedness | None = "right",
    id: int | None = None,
) -> Prediction:
    """What a perfect tracker says about the hand, moved."""
    return Prediction(points + np.array(shift, np.float64), world(), handedness, id)
