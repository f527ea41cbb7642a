"""The way to a cluster: a new one on this machine, and what may be wrong with one that is named."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest

from knuckle.batch.engines.ray import RayEngine
from knuckle.batch.engines.ray_cluster import connected
from knuckle.batch.jobs import Order
from knuckle.batch.recipe import Recipe
from knuckle.errors import BatchError, ExtraMissing
from tests.conftest import SAMPLES

from .ray_clusters import free_port, processes_of

CLIP = SAMPLES / "two_hands.mp4"
WAIT = 120  # seconds, for what takes a moment


def command(output: Path, *options: str) -> list[str]:
    """`knuckle batch` with Ray."""
    words = ["batch", str(CLIP), "-o", str(output), "--engine", "ray", *options]
    return [sys.executable, "-m", "knuckle", *words]


@pytest.fixture
def own_folder(ray_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings with which no running cluster is found, but the rest of one that was killed."""
    folder = ray_folder / "own"
    (folder / "ray").mkdir(parents=True, exist_ok=True)
    (folder / "ray" / "ray_current_cluster").write_text(f"127.0.0.1:{free_port()}")
    monkeypatch.setenv("RAY_TMPDIR", str(folder))
    return folder


def wait_for_end(folder: Path) -> list[str]:
    """Wait until a cluster's processes have ended; returns those that have not."""
    until = time.monotonic() + WAIT
    while (left := processes_of(folder)) and time.monotonic() < until:
        time.sleep(0.2)
    return left


def test_a_new_cluster_lasts_as_long_as_the_run(own_folder: Path, tmp_path: Path) -> None:
    """Without an address and a cluster; Ray prints nothing, and no file of its token is new."""
    ended = subprocess.run(
        command(tmp_path / "out", "--stop", "0.3"), capture_output=True, text=True, timeout=WAIT
    )

    assert 0 == ended.returncode
    assert 1 == len(list((tmp_path / "out" / "clips").iterdir()))
    assert [] == [line for line in ended.stderr.splitlines() if "ray" in line.lower()]
    assert "1 clip in" in ended.stderr
    assert [] == wait_for_end(own_folder)


def test_an_interrupt_ends_a_new_cluster(own_folder: Path, tmp_path: Path) -> None:
    """Ctrl-C while a clip is tracked: one that never ends by itself."""
    process = subprocess.Popen(
        command(tmp_path / "out", "--effort", "high"), stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + WAIT
    while not any("KnuckleWorker" in line for line in processes_of(own_folder)):
        assert time.monotonic() < until
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, printed = process.communicate(timeout=WAIT)

    assert 128 + signal.SIGINT == process.returncode
    assert "interrupted" in printed
    assert "Traceback" not in printed
    assert [] == wait_for_end(own_folder)
    assert [] == list((tmp_path / "out").rglob("*.part"))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("127.0.0.1:1", r"no Ray cluster answers at 127\.0\.0\.1:1 \(connection refused\)"),
        ("ray://127.0.0.1:1", r"no Ray cluster answers at ray://127\.0\.0\.1:1 \(connection"),
        ("no-such-host.invalid:6379", r"no Ray cluster answers at no-such-host\.invalid:6379 \("),
        ("somewhere", "'somewhere' is no address of a Ray cluster: write HOST:6379"),
        ("auto", "no Ray cluster runs on this machine"),
    ],
)
def test_an_address_without_a_cluster(own_folder: Path, address: str, message: str) -> None:
    """One sentence, within seconds."""
    with pytest.raises(BatchError, match=message), connected(address):
        raise AssertionError


def give_up() -> None:
    """As Ray ends the process when nothing answers for two minutes."""
    sys.exit(15)


def refuse() -> None:
    """As Ray says that the cluster has another token."""
    try:
        raise RuntimeError("RPC error: InvalidAuthToken: Authentication token is missing")
    except RuntimeError as error:
        raise ConnectionError("Failed to connect to Ray cluster") from error


@pytest.mark.parametrize(
    ("init", "message"),
    [
        (give_up, "what listens at .* does not answer as a Ray cluster does: check the address"),
        (refuse, "does not accept this machine's token: put the token of the cluster into RAY_A"),
    ],
)
def test_a_cluster_that_does_not_fit_is_told(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch, init: Callable[[], None], message: str
) -> None:
    """What Ray does was seen with 2.60, and takes too long for a test."""
    monkeypatch.setattr("ray.init", lambda address, **options: init())
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(BatchError, match=message), connected(address):
            raise AssertionError


def test_without_ray_the_line_to_type_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for other packages."""
    monkeypatch.setitem(sys.modules, "ray", None)
    message = r"--engine ray needs .* pip install .*ray"
    with pytest.raises(ExtraMissing, match=message), connected(None):
        raise AssertionError


def test_settings_of_a_new_cluster_do_not_stay(own_folder: Path) -> None:
    """They are for its processes alone."""
    from knuckle.batch.engines.ray_cluster import _set

    before = dict(os.environ)
    with _set({"KNUCKLE_TEST": "1", "RAY_TMPDIR": "elsewhere"}):
        assert "1" == os.environ["KNUCKLE_TEST"]
        assert str(own_folder) == os.environ["RAY_TMPDIR"]

    assert before == dict(os.environ)


@pytest.mark.parametrize(
    ("cpus", "gpus", "words"),
    [(1, 1.5, "1.5 GPUs"), (1, 0.00001, "1e-05 GPUs"), (0.00001, 0, "1e-05 cores")],
)
def test_a_part_of_a_node_that_ray_cannot_give(cpus: float, gpus: float, words: str) -> None:
    """It is refused before a cluster is asked."""
    tried = RayEngine(address="somewhere", cpus_per_worker=cpus, gpus_per_worker=gpus)
    events = tried.run(Order(Recipe(), "out"), deque())
    with pytest.raises(BatchError, match=f"a worker cannot take {words}: Ray gives whole ones"):
        next(events)
