"""Mistakes in programs are told in one sentence, with the cure, and never wait for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from knuckle.errors import GraphError
from knuckle.graph.calculator import Calculator, Context
from knuckle.graph.config import GraphConfig, connections
from knuckle.graph.contracts import Contract, Port
from knuckle.graph.library import load
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.graph.types import FLOAT, IMAGE

from .small import graph, node

MINE = graph("x", node("Mine", "x", "y"), outputs=connections("y"))


def mine(process: Callable[[Calculator, Context], None], **parts: Any) -> type[Calculator]:
    """A calculator from numbers to numbers."""
    contract = Contract(**{"inputs": (Port("", FLOAT),), "outputs": (Port("", FLOAT),), **parts})
    return type("Mine", (Calculator,), {"contract": contract, "process": process})


def copy(_: Calculator, context: Context) -> None:
    """Send what has come."""
    context.emit("", context.get())


@pytest.mark.parametrize("config", ["palm_detection", [node("Mine", "x", "y")], None])
def test_what_is_no_graph_is_refused(config: Any) -> None:
    """The message says what gives one."""
    with pytest.raises(TypeError, match=r"takes a GraphConfig, not a .*: load\(NAME_OR_FILE\)"):
        CalculatorGraph(config)


@pytest.mark.parametrize(
    ("calculators", "message"),
    [
        ([mine(copy)], 'calculators is a list: write {"MyCalculator": MyCalculator}'),
        ({"Mine": copy}, "give a class that derives from Calculator"),
        ({"Mine": mine(copy)()}, "is an object of it: give a class"),
    ],
)
def test_what_is_no_calculator_is_refused(calculators: Any, message: str) -> None:
    """Before a call of it fails somewhere inside."""
    with pytest.raises(TypeError) as error:
        CalculatorGraph(MINE, calculators=calculators)

    assert message in str(error.value)


def test_a_side_packet_that_nobody_takes_is_refused() -> None:
    """A slip of the pen would leave the usual value in force."""
    with pytest.raises(ValueError, match='no side packet "num_hand": did you mean num_hands'):
        CalculatorGraph(load("hand_landmark_tracking")).start({"num_hand": 4})


def test_seconds_are_no_times() -> None:
    """Times are whole microseconds."""
    with CalculatorGraph(MINE, calculators={"Mine": mine(copy)}) as running:
        running.start()
        with pytest.raises(TypeError, match=r"is 0\.033: give whole microseconds"):
            running.add_packet("x", 1.0, 0.033)  # type: ignore[arg-type]


def test_times_have_64_bits() -> None:
    """They are those of MediaPipe."""
    with CalculatorGraph(MINE, calculators={"Mine": mine(copy)}) as running:
        running.start()
        with pytest.raises(ValueError, match=f"is {2**63}: times are microseconds in 64 bits"):
            running.add_packet("x", 1.0, 2**63)


@pytest.mark.parametrize(
    ("method", "words"), [("proces", 'did you write "proces" for it'), ("copy", "define it")]
)
def test_a_calculator_that_does_nothing_is_refused(method: str, words: str) -> None:
    """Its packets would be lost without a word."""
    contract = Contract(inputs=(Port("", FLOAT),), outputs=(Port("", FLOAT),))
    kind = type("Mine", (Calculator,), {"contract": contract, method: copy})

    with pytest.raises(TypeError, match=f"Mine takes streams, but has no method process: {words}"):
        CalculatorGraph(MINE, calculators={"Mine": kind})


def test_a_calculator_cannot_change_the_picture_that_was_sent() -> None:
    """Others see the same one, and the program may use it again."""

    def paint(_: Calculator, context: Context) -> None:
        context.get()[:] = 255

    image = np.zeros((2, 2, 3), np.uint8)
    kind = mine(paint, inputs=(Port("", IMAGE),))
    with pytest.raises(GraphError, match="node Mine at 5: assignment destination is read-only"):
        _run(MINE, kind, image)

    assert image.flags.writeable
    assert not image.any()


@pytest.mark.parametrize(
    ("error", "words"), [(KeyError("a"), "KeyError: 'a'"), (AssertionError(), "AssertionError")]
)
def test_an_error_without_a_sentence_has_its_type(error: Exception, words: str) -> None:
    """As the message of a KeyError is the key alone."""

    def fail(_: Calculator, context: Context) -> None:
        raise error

    with pytest.raises(GraphError, match=f"node Mine at 5: {words}$"):
        _run(MINE, mine(fail))


@pytest.mark.parametrize("call", [CalculatorGraph.wait_until_idle, CalculatorGraph.close])
def test_a_calculator_that_waits_for_its_graph_is_told(call: Callable[..., Any]) -> None:
    """It would wait for itself."""

    def wait(_: Calculator, context: Context) -> None:
        call(running)

    with CalculatorGraph(MINE, calculators={"Mine": mine(wait)}) as running:
        running.start(background=True)
        running.add_packet("x", 1.0, 5)
        with pytest.raises(GraphError, match="cannot wait for its own graph, or close it"):
            running.wait_until_idle(10)


def test_a_task_waits_only_for_a_graph_that_runs() -> None:
    """Packets come from no thread of their own otherwise."""

    async def all_packets() -> Any:
        with CalculatorGraph(MINE, calculators={"Mine": mine(copy)}) as running:
            output = running.observe("y")
            running.start()
            running.add_packet("x", 1.0, 5)
            return [packet async for packet in output]

    with pytest.raises(ValueError, match=r"start the graph with start\(background=True\)"):
        asyncio.run(asyncio.wait_for(all_packets(), 10))


def _run(config: GraphConfig, calculator: type[Calculator], value: Any = 1.0) -> None:
    with CalculatorGraph(config, calculators={"Mine": calculator}) as running:
        running.start()
        running.add_packet("x", value, 5)
        running.wait_until_idle()


@pytest.mark.parametrize("ports", [Port("", FLOAT), [Port("", FLOAT)], ("VIDEO",)])
def test_ports_are_a_tuple(ports: Any) -> None:
    """The comma of a tuple of one is easily forgotten."""
    with pytest.raises(TypeError, match=r"outputs of the contract is .*: write a tuple of ports"):
        Contract(outputs=ports)


@pytest.mark.parametrize("kind", ["IMAGE", float])
def test_a_port_has_a_type_of_packets(kind: Any) -> None:
    """The message says where they are."""
    with pytest.raises(TypeError, match=r'type of port "A" is .*: take one of knuckle\.graph'):
        Port("A", kind)
