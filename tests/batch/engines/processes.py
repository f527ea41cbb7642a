"""Looking at processes from outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def is_running(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")


def has_ended(process: int) -> bool:
    """Whether it is not there, or a zombie."""
    return not is_running(process)


def wait_until(is_so: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Wait for something; False if it does not come."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
