"""Traces of MediaPipe: its files `mediapipe_trace_0.binarypb` and so on.

A graph with a `profiler_config` writes them. A file is a GraphProfile that grows at its end while
the graph runs: a piece each half second, of which only the first has the names of the nodes. When a
file is full, the next one begins, so one run may leave several. Read together they are one trace.

What MediaPipe's own visualizer refuses is read: events of the graph's inputs, which have no node;
events of kinds that are newer than it; calls of which only the start or the end was written down;
instant events (`trace_log_instant_events`); pieces without names; and files that end in the middle,
because they were copied while the graph ran or because it crashed.

Source: mediapipe/framework/profiler/graph_profiler.cc, trace_builder.cc (what the fields mean)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from ...errors import GraphError
from ...messages.profile import calculator_profile_pb2
from ...messages.tables import DAMAGED
from .trace import Call, NodeTime, StreamCount, Trace, length_of, times_of

_LATEST = 2**62  # times from here on stand for "never"
_TRACE = 1  # the number of the field graph_trace
_CUT = "{} ends in the middle: what is there was read"
_EMPTY = (
    "no calls are in the file, only totals: the graph had ended when it was written, so give its "
    "other files, too"
)


class _Event(NamedTuple):
    """An event of a node: a start, an end or both, microseconds since 1970.

    at: the start if there is one, else the end.
    """

    at: int
    node: int
    timestamp: int | None
    start: int | None
    end: int | None


@dataclass(slots=True)
class _Found:
    """What files hold, put together."""

    names: Sequence[str] = ()
    events: list[_Event] = field(default_factory=list)
    packets: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, frozenset[str]] = field(default_factory=dict)  # streams by node
    runtimes: dict[str, list[int]] = field(default_factory=dict)  # calls, total; microseconds
    notes: list[str] = field(default_factory=list)


def profile_trace(contents: Iterable[tuple[str, bytes]]) -> Trace:
    """The trace in files of MediaPipe. contents: the name and the bytes of each file.

    Raises GraphError for a file that holds no trace.
    """
    found = _Found()
    for name, content in contents:
        _read(name, content, found)
    found.events.sort(key=lambda event: event.at)
    zero = found.events[0].at if found.events else 0
    calls = [_believed(call, found.runtimes) for call in _calls(found.events, found.names, zero)]
    calls.sort(key=lambda call: call.start)
    return Trace(
        calls,
        _node_times(calls, found.runtimes),
        streams={name: StreamCount(packets) for name, packets in found.packets.items()},
        outputs=found.outputs,
        duration=length_of(calls),
        notes=(*found.notes, *((_EMPTY,) if not calls else ())),
    )


def _believed(call: Call, runtimes: Mapping[str, list[int]]) -> Call:
    """The call, without an end that is later than all calls of its node take together.

    MediaPipe takes two calls at one time for one, as PreviousLoopbackCalculator has them.
    """
    count, total = runtimes.get(call.node, (0, 0))
    is_odd = count > 0 and call.end is not None and call.end - call.start > total + count
    return call._replace(end=None) if is_odd else call


def _read(name: str, content: bytes, found: _Found) -> None:
    whole = whole_part(content, (_TRACE,))
    if whole != content:
        found.notes.append(_CUT.format(name))
    try:
        profile = calculator_profile_pb2.GraphProfile.FromString(whole)
    except DAMAGED as error:
        raise GraphError(
            f"{name} is no trace, or it is damaged, as by a program that took it for text"
        ) from error
    has_times = any(trace.HasField("base_time") for trace in profile.graph_trace)
    if not (has_times or profile.calculator_profiles):
        raise GraphError(f"{name} is no trace: give a mediapipe_trace file or Chrome's JSON")
    named = [list(trace.calculator_name) for trace in profile.graph_trace]
    named.append([node.name or node.calculator for node in profile.config.node])
    found.names = max(found.names, *named, key=len)
    streams = max((list(trace.stream_name) for trace in profile.graph_trace), key=len, default=[])
    for node in profile.config.node:
        streams_of = (stream.rpartition(":")[2] for stream in node.output_stream)
        found.outputs[node.name or node.calculator] = frozenset(streams_of)
    for trace in profile.graph_trace:
        for event in trace.calculator_trace:
            _count_packets(event, list(trace.stream_name) or streams, found.packets)
            if event.event_type == calculator_profile_pb2.GraphTrace.EventType.Value("PROCESS"):
                found.events += _event(event, trace.base_time, trace.base_timestamp)
    for row in profile.calculator_profiles:
        runtimes = found.runtimes.setdefault(row.name, [0, 0])
        runtimes[0] += sum(row.process_runtime.count)
        runtimes[1] += row.process_runtime.total


def _event(event: Any, base_time: int, base_timestamp: int) -> Iterator[_Event]:
    """The event with absolute times; nothing if it has none, or is of no node."""
    start, end = (
        base_time + getattr(event, name)
        if event.HasField(name) and abs(getattr(event, name)) < _LATEST
        else None
        for name in ("start_time", "finish_time")
    )
    if start is not None and end is not None and end < start:
        end = None
    at = end if start is None else start
    if event.node_id >= 0 and at is not None:
        has_time = event.HasField("input_timestamp")
        timestamp = base_timestamp + event.input_timestamp if has_time else None
        yield _Event(at, event.node_id, timestamp, start, end)


def _count_packets(event: Any, streams: Sequence[str], packets: dict[str, int]) -> None:
    for sent in event.output_trace:
        if 0 <= sent.stream_id < len(streams) and streams[sent.stream_id]:
            name = streams[sent.stream_id]
            packets[name] = packets.get(name, 0) + 1


def _calls(events: Iterable[_Event], names: Sequence[str], zero: int) -> Iterator[Call]:
    """The calls: starts with their ends, which may stand in another event or another file."""
    begun: dict[tuple[int, int | None], int] = {}

    def call(node: int, timestamp: int | None, start: int, end: int | None) -> Call:
        name = names[node] if node < len(names) else f"node {node}"
        return Call(name, timestamp, start - zero, None if end is None else end - zero)

    for _, node, timestamp, start, end in events:
        key = (node, timestamp)
        if start is not None and end is not None:
            yield call(node, timestamp, start, end)
        elif start is not None:
            begun.setdefault(key, start)
        elif key in begun:
            yield call(node, timestamp, begun.pop(key), end)
    for (node, timestamp), start in begun.items():
        yield call(node, timestamp, start, None)


def _node_times(calls: Sequence[Call], runtimes: Mapping[str, list[int]]) -> dict[str, NodeTime]:
    """The time of each node: the profiler's totals if there are some, for they count all calls."""
    seen = times_of(calls)
    if not any(count for count, _ in runtimes.values()):
        return seen
    names = dict.fromkeys(chain(seen, runtimes))
    times = {}
    for name in names:
        longest = seen[name].longest if name in seen else 0.0
        count, total = runtimes.get(name, (0, 0))
        if count:
            times[name] = NodeTime(count, total / 1e3, longest)
        elif name in seen:
            times[name] = seen[name]
    return times


