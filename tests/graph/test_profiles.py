"""Traces as MediaPipe writes them, in small files of our own."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.errors import GraphError
from knuckle.graph.traces.profiles import profile_trace, whole_part
from knuckle.graph.traces.trace import Call, NodeTime, StreamCount, Trace
from knuckle.graph.traces.trace_files import read_trace
from knuckle.messages.profile import calculator_profile_pb2 as pb

BASE = 1_700_000_000_000_000  # a time of 2023, microseconds
PROCESS = pb.GraphTrace.EventType.Value("PROCESS")


def event(node: int, timestamp: int | None, start: int | None, end: int | None, **more: Any) -> Any:
    """An event of a node; its outputs go into the stream with the number `stream`."""
    made = pb.GraphTrace.CalculatorTrace(
        node_id=node,
        input_timestamp=timestamp,
        start_time=start,
        finish_time=end,
        event_type=more.pop("kind", PROCESS),
    )
    if "stream" in more:
        made.output_trace.add(stream_id=more["stream"], packet_timestamp=timestamp)
    return made


def piece(*events: Any, names: tuple[str, ...] = ()) -> Any:
    """A piece of a file, as a graph adds one each half second."""
    return pb.GraphTrace(
        base_time=BASE,
        base_timestamp=1000,
        calculator_name=names,
        stream_name=("", "image", "hands"),
        calculator_trace=events,
    )


def profile(name: str, count: int, total: int) -> Any:
    """The profiler's totals of a node, microseconds."""
    return pb.CalculatorProfile(name=name, process_runtime={"total": total, "count": [count]})


def content(*pieces: Any, profiles: tuple[Any, ...] = ()) -> bytes:
    """The bytes of a file."""
    whole = pb.GraphProfile(graph_trace=pieces, calculator_profiles=profiles)
    return bytes(whole.SerializeToString())


def read(*contents: bytes) -> Trace:
    """The trace in files with these contents."""
    return profile_trace([(f"{number}.binarypb", one) for number, one in enumerate(contents)])


NAMES = ("Palms", "Hands")


def test_calls_have_names_and_times() -> None:
    """Times count from the first call, timestamps from nothing."""
    trace = read(content(piece(event(0, 33, 10, 30), event(1, 33, 31, 36), names=NAMES)))

    assert [Call("Palms", 1033, 0, 20), Call("Hands", 1033, 21, 26)] == trace.calls
    assert {"Palms": NodeTime(1, 0.02, 0.02), "Hands": NodeTime(1, 0.005, 0.005)} == trace.nodes
    assert 0.026 == pytest.approx(trace.duration)


def test_pieces_without_names_take_those_of_the_first() -> None:
    """Only the first piece of a file has them."""
    trace = read(content(piece(event(0, 0, 1, 2), names=NAMES), piece(event(1, 33, 3, 4))))

    assert ["Palms", "Hands"] == [call.node for call in trace.calls]


def test_names_come_from_the_graph_if_no_piece_has_them() -> None:
    """The file has it."""
    whole = pb.GraphProfile(graph_trace=[piece(event(1, 0, 1, 2))])
    whole.config.node.add(calculator="Palms")
    whole.config.node.add(calculator="Hands", name="my_hands")

    assert ["my_hands"] == list(read(whole.SerializeToString()).nodes)


def test_the_graph_says_which_streams_a_node_gives() -> None:
    """So that nodes of the same name can be told apart."""
    whole = pb.GraphProfile(graph_trace=[piece(event(0, 0, 1, 2))])
    whole.config.node.add(calculator="Palms", output_stream=["DETECTIONS:palms", "TAG:1:more"])

    assert {"Palms": {"palms", "more"}} == read(whole.SerializeToString()).outputs


def test_nodes_without_a_name_are_numbered() -> None:
    """Rather than refused."""
    assert ["node 7"] == list(read(content(piece(event(7, 0, 1, 2), names=NAMES))).nodes)


def test_packets_of_the_graphs_inputs_belong_to_no_node() -> None:
    """They are counted for their stream."""
    sent = event(-1, 0, None, 0, stream=1)
    trace = read(content(piece(sent, event(0, 0, 1, 2, stream=2), names=NAMES)))

    assert {"image": StreamCount(1), "hands": StreamCount(1)} == trace.streams
    assert ["Palms"] == list(trace.nodes)


def test_a_start_finds_its_end_in_a_later_piece() -> None:
    """A call was running while a piece was written."""
    trace = read(content(piece(event(0, 33, 10, None), names=NAMES), piece(event(0, 33, None, 90))))

    assert [Call("Palms", 1033, 0, 80)] == trace.calls


def test_starts_and_ends_apart_are_joined() -> None:
    """As trace_log_instant_events writes them: an event for each packet that goes in or out."""
    events = (event(0, 33, 10, None), event(0, 33, 10, None), event(0, 33, None, 30))
    trace = read(content(piece(*events, event(0, 33, None, 31), names=NAMES)))

    assert [Call("Palms", 1033, 0, 20)] == trace.calls


