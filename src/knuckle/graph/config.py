"""Graphs as data: nodes, and the streams and side packets that join them. Everything is immutable.

A graph is read from a file by `reading.py`, or built from these types:

    graph = GraphConfig.of(
        inputs=["image"],
        outputs=["LANDMARKS:hands"],
        nodes=[Node.of("HandLandmarkTrackingCpu", inputs=["IMAGE:image"], ...)],
    )

Names of the fields follow mediapipe/framework/calculator.proto without its `_stream` and `_packet`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

_TAG, _INDEX, _NAME = r"[A-Z_][A-Z0-9_]*", r"0|[1-9][0-9]*", r"[a-z_][a-z0-9_]*"
_CONNECTION = re.compile(rf"(?:(?P<tag>{_TAG}):(?:(?P<index>{_INDEX}):)?)?(?P<name>{_NAME})")
_PLACE = re.compile(rf"(?P<tag>{_TAG})?(?::?(?P<index>{_INDEX}))?")


@dataclass(frozen=True, slots=True)
class Connection:
    """One end of a stream or side packet at a node or at the border of a graph.

    tag: what the node calls it, in capitals; "" if it goes by its position.
    index: the position among those with the same tag, from 0.
    name: of the stream or side packet.
    is_indexed: whether the index is written out, as in "CLONE:0:image".
    """

    tag: str
    index: int
    name: str
    is_indexed: bool = False

    def __str__(self) -> str:
        """The connection as files write it: "name", "TAG:name" or "TAG:index:name"."""
        if self.is_indexed:
            return f"{self.tag}:{self.index}:{self.name}"
        return f"{self.tag}:{self.name}" if self.tag else self.name

    @property
    def port(self) -> str:
        """The end at the node for messages, such as "CLONE:1", "IMAGE" or, without a tag, "0"."""
        return port_name(self.tag, self.index)


def port_name(tag: str, index: int) -> str:
    """The name of a port for messages: "IMAGE", "CLONE:1" or, without a tag, "0"."""
    if not tag:
        return str(index)
    return f"{tag}:{index}" if index else tag


def connections(*texts: str) -> tuple[Connection, ...]:
    """Connections from "name", "TAG:name" or "TAG:index:name", the untagged ones counted.

    Raises ValueError for a text of another form.
    """
    return tuple(_connected(texts))


def _connected(texts: Iterable[str]) -> Iterator[Connection]:
    count = 0
    for text in texts:
        match = _CONNECTION.fullmatch(text)
        if match is None:
            raise ValueError(
                f'"{text}" is no connection: write "name", "TAG:name" or "TAG:index:name", the tag '
                "in capitals, the name in small letters, digits and underscores"
            )
        tag, index, name = match["tag"] or "", match["index"], match["name"]
        if tag:
            yield Connection(tag, int(index or 0), name, index is not None)
        else:
            yield Connection("", count, name)
            count += 1


@dataclass(frozen=True, slots=True)
class UnknownField:
    """A field of a text file that its message lacks. It is kept, and written back.

    name: of the field, or in brackets that of an extension or a type.
    text: the field in one line, without its comments.
    line: where it stands in the file, from 1; 0 unknown.
    within: the message in the options or the node that has it, "delegate.gpu", "packet[1]"; ""
        for the options or the node itself.
    """

    name: str
    text: str
    line: int = field(default=0, compare=False)
    within: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a node: one serialised message.

    type: the full name of the message, "mediapipe.GateCalculatorOptions".
    form: the field of the node that holds it; "options" of proto2, "node_options" of proto3.
    content: the serialised message. Fields that we do not know survive in it.
    unknown: fields of a text file that the message lacks: all, if we do not have the message.
    called: how files call it if they do not by its type: the extension or the URL; else "".

    Files of proto2 hold all options of a node in one CalculatorOptions. What is in it beside known
    messages is kept as options of this type.
    """

    type: str
    form: Literal["options", "node_options"] = "node_options"
    content: bytes = b""
    unknown: tuple[UnknownField, ...] = ()
    called: str = ""


