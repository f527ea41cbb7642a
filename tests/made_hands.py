"""Hands made of numbers, for tests that need no network."""

from __future__ import annotations

import numpy as np

from knuckle.values import Hand, Handedness, Roi

SIZE = (640, 480)
# An upright open hand, its palm about a unit long, wrist at the origin.
OPEN = np.array(
    [(0.0, 0.0)]
    + [(-0.3 - 0.15 * i, -0.3 - 0.2 * i) for i in range(4)]
    + [(x, -1 - 0.3 * i) for x in (-0.3, 0.0, 0.2, 0.4) for i in range(4)]
)


def hand(x: float, y: float = 240.0, handedness: Handedness = "right", score: float = 0.95) -> Hand:
    """A hand with its wrist at a place (pixels), its palm about 60 px long."""
    points = (OPEN * 60 + (x, y)).astype(np.float32)
    landmarks = np.concatenate([points / np.array(SIZE, np.float32), np.zeros((21, 1))], axis=1)
    world = np.concatenate([OPEN * 0.09, np.zeros((21, 1))], axis=1).astype(np.float32)
    return Hand(
        landmarks=landmarks.astype(np.float32),
        points=points,
        world_landmarks=world,
        handedness=handedness,
        handedness_score=score,
        presence=0.99,
        palm_score=None,
        palm_box=None,
        roi=Roi(0.5, 0.5, 0.3, 0.4, 0.0),
        image_size=SIZE,
        confidence=np.full(21, 0.9, np.float32),
    )
