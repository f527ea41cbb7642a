"""Nodes that come, go and are cut off. Each is a set of processes on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from knuckle.batch.engines import ray as ray_engine
from knuckle.batch.engines.ray import RayEngine
from knuckle.batch.jobs import Ended, Event, Job, Lost, Moved, Order
from knuckle.batch.recipe import Recipe
from knuckle.batch.run import run
from knuckle.batch.stores.store import open_store
from tests.batch.actors import Actor, acting, jobs_of

from .ray_clusters import running

# Or Ray takes a minute to notice that a node is gone.
CHECKS = {
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 1000,
    "health_check_failure_threshold": 3,
}
WAIT = 60  # seconds, for what takes a moment


@pytest.fixture(scope="module")
def cluster(ray_folder: Path) -> Iterator[Any]:
    """A cluster whose head has no core, so that all work is done on nodes that may go.

    Each test begins without any.
    """
    with running(num_cpus=0, include_dashboard=False, _system_config=CHECKS) as cluster:
        yield cluster


@pytest.fixture
def order(tmp_path: Path) -> Order:
    """An order; actors care for little of it."""
    return Order(Recipe(), str(tmp_path))


def engine(cluster: Any, folder: Path, **options: Any) -> RayEngine:
    """Actors of Ray that act."""
    return RayEngine(
        address=cluster.address, make_worker=partial(Actor, folder=str(folder)), **options
    )


def kill(node: Any) -> None:
    """End the processes of a node as a power cut does."""
    for processes in node.all_processes.values():
        for process in processes:
            os.kill(process.process.pid, signal.SIGKILL)
    node.kill_all_processes(check_alive=False, allow_graceful=False)


def test_nodes_come_and_go(
    cluster: Any, order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node that comes gets workers; when one dies, its clip is done elsewhere, no other twice."""
    monkeypatch.setattr(ray_engine, "COUNTED", 0.5)
    first = cluster.add_node(num_cpus=1, object_store_memory=80 << 20)
    clips = acting(*(f"slow:{i}" for i in range(6)), "gated:end")
    done: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, Ended):
            done.extend(clip.id for clip in event.job.clips)
            if len(done) == 1:
                cluster.add_node(num_cpus=1, object_store_memory=80 << 20)
        if tried.workers == 2 and first in cluster.worker_nodes:
            cluster.worker_nodes.remove(first)
            kill(first)
            (tmp_path / "end").touch()

    tried = engine(cluster, tmp_path)
    records = run(clips, order, open_store(str(tmp_path)), tried, listen=listen)

    assert dict.fromkeys((clip.id for clip in clips), "done") == {r.clip: r.state for r in records}
    assert [1] * len(clips) == [record.attempts for record in records]
    assert [1] * len(clips) == list(Counter(done).values())
    assert 2 == len({record.reason for record in records})


def test_a_clip_that_loses_node_after_node_has_crashed(
    cluster: Any, order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be the reason."""
    monkeypatch.setattr(ray_engine, "NODES", 1)
    for node in [*cluster.worker_nodes]:
        cluster.remove_node(node, allow_graceful=False)
    node = cluster.add_node(num_cpus=1, object_store_memory=80 << 20)
    events = engine(cluster, tmp_path).run(order, deque[Job](jobs_of("gated:never")))
    lost = []
    for event in events:
        if isinstance(event, Moved) and node in cluster.worker_nodes:
            cluster.worker_nodes.remove(node)
            kill(node)
        if isinstance(event, Lost):
            lost.append((event.job.name, event.state, event.reason))

    assert [("gated:never", "crashed", "it was lost with its node too often: 1")] == lost


def test_a_node_that_is_cut_off_is_lost(
    cluster: Any, order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody ends its processes, and no packet comes: others do its clips."""
    monkeypatch.setattr(ray_engine, "COUNTED", 0.5)
    clips = acting("gated:end", *(f"slow:{i}" for i in range(3)))
    with far_node(cluster) as far:
        tried = engine(cluster, tmp_path)
        is_cut = False

        def listen(event: Event) -> None:
            nonlocal is_cut
            if not is_cut and isinstance(event, Moved):  # the gated clip is there
                assert 1 == tried.workers
                far.cut()
                is_cut = True
                cluster.add_node(num_cpus=1, object_store_memory=80 << 20)
                (tmp_path / "end").touch()

        records = run(clips, order, open_store(str(tmp_path)), tried, listen=listen)

        assert is_cut
        assert far.processes() >= 1
    assert {clip.id for clip in clips} == {record.clip for record in records}
    assert [("done", 1)] * len(clips) == [(record.state, record.attempts) for record in records]


@dataclass(frozen=True)
class FarNode:
    """A node behind a link of its own. name: of its network namespace, and of the link."""

    name: str

    def cut(self) -> None:
        """Cut the link."""
        ip("link", "set", self.name, "down")

    def processes(self) -> int:
        """How many of its processes live."""
        return len(ip("netns", "pids", self.name).split())


def ip(*words: str) -> str:
    """Run the tool for networks; returns what it prints."""
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


@contextmanager
def far_node(cluster: Any) -> Iterator[FarNode]:
    """A node in a network namespace, which reaches this machine over a pair of virtual cards."""
    name = f"kr{os.getpid() % 100000}"
    near, far = (f"10.{213 + os.getpid() % 40}.{os.getpid() // 40 % 250}.{i}" for i in (1, 2))
    try:
        ip("netns", "add", name)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"network namespaces are not allowed here: {error}")
    try:
        ip("link", "add", name, "type", "veth", "peer", "name", f"{name}n", "netns", name)
        ip("addr", "add", f"{near}/24", "dev", name)
        ip("link", "set", name, "up")
        inside = ("-netns", name)
        ip(*inside, "link", "set", "lo", "up")
        ip(*inside, "addr", "add", f"{far}/24", "dev", f"{name}n")
        ip(*inside, "link", "set", f"{name}n", "up")
        ip(*inside, "route", "add", "default", "via", near)
        _start_node(name, cluster.address, far)
        _wait_for(cluster, far)
        yield FarNode(name)
    finally:
        for process in ip("netns", "pids", name).split():
            os.kill(int(process), signal.SIGKILL)
        ip("netns", "del", name)
        subprocess.run(["ip", "link", "del", name], capture_output=True)


def _start_node(name: str, address: str, own: str) -> None:
    ray = [sys.executable, "-m", "ray.scripts.scripts", "start", f"--address={address}"]
    own_address = [f"--node-ip-address={own}", "--num-cpus=1", f"--object-store-memory={80 << 20}"]
    subprocess.run(
        ["ip", "netns", "exec", name, *ray, *own_address, "--disable-usage-stats"],
        check=True,
        capture_output=True,
        timeout=WAIT,
    )


def _wait_for(cluster: Any, address: str) -> None:
    import ray

    ray.init(address=cluster.address, log_to_driver=False, logging_level="error")
    try:
        until = time.monotonic() + WAIT
        while not any(n["Alive"] and n["NodeManagerAddress"] == address for n in ray.nodes()):
            assert time.monotonic() < until
            time.sleep(0.2)
    finally:
        ray.shutdown()
