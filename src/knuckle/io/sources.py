"""Pictures, videos and cameras as iterators of frames."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from pathlib import Path

from ..values import Frame, ImageArray
from .listing import list_pictures
from .overlap import ReadAhead
from .pictures import ANIMATED_SUFFIXES, is_picture, read_picture
from .stream import PICTURE_RATE, Decoding, Source, Span
from .video import open_camera, open_video

AHEAD = 2  # pictures that are read before they are asked for; they may be large


def open_source(
    source: str | Path | int, *, start: float = 0.0, stop: float | None = None, every: int = 1
) -> Source:
    """Open a picture, a folder or glob of pictures, a video, a stream's address or a camera.

    source: a path, a pattern such as "frames/*.png", an address such as "rtsp://..." or the index
            of a camera. Pictures play in natural order, 30 per second.
    start, stop: seconds. Frames before start, and at or after stop, are skipped.
    every: use every Nth frame. Frames keep the index and time that they have in the whole source.

    Files are read a few frames ahead, in a thread that ends with the source.

    Raises SourceError when there is nothing to show, ExtraMissing for a video without PyAV,
    ValueError for a span that makes no sense.
    """
    span = Span(start, stop, every)
    if not isinstance(source, (str, Path)):
        return open_camera(_camera_index(source), span)
    if not str(source):
        raise ValueError("source is empty: name a path, an address or a camera's number")
    path = Path(source)
    if path.is_file() and (not is_picture(path) or path.suffix.lower() in ANIMATED_SUFFIXES):
        return open_video(str(source), str(path.absolute()), span)
    if "://" in str(source) and not path.exists():
        return open_video(str(source), str(source), span)
    return open_pictures(list_pictures(path), str(source), span)


def _camera_index(value: object) -> int:
    try:
        if not isinstance(value, bool):
            index = operator.index(value)  # type: ignore[arg-type]
            if index < 0:
                raise ValueError(f"a camera's number must be 0 or more, not {index}")
            return index
    except TypeError:
        pass
    raise TypeError(f"source must be a path, an address or a camera's number, not {value!r}")


def _skipped(places: Sequence[int], span: Span) -> int:
    """How many of these frames come before the first that is to be shown."""
    return 0 if span.first is None or not places else (span.first - places[0]) % span.every


def open_pictures(
    paths: Sequence[Path], name: str, span: Span, decoding: Decoding | None = None
) -> Source:
    """Pictures as a stream of 30 per second. name: what messages call them."""
    names = [str(path) for path in paths]
    return play_pictures(
        names, lambda i: read_picture(paths[i]), name, span, decoding or Decoding(), paths
    )


def play_pictures(
    names: Sequence[str],
    read: Callable[[int], ImageArray],
    name: str,
    span: Span,
    decoding: Decoding,
    files: Sequence[Path] = (),
) -> Source:
    """Pictures from anywhere as a stream of 30 per second.

    names: of the pictures. read: gives one by its number, as RGB uint8 (height, width, 3), or
    raises SourceError. name: what messages call them all. files: where they lie, if in files.
    """
    times = [float(i / PICTURE_RATE) for i in range(len(names))]
    shown = [
        i
        for i, time in enumerate(times)
        if time >= span.start and (span.stop is None or time < span.stop)
    ]
    shown = shown[_skipped(shown, span) :: span.every]

    def frame(i: int) -> Frame:
        return Frame(read(i), i, times[i], names[i])

    # Not a generator: that would end at the first picture that cannot be read.
    frames = map(frame, shown)
    ahead = ReadAhead(frames, AHEAD) if decoding.is_ahead else None
    return Source(
        ahead or frames,
        name=name,
        rate=PICTURE_RATE / span.every,
        frame_count=len(shown),
        close=ahead.close if ahead else lambda: None,
        files=files,
    )