class InputInfo(NamedTuple):
    """What a node says of one of its input streams.

    tag_index: the port, such as "LOOP" or "CLONE:1"; ":1" or "1" without a tag.
    back_edge: whether its packets come from later in the graph.
    """

    tag_index: str
    back_edge: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """One node: a calculator or a subgraph, and what it is connected to.

    calculator: the name of the calculator, or the type of the subgraph.
    name: its own name, if one is given.
    inputs, outputs: streams. side_inputs, side_outputs: side packets.
    input_info: which inputs are back edges.
    input_handler: the name of an input policy that replaces the calculator's.
    options: at most one for each type of message.
    other: further fields of the node's message, serialised; kept and not read.
    unknown: fields of a text file that messages in `other` lack; no more than options have these.
    line, file: where the node stands in a file; 0 and "" if it was not read from one.
    """

    calculator: str
    name: str = ""
    inputs: tuple[Connection, ...] = ()
    outputs: tuple[Connection, ...] = ()
    side_inputs: tuple[Connection, ...] = ()
    side_outputs: tuple[Connection, ...] = ()
    input_info: tuple[InputInfo, ...] = ()
    input_handler: str = ""
    options: tuple[Options, ...] = ()
    other: bytes = b""
    unknown: tuple[UnknownField, ...] = ()
    line: int = field(default=0, compare=False)
    file: str = field(default="", compare=False)

    @classmethod
    def of(
        cls,
        calculator: str,
        *,
        inputs: Iterable[str] = (),
        outputs: Iterable[str] = (),
        side_inputs: Iterable[str] = (),
        side_outputs: Iterable[str] = (),
        back_edges: Iterable[str] = (),
        options: Mapping[str, Any] | None = None,
        name: str = "",
    ) -> Node:
        """A node from the words that files use.

            Node.of(
                "GateCalculator",
                inputs=["image", "ALLOW:is_wanted"],
                outputs=["wanted_image"],
                options={"empty_packets_as_allow": True},
            )

        inputs, outputs, side_inputs, side_outputs: "name", "TAG:name" or "TAG:index:name".
        back_edges: the inputs whose packets come from later in the graph, as "TAG" or "TAG:index".
        options: the fields of the calculator's message by their names.
        Raises ValueError for what is no connection, and for an option that there is not.
        """
        from .building import options_for  # which needs this module

        return cls(
            calculator,
            name,
            connections(*inputs),
            connections(*outputs),
            connections(*side_inputs),
            connections(*side_outputs),
            tuple(InputInfo(tag_index, back_edge=True) for tag_index in back_edges),
            options=(options_for(calculator, options),) if options else (),
        )

    @property
    def back_edges(self) -> frozenset[tuple[str, int]]:
        """The tag and index of each input that is a back edge."""
        return frozenset(place_of(info.tag_index) for info in self.input_info if info.back_edge)


def place_of(tag_index: str) -> tuple[str, int]:
    """The tag and index that "TAG", "TAG:1", ":1" or "1" stands for.

    Raises ValueError for a text of another form.
    """
    match = _PLACE.fullmatch(tag_index)
    if match is None:
        raise ValueError(f'"{tag_index}" is no port: write "TAG" or "TAG:index"')
    return match["tag"] or "", int(match["index"] or 0)


@dataclass(frozen=True, slots=True)
class GraphConfig:
    """A graph or subgraph.

    nodes: in the order of the file, which breaks ties when they run.
    type: the name under which other graphs use it as a node.
    inputs, outputs, side_inputs, side_outputs: what it shares with the world around it.
    max_queue_size: packets that may wait in a stream; -1 for any number, None for the default.
    other: further fields of the graph's message, serialised; kept and not read.
    unknown: fields of a text file that messages in `other` lack; no more than options have these.
    file: the file that it was read from.
    """

    nodes: tuple[Node, ...] = ()
    type: str = ""
    inputs: tuple[Connection, ...] = ()
    outputs: tuple[Connection, ...] = ()
    side_inputs: tuple[Connection, ...] = ()
    side_outputs: tuple[Connection, ...] = ()
    max_queue_size: int | None = None
    other: bytes = b""
    unknown: tuple[UnknownField, ...] = ()
    file: str = field(default="", compare=False)

    @classmethod
    def of(
        cls,
        nodes: Iterable[Node],
        *,
        inputs: Iterable[str] = (),
        outputs: Iterable[str] = (),
        side_inputs: Iterable[str] = (),
        side_outputs: Iterable[str] = (),
        type: str = "",
        max_queue_size: int | None = None,
    ) -> GraphConfig:
        """A graph from nodes, and from connections as files write them, "name" or "TAG:name".

        Raises ValueError for what is no connection.
        """
        return cls(
            tuple(nodes),
            type,
            connections(*inputs),
            connections(*outputs),
            connections(*side_inputs),
            connections(*side_outputs),
            max_queue_size,
        )

    def with_nodes(
        self,
        *nodes: Node,
        inputs: Iterable[str] = (),
        outputs: Iterable[str] = (),
        side_inputs: Iterable[str] = (),
    ) -> GraphConfig:
        """The graph with more nodes at its end, and with more inputs, outputs and side packets.

        Connections without a tag count on from those that are there.
        Raises ValueError for what is no connection.
        """
        return replace(
            self,
            nodes=(*self.nodes, *nodes),
            inputs=connections(*map(str, self.inputs), *inputs),
            outputs=connections(*map(str, self.outputs), *outputs),
            side_inputs=connections(*map(str, self.side_inputs), *side_inputs),
        )

    def with_changes(self, node: str, **changes: Any) -> GraphConfig:
        """The graph with one node changed.

            graph.with_changes("HandLandmarkTrackingCpu", calculator="KnuckleTracking")

        node: its name, or its calculator's; numbered if several have the same, "GateCalculator_2".
        changes: fields of a Node.
        Raises ValueError for a node that there is not.
        """
        names = node_names(self)
        if node not in names:
            raise ValueError(f'the graph has no node "{node}": it has {", ".join(names)}')
        nodes = list(self.nodes)
        nodes[names.index(node)] = replace(nodes[names.index(node)], **changes)
        return replace(self, nodes=tuple(nodes))


def node_names(config: GraphConfig) -> list[str]:
    """A name for each node that no other has: its own or its calculator's, numbered if need be.

    Source: mediapipe/framework/tool/name_util.cc (CanonicalNodeName)
    """
    given = [node.name or node.calculator for node in config.nodes]
    totals = {name: given.count(name) for name in given}
    seen: dict[str, int] = {}
    names = []
    for name in given:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if totals[name] == 1 else f"{name}_{seen[name]}")
    return names
