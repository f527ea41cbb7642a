"""Gates, the loop to the next frame, limits, switches and logic.

What comes out was compared with mediapipe 0.10.21, which runs the same graphs.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from knuckle.errors import GraphError
from knuckle.graph.config import GraphConfig, Options
from knuckle.graph.packets import Packet
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.graph.texts.reading import graph_from_text
from knuckle.messages.tables import message_class

from .small import CALCULATORS, Sent, graph, node, run


def options(name: str, **fields: Any) -> tuple[Options, ...]:
    """The options of a node."""
    full_name = f"mediapipe.{name}"
    return (Options(full_name, content=message_class(full_name)(**fields).SerializeToString()),)


def values(packets: list[Packet]) -> dict[int, Any]:
    """What came out, by time."""
    return {packet.timestamp: packet.value for packet in packets}


def gate(control: str = "", **fields: Any) -> GraphConfig:
    """A gate for stream a, controlled by stream c."""
    held = options("GateCalculatorOptions", **fields)
    return graph("a c", node("GateCalculator", f"a {control}", "o", options=held))


CONTROLLED: list[Sent] = [
    ("a", 1, 10),
    ("c", True, 10),
    ("a", 2, 20),
    ("c", False, 20),
    ("a", 3, 30),
    ("c", True, 40),
]


@pytest.mark.parametrize(
    ("control", "when_empty", "expected"),
    [
        ("ALLOW:c", False, {10: 1, 20: None, 30: None, 40: None}),
        ("ALLOW:c", True, {10: 1, 20: None, 30: 3, 40: None}),
        ("DISALLOW:c", False, {10: None, 20: 2, 30: None, 40: None}),
        ("DISALLOW:c", True, {10: None, 20: 2, 30: 3, 40: None}),
    ],
)
def test_a_gate_follows_its_control_stream(
    control: str, when_empty: bool, expected: dict[int, Any]
) -> None:
    """A time without a control packet is closed, unless the option says otherwise."""
    config = gate(control, empty_packets_as_allow=when_empty)

    assert expected == values(run(config, CONTROLLED, "o", bounds=True))


@pytest.mark.parametrize(("allow", "expected"), [(True, {0: 1}), (False, {0: None})])
def test_a_gate_without_control_follows_its_option(allow: bool, expected: dict[int, Any]) -> None:
    """The option `allow` opens or closes it for good."""
    assert expected == values(run(gate(allow=allow), [("a", 1, 0)], "o", bounds=True))


@pytest.mark.parametrize(
    ("tag", "value", "expected"),
    [("ALLOW", True, [1]), ("ALLOW", False, []), ("DISALLOW", True, []), ("DISALLOW", False, [1])],
)
def test_a_side_packet_controls_a_gate(tag: str, value: bool, expected: list[int]) -> None:
    """It counts more than the option."""
    held = options("GateCalculatorOptions", allow=not value)
    shut = node("GateCalculator", "a", "o", side_inputs=f"{tag}:s", options=held)

    found = run(graph("a", shut, side_inputs="s"), [("a", 1, 0)], "o", sides={"s": value})

    assert expected == [packet.value for packet in found]


def test_a_side_packet_that_closes_a_gate_ends_its_output() -> None:
    """The next node is not kept waiting."""
    shut = node("GateCalculator", "a", "o", side_inputs="ALLOW:s")
    config = graph("a", shut, node("Tuples", "a o", "pairs"), side_inputs="s")

    assert [((1, None), 0)] == run(config, [("a", 1, 0)], "pairs", sides={"s": False})


def test_a_gate_tells_when_it_changes() -> None:
    """STATE_CHANGE has a packet when it opens and when it closes, but not at first."""
    config = graph(
        "a c",
        node("GateCalculator", "a ALLOW:c", "o STATE_CHANGE:changed"),
    )

    assert {20: False, 40: True} == values(run(config, CONTROLLED, "changed"))


def test_a_gate_takes_one_control() -> None:
    """Two are refused, with the node's name."""
    config = graph("a c d", node("GateCalculator", "a ALLOW:c DISALLOW:d", "o"))

    with pytest.raises(GraphError, match="a gate takes one of ALLOW and DISALLOW"):
        CalculatorGraph(config).start()


