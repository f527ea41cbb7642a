"""When nodes run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.graph.calculator import Calculator, Context
from knuckle.graph.contracts import ANY, Contract, Port
from knuckle.graph.packets import PRE_STREAM, Packet
from knuckle.graph.running.graph import CalculatorGraph

from .small import CALCULATORS, graph, node, run

JOIN = graph("a b", node("Tuples", "a b", "pairs"))


def test_a_node_gets_the_packets_of_one_time_together() -> None:
    """Packets of equal times meet, whichever came first."""
    sent = [("a", 1, 10), ("a", 2, 20), ("b", 3, 10), ("b", 4, 20)]

    assert [Packet((1, 3), 10), Packet((2, 4), 20)] == run(JOIN, sent, "pairs")


def test_a_node_waits_until_all_inputs_are_settled() -> None:
    """A later packet of another input settles a time; until then the node waits."""
    with CalculatorGraph(JOIN, calculators=CALCULATORS) as running:
        output = running.observe("pairs")
        running.start()
        running.add_packet("a", 1, 10)
        running.wait_until_idle()
        before = output.take()
        running.add_packet("b", 2, 20)
        running.wait_until_idle()
        after = output.take()

    assert [] == before
    assert [Packet((1, None), 10)] == after


def test_what_was_not_sent_is_known_to_be_absent() -> None:
    """A node that promises its output's times settles them without a packet."""
    joined = graph("a", node("Evens", "a", "even"), node("Tuples", "a even", "pairs"))
    expected = [Packet((1, None), 1), Packet((2, 2), 2)]

    with CalculatorGraph(joined, calculators=CALCULATORS) as running:
        output = running.observe("pairs")
        running.start()
        running.add_packet("a", 1, 1)
        running.add_packet("a", 2, 2)
        running.wait_until_idle()

        assert expected == output.take()


def test_without_that_promise_the_next_node_waits_for_the_end() -> None:
    """Nothing is known about times that a silent node has skipped, until it sends or ends."""
    joined = graph("a", node("SilentEvens", "a", "even"), node("Tuples", "a even", "pairs"))
    with CalculatorGraph(joined, calculators=CALCULATORS) as running:
        output = running.observe("pairs")
        running.start()
        running.add_packet("a", 1, 1)
        running.wait_until_idle()
        before = output.take()

        assert ['node Tuples has packets at 1 and waits for stream "even"'] == running.waiting_for()

    assert [] == before
    assert [Packet((1, None), 1)] == output.take()


def test_bounds_pass_through_nodes() -> None:
    """A promise at the start reaches the end, though no packet does."""
    chain = graph("a", node("Evens", "a", "b"), node("Evens", "b", "c"))

    bounds = run(chain, [("a", 1, 5), ("a", 2, 6)], "c", bounds=True)

    assert [Packet(None, 5), Packet(2, 6)] == bounds


def test_a_header_comes_before_all_times() -> None:
    """A packet at PreStream is processed alone, and before the others."""
    seen = []

    class Sees(Calculator):
        contract = Contract(inputs=(Port("", ANY, repeated=True),))

        def process(self, context: Context) -> None:
            seen.append((context.timestamp, context.all()))

    with CalculatorGraph(graph("a b", node("Sees", "a b")), calculators={"Sees": Sees}) as running:
        running.start()
        running.add_packet("b", 2, 0)
        running.add_packet("a", 1, PRE_STREAM)

    assert [(PRE_STREAM, [1, None]), (0, [None, 2])] == seen


def test_sources_run_until_they_stop() -> None:
    """A source is asked for packets until it says that there are no more."""
    source = graph("", node("Counts", "", "n", side_inputs="LIMIT:limit"), side_inputs="limit")

    assert [0, 1, 2] == [p.value for p in run(source, [], "n", sides={"limit": 3})]


def test_nodes_near_the_end_run_first() -> None:
    """A source makes its next packet only when the last one has gone all the way."""
    seen = []
    source = graph(
        "",
        node("Counts", "", "n", side_inputs="LIMIT:limit"),
        node("Evens", "n", "even"),
        side_inputs="limit",
    )
    with CalculatorGraph(source, calculators=CALCULATORS) as running:
        running.observe("n", lambda packet: seen.append(("n", packet.value)))
        running.observe("even", lambda packet: seen.append(("even", packet.value)))
        running.start({"limit": 3})

    assert [("n", 0), ("even", 0), ("n", 1), ("n", 2), ("even", 2)] == seen


class Offset(Calculator):
    """Sends each number one microsecond later."""

    contract = Contract(inputs=(Port("", ANY),), outputs=(Port("", ANY),), offset=1)

    def process(self, context: Context) -> None:
        """Send a number."""
        context.emit("", context.get(), timestamp=context.timestamp + 1)


def test_an_offset_shifts_the_promise() -> None:
    """With an offset, the output's promise is later than the input's by as much."""
    config = graph("a", node("Offset", "a", "b"))

    out = run(config, [("a", 7, 10)], "b", bounds=True, calculators={"Offset": Offset})

    assert [Packet(7, 11)] == out


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 12)), max_size=20), st.data())
def test_the_order_of_arrival_does_not_matter(packets: list[tuple[str, int]], data: Any) -> None:
    """Any interleaving of the same streams gives the same output."""
    config = graph(
        "a b",
        node("PreviousLoopbackCalculator", "MAIN:a LOOP:even", "PREV_LOOP:before", back="LOOP"),
        node("Evens", "a", "even"),
        node("Tuples", "a before b", "out"),
    )
    streams = {name: sorted({t for n, t in packets if n == name}) for name in "ab"}
    in_order = [(name, time, time) for name in "ab" for time in streams[name]]
    order = data.draw(st.permutations([name for name, _, _ in in_order]))
    left = {name: iter(streams[name]) for name in "ab"}
    shuffled = [(name, time, time) for name in order for time in [next(left[name])]]

    assert run(config, in_order, "out") == run(config, shuffled, "out")


def test_a_stream_takes_no_packet_out_of_order() -> None:
    """A node that goes back in time fails, with its name and the stream's."""

    class Back(Calculator):
        contract = Contract(inputs=(Port("", ANY),), outputs=(Port("", ANY),))

        def process(self, context: Context) -> None:
            context.emit("", 1, timestamp=0)

    config = graph("a", node("Back", "a", "b"))

    with pytest.raises(Exception, match=r'node Back at 2: stream "b" got a packet at 0, but times'):
        run(config, [("a", 1, 1), ("a", 2, 2)], "b", calculators={"Back": Back})
