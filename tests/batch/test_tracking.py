"""Clips that are tracked at once: each has what it would have alone."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from knuckle.batch import tracking
from knuckle.batch.clips import Clip
from knuckle.batch.jobs import Order, Track, Written
from knuckle.batch.recipe import Recipe
from knuckle.batch.sources.reading import opened
from knuckle.batch.tracking import clip_to_parquet, table_in_turns, table_of, tracked_together
from knuckle.batch.worker import Worker
from knuckle.errors import BatchError, OutputError
from knuckle.io.sinks import VideoSink
from knuckle.io.sources import open_source
from tests.io.files import damage, greys, write_clip

LITE: dict[str, Any] = {"variant": "lite", "precision": "float32"}


def recipe_of(streams: int = 3, **values: Any) -> Recipe:
    """A recipe for the small networks, in a precision that is the same everywhere."""
    return Recipe({**LITE, **values.pop("options", {})}, streams=streams, **values)


def jobs(paths: Sequence[Path]) -> Track:
    """A job of several clips."""
    return Track(tuple(Clip(str(path)) for path in paths))


def files_in(folder: Path) -> list[Path]:
    """Every file below a folder, hidden ones too."""
    return [path for path in folder.rglob("*") if path.is_file()]


def rows_in(folder: Path, written: Written) -> arrow.Table:
    """The table of a clip."""
    return parquet.read_table(folder / written.record.file)


def assert_alike(one: arrow.Table, other: arrow.Table) -> None:
    """Tables of the same clip; larger batches may change the last digits."""
    assert one.schema.equals(other.schema)
    assert one.num_rows == other.num_rows
    for name in one.column_names:
        values, others = (table[name].combine_chunks() for table in (one, other))
        if arrow.types.is_floating(values.type):
            numbers, same = (v.to_numpy(zero_copy_only=False) for v in (values, others))
            np.testing.assert_allclose(numbers, same, atol=0.01)
        else:
            assert values.equals(others), name


def test_clips_at_once_have_the_tables_that_they_have_alone(
    tmp_path: Path, tiny_clips: list[Path]
) -> None:
    """Whatever their lengths; only the recipe in the footer differs."""
    alone = Worker(Order(recipe_of(1), str(tmp_path / "alone")))
    beside = Worker(Order(recipe_of(4), str(tmp_path / "beside")))
    ones = [alone(jobs([path]))[0] for path in tiny_clips[:4]]
    others = beside(jobs(tiny_clips[:4]))

    assert [w.record.clip for w in ones] == [w.record.clip for w in others]
    for one, other in zip(ones, others, strict=True):
        assert one.record.recipe != other.record.recipe
        assert "done" == other.record.state
        assert (one.record.frames, one.record.rows, one.record.hands, one.record.sha256) == (
            *(other.record.frames, other.record.rows, other.record.hands, other.record.sha256),
        )
        assert_alike(rows_in(tmp_path / "alone", one), rows_in(tmp_path / "beside", other))


def test_a_clip_that_fails_fails_alone(tmp_path: Path, tiny_clips: list[Path]) -> None:
    """One that is missing, one that is broken in the middle: the others are done."""
    broken = write_clip(tmp_path / "broken.mp4", greys(40, 120, 160), codec="mpeg4")
    damage(broken, length=200)
    worker = Worker(Order(recipe_of(), str(tmp_path / "out")))
    written = worker(jobs([tmp_path / "missing.mp4", broken, tiny_clips[2]]))

    assert ["failed", "partial", "done"] == [w.record.state for w in written]
    assert [1, 1, 1] == [w.record.attempts for w in written]
    assert "missing.mp4 does not exist" in written[0].record.reason
    assert 0 < written[1].record.frames < 41
    assert 14 == written[2].record.frames
    assert [False, True, True] == [w.stamp is not None for w in written]


def test_each_clip_has_its_video(tmp_path: Path, tiny_clips: list[Path]) -> None:
    """With all of its frames."""
    worker = Worker(Order(recipe_of(), str(tmp_path), annotated=True))
    written = worker(jobs(tiny_clips[:3]))

    for path, done in zip(tiny_clips[:3], written, strict=True):
        video = tmp_path / "annotated" / f"{Clip(str(path)).stem}.mp4"
        assert done.record.frames == sum(1 for _ in open_source(video))


def test_frames_are_told_in_sum(tmp_path: Path, tiny_clips: list[Path]) -> None:
    """One more with each frame of any clip, whether they are tracked at once or not."""
    told: list[int] = []
    for options in ({}, {"offline": True}):
        told.clear()
        Worker(Order(recipe_of(**options), str(tmp_path)))(jobs(tiny_clips[:3]), told.append)

        assert list(range(1, 10 + 12 + 14 + 1)) == told


def test_what_does_not_fit_together_is_tracked_one_by_one(
    tmp_path: Path, tiny_clips: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device may have memory for one clip only."""

    def track_many(streams: Sequence[Iterator[Any]], **options: Any) -> Iterator[Any]:
        for i, stream in enumerate(streams):
            yield i, next(stream), []
        raise RuntimeError("out of memory")

    monkeypatch.setattr(tracking, "track_many", track_many)
    worker = Worker(Order(recipe_of(2), str(tmp_path), annotated=True))
    written = worker(jobs(tiny_clips[:2]))

    assert [("done", 10, 10), ("done", 12, 12)] == [
        (w.record.state, w.record.frames, w.record.rows) for w in written
    ]
    assert 4 == len(files_in(tmp_path))


