"""The supervised pool: real processes that do what the tests tell them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import deque
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from knuckle.batch.engines.local import STARTS, LocalEngine
from knuckle.batch.jobs import Ended, Event, Job, Lost, Moved, Order, Track
from knuckle.batch.recipe import Recipe
from knuckle.errors import BatchError
from tests.batch import actors
from tests.batch.actors import Actor, acting, jobs_of

from .processes import has_ended, is_running, wait_until

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the memory in /proc")


@pytest.fixture
def order(tmp_path: Path) -> Order:
    """An order; actors care for little of it."""
    return Order(Recipe(), str(tmp_path))


def engine(folder: Path, workers: int = 2, **options: Any) -> LocalEngine:
    """A pool of actors."""
    return LocalEngine(workers, make_worker=partial(Actor, folder=str(folder)), **options)


def events_of(engine: LocalEngine, order: Order, jobs: list[Track]) -> list[Event]:
    """All events of a run."""
    return list(engine.run(order, deque[Job](jobs)))


def ended_in(events: list[Event]) -> dict[str, str]:
    """What was done -> the process that did it."""
    results = [written for event in events if isinstance(event, Ended) for written in event.results]
    return {written.record.clip: written.record.reason for written in results}


def lost_in(events: list[Event]) -> dict[str, tuple[str, str]]:
    """What was lost -> how, and why."""
    return {e.job.name: (e.state, e.reason) for e in events if isinstance(e, Lost)}


def test_jobs_are_shared_out(order: Order, tmp_path: Path) -> None:
    """Each is done once, by as many workers as were asked for."""
    names = ["slow:a", "slow:b", *(f"quick:{i}" for i in range(20))]
    done = ended_in(events_of(engine(tmp_path), order, jobs_of(*names)))

    assert sorted(names) == sorted(done)
    assert 2 == len(set(done.values()))


def test_no_more_workers_than_jobs(order: Order, tmp_path: Path) -> None:
    """Nor any without a job."""
    events = events_of(engine(tmp_path, 8), order, jobs_of("quick:a"))

    assert {"quick:a"} == set(ended_in(events))
    assert [] == events_of(engine(tmp_path), order, [])


def test_jobs_may_come_later(order: Order, tmp_path: Path) -> None:
    """The caller appends jobs between two events, and the pool grows for them."""
    jobs: deque[Job] = deque(jobs_of("quick:a"))
    events = []
    for event in engine(tmp_path).run(order, jobs):
        events.append(event)
        if isinstance(event, Ended) and event.job.name == "quick:a":
            jobs.extend(jobs_of("slow:b", "slow:c"))

    assert {"quick:a", "slow:b", "slow:c"} == set(ended_in(events))


@posix_only
def test_a_worker_that_dies_loses_its_job_alone(order: Order, tmp_path: Path) -> None:
    """Another takes its place, and the reason says how it ended."""
    events = events_of(
        engine(tmp_path, 1), order, jobs_of("quick:a", "kill:b", "quick:c", "quit:d", "quick:e")
    )
    done, lost = ended_in(events), lost_in(events)

    assert {"quick:a", "quick:c", "quick:e"} == set(done)
    assert 3 == len(set(done.values()))
    assert {"kill:b", "quit:d"} == set(lost)
    assert lost["kill:b"][0] == "crashed"
    assert "was killed (SIGKILL)" in lost["kill:b"][1]
    assert ("crashed", "its worker ended with status 3") == lost["quit:d"]


@posix_only
def test_a_termination_ends_a_worker(order: Order, tmp_path: Path) -> None:
    """And an interruption, which the terminal sends to all, does not."""
    jobs: deque[Job] = deque(jobs_of("quick:a", "steady:b", "steady:c"))
    events: list[Event] = []
    for event in engine(tmp_path, 1).run(order, jobs):
        events.append(event)
        worker = int(ended_in(events).get("quick:a", "0"))
        if isinstance(event, Moved) and event.job.name == "steady:b":
            os.kill(worker, signal.SIGINT)
        if isinstance(event, Moved) and event.job.name == "steady:c" and not lost_in(events):
            os.kill(worker, signal.SIGTERM)

    assert {"quick:a", "steady:b"} == set(ended_in(events))
    assert {"steady:c": ("crashed", "its worker crashed (SIGTERM)")} == lost_in(events)


@linux_only
def test_an_idle_worker_that_dies_is_replaced(order: Order, tmp_path: Path) -> None:
    """Nobody misses it."""
    jobs: deque[Job] = deque(jobs_of("gated:a", "gated:b"))
    moving: set[str] = set()
    events: list[Event] = []
    for event in engine(tmp_path).run(order, jobs):
        events.append(event)
        if isinstance(event, Moved):
            moving.add(event.job.name)
        if moving == {"gated:a", "gated:b"}:
            (tmp_path / "a").touch()
        if isinstance(event, Ended) and event.job.name == "gated:a":
            worker = int(event.results[0].record.reason)
            os.kill(worker, signal.SIGKILL)
            assert wait_until(partial(has_ended, worker))
            jobs.extend(jobs_of("quick:c", "quick:d"))
            (tmp_path / "b").touch()

    assert {"gated:a", "gated:b", "quick:c", "quick:d"} == set(ended_in(events))


def test_a_job_that_takes_too_long_is_lost(order: Order, tmp_path: Path) -> None:
    """Its worker is replaced. A job of several clips has the time of each."""
    pair = Track(tuple(acting("slow:a", "slow:b")))
    events = events_of(
        engine(tmp_path, 1, timeout=1.5), order, [pair, *jobs_of("hang:c", "quick:d")]
    )

    assert {"slow:a", "slow:b", "quick:d"} == set(ended_in(events))
    assert {"hang:c": ("timeout", "it took longer than 1.5 s")} == lost_in(events)


def test_a_job_that_makes_no_progress_is_lost(order: Order, tmp_path: Path) -> None:
    """One that takes long and goes on is not."""
    events = events_of(engine(tmp_path, stall=1.2), order, jobs_of("hang:a", "steady:b"))

    assert {"steady:b"} == set(ended_in(events))
    assert {"hang:a": ("timeout", "there was no new frame for 1.2 s")} == lost_in(events)


@linux_only
def test_a_worker_that_grows_is_replaced(order: Order, tmp_path: Path) -> None:
    """Before its next job, so that nothing is lost."""
    pool = engine(tmp_path, 1, growth=60 << 20)
    done = ended_in(events_of(pool, order, jobs_of(*(f"grow:{i}" for i in range(6)))))
    workers = list(done.values())

    assert 6 == len(done)
    assert [3, 3] == [workers.count(worker) for worker in dict.fromkeys(workers)]


def test_a_worker_that_cannot_start_stops_the_run(order: Order) -> None:
    """Whatever it lacks, the others lack, too; the reason is passed on."""
    for make, reason in (
        (actors.lacks_a_package, "a worker cannot start: No module named 'numpy'"),
        (actors.lacks_memory, "a worker cannot start: memory ran out; use fewer workers"),
    ):
        with pytest.raises(BatchError) as caught:
            events_of(LocalEngine(2, make_worker=make), order, jobs_of("quick:a", "quick:b"))

        assert reason == str(caught.value)


@posix_only
def test_a_current_folder_that_is_gone_is_told(order: Order, tmp_path: Path) -> None:
    """Fewer workers would not help."""
    gone, before = tmp_path / "gone", Path.cwd()
    gone.mkdir()
    os.chdir(gone)
    try:
        gone.rmdir()
        with pytest.raises(BatchError, match="folder does not exist any more; change to another"):
            events_of(engine(tmp_path), order, jobs_of("quick:a"))
    finally:
        os.chdir(before)


def test_what_workers_cannot_import_is_told(order: Order) -> None:
    """Also when it is the worker itself."""
    made = LocalEngine(1, make_worker=partial(_Unknown(), 1))
    with pytest.raises(BatchError, match="No module named 'nowhere'"):
        events_of(made, order, jobs_of("quick:a"))


class _Unknown:
    """Something that the other process cannot find."""

    def __call__(self, *_: object) -> Any:
        raise AssertionError

    def __reduce__(self) -> Any:
        return __import__, ("nowhere",)


def test_workers_that_die_at_their_start_stop_the_run(order: Order, tmp_path: Path) -> None:
    """There is no endless loop: two in a row are enough."""
    made = LocalEngine(1, make_worker=partial(actors.dies_at_start, folder=str(tmp_path)))
    with pytest.raises(BatchError) as caught:
        events_of(made, order, jobs_of("quick:a"))

    assert "workers die before they can work: one ended with status 3" == str(caught.value)
    assert STARTS == len(list(tmp_path.iterdir()))


def test_one_death_at_the_start_is_forgiven(order: Order, tmp_path: Path) -> None:
    """Another worker does the job."""
    made = LocalEngine(1, make_worker=partial(actors.dies_at_first_start, folder=str(tmp_path)))

    assert {"quick:a"} == set(ended_in(events_of(made, order, jobs_of("quick:a"))))


def test_a_worker_that_cannot_go_on_stops_the_run(order: Order, tmp_path: Path) -> None:
    """A bug, too: it is told in one sentence, and does not eat clip after clip."""
    for action, reason in (
        ("stop:a", "the disk is full"),
        ("bug:a", "a worker cannot go on with bug:a: ZeroDivisionError: nobody foresaw this"),
    ):
        with pytest.raises(BatchError) as caught:
            events_of(engine(tmp_path, 1), order, jobs_of(action, "quick:b"))

        assert reason == str(caught.value)


def test_workers_print_nothing(
    order: Order, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The terminal belongs to the command."""
    done = ended_in(events_of(engine(tmp_path, 1), order, jobs_of("shout:a")))

    assert {"shout:a"} == set(done)
    assert ("", "") == capfd.readouterr()


