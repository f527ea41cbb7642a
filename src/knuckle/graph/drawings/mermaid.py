"""Graphs as Mermaid flowcharts, which READMEs on code hosts show as drawings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..calculators import CALCULATORS
from ..checking.stream_types import Calculators, Wire, ends_of
from ..checking.wiring import outside_sides
from ..config import GraphConfig
from ..expanding.border import back_edges
from ..expanding.expansion import expand
from ..library import Subgraphs
from .picture import Model, drawing_of

_ESCAPES = str.maketrans(
    {'"': "#quot;", "#": "#35;", "<": "#lt;", ">": "#gt;", "`": "#96;", "\n": " ", "\r": " "}
)


class _Arrow(NamedTuple):
    """From one box of the drawing to another. style: a key of _LINES."""

    start: str
    end: str
    style: str


_LINES = {"stream": "-->", "side packet": "-.->", "back edge": "-->"}


def mermaid_of(
    config: GraphConfig,
    *,
    subgraphs: Subgraphs | None = None,
    calculators: Calculators = CALCULATORS,
    levels: int = 0,
) -> str:
    """A Mermaid flowchart of a graph, to be put between ```mermaid and ```.

    subgraphs, calculators: as for `expanded`.
    levels: how many levels of subgraphs are opened; those below are a box each.
    Side packets are dashed, and back edges say so.
    """
    model = drawing_of(config, subgraphs=subgraphs, calculators=calculators)["graph"]
    expanded = expand(config, subgraphs=subgraphs, calculators=calculators).config
    boxes: dict[str, str] = {}
    lines = list(_box_lines(model, levels, boxes, indent="  "))
    arrows, border = _arrows(expanded, calculators, boxes)
    around = []
    for box, name in border.items():
        left, right = ('{{"', '"}}') if box.startswith("side") else ('(["', '"])')
        around.append(f"  {box}{left}{_escaped(name)}{right}")
    return "\n".join(["flowchart TB", *around, *lines, *_arrow_lines(arrows, border), ""])


def _box_lines(graph: Model, levels: int, boxes: dict[str, str], *, indent: str) -> Iterator[str]:
    """The boxes of a graph's nodes, and into `boxes` which stands for which expanded node."""
    for node in graph["nodes"]:
        box = f"n{len(set(boxes.values()))}"
        boxes[node["id"]] = box
        inner = node["graph"]
        if inner is not None and levels > 0:
            yield f'{indent}subgraph {box}["{_escaped(node["name"])}"]'
            yield from _box_lines(inner, levels - 1, boxes, indent=f"{indent}  ")
            yield f"{indent}end"
            continue
        name, kind = _escaped(node["name"]), _escaped(node["calculator"])
        label = name if name == kind or name.startswith(f"{kind}_") else f"{name}<br/>{kind}"
        left, right = ('[["', '"]]') if inner is not None else ('["', '"]')
        yield f"{indent}{box}{left}{label}{right}"
        for inside in _nodes_in(inner):
            boxes[inside] = box


def _nodes_in(graph: Model | None) -> Iterator[str]:
    for node in graph["nodes"] if graph is not None else ():
        yield node["id"]
        yield from _nodes_in(node["graph"])


def _arrows(
    config: GraphConfig, calculators: Calculators, boxes: Mapping[str, str]
) -> tuple[dict[_Arrow, list[str]], dict[str, str]]:
    """The arrows with the names on them, and the boxes of what comes from and goes outside."""
    ends = ends_of(config, calculators)
    starts = {end.wire: boxes[end.name] for end in ends if end.is_output}
    border: dict[str, str] = {}
    inputs = [Wire(end.name) for end in config.inputs]
    sides = [Wire(name, is_side=True) for name in outside_sides(config)]
    for way, wires in (("in", inputs), ("side", sides)):
        for number, wire in enumerate(wires):
            starts.setdefault(wire, f"{way}{number}")
            border[f"{way}{number}"] = wire.name
    arrows: dict[_Arrow, list[str]] = {}
    for end in ends:
        start, box = starts.get(end.wire), boxes[end.name]
        if not end.is_output and start is not None and start != box:
            is_back = (end.connection.tag, end.connection.index) in back_edges(end.node)
            style = "side packet" if end.wire.is_side else "back edge" if is_back else "stream"
            _add(arrows, _Arrow(start, box, style), end.wire.name)
    outputs = [Wire(end.name) for end in config.outputs]
    outputs += [Wire(end.name, is_side=True) for end in config.side_outputs]
    for number, wire in enumerate(outputs):
        box = f"{'sideout' if wire.is_side else 'out'}{number}"
        border[box] = wire.name
        if wire in starts:
            _add(arrows, _Arrow(starts[wire], box, wire.kind), wire.name)
    return arrows, border


def _add(arrows: dict[_Arrow, list[str]], arrow: _Arrow, name: str) -> None:
    """Put a name on an arrow, without the names of the subgraphs that it comes from."""
    short = name.rpartition("__")[2] or name
    names = arrows.setdefault(arrow, [])
    if short not in names:
        names.append(short)


def _arrow_lines(arrows: Mapping[_Arrow, list[str]], border: Mapping[str, str]) -> Iterator[str]:
    """The arrows, those that lead into a loop first and those that close it last.

    Mermaid follows them in this order, and turns round in its mind those that come back to where it
    has been; so it draws loops from their start.
    """
    looped = {arrow.end for arrow in arrows if arrow.style == "back edge"}
    ordered = sorted(arrows, key=lambda one: (one.style == "back edge", one.end not in looped))
    for arrow in ordered:
        at_border = (border.get(arrow.start), border.get(arrow.end))
        label = "<br/>".join(_escaped(name) for name in arrows[arrow] if name not in at_border)
        if arrow.style == "back edge":
            label = f"{label}<br/>(back edge)"
        line = _LINES[arrow.style]
        yield (
            f'  {arrow.start} {line}|"{label}"| {arrow.end}'
            if label
            else f"  {arrow.start} {line} {arrow.end}"
        )


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
