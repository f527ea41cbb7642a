"""Actors on a Ray cluster, one job at a time each.

Ray says where an actor runs, and when a node is there that has room for it. Until an actor has
answered, it gets no job: it might wait for a node that never comes. An actor that dies or hangs is
replaced. Tables go straight from the actors to the store, and only records come back.
"""

from __future__ import annotations

import os
import pickle
import time
from collections import Counter, deque
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from ... import __version__
from ...errors import BatchError
from ..clips import is_address, shown
from ..jobs import Ended, Event, Job, Lost, Moved, Order, Waited
from ..worker import Worker
from .ray_cluster import Cluster, connected
from .ray_worker import ENVIRONMENT, QUESTION, Ready, Refusal, Result, actor_class
from .watching import ENDING, GROWTH, STALL, TICK, AwakeClock, MakeWorker, overdue

ASKED = 0.5  # seconds between two questions of how far a job is
QUESTIONS = 200  # a second, at most, of all workers together
COUNTED = 5.0  # seconds after which the cores of the cluster are counted again
PATIENCE = 900.0  # seconds without any worker: time for a cloud to start a node
IDLE = 30.0  # seconds after which a worker without a job leaves its place to others
STARTS = 3  # workers that may die one after another before one has done a job
NODES = 3  # nodes that a job may lose before that counts as a crash
LEAST = 0.0001  # part of a core or a GPU that Ray gives
LONGEST_NAME = 200  # characters of a task's name


@dataclass(slots=True)
class RayEngine:
    """Workers on a Ray cluster.

    wanted: how many workers; None: as many as the cluster has room for, also when it grows.
    address: see `connected`. cpus_per_worker, gpus_per_worker: what a worker takes of a node.
    timeout, stall, growth, make_worker: see `LocalEngine`.

    A job whose node is lost is handed out again. That is not the clip's fault, so it is no attempt;
    but the third such loss counts as a crash, for a clip may also be what brings nodes down.
    """

    wanted: int | None = None
    address: str | None = None
    cpus_per_worker: float = 1.0
    gpus_per_worker: float = 0.0
    timeout: float | None = None
    stall: float = STALL
    growth: int = GROWTH
    make_worker: MakeWorker = Worker
    workers: int = field(init=False)

    def __post_init__(self) -> None:
        self.workers = self.wanted or 1

    def run(self, order: Order, jobs: deque[Job]) -> Generator[Event, None, None]:
        """Do the jobs; see `Engine`. Afterwards `workers` is how many there were."""
        if not is_address(order.output):  # workers are in folders of their own
            order = replace(order, output=os.path.abspath(order.output))
        _check(self.cpus_per_worker, "cores")
        _check(self.gpus_per_worker, "GPUs")
        with connected(self.address) as cluster:
            pool = _Pool(self, cluster, pickle.dumps((self.make_worker, order)))
            try:
                while jobs or pool.is_busy:
                    pool.hand_out(jobs)
                    events = pool.listen(jobs)
                    pool.hand_out(jobs)  # first, so that workers work while the caller does
                    yield from events or (Waited(),)
                    if pool.failure:
                        raise BatchError(pool.failure)
            except ConnectionError as error:
                raise BatchError(_cut_off(cluster)) from error
            finally:
                pool.close()


@dataclass(eq=False, slots=True)
class _Seat:
    """The place of one worker. Times are those of the pool.

    call: Ray's reference of what it does, its start or a job. question: the same of a question.
    """

    actor: Any
    call: Any
    since: float  # when it was asked for, or was handed its job, or was done with it
    heard: float  # when it last had a new frame
    ready: Ready | None = None
    job: Job | None = None
    question: Any = None
    asked: float = 0.0
    frames: int = 0
    first_memory: int = 0  # bytes, after its first job

    @property
    def place(self) -> str:
        """Where it is."""
        return self.ready.place if self.ready else "a node"


