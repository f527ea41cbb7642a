"""Every command and snippet of the tutorial and the guides runs, and prints what the page says."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest

import knuckle
from knuckle.graph.drawings.drawing import PAGE
from tests.conftest import ROOT, SAMPLES

DOCS = ROOT / "docs"
GUIDES = [*sorted((DOCS / "how-to").glob("*.md")), DOCS / "graphs.md"]
WEBCAM = DOCS / "how-to" / "webcam-with-opencv.md"
BLOCK = re.compile(r"^( *)```(bash|python|text)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"\d+(?:\.\d*)?")
# Installed by scripts/test with these very requirements, and not again by a test.
INSTALLS = re.compile(r"pip install (?:'\.\[\w+\]'|opencv-python)|python3 -m venv|source .venv")
READERS = {"pandas"}  # that a guide shows, and the tests do not need


pytestmark = pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")


class Block(NamedTuple):
    """A code block of a page."""

    language: str
    code: str


def blocks(page: Path) -> list[Block]:
    """The code blocks of a page in their order, without indentation."""
    return [
        Block(language, re.sub(rf"^{indentation}", "", code, flags=re.MULTILINE))
        for indentation, language, code in BLOCK.findall(page.read_text(encoding="utf-8"))
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as that of a clone, with the samples and the command `knuckle`."""
    (tmp_path / "samples").symlink_to(SAMPLES)
    command = tmp_path / "bin" / "knuckle"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m knuckle "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def output_of(block: Block, names: dict[str, object]) -> str:
    """What a command or a snippet prints."""
    if block.language == "bash":
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block.code],
            check=True,
            text=True,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"},
        ).stdout
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block.code, names)
    return printed.getvalue()


def runnable(block: Block) -> bool:
    """Not an installation, a drawing without what draws, or a reader that is not installed."""
    if block.language == "bash":
        if "knuckle graph view" in block.code and not (PAGE / "viewer.js").is_file():
            return False
        return not all(INSTALLS.match(line) for line in block.code.splitlines())
    imported = set(re.findall(r"^import (\w+)", block.code, re.MULTILINE))
    return all(_is_installed(name) for name in imported & READERS)


def _is_installed(name: str) -> bool:
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def test_the_tutorial_runs_and_prints_what_it_says(folder: Path) -> None:
    """From the first command to the last snippet, in order; numbers may be off by 2%."""
    printed = ""
    names: dict[str, object] = {}
    for block in blocks(DOCS / "tutorial.md"):
        if block.language == "text":
            assert NUMBER.sub("0", block.code) == NUMBER.sub("0", printed)
            assert numbers(block.code) == pytest.approx(numbers(printed), rel=0.02)
        elif runnable(block):
            printed = output_of(block, names)

    outputs = {path.name for path in folder.iterdir()} - {"bin", "samples"}
    assert {"annotated.jpg", "annotated.mp4", "hands.parquet"} == outputs


def numbers(text: str) -> list[float]:
    """All numbers of a text, in order."""
    return [float(number) for number in NUMBER.findall(text)]


@pytest.mark.parametrize(
    "page", [page for page in GUIDES if page != WEBCAM], ids=lambda page: page.stem
)
def test_guides_run(page: Path, folder: Path) -> None:
    """Each snippet in order, with the names of those before it."""
    names: dict[str, object] = {}
    for block in blocks(page):
        if block.language != "text" and runnable(block):
            output_of(block, names)

    assert folder == Path.cwd()


def test_the_webcam_guide_shows_hands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every picture of the camera is shown, in OpenCV's colours, until a key ends the loop."""
    stand_in = opencv()
    monkeypatch.setitem(sys.modules, "cv2", stand_in)
    [program] = [block for block in blocks(WEBCAM) if block.language == "python"]
    output_of(program, {})

    assert folder == Path.cwd()
    assert 3 == len(stand_in.shown)
    changed = [
        (shown != taken).any(axis=-1).mean()
        for shown, taken in zip(stand_in.shown, stand_in.taken, strict=True)
    ]
    assert all(0 < share < 0.1 for share in changed)  # hands are drawn, the colours are the same


def opencv() -> ModuleType:
    """As much of OpenCV as the guide needs: a camera that shows a clip, and Escape at its end."""
    module = ModuleType("cv2")
    frames = list(knuckle.open_source(str(SAMPLES / "two_hands.mp4"), stop=0.1))
    taken = [frame.image[..., ::-1] for frame in frames]
    shown: list[object] = []

    class VideoCapture:
        def __init__(self, index: int) -> None:
            self.waiting = list(taken)

        def isOpened(self) -> bool:  # noqa: N802
            return True

        def read(self) -> tuple[bool, object]:
            return True, self.waiting.pop(0)

        def release(self) -> None:
            self.waiting.clear()

    members = {
        "taken": taken,
        "shown": shown,
        "VideoCapture": VideoCapture,
        "COLOR_BGR2RGB": 4,
        "COLOR_RGB2BGR": 4,
        "cvtColor": lambda image, code: np.ascontiguousarray(image[..., ::-1]),
        "imshow": lambda title, image: shown.append(image),
        "waitKey": lambda delay: 27 if len(shown) == len(taken) else -1,
        "destroyAllWindows": lambda: None,
    }
    vars(module).update(members)
    return module


def test_what_pages_install_is_what_there_is() -> None:
    """The extras that pages name are those of the package."""
    pages = [DOCS / "tutorial.md", *GUIDES]
    named = {
        extra
        for page in pages
        for extra in re.findall(r"pip install '\.\[(\w+)\]'", page.read_text(encoding="utf-8"))
    }
    project = (ROOT / "pyproject.toml").read_text()

    assert {"all", "batch", "fast", "graph", "litert", "openvino", "serve", "window"} == named
    assert [] == [
        extra for extra in named if not re.search(rf"^{extra} = \[", project, re.MULTILINE)
    ]
    assert '".[all]"' in (ROOT / "scripts" / "test").read_text()
