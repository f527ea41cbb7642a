"""The soak, in short: memory stays flat, and growth would be seen."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from bench.soak import GROWTH, SUBJECTS, growth, run
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


def test_memory_stays_flat() -> None:
    """Of every tracker; in a process of its own, where no freed memory hides what is taken."""
    done = subprocess.run(
        [sys.executable, "bench/soak.py", "--frames", "100", "--trackers", "20"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ("", 0) == (done.stderr, done.returncode), done.stdout
    assert 2 * len(SUBJECTS) == len(done.stdout.splitlines())


def test_a_leak_is_seen() -> None:
    """Of 32 MiB per step, more than any freed memory that could hold it."""
    kept = []

    def leak() -> None:
        kept.append(np.ones((64, 2**16)))  # 32 MiB

    assert growth(run(leak, 10)) > 10 * GROWTH
