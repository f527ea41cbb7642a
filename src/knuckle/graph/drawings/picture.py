"""Graphs as a page draws them: a model of plain values for JSON, subgraphs within their nodes.

    DRAWING = {"title", "file", "graph": GRAPH | None, "problems": [PROBLEM], "trace": TRACE | None}
    GRAPH   = {"type", "inputs": [PORT], "outputs", "sideInputs", "sideOutputs", "nodes": [NODE]}
    PORT    = {"tag", "index", "stream", "type", "backEdge"}
    NODE    = {"id", "name", "calculator", "inputs": [PORT], "outputs", "sideInputs", "sideOutputs",
               "options": [{"type", "text"}], "about", "file", "line", "graph": GRAPH | None,
               "isUnknown"}
    PROBLEM = {"file", "line", "node", "text", "isNote"}
    TRACE   = {"duration", "nodes": {id: {"calls", "total", "mean", "longest"}},
               "streams": {full name: {"packets", "drops"}}}

A node's id is its name in the expanded graph. Within a subgraph, streams have their own names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import GraphError
from ..calculators import CALCULATORS
from ..checking.problems import Problem, located, problem_from
from ..checking.stream_types import Calculators, Wire, types_of
from ..checking.validation import problems as problems_of
from ..config import Connection, GraphConfig, Node, node_names
from ..contracts import PacketType
from ..expanding.border import Border, back_edges, border_of
from ..expanding.expansion import Finder, expand, inner_graph
from ..expanding.switch_container import SWITCH
from ..library import FOLDER, GRAPHS, Subgraphs, finder
from ..texts.reading import graph_from_text
from ..texts.writing import options_text

Model = dict[str, Any]  # as JSON has it
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s|$)|$)")
_LEGAL = re.compile(r"copyright|licen[sc]e|warrant", re.IGNORECASE)
_CHANNEL = re.compile(r"c\d+__")


def drawing_of(
    config: GraphConfig,
    *,
    subgraphs: Subgraphs | None = None,
    calculators: Calculators = CALCULATORS,
    title: str = "",
    problems: Iterable[Problem] = (),
    trace: Model | None = None,
) -> Model:
    """The model of a graph, its subgraphs not expanded.

    subgraphs, calculators: as for `expanded`.
    title: over the drawing; by default the graph's type or the name of its file.
    problems: what is wrong with it, as `validation.problems` says.
    trace: what a run has measured, a TRACE.
    """
    expanded = expand(config, subgraphs=subgraphs, calculators=calculators).config
    find = finder(config.file, subgraphs=subgraphs or {}, calculators=calculators)
    artist = _Artist(find, calculators, types_of(expanded, calculators))
    return {
        "title": title or config.type or Path(config.file).stem,
        "file": _told(config.file),
        "graph": artist.graph(config, lambda wire: wire, prefix="", trail=(config.type,)),
        "problems": [_problem(problem) for problem in problems],
        "trace": trace,
    }


def drawing_of_text(
    text: str,
    *,
    file: str = "",
    subgraphs: Subgraphs | None = None,
    calculators: Calculators = CALCULATORS,
    title: str = "",
) -> Model:
    """The model of the graph in a text, with all that is wrong with it; it never raises.

    file: its name, if it has one; the files beside it may be its subgraphs.
    A text that cannot be read has a problem, with its line, and no graph.
    """
    try:
        config = graph_from_text(text, file)
        found = problems_of(config, subgraphs=subgraphs, calculators=calculators)
        return drawing_of(
            config,
            subgraphs=subgraphs,
            calculators=calculators,
            title=title,
            problems=located(found, text, file),
        )
    except GraphError as error:  # the text, or the file of a subgraph
        problem = problem_from(error)
    except RecursionError:
        problem = Problem("the graph is nested too deeply to be drawn: take subgraphs apart")
    return {
        "title": title or Path(file).stem,
        "file": _told(file),
        "graph": None,
        "problems": [_problem(problem)],
        "trace": None,
    }


def _told(file: str) -> str:
    """A file as a drawing names it: one of the package by its name, wherever that is installed."""
    path = Path(file)
    return path.name if path.parent == FOLDER else file


def graph_texts() -> dict[str, str]:
    """The texts of the package's graphs by name, for people to start from."""
    return {
        name: (FOLDER / graph.file).read_text(encoding="utf-8") for name, graph in GRAPHS.items()
    }


def about_calculator(kind: type) -> str:
    """The first sentence of a calculator's docstring."""
    return _first_sentence(kind.__doc__ or "")