def test_what_stops_a_run_stops_all_clips_at_once(
    tmp_path: Path, tiny_clips: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full: no table, and nothing unfinished is left."""
    drawn: list[str] = []

    def full(sink: VideoSink, frame: Any, hands: Any) -> None:
        drawn.append("frame")
        if len(drawn) == 5:
            cause = OSError(errno.ENOSPC, "no space left on device")
            raise OutputError("cannot write annotated.mp4: no space left on device") from cause

    monkeypatch.setattr(VideoSink, "write", full)
    worker = Worker(Order(recipe_of(), str(tmp_path), annotated=True))
    with pytest.raises(BatchError, match="no space left"):
        worker(jobs(tiny_clips[:3]))

    assert 5 <= len(drawn) <= 7
    assert [] == files_in(tmp_path)


def test_the_first_exception_ends_all_clips(tiny_clips: list[Path]) -> None:
    """Their files are closed."""
    closed: list[str] = []

    def clip(name: str, path: Path) -> tracking.Asking[str]:
        try:
            for frame in open_source(path, stop=0.1):
                hands = yield frame
                if name == "b":
                    raise ValueError(f"{len(hands)} hands")
        finally:
            closed.append(name)
        return name

    def clips(*names: str) -> list[tracking.Asking[str]]:
        return [clip(name, path) for name, path in zip(names, tiny_clips, strict=False)]

    assert ["a", "c"] == tracked_together(clips("a", "c"), recipe_of())
    closed.clear()
    with pytest.raises(ValueError, match="1 hands"):
        tracked_together(clips("a", "b", "c"), recipe_of())
    assert ["a", "b", "c"] == sorted(closed)


def test_a_table_is_the_same_bytes_each_time(tiny_clips: list[Path]) -> None:
    """Whoever makes it: they depend on the clip and the recipe alone."""
    clip, recipe = Clip(str(tiny_clips[0])), Recipe(LITE)
    with opened(clip, recipe) as (source, content):
        _, data = table_of(clip, recipe, source, content)
    with opened(clip, recipe) as (source, content):
        [(_, again)] = tracked_together([table_in_turns(clip, recipe, source, content)], recipe)

    assert data == again == clip_to_parquet(str(tiny_clips[0]), **LITE)
    assert 10 == parquet.read_metadata(BytesIO(data)).num_rows
