"""Splitting long clips: the parts, their frames, and what follows when one has ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pyarrow.parquet as parquet
import pytest
from PIL import Image

import knuckle
from knuckle.batch.clips import Clip, Part
from knuckle.batch.jobs import Ended, Event, Job, Join, Lost, Order, Track, Written
from knuckle.batch.recipe import Recipe
from knuckle.batch.record import Record
from knuckle.batch.run import run
from knuckle.batch.sources.reading import opened, span_of
from knuckle.batch.splitting.joining import joined_table, name_of_part, with_hands
from knuckle.batch.splitting.parts import Waiting, parts_of, sweep_parts
from knuckle.batch.stores.store import LocalStore, open_store
from knuckle.batch.worker import Worker
from knuckle.errors import SourceError
from knuckle.streams.search import EverySeconds
from tests.batch.made_tables import failed, frame_at, record_of, table_bytes, write_table
from tests.conftest import SAMPLES
from tests.io.files import damage, greys, write_clip
from tests.made_hands import hand

SPLIT = Recipe(split=1.0, overlap=0.5)
QUICK = Recipe({"variant": "lite", "search": EverySeconds(9)}, overlap=0.2)
CLIP = Clip("/clips/a.mp4", id="a", size=5)


def cut(clip: Clip, count: int) -> tuple[Clip, ...]:
    """The parts of a clip, of a second each."""
    stops = [*(float(i) for i in range(1, count)), None]
    return tuple(replace(clip, part=Part(i, count, float(i), stops[i])) for i in range(count))


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    """An empty output."""
    return LocalStore(tmp_path / "out")


@pytest.fixture(scope="module")
def grey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of four seconds."""
    return write_clip(tmp_path_factory.mktemp("grey") / "grey.mp4", greys(120))


def spans(clip: Clip, recipe: Recipe) -> list[tuple[float, float | None]]:
    """The start and stop of each part."""
    return [(c.part.start, c.part.stop) for c in parts_of(clip, recipe) if c.part is not None]


def test_a_long_clip_is_split(grey: Path) -> None:
    """Into equal parts, the last one open."""
    assert [(0, 1), (1, 2), (2, 3), (3, None)] == spans(Clip(str(grey)), SPLIT)


def test_parts_are_of_about_the_wanted_length(grey: Path) -> None:
    """All of one length, a little more or less than what was asked for."""
    assert [(0, 2), (2, None)] == spans(Clip(str(grey)), replace(SPLIT, split=2.4))


@pytest.mark.parametrize("recipe", [Recipe(), Recipe(split=2.7), Recipe(split=1, stills=True)])
def test_other_clips_stay_whole(grey: Path, recipe: Recipe) -> None:
    """Where nothing is asked for, where they are not much longer, and stills."""
    clip = Clip(str(grey))

    assert (clip,) == parts_of(clip, recipe)


def test_the_span_of_a_clip_is_split(grey: Path) -> None:
    """Not the whole file."""
    clip = Clip(str(grey), start=1.0, stop=3.0)

    assert [(1, 2), (2, None)] == spans(clip, SPLIT)
    assert [(1, 2), (2, None)] == spans(Clip(str(grey)), replace(SPLIT, start=1, stop=3))


def test_pictures_are_split() -> None:
    """Thirty are a second."""
    pictures = tuple(f"/clips/{i}.jpg" for i in range(75))
    clip = Clip("/clips", pictures=pictures)

    assert [(0, 1.25), (1.25, None)] == spans(clip, SPLIT)
    assert [] == spans(replace(clip, stop=1.5), SPLIT)


@pytest.mark.parametrize("content", [b"", b"no video"])
def test_a_clip_that_cannot_be_opened_stays_whole(tmp_path: Path, content: bytes) -> None:
    """The worker says what is wrong with it."""
    path = tmp_path / "bad.mp4"
    path.write_bytes(content)

    for clip in (Clip(str(path)), Clip(str(tmp_path / "none.mp4")), Clip(str(path), start=-1)):
        assert (clip,) == parts_of(clip, SPLIT)


def test_a_clip_at_an_address_is_split(grey: Path) -> None:
    """By its header, of which only the pieces that are needed are fetched."""
    files = fsspec.filesystem("memory")
    address = "memory://split/grey.mp4"
    files.pipe(address, grey.read_bytes())

    assert spans(Clip(str(grey)), SPLIT) == spans(Clip(address), SPLIT)
    assert [] == spans(Clip("memory://split/none.mp4"), SPLIT)
    files.rm("/split", recursive=True)


