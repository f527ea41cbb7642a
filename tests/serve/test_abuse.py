"""Clients that are slow, silent or hostile, and workers that die. The server goes on."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from knuckle.errors import ServeError
from knuckle.serve import pool
from knuckle.serve.limits import Limits
from tests.io.test_sent_pictures import bomb

from .serving import BOTH, PALM, PATIENCE, Server, eventually, serving

QUICK = Limits(head=0.4, body=0.6, send=0.6, connections=8)


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that waits for nobody, with a large file."""
    folder = tmp_path_factory.mktemp("large")
    (folder / "index.html").write_text("page")
    (folder / "large.bin").write_bytes(bytes(40_000_000))
    with serving(limits=QUICK, folder=folder) as server:
        yield server


def raw(server: Server, *, reads_little: bool = False) -> socket.socket:
    """A connection on which a test writes what it wants."""
    client = socket.socket()
    if reads_little:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(PATIENCE)
    client.connect(("127.0.0.1", server.port))
    return client


def rest(client: socket.socket) -> bytes:
    """All that comes until the server closes."""
    parts = []
    try:
        while part := client.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def open_connections(server: Server) -> float:
    """How many there are, without those that ask."""
    return server.figure("knuckle_connections") - 1


@pytest.mark.parametrize(
    "start", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "]
)
def test_a_head_that_never_ends_is_given_up(impatient: Server, start: bytes) -> None:
    """408, also after an answer on the same connection."""
    with raw(impatient) as client:
        client.sendall(start)
        assert rest(client).startswith(b"HTTP/1.1 408 ")
    with raw(impatient) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
        client.sendall(start or b"G")
        assert b"HTTP/1.1 408 " in rest(client)


def test_a_body_that_never_ends_is_given_up(impatient: Server) -> None:
    """408 with the sentence, and nothing stays held."""
    with raw(impatient) as client:
        client.sendall(
            b"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nx"
        )
        answer = rest(client)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"did not arrive in 0.6 s" in answer
    assert 0 == impatient.service.held.now


def test_a_client_that_does_not_read_is_cut_off(impatient: Server) -> None:
    """Its connection is not kept for it."""
    with raw(impatient, reads_little=True) as client:
        client.sendall(b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
        eventually(lambda: open_connections(impatient) == 1, "it is served")
        eventually(lambda: open_connections(impatient) == 0, "it is cut off")


def test_a_stream_that_does_not_read_is_cut_off(impatient: Server) -> None:
    """Its answers do not pile up."""
    plain = raw(impatient, reads_little=True)
    with connect(impatient.stream, sock=plain, max_queue=1, compression=None) as client:
        client.send("{}")
        end = time.monotonic() + PATIENCE
        with contextlib.suppress(ConnectionClosed, OSError):
            while time.monotonic() < end:
                client.send(BOTH)
                time.sleep(0.02)
        eventually(lambda: not impatient.service.streams, "it is closed")


def test_connections_are_limited(impatient: Server) -> None:
    """503 for those beyond, and room for others when some close."""
    clients = [raw(impatient) for _ in range(QUICK.connections)]
    try:
        time.sleep(0.1)
        with raw(impatient) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert rest(client).startswith(b"HTTP/1.1 503 ")
    finally:
        for each in clients:
            each.close()
    eventually(lambda: impatient.get("/healthz").status == 200, "there is room")


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # the start of TLS
        b"GET / HTTP/1.1\r\n\r\n",
        b"\0" * 5000,
        b"GET /" + b"a" * 200_000,
        b"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /v1/track HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused(impatient: Server, data: bytes) -> None:
    """400 or a closed connection, and no fault."""
    with raw(impatient) as client:
        try:
            client.sendall(data)
            answer = rest(client)
        except (BrokenPipeError, ConnectionResetError):
            answer = b""

    assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))
    assert 200 == impatient.get("/healthz").status
    assert [] == impatient.told


def test_half_open_connections_leave_nothing(impatient: Server) -> None:
    """Clients that vanish in the middle of a request or a stream."""
    for start in (
        b"",
        b"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx",
    ):
        client = raw(impatient)
        client.sendall(start)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()  # with a reset
    plain = raw(impatient)
    with connect(impatient.stream, sock=plain) as stream:
        stream.send("{}")
        stream.recv()
        plain.shutdown(socket.SHUT_RDWR)
        eventually(lambda: not impatient.service.streams, "the stream is closed")
    eventually(lambda: open_connections(impatient) == 0, "no connection is left")
    assert 0 == impatient.service.held.now


def test_bombs_cost_nothing(server: Server) -> None:
    """Small files that would become gigabytes, while others are answered."""
    with ThreadPoolExecutor(8) as clients:
        bombs = [clients.submit(server.detect, bomb(side)) for side in (6000, 20_000, 60_000) * 4]
        sound = [clients.submit(server.detect, PALM) for _ in range(4)]
        assert {413} == {each.result().status for each in bombs}
        assert {200} == {each.result().status for each in sound}
    assert [] == server.told


def test_a_picture_that_its_worker_dies_over_gets_one_error() -> None:
    """500; those that wait are answered by the next worker."""
    with serving() as server, ThreadPoolExecutor(3) as clients:
        pid = server.pids()[0]
        os.kill(pid, signal.SIGSTOP)
        slot = server.service.pool.slots[0]
        asked = []
        for sent in (1, 2, 2):
            asked.append(clients.submit(server.detect, PALM))
            eventually(partial(_has, slot, sent), "the worker has it")
        eventually(lambda: server.service.pool.waiting == 1, "the third waits")
        os.kill(pid, signal.SIGKILL)
        answers = [each.result() for each in asked]

        assert [500, 200, 200] == [answer.status for answer in answers]
        assert "ended with signal 9 over this picture" in answers[0].detail
        assert 1 == server.figure("knuckle_worker_deaths_total")
        assert [pid] != server.pids()


def _has(slot: pool.Slot, count: int) -> bool:
    return len(slot.sent) == count


def test_a_worker_that_hangs_is_ended() -> None:
    """504, and another starts."""
    with serving(limits=Limits(work=0.7)) as server:
        os.kill(server.pids()[0], signal.SIGSTOP)
        answer = server.detect(PALM)

        assert 504 == answer.status
        assert "took longer than 0.7 s and was ended" in answer.detail
        assert 200 == server.detect(PALM).status


def test_a_worker_that_dies_at_rest_is_replaced() -> None:
    """Nobody loses anything."""
    with serving(workers=2) as server:
        for pid in server.pids():
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: len(server.told) == 2, "the operator is told")
        assert 200 == server.detect(PALM).status
        assert 2 == server.figure("knuckle_worker_deaths_total")


def test_no_health_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """503 until there is one, and a picture waits no longer than it may."""
    with serving(limits=Limits(wait=0.3, work=0.3)) as server:
        monkeypatch.setattr(pool, "PROGRAM", "raise SystemExit(3)")
        server.service.pool._program = pool.PROGRAM
        os.kill(server.pids()[0], signal.SIGKILL)
        eventually(lambda: len(server.told) >= 2, "a second one does not start")

        assert "a worker could not start: it ended with status 3" in server.told[1]
        assert 503 == server.get("/healthz").status
        assert "no worker was free" in server.detect(PALM).detail


def test_a_server_whose_workers_cannot_start_does_not_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It says why."""
    monkeypatch.setattr(pool, "PROGRAM", "raise SystemExit(3)")
    with pytest.raises(ServeError, match="could not start: it ended with status 3"), serving():
        pass