class _Pool:
    """The workers of a run."""

    def __init__(self, engine: RayEngine, cluster: Cluster, content: bytes) -> None:
        """content: what makes a worker, for `KnuckleWorker`."""
        self._engine = engine
        self._cluster = cluster
        self._ray = cluster.ray
        self._content = content
        self._actors = actor_class(
            cluster.ray,
            engine.cpus_per_worker,
            engine.gpus_per_worker,
            {} if cluster.is_own else ENVIRONMENT,
        )
        self._seats: list[_Seat] = []
        self._deaths_at_start = 0
        self._lost_nodes: Counter[tuple[str, ...]] = Counter()
        self._clock = AwakeClock()
        self._served = 0.0  # when there last was a worker
        self._room, self._counted = 0, float("-inf")
        self.failure = ""  # why no job can be done

    @property
    def is_busy(self) -> bool:
        """Whether a job is in work."""
        return any(seat.job for seat in self._seats)

    def hand_out(self, jobs: deque[Job]) -> None:
        """Give jobs to workers that are free, and ask for as many as can be used."""
        if self.failure:
            return
        for seat in [seat for seat in self._seats if seat.ready and seat.job is None]:
            if jobs:
                self._hand(seat, jobs.popleft())
            elif self._clock.now - seat.since > IDLE:
                self._end(seat)
        spare = sum(seat.ready is None for seat in self._seats)
        room = self._count_room() - len(self._seats)
        for _ in range(min(len(jobs) - spare, room)):
            actor = self._actors.remote(self._content, __version__)
            self._seats.append(_Seat(actor, actor.ready.remote(), self._clock.now, self._clock.now))

    def _hand(self, seat: _Seat, job: Job) -> None:
        name = shown(job.name)[:LONGEST_NAME]
        seat.job, seat.frames = job, 0
        seat.call = seat.actor.do.options(name=name).remote(job)
        seat.since = seat.heard = seat.asked = self._clock.now

    def _count_room(self) -> int:
        """How many workers there may be."""
        if self._clock.now - self._counted > COUNTED:
            self._counted = self._clock.now
            cpus, gpus = self._engine.cpus_per_worker, self._engine.gpus_per_worker
            nodes = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
            self._room = sum(_room_on(node, cpus, gpus) for node in nodes)
        return self._engine.wanted or max(1, self._room)  # who waits has a cluster grow, if it can

    def listen(self, jobs: deque[Job]) -> list[Event]:
        """Wait until something happens, a moment at most; returns what did.

        Jobs that have lost their node go back to `jobs`.
        """
        if not self._ray.is_initialized():
            raise ConnectionError
        self._ask()
        calls = {seat.call: seat for seat in self._seats if seat.call is not None}
        questions = {seat.question: seat for seat in self._seats if seat.question is not None}
        spoken = self._wait([*calls, *questions])
        self._look_at_the_clock()
        events = [self._told(questions[ref]) for ref in spoken if ref in questions]
        events += [self._heard(calls[ref], jobs) for ref in spoken if ref in calls]
        events += [self._watched(seat) for seat in list(self._seats)]
        return [event for event in events if event is not None]

    def _wait(self, references: list[Any]) -> list[Any]:
        if not references:
            time.sleep(TICK)
            return []
        if not self._ray.wait(references, timeout=TICK)[0]:
            return []
        return self._ray.wait(references, num_returns=len(references), timeout=0)[0]

    def _look_at_the_clock(self) -> None:
        """Look at the clock, and at whether there is any worker."""
        self._clock.look()
        ready = sum(seat.ready is not None for seat in self._seats)
        self._engine.workers = max(self._engine.workers, ready)
        if ready:
            self._served = self._clock.now
        elif self._clock.now - self._served > PATIENCE or (self._cluster.is_own and not self._room):
            self.failure = self.failure or self._no_room()

    def _no_room(self) -> str:
        cpus, gpus = self._engine.cpus_per_worker, self._engine.gpus_per_worker
        wish = _count(cpus, "core") + (f" and {_count(gpus, 'GPU')}" if gpus else "")
        return (
            f"{self._cluster.name} has no room for a worker of {wish}: add a node, or use less "
            "with --cpus-per-worker or --gpus-per-worker"
        )

    def _ask(self) -> None:
        """Ask workers how far they are, not too often."""
        pause = max(ASKED, len(self._seats) / QUESTIONS)
        for seat in self._seats:
            if seat.job and seat.question is None and self._clock.now - seat.asked > pause:
                seat.asked = self._clock.now
                seat.question = seat.actor.frames.options(**QUESTION).remote()

    def _told(self, seat: _Seat) -> Event | None:
        """The answer to a question."""
        question, seat.question = seat.question, None
        try:
            frames = self._ray.get(question)
        except self._ray.exceptions.RayError:  # its call says so, too
            return None
        if seat.job is None or frames <= seat.frames:
            return None
        seat.heard, seat.frames = self._clock.now, frames
        return Moved(seat.job, frames)

    def _heard(self, seat: _Seat, jobs: deque[Job]) -> Event | None:
        """The end of a call."""
        try:
            answer = self._ray.get(seat.call)
        except self._ray.exceptions.RayError as error:
            return self._bury(seat, error, jobs)
        seat.call, seat.since = None, self._clock.now
        if isinstance(answer, Refusal):
            self.failure = self.failure or answer.reason
        elif isinstance(answer, Ready):
            seat.ready = answer
        elif isinstance(answer, Result) and seat.job is not None:
            job, seat.job, seat.question = seat.job, None, None
            self._deaths_at_start = 0
            seat.first_memory = seat.first_memory or answer.memory
            if answer.memory > seat.first_memory + self._engine.growth:
                self._end(seat)
            return Ended(job, answer.results)
        return None

    def _bury(self, seat: _Seat, error: Exception, jobs: deque[Job]) -> Event | None:
        """Take note that a worker has died."""
        self._end(seat)
        is_node_lost = self._is_node_lost(seat, error)
        if seat.job is None:
            self._deaths_at_start += not is_node_lost
            text = str(error)
            if "failed to import" in text or "ModuleNotFoundError" in text:
                self.failure = self.failure or _NOT_THERE
            elif self._deaths_at_start >= STARTS:
                self.failure = self.failure or f"workers die before they can work: {_why(error)}"
            return None
        if is_node_lost:
            key = tuple(clip.id for clip in seat.job.clips)
            self._lost_nodes[key] += 1
            if (count := self._lost_nodes[key]) < NODES:
                jobs.appendleft(seat.job)
                return Moved(seat.job, 0)
            return Lost(seat.job, "crashed", f"it was lost with its node too often: {count}")
        return Lost(seat.job, "crashed", f"its worker died ({seat.place}): {_why(error)}")

    def _is_node_lost(self, seat: _Seat, error: Exception) -> bool:
        """Whether a worker died with its node, or cannot be reached."""
        if isinstance(error, self._ray.exceptions.ActorUnavailableError):
            return True
        if "node has died" in str(error) or "node was terminated" in str(error):
            return True
        alive = {node["NodeID"] for node in self._ray.nodes() if node["Alive"]}
        return seat.ready is not None and seat.ready.node not in alive

    def _watched(self, seat: _Seat) -> Event | None:
        """End a worker that takes too long."""
        if seat.job is None:
            return None
        engine, now = self._engine, self._clock.now
        took, silent = now - seat.since, now - seat.heard
        reason = overdue(seat.job, took, silent, timeout=engine.timeout, stall=engine.stall)
        if not reason:
            return None
        self._end(seat)
        return Lost(seat.job, "timeout", reason)

    def _end(self, seat: _Seat) -> None:
        """Take a worker out of the pool, and end it."""
        self._seats.remove(seat)
        with suppress(Exception):  # it is dead, or the cluster is gone
            self._ray.kill(seat.actor)

    def close(self) -> None:
        """End all workers at once, and wait until they are gone."""
        if not self._ray.is_initialized():  # cut off: Ray would begin to look for a cluster
            return
        calls = [seat.call for seat in self._seats if seat.job is not None]
        while self._seats:
            self._end(self._seats[-1])
        if calls:
            with suppress(Exception):
                self._ray.wait(calls, num_returns=len(calls), timeout=ENDING)


