"""What flows in the streams and side packets of a graph, as far as its calculators say.

A stream carries what the contracts at its ends say. A port that passes on what another gets
(`same_as`) ties two streams together, so that a type is known far from where it is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..calculator import Calculator
from ..config import Connection, GraphConfig, Node, node_names
from ..contracts import ANY, Contract, PacketType, Port, is_tied, port_of

Calculators = Mapping[str, type[Calculator]]


class Wire(NamedTuple):
    """A stream or a side packet by its name."""

    name: str
    is_side: bool = False

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return "side packet" if self.is_side else "stream"


class End(NamedTuple):
    """A connection of a node, and the port of the contract that it stands for.

    number: of the node. port: None if the contract has none, or nothing is known of the calculator.
    """

    number: int
    node: Node
    name: str
    connection: Connection
    wire: Wire
    port: Port | None
    is_output: bool

    @property
    def words(self) -> str:
        """The end for messages, such as "output LANDMARKS of HandLandmarkCpu"."""
        way = "output" if self.is_output else "input"
        return f'{way} "{self.connection.port}" of {self.name}'


class Contradiction(NamedTuple):
    """Two ends that do not fit: the packets of `given` come to `taken`, which wants others."""

    given: End
    taken: End


def sides_of(
    node: Node, contract: Contract | None
) -> Iterator[tuple[bool, bool, Connection, Port | None]]:
    """Each connection of a node: whether of side packets, whether an output, and its port."""
    empty = Contract()
    known = contract or empty
    for is_side, is_output, ends, ports in (
        (False, False, node.inputs, known.inputs),
        (False, True, node.outputs, known.outputs),
        (True, False, node.side_inputs, known.side_inputs),
        (True, True, node.side_outputs, known.side_outputs),
    ):
        for end in ends:
            yield is_side, is_output, end, port_of(ports, end.tag, end.index)


def ends_of(config: GraphConfig, calculators: Calculators) -> list[End]:
    """The ends of all streams and side packets at nodes, in the order of the file."""
    return [
        End(number, node, name, end, Wire(end.name, is_side), port, is_output)
        for number, (node, name) in enumerate(zip(config.nodes, node_names(config), strict=True))
        for is_side, is_output, end, port in sides_of(node, _contract(calculators, node))
    ]


def _contract(calculators: Calculators, node: Node) -> Contract | None:
    kind = calculators.get(node.calculator)
    return kind.contract if kind is not None else None


class _Ties:
    """Wires that carry the same type, joined into classes."""

    def __init__(self) -> None:
        self._above: dict[Wire, Wire] = {}

    def top(self, wire: Wire) -> Wire:
        """The wire that stands for the class."""
        while (above := self._above.get(wire, wire)) != wire:
            wire = above
        return wire

    def join(self, one: Wire, other: Wire) -> None:
        """Put two wires into one class."""
        one, other = self.top(one), self.top(other)
        if one != other:
            self._above[other] = one


def is_tie(end: End, other: End) -> bool:
    """Whether an end has the type of an input of the same node and index by its contract."""
    port = end.port
    return port is not None and is_tied(port, end.connection.tag, other.connection.tag)


def _tied(ends: list[End]) -> _Ties:
    ties = _Ties()
    inputs: dict[tuple[int, bool, int], list[End]] = {}
    for end in ends:
        if not end.is_output:
            place = (end.number, end.wire.is_side, end.connection.index)
            inputs.setdefault(place, []).append(end)
    for end in ends:
        place = (end.number, end.wire.is_side, end.connection.index)
        for other in inputs.get(place, ()):
            if is_tie(end, other):
                ties.join(other.wire, end.wire)
    return ties


def _typed(ends: list[End], ties: _Ties) -> dict[Wire, list[End]]:
    """The ends that say a type, those that give before those that take, by class."""
    said: dict[Wire, list[End]] = {}
    for end in sorted(ends, key=lambda end: (not end.is_output, end.words)):
        if end.port is not None and end.port.same_as is None and end.port.type is not ANY:
            said.setdefault(ties.top(end.wire), []).append(end)
    return said


def types_of(config: GraphConfig, calculators: Calculators) -> dict[Wire, PacketType]:
    """The types of streams and side packets, as far as they are known; of an expanded graph."""
    ends = ends_of(config, calculators)
    ties = _tied(ends)
    said = _typed(ends, ties)
    wires = {end.wire for end in ends}
    tops = {wire: ties.top(wire) for wire in wires}
    return {
        wire: port.type
        for wire, top in tops.items()
        if top in said and (port := said[top][0].port) is not None
    }


def contradictions(ends: list[End]) -> Iterator[Contradiction]:
    """The ends whose type is not that of the end that gives the packets."""
    ties = _tied(ends)
    for said in _typed(ends, ties).values():
        first = said[0]
        for end in said[1:]:
            nearest = next((one for one in said if one.is_output and one.wire == end.wire), first)
            assert end.port is not None
            assert nearest.port is not None
            if end.port.type.name != nearest.port.type.name:
                yield Contradiction(nearest, end)
