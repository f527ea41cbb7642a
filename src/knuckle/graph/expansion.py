"""Graphs within graphs: each subgraph gives way to its nodes.

Inner nodes and streams take the name of the subgraph's node in front, in small letters and with two
underscores: `palmdetectioncpu__TensorsToDetectionsCalculator`. Those that cross the border of the
subgraph are joined by tag and index.

Source: mediapipe/framework/tool/subgraph_expansion.cc
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from .calculators import CALCULATORS
from .config import (
    Connection,
    GraphConfig,
    InputInfo,
    Node,
    node_names,
    place_of,
)
from .library import Subgraphs as Subgraphs
from .library import finder
from .problems import GraphInvalid, Problem, hint, problem_of
from .switch_container import SWITCH, switch_graph

Finder = Callable[[Node], GraphConfig | None]
_SMALL = str.maketrans(" .:", "___")


class Expansion(NamedTuple):
    """A graph without subgraphs, and what went wrong on the way.

    config: the nodes that could not be expanded stay as they are.
    """

    config: GraphConfig
    problems: tuple[Problem, ...]


def expanded(
    config: GraphConfig,
    *,
    subgraphs: Subgraphs | None = None,
    calculators: Container[str] = CALCULATORS,
) -> GraphConfig:
    """The graph with the nodes of its subgraphs, and of theirs, in the place of them.

    subgraphs: graphs by the type that nodes use, or names or paths of graphs. They come before
        calculators of the same name. Otherwise a type is looked for in the files beside the
        graph's own, then in ours.
    calculators: names that are no subgraphs.
    Raises GraphError if a subgraph does not fit its node or contains itself.
    """
    result = expand(config, subgraphs=subgraphs, calculators=calculators)
    if result.problems:
        raise GraphInvalid(result.problems)
    return result.config


def expand(
    config: GraphConfig,
    *,
    subgraphs: Subgraphs | None = None,
    calculators: Container[str] = CALCULATORS,
) -> Expansion:
    """As `expanded`, with the problems as values."""
    find = finder(config.file, subgraphs=subgraphs or {}, calculators=calculators)
    problems: list[Problem] = []
    nodes = tuple(_inner(config.nodes, find, (config.type,) if config.type else (), problems))
    return Expansion(replace(config, nodes=nodes), tuple(problems))


def _inner(
    nodes: tuple[Node, ...], find: Finder, trail: tuple[str, ...], problems: list[Problem]
) -> Iterator[Node]:
    """The nodes, those of subgraphs expanded. trail: the types of the subgraphs around them."""
    names = node_names(GraphConfig(nodes))
    for node, name in zip(nodes, names, strict=True):
        result = opened(node, name, find)
        if result is None:
            yield node
            continue
        problems += result.problems
        kind = node.calculator
        if kind in trail and kind != SWITCH:
            way = " > ".join((*trail[trail.index(kind) :], kind))
            text = f"the subgraph {kind} contains itself ({way}): take one of them out"
            problems.append(problem_of(node, name, text))
            yield node
        elif result.problems:
            yield node
        else:
            yield from _inner(result.config.nodes, find, (*trail, kind), problems)


def opened(node: Node, name: str, find: Finder) -> Expansion | None:
    """The nodes of a subgraph as they are joined to what is around its node, one level deep.

    name: the full name of the subgraph's node.
    Returns None if the node is no subgraph.
    """
    problems: list[Problem] = []
    inner = switch_graph(node, name, problems) if node.calculator == SWITCH else find(node)
    if inner is None:
        return Expansion(GraphConfig(), tuple(problems)) if problems else None
    if node.back_edges:
        port = next(info.tag_index for info in node.input_info if info.back_edge)
        text = (
            f"input {port} of the subgraph {node.calculator} is declared a back edge: declare it "
            "at the node inside that reads the stream"
        )
        problems.append(problem_of(node, name, text, words=port))
    names = _names(node, name, inner, problems)
    inner_names = node_names(inner)
    inside = tuple(
        _renamed(one, f"{prefix_of(name)}{inner_name}", names)
        for one, inner_name in zip(inner.nodes, inner_names, strict=True)
    )
    return Expansion(replace(inner, nodes=inside), tuple(problems))


def prefix_of(name: str) -> str:
    """What stands before the names inside a subgraph whose node has this name."""
    return name.lower().translate(_SMALL) + "__"


@dataclass(frozen=True, slots=True)
class _Names:
    """How the names inside a subgraph change.

    streams, sides: by the name inside, what the graph around it calls them; None for inputs that
        are not connected.
    prefix: for all others.
    """

    streams: Mapping[str, str | None]
    sides: Mapping[str, str | None]
    prefix: str


def _names(node: Node, name: str, inner: GraphConfig, problems: list[Problem]) -> _Names:
    def joined(
        what: str,
        borders: tuple[tuple[Connection, ...], tuple[Connection, ...]],
        ends: tuple[tuple[Connection, ...], tuple[Connection, ...]],
    ) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for way, border, outer in zip(("input", "output"), borders, ends, strict=True):
            outside = {(c.tag, c.index): c for c in outer}
            inside = {(c.tag, c.index) for c in border}
            for place, end in outside.items():
                if place not in inside:
                    ports = [c.port for c in border]
                    text = f'the subgraph {node.calculator} has no {way} {what} "{end.port}": '
                    problem = problem_of(node, name, text + hint(end.port, ports), words=end)
                    problems.append(problem)
            for one in border:
                end_or_none = outside.get((one.tag, one.index))
                if end_or_none is None:
                    if way == "input":
                        found.setdefault(one.name, None)
                elif found.setdefault(one.name, end_or_none.name) != end_or_none.name:
                    text = (
                        f'"{one.name}" inside the subgraph {node.calculator} goes out as '
                        f'"{end_or_none.name}", but it is "{found[one.name] or "unconnected"}" '
                        "already: put a PassThroughCalculator between"
                    )
                    problems.append(problem_of(node, name, text, words=end_or_none))
        return found

    streams = joined("stream", (inner.inputs, inner.outputs), (node.inputs, node.outputs))
    sides = joined(
        "side packet",
        (inner.side_inputs, inner.side_outputs),
        (node.side_inputs, node.side_outputs),
    )
    return _Names(streams, sides, prefix_of(name))


def _renamed(node: Node, name: str, names: _Names) -> Node:
    inputs = list(_ends(node.inputs, names.streams, names.prefix))
    dropped = {(c.tag, c.index) for c in node.inputs} - {place for place, _ in inputs}
    return replace(
        node,
        name=name,
        inputs=_counted(end for _, end in inputs),
        outputs=_counted(end for _, end in _ends(node.outputs, names.streams, names.prefix)),
        side_inputs=_counted(end for _, end in _ends(node.side_inputs, names.sides, names.prefix)),
        side_outputs=_counted(
            end for _, end in _ends(node.side_outputs, names.sides, names.prefix)
        ),
        input_info=tuple(info for info in node.input_info if not _is_at(info, dropped)),
    )


def _is_at(info: InputInfo, places: set[tuple[str, int]]) -> bool:
    try:
        return place_of(info.tag_index) in places
    except ValueError:
        return False  # validation tells


def _ends(
    ends: Iterable[Connection], names: Mapping[str, str | None], prefix: str
) -> Iterator[tuple[tuple[str, int], Connection]]:
    """The place inside and the renamed connection of each end that is left."""
    for end in ends:
        name = names.get(end.name, prefix + end.name)
        if name is not None:
            yield (end.tag, end.index), replace(end, name=name)


def _counted(ends: Iterable[Connection]) -> tuple[Connection, ...]:
    """The ends, those without a tag counted anew: one of them may have gone."""
    count = 0
    counted = []
    for end in ends:
        if not end.tag:
            end = replace(end, index=count)
            count += 1
        counted.append(end)
    return tuple(counted)
