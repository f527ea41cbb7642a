"""What is wrong with a graph, all of it, before anything runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from ...messages.tables import message_class
from ..calculators import CALCULATORS
from ..config import Connection, GraphConfig, Node, UnknownField, node_names, port_name
from ..contracts import ANY_TAG, Contract, Port, port_of
from ..expanding.expansion import Expansion, expand
from ..library import SUBGRAPHS, Subgraphs
from ..options.node_options import is_known
from .elsewhere import EARLY, ELSEWHERE
from .problems import GraphInvalid, Problem, hint, located_in_files, problem_of
from .stream_types import Calculators, Contradiction, End, contradictions, ends_of, is_tie
from .wiring import cycles, doubled, info_problems, makers_of, unmet

__all__ = ["GraphInvalid", "Problem", "checked", "problems"]

HANDLERS = ("", "DefaultInputStreamHandler", "ImmediateInputStreamHandler")
SLIP = 0.8  # names that are as like as this are slips of the pen
_TAG, _NAME = re.compile(r"[A-Z_][A-Z0-9_]*"), re.compile(r"[a-z_][a-z0-9_]*")


def checked(
    config: GraphConfig,
    *,
    subgraphs: Subgraphs | None = None,
    calculators: Calculators = CALCULATORS,
    side_packets: Collection[str] | None = None,
) -> GraphConfig:
    """The graph, expanded, if nothing is wrong with it. Arguments as for `problems`.

    Raises GraphInvalid, a GraphError, with all problems; notes are none.
    """
    expansion = expand(config, subgraphs=subgraphs, calculators=calculators)
    found = _problems_of(expansion, calculators, side_packets)
    serious = [problem for problem in found if not problem.is_note]
    if serious:
        raise GraphInvalid(located_in_files(serious))
    return expansion.config


def problems(
    config: GraphConfig,
    *,
    subgraphs: Subgraphs | None = None,
    calculators: Calculators = CALCULATORS,
    side_packets: Collection[str] | None = None,
) -> list[Problem]:
    """All that is wrong with a graph, in the order of its nodes; empty if it can run.

    subgraphs, calculators: as for `expanded`; a graph that is expanded already may come in, too.
    side_packets: the names of those that are given from outside; None if that is not known yet.
    Problems with `is_note` do not keep the graph from running.
    """
    expansion = expand(config, subgraphs=subgraphs, calculators=calculators)
    return _problems_of(expansion, calculators, side_packets)


def _problems_of(
    expansion: Expansion, calculators: Calculators, side_packets: Collection[str] | None
) -> list[Problem]:
    config, found = expansion
    unexpanded = {problem.node for problem in found}
    names = node_names(config)
    ends = ends_of(config, calculators)
    makers = makers_of(config, ends, side_packets)
    everything = [
        *found,
        *_border_problems(config),
        *(
            problem
            for node, name in zip(config.nodes, names, strict=True)
            for problem in _node_problems(node, name, calculators, is_open=name not in unexpanded)
        ),
        *_unsourced(ends),
        *doubled(makers),
        *unmet(config, ends, makers, are_sides_known=side_packets is not None),
        *(_type_problem(pair) for pair in contradictions(ends)),
        *cycles(config, ends, makers),
    ]
    places = {name: number for number, name in enumerate(names)}
    return sorted(everything, key=lambda problem: places.get(problem.node, -1))


def _border_problems(config: GraphConfig) -> Iterator[Problem]:
    for what, border in (
        ("input stream", config.inputs),
        ("output stream", config.outputs),
        ("input side packet", config.side_inputs),
        ("output side packet", config.side_outputs),
    ):
        for text, end in _list_faults(border, what):
            yield Problem(text, file=config.file, words=str(end))
    yield from _kept("", config.file, config.unknown)


def _kept(name: str, file: str, unknown: Iterable[UnknownField]) -> Iterator[Problem]:
    """Notes on fields that are in no message which knuckle reads. name: of the node."""
    for one in unknown:
        text = f"knuckle does not know {one.name}: it is kept and not used"
        yield Problem(text, name, file, one.line, one.name, is_note=True)


def _node_problems(
    node: Node, name: str, calculators: Calculators, *, is_open: bool
) -> Iterator[Problem]:
    for what, ends in _lists(node):
        for text, end in _list_faults(ends, what):
            yield problem_of(node, name, text, words=end)
    yield from info_problems(node, name)
    yield from _kept(name, node.file, node.unknown)
    kind = calculators.get(node.calculator)
    if kind is None:
        if is_open:
            text = _unknown_calculator(node.calculator, calculators)
            yield problem_of(node, name, text, words=node.calculator)
        return
    if not any(_required(kind.contract.inputs)):
        yield from _runaway(node, name, kind.contract)
    yield from _port_problems(node, name, kind.contract)
    yield from _option_problems(node, name, kind.contract)
    if node.input_handler not in HANDLERS:
        text = (
            f"knuckle has no {node.input_handler}: the node gets the packets of one time together, "
            "as under the default policy"
        )
        yield problem_of(node, name, text, words=node.input_handler, is_note=True)


def _lists(node: Node) -> Iterator[tuple[str, tuple[Connection, ...]]]:
    yield "input stream", node.inputs
    yield "output stream", node.outputs
    yield "input side packet", node.side_inputs
    yield "output side packet", node.side_outputs


def _unknown_calculator(calculator: str, calculators: Iterable[str]) -> str:
    if calculator in EARLY:
        return (
            f"{calculator} is a subgraph of early 2020 with a file of its own: put that beside the "
            'graph or in a folder "subgraphs" there'
        )
    if calculator in ELSEWHERE:
        return (
            f"MediaPipe's {calculator} has no part in hand tracking, so knuckle lacks it: write it "
            f"as a class and {_given('...')}"
        )
    names = [*calculators, *SUBGRAPHS]
    near = hint(calculator, names, ending="Calculator", likeness=SLIP)
    if near.endswith("?"):
        return f'there is no calculator or subgraph "{calculator}": {near}'
    return f'there is no calculator or subgraph "{calculator}": write a class and ' + _given(
        f'"{calculator}": {calculator}'
    )


def _given(row: str) -> str:
    """How a class gets to a graph. row: of the table of calculators."""
    return (
        f"give it to the graph, as in calculators={{{row}}}, or on the command line with "
        "--calculators FILE.py"
    )


def _list_faults(ends: tuple[Connection, ...], what: str) -> Iterator[tuple[str, Connection]]:
    """What is wrong with the names of a list of connections, and with which."""
    seen: set[tuple[str, int]] = set()
    for end in ends:
        if end.tag and not _TAG.fullmatch(end.tag):
            text = f'"{end.tag}" is no tag: write capitals, digits and underscores'
            yield text, end
        if not _NAME.fullmatch(end.name):
            text = f'"{end.name}" is no name: write small letters, digits and underscores'
            yield text, end
        if (end.tag, end.index) in seen:
            yield f'the {what} "{end.port}" is there twice: take one of them out', end
        seen.add((end.tag, end.index))
    for end in ends:
        if end.index and not any((end.tag, lower) in seen for lower in (end.index - 1,)):
            lower = port_name(end.tag, end.index - 1)
            text = f'the {what} "{end.port}" is there, but not "{lower}": count from 0 without gaps'
            yield text, end


def _port_problems(node: Node, name: str, contract: Contract) -> Iterator[Problem]:
    rows = (contract.inputs, contract.outputs, contract.side_inputs, contract.side_outputs)
    for (what, ends), ports in zip(_lists(node), rows, strict=True):
        for end in ends:
            if port_of(ports, end.tag, end.index) is None:
                text = _surplus(node.calculator, what, end, ports)
                yield problem_of(node, name, text, words=end)
        there = {(end.tag, end.index) for end in ends}
        for place in _required(ports):
            if place not in there:
                text = f"{node.calculator} needs an {what} {_called(*place)}: connect it"
                yield problem_of(node, name, text)


def _unsourced(ends: list[End]) -> Iterator[Problem]:
    """Outputs that repeat the input at their index, which is not there."""
    inputs: dict[tuple[int, bool], list[End]] = {}
    for end in ends:
        if not end.is_output:
            inputs.setdefault((end.number, end.wire.is_side), []).append(end)
    for end in ends:
        if not end.is_output or end.port is None or not _is_many(end.port):
            continue
        tied = [
            other for other in inputs.get((end.number, end.wire.is_side), ()) if is_tie(end, other)
        ]
        if end.port.same_as is None or not all(_is_many(other.port) for other in tied):
            continue
        if end.connection.index not in {other.connection.index for other in tied}:
            text = (
                f"{end.words} repeats the input of the same tag and index, but there is none: "
                "add it or take the output out"
            )
            yield problem_of(end.node, end.name, text, words=end.connection)


def _is_many(port: Port | None) -> bool:
    return port is not None and (port.repeated or port.tag == ANY_TAG)


def _runaway(node: Node, name: str, contract: Contract) -> Iterator[Problem]:
    """A node with none of its inputs, which would work as a source and never stop."""
    if contract.inputs and node.outputs and not node.inputs:
        ports = sorted({port.tag for port in contract.inputs if port.tag not in ("", ANY_TAG)})
        text = (
            f"{node.calculator} has no input stream to work on: connect "
            f"{' or '.join(ports) or 'one'}, or take the node out"
        )
        yield problem_of(node, name, text)


def _called(tag: str, index: int) -> str:
    return f'"{port_name(tag, index)}"' if tag else "without a tag" + f" ({index})" * (index > 0)


def _required(ports: tuple[Port, ...]) -> Iterator[tuple[str, int]]:
    """The places that must be connected."""
    count: dict[str, int] = {}
    for port in ports:
        index = count.get(port.tag, 0)
        count[port.tag] = index + 1
        if not port.optional and port.tag != ANY_TAG:
            yield port.tag, index


def _surplus(calculator: str, what: str, end: Connection, ports: tuple[Port, ...]) -> str:
    same = [port for port in ports if port.tag == end.tag]
    if same:
        return (
            f"{calculator} takes {len(same)} {what}{'s' * (len(same) > 1)} "
            f"{_called(end.tag, 0)}, not {end.index + 1}: take the others out"
        )
    tags = sorted({port.tag or "no tag" for port in ports})
    asked = end.tag or "no tag"
    return f"{calculator} has no {what} {_called(end.tag, end.index)}: {hint(asked, tags)}"


def _option_problems(node: Node, name: str, contract: Contract) -> Iterator[Problem]:
    for held in node.options:
        short = held.type.rpartition(".")[2]
        if contract.options and held.type != contract.options:
            wanted = contract.options.rpartition(".")[2]
            text = f"{node.calculator} takes {wanted}, not {short}: write {wanted} in its place"
            yield problem_of(node, name, text, words=short)
            continue
        if not contract.options or not is_known(held.type):
            text = f"{node.calculator} of knuckle reads no options: {short} is kept and not used"
            yield problem_of(node, name, text, words=short, is_note=True)
            continue
        yield from (_unknown_option(node, name, held.type, one) for one in held.unknown)


def _unknown_option(node: Node, name: str, kind: str, unknown: UnknownField) -> Problem:
    """An option that its message lacks; a slip of the pen unless it is unlike all others."""
    fields = _fields(message_class(kind).DESCRIPTOR)
    short = kind.rpartition(".")[2]
    near = get_close_matches(unknown.name, fields, n=1, cutoff=SLIP)
    if near:
        text = f'{short} has no "{unknown.name}": did you mean {near[0]}?'
    else:
        text = f'knuckle\'s {short} has no "{unknown.name}": it is kept and not used'
    return Problem(text, name, node.file, unknown.line or node.line, unknown.name, not near)


def _fields(descriptor: Any) -> set[str]:
    """The names of a message's fields and of those inside them."""
    names: set[str] = set()
    waiting, seen = [descriptor], {descriptor.full_name}
    while waiting:
        for field in waiting.pop().fields:
            names.add(field.name)
            inner = field.message_type
            if inner is not None and inner.full_name not in seen:
                seen.add(inner.full_name)
                waiting.append(inner)
    return names


def _type_problem(pair: Contradiction) -> Problem:
    given, taken = pair
    assert given.port is not None
    assert taken.port is not None
    same = given.wire == taken.wire
    way = f'"{taken.wire.name}"' if same else f'"{given.wire.name}" and on as "{taken.wire.name}"'
    verb = "gives" if given.is_output else "takes"
    text = (
        f"{taken.words} {'gives' if taken.is_output else 'takes'} {taken.port.type.name}, but "
        f"{given.words} {verb} {given.port.type.name} (the {given.wire.kind} {way}): connect "
        "another or put a calculator between"
    )
    return problem_of(taken.node, taken.name, text, words=taken.connection)
