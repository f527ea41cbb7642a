"""Stopping: what runs is finished, what is new is refused, nothing is left."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing as closing_of

from websockets.sync.client import connect

from knuckle.serve.limits import Limits

from .serving import BOTH, PALM, eventually, serving
from .test_track import ask, closing, stream


def test_what_runs_is_finished() -> None:
    """Pictures that wait are answered, streams are closed with a reason."""
    with serving() as server, ThreadPoolExecutor(4) as clients, stream(server) as client:
        ask(client, PALM)
        asked = [clients.submit(server.detect, BOTH, "?effort=high") for _ in range(4)]
        eventually(lambda: server.service.pool.waiting, "some wait")
        server.stop()

        assert (1001, "the server stops") == closing(client)
        assert [200] * 4 == [each.result().status for each in asked]


def test_a_client_that_stays_does_not_hold_it_up() -> None:
    """Neither a connection that asks nothing nor a stream that never began."""
    with serving(limits=Limits(stop=1)) as server:
        pids = server.pids()
        with connect(server.stream), closing_of(server.connection()) as idle:
            idle.connect()
            began = time.monotonic()
            server.stop()
            eventually(lambda: not _alive(pids[0]), "the worker has ended")
    assert time.monotonic() - began < 10


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
