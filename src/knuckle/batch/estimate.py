"""What a batch is going to be: lengths from the headers of some clips, speed from a short trial."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from math import ceil
from typing import TypeVar

from ..errors import SourceError
from ..io.stream import PICTURE_RATE, Source
from ..networks.engine import open_networks
from ..options import wanted
from ..values import Frame
from .clips import Clip
from .recipe import Recipe
from .sources.reading import Content, opened, span_of
from .splitting.parts import PROBES, opened_header
from .tracking import table_of

_T = TypeVar("_T")
_MOST_TRIED = 8  # clips that a trial looks at


@dataclass(frozen=True, slots=True)
class Length:
    """How many frames of a clip are to be tracked, and how many seconds of video they are."""

    frames: float
    seconds: float


def length_of(clip: Clip, recipe: Recipe) -> Length | None:
    """The length of a clip by its header; None where that says nothing, or cannot be read."""
    if clip.pictures:
        return _length_of_pictures(clip, recipe)
    # Each file system raises errors of its own; the worker says what is wrong.
    with suppress(Exception), opened_header(clip, span_of(clip, recipe)) as source:
        if source.frame_count:
            return Length(source.frame_count, source.frame_count / float(source.rate))
    return None


def lengths_of(clips: Sequence[Clip], recipe: Recipe) -> list[Length | None]:
    """The lengths of clips, several read at once: each waits for the disk or the network."""
    with ThreadPoolExecutor(PROBES) as pool:
        return list(pool.map(lambda clip: length_of(clip, recipe), clips))


def _length_of_pictures(clip: Clip, recipe: Recipe) -> Length:
    count = len(clip.pictures)
    if recipe.stills:
        return Length(count, 0.0)
    rate, span = float(PICTURE_RATE), span_of(clip, recipe)
    end = count / rate if span.stop is None else min(count / rate, span.stop)
    seconds = max(end - span.start, 0.0)
    return Length(ceil(round(seconds * rate, 6) / span.every), seconds)


def spread(items: Sequence[_T], count: int) -> list[_T]:
    """At most so many of the items, from the first to the last at equal distances."""
    if len(items) <= count:
        return list(items)
    return [items[i * (len(items) - 1) // max(count - 1, 1)] for i in range(count)]


@dataclass(frozen=True, slots=True)
class Trial:
    """What tracking for a moment has shown.

    clips: that could be read. frames, seconds: tracked, and how long it took. per_frame, per_clip:
    bytes of the tables. reason: why a clip could not be read; the first one.
    """

    clips: int
    frames: int
    seconds: float
    per_frame: float
    per_clip: float
    reason: str = ""


def tried(clips: Sequence[Clip], recipe: Recipe, seconds: float) -> Trial:
    """Track the first clips for some seconds, and keep nothing.

    Raises KnuckleError when the networks cannot be opened.
    """
    chosen = recipe.completed
    open_networks(chosen["variant"], wanted(chosen))  # type: ignore[arg-type]
    read, frames, size, overhead, took, reason = 0, 0, 0, 0, 0.0, ""
    for clip in clips[:_MOST_TRIED]:
        began = time.monotonic()
        try:
            with opened(clip, recipe) as (source, content):
                until = began + min(seconds - took, seconds / 2)
                record, table = table_of(clip, recipe, _until(source, until), content)
        except SourceError as error:
            reason = reason or str(error)
            continue
        took += time.monotonic() - began
        read += 1
        frames += record.frames
        size += len(table)
        overhead = overhead or _empty(clip, recipe, source, content)
        if took >= seconds:
            break
    per_frame = max(size - read * overhead, 0) / frames if frames else 0.0
    return Trial(read, frames, took, per_frame, overhead, reason)


def _until(source: Source, end: float) -> Source:
    """A source that has no more frames after a time of the clock, but one at least."""

    def frames() -> Iterator[Frame]:
        for frame in source:
            yield frame
            if time.monotonic() >= end:
                return

    return Source(frames(), name=source.name, rate=source.rate, frame_count=None)


def _empty(clip: Clip, recipe: Recipe, source: Source, content: Content) -> int:
    """Bytes of a table without a row."""
    nothing = Source(iter(()), name=source.name, rate=source.rate, frame_count=0)
    _, table = table_of(replace(clip, pictures=()), recipe, nothing, content)
    return len(table)
