"""A clip to the bytes of its table: a function of the clip's content, its id and the recipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from typing import Any

from ..api import Detector, Tracker, track_clip
from ..errors import SourceError
from ..io.sinks import Sink
from ..io.stream import Source
from ..values import Frame, Hand
from .clips import Clip, shown
from .reading import Content, Problems, opened, span_of
from .recipe import Recipe
from .record import Record, State, camera_in_words, footer_of
from .store import CLIPS, PARTS
from .table import TableWriter

Tell = Callable[[int], None]  # is called with the number of frames so far
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
    problems, counted = Problems(), _Counted()
    camera = clip.camera or recipe.camera
    writer = TableWriter(clip.id, camera=camera, hand_size=recipe.hand_size)
    for frame, hands in _followed(problems.readable(source), recipe):
        writer.write(frame, hands)
        counted.add(frame, hands)
        if video is not None:
            video.write(frame, hands)
        tell(counted.frames)
    if problems.count and not counted.frames:
        raise SourceError(problems.reason)
    record = _record(clip, recipe, content, float(source.rate), problems, counted, writer)
    record = replace(record, rows=writer.close_groups())
    return record, writer.finish(footer_of(record, _details(recipe)))


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
        with Tracker(**{name: v for name, v in options.items() if name != "gap"}) as tracker:
            for frame in frames:
                yield frame, tracker(frame)


def _record(
    clip: Clip,
    recipe: Recipe,
    content: Content,
    rate: float,
    problems: Problems,
    counted: _Counted,
    writer: TableWriter,
) -> Record:
    span = span_of(clip, recipe)
    state: State = "partial" if problems.count else "done" if counted.frames else "empty"
    folder, stem = (PARTS, clip.parts_stem) if clip.part else (CLIPS, clip.stem)
    return Record(
        clip=clip.id,
        uri=shown(clip.uri),
        state=state,
        recipe=recipe.hash,
        file=f"{folder}/{stem}.parquet",
        reason=problems.reason,
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


def _details(recipe: Recipe) -> dict[str, Any]:
    """How the table was made, for its footer."""
    return {
        "made": recipe.described,
        "networks": list(recipe.setups),
        "versions": {name: version(name) for name in VERSIONED},
    }


def clip_to_parquet(uri: str, **options: Any) -> bytes:
    """Track the hands of one clip, and return the bytes of its Parquet file.

    `knuckle batch` does this with each clip. Call it to use another engine, such as Daft or Spark.
    uri: a video, or an address that fsspec knows.
    options: of `knuckle.Tracker`.
    Raises SourceError when it cannot be read, TypeError or ValueError for bad options, KnuckleError
    when the networks cannot be opened.
    """
    recipe = Recipe(options)
    assert recipe.completed
    clip = Clip(uri)
    with opened(clip, recipe) as (source, content):
        return table_of(clip, recipe, source, content)[1]