def frames_of(clip: Clip, recipe: Recipe) -> list[tuple[int, float]]:
    """The index and time of each frame of a clip; of a part, those that it answers for."""
    start = clip.part.start if clip.part else 0.0
    with opened(clip, recipe) as (source, _):
        return [(frame.index, frame.time) for frame in source if frame.time >= start]


def check_frames(clip: Clip, recipe: Recipe) -> None:
    """Check that the parts have each frame of the clip once."""
    parts = parts_of(clip, recipe)

    assert len(parts) > 1
    assert frames_of(clip, recipe) == [f for part in parts for f in frames_of(part, recipe)]


@pytest.mark.parametrize("every", [1, 2, 7])
@pytest.mark.parametrize("start", [0.0, 0.55])
@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi"])
def test_parts_have_the_frames_of_the_clip(
    tmp_path: Path, name: str, start: float, every: int
) -> None:
    """Each once, whatever the format, also where only every Nth is used."""
    codec = "mpeg4" if name.endswith("avi") else "libx264"
    path = write_clip(tmp_path / name, greys(100), codec=codec, key_frames_every=9)

    check_frames(Clip(str(path)), replace(SPLIT, start=start, every=every))


@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize("start", [0.0, 0.7])
def test_parts_have_the_frames_of_a_clip_of_variable_rate(
    tmp_path: Path, start: float, every: int
) -> None:
    """By their time stamps, though no part is of the length that the average rate promises."""
    steps = np.random.default_rng(3).choice([0.01, 0.033, 0.04, 0.2], 100)
    path = write_clip(tmp_path / "a.mp4", greys(100), times=np.cumsum(steps).round(4).tolist())

    check_frames(Clip(str(path)), replace(SPLIT, start=start, every=every))


@pytest.mark.parametrize("every", [1, 4])
@pytest.mark.parametrize("start", [0.0, 0.35])
def test_parts_have_the_pictures_of_a_folder(tmp_path: Path, start: float, every: int) -> None:
    """Each once."""
    for i, image in enumerate(greys(80, 8, 8)):
        Image.fromarray(image).save(tmp_path / f"{i:03}.png")
    pictures = tuple(str(path) for path in sorted(tmp_path.glob("*.png")))

    check_frames(Clip(str(tmp_path), pictures=pictures), replace(SPLIT, start=start, every=every))


def test_a_part_is_read_from_before_its_start() -> None:
    """But not from before the start of the clip."""
    first, second, _ = cut(CLIP, 3)

    assert (0.0, 1.0) == (span_of(first, SPLIT).start, span_of(first, SPLIT).stop)
    assert (0.5, 2.0) == (span_of(second, SPLIT).start, span_of(second, SPLIT).stop)
    assert 0.75 == span_of(replace(second, start=0.75), SPLIT).start


def test_the_last_part_ends_with_the_clip() -> None:
    """Where the clip, or the recipe, says."""
    last = cut(CLIP, 3)[2]

    assert span_of(last, SPLIT).stop is None
    assert 2.5 == span_of(replace(last, stop=2.5), SPLIT).stop


def done(part: Clip, **values: Any) -> Written:
    """The result of a part, without its file."""
    return Written(record_of(part, SPLIT.hash, **values))


def waiting_for(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, *clips: Clip, count: int = 3
) -> Waiting:
    """A run with clips that have so many parts each."""
    monkeypatch.setattr(
        "knuckle.batch.splitting.parts.parts_of", lambda clip, recipe: cut(clip, count)
    )
    return Waiting(clips, SPLIT, store)


