"""What a recording says of a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knuckle.errors import GraphError
from knuckle.graph.config import GraphConfig
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.graph.traces.chrome import chrome_text
from knuckle.graph.traces.trace import Call, NodeTime, Recording, StreamCount, Trace, matched
from knuckle.graph.traces.trace_files import read_trace, write_trace

from .small import CALCULATORS, graph, node

EVENS = graph("a", node("Evens", "a", "even"), node("Tuples", "a even", "pairs"))
LIMITED = graph(
    "a",
    node("FlowLimiterCalculator", "a FINISHED:late", "few", back="FINISHED"),
    node("SilentEvens", "few", "late"),
)


def traced(config: GraphConfig, count: int, *, most: int = 1000) -> Trace:
    """The trace of a run with some packets: the numbers from 0 at the times from 0."""
    recording = Recording(most)
    with CalculatorGraph(config, calculators=CALCULATORS, recorder=recording) as running:
        running.start()
        for number in range(count):
            running.add_packet("a", number, number)
        running.wait_until_idle()
    return recording.trace()


def test_each_call_is_written_down() -> None:
    """With the time of its packets; Evens runs before what needs it."""
    calls = traced(EVENS, 2).calls

    assert [("Evens", 0), ("Tuples", 0), ("Evens", 1), ("Tuples", 1)] == [
        (call.node, call.timestamp) for call in calls
    ]


def test_calls_follow_each_other() -> None:
    """One thread runs all nodes, so no call begins before another ends."""
    calls = traced(EVENS, 5).calls
    ends = [call.end or 0.0 for call in calls]

    assert all(start <= end for (_, _, start, _), end in zip(calls, ends, strict=True))
    assert all(end <= call.start for end, call in zip(ends, calls[1:], strict=False))


def test_packets_are_counted_for_each_stream() -> None:
    """Those from outside, too."""
    counts = {stream: count.packets for stream, count in traced(EVENS, 5).streams.items()}

    assert {"a": 5, "even": 3, "pairs": 5} == counts


def test_packets_that_were_dropped_are_counted() -> None:
    """The limiter lets in the first, which never finishes, and drops the others."""
    recording = Recording()
    with CalculatorGraph(LIMITED, calculators=CALCULATORS, recorder=recording) as running:
        running.start()
        for number in (1, 2, 3):
            running.add_packet("a", number, number)
        running.wait_until_idle()
    trace = recording.trace()

    assert (StreamCount(3, drops=2), StreamCount(1)) == (trace.streams["a"], trace.streams["few"])


def test_totals_are_the_sums_of_the_calls() -> None:
    """As long as all calls are kept."""
    trace = traced(EVENS, 5)
    times = [((c.end or 0.0) - c.start) / 1e3 for c in trace.calls if c.node == "Evens"]
    total = trace.nodes["Evens"]

    assert 5 == total.calls
    assert (sum(times), max(times)) == pytest.approx((total.total, total.longest))


def test_a_long_run_keeps_the_last_calls_and_counts_all() -> None:
    """And says so."""
    trace = traced(EVENS, 10, most=4)

    assert [8, 8, 9, 9] == [call.timestamp for call in trace.calls]
    assert 10 == trace.nodes["Evens"].calls
    assert ("the trace holds the last 4 calls; the totals count all",) == trace.notes


def test_a_graph_that_never_ran_has_an_empty_trace() -> None:
    """Without dividing by zero."""
    trace = Recording().trace()

    assert ([], 0.0, 0.0) == (list(trace.calls), trace.duration, NodeTime(0, 0.0, 0.0).mean)


def test_the_file_of_a_trace_has_a_row_for_each_node() -> None:
    """Named after it, in the order in which they first ran."""
    events = json.loads("".join(chrome_text(traced(EVENS, 2))))["traceEvents"]
    rows = [e["args"]["name"] for e in events if (e["ph"], e["name"]) == ("M", "thread_name")]

    assert ["Evens", "Tuples"] == rows


def test_arrows_lead_from_the_sender_to_those_who_take_the_packet() -> None:
    """Evens sends 0 and 2; 1 and what comes from outside have no arrow."""
    events = json.loads("".join(chrome_text(traced(EVENS, 3))))["traceEvents"]
    starts = [(e["name"], e["tid"]) for e in events if e["ph"] == "s"]
    ends = [(e["name"], e["tid"]) for e in events if e["ph"] == "f"]

    assert [("even", 1)] * 2 == starts
    assert [("even", 2)] * 2 == ends


def test_a_file_has_what_was_written(tmp_path: Path) -> None:
    """Names, times, packets and drops."""
    trace = traced(EVENS, 3)
    write_trace(trace, tmp_path / "a.json")
    read = read_trace(tmp_path / "a.json")

    assert trace.summary() == read.summary()
    assert [(c.node, c.timestamp) for c in trace.calls] == [
        (c.node, c.timestamp) for c in read.calls
    ]


def _without_totals(text: str) -> str:
    read = json.loads(text)
    return json.dumps({"traceEvents": read["traceEvents"]})


def _list_only(text: str) -> str:
    return json.dumps(json.loads(text)["traceEvents"])


def _in_pairs(text: str) -> str:
    pairs: list[dict[str, Any]] = []
    for event in json.loads(text)["traceEvents"]:
        if event["ph"] == "X":
            pairs.append({**event, "ph": "B"})
            pairs.append(
                {"ph": "E", "pid": 1, "tid": event["tid"], "ts": event["ts"] + event["dur"]}
            )
    return json.dumps(pairs)


@pytest.mark.parametrize("change", [_without_totals, _list_only, _in_pairs])
def test_other_forms_of_the_format_are_read(change: Callable[[str], str], tmp_path: Path) -> None:
    """A list alone, and events in pairs of a begin and an end."""
    trace = traced(EVENS, 3)
    path = tmp_path / "a.json"
    path.write_text(change("".join(chrome_text(trace))))
    times = read_trace(path).nodes

    assert {name: time.calls for name, time in trace.nodes.items()} == {
        name: time.calls for name, time in times.items()
    }
    assert trace.nodes["Evens"].total == pytest.approx(times["Evens"].total, abs=1e-2)


def test_a_file_without_its_end_is_read(tmp_path: Path) -> None:
    """Up to its last whole event, and it is said."""
    path = tmp_path / "a.json"
    text = "".join(chrome_text(replace(traced(EVENS, 3), sent=())))
    path.write_text(text[: text.rindex('"Tuples"') - 20])
    trace = read_trace(path)

    assert {"Evens": 3, "Tuples": 2} == {name: time.calls for name, time in trace.nodes.items()}
    assert (f"{path}: the file has no end: what is there was read",) == trace.notes


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{}", "is no trace: it has no traceEvents"),
        (b"[]", "is no trace: it has no events with a duration"),
        (b'{"traceEvents": 3}', "is no trace: it has no traceEvents"),
        (b'{"traceEvents": [], "knuckle": {"nodes": []}}', 'its part "knuckle" is damaged'),
        (b"[nonsense", "is no trace: it is no JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "is no trace: it is nested too deeply"),
        (b'[{"ph": "X", "ts": NaN, "dur": 1}]', "is no trace: it has no events with a duration"),
        (b'[{"ph": "X", "ts": 1e400, "dur": 1}]', "is no trace: it has no events with a duration"),
        (b"", "is empty"),
        (b"no trace at all", "is no trace"),
    ],
)
def test_what_is_no_trace_is_refused(content: bytes, reason: str, tmp_path: Path) -> None:
    """With the name of the file and the reason."""
    path = tmp_path / "a.json"
    path.write_bytes(content)

    with pytest.raises(GraphError, match=reason) as caught:
        read_trace(path)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With the reason."""
    with pytest.raises(GraphError, match=r"cannot read .*a.json: no such file"):
        read_trace(tmp_path / "a.json")


