"""The pool of workers: who gets which job, and what happens when a worker dies.

A picture goes to the worker with the fewest jobs. A stream belongs to one worker, because its
tracker lives there; a new stream goes to the worker with the fewest streams. Each worker is sent
one job beyond the one that it works on, so that it never waits for the next. Where pictures and
frames wait for the same worker, it takes them in turns.

When a worker dies, the job that it worked on fails. A picture that it had not begun goes to another
worker. A new worker starts in its place, where the streams of the dead one start anew.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ..errors import ServeError
from .jobs import HEAD, Answer, Detect, End, Failed, Job, Message, Options, Track, packed, unpacked
from .limits import Limits
from .problem import Problem

DEPTH = 2  # jobs that a worker has been sent: the one that it works on and the next
START = 120.0  # seconds in which a worker must have opened its networks
STEADY = 10.0  # a worker that lives for fewer seconds is replaced more and more slowly
SLOWEST = 30.0  # seconds, the longest pause before a new worker
# glibc gives the memory of each picture back and asks for it again, which takes 5 ms for a picture
# of 1080 x 720. With these it keeps up to 64 MB. A user's own values count.
MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**26)}
PROGRAM = """\
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.path[:] = {path!r}
from knuckle.serve.worker import main
from pickle import loads
main(*loads({arguments!r}))
"""


class WorkerDied(Problem):
    """The worker died, or was ended because it took too long."""


@dataclass(eq=False, slots=True, repr=False)
class Pending:
    """A job on its way."""

    job: Job
    answer: asyncio.Future[Answer]
    slot: Slot | None = None  # that has been sent it


@dataclass(eq=False, slots=True)
class Slot:
    """The place of a worker in the pool; workers come and go."""

    number: int
    process: asyncio.subprocess.Process | None = None
    life: int = 0  # how many workers have been ready here
    is_ready: bool = False
    is_too_slow: bool = False  # and was ended for it
    streams: int = 0
    own: deque[Pending] = field(default_factory=deque)  # frames of its streams that wait
    sent: deque[Pending] = field(default_factory=deque)  # the first is the one that is worked on
    watch: asyncio.TimerHandle | None = None  # ends a worker that takes too long
    is_turn_of_frames: bool = True

    def send(self, message: Message) -> None:
        """Write to the worker. At most DEPTH jobs wait in the pipe, so nobody waits for it."""
        if self.process and self.process.stdin and not self.process.stdin.is_closing():
            for part in packed(message):
                self.process.stdin.write(part)


class Pool:
    """Workers, and the jobs that wait for them."""

    def __init__(
        self,
        size: int,
        options: Options,
        limits: Limits,
        tell: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """tell: is called with a sentence when a worker dies."""
        self.slots = [Slot(number + 1) for number in range(size)]
        self.deaths = 0
        self._program = _program(options, limits.pixels)
        self._limits = limits
        self._tell = tell
        self._pictures: deque[Pending] = deque()
        self._is_closed = False
        self._keepers: list[asyncio.Task[None]] = []
        self._numbers = itertools.count(1)

    @property
    def waiting(self) -> int:
        """How many jobs no worker has been sent."""
        return len(self._pictures) + sum(len(slot.own) for slot in self.slots)

    @property
    def ready(self) -> int:
        """How many workers are ready."""
        return sum(slot.is_ready for slot in self.slots)

    async def start(self) -> None:
        """Start all workers; returns when the first is ready. Raises what keeps it from it."""
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._keepers = [asyncio.create_task(self._keep(slot, first)) for slot in self.slots]
        await first

    async def close(self) -> None:
        """End all workers, at once where they are at work."""
        self._is_closed = True
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    async def detect(self, job: Detect) -> Answer:
        """The answer for a picture. Raises Problem 500, 503 or 504."""
        if len(self._pictures) >= self._limits.waiting:
            raise Problem(503, f"{self._limits.waiting} pictures wait already", retry=1)
        task = Pending(job, asyncio.get_running_loop().create_future())
        self._pictures.append(task)
        return await self._outcome(task, self._pictures)

    def stream(self) -> Stream:
        """A new stream, on the worker with the fewest."""
        slot = min(self.slots, key=lambda slot: (not slot.is_ready, slot.streams, slot.number))
        slot.streams += 1
        return Stream(self, slot, next(self._numbers))

    async def track(self, slot: Slot, job: Track) -> Answer:
        """The answer for a frame of a slot's stream. Raises Problem 500, 503 or 504."""
        task = Pending(job, asyncio.get_running_loop().create_future())
        slot.own.append(task)
        return await self._outcome(task, slot.own)

    async def _outcome(self, task: Pending, queue: deque[Pending]) -> Answer:
        self._dispatch()
        try:
            async with asyncio.timeout(self._limits.wait + self._limits.work):
                return await task.answer
        except TimeoutError:
            raise Problem(503, "no worker was free for too long: try again", retry=5) from None
        finally:  # also when the client is gone
            if task in queue:
                queue.remove(task)

    def _dispatch(self) -> None:
        """Send workers what waits, first to those that have nothing to do."""
        for depth in range(DEPTH):
            for slot in self.slots:
                if slot.is_ready and len(slot.sent) == depth and (task := self._next(slot)):
                    self._send(slot, task)

    def _next(self, slot: Slot) -> Pending | None:
        """The job that a worker takes next: pictures and frames in turns."""
        queues = [slot.own, self._pictures]
        if not slot.is_turn_of_frames:
            queues.reverse()
        for queue in queues:
            if queue:
                slot.is_turn_of_frames = queue is not slot.own
                return queue.popleft()
        return None

    def _send(self, slot: Slot, task: Pending) -> None:
        task.slot = slot
        slot.sent.append(task)
        slot.send(task.job)
        if len(slot.sent) == 1:
            self._watch(slot)

    def _watch(self, slot: Slot) -> None:
        """Give the worker its time for the job that it begins."""
        if slot.watch:
            slot.watch.cancel()
            slot.watch = None
        if slot.sent:
            loop = asyncio.get_running_loop()
            slot.watch = loop.call_later(self._limits.work, self._end_slow, slot)

    def _end_slow(self, slot: Slot) -> None:
        slot.is_too_slow = True
        _kill(slot)

    async def _keep(self, slot: Slot, first: asyncio.Future[None]) -> None:
        """Have a worker in a slot, again and again."""
        loop = asyncio.get_running_loop()
        pause = 0.0
        while not self._is_closed:
            await asyncio.sleep(pause)
            began = loop.time()
            try:
                await self._live(slot, first)
            except ServeError as error:
                if not first.done():
                    first.set_exception(error.__cause__ or error)
                if first.exception():
                    return
                self._tell(str(error))
            lived = loop.time() - began
            pause = 0.0 if lived > STEADY else min(SLOWEST, max(0.5, 2 * pause))

    async def _live(self, slot: Slot, first: asyncio.Future[None]) -> None:
        """One worker, from its start to its end. Raises ServeError if it cannot start."""
        process = await _spawn(self._program)
        slot.process = process
        try:
            await _opened(process)
            slot.is_ready, slot.is_too_slow = True, False
            slot.life += 1
            if not first.done():
                first.set_result(None)
            self._dispatch()
            while True:
                answer = await _read(process)
                task = slot.sent.popleft()
                if not task.answer.done():
                    task.answer.set_result(answer)
                self._watch(slot)
                self._dispatch()
        except asyncio.IncompleteReadError:
            await self._bury(slot, process)
        finally:
            slot.is_ready = False
            _kill(slot)
            await _reap(process)

    async def _bury(self, slot: Slot, process: asyncio.subprocess.Process) -> None:
        """Say what became of the jobs of a worker that is dead."""
        slot.is_ready = False
        status = await process.wait()
        end = f"signal {-status}" if status < 0 else f"status {status}"
        died = f"worker {slot.number} (process {process.pid}) ended with {end}"
        if slot.is_too_slow:
            died = f"worker {slot.number} took longer than {self._limits.work:g} s and was ended"
        self.deaths += 1
        if not self._is_closed:
            self._tell(f"{died}; another starts")
        tasks, slot.sent = list(slot.sent), deque()
        self._watch(slot)
        for position, task in enumerate(tasks):
            if position == 0 or isinstance(task.job, Track):
                _fail(task, 504 if slot.is_too_slow else 500, died)
            elif not task.answer.done():
                self._pictures.appendleft(task)
        for task in slot.own:  # the tracker that they were for is gone
            _fail(task, 500, died)
        slot.own.clear()
        self._dispatch()


