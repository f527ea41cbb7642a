"""Small clips of a moving hand, and ways to break files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from knuckle.values import ImageArray
from tests.io.files import write_clip

WIDTH, HEIGHT = 160, 120


def moving_hand(picture: ImageArray, frames: int, seed: int = 0) -> list[ImageArray]:
    """Pictures of 160 x 120 in which a hand wanders. Another seed moves it in another way."""
    height, width = picture.shape[:2]
    side = min(width, height * WIDTH // HEIGHT) * 0.8
    room = np.array([width - side, height - side * HEIGHT / WIDTH])
    phase = np.arange(frames)[:, None] * np.array([0.1, 0.13]) + seed
    corners = room * (0.5 + 0.5 * np.sin(phase))
    full = Image.fromarray(picture)
    return [
        np.asarray(
            full.resize(
                (WIDTH, HEIGHT), box=(x, y, x + side, y + side * HEIGHT / WIDTH), reducing_gap=2
            )
        )
        for x, y in corners
    ]


def write_hand_clips(
    folder: Path, picture: ImageArray, count: int, *, fewest: int = 10, more: int = 20
) -> list[Path]:
    """Clips clip00.mp4, clip01.mp4 and so on, none like another.

    fewest: frames that each has; and up to `more` on top, by turns, in steps of two.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [
        write_clip(
            folder / f"clip{i:02}.mp4",
            moving_hand(picture, fewest + 2 * i % more, i),
            key_frames_every=5,
        )
        for i in range(count)
    ]
