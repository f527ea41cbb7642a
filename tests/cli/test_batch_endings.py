"""How `knuckle batch` ends when the system takes something away."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import knuckle.cli
from knuckle.batch.inputs import find_clips
from knuckle.batch.stores.store import LocalStore
from knuckle.errors import OutputError, SourceError
from tests.conftest import SAMPLES

FULL = Path("/dev/full")

# Its terminal is closed when the run has ended and its summary is due.
HUNG_UP = """
import os, signal, sys
from importlib import import_module
running = import_module("knuckle.cli.batch.running")

def hung_up(*arguments, **options):
    os.kill(os.getpid(), signal.SIGHUP)
    os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
    told(*arguments, **options)

told, running.print_summary = running.print_summary, hung_up
from knuckle.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_closed_terminal_is_told_by_the_status(tmp_path: Path) -> None:
    """The summary cannot be printed, and still this is an interruption and no failure."""
    words = [str(SAMPLES / "two_hands.mp4"), "-o", str(tmp_path / "out"), "--stop", "0.3"]
    done = subprocess.run(
        [sys.executable, "-c", HUNG_UP, "batch", *words, "--workers", "1"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        check=False,
    )

    assert 128 + signal.SIGHUP == done.returncode
    assert 1 == len(list((tmp_path / "out" / "clips").iterdir()))


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "cannot print: no space left"),
        (OSError(errno.EIO, "Input/output error"), "cannot print: input/output error"),
        (PermissionError(errno.EACCES, "Permission denied", "a/b"), "knuckle: a/b: permission den"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Refused"), "knuckle: refused"),
        (FileNotFoundError(errno.ENOENT, "No such file"), "the current folder does not exist any"),
    ],
    ids=["full", "closed", "file", "network", "folder"],
)
def test_errors_of_files_are_no_errors_of_printing(
    error: OSError, message: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Only those of standard output are."""

    def fails(*arguments: Any, **options: Any) -> int:
        raise error

    monkeypatch.setattr(knuckle.cli, "_run", fails)
    monkeypatch.setattr(knuckle.cli, "drop_output", lambda: None)

    assert 1 == knuckle.cli.main([])
    assert message in capfd.readouterr().err


def test_a_folder_that_cannot_be_listed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables in the output, or pictures in a row of a manifest."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    manifest = tmp_path / "clips.jsonl"
    manifest.write_text('{"uri": "pictures"}\n')

    def denied(path: Any) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", denied)

    with pytest.raises(OutputError, match="clips cannot be listed: permission denied"):
        LocalStore(tmp_path).stamps("clips")
    with pytest.raises(SourceError, match=r"clips.jsonl, line 1: permission denied"):
        find_clips([str(manifest)], stills=False, output="")