TIME = NodeTime(1, 1.0, 1.0)
INFERENCES = graph(
    "a",
    node("InferenceCalculator", "a", "palms__tensors", name="palms__InferenceCalculator"),
    node("InferenceCalculator", "a", "hands__tensors", name="hands__InferenceCalculator"),
)


def test_names_of_mediapipe_fit_to_the_graphs() -> None:
    """It puts some calculators into one more subgraph than a graph's file."""
    long = "palms__inferencecalculator__palms__InferenceCalculator"
    trace = Trace([Call(long, 0, 0.0, 1.0)], {long: TIME, "Other": TIME})

    assert ["palms__InferenceCalculator", "Other"] == list(matched(trace, INFERENCES).nodes)


def test_nodes_are_told_by_the_streams_that_they_give() -> None:
    """MediaPipe numbers nodes of the same name in another order."""
    outputs = {"Gate_1": frozenset({"hands__tensors"}), "Gate_2": frozenset({"palms__tensors"})}
    trace = Trace([], {"Gate_1": TIME, "Gate_2": NodeTime(2, 1.0, 1.0)}, outputs=outputs)
    nodes = matched(trace, INFERENCES).nodes

    assert {"hands__InferenceCalculator": 1, "palms__InferenceCalculator": 2} == {
        name: time.calls for name, time in nodes.items()
    }


def test_a_trace_that_fits_twice_stays_as_it_is() -> None:
    """Rather than lose a node."""
    outputs = {"A": frozenset({"hands__tensors"}), "B": frozenset({"hands__tensors"})}
    trace = Trace([], {"A": TIME, "B": TIME}, outputs=outputs)

    assert ["A", "B"] == list(matched(trace, INFERENCES).nodes)
