"""One run of a graph: from the source to the outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from ...errors import GraphError, OutputError
from ...io.formats import TABLES, output_kind
from ...io.overlap import CallBehind
from ...io.sinks import Draw, Sink
from ...io.stream import PICTURE_RATE, Source
from ...networks.setup import Wanted
from ...outputs import SharedDrawing, open_sink
from ...render.draw import draw
from ...values import Hand, ImageArray
from ..frames import read_frames
from ..outputs import Output, Outputs
from ..report import Interrupt, Report, count, interruptible, print_table
from .ends import Ends
from .given import Calculators, line_in
from .hands import unknown_columns
from .observed import Observed
from .results import PARTS, Results

if TYPE_CHECKING:
    from ...graph.config import GraphConfig
    from ...graph.running.graph import CalculatorGraph
    from ...graph.traces.trace import Recording

POLL = 0.1  # seconds between two looks at a graph that reads its file itself
SECOND = 1_000_000  # microseconds
BEHIND = 4  # frames that may wait to be written while the graph finds the next ones


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write.

    outputs: the -o options, without a video that the graph writes itself.
    observed: streams to print, or to write to a file. trace: the file of the trace.
    video: the video that the graph writes itself.
    """

    outputs: Sequence[Output]
    observed: Mapping[str, Path | None]
    trace: Path | None
    video: Path | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What to run, and how.

    name, source: as the user named the graph and the source.
    config: the graph, expanded.
    files: Python files with calculators of the user's.
    """

    name: str
    source: str
    config: GraphConfig
    files: Sequence[Path]
    calculators: Calculators
    ends: Ends
    report: Report
    networks: Wanted
    is_exact: bool
    is_mirrored: bool

    def run(self, sides: Mapping[str, Any], plan: Plan, frames: Source | None = None) -> int:
        """Run the graph, and return the exit status.

        sides: the side packets, by name.
        frames: what goes in; None for a graph that reads its file itself.
        Raises OutputError.
        """
        parts = parts_for(plan.outputs, self.ends)
        recording = _recording() if plan.trace is not None else None
        graph = self._graph(recording)
        summary = _Summary(self, graph, is_shown=not (plan.outputs or plan.observed or plan.video))
        with interruptible() as interrupt, Outputs(self.report) as sinks:
            results = Results(graph, self.ends, parts, mirrored=self.is_mirrored)
            rate = PICTURE_RATE if frames is None else frames.rate
            sinks.open(partial(self._sink, parts, rate), plan.outputs)
            with (
                Observed(graph, plan.observed) as lines,
                CallBehind(sinks.write, BEHIND) as write,
            ):

                def collect(*, is_last: bool = False) -> None:
                    for frame, hands in results.ready(is_last=is_last):
                        write(frame, hands)
                    lines.write()

                try:
                    with graph:
                        graph.start(sides, background=frames is None)
                        if frames is None:
                            self._watch(graph, results, interrupt, collect)
                        else:
                            self._feed(graph, results, interrupt, collect, frames)
                except GraphError as error:
                    self.report.problem(f"{error}{self._place(error)}")
                collect(is_last=True)
        self._write_trace(recording, plan.trace)
        if plan.video is not None and results.count and plan.video.exists():
            self.report.note(f"wrote {plan.video}")
        return self._end(graph, results, summary, interrupt)

    def _graph(self, recording: Recording | None) -> CalculatorGraph:
        from ...graph.running.graph import CalculatorGraph
        from ...graph.services import Exact

        return CalculatorGraph(
            self.config,
            calculators=self.calculators,
            services=[self.networks, Exact(self.is_exact)],
            recorder=recording,
        )

    def _place(self, error: GraphError) -> str:
        """Where in the user's own file a calculator has failed, as " (mine.py:14)"."""
        for path in self.files:
            if place := line_in(path, error.__cause__):
                return f" ({path}{place})"
        return ""

    def _sink(self, parts: frozenset[str], rate: Fraction, path: str) -> Sink:
        if output_kind(path) == "table":
            place = Path(path)
            return TABLES[place.suffix.lower()](place, unknown=unknown_columns(self.ends))
        return open_sink(path, rate=rate, draw=_drawing(parts))

    def _feed(
        self,
        graph: CalculatorGraph,
        results: Results,
        interrupt: Interrupt,
        collect: Callable[[], None],
        frames: Source,
    ) -> None:
        """Send the frames into the graph, each at its time."""
        assert self.ends.image is not None
        last = -1
        for frame in read_frames(frames, self.report, interrupt):
            last = max(round(frame.time * SECOND), last + 1)  # times must increase
            results.announce(last, frame)
            graph.add_packet(self.ends.image, frame.image, last)
            graph.wait_until_idle()
            collect()

    def _watch(
        self,
        graph: CalculatorGraph,
        results: Results,
        interrupt: Interrupt,
        collect: Callable[[], None],
    ) -> None:
        """Wait for a graph that reads its file in a thread of its own."""
        shown = 0
        with self.report.progress(None, "frames") as advance:
            while not graph.wait_until_idle(POLL):
                if interrupt.signal:
                    graph.abort()
                    return
                collect()
                for _ in range(results.count - shown):
                    advance()
                shown = results.count

    def _write_trace(self, recording: Recording | None, path: Path | None) -> None:
        if recording is None or path is None:
            return
        from ...graph.traces.trace_files import write_trace

        trace = recording.trace()
        try:
            write_trace(trace, path)
        except OutputError as error:
            self.report.problem(error)
            return
        for note in trace.notes:
            self.report.note(f"note: {note}")
        self.report.note(f"wrote {path}")

    def _end(
        self, graph: CalculatorGraph, results: Results, summary: _Summary, interrupt: Interrupt
    ) -> int:
        """Say how the run went, and return the exit status."""
        for note in graph.notes:
            self.report.note(f"note: {note}")
        if summary.is_shown and not self.report.quiet:
            summary.print()
        if not (results.count or self.report.problems or interrupt.signal):
            self.report.problem(f"{self.source} has no frames between --start and --stop")
        self.report.note(f"{count(results.count, 'frame')} of {self.source} through {self.name}")
        if interrupt.signal:
            self.report.note("interrupted: finished work is kept")
        return interrupt.status or int(self.report.problems > 0)


