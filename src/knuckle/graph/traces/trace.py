"""Traces: when each node of a graph ran and for how long, and which packets it was sent.

    recording = Recording()
    with CalculatorGraph(graph, recorder=recording) as running:
        ...
    write_trace(recording.trace(), "trace.json")

`chrome.py` has the format of the files; `profiles.py` reads those of MediaPipe.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ..config import GraphConfig, node_names

MOST = 200_000  # calls and packets that are kept, about two minutes of live tracking


class Call(NamedTuple):
    """One call of a node.

    timestamp: of the packets that it processed, microseconds; None if unknown.
    start, end: microseconds since the trace began; the end is None if it was not written down.
    """

    node: str
    timestamp: int | None
    start: float
    end: float | None


class Sent(NamedTuple):
    """A packet that was sent into a stream. at: microseconds since the trace began."""

    stream: str
    timestamp: int
    at: float


@dataclass(frozen=True, slots=True)
class NodeTime:
    """How long a node took. total and longest: milliseconds; 0 if that is unknown."""

    calls: int
    total: float
    longest: float

    @property
    def mean(self) -> float:
        """The mean time of a call, milliseconds."""
        return self.total / self.calls if self.calls else 0.0


@dataclass(frozen=True, slots=True)
class StreamCount:
    """How many packets a stream had, and how many of them a node at its end dropped."""

    packets: int
    drops: int = 0


@dataclass(frozen=True, slots=True)
class Trace:
    """What happened in a graph.

    calls, sent: by time; for a long run, only the last ones.
    nodes, streams: totals of the whole run, by full name.
    readers: the nodes that take each stream, as far as that is known.
    outputs: the streams that each node gives, as far as that is known.
    duration: of the run, milliseconds.
    notes: what the user should know, such as that a file was damaged.
    """

    calls: Sequence[Call]
    nodes: Mapping[str, NodeTime]
    sent: Sequence[Sent] = ()
    streams: Mapping[str, StreamCount] = field(default_factory=dict)
    readers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    outputs: Mapping[str, frozenset[str]] = field(default_factory=dict)
    duration: float = 0.0
    notes: tuple[str, ...] = ()

    def summary(self) -> dict[str, Any]:
        """The totals as JSON has them, milliseconds: what a drawing of the graph shows."""
        return {
            "duration": self.duration,
            "nodes": {
                name: {
                    "calls": time.calls,
                    "total": time.total,
                    "mean": time.mean,
                    "longest": time.longest,
                }
                for name, time in self.nodes.items()
            },
            "streams": {
                name: {"packets": count.packets, "drops": count.drops}
                for name, count in self.streams.items()
            },
        }


class Recording:
    """Writes down what the nodes of a graph do, for `CalculatorGraph(recorder=...)`.

    most: how many calls, and how many packets, are kept; the totals count all.
    """

    def __init__(self, most: int = MOST) -> None:
        self._calls: deque[tuple[str, int, int, int]] = deque(maxlen=most)
        self._sent: deque[tuple[str, int, int]] = deque(maxlen=most)
        self._times: dict[str, list[int]] = {}  # calls, total, longest; nanoseconds
        self._packets: dict[str, int] = {}
        self._drops: dict[str, int] = {}
        self._readers: Mapping[str, Sequence[str]] = {}
        self._start: int | None = None
        self._end = 0

    def began(self, readers: Mapping[str, Sequence[str]]) -> None:
        """The graph starts. readers: the nodes that take each stream, by its name."""
        self._readers = readers

    def ran(self, node: str, timestamp: int, start: int, end: int) -> None:
        """A node has processed the packets of a time."""
        self._calls.append((node, timestamp, start, end))
        took, times = end - start, self._times.get(node)
        if times is None:
            self._times[node] = [1, took, took]
        else:
            times[0] += 1
            times[1] += took
            times[2] = max(times[2], took)
        if self._start is None:
            self._start = start
        self._end = end

    def sent(self, stream: str, timestamp: int, at: int) -> None:
        """A packet has been sent into a stream."""
        self._sent.append((stream, timestamp, at))
        self._packets[stream] = self._packets.get(stream, 0) + 1
        if self._start is None:
            self._start = at

    def dropped(self, stream: str, count: int) -> None:
        """A node has dropped packets of a stream."""
        self._drops[stream] = self._drops.get(stream, 0) + count

    def trace(self) -> Trace:
        """What has been written down so far."""
        zero = self._start or 0
        left_out = sum(calls for calls, _, _ in self._times.values()) - len(self._calls)
        note = f"the trace holds the last {len(self._calls):,} calls; the totals count all"
        return Trace(
            [
                Call(node, timestamp, (start - zero) / 1e3, (end - zero) / 1e3)
                for node, timestamp, start, end in self._calls
            ],
            {
                node: NodeTime(calls, total / 1e6, longest / 1e6)
                for node, (calls, total, longest) in self._times.items()
            },
            [Sent(stream, timestamp, (at - zero) / 1e3) for stream, timestamp, at in self._sent],
            {
                stream: StreamCount(packets, self._drops.get(stream, 0))
                for stream, packets in self._packets.items()
            },
            self._readers,
            duration=max(self._end - zero, 0) / 1e6,
            notes=(note,) if left_out > 0 else (),
        )


def times_of(calls: Iterable[Call]) -> dict[str, NodeTime]:
    """The time of each node from its calls."""
    found: dict[str, list[float]] = {}
    for call in calls:
        times = found.setdefault(call.node, [0, 0.0, 0.0])
        took = 0.0 if call.end is None else (call.end - call.start) / 1e3
        times[0] += 1
        times[1] += took
        times[2] = max(times[2], took)
    return {
        node: NodeTime(int(calls), total, longest)
        for node, (calls, total, longest) in found.items()
    }


def length_of(calls: Iterable[Call]) -> float:
    """From the first start to the last end of the calls, milliseconds."""
    starts, ends = [], []
    for call in calls:
        starts.append(call.start)
        ends.append(call.start if call.end is None else call.end)
    return (max(ends) - min(starts)) / 1e3 if starts else 0.0


def matched(trace: Trace, config: GraphConfig) -> Trace:
    """The trace with the names that the nodes of an expanded graph have.

    MediaPipe numbers nodes of the same name in another order, and it puts some calculators into a
    subgraph of their own. So nodes are told by the streams that they give, else by their names.
    """
    ours = dict(zip(node_names(config), config.nodes, strict=True))
    makers = {c.name: name for name, node in ours.items() for c in node.outputs}
    names: dict[str, str] = {}
    for name in trace.nodes:
        found = {makers.get(stream, "") for stream in trace.outputs.get(name, ())}
        name_here = found.pop() if len(found) == 1 else ""
        names[name] = name_here or (name if name in ours else _nearest(name, list(ours)) or name)
    nodes = {names[name]: time for name, time in trace.nodes.items()}
    return replace(trace, nodes=nodes) if len(nodes) == len(trace.nodes) else trace


def _nearest(name: str, nodes: Sequence[str]) -> str | None:
    """The node whose subgraph and calculator a longer name begins and ends with."""
    fitting = []
    for node in nodes:
        before, bar, last = node.rpartition("__")
        if bar and name.startswith(before + bar) and name.endswith(bar + last):
            fitting.append(node)
    return max(fitting, key=len, default=None)
