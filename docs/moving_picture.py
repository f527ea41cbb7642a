"""Makes the moving picture at the top of the README: hands of the sample clip, followed and drawn.

Usage: python docs/moving_picture.py, in an environment with knuckle[video].
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

import knuckle

ROOT = Path(__file__).parent.parent
CLIP = ROOT / "samples" / "two_hands.mp4"
TARGET = ROOT / "docs" / "images" / "tracking.webp"

SHOWN = (100, 60, 740, 480)  # of each frame, pixels: where the hands are
DURATION = 33  # milliseconds for each frame, as in the clip
QUALITY = 55


def drawn_frames() -> Iterator[Image.Image]:
    """The clip's frames with the tracked hands on them, each with its number."""
    with knuckle.Tracker(max_hands=2) as track:
        for frame in knuckle.open_source(CLIP):
            drawn = knuckle.draw(frame.image, track(frame))
            yield Image.fromarray(drawn).crop(SHOWN)


def write_animation(frames: Iterator[Image.Image], path: Path) -> None:
    """An animated WebP that starts again at its end."""
    first, *others = frames
    first.save(
        path,
        save_all=True,
        append_images=others,
        duration=DURATION,
        loop=0,
        quality=QUALITY,
        method=6,
    )


if __name__ == "__main__":
    write_animation(drawn_frames(), TARGET)
