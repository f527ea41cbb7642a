"""What a program asks of a running graph: room, side packets, sources that work or stop."""

from __future__ import annotations

import pytest

from knuckle.graph.config import connections
from knuckle.graph.running.graph import CalculatorGraph

from .small import CALCULATORS, graph, node

SOURCE = graph("", node("Counts", "", "n", side_inputs="LIMIT:limit"), side_inputs="limit")
PAIR = graph("a b", node("Tuples", "a b", "t"), max_queue_size=2)
SIDES = graph(
    "",
    node("PassThroughCalculator", "", "", side_inputs="given", side_outputs=connections("made")),
    side_inputs="given",
)


def test_sources_work_in_the_background_at_once() -> None:
    """Without a packet from outside."""
    running = CalculatorGraph(SOURCE, calculators=CALCULATORS)
    output = running.observe("n")
    running.start({"limit": 3}, background=True)

    assert running.wait_until_idle(10)
    assert [0, 1, 2] == [packet.value for packet in output.take()]
    running.close()


@pytest.mark.parametrize("background", [False, True])
def test_sources_can_be_stopped(background: bool) -> None:
    """Then the graph ends, even if they would go on for ever."""
    running = CalculatorGraph(SOURCE, calculators=CALCULATORS)
    running.start({"limit": float("inf")}, background=background)
    running.stop_sources()
    running.close()

    assert running.error is None


def test_a_stream_has_room_until_too_many_packets_wait() -> None:
    """Those of other streams do not count."""
    with CalculatorGraph(PAIR, calculators=CALCULATORS) as running:
        running.start()
        rooms = []
        for time in range(2):
            rooms.append(running.has_room("a"))
            running.add_packet("a", time, time)
        rooms += [running.has_room("a"), running.has_room("b")]
        with pytest.raises(ValueError, match='no input stream "c"'):
            running.has_room("c")
        running.close_inputs()

    assert [True, True, False, True] == rooms


def test_side_packets_of_nodes_can_be_read() -> None:
    """Beside those that were given."""
    running = CalculatorGraph(SIDES)
    before = dict(running.sides)
    with running:
        running.start({"given": 4})

    assert {} == before
    assert {"given": 4, "made": 4} == running.sides