_NOT_THERE = (
    "knuckle cannot be imported on a node of the cluster: install the same version on all nodes"
)


def _check(number: float, things: str) -> None:
    """Raise BatchError for a part of a node that Ray cannot give."""
    is_whole = number == int(number)
    if 0 < number < LEAST or (things == "GPUs" and number > 1 and not is_whole):
        raise BatchError(
            f"a worker cannot take {number:g} {things}: Ray gives whole ones, or parts of one from "
            f"{LEAST:g} on"
        )


def _room_on(node: dict[str, float], cpus: float, gpus: float) -> int:
    """How many workers fit on a node."""
    has_cpus, has_gpus = node.get("CPU", 0.0), node.get("GPU", 0.0)
    if not cpus and not gpus:
        return int(has_cpus)
    fits = [int(has / wish) for has, wish in ((has_cpus, cpus), (has_gpus, gpus)) if wish]
    return min(fits)


def _count(number: float, thing: str) -> str:
    return f"{number:g} {thing}" if number == 1 else f"{number:g} {thing}s"


def _why(error: Exception) -> str:
    """Why a worker died, as far as Ray tells."""
    text = str(error)
    if isinstance(error, MemoryError) or "low on memory" in text or "OutOfMemory" in text:
        return "the node ran low on memory; use fewer workers, or more cores for each"
    return "it crashed, was killed, or memory ran out"


def _cut_off(cluster: Cluster) -> str:
    return f"the connection to {cluster.name} is lost: finished work is kept, start it again"
