"""Small graphs for tests: calculators that do little, and a run with hand-made packets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from knuckle.graph.calculator import Calculator, Context
from knuckle.graph.config import GraphConfig, InputInfo, Node, connections
from knuckle.graph.contracts import ANY, Contract, Port
from knuckle.graph.packets import Packet
from knuckle.graph.running.graph import CalculatorGraph


class Tuples(Calculator):
    """The values of all inputs at one time, None where there is no packet."""

    contract = Contract(inputs=(Port("", ANY, repeated=True),), outputs=(Port("", ANY),))

    def process(self, context: Context) -> None:
        """Join the values of one time."""
        context.emit("", tuple(context.all()))


class Evens(Calculator):
    """Only the even numbers."""

    contract = Contract(inputs=(Port("", ANY),), outputs=(Port("", ANY),))

    def process(self, context: Context) -> None:
        """Let a number pass, or not."""
        if context.get() % 2 == 0:
            context.emit("", context.get())


class SilentEvens(Evens):
    """Only the even numbers, without a promise about the others."""

    contract = Contract(inputs=(Port("", ANY),), outputs=(Port("", ANY),), offset=None)


class Fails(Calculator):
    """Fails at the number 3."""

    contract = Contract(inputs=(Port("", ANY),), outputs=(Port("", ANY),))

    def process(self, context: Context) -> None:
        """Hand on a number, unless it is 3."""
        if context.get() == 3:
            raise ArithmeticError("three is too many")
        context.emit("", context.get())


class Counts(Calculator):
    """A source: the numbers from 0 up to the side packet LIMIT."""

    contract = Contract(outputs=(Port("", ANY),), side_inputs=(Port("LIMIT", ANY),))

    def open(self, context: Context) -> None:
        """Start at 0."""
        self.next = 0

    def process(self, context: Context) -> None:
        """The next number, or the end."""
        if self.next >= context.side("LIMIT"):
            context.stop()
            return
        context.emit("", self.next, timestamp=self.next)
        self.next += 1


CALCULATORS: dict[str, type[Calculator]] = {
    "Counts": Counts,
    "Evens": Evens,
    "Fails": Fails,
    "SilentEvens": SilentEvens,
    "Tuples": Tuples,
}

Sent = tuple[str, Any, int]  # stream, value, time


def node(
    calculator: str,
    inputs: str = "",
    outputs: str = "",
    *,
    back: str = "",
    side_inputs: str = "",
    **more: Any,
) -> Node:
    """A node; its streams are separated by blanks."""
    return Node(
        calculator,
        inputs=connections(*inputs.split()),
        outputs=connections(*outputs.split()),
        side_inputs=connections(*side_inputs.split()),
        input_info=tuple(InputInfo(tag, back_edge=True) for tag in back.split()),
        **more,
    )


def graph(inputs: str, *nodes: Node, side_inputs: str = "", **more: Any) -> GraphConfig:
    """A graph; its streams are separated by blanks."""
    return GraphConfig(
        nodes,
        inputs=connections(*inputs.split()),
        side_inputs=connections(*side_inputs.split()),
        **more,
    )


def run(
    config: GraphConfig,
    sent: Iterable[Sent],
    stream: str,
    *,
    sides: Mapping[str, Any] | None = None,
    bounds: bool = False,
    calculators: Mapping[str, type[Calculator]] = CALCULATORS,
) -> list[Packet]:
    """The packets that come out of a stream when others are sent in."""
    with CalculatorGraph(config, calculators=calculators) as running:
        output = running.observe(stream, bounds=bounds)
        running.start(sides)
        for name, value, time in sent:
            running.add_packet(name, value, time)
        running.wait_until_idle()
    return output.take()