def whole_part(content: bytes, cut: Sequence[int]) -> bytes:
    """The fields of a serialised message up to where it ends in the middle.

    cut: the number of the field that, if it is the one that is cut, is kept as far as it is there;
        then the same for the message inside it.
    Everything is returned if nothing is missing.
    """
    place = 0
    while place < len(content):
        start = place
        tag, place = _number(content, place)
        kind = tag & 7 if tag is not None else None
        if kind == 0:
            _, place = _number(content, place)
        elif kind in (1, 5):
            place += 8 if kind == 1 else 4
        elif kind == 2:
            length, inside = _number(content, place)
            place = len(content) + 1 if length is None else inside + length
            if place > len(content) and cut and tag is not None and tag >> 3 == cut[0]:
                rest = whole_part(content[inside:], cut[1:])
                return content[:start] + content[start : start + 1] + _varint(len(rest)) + rest
        else:
            return content  # no message, or one of a kind that traces have not: let it be refused
        if place > len(content):
            return content[:start]
    return content


def _number(content: bytes, place: int) -> tuple[int | None, int]:
    """A number at a place, and the place after it; None if the content ends before."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(content):
            return None, len(content) + 1
        byte = content[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    return None, len(content) + 1


def _varint(value: int) -> bytes:
    digits = bytearray()
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    digits.append(value)
    return bytes(digits)
