"""What a worker makes of clips, whole and broken ones, and what stops it."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pyarrow.parquet as parquet
import pytest

from knuckle.batch import worker as working
from knuckle.batch.clips import Clip
from knuckle.batch.jobs import Order, Track
from knuckle.batch.recipe import Recipe
from knuckle.batch.record import Record
from knuckle.batch.stores.store import LocalStore
from knuckle.batch.table import footer_in
from knuckle.batch.worker import Worker
from knuckle.errors import BatchError, ExtraMissing, ModelDamaged, OutputError, SourceError
from tests.io.files import damage, greys, names_in, write_clip, write_sound


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Where tables go."""
    return tmp_path / "out"


@pytest.fixture
def worker(output: Path) -> Worker:
    """A worker."""
    return Worker(Order(Recipe(), str(output)))


def record_of(worker: Worker, path: Path) -> Record:
    """What a worker says of a clip."""
    (written,) = worker(Track((Clip(str(path)),), attempt=3))
    return written.record


def test_a_clip_becomes_a_table(worker: Worker, output: Path, tiny_clips: list[Path]) -> None:
    """Its record says what is in it, and so does its footer."""
    (written,) = worker(Track((Clip(str(tiny_clips[0]), camera=None),), attempt=3))
    record = written.record
    table = output / record.file

    assert ("done", "", 10, 10, 1, 3) == (
        *(record.state, record.reason, record.frames, record.rows, record.hands),
        record.attempts,
    )
    assert (160, 120, 30.0) == (record.width, record.height, record.rate)
    assert tiny_clips[0].stat().st_size == record.size
    assert record.took > 0
    assert written.stamp == LocalStore(output).stamps("clips")[record.file]
    assert 10 == parquet.read_metadata(table).num_rows
    assert record.sha256 == Record.from_json(footer_in(BytesIO(table.read_bytes()))).sha256


def test_a_worker_tells_how_far_it_is(worker: Worker, tiny_clips: list[Path]) -> None:
    """With each frame; who passes it on decides how often."""
    told: list[int] = []
    worker(Track((Clip(str(tiny_clips[0])),)), told.append)

    assert list(range(1, 11)) == told


def truncated(path: Path, source: Path) -> None:
    """The first 60 % of a file, without its index."""
    data = source.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])


def random_bytes(path: Path, source: Path) -> None:
    """No video at all."""
    path.write_bytes(random.Random(1).randbytes(5000))


def sound(path: Path, source: Path) -> None:
    """A file without pictures."""
    os.replace(write_sound(path.with_suffix(".wav")), path)


def frameless(path: Path, source: Path) -> None:
    """A video stream in which no frame is."""
    with av.open(str(path), "w", format="matroska") as container:
        stream: Any = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        container.start_encoding()


