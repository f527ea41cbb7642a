"""Runs with an engine that plays a script: who is tried again, and what is written down."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from knuckle.batch import run as running
from knuckle.batch.clips import Clip
from knuckle.batch.jobs import Ended, Event, Job, Lost, Moved, Order, Waited, Written
from knuckle.batch.ledger import read_ledger
from knuckle.batch.recipe import Recipe
from knuckle.batch.record import Record
from knuckle.batch.run import Limits, close_books, run
from knuckle.batch.stores.store import INDEX, STATUS, LocalStore
from knuckle.errors import BatchError, OutputError

from .made_tables import write_table

A, B, C = (Clip(f"/clips/{name}.mp4", id=name) for name in "abc")
Act = Callable[[Job], Event]


@dataclass
class Scripted:
    """An engine that does what a function says, job by job, and notes what it was given."""

    act: Act
    workers: int = 1
    done: list[tuple[str, int]] = field(default_factory=list)
    is_closed: bool = False

    def run(self, order: Order, jobs: deque[Job]) -> Generator[Event, None, None]:
        """Do the jobs; see `Engine`."""
        try:
            while jobs:
                job = jobs.popleft()
                self.done.append((job.name, job.attempt))
                yield self.act(job)
        finally:
            self.is_closed = True


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    """An empty output."""
    return LocalStore(tmp_path / "out")


@pytest.fixture
def order(store: LocalStore) -> Order:
    """An order for it."""
    return Order(Recipe(), str(store.folder))


def order_of(store: LocalStore, streams: int) -> Order:
    """An order for several clips at once."""
    return Order(Recipe(streams=streams), str(store.folder))


def ends(store: LocalStore, order: Order) -> Act:
    """All jobs are done, and their tables written."""
    hash = order.recipe.hash
    return lambda job: Ended(job, tuple(write_table(store, clip, hash) for clip in job.clips))


def loses(job: Job) -> Event:
    """A job's worker dies."""
    return Lost(job, "crashed", "its worker died")


def states(store: LocalStore) -> dict[str, str]:
    """The state of each clip that is known."""
    return {clip: written.record.state for clip, written in read_ledger(store).items()}


def test_clips_are_tracked_logged_and_listed(store: LocalStore, order: Order) -> None:
    """The records come back, stand in the log, and the index lists them."""
    records = run([A, B], order, store, Scripted(ends(store, order)))
    log = (store.folder / STATUS / "000001-1of1.jsonl").read_text().splitlines()

    assert ["a", "b"] == [record.clip for record in records]
    assert 2 == len(log)
    assert {"a": "done", "b": "done"} == states(store)
    assert (store.folder / INDEX).exists()


def test_a_crash_is_tried_again_and_a_timeout_is_not(store: LocalStore, order: Order) -> None:
    """A clip that was lost as often as it may be is marked with the reason."""
    hang = Lost
    engine = Scripted(lambda job: loses(job) if job.name == "a" else hang(job, "timeout", "slow"))
    records = run([A, B], order, store, engine, limits=Limits(attempts=3))

    assert [("a", 1), ("b", 1), ("a", 2), ("a", 3)] == engine.done
    assert [("b", "timeout", 1, "slow"), ("a", "crashed", 3, "its worker died")] == [
        (r.clip, r.state, r.attempts, r.reason) for r in records
    ]
    assert {"a": "crashed", "b": "timeout"} == states(store)


@pytest.mark.parametrize("state", ["crashed", "timeout"])
@pytest.mark.parametrize("attempts", [1, 2])
def test_a_lost_job_of_several_clips_is_tried_clip_by_clip(
    store: LocalStore, state: str, attempts: int
) -> None:
    """One of them must have done it; the others are none the worse for it."""
    order = order_of(store, 3)

    def act(job: Job) -> Event:
        is_bad = B in job.clips
        return Lost(job, state, "lost") if is_bad else ends(store, order)(job)  # type: ignore[arg-type]

    engine = Scripted(act)
    records = run([A, B, C], order, store, engine, limits=Limits(attempts))

    assert [("a, b, c", 1), ("a", 2), ("b", 2), ("c", 2)] == engine.done
    assert {"a": "done", "b": state, "c": "done"} == {r.clip: r.state for r in records}


def test_events_and_ends_are_passed_on(store: LocalStore, order: Order) -> None:
    """Each event comes first, and a clip once it is in the log."""
    told: list[str] = []

    def on_ended(written: Written) -> None:
        log = (store.folder / STATUS / "000001-1of1.jsonl").read_text()
        told.append(f"{written.record.clip} {log.count(written.record.clip + '.mp4')}")

    run(
        [A],
        order,
        store,
        Scripted(ends(store, order)),
        listen=lambda event: told.append(type(event).__name__),
        on_ended=on_ended,
    )

    assert ["Ended", "a 1"] == told


