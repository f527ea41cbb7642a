"""Messages that cannot be written: the work goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SAMPLES

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_full_log_ends_no_work(tmp_path: Path) -> None:
    """Standard error may go to a disk that is full."""
    table = tmp_path / "hands.csv"
    words = ["track", str(SAMPLES / "two_hands.mp4"), "--stop", "0.3", "-v", "-o", str(table)]

    with FULL.open("w") as log:
        done = subprocess.run([sys.executable, "-m", "knuckle", *words], stderr=log, check=False)

    assert 0 == done.returncode
    assert table.read_text().startswith("schema,")


def test_a_closed_log_ends_no_work(tmp_path: Path) -> None:
    """Standard error may be a pipe that nobody reads any more."""
    table = tmp_path / "hands.csv"
    words = ["track", str(SAMPLES / "two_hands.mp4"), "--stop", "0.3", "-v", "-o", str(table)]

    with subprocess.Popen([sys.executable, "-m", "knuckle", *words], stderr=subprocess.PIPE) as run:
        assert run.stderr is not None
        run.stderr.close()

    assert 0 == run.returncode
    assert table.exists()
