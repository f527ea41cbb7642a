"""Where a subgraph meets the graph around it: which names on both sides mean the same.

Source: mediapipe/framework/tool/subgraph_expansion.cc (names)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..checking.problems import Problem, hint, problem_of
from ..config import Connection, GraphConfig, InputInfo, Node, place_of

_SMALL = str.maketrans(" .:", "___")


def prefix_of(name: str) -> str:
    """What stands before the names inside a subgraph whose node has this name."""
    return name.lower().translate(_SMALL) + "__"


def back_edges(node: Node) -> frozenset[tuple[str, int]]:
    """The tag and index of each back edge of a node; of no port for what is no port."""
    places = set()
    for info in node.input_info:
        with suppress(ValueError):  # validation tells
            if info.back_edge:
                places.add(place_of(info.tag_index))
    return frozenset(places)


@dataclass(frozen=True, slots=True)
class Border:
    """How the names inside a subgraph change.

    streams, sides: by the name inside, what the graph around it calls them; None for inputs that
        are not connected.
    prefix: for all others.
    """

    streams: Mapping[str, str | None]
    sides: Mapping[str, str | None]
    prefix: str

    def stream(self, name: str) -> str | None:
        """What a stream inside is called outside; None if it is an input that is not connected."""
        return self.streams.get(name, self.prefix + name)

    def side(self, name: str) -> str | None:
        """What a side packet inside is called outside; None if it is not connected."""
        return self.sides.get(name, self.prefix + name)


class _Part(NamedTuple):
    """What is joined: the inputs or the outputs, of streams or of side packets."""

    what: str
    inner: tuple[Connection, ...]
    outer: tuple[Connection, ...]
    is_input: bool


def border_of(node: Node, name: str, inner: GraphConfig) -> tuple[Border, list[Problem]]:
    """The border of a subgraph, and what does not fit there.

    node: in the graph around it. name: the node's full name.
    """
    streams = (
        _Part("input stream", inner.inputs, node.inputs, True),
        _Part("output stream", inner.outputs, node.outputs, False),
    )
    sides = (
        _Part("input side packet", inner.side_inputs, node.side_inputs, True),
        _Part("output side packet", inner.side_outputs, node.side_outputs, False),
    )
    problems = [
        problem_of(node, name, text, words=end)
        for part in (*streams, *sides)
        for end, text in _surplus(part, node.calculator)
    ]
    maps: list[dict[str, str | None]] = []
    for parts in (streams, sides):
        maps.append({})
        for end, text in _join(parts, maps[-1], node.calculator):
            problems.append(problem_of(node, name, text, words=end))
    return Border(maps[0], maps[1], prefix_of(name)), problems


def _surplus(part: _Part, kind: str) -> Iterator[tuple[Connection, str]]:
    """The connections of the node for which the subgraph has no port."""
    inside = {(end.tag, end.index) for end in part.inner}
    for end in part.outer:
        if (end.tag, end.index) not in inside:
            ports = [one.port for one in part.inner]
            cure = hint(end.port, ports)
            yield end, f'the subgraph {kind} has no {part.what} "{end.port}": {cure}'


def _join(
    parts: Iterable[_Part], names: dict[str, str | None], kind: str
) -> Iterator[tuple[Connection, str]]:
    """Fill in the names outside by those inside; gives the connections that have two."""
    for part in parts:
        outside = {(end.tag, end.index): end for end in part.outer}
        for inner in part.inner:
            outer = outside.get((inner.tag, inner.index))
            if outer is None:
                if part.is_input:
                    names.setdefault(inner.name, None)
            elif names.setdefault(inner.name, outer.name) != outer.name:
                already = names[inner.name] or "unconnected"
                yield (
                    outer,
                    f'"{inner.name}" inside the subgraph {kind} goes out as "{outer.name}", but is '
                    f'"{already}" already: put a PassThroughCalculator between',
                )


def moved_out(node: Node, name: str, border: Border) -> Node:
    """A node from inside a subgraph as it is in the graph around it. name: its new name."""
    inputs = _renamed(node.inputs, border.streams, border.prefix)
    kept = {place for place, _ in inputs}
    dropped = {(end.tag, end.index) for end in node.inputs} - kept
    return replace(
        node,
        name=name,
        inputs=_counted(inputs),
        outputs=_counted(_renamed(node.outputs, border.streams, border.prefix)),
        side_inputs=_counted(_renamed(node.side_inputs, border.sides, border.prefix)),
        side_outputs=_counted(_renamed(node.side_outputs, border.sides, border.prefix)),
        input_info=tuple(info for info in node.input_info if not _is_at(info, dropped)),
    )


_Placed = tuple[tuple[str, int], Connection]


def _renamed(
    ends: Iterable[Connection], names: Mapping[str, str | None], prefix: str
) -> list[_Placed]:
    """The place inside and the renamed connection of each end that is left."""
    return [
        ((end.tag, end.index), replace(end, name=name))
        for end in ends
        if (name := names.get(end.name, prefix + end.name)) is not None
    ]


def _counted(ends: Iterable[_Placed]) -> tuple[Connection, ...]:
    """The connections, those without a tag counted anew: one of them may have gone."""
    count = 0
    counted = []
    for _, end in ends:
        if not end.tag:
            end = replace(end, index=count)
            count += 1
        counted.append(end)
    return tuple(counted)


def _is_at(info: InputInfo, places: set[tuple[str, int]]) -> bool:
    try:
        return place_of(info.tag_index) in places
    except ValueError:
        return False  # validation tells
