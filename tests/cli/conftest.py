"""Running the command line, in this process and in another, and what to run it on."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from knuckle.cli import main
from tests.conftest import SAMPLES

CLIP = SAMPLES / "two_hands.mp4"
Row = dict[str, str]


@dataclass(frozen=True)
class Result:
    """How a run ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run `knuckle` with arguments in this process."""

    def run_here(*args: str | Path) -> Result:
        status = main([str(arg) for arg in args])
        out, err = capfd.readouterr()
        return Result(status, out, err)

    return run_here


def command(*args: str | Path) -> list[str]:
    """The words of a command line that run `knuckle` in another process."""
    return [sys.executable, "-m", "knuckle", *map(str, args)]


def run_apart(*args: str | Path, stdout: int = subprocess.PIPE) -> Result:
    """Run `knuckle` with arguments in another process."""
    done = subprocess.run(
        command(*args), stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=120, check=False
    )
    return Result(done.returncode, done.stdout or "", done.stderr)


def run_on_terminal(*args: str | Path, columns: int = 100) -> tuple[int, str]:
    """Run `knuckle` on a terminal of its own; its status and all that it showed there."""
    import pty

    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns)}
    with subprocess.Popen(
        command(*args), stdin=slave, stdout=slave, stderr=slave, env=environment
    ) as process:
        os.close(slave)
        shown = b""
        while chunk := _read(master):
            shown += chunk
        status = process.wait(60)
    os.close(master)
    return status, shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux's way of saying that nobody writes any more
        return b""


def read_csv(path: Path) -> list[Row]:
    """The rows of a table by name, all of them text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(path: Path, name: str) -> list[str]:
    """One column of a CSV table."""
    return [row[name] for row in read_csv(path)]


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and no wishes about colour from outside."""
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def palm() -> Image.Image:
    """A small picture with one right hand."""
    with Image.open(SAMPLES / "open_palm.jpg") as picture:
        return picture.resize((270, 180))


@pytest.fixture
def add_palm(palm: Image.Image, workplace: Path) -> Callable[[str], Path]:
    """Put the picture with a hand somewhere, in the format of the name."""

    def add(name: str) -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        palm.save(path)
        return path

    return add


@pytest.fixture
def add_blank(workplace: Path) -> Callable[[str], Path]:
    """Put a small grey picture without hands somewhere."""

    def add(name: str) -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((24, 32, 3), 128, np.uint8)).save(path)
        return path

    return add


@pytest.fixture
def broken(workplace: Path) -> Path:
    """A file that is named as a picture and is none."""
    path = Path("broken.jpg")
    path.write_text("no picture")
    return path
