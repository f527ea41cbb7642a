"""`mp.CalculatorGraph` and `mp.ValidatedGraphConfig` on small graphs."""

from __future__ import annotations

import gc
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import knuckle.compat.mediapipe as mp
from knuckle.messages.graph_config import calculator_pb2
from knuckle.messages.tables import text_format

create: Any = mp.packet_creator
get: Any = mp.packet_getter

PASS = """
input_stream: "in" output_stream: "out"
node { calculator: "PassThroughCalculator" input_stream: "in" output_stream: "out" }
"""
GATE = """
input_stream: "in" input_stream: "allow" output_stream: "out"
node {
  calculator: "GateCalculator" input_stream: "in" input_stream: "ALLOW:allow" output_stream: "out"
}
"""
SIDE = """
input_side_packet: "a" output_side_packet: "b"
node { calculator: "PassThroughCalculator" input_side_packet: "a" output_side_packet: "b" }
"""
LIMIT = """
input_stream: "in" input_stream: "done" output_stream: "out"
node {
  calculator: "FlowLimiterCalculator" input_stream: "in" input_stream: "FINISHED:done"
  input_stream_info { tag_index: "FINISHED" back_edge: true } output_stream: "out"
}
"""
Seen = list[tuple[int, Any]]


def observed(text: str, *, bounds: bool = False) -> tuple[mp.CalculatorGraph, Seen]:
    """A graph, and what comes out: times with numbers, None for an empty packet."""
    graph = mp.CalculatorGraph(graph_config=text)
    seen: Seen = []

    def look(stream: str, packet: mp.Packet) -> None:
        assert stream == "out"
        value = None if packet.is_empty() else get.get_int(packet)
        seen.append((packet.timestamp.value, value))

    graph.observe_output_stream("out", look, bounds)
    return graph, seen


def message_of(text: str) -> Any:
    """The message of a graph."""
    return text_format.Parse(text, calculator_pb2.CalculatorGraphConfig())


def add(graph: mp.CalculatorGraph, stream: str, value: Any, time: int) -> None:
    """Send a number or a bool."""
    make = create.create_bool if isinstance(value, bool) else create.create_int
    graph.add_packet_to_input_stream(stream, make(value).at(time))


