"""Traces in the Chrome trace format, which Perfetto and the browser's own tracing page open.

Each node has a row of its own. An arrow leads from the call that sends a packet to the call that
takes it. Source: the "Trace Event Format" of Chromium's tracing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from ...errors import GraphError
from .trace import Call, NodeTime, StreamCount, Trace, length_of, times_of

_PROCESS = 1
_TOTALS = "knuckle"  # the key of our own totals, which other programs pass over


def chrome_text(trace: Trace) -> Iterator[str]:
    """The file of a trace, in pieces."""
    yield '{"displayTimeUnit": "ms", '
    yield f'"{_TOTALS}": {json.dumps(trace.summary())}, '
    yield '"traceEvents": [\n'
    for number, event in enumerate(_events(trace)):
        yield (",\n" if number else "") + json.dumps(event)
    yield "\n]}\n"


def _events(trace: Trace) -> Iterator[dict[str, Any]]:
    rows = {node: number for number, node in enumerate(trace.nodes, 1)}
    yield _named("process_name", 0, "graph")
    for node, row in rows.items():
        yield _named("thread_name", row, node)
        yield {**_event("thread_sort_index", "M", row, 0.0), "args": {"sort_index": row}}
    for call in trace.calls:
        end = call.start if call.end is None else call.end
        yield {
            **_event(call.node.rpartition("__")[2], "X", rows[call.node], call.start),
            "dur": round(end - call.start, 3),
            "cat": "node",
            "args": _arguments(call),
        }
    yield from _arrows(trace, rows)


def _arguments(call: Call) -> dict[str, Any]:
    arguments: dict[str, Any] = {"node": call.node}
    if call.timestamp is not None:
        arguments["timestamp"] = call.timestamp
    if call.end is None:
        arguments["end"] = "unknown"
    return arguments


def _arrows(trace: Trace, rows: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """Where packets flow, from the call that sends one to the calls that take it."""
    starts = {(call.node, call.timestamp): call.start for call in trace.calls}
    calls, position, number = trace.calls, 0, 0
    for packet in trace.sent:  # both are by time, so one pass finds the call around each packet
        while position < len(calls) and (calls[position].end or 0.0) < packet.at:
            position += 1
        if position == len(calls) or calls[position].start > packet.at:
            continue  # it came from outside
        sender = rows[calls[position].node]
        for reader in trace.readers.get(packet.stream, ()):
            start = starts.get((reader, packet.timestamp))
            if start is not None and start >= packet.at:
                number += 1
                ends = {"cat": "packet", "id": number}
                yield {**_event(packet.stream, "s", sender, packet.at), **ends}
                yield {**_event(packet.stream, "f", rows[reader], start), **ends, "bp": "e"}


def _event(name: str, phase: str, row: int, at: float) -> dict[str, Any]:
    return {"name": name, "ph": phase, "pid": _PROCESS, "tid": row, "ts": round(at, 3)}


def _named(kind: str, row: int, name: str) -> dict[str, Any]:
    return {**_event(kind, "M", row, 0.0), "args": {"name": name}}


def chrome_trace(content: bytes) -> Trace:
    """The trace in a file of the Chrome trace format, ours or another program's.

    Raises GraphError if it is none. A file without its end, as a program that stops leaves it, is
    read up to there.
    """
    text = content.decode("utf-8", errors="replace")
    notes: tuple[str, ...] = ()
    try:
        try:
            read = json.loads(text)
        except ValueError:
            read = _unfinished(text)
            notes = ("the file has no end: what is there was read",)
    except RecursionError:
        raise GraphError("it is nested too deeply") from None
    events = read.get("traceEvents") if isinstance(read, dict) else read
    if not isinstance(events, list):
        raise GraphError("it has no traceEvents")
    calls = sorted(_calls([event for event in events if isinstance(event, dict)]), key=_start)
    totals = read.get(_TOTALS) if isinstance(read, dict) else None
    if isinstance(totals, dict):
        try:
            return _with_totals(calls, totals)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise GraphError(f'its part "{_TOTALS}" is damaged') from error
    if not calls:
        raise GraphError("it has no events with a duration")
    return Trace(calls, times_of(calls), duration=length_of(calls), notes=notes)


def _start(call: Call) -> float:
    return call.start


def _unfinished(text: str) -> list[Any]:
    """The events of a list that has no end, up to the last that is whole."""
    decoder, events = json.JSONDecoder(), []
    head = text.find('"traceEvents"')
    place = text.find("[", max(head, 0)) + 1
    while place:
        place = len(text) - len(text[place:].lstrip(", \r\n\t"))
        try:
            event, place = decoder.raw_decode(text, place)
        except ValueError:
            break
        events.append(event)
    if not events:
        raise GraphError("it is no JSON")
    return events


def _with_totals(calls: list[Call], totals: Mapping[str, Any]) -> Trace:
    """A trace that we have written. Totals count the calls, too, that the file left out."""
    return Trace(
        calls,
        {
            name: NodeTime(int(row["calls"]), float(row["total"]), float(row["longest"]))
            for name, row in totals["nodes"].items()
        },
        streams={
            name: StreamCount(int(row["packets"]), int(row["drops"]))
            for name, row in totals["streams"].items()
        },
        duration=float(totals["duration"]),
    )


def _calls(events: Iterable[Mapping[str, Any]]) -> Iterator[Call]:
    """The events that last: whole ones, and pairs of a begin and an end in one thread."""
    begun: dict[tuple[Any, Any], list[Mapping[str, Any]]] = {}
    for event in events:
        phase, thread = event.get("ph"), (event.get("pid"), event.get("tid"))
        start = event.get("ts")
        if not _is_time(start):
            continue
        if phase == "X":
            took = event.get("dur", 0)
            yield _call(event, start, start + took if _is_time(took) else None)
        elif phase == "B":
            begun.setdefault(thread, []).append(event)
        elif phase == "E" and begun.get(thread):
            first = begun[thread].pop()
            yield _call(first, first["ts"], start)


def _is_time(value: object) -> TypeGuard[float]:
    """Whether it is a number of microseconds; files may have infinity, and numbers without end."""
    return isinstance(value, int | float) and abs(value) < 2**63


def _call(event: Mapping[str, Any], start: float, end: float | None) -> Call:
    found = event.get("args")
    arguments = found if isinstance(found, dict) else {}
    timestamp = arguments.get("timestamp")
    return Call(
        str(arguments.get("node") or event.get("name") or "no name"),
        timestamp if isinstance(timestamp, int) else None,
        start,
        None if arguments.get("end") == "unknown" else end,
    )
