"""Both contestants side by side, in short rounds: noise of the machine meets both, and cancels."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from rich.progress import track

from bench.environment import BenchError
from bench.processes import Answer, Contestant, Library, Process, Request
from bench.scenarios import Scenario, Size

SETTLING = 10  # pictures before the first round: libraries warm up, trackers find their hands
LEADING = 2  # pictures before those measured in a round: the other contestant had the caches
MEASURED = 10  # pictures in a round
REMEMBERED = 60  # pictures before the memory is read

COLD_BOUND = 0.4
MEMORY_BOUND = 0.6

LIBRARIES: tuple[Library, Library] = ("knuckle", "mediapipe")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two that are compared: the same networks under the same conditions."""

    name: str
    contestants: dict[Library, Contestant]
    bounded: bool  # whether ratios are required of it


class Work:
    """A scenario at a size for one pair, handed out piece by piece, each piece to both."""

    def __init__(self, pair: Pair, scenario: Scenario, size: Size, path: Path) -> None:
        self.pair = pair
        self.scenario = scenario
        self.size = size
        self._path = path
        self._indices = scenario.indices()

    def next(self, count: int) -> Request:
        """The next so many pictures."""
        scenario = self.scenario
        stream = f"{scenario.name}, {self.size[0]}x{self.size[1]}"
        indices = list(islice(self._indices, count))
        return Request(stream, scenario.slots, scenario.still, str(self._path), indices)


@dataclass(frozen=True, slots=True)
class Side:
    """One contestant's figures; a value per round, milliseconds or MiB."""

    values: list[float] = field(default_factory=list)  # the median of the round's pictures
    least: list[float] = field(default_factory=list)  # the least of the round's pictures
    cpu: list[float] = field(default_factory=list)  # of all threads, as values; may be empty

    def add(self, values: Sequence[float], cpu: Sequence[float] = ()) -> None:
        """Take in a round."""
        self.values.append(median(values))
        self.least.append(min(values))
        if cpu:
            self.cpu.append(median(cpu))


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison."""

    work: str
    pair: str
    size: Size
    bound: float | None  # the ratio required at most
    unit: str  # of the sides' values
    knuckle: Side = field(default_factory=Side)
    mediapipe: Side = field(default_factory=Side)

    @property
    def ratios(self) -> list[float]:
        """By round: the value of knuckle over that of mediapipe."""
        return _ratios(self.knuckle.values, self.mediapipe.values)

    @property
    def ratio(self) -> float:
        """The figure that the bound is for: the median over the rounds."""
        return median(self.ratios)

    @property
    def cpu_ratio(self) -> float | None:
        """As `ratio`, of the CPU time; None where it was not taken."""
        return median(_ratios(self.knuckle.cpu, self.mediapipe.cpu)) if self.knuckle.cpu else None

    @property
    def spread(self) -> tuple[float, float]:
        """Lower and upper quartile of the ratios."""
        lower, _, upper = quantiles(self.ratios, n=4, method="inclusive")
        return lower, upper

    @property
    def holds(self) -> bool | None:
        """Whether the ratio keeps to the bound; None without one."""
        return None if self.bound is None else self.ratio <= self.bound

    def side(self, library: Library) -> Side:
        """The figures of a contestant."""
        return self.knuckle if library == "knuckle" else self.mediapipe


def _ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    return [our / their for our, their in zip(ours, theirs, strict=True)]


def measure_pictures(works: Sequence[Work], rounds: int) -> list[Row]:
    """Time per picture, in processes that have long started."""
    rows = {work: _row(work) for work in works}
    with ExitStack() as stack:
        contestants = {c for work in works for c in work.pair.contestants.values()}
        running = {c: stack.enter_context(Process(c)) for c in contestants}
        for work in works:
            request = work.next(SETTLING)
            for contestant in work.pair.contestants.values():
                _checked(running[contestant].ask(request), request, work, contestant, settled=1)
        for _ in _shown(rounds, "rounds"):
            for work in random.sample(works, len(works)):
                request = work.next(LEADING + MEASURED)
                for library in random.sample(LIBRARIES, len(LIBRARIES)):
                    contestant = work.pair.contestants[library]
                    answer = running[contestant].ask(request)
                    _checked(answer, request, work, contestant)
                    rows[work].side(library).add(answer.wall_ms[LEADING:], answer.cpu_ms[LEADING:])
    return list(rows.values())


def measure_start(work: Work, rounds: int) -> list[Row]:
    """Time to the first result in a fresh process: from its first line, and from its launch."""
    inside = Row("import + create + first result", work.pair.name, work.size, COLD_BOUND, "ms")
    outside = Row("the same and the start of Python", work.pair.name, work.size, None, "ms")
    request = work.next(1)
    for library in _fresh(rounds, "cold starts"):
        contestant = work.pair.contestants[library]
        launched = time.perf_counter()
        with Process(contestant) as process:
            answer = process.ask(request)
            passed_ms = 1000 * (time.perf_counter() - launched)
        _checked(answer, request, work, contestant)
        inside.side(library).add([answer.since_start_ms])
        outside.side(library).add([passed_ms])
    return [_without_first(inside), _without_first(outside)]


def measure_memory(work: Work, rounds: int) -> list[Row]:
    """The most memory resident in a fresh process that tracks; it holds one picture at a time."""
    title = f"peak memory, {work.scenario.hands} hands tracked"
    row = Row(title, work.pair.name, work.size, MEMORY_BOUND, "MiB")
    request = work.next(REMEMBERED)
    for library in _fresh(rounds, "memory"):
        contestant = work.pair.contestants[library]
        with Process(contestant) as process:
            answer = process.ask(request)
        _checked(answer, request, work, contestant, settled=REMEMBERED - SETTLING)
        row.side(library).add([answer.peak_mib])
    return [_without_first(row)]


def _shown(rounds: int, title: str) -> Iterable[int]:
    """So many rounds, with a bar on stderr meanwhile."""
    return track(range(rounds), title, console=Console(stderr=True), transient=True)


def _fresh(rounds: int, title: str) -> Iterator[Library]:
    """Both libraries in random order, so many times and once more: see `_without_first`."""
    for _ in _shown(rounds + 1, title):
        yield from random.sample(LIBRARIES, len(LIBRARIES))


def _without_first(row: Row) -> Row:
    """A row without its first round, in which the libraries' files were read from the disk."""
    for side in (row.knuckle, row.mediapipe):
        del side.values[0], side.least[0]
    return row


def _row(work: Work) -> Row:
    bound = work.scenario.bound if work.pair.bounded else None
    return Row(work.scenario.name, work.pair.name, work.size, bound, "ms")


def _checked(
    answer: Answer,
    request: Request,
    work: Work,
    contestant: Contestant,
    settled: int | None = None,
) -> None:
    """Raise BenchError unless the hands of the last `settled` pictures, or of all, were found."""
    scenario = work.scenario
    found = list(zip(request.indices, answer.hands, strict=True))
    for index, hands in found[-settled:] if settled else found:
        if hands != scenario.hands:
            raise BenchError(
                f"{contestant.library} ({work.pair.name}) found {hands} where {scenario.hands} "
                f"can be seen, hands in frame {scenario.frames[index]} of {scenario.sample} at "
                f"{work.size[0]}x{work.size[1]}: what it took cannot be compared"
            )
