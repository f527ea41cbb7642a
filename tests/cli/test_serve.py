"""`knuckle serve` as a command."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.conftest import Run, command
from tests.conftest import SAMPLES

pytestmark = pytest.mark.skipif(
    not all(map(find_spec, ("uvicorn", "starlette", "websockets", "segno", "cryptography"))),
    reason="the extra serve is not installed",
)


@contextmanager
def served(*args: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command in another process, and what it prints until it serves."""
    words = command("serve", "--port", "0", "--workers", "1", *args)
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout
        printed = ""
        try:
            while not re.search(r"^https?://\S+$", printed, re.M):
                line = run.stdout.readline()
                assert line, run.stderr and run.stderr.read()
                printed += line
            yield run, printed
        finally:
            run.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_serves_until_it_is_interrupted(number: signal.Signals, status: int) -> None:
    """On this machine alone, without a token."""
    with served() as (run, printed):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\n", printed)
        data = (SAMPLES / "open_palm.jpg").read_bytes()
        with urllib.request.urlopen(f"{printed.strip()}v1/detect", data) as answer:
            assert ["right"] == [hand["handedness"] for hand in json.load(answer)["hands"]]
        run.send_signal(number)
        assert status == run.wait(60)
        assert run.stderr
        assert "1 worker; Ctrl-C stops\nstopped\n" in run.stderr.read()


def test_for_others_there_is_a_code_with_a_token(tmp_path: Path) -> None:
    """And a certificate in the cache folder."""
    kept = {"KNUCKLE_CACHE": str(tmp_path)}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in kept.items():
            patch.setenv(name, value)
        with served("--host", "0.0.0.0", "--tls") as (_, printed):
            urls = re.findall(r"^https://[^/\s]+:\d+/\?token=[\w-]{32}$", printed, re.M)

    assert urls
    assert printed.count("█") > 100
    assert {"certificate.pem", "key.pem"} == set(os.listdir(tmp_path / "serve"))


def test_a_page_of_ones_own_is_served(tmp_path: Path) -> None:
    """A folder with an index.html."""
    (tmp_path / "index.html").write_text("my own")
    with (
        served("--page", tmp_path) as (_, printed),
        urllib.request.urlopen(printed.strip()) as answer,
    ):
        assert b"my own" == answer.read()


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--token", "short"], "a token of 5 characters will not do"),
        (["--certificate", "pyproject.toml"], "--certificate and --key work only together"),
        (["--page", "."], "has no index.html"),
        (["--min-presence", "nan"], "min_presence"),
        (["--max-bytes", "0"], "--max-bytes"),
        (["--engine", "litert", "--precision", "int8"], "int8"),
    ],
)
def test_a_wrong_option_is_a_usage_error(args: list[str], sentence: str, run: Run) -> None:
    """Status 2."""
    Path("pyproject.toml").touch()
    result = run("serve", *args)

    assert 2 == result.status
    assert sentence in result.err


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--host", "192.0.2.1"], "cannot listen on 192.0.2.1, port 8021"),
        (["--host", "no.such.host.invalid"], "there is no host 'no.such.host.invalid'"),
    ],
)
def test_a_host_of_others_is_named(args: list[str], sentence: str, run: Run) -> None:
    """Status 1 and one sentence."""
    result = run("serve", *args)

    assert 1 == result.status
    assert sentence in result.err


def test_a_port_that_is_taken_is_named(run: Run) -> None:
    """With the cure."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("serve", "--port", str(taken.getsockname()[1]))

    assert 1 == result.status
    assert "address already in use; --port 0 takes one that is free" in result.err


@pytest.mark.parametrize("package", ["uvicorn", "segno"])
def test_the_extra_is_named(package: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line to type."""
    monkeypatch.setitem(sys.modules, package, None)
    result = run("serve")

    assert 1 == result.status
    assert "knuckle serve needs an optional package: pip install" in result.err
