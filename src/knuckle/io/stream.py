"""Streams of frames from any source, and selection of a part of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Real
from pathlib import Path

from ..checks import checked_count
from ..closing import Closing
from ..values import Frame

# The frame rate of a folder of pictures, which do not say when they were taken.
PICTURE_RATE = Fraction(30)


@dataclass(frozen=True, slots=True)
class Decoding:
    """How the frames of a file are decoded.

    threads: of the decoder; None: one for each core but one, which is left to the networks.
    is_ahead: decode a few frames ahead, in a thread of its own.
    """

    threads: int | None = None
    is_ahead: bool = True


ONE_THREAD = Decoding(threads=1, is_ahead=False)  # where other processes use the other cores


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a source to show."""

    start: float = 0.0  # seconds
    stop: float | None = None  # seconds; frames at or after this time are skipped
    every: int = 1  # use every Nth frame
    first: int | None = None  # the frame from which every Nth counts; None: the first in the span

    def __post_init__(self) -> None:
        for name, value in (("start", self.start), ("stop", self.stop)):
            if not isinstance(value, Real) and not (name == "stop" and value is None):
                raise TypeError(f"{name} must be a number of seconds, not {value!r}")
        if not 0 <= self.start < math.inf:
            raise ValueError(f"start must be 0 or more seconds, not {self.start!r}")
        if self.stop is not None and not self.stop > self.start:
            raise ValueError(f"stop must come after start ({self.start:g} s), not {self.stop!r}")
        checked_count("every", self.every)

    def select(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The frames in the span. Ends at the first frame after it."""
        count = 0
        for frame in frames:
            if self.stop is not None and frame.time >= self.stop:
                return
            if frame.time >= self.start:
                place = count if self.first is None else frame.index - self.first
                if place % self.every == 0:
                    yield frame
                count += 1


class Source(Closing, Iterator[Frame]):
    """An iterator of frames with the name and frame rate of their source. Close it after use."""

    def __init__(
        self,
        frames: Iterator[Frame],
        *,
        name: str,
        rate: Fraction,
        frame_count: int | None,
        close: Callable[[], None] = lambda: None,
        files: Sequence[Path] = (),
    ) -> None:
        self.name = name  # the path or camera, as given
        self.rate = rate  # frames per second; the average if it varies
        self.frame_count = frame_count  # frames to come; None if unknown (a camera, a broken file)
        self.files = tuple(files)  # the files that are read; empty for a camera or an address
        self._frames = frames
        self._close = close

    def __next__(self) -> Frame:
        return next(self._frames)

    def close(self) -> None:
        """Release the file or camera. Closing it twice is fine."""
        self._frames = iter(())
        self._close()