def test_clips_are_joined_when_all_parts_are_there(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And before other clips are begun."""
    waiting = waiting_for(store, monkeypatch, CLIP)
    first, second, third = parts = cut(CLIP, 3)
    other = Track((replace(CLIP, id="b"),))
    jobs: deque[Job] = deque([other])

    assert list(parts) == waiting.todo
    assert [] == waiting.after(Track((third,)), [done(third, took=2.0)], jobs)
    assert [] == waiting.after(Track((first, second), 2), [done(first), done(second)], jobs)
    assert [Join(parts), other] == list(jobs)

    written = Written(record_of(CLIP, SPLIT.hash, took=1.0))
    (ended,) = waiting.after(Join(parts), [written], jobs)
    assert 3.0 == ended.record.took
    assert written.record == replace(ended.record, took=1.0)


def test_whole_clips_pass(store: LocalStore) -> None:
    """Where nothing is split, each clip ends when its job does."""
    waiting = Waiting([CLIP], Recipe(), store)
    written = Written(record_of(CLIP))

    assert ([CLIP], []) == (waiting.todo, waiting.joins)
    assert [written] == waiting.after(Track((CLIP,)), [written], deque())


def test_a_part_that_fails_fails_its_clip(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its reason, once no part is in work; what waits is taken out, and no file is left."""
    other = replace(CLIP, id="b")
    waiting = waiting_for(store, monkeypatch, CLIP, other)
    first, second, third = cut(CLIP, 3)
    others = cut(other, 3)
    store.put(name_of_part(first), b"table")
    jobs: deque[Job] = deque([Track((third, others[2])), Join(others)])
    lost = failed(second, SPLIT.hash, state="timeout", reason="it took longer than 8 s", attempts=2)

    assert [] == waiting.after(Track((second,)), [lost], jobs)
    assert [Track((others[2],)), Join(others)] == list(jobs)
    (ended,) = waiting.after(Track((first,)), [done(first)], jobs)

    assert "part 2 of 3: it took longer than 8 s" == ended.record.reason
    assert ("a", "timeout", "", 2) == (
        ended.record.clip,
        ended.record.state,
        ended.record.file,
        ended.record.attempts,
    )
    assert {} == store.stamps("parts")


def test_a_clip_that_cannot_be_joined_fails(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And leaves no parts."""
    waiting = waiting_for(store, monkeypatch, CLIP, count=2)
    parts = cut(CLIP, 2)
    jobs: deque[Job] = deque()
    for part in parts:
        store.put(name_of_part(part), b"table")
        waiting.after(Track((part,)), [done(part)], jobs)

    (ended,) = waiting.after(Join(parts), [failed(CLIP, SPLIT.hash)], jobs)

    assert "broken" == ended.record.reason
    assert {} == store.stamps("parts")


def put_part(store: LocalStore, part: Clip, recipe: Recipe = SPLIT, **values: Any) -> None:
    """Write the table of a part with one hand."""
    span = span_of(part, recipe)
    known = {"start": span.start, "stop": span.stop, "size": 5, **values}
    record = record_of(part, recipe.hash, **known)
    store.put(record.file, table_bytes(record, [(frame_at(0), [])]))


def test_parts_of_an_interrupted_run_are_used(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the others are tracked; if there is none, the clip is joined at once."""
    first, second, third = parts = cut(CLIP, 3)
    put_part(store, first)
    put_part(store, third)

    waiting = waiting_for(store, monkeypatch, CLIP)
    jobs: deque[Job] = deque()
    waiting.after(Track((second,)), [done(second)], jobs)

    assert ([second], []) == (waiting.todo, waiting.joins)
    assert [Join(parts)] == list(jobs)
    put_part(store, second)
    again = waiting_for(store, monkeypatch, CLIP)
    assert ([], [Join(parts)]) == (again.todo, again.joins)


@pytest.mark.parametrize(
    "other",
    [{"size": 6}, {"recipe": Recipe(split=1.0, overlap=0.25)}, {"start": 0.25}, {"clip": "b"}],
    ids=str,
)
def test_parts_of_another_clip_or_recipe_are_not_used(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]
) -> None:
    """They are deleted, as are those of another split."""
    parts = cut(CLIP, 3)
    recipe = other.pop("recipe", SPLIT)
    span = span_of(parts[1], recipe)
    record = record_of(
        parts[1], recipe.hash, start=span.start, stop=span.stop, size=other.pop("size", 5)
    )
    store.put(record.file, table_bytes(replace(record, **other)))
    put_part(store, cut(CLIP, 2)[1])
    put_part(store, cut(replace(CLIP, id="not of this run"), 2)[1])

    waiting = waiting_for(store, monkeypatch, CLIP)

    assert list(parts) == waiting.todo
    assert ["not-of-this-run"] == [
        name.removeprefix("parts/").rpartition("-")[0] for name in store.stamps("parts")
    ]


def test_parts_of_finished_clips_are_swept(store: LocalStore) -> None:
    """A worker that dies while it deletes them leaves some; those of other clips stay."""
    written = write_table(store, CLIP, SPLIT.hash)
    for part in (*cut(CLIP, 2), *cut(replace(CLIP, id="b"), 2)):
        put_part(store, part)

    sweep_parts(store, [written, failed(replace(CLIP, id="b"))], SPLIT)

    assert ["parts/b.1of2.parquet", "parts/b.2of2.parquet"] == sorted(store.stamps("parts"))


def joined(store: LocalStore, parts: Sequence[Clip]) -> Record:
    """The record of a clip that is joined."""
    return joined_table(parts, SPLIT, store)[0]


def test_the_record_of_a_clip_is_that_of_its_parts(store: LocalStore) -> None:
    """It counts what it has itself, and says in how many parts it was tracked."""
    first, second = parts = cut(CLIP, 2)
    reason = "a.mp4 is damaged: 2 packets of it could not be decoded"
    frames = [(frame_at(i), [replace(hand(100), track_id=1)]) for i in range(60)]
    known = {"width": 640, "height": 480, "sha256": "x", "size": 5, "rate": 30.0}
    for part, content, state in ((first, frames[:30], "done"), (second, frames[15:], "partial")):
        record = record_of(part, SPLIT.hash, state=state, frames=len(content), **known)
        record = replace(record, reason=reason if state == "partial" else "")
        store.put(record.file, table_bytes(record, content))

    record = joined(store, parts)

    assert record == record_of(
        CLIP,
        SPLIT.hash,
        **known,
        state="partial",
        reason=reason,
        frames=60,
        rows=60,
        hands=1,
        seconds=2.0,
        parts=2,
    )


def test_parts_without_frames_make_an_empty_clip(store: LocalStore) -> None:
    """Or one that failed, if there is a reason."""
    for state, reason in (("empty", ""), ("partial", "it breaks off")):
        parts = cut(CLIP, 2)
        for part in parts:
            record = record_of(part, SPLIT.hash, state=state, reason=reason)
            store.put(record.file, table_bytes(record))
        if reason:
            with pytest.raises(SourceError, match="it breaks off"):
                joined(store, parts)
        else:
            assert ("empty", 0, 2) == (
                joined(store, parts).state,
                joined(store, parts).rows,
                joined(store, parts).parts,
            )


def test_a_clip_that_was_changed_meanwhile_is_not_joined(store: LocalStore) -> None:
    """Its parts are of two files."""
    parts = cut(CLIP, 2)
    for part in parts:
        put_part(store, part, sha256=part.parts_stem)

    with pytest.raises(SourceError, match=r"/clips/a\.mp4 was changed while it was tracked"):
        joined(store, parts)


def test_a_part_that_is_gone_is_told(store: LocalStore) -> None:
    """Or one that is no table."""
    parts = cut(CLIP, 2)
    put_part(store, parts[0])

    with pytest.raises(SourceError, match=r"the table of a\.2of2 cannot be read"):
        joined(store, parts)
    store.put(name_of_part(parts[1]), b"nonsense")
    with pytest.raises(SourceError, match=r"the table of a\.2of2 cannot be read"):
        joined(store, parts)


def tracked(clip: Clip, recipe: Recipe, folder: Path, *, annotated: bool = False) -> Written:
    """Track a clip by one worker, in its parts if it has some."""
    store = open_store(str(folder))
    worker = Worker(Order(recipe, str(folder), annotated))
    waiting = Waiting([clip], recipe, store)
    jobs: deque[Job] = deque(Track((part,)) for part in waiting.todo)
    ended: list[Written] = []
    while jobs:
        job = jobs.popleft()
        ended += waiting.after(job, worker(job), jobs)
    (written,) = ended
    return written


@dataclass
class OneWorker:
    """An engine with a worker in this process. lost: how many jobs are lost before one is done."""

    workers: int = 1
    lost: int = 0
    done: list[str] = field(default_factory=list)

    def run(self, order: Order, jobs: deque[Job]) -> Generator[Event, None, None]:
        """Do the jobs; see `Engine`."""
        worker = Worker(order)
        while jobs:
            job = jobs.popleft()
            self.done.append(job.name)
            if len(self.done) <= self.lost:
                yield Lost(job, "crashed", "its worker died")
            else:
                yield Ended(job, worker(job))


def test_an_interrupted_run_goes_on_with_the_missing_parts(tmp_path: Path) -> None:
    """To the same bytes as a run that was not interrupted, and leaves no part."""
    clip = Clip(str(write_clip(tmp_path / "a.mp4", greys(60))), id="a")
    recipe = replace(QUICK, split=0.5)
    runs = {name: OneWorker() for name in ("whole", "first", "second")}

    def go(name: str, folder: str, most: int) -> list[Record]:
        engine = runs[name]
        order, store = Order(recipe, str(tmp_path / folder)), LocalStore(tmp_path / folder)
        return run([clip], order, store, engine, is_stopped=lambda: len(engine.done) >= most)

    go("whole", "whole", 99)
    assert [] == go("first", "out", 2)
    assert 2 == len(list((tmp_path / "out/parts").iterdir()))
    (record,) = go("second", "out", 99)

    names = [f"a, part {i} of 4" for i in (1, 2, 3, 4)] + ["a, joining 4 parts"]
    assert (names, names[:2], names[2:]) == tuple(engine.done for engine in runs.values())
    assert ("done", 60, 4) == (record.state, record.frames, record.parts)
    assert [] == list((tmp_path / "out/parts").iterdir())
    whole, resumed = (tmp_path / name / "clips/a.parquet" for name in ("whole", "out"))
    assert whole.read_bytes() == resumed.read_bytes()


@pytest.mark.parametrize(
    ("lost", "state", "reason"),
    [(1, "done", ""), (2, "done", ""), (3, "crashed", "part 1 of 2: its worker died")],
)
def test_a_part_that_loses_its_worker_is_tried_again(
    tmp_path: Path, lost: int, state: str, reason: str
) -> None:
    """As often as a clip; after that, its clip has crashed, and its parts are gone."""
    clip = Clip(str(write_clip(tmp_path / "a.mp4", greys(30))), id="a")
    order = Order(replace(QUICK, split=0.5), str(tmp_path / "out"))

    (record,) = run([clip], order, LocalStore(tmp_path / "out"), OneWorker(lost=lost))

    assert (state, reason) == (record.state, record.reason)
    assert 2 == record.attempts
    assert [] == list((tmp_path / "out").glob("parts/*"))


def test_a_damaged_clip_is_partial_in_parts_too(tmp_path: Path) -> None:
    """Also if the damage is in a part that ends before the file does.

    A part that begins within the damage may lose more frames than the whole clip.
    """
    path = write_clip(tmp_path / "a.mp4", greys(60))
    damage(path, share=0.3)
    clip = Clip(str(path), id="a")

    whole = tracked(clip, QUICK, tmp_path / "whole").record
    record = tracked(clip, replace(QUICK, split=0.5), tmp_path / "split").record

    assert ("partial", "partial") == (whole.state, record.state)
    assert (True, 4) == (40 <= record.frames <= whole.frames, record.parts)
    assert whole.reason.split(":")[0] == record.reason.split(":")[0]


def test_a_real_clip_is_joined_to_what_it_is(tmp_path: Path) -> None:
    """Its frames, hands and handedness are those of the whole clip, and the video has them all."""
    clip = Clip(str(SAMPLES / "two_hands.mp4"), id="two")
    plain = Recipe({"variant": "lite"}, every=3)

    tracked(clip, plain, tmp_path / "whole")
    written = tracked(clip, replace(plain, split=1.6), tmp_path / "split", annotated=True)

    whole, split = (
        parquet.read_table(tmp_path / name / "clips/two.parquet") for name in ("whole", "split")
    )
    columns = ["frame", "time", "hand", "track_id", "handedness"]
    assert (3, 2) == (written.record.parts, written.record.hands)
    assert whole.select(columns).equals(split.select(columns))
    away = whole["wrist_x_px"].to_numpy() - split["wrist_x_px"].to_numpy()
    assert np.abs(away[~np.isnan(away)]).max() < 20
    ages = whole["age"].to_numpy() - split["age"].to_numpy()
    assert np.abs(ages[~np.isnan(ages)]).max() < 1e-4
    assert [] == list((tmp_path / "split/parts").iterdir())
    with knuckle.open_source(tmp_path / "split/annotated/two.mp4") as video:
        assert 50 == len(list(video))


def test_parts_can_be_read_offline(tmp_path: Path) -> None:
    """Forwards and backwards, each on its own."""
    path = write_clip(tmp_path / "a.mp4", greys(30))
    recipe = replace(QUICK, offline=True, split=0.5)

    record = tracked(Clip(str(path)), recipe, tmp_path / "out").record

    assert ("done", 30, 2) == (record.state, record.frames, record.parts)


def test_frames_meet_their_rows() -> None:
    """Frames that a table does not have are left out, as damaged ones."""
    frames = [frame_at(i) for i in range(5)]
    rows = [(frames[i], [hand(100)] * (i % 2)) for i in (0, 1, 3)]

    found = [
        (frame.index, len(hands))
        for frame, hands in with_hands(frames, table_bytes(record_of(CLIP), rows))
    ]

    assert [(0, 0), (1, 1), (3, 1)] == found
