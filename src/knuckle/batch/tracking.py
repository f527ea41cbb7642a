"""A clip to the bytes of its table: a function of the clip's content, its id and the recipe."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from typing import Any, TypeVar

from ..api import Detector, Tracker, track_clip, track_many
from ..errors import SourceError
from ..geometry.camera import Camera
from ..io.sinks import Sink
from ..io.stream import Source, Span
from ..options import ClipOptions, described
from ..values import Frame, Hand
from .clips import Clip, is_address, shown
from .recipe import Recipe
from .record import Record, State, camera_in_words, footer_of
from .sources.reading import Content, Problems, opened, span_of
from .stores.store import CLIPS, PARTS
from .table import TableWriter

Tell = Callable[[int], None]  # is called with the number of frames so far
Result = TypeVar("Result")
Asking = Generator[Frame, list[Hand], Result]  # yields frames, and is sent the hands of each
VERSIONED = ("knuckle", "numpy", "onnxruntime", "av", "pyarrow")


@dataclass(slots=True)
class _Counted:
    """What is counted while a clip is tracked."""

    frames: int = 0
    width: int = 0
    height: int = 0
    ids: set[int] = field(default_factory=set)

    def add(self, frame: Frame, hands: list[Hand]) -> None:
        """Count a frame."""
        if not self.frames:
            self.height, self.width = frame.image.shape[:2]
        self.frames += 1
        self.ids.update(hand.track_id for hand in hands if hand.track_id is not None)


@dataclass(slots=True)
class _Making:
    """The table of a clip in the making."""

    clip: Clip
    recipe: Recipe
    source: Source
    content: Content
    tell: Tell
    video: Sink | None
    problems: Problems = field(default_factory=Problems)
    counted: _Counted = field(default_factory=_Counted)
    writer: TableWriter = field(init=False)

    def __post_init__(self) -> None:
        camera = self.clip.camera or self.recipe.camera
        self.writer = TableWriter(self.clip.id, camera=camera, hand_size=self.recipe.hand_size)

    def frames(self) -> Iterator[Frame]:
        """The frames that can be read."""
        return self.problems.readable(self.source)

    def add(self, frame: Frame, hands: list[Hand]) -> None:
        """Write the next frame with its hands."""
        self.writer.write(frame, hands)
        self.counted.add(frame, hands)
        if self.video is not None:
            self.video.write(frame, hands)
        self.tell(self.counted.frames)

    def finish(self) -> tuple[Record, bytes]:
        """The record, and the bytes of the table.

        Raises SourceError when no frame was read, but not for a part: another may have frames.
        """
        if self.problems.count and not self.counted.frames and self.clip.part is None:
            raise SourceError(self.problems.reason)
        record = _record(self)
        record = replace(record, rows=self.writer.close_groups())
        return record, self.writer.finish(footer_of(record, details_of(self.recipe)))


def table_of(
    clip: Clip,
    recipe: Recipe,
    source: Source,
    content: Content,
    tell: Tell = lambda frames: None,
    video: Sink | None = None,
) -> tuple[Record, bytes]:
    """Track an open clip: its record, and the bytes of its table.

    They depend on the clip's content, its id and the recipe alone.
    source, content: as `opened` gives them. video: draws the frames, too.
    Raises SourceError when no frame can be read.
    """
    making = _Making(clip, recipe, source, content, tell, video)
    for frame, hands in _followed(making.frames(), recipe):
        making.add(frame, hands)
    return making.finish()


def table_in_turns(
    clip: Clip,
    recipe: Recipe,
    source: Source,
    content: Content,
    tell: Tell = lambda frames: None,
    video: Sink | None = None,
) -> Asking[tuple[Record, bytes]]:
    """The same as `table_of`, for a clip that is tracked beside others by `tracked_together`."""
    making = _Making(clip, recipe, source, content, tell, video)
    for frame in making.frames():
        making.add(frame, (yield frame))
    return making.finish()


def tracked_together(clips: Sequence[Asking[Result]], recipe: Recipe) -> list[Result]:
    """What several clips return that yield their frames and are sent the hands of each.

    The clips take turns, frame by frame, and the hands of all are found in one batch.
    The first exception of a clip ends all.
    """
    found: dict[int, list[Hand]] = {}
    results: dict[int, Result] = {}
    failures: list[Exception] = []

    def frames_of(i: int) -> Iterator[Frame]:
        try:
            yield next(clips[i])
            while True:
                yield clips[i].send(found[i])
        except StopIteration as end:
            results[i] = end.value
        except Exception as error:
            failures.append(error)

    try:
        for i, _, hands in track_many(map(frames_of, range(len(clips))), **_tracking(recipe)):
            found[i] = hands
            if failures:
                break
    finally:
        for clip in clips:
            clip.close()
    if failures:
        raise failures[0]
    return [results[i] for i in range(len(clips))]


def _followed(frames: Iterator[Frame], recipe: Recipe) -> Iterator[tuple[Frame, list[Hand]]]:
    """Every frame with its hands."""
    options = dict(recipe.options)
    if recipe.stills:
        detector = Detector(**options)
        for frame in frames:
            yield replace(frame, index=0, time=0.0), detector(frame.image)
    elif recipe.offline:
        yield from track_clip(frames, **options)
    else:
        with Tracker(**_tracking(recipe)) as tracker:
            for frame in frames:
                yield frame, tracker(frame)


def _tracking(recipe: Recipe) -> dict[str, Any]:
    """The options of a tracker."""
    return {name: value for name, value in recipe.options.items() if name != "gap"}


def _record(making: _Making) -> Record:
    clip, recipe, content = making.clip, making.recipe, making.content
    problems, counted, rate = making.problems, making.counted, float(making.source.rate)
    span = span_of(clip, recipe)
    state: State = "partial" if problems.count else "done" if counted.frames else "empty"
    folder, stem = (PARTS, clip.parts_stem) if clip.part else (CLIPS, clip.stem)
    return Record(
        clip=clip.id,
        uri=shown(clip.uri),
        state=state,
        recipe=recipe.hash,
        file=f"{folder}/{stem}.parquet",
        reason=problems.reason if counted.frames else _why_empty(clip, span),
        frames=counted.frames,
        hands=len(counted.ids),
        rate=rate,
        seconds=round(counted.frames / rate, 6) if rate else 0.0,
        width=counted.width,
        height=counted.height,
        size=content.size,
        sha256=content.sha256,
        start=span.start,
        stop=span.stop,
        camera=camera_in_words(clip.camera or recipe.camera),
    )


def _why_empty(clip: Clip, span: Span) -> str:
    end = "its end" if span.stop is None else f"{span.stop:g} s"
    return f"{shown(clip.uri)} has no frame between {span.start:g} s and {end}"


def details_of(recipe: Recipe) -> dict[str, Any]:
    """How the table was made, for its footer."""
    return {
        "made": recipe.described,
        "networks": list(recipe.setups),
        "versions": _versions(),
    }


@cache
def _versions() -> Mapping[str, str]:
    """Looked up once: reading the metadata of a package takes longer than writing a table."""
    return {name: version(name) for name in VERSIONED}


@described(ClipOptions)
def clip_to_parquet(
    uri: str,
    *,
    id: str = "",
    start: float = 0.0,
    stop: float | None = None,
    every: int = 1,
    offline: bool = False,
    camera: Camera | None = None,
    hand_size: float | None = None,
    **options: Any,
) -> bytes:
    """Track the hands of one clip, and return the bytes of its Parquet file.

    `knuckle batch` does this with each clip; the same clip and options give the same bytes. Call
    it from another engine, such as Daft or Spark.

    uri: the path of a video, or an address that fsspec knows.
    id: what tells it from other clips, for the column `clip`; by default made from `uri`.
    start, stop: seconds; what to track. every: use every Nth frame.
    offline: read the clip in both directions, as `knuckle.track_clip` does.
    camera: that took it, for the pose. hand_size: metres, for the pose; see `knuckle.open_sink`.
    {options}

    Raises SourceError when it cannot be read, TypeError or ValueError for bad options, ExtraMissing
    when a package is missing, KnuckleError when the networks cannot be opened.
    """
    recipe = Recipe(
        options,
        offline=offline,
        start=start,
        stop=stop,
        every=every,
        camera=camera,
        hand_size=hand_size,
    )
    assert recipe.completed
    Span(start, stop, every)  # says what is wrong with them
    clip = Clip(uri if is_address(uri) else os.path.abspath(uri), id=id)
    with opened(clip, recipe) as (source, content):
        return table_of(clip, recipe, source, content)[1]