BROKEN: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "truncated": (truncated, "cannot be opened"),
    "random": (random_bytes, "cannot be opened"),
    "empty": (lambda path, source: path.touch(), "cannot be opened"),
    "sound": (sound, "holds no pictures"),
    "frameless": (frameless, ""),
    "missing": (lambda path, source: None, "does not exist"),
    "folder": (lambda path, source: path.mkdir(), "is no file but a folder, a pipe or a device"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_is_no_clip_fails(
    worker: Worker, output: Path, tmp_path: Path, tiny_clips: list[Path], kind: str
) -> None:
    """With one sentence that names it and says why. The next clip is done."""
    break_it, reason = BROKEN[kind]
    path = tmp_path / "broken.mp4"
    break_it(path, tiny_clips[0])
    record = record_of(worker, path)
    after = record_of(worker, tiny_clips[0])

    assert ("failed", 0, 3, "") == (record.state, record.frames, record.attempts, record.file)
    assert record.reason.startswith(f"{path} ")
    assert reason in record.reason
    assert "\n" not in record.reason
    assert "done" == after.state
    assert [Path(after.file).name] == names_in(output / "clips")


def test_a_clip_that_is_damaged_in_the_middle_is_partial(worker: Worker, tmp_path: Path) -> None:
    """The table has the frames that can be read, and the record says what was wrong."""
    path = write_clip(tmp_path / "damaged.mp4", greys(40, 120, 160), codec="mpeg4")
    damage(path, length=200)
    record = record_of(worker, path)

    assert "partial" == record.state
    assert 0 < record.frames < 41
    assert f"{path} is damaged" in record.reason
    assert record.file


def test_a_clip_that_breaks_off_is_partial(
    worker: Worker, tmp_path: Path, tiny_clips: list[Path]
) -> None:
    """As one whose copying was interrupted, with its index in front."""
    path = write_clip(
        tmp_path / "cut.mp4", greys(40, 120, 160), file_options={"movflags": "+faststart"}
    )
    data = path.read_bytes()
    path.write_bytes(data[: -(len(data) - data.find(b"mdat")) // 2])
    record = record_of(worker, path)

    assert "partial" == record.state
    assert 0 < record.frames < 40


def test_a_span_without_frames_is_empty(output: Path, tiny_clips: list[Path]) -> None:
    """That is no failure: the table is there, without rows."""
    worker = Worker(Order(Recipe(start=60.0), str(output)))
    record = record_of(worker, tiny_clips[0])

    assert ("empty", 0) == (record.state, record.rows)
    assert record.reason == f"{tiny_clips[0]} has no frame between 60 s and its end"
    assert 0 == parquet.read_metadata(output / record.file).num_rows


def test_an_annotated_video_lies_beside_the_table(output: Path, tiny_clips: list[Path]) -> None:
    """With as many frames as the clip."""
    worker = Worker(Order(Recipe(), str(output), annotated=True))
    record = record_of(worker, tiny_clips[0])
    (name,) = names_in(output / "annotated")

    assert "done" == record.state
    with av.open(str(output / "annotated" / name)) as container:
        assert 10 == sum(1 for _ in container.decode(video=0))


def fails(error: BaseException) -> Callable[..., Any]:
    """A step that fails."""

    def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


def caused(error: Exception, number: int) -> Exception:
    """An error whose cause is one of the system."""
    error.__cause__ = OSError(number, os.strerror(number))
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MemoryError(), "does not fit into memory: use fewer workers, or leave it out"),
        (ModuleNotFoundError("No module named 'pyarrow'"), "No module named 'pyarrow'"),
        (ExtraMissing("writing Parquet", "batch"), "writing Parquet needs an optional package"),
        (ModelDamaged("a network was changed"), "a network was changed"),
        (caused(OutputError("cannot write a: no space"), errno.ENOSPC), "cannot write a: no space"),
        (caused(SourceError("a cannot be read"), errno.EMFILE), "a cannot be read"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (BlockingIOError(errno.EAGAIN, "Try again"), "refuses more threads or memory .*fewer work"),
        (OSError(errno.ENOMEM, "No memory"), "refuses more threads or memory .*fewer workers"),
    ],
)
def test_what_every_clip_would_meet_stops_the_run(
    worker: Worker,
    tiny_clips: list[Path],
    error: Exception,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clip is not to blame and is not marked."""
    monkeypatch.setattr(working, "table_of", fails(error))
    with pytest.raises(BatchError, match=reason):
        record_of(worker, tiny_clips[0])


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("a number\nis odd"), "ValueError: a number is odd"),
        (ZeroDivisionError(), "ZeroDivisionError"),
        (OutputError("a video needs pictures of one size"), "a video needs pictures of one size"),
        (caused(SourceError("it cannot be read"), errno.EACCES), "it cannot be read"),
        (av.error.EOFError(1, "end"), "EOFError: "),
    ],
)
def test_what_a_clip_is_to_blame_for_fails_it_alone(
    worker: Worker,
    tiny_clips: list[Path],
    error: Exception,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also what nobody foresaw."""
    monkeypatch.setattr(working, "table_of", fails(error))
    record = record_of(worker, tiny_clips[0])

    assert "failed" == record.state
    assert record.reason.startswith(reason)
