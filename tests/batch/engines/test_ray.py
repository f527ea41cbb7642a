"""Workers on a Ray cluster that runs already."""

from __future__ import annotations

import os
import re
import signal
import time
from collections import deque
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from knuckle.batch.clips import Clip, shown
from knuckle.batch.engines import ray as ray_engine
from knuckle.batch.engines.local import LocalEngine
from knuckle.batch.engines.ray import RayEngine
from knuckle.batch.jobs import Ended, Engine, Event, Job, Lost, Moved, Order, Track
from knuckle.batch.recipe import Recipe
from knuckle.batch.run import run
from knuckle.batch.stores.store import open_store
from knuckle.errors import BatchError
from tests.batch import actors
from tests.batch.actors import Actor, acting, jobs_of


@pytest.fixture
def order(tmp_path: Path) -> Order:
    """An order; actors care for little of it."""
    return Order(Recipe(), str(tmp_path))


def engine(cluster: Any, folder: Path, workers: int | None = 2, **options: Any) -> RayEngine:
    """Actors of Ray that act."""
    make_worker = partial(Actor, folder=str(folder))
    return RayEngine(workers, **{"address": cluster.address, "make_worker": make_worker, **options})


def events_of(engine: Engine, order: Order, jobs: list[Track]) -> list[Event]:
    """All events of a run."""
    return list(engine.run(order, deque[Job](jobs)))


def done_in(events: list[Event]) -> dict[str, str]:
    """What was done -> the process that did it."""
    results = [written for event in events if isinstance(event, Ended) for written in event.results]
    return {written.record.clip: written.record.reason for written in results}


def tables_in(folder: Path) -> dict[str, bytes]:
    """All tables of an output."""
    return {path.name: path.read_bytes() for path in sorted((folder / "clips").iterdir())}


def test_tables_are_those_of_the_local_engine(
    cluster: Any, tiny_clips: list[Path], tmp_path: Path
) -> None:
    """Byte for byte, with one worker and with two, under a relative path, too."""
    clips = [Clip(str(path), size=path.stat().st_size) for path in tiny_clips[:4]]
    engines: dict[str, Engine] = {
        "local": LocalEngine(2),
        "one": RayEngine(1, address=cluster.address),
        "two": RayEngine(address=cluster.address),
    }
    for name, tried in engines.items():
        output = os.path.relpath(tmp_path / name)
        records = run(clips, Order(Recipe(), output), open_store(output), tried)

        assert ["done"] * 4 == [record.state for record in records]
    assert 4 == len(tables_in(tmp_path / "local"))
    assert tables_in(tmp_path / "local") == tables_in(tmp_path / "one")
    assert tables_in(tmp_path / "local") == tables_in(tmp_path / "two")
    assert 2 == engines["two"].workers


def test_a_clip_whose_worker_was_killed_is_tried_again(
    cluster: Any, order: Order, tmp_path: Path
) -> None:
    """And no other; one that always kills its worker is given up after two attempts."""
    clips = acting("kill-once:a", "kill:b", "quick:c", "quick:d")
    store = open_store(str(tmp_path))
    records = run(clips, order, store, engine(cluster, tmp_path))
    found = {record.clip: (record.state, record.attempts) for record in records}
    [reason] = [record.reason for record in records if record.clip == "kill:b"]

    assert {
        "kill-once:a": ("done", 2),
        "kill:b": ("crashed", 2),
        "quick:c": ("done", 1),
        "quick:d": ("done", 1),
    } == found
    assert re.fullmatch(
        r"its worker died \(\S+, process \d+\): it crashed, .*memory ran out", reason
    )


def test_a_hang_is_a_timeout(cluster: Any, order: Order, tmp_path: Path) -> None:
    """Also in native code that lets no other thread run; other clips are done, and say how far."""
    tried = engine(cluster, tmp_path, timeout=5, stall=2)
    events = events_of(tried, order, jobs_of("native:a", "hang:b", "steady:c"))
    lost = {e.job.name: (e.state, e.reason) for e in events if isinstance(e, Lost)}
    moved = [event.frames for event in events if isinstance(event, Moved)]
    process = int((tmp_path / "a.pid").read_text())

    stalled = ("timeout", "there was no new frame for 2 s")
    assert {"native:a": stalled, "hang:b": stalled} == lost
    assert ["steady:c"] == list(done_in(events))
    assert moved
    assert sorted(moved) == moved
    assert not Path(f"/proc/{process}").exists()


def test_a_clip_may_take_too_long(cluster: Any, order: Order, tmp_path: Path) -> None:
    """Though it goes on."""
    tried = engine(cluster, tmp_path, timeout=1.5)
    [lost] = [e for e in events_of(tried, order, jobs_of("gated:never")) if isinstance(e, Lost)]

    assert ("timeout", "it took longer than 1.5 s") == (lost.state, lost.reason)


@pytest.mark.parametrize(
    ("make_worker", "message"),
    [
        (partial(Actor, folder=""), "the disk is full"),
        (actors.lacks_a_package, r"a worker on \S+ cannot start: No module named 'numpy'"),
        (partial(actors.dies_at_start, folder="/tmp"), "workers die before they can work"),
    ],
    ids=["in a clip", "at the start", "dies"],
)
def test_what_stops_every_clip_stops_the_run(
    cluster: Any, order: Order, make_worker: Any, message: str, tmp_path: Path
) -> None:
    """With the worker's own words."""
    if make_worker.__class__ is partial and make_worker.func is actors.dies_at_start:
        make_worker = partial(actors.dies_at_start, folder=str(tmp_path))
    tried = engine(cluster, tmp_path, 1, make_worker=make_worker)
    with pytest.raises(BatchError, match=message):
        events_of(tried, order, jobs_of("stop:a", "stop:b"))