LOOP = graph(
    "a",
    node("PreviousLoopbackCalculator", "MAIN:a LOOP:even", "PREV_LOOP:before", back="LOOP"),
    node("Evens", "a", "even"),
    node("Tuples", "a before", "out"),
)


def test_a_frame_gets_what_the_loop_had_one_frame_before() -> None:
    """It is nothing for the first frame, and nothing if the loop had nothing there."""
    sent = [("a", number, 10 * number) for number in (2, 3, 4, 6)]

    found = values(run(LOOP, sent, "out"))

    assert {20: (2, None), 30: (3, 2), 40: (4, None), 60: (6, 4)} == found


def test_the_loop_is_serial() -> None:
    """Frames that come together are answered one after the other, just the same."""
    sent = [("a", number, number) for number in range(50)]
    together = run(LOOP, sent, "out")
    with CalculatorGraph(LOOP, calculators=CALCULATORS) as running:
        output = running.observe("out")
        running.start()
        for name, value, time in sent:
            running.add_packet(name, value, time)
            running.wait_until_idle()

    assert together == output.take()


def limiter(**fields: int) -> GraphConfig:
    """A flow limiter whose frames are finished by stream f."""
    held = options("FlowLimiterCalculatorOptions", **fields)
    return graph(
        "a f",
        node(
            "FlowLimiterCalculator",
            "a FINISHED:f",
            "o ALLOW:let_in",
            back="FINISHED",
            options=held,
        ),
    )


def limited(config: GraphConfig, sent: list[Sent], stream: str = "o") -> dict[int, Any]:
    """What passes when every packet is processed before the next comes."""
    with CalculatorGraph(config, calculators=CALCULATORS) as running:
        output = running.observe(stream)
        running.start()
        for name, value, time in sent:
            running.add_packet(name, value, time)
            running.wait_until_idle()
        return values(output.take())


def frames(*times: int) -> list[Sent]:
    """Frames at these times."""
    return [("a", time, time) for time in times]


def test_a_frame_waits_for_the_one_before_and_the_newest_stays() -> None:
    """With room for one in the queue, the older one is dropped."""
    sent = [*frames(1, 2, 3), ("f", 0, 1), *frames(4), ("f", 0, 3)]

    assert {1: 1, 3: 3, 4: 4} == limited(limiter(max_in_queue=1), sent)


def test_without_a_queue_frames_are_dropped_while_one_is_in_flight() -> None:
    """By default a frame passes if nothing is in flight when it comes."""
    sent = [*frames(1, 2, 3), ("f", 0, 1), *frames(4), ("f", 0, 4), *frames(5)]

    assert {1: 1, 4: 4, 5: 5} == limited(limiter(), sent)
    assert {1: True, 2: False, 3: False, 4: True, 5: True} == limited(limiter(), sent, "let_in")


def test_several_frames_may_be_in_flight() -> None:
    """As many as the option says."""
    assert {1: 1, 2: 2} == limited(limiter(max_in_flight=2), frames(1, 2, 3))


def test_a_frame_that_is_lost_does_not_block_for_ever() -> None:
    """After the timeout it is given up."""
    config = limiter(in_flight_timeout=100)

    assert {1: 1, 101: 101} == limited(config, frames(1, 50, 101, 150))


def test_other_streams_are_let_in_with_their_frame() -> None:
    """A packet of a second stream shares the fate of the frame of its time."""
    config = graph("a b f", node("FlowLimiterCalculator", "a b FINISHED:f", "o p", back="FINISHED"))
    sent = [*frames(1), ("b", "one", 1), *frames(2), ("b", "two", 2)]

    assert {1: "one"} == limited(config, sent, "p")


def test_bounds_of_the_finished_stream_retire_a_frame_too() -> None:
    """A frame that gives no result is finished when that is known."""
    config = graph(
        "a",
        node("FlowLimiterCalculator", "a FINISHED:even", "o", back="FINISHED"),
        node("Evens", "o", "even"),
    )

    assert {1: 1, 2: 2, 3: 3} == limited(config, frames(1, 2, 3))


