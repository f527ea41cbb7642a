"""The example that answers pictures."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import knuckle
from knuckle.values import ImageArray
from tests.conftest import SAMPLES

from .programs import EXAMPLES

PATIENCE = 120  # seconds, for an answer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as on Unix")


@pytest.fixture
def server() -> Iterator[subprocess.Popen[str]]:
    """The server as a process, with a port that is free."""
    command = [sys.executable, "-u", str(EXAMPLES / "picture_server.py"), "--port", "0"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Where the tests run in the background, Ctrl-C is ignored, and what they start inherits it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )
    with process:
        yield process
        process.kill()


def port_of(server: subprocess.Popen[str]) -> int:
    """The port that it says it listens on."""
    assert server.stdout is not None
    return int(server.stdout.readline().rstrip("/\n").rsplit(":", 1)[1])


def ask(port: int, method: str, data: bytes | None) -> tuple[int, Any]:
    """The status of an answer, and what it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, "/", data)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_pictures_are_answered_side_by_side(
    server: subprocess.Popen[str], open_palm: ImageArray
) -> None:
    """Each client gets the hands that `detect` finds."""
    port = port_of(server)
    data = (SAMPLES / "open_palm.jpg").read_bytes()
    with ThreadPoolExecutor(4) as clients:
        answers = list(clients.map(lambda _: ask(port, "POST", data), range(4)))
    expected = json.loads(json.dumps([hand.to_dict() for hand in knuckle.detect(open_palm)]))

    assert [(200, expected)] * 4 == answers


@pytest.mark.parametrize(
    ("method", "data", "sentence"),
    [
        ("POST", b"no picture", "cannot identify image file"),
        ("POST", b"", "cannot identify image file"),
        ("GET", None, "post a picture with its Content-Length"),
    ],
)
def test_what_is_no_picture_is_refused(
    server: subprocess.Popen[str], method: str, data: bytes | None, sentence: str
) -> None:
    """With a sentence, and the server goes on."""
    port = port_of(server)
    status, answer = ask(port, method, data)

    assert 400 == status
    assert sentence in answer["error"]
    assert 200 == ask(port, "POST", (SAMPLES / "no_hands.jpg").read_bytes())[0]


def test_the_server_ends_at_ctrl_c(server: subprocess.Popen[str]) -> None:
    """With a word and no traceback."""
    port_of(server)
    server.send_signal(signal.SIGINT)
    _, error = server.communicate(timeout=PATIENCE)

    assert "stopped\n" == error
