"""Anything that shows pictures, as an iterator of frames."""

from __future__ import annotations

import glob
import operator
from pathlib import Path

from ..errors import SourceError
from ..values import Frame
from .paths import natural_key
from .pictures import is_picture, read_picture
from .stream import PICTURE_RATE, Source, Span
from .video import open_camera, open_video


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
        return open_camera(_camera_index(source), span)
    if not str(source):
        raise ValueError("source is empty: name a path, an address or a camera's number")
    path = Path(source)
    if path.is_file() and not is_picture(path):
        return open_video(str(source), str(path.absolute()), span)
    if "://" in str(source) and not path.exists():
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
        visible = (p for p in path.iterdir() if not p.name.startswith("."))
        found = [p for p in visible if is_picture(p) and p.is_file()]
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
