"""A supervised pool of processes on this machine, one job at a time each.

A worker that dies, hangs or grows is replaced; its job is lost, and no other. Workers end with
their parent, whatever ends it.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from ...errors import BatchError
from ..jobs import Ended, Event, Job, Lost, Moved, Order, Waited, Written
from ..worker import Worker
from .child import live
from .watching import ENDING, GROWTH, STALL, TICK, AwakeClock, MakeWorker, overdue

STARTING = 300.0  # seconds in which a worker must be ready
STARTS = 2  # workers that die before they have done a job, and no other has done one meanwhile
DYING = 1.0  # seconds between the end of a worker's words and its own


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Processes on this machine.

    timeout: seconds for one clip; None: no limit. stall: seconds without a new frame; both make a
    job lost. growth: bytes that a worker may gain before another takes its place.
    make_worker: a function or class at the top of a module, which workers call with the order.

    Run it in one thread: Linux ends the workers with the thread that started them.
    """

    workers: int
    timeout: float | None = None
    stall: float = STALL
    growth: int = GROWTH
    make_worker: MakeWorker = Worker

    def run(self, order: Order, jobs: deque[Job]) -> Generator[Event, None, None]:
        """Do the jobs; see `Engine`."""
        pool = _Pool(self, pickle.dumps((self.make_worker, order)))
        try:
            while jobs or pool.is_busy:
                pool.hand_out(jobs)
                events = pool.listen()
                pool.hand_out(jobs)  # first, so that workers work while the caller does
                yield from events or (Waited(),)
                if pool.failure:
                    raise BatchError(pool.failure)
        finally:
            pool.close()


@dataclass(eq=False, slots=True)
class _Seat:
    """The place of one worker. Times are those of the pool."""

    process: SpawnProcess
    pipe: Connection
    since: float  # when it started, or was handed its job
    heard: float  # when it last said something
    is_ready: bool = False
    has_worked: bool = False
    job: Job | None = None
    first_memory: int = 0  # bytes, after its first job


class _Pool:
    """The workers of a run."""

    def __init__(self, engine: LocalEngine, content: bytes) -> None:
        """content: what makes a worker, for `child.live`."""
        self._engine = engine
        self._content = content
        self._seats: list[_Seat] = []
        self._deaths_at_start = 0
        self._clock = AwakeClock()
        self.failure = ""  # why no job can be done

    @property
    def is_busy(self) -> bool:
        """Whether a job is in work."""
        return any(seat.job for seat in self._seats)

    def hand_out(self, jobs: deque[Job]) -> None:
        """Give jobs to workers that are free, and start as many as can be used."""
        if self.failure:
            return
        for seat in [seat for seat in self._seats if seat.is_ready and seat.job is None]:
            if jobs:
                self._hand(seat, jobs)
        spare = sum(not seat.is_ready for seat in self._seats)
        room = self._engine.workers - len(self._seats)
        while spare < len(jobs) and room > 0 and not self.failure:
            self._start()
            spare, room = spare + 1, room - 1

    def _hand(self, seat: _Seat, jobs: deque[Job]) -> None:
        job = jobs.popleft()
        try:
            seat.pipe.send(job)
        except OSError:  # it died since; the job is none the worse for it
            jobs.appendleft(job)
            self._bury(seat)
        else:
            seat.job = job
            seat.since = seat.heard = self._clock.now

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        if hasattr(signal, "pthread_sigmask"):
            resource_tracker.ensure_running()  # or its own start would let interrupts through
        ours, theirs = context.Pipe()
        process = context.Process(
            target=live, args=(theirs, os.getpid(), self._content), daemon=True
        )
        with _interrupts_held():
            try:
                process.start()
            except OSError as error:
                self.failure = f"a worker cannot start: {_refusal(error)}"
                ours.close()
            else:
                self._seats.append(_Seat(process, ours, self._clock.now, self._clock.now))
            theirs.close()

    def listen(self) -> list[Event]:
        """Wait until something happens, a moment at most; returns what did."""
        pipes: Any = [seat.pipe for seat in self._seats]
        spoken = set(wait(pipes, TICK)) if pipes else set()
        self._clock.look()
        events = []
        for seat in list(self._seats):
            event = self._heard(seat) if seat.pipe in spoken else self._watched(seat)
            if event is not None:
                events.append(event)
        return events

    def _heard(self, seat: _Seat) -> Event | None:
        try:
            word, content = seat.pipe.recv()
        except (EOFError, OSError):
            return self._bury(seat)
        seat.heard = self._clock.now
        if word == "stop":
            self.failure = self.failure or content
        elif word == "ready":
            seat.is_ready = True
        elif seat.job is not None and word == "moved":
            return Moved(seat.job, content)
        elif seat.job is not None and word == "ended":
            return self._ended(seat, seat.job, *content)
        return None

    def _ended(
        self, seat: _Seat, job: Job, results: tuple[Written, ...], memory: int
    ) -> Event | None:
        if not seat.has_worked:
            seat.has_worked, seat.first_memory = True, memory
        seat.job = None
        self._deaths_at_start = 0
        if memory > seat.first_memory + self._engine.growth:
            self._end(seat)
        return Ended(job, results)

    def _bury(self, seat: _Seat) -> Event | None:
        """Take note that a worker has died."""
        seat.process.join(DYING)
        self._end(seat)
        if seat.job is not None:
            return Lost(seat.job, "crashed", f"its worker {_end_of(seat)}")
        if not seat.has_worked:
            self._deaths_at_start += 1
        if self._deaths_at_start >= STARTS:
            self.failure = self.failure or f"workers die before they can work: one {_end_of(seat)}"
        return None

    def _watched(self, seat: _Seat) -> Event | None:
        """End a worker that takes too long."""
        took, silent = self._clock.now - seat.since, self._clock.now - seat.heard
        if seat.job is None:
            if not seat.is_ready and took > STARTING:
                self.failure = self.failure or f"a worker was not ready after {STARTING:g} s"
            return None
        engine = self._engine
        reason = overdue(seat.job, took, silent, timeout=engine.timeout, stall=engine.stall)
        if not reason:
            return None
        self._end(seat)
        return Lost(seat.job, "timeout", reason)

    def _end(self, seat: _Seat) -> None:
        """Take a worker out of the pool, and end it."""
        self._seats.remove(seat)
        seat.process.kill()
        seat.process.join(ENDING)
        seat.pipe.close()

    def close(self) -> None:
        """End all workers at once."""
        for seat in self._seats:
            seat.process.kill()
        while self._seats:
            self._end(self._seats[-1])


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold back Ctrl-C: no process may start and be forgotten.

    The new process inherits this and is not interrupted before it can ignore it.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _refusal(error: OSError) -> str:
    """Why the system starts no process, and what helps."""
    if isinstance(error, FileNotFoundError):  # a new process begins in the folder of its parent
        return "the current folder does not exist any more; change to another one"
    return f"{(error.strerror or str(error)).lower()}; use fewer workers"


def _end_of(seat: _Seat) -> str:
    """How a worker ended, in words."""
    code = seat.process.exitcode
    if code is None or code >= 0:
        return f"ended with status {code}"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    if name == "SIGKILL":
        return "was killed (SIGKILL), perhaps because memory ran out: then use fewer workers"
    return f"crashed ({name})"
