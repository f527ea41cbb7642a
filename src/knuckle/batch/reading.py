"""The frames of a clip, and the bytes that they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import SourceError
from ..io.sources import open_pictures
from ..io.stream import ONE_THREAD, Source, Span
from ..io.video import open_video
from ..values import Frame
from .clips import Clip, shown
from .recipe import Recipe

_CHUNK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a clip: how many, and their SHA-256."""

    size: int
    sha256: str


@contextmanager
def opened(clip: Clip, recipe: Recipe) -> Iterator[tuple[Source, Content]]:
    """The frames of a clip, and what is known of its bytes.

    Raises SourceError, ValueError for a span that makes no sense.
    """
    span = span_of(clip, recipe)
    name = shown(clip.uri)
    if clip.pictures:
        paths = [Path(picture) for picture in clip.pictures]
        content = _content(paths)
        source = open_pictures(paths, name, span, ONE_THREAD)
    else:
        content = _content([Path(clip.uri)])
        source = open_video(name, clip.uri, span, ONE_THREAD)
    with source:
        yield source, content


def span_of(clip: Clip, recipe: Recipe) -> Span:
    """What of a clip to track: what it says itself, or else what the recipe says."""
    start = clip.start or recipe.start
    stop = recipe.stop if clip.stop is None else clip.stop
    return Span(start, stop, recipe.every)


def _content(paths: list[Path]) -> Content:
    """The size and checksum of files that are read one after another."""
    digest, size = hashlib.sha256(), 0
    for path in paths:
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SourceError(f"{shown(str(path))} cannot be read: {reason}") from error
    return Content(size, digest.hexdigest())


@dataclass(slots=True)
class Problems:
    """What was wrong with frames that could not be read: the first reason, and how many."""

    first: str = ""
    count: int = 0

    def readable(self, source: Source) -> Iterator[Frame]:
        """The frames of a source that can be read."""
        last = None
        while True:
            try:
                yield next(source)
            except StopIteration:
                return
            except SourceError as error:
                if error is last:  # a source that has ended raises it again and again
                    return
                last = error
                self.first = self.first or str(error)
                self.count += 1

    @property
    def reason(self) -> str:
        """One sentence, or nothing."""
        more = f"; {self.count - 1} more like it" if self.count > 1 else ""
        return self.first + more
