"""Graphs within graphs: each subgraph gives way to its nodes.

Inner nodes and streams take the name of the subgraph's node in front, in small letters and with two
underscores: `palmdetectioncpu__TensorsToDetectionsCalculator`. Those that cross the border of the
subgraph are joined by tag and index.

Source: mediapipe/framework/tool/subgraph_expansion.cc
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from ...errors import GraphError
from ..calculators import CALCULATORS
from ..checking.problems import GraphInvalid, Problem, problem_from, problem_of
from ..config import GraphConfig, Node, node_names
from ..library import Subgraphs as Subgraphs
from ..library import finder
from .border import back_edges, border_of, moved_out
from .switch_container import SWITCH, switch_graph

MOST_NODES = 20_000  # of a graph, with those of its subgraphs
Finder = Callable[[Node], GraphConfig | None]


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
    """As `expanded`, with the problems as values. Raises GraphError for more than MOST_NODES."""
    known = finder(config.file, subgraphs=subgraphs or {}, calculators=calculators)

    def find(node: Node) -> GraphConfig | None:
        """A graph is not among the files beside it, but they can contain it."""
        kind = node.calculator
        is_itself = kind == config.type != "" and kind not in calculators
        return known(node) or (config if is_itself else None)

    problems: list[Problem] = []
    trail = (config.type,) if config.type else ()
    nodes = tuple(_inner(config.nodes, find, trail, problems, count(1)))
    return Expansion(replace(config, nodes=nodes), tuple(problems))


def _inner(
    nodes: tuple[Node, ...],
    find: Finder,
    trail: tuple[str, ...],
    problems: list[Problem],
    visited: Iterator[int],
) -> Iterator[Node]:
    """The nodes, those of subgraphs expanded.

    trail: the types of the subgraphs around them. visited: counts nodes, those of subgraphs, too.
    """
    names = node_names(GraphConfig(nodes))
    for node, name in zip(nodes, names, strict=True):
        if next(visited) > MOST_NODES:  # a few small files can ask for billions
            raise GraphError(
                f"the graph has more than {MOST_NODES} nodes with those of its subgraphs: use "
                "fewer subgraphs in one another",
                file=node.file,
                line=node.line,
            )
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
            yield from _inner(result.config.nodes, find, (*trail, kind), problems, visited)


def opened(node: Node, name: str, find: Finder) -> Expansion | None:
    """The nodes of a subgraph as they are joined to what is around its node, one level deep.

    name: the full name of the subgraph's node.
    Returns None if the node is no subgraph.
    """
    inner, problems = inner_graph(node, name, find)
    if inner is None:
        return Expansion(GraphConfig(), tuple(problems)) if problems else None
    border, misfits = border_of(node, name, inner)
    nodes = tuple(
        moved_out(one, border.prefix + inner_name, border)
        for one, inner_name in zip(inner.nodes, node_names(inner), strict=True)
    )
    return Expansion(replace(inner, nodes=nodes), (*problems, *misfits))


def inner_graph(node: Node, name: str, find: Finder) -> tuple[GraphConfig | None, list[Problem]]:
    """The graph that does the work of a node, as it is in its file, and what is wrong with it.

    name: the full name of the node.
    """
    problems: list[Problem] = []
    try:
        inner = switch_graph(node, name, problems) if node.calculator == SWITCH else find(node)
    except GraphError as error:  # in the file of the subgraph
        return None, [problem_from(error, name)]
    if inner is not None and back_edges(node):
        port = next(info.tag_index for info in node.input_info if info.back_edge)
        text = (
            f"input {port} of the subgraph {node.calculator} is declared a back edge: declare it "
            "at the node inside that reads the stream"
        )
        problems.append(problem_of(node, name, text, words=port))
    return inner, problems
