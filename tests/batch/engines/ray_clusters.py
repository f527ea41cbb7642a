"""Ray clusters of one test process, on this machine alone."""

from __future__ import annotations

import gc
import os
import secrets
import shutil
import socket
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT


@contextmanager
def ray_settings() -> Iterator[Path]:
    """Settings of all clusters of the tests: a token of their own, and no reports.

    Gives their folder; its path is short, for sockets are in it.
    """
    folder = Path(tempfile.mkdtemp(prefix="kr-"))
    token = folder / "token"
    token.touch(mode=0o600)
    token.write_text(secrets.token_hex(24))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RAY_ADDRESS", raising=False)
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN_PATH", str(token))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_TMPDIR", str(folder))
        paths = [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(**head: Any) -> Iterator[Any]:
    """A cluster with one node, which has two cores."""
    from ray.cluster_utils import Cluster

    settings = {"num_cpus": 2, "object_store_memory": 80 << 20}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves files open
        cluster = Cluster(initialize_head=True, head_node_args={**settings, **head})
        gc.collect()
    try:
        yield cluster
    finally:
        cluster.shutdown()


def free_port() -> int:
    """A port that nobody has; not one of those that Ray gives to its workers."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port: int = server.getsockname()[1]
        if not 10002 <= port < 20000:
            return port


def processes_of(folder: Path) -> list[str]:
    """The processes whose settings name a folder, by their command lines."""
    import psutil

    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("RAY_TMPDIR") == str(folder) and process.pid != os.getpid():
                found.append(" ".join(process.cmdline()))
    return found


def wait_for_port(port: int) -> None:
    """Wait until somebody listens there: the server of Ray's client starts after the cluster."""
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.1)
        else:
            return