def test_another_knuckle_on_a_node_is_refused(
    cluster: Any, order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tables might be others."""
    monkeypatch.setattr(ray_engine, "__version__", "0.0.1")
    with pytest.raises(BatchError, match=r"has knuckle .*, and this machine has 0\.0\.1: install"):
        events_of(engine(cluster, tmp_path), order, jobs_of("quick:a"))


def test_actors_that_wait_for_a_core_get_no_clips(
    cluster: Any, order: Order, tmp_path: Path
) -> None:
    """With more workers than cores, two do all the work, and nothing waits for the others."""
    tried = engine(cluster, tmp_path, 6)
    done = done_in(events_of(tried, order, jobs_of(*(f"slow:{i}" for i in range(6)))))

    assert 6 == len(done)
    assert len(set(done.values())) <= 2


def test_the_dashboard_shows_clips_by_name(cluster: Any, order: Order, tmp_path: Path) -> None:
    """While they are tracked and later; how far they are is asked without a trace."""
    jobs = jobs_of("steady:sign 1", "quick:sign 2", "quick:sign-\udcff")
    assert 3 == len(done_in(events_of(engine(cluster, tmp_path), order, jobs)))

    from ray.util.state import list_tasks

    address = f"http://{cluster.webui_url}"
    expected = {"steady:sign 1", "quick:sign 2", shown(jobs[-1].name)}
    names: set[str] = set()
    until = time.monotonic() + 30
    while not expected <= names and time.monotonic() < until:
        time.sleep(0.5)
        names = {task.name for task in list_tasks(address=address, limit=1000)}
    assert expected <= names
    assert set() == {name for name in names if "frames" in name}


def test_workers_are_as_nice_as_others(cluster: Any, order: Order, tmp_path: Path) -> None:
    """Not at niceness 15; when the run is closed they are gone, and the cluster is there."""
    tried = engine(cluster, tmp_path, 1)
    with closing(tried.run(order, deque[Job](jobs_of("quick:a", "hang:b")))) as events:
        [process] = {int(done_in([e])[key]) for e in _until_done(events) for key in done_in([e])}
        assert os.getpriority(os.PRIO_PROCESS, 0) == os.getpriority(os.PRIO_PROCESS, process)
        next(events)
    until = time.monotonic() + 10
    while Path(f"/proc/{process}").exists() and time.monotonic() < until:
        time.sleep(0.1)

    assert not Path(f"/proc/{process}").exists()
    assert ["quick:c"] == list(done_in(events_of(tried, order, jobs_of("quick:c"))))


def _until_done(events: Any) -> list[Event]:
    for event in events:
        if isinstance(event, Ended):
            return [event]
    return []


def test_a_worker_that_grows_is_replaced(cluster: Any, order: Order, tmp_path: Path) -> None:
    """Between two clips."""
    tried = engine(cluster, tmp_path, 1, growth=30 << 20)
    done = done_in(events_of(tried, order, jobs_of("quick:a", "grow:b", "quick:c")))

    assert done["quick:a"] == done["grow:b"] != done["quick:c"]


def test_a_connection_of_the_caller_is_kept(cluster: Any, order: Order, tmp_path: Path) -> None:
    """A program that is connected already stays so, and SIGTERM does what it did."""
    import ray

    before = signal.getsignal(signal.SIGTERM)
    assert ["quick:a"] == list(
        done_in(events_of(engine(cluster, tmp_path), order, jobs_of("quick:a")))
    )
    assert before is signal.getsignal(signal.SIGTERM)
    assert not ray.is_initialized()
    ray.init(address=cluster.address, log_to_driver=False, logging_level="error")
    signal.signal(signal.SIGTERM, before)
    try:
        done = done_in(events_of(engine(cluster, tmp_path), order, jobs_of("quick:b")))
        assert ["quick:b"] == list(done)
        assert ray.is_initialized()
    finally:
        ray.shutdown()


def test_another_version_of_ray_is_refused(
    cluster: Any, order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one sentence."""
    monkeypatch.setattr("ray.__version__", "2.1.0")
    with pytest.raises(BatchError, match=r"runs Ray \S+ and Python \S+, .* Ray 2\.1\.0") as caught:
        events_of(engine(cluster, tmp_path), order, jobs_of("quick:a"))
    assert "\n" not in str(caught.value)


def test_a_client_does_the_same(cluster: Any, order: Order, tmp_path: Path) -> None:
    """Over ray://, with what is lost, what hangs, and how far clips are."""
    tried = engine(cluster, tmp_path, None, address=cluster.client_address, timeout=5, stall=3)
    ids = ["kill:a", "hang:b", "steady:c", "quick:d"]
    events = events_of(tried, order, jobs_of(*ids))
    lost = {e.job.name: e.state for e in events if isinstance(e, Lost)}

    assert {"kill:a": "crashed", "hang:b": "timeout"} == lost
    assert {"steady:c", "quick:d"} == set(done_in(events))
    assert {"steady:c"} == {event.job.name for event in events if isinstance(event, Moved)}
    assert 2 == tried.workers


def test_a_cluster_without_room_is_told(
    cluster: Any, order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When no node has come for long enough that has what a worker takes."""
    monkeypatch.setattr(ray_engine, "PATIENCE", 1)
    tried = engine(cluster, tmp_path, None, gpus_per_worker=0.5)
    message = (
        rf"the cluster at {cluster.address} has no room for a worker of 1 core and 0\.5 GPUs: "
    )
    with pytest.raises(BatchError, match=message):
        events_of(tried, order, jobs_of("quick:a"))