def _recording() -> Recording:
    from ...graph.traces.trace import Recording

    return Recording()


def parts_for(outputs: Sequence[Output], ends: Ends) -> frozenset[str]:
    """The ends of a graph that outputs need. Raises OutputError if the graph lacks them."""
    needed: set[str] = set()
    for output in outputs:
        if output.kind != "table" and ends.picture is not None:
            needed.add("picture")
        elif ends.hands is not None:
            needed.add("hands")
        elif ends.landmarks is not None:
            needed |= {"landmarks", "world", "handedness"}
        elif output.kind == "table":
            raise OutputError(
                f"{output.path} cannot be written: the graph finds no landmarks; --observe STREAM "
                "writes what it finds"
            )
        else:
            raise OutputError(
                f"{output.path} cannot be written: the graph draws no pictures and finds no hands"
            )
    return frozenset(needed & set(PARTS))


def _drawing(parts: frozenset[str]) -> Draw:
    """How an output gets its pictures: as the graph drew them, else with hands drawn by us."""
    return _as_it_is if "picture" in parts else SharedDrawing(draw)


def _as_it_is(image: ImageArray, hands: Sequence[Hand]) -> ImageArray:
    return image


class _Summary:
    """The table on the terminal: a line for each stream that the graph hands out."""

    def __init__(self, job: Job, graph: CalculatorGraph, *, is_shown: bool) -> None:
        self.is_shown = is_shown
        self._counts = {c.name: 0 for c in job.config.outputs} if is_shown else {}
        self._types = job.ends.types
        for name in self._counts:
            graph.observe(name, lambda packet, name=name: self._add(name))  # type: ignore[misc]

    def _add(self, name: str) -> None:
        self._counts[name] += 1

    def print(self) -> None:
        """Print the table, unless the graph hands out nothing."""
        table = Table("stream", "type")
        table.add_column("packets", justify="right")
        for name, packets in self._counts.items():
            table.add_row(
                name, self._types[name].name if name in self._types else "", f"{packets:,}"
            )
        if self._counts:
            print_table(table)
