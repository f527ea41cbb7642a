"""Whether the ends of streams and side packets meet: who gives what, who waits, what goes round."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from ..config import Connection, GraphConfig, Node, place_of
from ..expanding.border import back_edges
from .problems import FEW, Problem, hint, problem_of
from .stream_types import End, Wire

LOOP_TAGS = ("LOOP", "FINISHED")  # inputs that are made to close a loop


class Makers(NamedTuple):
    """Where each stream and side packet comes from.

    nodes: the outputs that give it. graph: those that come from outside.
    """

    nodes: dict[Wire, list[End]]
    graph: frozenset[Wire]

    def has(self, wire: Wire) -> bool:
        """Whether anybody gives it."""
        return wire in self.nodes or wire in self.graph

    def names(self, *, is_side: bool) -> list[str]:
        """The names of all streams or side packets that are given."""
        return [wire.name for wire in (*self.nodes, *self.graph) if wire.is_side == is_side]


def makers_of(config: GraphConfig, ends: Iterable[End], given: Collection[str] | None) -> Makers:
    """Where the streams and side packets of a graph come from.

    given: the names of the side packets that come from outside; None if that is not known yet.
    """
    nodes: dict[Wire, list[End]] = {}
    for end in ends:
        if end.is_output:
            nodes.setdefault(end.wire, []).append(end)
    sides = [c.name for c in config.side_inputs] if given is None else given
    outside = [*(Wire(c.name) for c in config.inputs), *(Wire(name, True) for name in sides)]
    return Makers(nodes, frozenset(outside))


def outside_sides(config: GraphConfig) -> list[str]:
    """The side packets that come from outside, those that the graph declares first.

    Many graph files name them at the nodes that read them, and nowhere else.
    """
    made = {end.name for node in config.nodes for end in node.side_outputs}
    names = [end.name for end in config.side_inputs]
    names += [end.name for node in config.nodes for end in node.side_inputs]
    return [name for name in dict.fromkeys(names) if name not in made]


def doubled(makers: Makers) -> Iterator[Problem]:
    """Streams and side packets that come from two places."""
    for wire, ends in makers.nodes.items():
        places = [end.words for end in ends]
        if wire in makers.graph:
            places.append("an input of the graph")
        if len(places) > 1:
            listed = " and ".join(sorted(places))
            text = f'the {wire.kind} "{wire.name}" comes from {listed}: give each a name of its own'
            yield problem_of(ends[-1].node, ends[-1].name, text, words=ends[-1].connection)


def unmet(
    config: GraphConfig, ends: Iterable[End], makers: Makers, *, are_sides_known: bool
) -> Iterator[Problem]:
    """Inputs that nobody feeds.

    are_sides_known: whether all side packets from outside are among the makers. If not, any that
        is missing may come from there.
    """
    told: set[Wire] = set()
    for end in ends:
        wire = end.wire
        if end.is_output or makers.has(wire):
            continue
        other = Wire(wire.name, not wire.is_side)
        if makers.has(other):
            field = "input_side_packet" if other.is_side else "input_stream"
            text = (
                f'{end.words} reads the {wire.kind} "{wire.name}", which is a {other.kind}: write '
                f"{field} in place of {'input_stream' if other.is_side else 'input_side_packet'}"
            )
        elif not wire.is_side:
            text = (
                f'no node gives the stream "{wire.name}" that {end.words} reads: '
                f"{hint(wire.name, makers.names(is_side=False))}"
            )
        elif are_sides_known and not _may_lack(end) and wire not in told:
            told.add(wire)
            text = (
                f'the side packet "{wire.name}" is missing, which {end.words} reads: give it when '
                "the graph starts, or make it with a ConstantSidePacketCalculator"
            )
        else:
            continue
        yield problem_of(end.node, end.name, text, words=end.connection)
    yield from _unmet_border(config.outputs, makers, config.file, is_side=False)
    yield from _unmet_border(config.side_outputs, makers, config.file, is_side=True)


def _may_lack(end: End) -> bool:
    return end.port is None or end.port.optional


def _unmet_border(
    border: tuple[Connection, ...], makers: Makers, file: str, *, is_side: bool
) -> Iterator[Problem]:
    for end in border:
        wire = Wire(end.name, is_side)
        if not makers.has(wire):
            text = (
                f'no node gives the {wire.kind} "{end.name}", which is an output of the graph: '
                f"{hint(end.name, makers.names(is_side=is_side))}"
            )
            yield Problem(text, file=file, words=str(end))


class _Edge(NamedTuple):
    """From a node to another that reads what it gives."""

    start: int
    end: End


def cycles(config: GraphConfig, ends: Iterable[End], makers: Makers) -> Iterator[Problem]:
    """Rings of nodes in which each waits for the one before, as no input is a back edge."""
    edges: dict[int, list[_Edge]] = {number: [] for number in range(len(config.nodes))}
    names: dict[int, str] = {}
    for end in ends:
        names[end.number] = end.name
        if end.is_output or _is_back(end):
            continue
        for maker in makers.nodes.get(end.wire, ()):
            edges[maker.number].append(_Edge(maker.number, end))
    after = {
        number: sorted((edge.end.number for edge in out), key=lambda other: names[other])
        for number, out in edges.items()
    }
    depths = _depths(after)
    for ring in _rings(after):
        inside = [edge for number in ring for edge in edges[number] if edge.end.number in ring]
        closing = min(inside, key=lambda edge: _rank(edge, names, depths))
        way = _way(closing.end.number, closing.start, {n: after[n] for n in ring}, ring)
        yield _cycle_problem(closing, [names[number] for number in way])


def _is_back(end: End) -> bool:
    return (end.connection.tag, end.connection.index) in back_edges(end.node)


def _cycle_problem(closing: _Edge, way: list[str]) -> Problem:
    end = closing.end
    shown = way if len(way) <= FEW else [*way[: FEW - 1], "...", way[-1]]
    ring = " > ".join((*shown, way[0]))
    if end.wire.is_side:
        cure = f'the side packet "{end.wire.name}" must come from elsewhere'
    else:
        cure = (
            f"declare where it is closed, as in {end.name}: input_stream_info "
            f'{{ tag_index: "{_tag_index(end.connection)}" back_edge: true }}'
        )
    text = f"the nodes wait for each other in a cycle ({ring}): {cure}"
    return problem_of(end.node, end.name, text, words=end.connection)


def _tag_index(end: Connection) -> str:
    return end.port if end.tag else f":{end.index}"


def _rank(edge: _Edge, names: dict[int, str], depths: dict[int, int]) -> tuple[object, ...]:
    """How well an edge would close the cycle, the best first; the order of the file is no matter.

    A loop is closed at an input made for it, else at the node that the packets reach first.
    """
    end = edge.end
    return (
        end.wire.is_side,
        end.connection.tag not in LOOP_TAGS,
        depths.get(end.number, len(depths)),
        end.name,
        end.connection.tag,
        end.connection.index,
    )


def _depths(after: dict[int, list[int]]) -> dict[int, int]:
    """The fewest steps to each node from one that reads from no other; none if there is no way."""
    reached = {number for out in after.values() for number in out}
    depths = {number: 0 for number in after if number not in reached}
    waiting = list(depths)
    for number in waiting:  # grows while it is walked
        for other in after[number]:
            if other not in depths:
                depths[other] = depths[number] + 1
                waiting.append(other)
    return depths


def _way(start: int, end: int, after: dict[int, list[int]], ring: set[int]) -> list[int]:
    """A shortest way between two nodes of a ring, both included."""
    before: dict[int, int] = {start: start}
    waiting = [start]
    for number in waiting:  # grows while it is walked
        for other in after[number]:
            if other in ring and other not in before:
                before[other] = number
                waiting.append(other)
    way = [end]
    while way[-1] != start:
        way.append(before[way[-1]])
    return way[::-1]


def _rings(after: dict[int, list[int]]) -> Iterator[set[int]]:
    """The sets of nodes of which each can be reached from each other, if there are two or a loop.

    Tarjan's algorithm without recursion, as graphs may be long.
    """
    order: dict[int, int] = {}
    lowest: dict[int, int] = {}
    stack: list[int] = []
    for root in after:
        if root in order:
            continue
        order[root] = lowest[root] = len(order)
        stack.append(root)
        path = [(root, iter(after[root]))]
        while path:
            number, rest = path[-1]
            other = next(rest, None)
            if other is None:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[number])
                if lowest[number] == order[number]:
                    ring = set(stack[stack.index(number) :])
                    del stack[stack.index(number) :]
                    if len(ring) > 1 or number in after[number]:
                        yield ring
            elif other not in order:
                order[other] = lowest[other] = len(order)
                stack.append(other)
                path.append((other, iter(after[other])))
            elif other in stack:
                lowest[number] = min(lowest[number], order[other])


def info_problems(node: Node, name: str) -> Iterator[Problem]:
    """What a node says of inputs that it does not have."""
    places = {(end.tag, end.index) for end in node.inputs}
    ports = [_tag_index(end) for end in node.inputs]
    for info in node.input_info:
        try:
            known = place_of(info.tag_index) in places
        except ValueError as error:
            yield problem_of(node, name, str(error), words=info.tag_index)
            continue
        if not known:
            text = (
                f'the input "{info.tag_index}" that input_stream_info speaks of does not exist: '
                f"{hint(info.tag_index, ports)}"
            )
            yield problem_of(node, name, text, words=info.tag_index)
