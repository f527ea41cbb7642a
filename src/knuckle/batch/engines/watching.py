"""What every engine watches: how much time workers have had, and whether a job takes too long."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..jobs import Job, Order, Written

TICK = 0.2  # seconds without news between two chances to stop
STALL = 300.0  # seconds without a new frame after which a worker counts as hung
GROWTH = 1 << 29  # bytes that a worker may gain after its first job; a leak would end in no memory
ENDING = 5.0  # seconds to wait for a process that was killed

MakeWorker = Callable[[Order], Callable[..., tuple[Written, ...]]]


class AwakeClock:
    """Seconds in which this process was awake. While it was stopped, its workers were, too."""

    def __init__(self) -> None:
        self.now = 0.0
        self._looked = time.monotonic()

    def look(self) -> float:
        """Let the time pass since the last look. Look at least once in every TICK."""
        now = time.monotonic()
        self.now += min(now - self._looked, 5 * TICK)
        self._looked = now
        return self.now


def overdue(job: Job, took: float, silent: float, *, timeout: float | None, stall: float) -> str:
    """Why a job is given up: a sentence, or nothing while it is in time.

    took: seconds since it was handed out. silent: seconds without a new frame.
    timeout: seconds for one clip; None: no limit. stall: seconds without a new frame.
    """
    if timeout is not None and took > timeout * len(job.clips):
        return f"it took longer than {timeout * len(job.clips):g} s"
    if silent > stall:
        return f"there was no new frame for {stall:g} s"
    return ""
