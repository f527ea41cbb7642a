"""Graphs in use: threads, tasks, errors, the end."""

from __future__ import annotations

import asyncio
import gc
import threading
import tracemalloc
from typing import Any

import numpy as np
import pytest

from knuckle.errors import GraphError
from knuckle.graph.calculator import Calculator, Context
from knuckle.graph.contracts import ANY, Contract, Port
from knuckle.graph.packets import Packet
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.graph.types import IMAGE, INT

from .small import CALCULATORS, graph, node, run

CHAIN = graph("a", node("Evens", "a", "b"))
FAILING = graph("a", node("Fails", "a", "b"))
PICTURES = graph("image", node("Shape", "IMAGE:image", "SHAPE:shape"))


class Shape(Calculator):
    """The shape of a picture."""

    contract = Contract(inputs=(Port("IMAGE", IMAGE),), outputs=(Port("SHAPE", ANY),))

    def process(self, context: Context) -> None:
        """Send the shape."""
        context.emit("SHAPE", context.get("IMAGE").shape)


def test_a_worker_gives_what_the_caller_s_thread_gives() -> None:
    """With a thread of its own the outputs are the same."""
    sent = [("a", i, i) for i in range(500)]
    with CalculatorGraph(CHAIN, calculators=CALCULATORS) as running:
        output = running.observe("b")
        running.start(background=True)
        for name, value, time in sent:
            running.add_packet(name, value, time)

    assert run(CHAIN, sent, "b") == output.take()


def test_a_task_gets_packets_as_they_come() -> None:
    """`async for` ends when the graph does."""

    async def values() -> list[int]:
        graph = CalculatorGraph(CHAIN, calculators=CALCULATORS)
        output = graph.observe("b")
        graph.start(background=True)

        def send() -> None:
            for i in range(100):
                graph.add_packet("a", i, i)
            graph.close()

        thread = threading.Thread(target=send)
        thread.start()
        found = [packet.value async for packet in output]
        thread.join()
        return found

    assert list(range(0, 100, 2)) == asyncio.run(values())


def test_a_task_is_told_of_a_failure() -> None:
    """`async for` gives the packets before it, then it raises the error of the graph."""
    graph = CalculatorGraph(FAILING, calculators=CALCULATORS)
    output, found = graph.observe("b"), []

    async def values() -> None:
        graph.start(background=True)
        for i in range(1, 4):
            graph.add_packet("a", i, i)
        async for packet in output:
            found.append(packet.value)

    with graph, pytest.raises(GraphError, match="three is too many"):
        asyncio.run(asyncio.wait_for(values(), 10))

    assert found == [1, 2]


@pytest.mark.parametrize("background", [False, True])
def test_a_failure_names_its_node_and_time_and_keeps_what_is_finished(background: bool) -> None:
    """The error is chained to its cause, and packets that came out before it stay."""
    running = CalculatorGraph(FAILING, calculators=CALCULATORS)
    output = running.observe("b")

    def send() -> None:
        with running:
            running.start(background=background)
            for i in range(6):
                running.add_packet("a", i, 10 * i)
                running.wait_until_idle()

    with pytest.raises(GraphError, match=r"^node Fails at 30: three is too many$") as failure:
        send()

    assert ("Fails", 30) == (failure.value.node, failure.value.timestamp)
    assert isinstance(failure.value.__cause__, ArithmeticError)
    assert [0, 1, 2] == [packet.value for packet in output]


def test_after_a_failure_every_node_is_closed() -> None:
    """Sinks can finish what they have written."""
    closed = []

    class Sink(Calculator):
        contract = Contract(inputs=(Port("", ANY),))

        def process(self, context: Context) -> None:
            pass

        def close(self, context: Context) -> None:
            closed.append((context.name, context.has_failed))

    config = graph("a", node("Fails", "a", "b"), node("Sink", "b"))
    running = CalculatorGraph(config, calculators={**CALCULATORS, "Sink": Sink})
    running.start()
    running.add_packet("a", 3, 0)
    with pytest.raises(GraphError):
        running.wait_until_idle()

    assert [("Sink", True)] == closed


def test_a_failure_in_open_is_reported_at_the_start() -> None:
    """The node that cannot open is named."""

    class Shut(Shape):
        contract = Contract(inputs=(Port("", ANY),))

        def open(self, context: Context) -> None:
            raise OSError("no such file")

    running = CalculatorGraph(graph("a", node("Shut", "a")), calculators={"Shut": Shut})

    with pytest.raises(GraphError, match="node Shut: no such file"):
        running.start()


def test_a_graph_that_fails_at_its_end_says_so() -> None:
    """What fails while the rest is processed is raised by close."""
    running = CalculatorGraph(FAILING, calculators=CALCULATORS)
    running.start()
    running.add_packet("a", 3, 0)

    with pytest.raises(GraphError, match="three is too many"):
        running.close()
    running.close()


def test_a_graph_that_stands_still_names_who_waits() -> None:
    """A loop that waits for its own output is found at the end, not waited for."""
    circle = graph("a", node("Tuples", "a c", "b", back=":1"), node("Evens", "b", "c"))
    running = CalculatorGraph(circle, calculators={**CALCULATORS, "Evens": CALCULATORS["Tuples"]})
    running.start()
    running.add_packet("a", 1, 0)
    running.wait_until_idle()

    assert ['node Tuples has packets at 0 and waits for stream "c"'] == running.waiting_for()
    running.abort()