@pytest.mark.parametrize(
    ("operation", "negate", "expected"),
    [(0, False, False), (1, False, True), (2, False, True), (0, True, True)],
)
def test_logic_joins_streams_and_side_packets(operation: int, negate: bool, expected: bool) -> None:
    """AND, OR and XOR of one true and one false value."""
    held = options("LogicCalculatorOptions", op=operation, negate=negate)
    config = graph(
        "a", node("LogicCalculator", "a", "o", side_inputs="s", options=held), side_inputs="s"
    )

    found = run(config, [("a", True, 0)], "o", sides={"s": False})

    assert [expected] == [packet.value for packet in found]


def test_presence_is_told_for_every_time() -> None:
    """Also for times of which only a promise says that they are empty."""
    config = graph(
        "a",
        node("Evens", "a", "even"),
        node("PacketPresenceCalculator", "PACKET:even", "PRESENCE:p"),
    )

    assert {1: False, 2: True} == values(run(config, frames(1, 2), "p"))


def test_the_first_input_that_has_a_packet_is_merged() -> None:
    """Later inputs fill the times that earlier ones leave empty."""
    sent = [("a", 1, 10), ("b", 2, 5), ("b", 3, 10), ("b", 4, 20)]

    found = run(graph("a b", node("MergeCalculator", "a b", "o")), sent, "o")

    assert {5: 2, 10: 1, 20: 4} == values(found)


def test_pass_through_keeps_tags_and_indices() -> None:
    """Every input goes to the output of its name."""
    config = graph("a b", node("PassThroughCalculator", "A:a A:1:b", "A:0:x A:1:y"))

    assert {1: "b"} == values(run(config, [("a", "a", 1), ("b", "b", 1)], "y"))


def test_a_switch_sends_packets_one_way() -> None:
    """The demultiplexer sends them to the chosen channel, the multiplexer takes them from it."""
    held = options("SwitchContainerOptions", select=1)
    config = graph(
        "a s",
        node("SwitchDemuxCalculator", "SELECT:s X:a", "C0__X:a0 C1__X:a1", options=held),
        node("Evens", "a0", "b0"),
        node("PassThroughCalculator", "a1", "b1"),
        node("SwitchMuxCalculator", "SELECT:s C0__X:b0 C1__X:b1", "X:o", options=held),
    )
    sent = [*frames(1, 2, 3, 4), ("s", 1, 1), ("s", 0, 3)]

    assert {1: 1, 2: 2, 4: 4} == values(run(config, sent, "o"))


def test_choices_are_given_to_the_frames_that_come_after_them() -> None:
    """Their own times do not matter; a frame that passed has had its choice."""
    config = graph("in tick", node("PacketSequencerCalculator", "INPUT:in TICK:tick", "OUTPUT:o"))
    sent: list[Sent] = [("tick", 0, 20), ("in", 1, 21), ("in", 2, 22), ("tick", 0, 22)]

    found = run(config, [*sent, ("tick", 0, 30), ("in", 3, 31)], "o")

    assert {21: 1, 22: 2, 31: 3} == values(found)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("in1@10 sel1@20 in2@20 in3@30 sel0@40 in4@40 in5@50", {10: 1, 40: 4, 50: 5}),
        ("sel1@10 in1@10 in2@20 sel0@20 in3@30 sel0@30 sel1@40 in4@40", {20: 2, 30: 3}),
    ],
)
def test_a_switch_container_chooses_by_a_stream(sent: str, expected: dict[int, int]) -> None:
    """Channel 0 lets packets pass, channel 1 does not."""
    text = """
      input_stream: "in" input_stream: "sel"
      node { calculator: "SwitchContainer"
        input_stream: "SELECT:sel" input_stream: "in" output_stream: "out"
        options { [mediapipe.SwitchContainerOptions.ext] {
          contained_node { calculator: "PassThroughCalculator" }
          contained_node { calculator: "GateCalculator" } } } }
    """
    rows = [re.fullmatch(r"(\w+)(\d)@(\d+)", word) for word in sent.split()]
    packets = [(row[1], int(row[2]), int(row[3])) for row in rows if row]

    assert expected == values(run(graph_from_text(text), packets, "out"))
