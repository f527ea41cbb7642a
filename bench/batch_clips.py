"""Folders of clips to race over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.scenarios import SAMPLES
from knuckle.outputs import open_sink
from knuckle.values import Frame

SAMPLE = SAMPLES / "two_hands.mp4"
TINY = (64, 64)  # pixels


def real_clips(data: Path | None) -> list[Path]:
    """The sample clip, and the videos in a folder of data."""
    return [SAMPLE, *(sorted((data / "videos").glob("*.mp4")) if data else [])]


def copied(clips: Sequence[Path], count: int, folder: Path) -> list[Path]:
    """Fill a folder with clips in turns, under names of their own. count: of files.

    They are hard links where the disk can do that, so that they take no room.
    """
    folder.mkdir(parents=True)
    made = []
    for i in range(count):
        clip = clips[i % len(clips)]
        made.append(folder / f"{i:05}-{clip.name}")
        try:
            os.link(clip, made[-1])
        except OSError:  # another disk, or one without links
            shutil.copyfile(clip, made[-1])
    return made


def write_tiny(path: Path, frames: int = 1) -> Path:
    """A clip of so few pixels that there is next to nothing to decode or to find."""
    picture = np.full((TINY[1], TINY[0], 3), 128, np.uint8)
    with open_sink(path, rate=30) as sink:
        for index in range(frames):
            sink.write(Frame(picture, index, index / 30), [])
    return path