@pytest.mark.parametrize("form", ["text", "message", "file", "binary file", "validated"])
def test_a_graph_comes_in_every_form(form: str, tmp_path: Path) -> None:
    """And runs."""
    binary, text = tmp_path / "graph.binarypb", tmp_path / "graph.pbtxt"
    binary.write_bytes(message_of(PASS).SerializeToString())
    text.write_text(PASS)
    validated = mp.ValidatedGraphConfig()
    validated.initialize(graph_config=PASS)
    forms: dict[str, dict[str, Any]] = {
        "text": {"graph_config": PASS},
        "message": {"graph_config": message_of(PASS)},
        "file": {"binary_graph_path": text},
        "binary file": {"binary_graph_path": str(binary)},
        "validated": {"validated_graph_config": validated},
    }
    graph = mp.CalculatorGraph(**forms[form])
    seen = []
    graph.observe_output_stream("out", lambda _, packet: seen.append(get.get_str(packet)))
    graph.start_run()
    graph.add_packet_to_input_stream(stream="in", packet=create.create_string("hi"), timestamp=3)
    graph.close()

    assert ["hi"] == seen


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({}, ValueError, "give binary_graph_path, graph_config or"),
        ({"binary_graph_path": "/absent.binarypb"}, FileNotFoundError, "no graph at '/absent"),
        ({"binary_graph_path": __file__}, RuntimeError, "line 1"),
        ({"graph_config": "node {"}, RuntimeError, "is not closed"),
        ({"graph_config": 3}, RuntimeError, "a text or a CalculatorGraphConfig, not 3"),
        ({"graph_config": 'node { calculator: "Gate" }'}, RuntimeError, 'no calculator .* "Gate"'),
        ({"graph_config": PASS.replace('input_stream: "in" ', "", 1)}, ValueError, 'stream "in"'),
    ],
)
def test_what_is_no_graph_is_refused(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    """By the type of error that MediaPipe raises."""
    with pytest.raises(error, match=message):
        mp.CalculatorGraph(**options)


def test_a_graph_runs_again_after_its_end() -> None:
    """With the same observers; times start anew."""
    graph, seen = observed(PASS)
    for value in (1, 2):
        graph.start_run()
        add(graph, "in", value, 0)
        graph.close()

    assert [(0, 1), (0, 2)] == seen
    graph.close()  # again does nothing


def test_a_gate_lets_pass_and_tells_bounds() -> None:
    """Observers of bounds see an empty packet for a time that has none."""
    graph, seen = observed(GATE, bounds=True)
    with graph:
        graph.start_run()
        for time in range(4):
            add(graph, "in", time, time)
            add(graph, "allow", time % 2 == 0, time)
        graph.wait_until_idle()

        assert [(0, 0), (1, None), (2, 2), (3, None)] == seen
    assert 4 == len(seen)


def test_a_limiter_drops_until_a_frame_is_finished() -> None:
    """As in MediaPipe: the bound tells of each frame that was left out."""
    graph, seen = observed(LIMIT, bounds=True)
    graph.start_run()
    for time in range(3):
        add(graph, "in", time, time)
        graph.wait_until_idle()
    add(graph, "done", 0, 0)
    add(graph, "in", 3, 3)
    graph.close()

    assert [(0, 0), (1, None), (2, None), (3, 3)] == seen


@pytest.mark.parametrize(
    "packet",
    [
        create.create_uint8(200),
        create.create_string_to_packet_map({"a": create.create_int(1)}),
        create.create_image(np.zeros((2, 2, 4), np.uint8), image_format=mp.ImageFormat.SRGBA),
    ],
    ids=str,
)
def test_a_stream_that_nothing_looks_into_carries_any_packet(packet: mp.Packet) -> None:
    """Also those for which no calculator has a use."""
    graph = mp.CalculatorGraph(graph_config=PASS)
    seen: list[mp.Packet] = []
    graph.observe_output_stream("out", lambda _, found: seen.append(found))
    graph.start_run()
    graph.add_packet_to_input_stream("in", packet, 1)
    graph.close()

    assert [str(packet.at(1))] == list(map(str, seen))


def test_the_graph_works_in_a_thread_of_its_own() -> None:
    """Callbacks come while the program does something else."""
    graph, _ = observed(PASS)
    came = threading.Event()
    graph.observe_output_stream("out", lambda *_: came.set())
    graph.start_run()
    add(graph, "in", 1, 0)

    assert came.wait(10)
    graph.close()


def test_a_program_waits_for_the_next_output() -> None:
    """It returns at once if a packet has come since the last call, and at the end of the run."""
    graph, seen = observed(PASS)
    graph.start_run()
    add(graph, "in", 1, 0)
    graph.wait_for_observed_output()

    assert [(0, 1)] == seen
    threading.Timer(0.05, add, (graph, "in", 2, 1)).start()
    graph.wait_for_observed_output()
    assert [(0, 1), (1, 2)] == seen
    threading.Timer(0.05, graph.close).start()
    graph.wait_for_observed_output()


def test_a_run_is_done_when_its_inputs_are_closed() -> None:
    """By any thread."""
    graph, seen = observed(PASS)
    graph.start_run()
    add(graph, "in", 1, 0)
    threading.Timer(0.05, graph.close_input_stream, ("in",)).start()
    graph.wait_until_done()

    assert [(0, 1)] == seen
    with pytest.raises(RuntimeError, match="call start_run first"):
        add(graph, "in", 2, 1)


def test_nothing_can_be_done_before_a_run() -> None:
    """Where MediaPipe hangs or fails inside, a sentence says so."""
    graph, _ = observed(PASS)
    for call in (graph.wait_until_idle, graph.wait_until_done, graph.wait_for_observed_output):
        with pytest.raises(RuntimeError, match="call start_run first"):
            call()
    with pytest.raises(RuntimeError, match="call start_run first"):
        add(graph, "in", 1, 0)
    graph.start_run()
    with pytest.raises(RuntimeError, match="runs already"):
        graph.start_run()
    with pytest.raises(RuntimeError, match="before start_run"):
        graph.observe_output_stream("out", lambda *_: None)
    graph.close()


@pytest.mark.parametrize(
    ("stream", "packet", "time", "error"),
    [
        ("other", create.create_int(1), 0, RuntimeError),
        ("in", 3, 0, TypeError),
        ("in", mp.Packet(), 0, ValueError),
        ("in", create.create_int(1), mp.Timestamp.UNSET, ValueError),
        ("in", create.create_int(1), "now", TypeError),
        ("in", create.create_int(1), mp.Timestamp.DONE, ValueError),
        ("allow", create.create_int(1), 0, ValueError),
    ],
)
def test_a_packet_that_does_not_fit_is_refused(
    stream: str, packet: Any, time: Any, error: type[Exception]
) -> None:
    """At once, and the graph goes on."""
    graph, seen = observed(GATE)
    graph.start_run()
    with pytest.raises(error):
        graph.add_packet_to_input_stream(stream, packet, time)
    add(graph, "in", 1, 0)
    add(graph, "allow", True, 0)
    graph.close()

    assert [(0, 1)] == seen


def test_a_repeated_time_is_refused_at_once() -> None:
    """MediaPipe says it at the next call, and then the graph is of no use any more."""
    graph, seen = observed(PASS)
    graph.start_run()
    add(graph, "in", 1, 5)
    with pytest.raises(ValueError, match="the next may be 6 at the earliest"):
        add(graph, "in", 2, 5)
    add(graph, "in", 3, 6)
    graph.close()

    assert [(5, 1), (6, 3)] == seen
    assert not graph.has_error()


@pytest.mark.parametrize("observer", [("other", print), ("out", None)])
def test_what_cannot_be_observed_is_named(observer: tuple[str, Any]) -> None:
    """A stream that is not there, or what is no function."""
    graph = mp.CalculatorGraph(graph_config=PASS)

    with pytest.raises((RuntimeError, TypeError), match=r"other|None"):
        graph.observe_output_stream(*observer)


def test_inputs_can_be_observed_too() -> None:
    """Any stream of the graph can."""
    graph, _ = observed(PASS)
    times = []
    graph.observe_output_stream("in", lambda _, packet: times.append(packet.timestamp))
    graph.start_run()
    add(graph, "in", 1, 4)
    graph.close()

    assert [4] == times


def test_the_error_of_a_node_ends_the_run() -> None:
    """It is told by every call that waits, and by `has_error`; the next run starts without it."""
    both = """
    input_stream: "in" output_stream: "out" input_side_packet: "open" input_side_packet: "shut"
    node {
      calculator: "GateCalculator" input_stream: "in" output_stream: "out"
      input_side_packet: "ALLOW:open" input_side_packet: "DISALLOW:shut"
    }
    """
    graph, seen = observed(both)
    flag = create.create_bool(True)
    with pytest.raises(ValueError, match=r"GateCalculator.*one of ALLOW and DISALLOW") as raised:
        graph.start_run({"open": flag, "shut": flag})

    assert isinstance(raised.value, RuntimeError)
    assert graph.has_error()
    assert "GateCalculator" in graph.get_combined_error_message()
    graph.start_run({"open": flag})
    add(graph, "in", 1, 0)
    graph.close()
    assert [(0, 1)] == seen
    assert (False, "") == (graph.has_error(), graph.get_combined_error_message())


def test_the_error_of_a_callback_reaches_the_program() -> None:
    """As it is, where MediaPipe aborts the process; the graph goes on."""
    graph, seen = observed(PASS)

    def fail(_: str, packet: mp.Packet) -> None:
        raise KeyError(packet.timestamp.value)

    graph.observe_output_stream("out", fail)
    graph.start_run()
    add(graph, "in", 1, 7)
    with pytest.raises(KeyError, match="7"):
        graph.wait_until_idle()

    assert [(7, 1)] == seen
    graph.close()


def test_side_packets_go_in_and_come_out() -> None:
    """Of the type that a program gave them."""
    graph = mp.CalculatorGraph(graph_config=SIDE)
    with pytest.raises(RuntimeError, match='no side packet "b"'):
        graph.get_output_side_packet("b")
    graph.start_run({"a": create.create_int16(4)})
    graph.wait_until_done()

    assert 4 == get.get_int(graph.get_output_side_packet("b"))
    with pytest.raises(TypeError, match=r'side packet "a" takes an mp\.Packet, not 4'):
        graph.start_run({"a": 4})  # type: ignore[dict-item]


def test_side_packets_that_nobody_takes_are_left_alone() -> None:
    """As in MediaPipe."""
    graph = mp.CalculatorGraph(graph_config=SIDE)
    graph.start_run({"a": create.create_int(4), "other": create.create_int(5)})
    graph.wait_until_done()

    assert 4 == get.get_int(graph.get_output_side_packet("b"))


@pytest.mark.parametrize("mode", list(mp.GraphInputStreamAddMode))
def test_a_full_queue_waits_or_refuses(mode: mp.GraphInputStreamAddMode) -> None:
    """A gate that waits for its control fills its queue; waiting would not help, so it goes on."""
    graph, seen = observed(f"{GATE} max_queue_size: 1")
    graph.graph_input_stream_add_mode = mode
    graph.start_run()
    add(graph, "in", 0, 0)
    if mode == mp.GraphInputStreamAddMode.ADD_IF_NOT_FULL:
        with pytest.raises(RuntimeError, match='too many packets wait for stream "in"'):
            add(graph, "in", 1, 1)
    else:
        add(graph, "in", 1, 1)
    add(graph, "allow", True, 0)
    graph.close()

    assert [(0, 0)] == seen
    assert (mode, 1) == (graph.graph_input_stream_add_mode, graph.max_queue_size)


def test_the_mode_is_one_of_two() -> None:
    """No number, as in MediaPipe."""
    graph = mp.CalculatorGraph(graph_config=PASS)
    with pytest.raises(TypeError, match="a GraphInputStreamAddMode, not 0"):
        graph.graph_input_stream_add_mode = 0  # type: ignore[assignment]

    assert 100 == graph.max_queue_size


def test_a_graph_is_written_as_text_and_as_binary() -> None:
    """As a real CalculatorGraphConfig."""
    graph = mp.CalculatorGraph(graph_config=message_of(GATE))

    for message in (
        message_of(graph.text_config),
        calculator_pb2.CalculatorGraphConfig.FromString(graph.binary_config),
    ):
        assert ["GateCalculator"] == [node.calculator for node in message.node]
        assert ["in", "allow"] == list(message.input_stream)


def test_a_checked_graph_knows_what_its_streams_carry() -> None:
    """By MediaPipe's names, as far as a calculator says it."""
    graph = mp.ValidatedGraphConfig()
    empty = (graph.initialized(), graph.text_config, graph.binary_config)
    with pytest.raises(ValueError, match="call initialize first"):
        graph.registered_stream_type_name("in")
    graph.initialize(graph_config=GATE)

    assert (False, "", b"") == empty
    assert graph.initialized()
    assert "bool" == graph.registered_stream_type_name("allow")
    with pytest.raises(RuntimeError, match='what the stream "in" is'):
        graph.registered_stream_type_name("in")
    with pytest.raises(ValueError, match='no side packet "in"'):
        graph.registered_side_packet_type_name("in")
    with pytest.raises(RuntimeError, match="has a graph already"):
        graph.initialize(graph_config=GATE)
    with pytest.raises(ValueError, match="give binary_graph_path or graph_config"):
        mp.ValidatedGraphConfig().initialize()


def test_a_graph_that_is_forgotten_ends() -> None:
    """Its thread with it."""
    graph, _ = observed(PASS)
    graph.start_run()
    add(graph, "in", 1, 0)
    graph.wait_until_idle()
    ours = [thread for thread in threading.enumerate() if thread.name == "knuckle graph"]
    del graph
    gc.collect()

    assert [False] == [thread.is_alive() for thread in ours]