class Stream:
    """A stream's place in the pool."""

    def __init__(self, pool: Pool, slot: Slot, number: int) -> None:
        self._pool = pool
        self._slot = slot
        self._number = number
        self._life: int | None = None  # the worker's that has the tracker

    async def track(self, data: bytes, options: Options, size: Any, time: float) -> Answer:
        """The answer for the next frame. Raises Problem 500, 503 or 504."""
        return await self._pool.track(self._slot, Track(data, options, self._number, size, time))

    def has_moved(self) -> bool:
        """Whether the last answer came from another worker than those before: ids start anew."""
        before, self._life = self._life, self._slot.life
        return before is not None and before != self._slot.life

    def close(self) -> None:
        """Forget the stream."""
        self._slot.streams -= 1
        self._slot.send(End(self._number))


def _program(options: Options, most_pixels: int) -> str:
    arguments = pickle.dumps((options, most_pixels))
    return PROGRAM.format(path=sys.path, arguments=arguments)


async def _spawn(program: str) -> asyncio.subprocess.Process:
    """Start a worker. It has a process group of its own: Ctrl-C reaches only the server."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-c",
        program,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**MEMORY, **os.environ},
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


async def _opened(process: asyncio.subprocess.Process) -> None:
    """Wait until a worker is ready. Raises ServeError; its cause is the worker's own error."""
    try:
        async with asyncio.timeout(START):
            message = await _read(process)
    except TimeoutError:
        raise ServeError(f"a worker was not ready after {START:g} s") from None
    except asyncio.IncompleteReadError:
        status = await process.wait()
        raise ServeError(f"a worker could not start: it ended with status {status}") from None
    if isinstance(message, Failed):
        raise ServeError(f"a worker could not start: {message.error}") from message.error


async def _read(process: asyncio.subprocess.Process) -> Any:
    """The next message of a worker. Raises IncompleteReadError when it is dead."""
    assert process.stdout
    words, picture = HEAD.unpack(await process.stdout.readexactly(HEAD.size))
    read = process.stdout.readexactly
    return unpacked(await read(words), await read(picture))


def _kill(slot: Slot) -> None:
    if slot.process and slot.process.returncode is None:
        with suppress(ProcessLookupError):
            slot.process.kill()


async def _reap(process: asyncio.subprocess.Process) -> None:
    if process.stdin:
        process.stdin.close()
    await process.wait()


def _fail(task: Pending, status: int, died: str) -> None:
    if not task.answer.done():
        task.answer.set_exception(WorkerDied(status, f"{died} over this picture"))