def test_a_call_without_an_end_is_a_call() -> None:
    """MediaPipe writes no end for a call that sends nothing."""
    trace = read(content(piece(event(0, 33, 10, None), names=NAMES)))

    assert [Call("Palms", 1033, 0, None)] == trace.calls
    assert {"Palms": NodeTime(1, 0.0, 0.0)} == trace.nodes


def test_an_end_without_a_start_is_passed_over() -> None:
    """Its start was in a file that has been replaced since."""
    trace = read(content(piece(event(0, 33, None, 10), event(1, 33, 11, 12), names=NAMES)))

    assert ["Hands"] == list(trace.nodes)


def test_the_profilers_totals_are_believed() -> None:
    """They count calls whose end was not written down, and add up over pieces."""
    rows = (profile("Palms", 2, 500), profile("Palms", 1, 100), profile("Hands", 0, 0))
    trace = read(content(piece(event(0, 33, 10, 60), names=NAMES), profiles=rows))

    assert {"Palms": NodeTime(3, 0.6, 0.05)} == trace.nodes


def test_a_call_longer_than_all_calls_together_has_no_end() -> None:
    """MediaPipe joins two calls of a node at one time, as PreviousLoopbackCalculator has them."""
    rows = (profile("Palms", 2, 5),)
    trace = read(content(piece(event(0, 33, 10, 90_000), names=NAMES), profiles=rows))

    assert [None] == [call.end for call in trace.calls]


@pytest.mark.parametrize(("start", "end"), [(10, 2**63 - 1), (10, 5), (10, -(2**63))])
def test_times_that_cannot_be_are_unknown(start: int, end: int) -> None:
    """Ends in the endless future, and before the start."""
    trace = read(content(piece(event(0, 33, start, end), names=NAMES)))

    assert [Call("Palms", 1033, 0, None)] == trace.calls


def test_other_events_and_new_kinds_are_passed_over() -> None:
    """A kind that is newer than we are, too."""
    events = [event(0, 0, 1, 9, kind=kind) for kind in (1, 4, 5, 15, 18, 20)]
    unknown = b"\x2a\x08\x08\x00\x18\x63\x20\x01\x28\x02"  # kind 99
    made = piece(event(1, 33, 10, 20), *events, names=NAMES).SerializeToString() + unknown
    trace = read(b"\x0a" + bytes([len(made) & 127 | 128, len(made) >> 7]) + made)

    assert ["Hands"] == list(trace.nodes)


def test_files_of_one_run_are_one_trace() -> None:
    """In whatever order they are given."""
    first = content(piece(event(0, 0, 0, 10), names=NAMES))
    second = content(piece(event(0, 33, 500, 510), names=NAMES))

    assert read(first, second) == read(second, first)
    assert [0, 500] == [call.start for call in read(second, first).calls]


def test_a_file_without_calls_says_where_they_are() -> None:
    """The last file of a run may have been begun when the graph had ended."""
    trace = read(content(piece(names=NAMES), profiles=(profile("Palms", 0, 0),)))

    assert not trace.nodes
    assert "give its other files, too" in " ".join(trace.notes)


@given(st.data())
def test_a_file_may_end_anywhere(data: st.DataObject) -> None:
    """What is there is read, and it is said that more is missing."""
    events = [event(number % 2, number, 10 * number, 10 * number + 5) for number in range(40)]
    first = content(piece(*events[:20], names=NAMES))
    whole = first + content(piece(*events[20:]))
    length = data.draw(st.integers(100, len(whole)))  # 100 is behind the times and the names
    trace = read(whole[:length])

    assert (length in (len(first), len(whole))) == (trace.notes == ())
    assert len(trace.calls) <= 40
    assert trace.calls == read(whole).calls[: len(trace.calls)]


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(noise: bytes) -> None:
    """With an error of ours and nothing else."""
    with suppress(GraphError):
        read(noise)


@given(st.binary(max_size=60))
def test_a_whole_message_is_left_alone(noise: bytes) -> None:
    """Cutting twice cuts no more than cutting once."""
    whole = whole_part(noise, (1,))

    assert whole == whole_part(whole, (1,))


def test_a_graph_is_no_trace(tmp_path: Path) -> None:
    """The files look alike: both end in .binarypb."""
    config = pb.GraphProfile().config
    config.node.add(calculator="GateCalculator")
    path = tmp_path / "a.binarypb"
    path.write_bytes(config.SerializeToString())

    with pytest.raises(GraphError, match=r"a.binarypb is no trace: give a mediapipe_trace file"):
        read_trace(path)


def test_only_files_of_mediapipe_are_read_together(tmp_path: Path) -> None:
    """A trace of Chrome is whole."""
    one, other = tmp_path / "a.json", tmp_path / "b.binarypb"
    one.write_text('{"traceEvents": []}')
    other.write_bytes(content(piece()))

    with pytest.raises(GraphError, match=r"a.json is whole: only files of MediaPipe"):
        read_trace(one, other)
