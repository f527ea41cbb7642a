"""How the examples are run: as programs, in this process, so that each starts at once."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import knuckle
from knuckle.values import Frame
from tests.conftest import ROOT, SAMPLES

EXAMPLES = ROOT / "examples"
CLIP = SAMPLES / "two_hands.mp4"
Run = Callable[..., str]

needs_opencv = pytest.mark.skipif(
    find_spec("cv2") is None, reason="opencv-python-headless is not installed"
)
needs_osc = pytest.mark.skipif(find_spec("pythonosc") is None, reason="python-osc is not installed")
needs_matplotlib = pytest.mark.skipif(
    find_spec("matplotlib") is None, reason="matplotlib is not installed"
)


def run_program(monkeypatch: pytest.MonkeyPatch, name: str, *arguments: str | Path) -> None:
    """Run an example as `python examples/NAME.py ARGUMENTS` does."""
    path = str(EXAMPLES / f"{name}.py")
    monkeypatch.setattr(sys, "argv", [path, *map(str, arguments)])
    runpy.run_path(path, run_name="__main__")


def stop_after(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Have Ctrl-C pressed after so many frames of any source."""
    open_source = knuckle.open_source

    def interrupted(source: str | Path | int) -> Iterator[Frame]:
        for frame in open_source(source):
            if frame.index == count:
                raise KeyboardInterrupt
            yield frame

    monkeypatch.setattr(knuckle, "open_source", interrupted)