def test_too_many_packets_wait_for_the_worker() -> None:
    """`add_packet` waits while a queue is full, so memory stays bounded."""
    longest = 0
    gate = threading.Event()

    class Slow(Calculator):
        contract = Contract(inputs=(Port("", ANY),), outputs=(Port("", ANY),))

        def process(self, context: Context) -> None:
            gate.wait(5)
            context.emit("", 1)

    config = graph("a", node("Slow", "a", "b"), max_queue_size=3)
    with CalculatorGraph(config, calculators={"Slow": Slow}) as running:
        output = running.observe("b")
        running.start(background=True)

        def send() -> None:
            nonlocal longest
            for i in range(20):
                running.add_packet("a", i, i)
                longest = i

        thread = threading.Thread(target=send)
        thread.start()
        thread.join(0.3)
        assert longest <= 4
        gate.set()
        thread.join()

    assert 20 == len(output.take())


@pytest.mark.parametrize(
    ("stream", "value", "time", "message"),
    [
        ("picture", 1, 0, 'no input stream "picture": it has image'),
        ("image", 1, 0, r'"image" carries ImageFrame \(RGB uint8 array .*\), not 1'),
        ("image", np.zeros((2, 2), np.uint8), 0, r"not an array of uint8 \(2, 2\)"),
        ("image", None, 0, "needs a value"),
        ("image", np.zeros((2, 2, 3), np.uint8), -1, "the next may be 1 at the earliest"),
    ],
)
def test_a_packet_that_cannot_be_taken_is_refused(
    stream: str, value: Any, time: int, message: str
) -> None:
    """The sentence says what the stream takes; the graph goes on."""
    picture = np.zeros((2, 2, 3), np.uint8)
    with CalculatorGraph(PICTURES, calculators={"Shape": Shape}) as running:
        output = running.observe("shape")
        running.start()
        running.add_packet("image", picture, 0)
        with pytest.raises((TypeError, ValueError), match=message):
            running.add_packet(stream, value, time)
        running.add_packet("image", picture, 1)

    assert [0, 1] == [packet.timestamp for packet in output]


def test_calls_in_the_wrong_order_are_refused() -> None:
    """A graph is started once, after it is observed, and not used after its end."""
    running = CalculatorGraph(CHAIN, calculators=CALCULATORS)
    with pytest.raises(ValueError, match="start the graph first"):
        running.add_packet("a", 1, 1)
    with pytest.raises(ValueError, match='no stream "x": it has a, b'):
        running.observe("x")
    running.start()
    with pytest.raises(ValueError, match="before the graph is started"):
        running.observe("b")
    with pytest.raises(ValueError, match="has been started"):
        running.start()
    running.close_inputs()
    with pytest.raises(ValueError, match="has been closed"):
        running.add_packet("a", 1, 1)
    running.close()
    with pytest.raises(ValueError, match="this graph is closed"):
        running.wait_until_idle()


def test_a_side_packet_of_the_wrong_type_is_refused() -> None:
    """The sentence names it and what it should be."""

    class Sized(Shape):
        contract = Contract(inputs=(Port("", ANY),), side_inputs=(Port("SIZE", INT),))

    config = graph("a", node("Sized", "a", side_inputs="SIZE:size"), side_inputs="size")
    running = CalculatorGraph(config, calculators={"Sized": Sized})

    with pytest.raises(TypeError, match=r"side packet \"size\" carries int \(int\), not 'two'"):
        running.start({"size": "two"})


def test_an_aborted_graph_drops_what_waits() -> None:
    """After an exception in the block nothing more is processed."""
    running = CalculatorGraph(CHAIN, calculators=CALCULATORS)
    output = running.observe("b")

    def leave() -> None:
        with running:
            running.start(background=True)
            running.add_packet("a", 2, 2)
            running.wait_until_idle()
            raise KeyError

    with pytest.raises(KeyError):
        leave()

    assert [Packet(2, 2)] == output.take()


def test_thousands_of_frames_leave_memory_as_it_was() -> None:
    """A live graph that is fed from another thread keeps nothing of what it has finished."""
    live = graph(
        "a",
        node("FlowLimiterCalculator", "a FINISHED:out", "in", back="FINISHED"),
        node("PreviousLoopbackCalculator", "MAIN:in LOOP:out", "PREV_LOOP:before", back="LOOP"),
        node("Tuples", "in before", "pairs"),
        node("Last", "pairs", "out"),
    )

    class Last(Calculator):
        contract = Contract(inputs=(Port("", ANY),), outputs=(Port("", ANY),))

        def process(self, context: Context) -> None:
            context.emit("", context.get()[0])

    count = 0

    def see(packet: Packet) -> None:
        nonlocal count
        count += 1

    with CalculatorGraph(live, calculators={**CALCULATORS, "Last": Last}) as running:
        running.observe("out", see)
        running.start(background=True)
        sizes = []
        tracemalloc.start()
        for i in range(5000):
            running.add_packet("a", np.zeros(100), i)
            if i % 1000 == 999:
                running.wait_until_idle()
                gc.collect()
                sizes.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()

    assert count > 5
    assert sizes[-1] - sizes[0] < 20_000
