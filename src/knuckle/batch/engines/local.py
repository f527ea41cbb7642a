"""A supervised pool of processes on this machine, one job at a time each.

A worker that dies or hangs is replaced; its job is lost, and no other. Workers end with their
parent, whatever ends it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from ...errors import BatchError, KnuckleError
from ..jobs import Ended, Event, Job, Lost, Moved, Order, Waited
from ..worker import Worker

TICK = 0.2  # seconds between two chances to stop
TOLD = 0.5  # seconds between two words of a worker about how far it is


@dataclass(eq=False, slots=True)
class _Seat:
    """The place of one worker."""

    process: SpawnProcess
    pipe: Connection
    is_ready: bool = False
    job: Job | None = None
    began: float = 0.0


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Processes on this machine. timeout: seconds for one job; None: no limit."""

    workers: int
    timeout: float | None = None

    def run(self, order: Order, jobs: deque[Job]) -> Generator[Event, None, None]:
        """Do the jobs; see `Engine`."""
        seats = [_started(order) for _ in range(min(self.workers, len(jobs)))]
        try:
            while jobs or any(seat.job for seat in seats):
                for seat in seats:
                    if seat.is_ready and seat.job is None and jobs:
                        seat.job, seat.began = jobs.popleft(), time.monotonic()
                        seat.pipe.send(seat.job)
                waited: Any = wait([seat.pipe for seat in seats], TICK)
                for i, seat in enumerate(seats):
                    event = self._heard(seat) if seat.pipe in waited else self._watched(seat)
                    if isinstance(event, Lost):
                        _end(seat)
                        seats[i] = _started(order)
                    if event is not None:
                        yield event
                yield Waited()
        finally:
            for seat in seats:
                _end(seat)

    def _heard(self, seat: _Seat) -> Event | None:
        try:
            kind, content = seat.pipe.recv()
        except (EOFError, OSError):
            seat.process.join(1)
            if seat.job is None:
                raise BatchError(f"a worker died at its start ({_end_of(seat)})") from None
            return Lost(seat.job, "crashed", f"its worker died ({_end_of(seat)})")
        if kind == "stop":
            raise BatchError(content)
        if kind == "ready":
            seat.is_ready = True
            return None
        assert seat.job is not None
        if kind == "moved":
            return Moved(seat.job, content)
        job, seat.job = seat.job, None
        return Ended(job, content)

    def _watched(self, seat: _Seat) -> Event | None:
        if seat.job is None or self.timeout is None:
            return None
        if time.monotonic() - seat.began < self.timeout:
            return None
        return Lost(seat.job, "timeout", f"it took longer than {self.timeout:g} s")


def _started(order: Order) -> _Seat:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(order, theirs), daemon=True)
    process.start()
    theirs.close()
    return _Seat(process, ours)


def _end(seat: _Seat) -> None:
    seat.process.kill()
    seat.process.join()
    seat.pipe.close()


def _end_of(seat: _Seat) -> str:
    code = seat.process.exitcode
    if code is not None and code < 0:
        return f"signal {-code}, {signal.Signals(-code).name}"
    return f"status {code}"


def _work(order: Order, pipe: Connection) -> None:
    """The life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        worker = Worker(order)
        pipe.send(("ready", None))
        while True:
            job = pipe.recv()
            pipe.send(("ended", worker(job, _teller(pipe))))
    except KnuckleError as error:
        pipe.send(("stop", str(error)))
    except EOFError:
        pass


def _teller(pipe: Connection) -> Any:
    told = time.monotonic()

    def tell(frames: int) -> None:
        nonlocal told
        if time.monotonic() - told > TOLD:
            told = time.monotonic()
            pipe.send(("moved", frames))

    return tell


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
