"""The moving picture of the README moves, repeats, and is small enough for a page."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from docs.moving_picture import DURATION, TARGET, write_animation

MOST = 1_500_000  # bytes


def test_the_picture_of_the_readme() -> None:
    """As it lies in the repository: all 150 frames of the clip."""
    with Image.open(TARGET) as picture:
        frames, loop = getattr(picture, "n_frames", 1), picture.info["loop"]

    assert (150, 0) == (frames, loop)
    assert TARGET.stat().st_size < MOST


def test_each_frame_is_shown_as_long_as_in_the_clip(tmp_path: Path) -> None:
    """A viewer sees the hands at their own pace."""
    frames = (Image.new("RGB", (32, 24), colour) for colour in ("red", "green", "blue"))
    write_animation(frames, tmp_path / "three.webp")

    with Image.open(tmp_path / "three.webp") as picture:
        picture.seek(2)
        picture.load()
        assert (3, DURATION) == (getattr(picture, "n_frames", 1), picture.info["duration"])
