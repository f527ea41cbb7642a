"""States to start from, and a clip in memory."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from knuckle.errors import SourceError
from knuckle.io.stream import Source
from knuckle.options import TrackOptions, completed
from knuckle.values import Frame
from knuckle.window.state import Media, Settings, State

RATE = 30


def settings(**options: object) -> Settings:
    """Settings with some options, and the defaults of the others."""
    return Settings(completed(TrackOptions, options, "a test"))


@pytest.fixture
def clip() -> State:
    """The window at the start of a clip of ten seconds."""
    return State(Media("two_hands.mp4", is_live=False, rate=RATE, duration=10.0), settings())


@pytest.fixture
def live() -> State:
    """The window at the start of a camera."""
    return State(Media("camera 0", is_live=True), settings())


def frame(index: int) -> Frame:
    """A small picture that shows its index."""
    return Frame(np.full((8, 12, 3), index % 256, np.uint8), index, index / RATE, "clip")


class MadeClip:
    """A clip in memory: it counts how often it was opened, and which frames were decoded."""

    def __init__(self, count: int, *, broken: int | None = None) -> None:
        """broken: the index of a frame that cannot be decoded."""
        self.count, self.broken = count, broken
        self.opened: list[float] = []
        self.decoded: list[int] = []

    def __call__(self, start: float) -> Source:
        """Open it at a time."""
        self.opened.append(start)
        return Source(
            _Frames(self, start), name="clip", rate=Fraction(RATE), frame_count=self.count
        )


class _Frames:
    """Goes on after an error, as the sources of the package do."""

    def __init__(self, clip: MadeClip, start: float) -> None:
        self._clip = clip
        self._next = max(int(np.ceil(start * RATE - 1e-6)), 0)

    def __iter__(self) -> _Frames:
        return self

    def __next__(self) -> Frame:
        index, self._next = self._next, self._next + 1
        if index >= self._clip.count:
            raise StopIteration
        if index == self._clip.broken:
            raise SourceError("clip is damaged")
        self._clip.decoded.append(index)
        return frame(index)