def test_a_run_stops_when_asked_to(store: LocalStore, order: Order) -> None:
    """Also while nothing happens. What is finished stays, and the engine is closed."""
    engine = Scripted(ends(store, order))
    records = run([A, B, C], order, store, engine, is_stopped=lambda: len(engine.done) == 2)
    idle = Scripted(lambda job: Waited())

    assert ["a", "b"] == [record.clip for record in records]
    assert engine.is_closed
    assert {"a": "done", "b": "done"} == states(store)
    assert [] == run([A, B], order, store, idle, is_stopped=lambda: True)
    assert 1 == len(idle.done)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), BatchError("no numpy"), MemoryError()])
def test_what_ends_a_run_leaves_what_is_finished(
    store: LocalStore, order: Order, error: BaseException
) -> None:
    """The index is written, no other clip is marked, and nothing unfinished lies about."""
    left = store.folder / "clips" / ".knuckle-0123456789abcdef.part"

    def act(job: Job) -> Event:
        if job.name == "b":
            left.touch()
            raise error
        return ends(store, order)(job)

    engine = Scripted(act)
    with pytest.raises(type(error)):
        run([A, B, C], order, store, engine)

    assert {"a": "done"} == states(store)
    assert (store.folder / INDEX).exists()
    assert engine.is_closed
    assert not left.exists()


def test_a_log_that_cannot_be_written_is_noticed_before_the_work(
    store: LocalStore, order: Order
) -> None:
    """Hours of work would be for nothing."""
    store.folder.parent.mkdir(exist_ok=True)
    store.folder.touch()
    engine = Scripted(ends(store, order))
    with pytest.raises(OutputError, match="cannot write"):
        run([A], order, store, engine)

    assert [] == engine.done


def test_a_log_that_fails_later_stops_the_run(
    store: LocalStore, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table is there, and the next run finds it by its footer."""
    append = store.append

    def fail_at_lines(name: str, text: str) -> None:
        if text:
            raise OutputError(f"cannot write {name}: no space left on device")
        append(name, text)

    monkeypatch.setattr(store, "append", fail_at_lines)
    engine = Scripted(ends(store, order))
    with pytest.raises(OutputError, match="no space left"):
        run([A, B], order, store, engine)

    assert [("a", 1)] == engine.done
    assert {"a": "done"} == states(store)


def test_an_index_that_cannot_be_written_is_told(
    store: LocalStore, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables are there. After an error, that one is told."""
    monkeypatch.setattr(running, "write_index", no_index)
    with pytest.raises(OutputError, match="index"):
        run([A], order, store, Scripted(ends(store, order)))
    with pytest.raises(BatchError, match="no numpy"):
        run([B], order, store, Scripted(stops))

    assert {"a": "done"} == states(store)


def no_index(*_: object) -> None:
    """An index that cannot be written."""
    raise OutputError("cannot write index.parquet: no space left on device")


def stops(job: Job) -> Event:
    """An engine that cannot go on."""
    raise BatchError("no numpy")


def test_a_run_without_clips_writes_no_log(store: LocalStore, order: Order) -> None:
    """And the index of what is there, which the run before may have left undone."""
    write_table(store, A, order.recipe.hash)
    records = run([], order, store, Scripted(loses))

    assert [] == records
    assert {} == store.stamps(STATUS)
    assert (store.folder / INDEX).exists()


def test_an_empty_output_gets_no_index(store: LocalStore, order: Order) -> None:
    """There is nothing to list."""
    close_books(store)

    assert not (store.folder / INDEX).exists()


class Backwards(datetime):
    """A clock that is set back an hour each time that it is read."""

    hour = 23

    @classmethod
    def now(cls, tz: object = None) -> Backwards:
        """The time."""
        Backwards.hour -= 1
        return cls(2020, 1, 1, Backwards.hour)


def test_a_clock_that_is_set_back_changes_nothing(
    store: LocalStore, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs are numbered; what the later one says counts."""
    monkeypatch.setattr(running, "datetime", Backwards)
    engine = Scripted(loses)
    run([A, B], order, store, engine, limits=Limits(1))
    run([A], order, store, Scripted(ends(store, order)))
    run([B], order, store, Scripted(lambda job: Lost(job, "timeout", "slow")))

    assert {"a": "done", "b": "timeout"} == states(store)


def test_records_of_lost_clips_say_what_is_known(store: LocalStore, order: Order) -> None:
    """Their address is readable, and their size that of the listing."""
    clip = Clip("/clips/\udce9.mp4", id="e", size=7)
    records = run([clip], order, store, Scripted(loses), limits=Limits(1))

    assert [
        Record(
            "e", "/clips/%E9.mp4", "crashed", order.recipe.hash, reason="its worker died", size=7
        )
    ] == records


def test_moves_are_no_ends(store: LocalStore, order: Order) -> None:
    """A clip that was begun and not ended is not known afterwards."""
    assert [] == run([A], order, store, Scripted(lambda job: Moved(job, 5)))
    assert {} == states(store)
