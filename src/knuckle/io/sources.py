"""Anything that shows pictures, as an iterator of frames."""

from __future__ import annotations

import glob
import math
import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from numbers import Real
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import SourceError
from ..settings import checked_count
from ..values import Frame
from .paths import natural_key
from .pictures import is_picture, read_picture

# The rate at which a folder of pictures plays; the pictures do not say.
PICTURE_RATE = Fraction(30)


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a source to show."""

    start: float = 0.0  # seconds
    stop: float | None = None  # seconds; frames at or after it are not shown
    every: int = 1  # show one frame of so many

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
        """The frames of the span; ends at the first one past it."""
        count = 0
        for frame in frames:
            if self.stop is not None and frame.time >= self.stop:
                return
            if frame.time >= self.start:
                if count % self.every == 0:
                    yield frame
                count += 1


class Source(Iterator[Frame]):
    """An iterator of frames that knows what it shows. Close it, or use it in `with`."""

    def __init__(
        self,
        frames: Iterator[Frame],
        *,
        name: str,
        rate: Fraction,
        frame_count: int | None,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name  # the path or camera, as given
        self.rate = rate  # frames per second; an average where it varies
        self.frame_count = (
            frame_count  # frames to come; None when unknown (a camera, a broken file)
        )
        self._frames = frames
        self._close = close

    def __next__(self) -> Frame:
        return next(self._frames)

    def close(self) -> None:
        """Give the file or camera back; closing again does nothing."""
        self._frames = iter(())
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_source(
    source: str | Path | int, *, start: float = 0.0, stop: float | None = None, every: int = 1
) -> Source:
    """Open a picture, a folder or glob of pictures, a video, a stream's address or a camera.

    source: a path, a pattern such as "frames/*.png", "rtsp://..." or the index of a camera.
    start, stop: seconds; every: show one frame of so many. A frame keeps the index and the time
    that it has in the whole source. Pictures play at 30 per second; natural order of names.

    Raises SourceError when there is nothing to show, ExtraMissing for a video without PyAV,
    ValueError for a span that makes no sense.
    """
    span = Span(start, stop, every)
    if not isinstance(source, (str, Path)):
        from .video import open_camera

        return open_camera(_camera_index(source), span)
    if not str(source):
        raise ValueError("source is empty: name a path, an address or a camera's number")
    path = Path(source)
    if path.is_file() and not is_picture(path):
        from .video import open_video

        return open_video(str(source), str(path.absolute()), span)
    if "://" in str(source) and not path.exists():
        from .video import open_video

        return open_video(str(source), str(source), span)
    return _open_pictures(list_pictures(path), str(source), span)


def _camera_index(value: object) -> int:
    try:
        if not isinstance(value, bool):
            return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        pass
    raise TypeError(f"source must be a path, an address or a camera's number, not {value!r}")


def list_pictures(path: Path) -> list[Path]:
    """The pictures a path, folder or pattern names, in natural order.

    Raises SourceError when there are none.
    """
    if path.is_file():
        return [path]
    if path.is_dir():
        found = [p for p in path.iterdir() if is_picture(p) and p.is_file()]
        found = [p for p in found if not p.name.startswith(".")]
        if not found:
            raise SourceError(f"{path} holds no pictures")
    elif glob.has_magic(str(path)):
        matches = map(Path, glob.glob(str(path), recursive=True))
        found = [p for p in matches if is_picture(p) and p.is_file()]
        if not found:
            raise SourceError(f"{path} matches no pictures")
    else:
        raise SourceError(f"{path} does not exist")
    return sorted(found, key=natural_key)


def _open_pictures(paths: list[Path], name: str, span: Span) -> Source:
    times = [float(i / PICTURE_RATE) for i in range(len(paths))]
    shown = [
        i
        for i, time in enumerate(times)
        if time >= span.start and (span.stop is None or time < span.stop)
    ][:: span.every]

    def frame(i: int) -> Frame:
        return Frame(read_picture(paths[i]), i, times[i], str(paths[i]))

    # Not a generator, which would end with the first picture that cannot be read.
    return Source(map(frame, shown), name=name, rate=PICTURE_RATE, frame_count=len(shown))