def about_file(file: str) -> str:
    """The first sentence of the comment at the start of a graph's text file; "" if it has none.

    Notices of copyright and licences are passed over.
    """
    try:
        lines = Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    except (OSError, ValueError):
        return ""
    blocks: list[list[str]] = [[]]
    for line in map(str.strip, lines):
        if line and not line.startswith("#"):
            break
        words = line.lstrip("#").strip()
        if words:
            blocks[-1].append(words)
        elif blocks[-1]:
            blocks.append([])
    texts = [" ".join(block) for block in blocks if block]
    return _first_sentence(next((text for text in texts if not _LEGAL.search(text)), ""))


def _first_sentence(text: str) -> str:
    match = _SENTENCE.match(" ".join(text.split()))
    return match[0] if match else ""


def _problem(problem: Problem) -> Model:
    return {
        "file": _told(problem.file),
        "line": problem.line,
        "node": problem.node,
        "text": problem.text,
        "isNote": problem.is_note,
    }


Names = Callable[[Wire], Wire | None]  # from a name inside to that in the expanded graph


@dataclass(frozen=True, slots=True)
class _Artist:
    """Makes the models of graphs and nodes.

    find: the graph that does the work of a node.
    types: of streams and side packets, by their names in the expanded graph.
    """

    find: Finder
    calculators: Calculators
    types: Mapping[Wire, PacketType]

    def graph(
        self, config: GraphConfig, full: Names, *, prefix: str, trail: Sequence[str]
    ) -> Model:
        """The model of a graph.

        full: its names in the expanded graph. prefix: of its nodes.
        trail: the types of the graphs around it, and its own.
        """
        return {
            "type": config.type,
            "inputs": self._ports(config.inputs, full),
            "outputs": self._ports(config.outputs, full),
            "sideInputs": self._ports(config.side_inputs, full, is_side=True),
            "sideOutputs": self._ports(config.side_outputs, full, is_side=True),
            "nodes": [
                self._node(node, name, prefix + name, full, trail)
                for node, name in zip(config.nodes, node_names(config), strict=True)
            ],
        }

    def _node(
        self, node: Node, name: str, full_name: str, full: Names, trail: Sequence[str]
    ) -> Model:
        inner, _ = inner_graph(node, full_name, self.find)
        kind = node.calculator
        is_known = inner is not None or kind in self.calculators
        return {
            "id": full_name,
            "name": name,
            "calculator": kind,
            "inputs": self._ports(node.inputs, full, back_edges=back_edges(node)),
            "outputs": self._ports(node.outputs, full),
            "sideInputs": self._ports(node.side_inputs, full, is_side=True),
            "sideOutputs": self._ports(node.side_outputs, full, is_side=True),
            "options": [
                {"type": held.type.rpartition(".")[2], "text": options_text(held)}
                for held in node.options
            ],
            "about": self._about(node, inner),
            "file": _told(node.file),
            "line": node.line,
            "graph": self._inside(node, full_name, inner, full, trail),
            "isUnknown": not is_known,
        }

    def _inside(
        self, node: Node, name: str, inner: GraphConfig | None, full: Names, trail: Sequence[str]
    ) -> Model | None:
        kind = node.calculator
        if inner is None or (kind in trail and kind != SWITCH):
            return None
        border, _ = border_of(node, name, inner)
        names = _names_inside(border, full, is_switch=kind == SWITCH)
        return self.graph(inner, names, prefix=border.prefix, trail=(*trail, kind))

    def _about(self, node: Node, inner: GraphConfig | None) -> str:
        if node.calculator == SWITCH:
            return "Contains several nodes, of which one works at a time."
        if inner is not None:
            return about_file(inner.file)
        kind = self.calculators.get(node.calculator)
        return about_calculator(kind) if kind is not None else ""

    def _ports(
        self,
        ends: Iterable[Connection],
        full: Names,
        *,
        is_side: bool = False,
        back_edges: Container[tuple[str, int]] = (),
    ) -> list[Model]:
        return [
            {
                "tag": end.tag,
                "index": end.index,
                "stream": end.name,
                "type": self._type(full(Wire(end.name, is_side))),
                "backEdge": (end.tag, end.index) in back_edges,
            }
            for end in ends
        ]

    def _type(self, wire: Wire | None) -> str:
        kind = self.types.get(wire) if wire is not None else None
        return kind.name if kind is not None else ""


def _names_inside(border: Border, full: Names, *, is_switch: bool) -> Names:
    """The names inside a subgraph in the expanded graph. full: those around it."""

    def inside(wire: Wire) -> Wire | None:
        names = border.sides if wire.is_side else border.streams
        if wire.name in names:
            outer = names[wire.name]
            return full(Wire(outer, wire.is_side)) if outer is not None else None
        channel = _CHANNEL.match(wire.name) if is_switch else None
        if channel is None:
            return Wire(border.prefix + wire.name, wire.is_side)
        outside = full(Wire(wire.name[channel.end() :], wire.is_side))
        return outside and Wire(border.prefix + channel[0] + outside.name, wire.is_side)

    return inside
