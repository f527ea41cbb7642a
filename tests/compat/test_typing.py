"""A typed program of a user: it passes a strict type checker, and it runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from knuckle.values import ImageArray
from tests.compat import opencv_loop
from tests.conftest import ROOT


def test_pictures_of_opencv_pass_a_strict_check(tmp_path: Path) -> None:
    """Its MatLike is a picture for `process` and `mp.Image`."""
    pytest.importorskip("mypy", reason="mypy is not installed")
    program = tmp_path / "program.py"
    program.write_text(Path(opencv_loop.__file__).read_text())
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(program)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"MYPYPATH": str(ROOT / "src")},
    )

    assert ("", 0) == (done.stderr, done.returncode), done.stdout


def test_the_program_finds_hands(two_hands: ImageArray) -> None:
    """By both interfaces."""
    frame = two_hands.copy()

    assert ["Left", "Right"] == sorted(map(str, opencv_loop.look(frame)))
    assert [2, 2] == opencv_loop.follow([frame, two_hands.copy()])
    assert (frame != two_hands).any()
