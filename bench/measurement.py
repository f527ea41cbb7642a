"""Measures contestants side by side in short rounds, so the machine's noise affects all alike."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from rich.progress import track

from bench.contestants import Entry
from bench.scenarios import Scenario, Size
from knuckle.evaluate.peers.process import Process, Reply, Request

SETTLING = 30  # pictures before the first round, to warm up libraries and find the hands
LEADING = 2  # pictures before those measured in a round, to refill the processor's caches
MEASURED = 10  # pictures that a round measures
REMEMBERED = 60  # pictures to read before the memory is measured
CROWDED = 60  # pictures for each process while all cores are busy


@dataclass(slots=True)
class Side:
    """One contestant's figures, with a value per round."""

    values: list[float] = field(default_factory=list)  # the median of the round's pictures
    least: list[float] = field(default_factory=list)  # the least of the round's pictures
    cpu: list[float] = field(default_factory=list)  # median CPU time of all threads; may be empty
    fault: str | None = None  # why it is left out of the comparison

    def add(self, values: Sequence[float], cpu: Sequence[float] = ()) -> None:
        """Add a round."""
        self.values.append(median(values))
        self.least.append(min(values))
        if cpu:
            self.cpu.append(median(cpu))


@dataclass(slots=True)
class Row:
    """One kind of work, and each contestant's figures for it."""

    work: str
    unit: str
    sides: dict[str, Side]  # by the entry's name
    size: Size | None = None  # of the pictures
    more_is_better: bool = False

    def ratios(self, entry: Entry) -> list[float]:
        """The entry's value divided by its reference's, by round; empty if either has none."""
        mine, theirs = self.sides.get(entry.name), self.sides.get(entry.reference or "")
        if mine is None or theirs is None or mine.fault or theirs.fault:
            return []
        return [a / b for a, b in zip(mine.values, theirs.values, strict=True)]


def spread(ratios: Sequence[float]) -> tuple[float, float]:
    """The lower and upper quartile."""
    if len(ratios) < 2:
        return ratios[0], ratios[0]
    lower, _, upper = quantiles(ratios, n=4, method="inclusive")
    return lower, upper


class Work:
    """The pictures of a scenario at a size, handed out in pieces."""

    def __init__(self, scenario: Scenario, size: Size, path: Path) -> None:
        self.scenario = scenario
        self.size = size
        self._path = path
        self._indices = scenario.indices()

    def next(self, count: int) -> Request:
        """A request for the next `count` pictures."""
        scenario = self.scenario
        stream = f"{scenario.name}, {self.size[0]}x{self.size[1]}"
        indices = list(islice(self._indices, count))
        return Request(stream, scenario.slots, scenario.still, str(self._path), indices)

    def fault(self, reply: Reply, last: int | None = None) -> str | None:
        """What is wrong in the `last` newest answers, or in all; None if all hands are found."""
        counts = [len(hands) for hands in reply.hands][-last if last else None :]
        wrong = [count for count in counts if count != self.scenario.hands]
        return f"found {wrong[0]} of {self.scenario.hands}" if wrong else None


def measure_pictures(entries: Sequence[Entry], works: Sequence[Work], rounds: int) -> list[Row]:
    """Time per picture, in processes that are warmed up."""
    rows = {work: _row(entries, work.scenario.name, "ms", work.size) for work in works}
    with ExitStack() as stack:
        running = {e: stack.enter_context(Process(e.contestant)) for e in entries}
        for work in works:
            request = work.next(SETTLING)
            for entry, process in running.items():
                rows[work].sides[entry.name].fault = work.fault(process.ask(request), last=1)
        for _ in _shown(rounds, "rounds"):
            for work in random.sample(works, len(works)):
                request = work.next(LEADING + MEASURED)
                for entry in random.sample(entries, len(entries)):
                    side = rows[work].sides[entry.name]
                    if side.fault:
                        continue
                    reply = running[entry].ask(request)
                    side.fault = work.fault(reply)
                    side.add(reply.wall_ms[LEADING:], reply.cpu_ms[LEADING:])
    return list(rows.values())


def measure_start(entries: Sequence[Entry], work: Work, rounds: int) -> list[Row]:
    """Time to the first result of a fresh process, since its first line and since its launch."""
    inside = _row(entries, "import + create + first result", "ms", work.size)
    outside = _row(entries, "the same and the start of Python", "ms", work.size)
    request = work.next(1)
    for entry in _fresh(entries, rounds, "cold starts"):
        launched = time.perf_counter()
        with Process(entry.contestant) as process:
            reply = process.ask(request)
            passed_ms = 1000 * (time.perf_counter() - launched)
        inside.sides[entry.name].add([reply.since_start_ms])
        outside.sides[entry.name].add([passed_ms])
    return [_without_first(inside), _without_first(outside)]


def measure_memory(entries: Sequence[Entry], work: Work, rounds: int) -> list[Row]:
    """The largest resident memory of a fresh process that tracks, one picture at a time."""
    row = _row(entries, f"peak memory, {work.scenario.hands} hands tracked", "MiB", work.size)
    request = work.next(REMEMBERED)
    for entry in _fresh(entries, rounds, "memory"):
        with Process(entry.contestant) as process:
            row.sides[entry.name].add([process.ask(request).peak_mib])
    return [_without_first(row)]


def measure_throughput(entries: Sequence[Entry], work: Work, rounds: int) -> list[Row]:
    """Pictures per second with one process per core, all at once."""
    count = len(os.sched_getaffinity(0))
    name = f"{work.scenario.name}, {count} processes on {count} cores"
    row = _row(entries, name, "pictures/s", work.size)
    row.more_is_better = True
    request = work.next(CROWDED)
    with ExitStack() as stack, ThreadPoolExecutor(count) as pool:
        running = {
            e: [stack.enter_context(Process(e.contestant)) for _ in range(count)] for e in entries
        }
        for processes in running.values():
            _ask_all(pool, processes, request)
        for entry in _in_turns(entries, rounds, "throughput"):
            started = time.perf_counter()
            _ask_all(pool, running[entry], request)
            rate = count * CROWDED / (time.perf_counter() - started)
            row.sides[entry.name].add([rate])
    return [row]


def _ask_all(pool: ThreadPoolExecutor, processes: Iterable[Process], request: Request) -> None:
    ask: Callable[[Process], Reply] = lambda process: process.ask(request)  # noqa: E731
    list(pool.map(ask, processes))


def _row(entries: Iterable[Entry], work: str, unit: str, size: Size) -> Row:
    return Row(work, unit, {entry.name: Side() for entry in entries}, size)


def _shown(rounds: int, title: str) -> Iterable[int]:
    """The numbers of the rounds, with a progress bar on stderr."""
    return track(range(rounds), title, console=Console(stderr=True), transient=True)


def _in_turns(entries: Sequence[Entry], rounds: int, title: str) -> Iterator[Entry]:
    """Yield all entries in random order, `rounds` times."""
    for _ in _shown(rounds, title):
        yield from random.sample(entries, len(entries))


def _fresh(entries: Sequence[Entry], rounds: int, title: str) -> Iterator[Entry]:
    """The same with one more round, for `_without_first` to drop."""
    return _in_turns(entries, rounds + 1, title)


def _without_first(row: Row) -> Row:
    """A row without its first round, in which the libraries were read from the disk."""
    for side in row.sides.values():
        del side.values[0], side.least[0]
    return row