@linux_only
def test_closing_ends_the_workers(order: Order, tmp_path: Path) -> None:
    """At once, in the midst of their jobs."""
    jobs: deque[Job] = deque(jobs_of("native:a", "native:b"))
    notes = [tmp_path / "a.pid", tmp_path / "b.pid"]
    with closing(engine(tmp_path).run(order, jobs)) as events:
        for _ in events:
            if all(note.exists() and note.read_text() for note in notes):
                break
        workers = [int(note.read_text()) for note in notes]
        were_running = all(map(is_running, workers))

    assert were_running
    assert not any(map(is_running, workers))


DRIVER = """
import sys
from collections import deque
from functools import partial
from knuckle.batch.engines.local import LocalEngine
from knuckle.batch.jobs import Order
from knuckle.batch.recipe import Recipe
from tests.batch.actors import Actor, jobs_of
if __name__ == "__main__":
    folder = sys.argv[1]
    engine = LocalEngine(2, make_worker=partial(Actor, folder=folder))
    list(engine.run(Order(Recipe(), folder), deque(jobs_of("native:a", "native:b"))))
"""


@linux_only
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_children_end_with_their_parent(tmp_path: Path, number: signal.Signals) -> None:
    """Whatever ends it, and though native code keeps them from noticing."""
    script = tmp_path / "driver.py"
    script.write_text(DRIVER)
    notes = [tmp_path / "a.pid", tmp_path / "b.pid"]
    driver = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        assert wait_until(lambda: all(note.exists() and note.read_text() for note in notes))
        workers = [int(note.read_text()) for note in notes]
    finally:
        driver.send_signal(number)
        driver.wait()

    assert wait_until(lambda: not any(map(is_running, workers)))
