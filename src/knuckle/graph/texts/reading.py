"""Graphs from text and binary files."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, NoReturn

from ...errors import GraphError
from ...messages.graph_config import calculator_pb2
from ...messages.tables import (
    DAMAGED,
    POOL,
    EncodeError,
    UnknownFieldSet,
    message_class,
    serialised,
    text_format,
)
from ..config import Connection, GraphConfig, InputInfo, Node, Options, connections, place_of
from ..options.node_options import message_in
from ..options.option_fields import is_of_options, node_options
from .positions import Body, Field, blanked, in_one_line, place, refuse, scan
from .text_fields import Stranger, kept, strangers, strangers_in

LARGEST = 1_000_000  # bytes; the largest graph of MediaPipe has 20,000
_CONFIG = calculator_pb2.CalculatorGraphConfig
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")  # characters that no text has
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # how some shells write texts
CONNECTIONS = {  # fields of our values, and of messages
    "inputs": "input_stream",
    "outputs": "output_stream",
    "side_inputs": "input_side_packet",
    "side_outputs": "output_side_packet",
}
_GRAPH = ("node", "type", "max_queue_size")  # what a configuration has beside connections
_NODE = ("calculator", "name", "input_stream_info", "options", "node_options")


def read_graph(path: str | PathLike[str]) -> GraphConfig:
    """The graph in a file, be it text or binary, which is told by its content.

    Raises GraphError if it cannot be read or is no graph.
    """
    file = str(path)
    try:
        with Path(path).open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise GraphError(f"{file} cannot be read ({reason}): name a graph's file") from error
    if not data.strip():
        raise GraphError(f"{file} is empty: name a graph's file", file=file)
    if len(data) > LARGEST:
        raise GraphError(
            f"{file} has more than {LARGEST // 1_000_000} MB: it is no graph", file=file
        )
    if data.startswith(_UTF_16) or not _CONTROL.search(data):
        try:
            return graph_from_text(_decoded(data), file)
        except GraphError:
            message = _parsed(data)
            if message is None or len(UnknownFieldSet(message)):
                raise
            return _Reader(file).graph(message)
    if _parsed(data) is None and _is_mostly_text(data):
        return graph_from_text(_decoded(data), file)
    return graph_from_binary(data, file)


def _decoded(data: bytes) -> str:
    if data.startswith(_UTF_16):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:  # comments of older editors; names are ASCII
        return data.decode("latin-1")


def _is_mostly_text(data: bytes) -> bool:
    start = data[:1000]
    return len(_CONTROL.findall(start)) <= len(start) // 30


def graph_from_text(text: str, file: str = "") -> GraphConfig:
    """The graph that a text describes.

    file: its name, for messages and for the nodes.
    Raises GraphError with the line where the text is wrong.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    text = text.replace("\r", " " if "\n" in text else "\n")  # some editors end lines with it alone
    if len(text) > LARGEST:
        raise GraphError(
            f"{place(file, 0)} has more than {LARGEST // 1_000_000} MB: it is no graph"
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        refuse(file, text.count("\n", 0, error.start) + 1, "half a character: take it out")
    fields = scan(text, file)
    unknown = strangers(fields, _CONFIG.DESCRIPTOR, file)
    message = _CONFIG()
    try:
        known = blanked(text, [stranger.field for stranger in unknown])
        text_format.Parse(known, message, descriptor_pool=POOL)
    except text_format.ParseError as error:
        _refuse_parsed(file, error)
    except (EncodeError, ValueError, RecursionError) as error:
        refuse(file, 0, f"the text is no graph ({error}): mend it")
    _settle(message)
    return _Reader(file, fields, unknown).graph(message)


def _settle(message: Any) -> None:
    """Write the options in one way: the library gives the entries of a map in any order."""
    for node in message.node:
        for box in node.node_options:
            with suppress(KeyError, *DAMAGED):
                options = message_class(box.type_url.rpartition("/")[2])
                box.value = serialised(options.FromString(box.value))


def _refuse_parsed(file: str, error: Any) -> NoReturn:
    words = re.sub(r"^\d+:\d+ : ('.*': )?(?=[A-Z])", "", str(error)).replace("\n", " ")
    refuse(file, error.GetLine() or 0, f"{words.rstrip('.')}: correct it")


def graph_from_binary(data: bytes, file: str = "") -> GraphConfig:
    """The graph that a serialised CalculatorGraphConfig describes.

    file: its name, for messages and for the nodes.
    Raises GraphError if the data is damaged or something else.
    """
    if (message := _parsed(data)) is None:
        words = f"{file} is" if file else "the bytes are"
        text = "no graph, neither as text nor as binary: take an undamaged file"
        raise GraphError(f"{words} {text}", file=file)
    return _Reader(file).graph(message)


def _parsed(data: bytes) -> Any:
    """The message of a graph; None if the data is something else."""
    message = _CONFIG()
    try:
        message.ParseFromString(data)
    except DAMAGED:
        return None
    if data and not message.ListFields():
        return None  # nothing but fields that graphs do not have
    return message


def graph_from_message(message: Any, file: str = "") -> GraphConfig:
    """The graph in a CalculatorGraphConfig, of ours or of MediaPipe's class.

    Raises TypeError for another message.
    """
    kind = getattr(getattr(message, "DESCRIPTOR", None), "full_name", type(message).__name__)
    if kind != _CONFIG.DESCRIPTOR.full_name:
        raise TypeError(f"a graph's message is a CalculatorGraphConfig, not {kind}")
    return graph_from_binary(message.SerializePartialToString(), file)


def contained_nodes(held: Options, field: str) -> tuple[Node, ...]:
    """The nodes in a field of options, such as those between which a switch chooses.

    Raises GraphError if they are wrong.
    """
    message = _CONFIG(node=getattr(message_in(held), field))
    unknown = [found for one in held.unknown for found in strangers_in(one)]
    inside = [
        replace(one, path=(one.path[0].replace(field, "node"), *one.path[1:]))
        for one in unknown
        if one.path and one.path[0].startswith(f"{field}[")
    ]
    return _Reader("", unknown=inside).graph(message).nodes


class _Reader:
    """Makes configurations of messages, with lines if they come from a text."""

    def __init__(
        self, file: str, fields: tuple[Field, ...] = (), unknown: Iterable[Stranger] = ()
    ) -> None:
        self._file = file
        self._top = Body(fields, 0)
        self._unknown: dict[str, list[Stranger]] = {}
        for stranger in unknown:
            first = stranger.path[0] if stranger.path[0].startswith("node[") else ""
            self._unknown.setdefault(first, []).append(stranger)

    def graph(self, message: Any) -> GraphConfig:
        bodies = _bodies(self._top, "node") or [Body((), 0)] * len(message.node)
        nodes = [
            self._node(node, body, self._unknown.get(f"node[{index}]", ()))
            for index, (node, body) in enumerate(zip(message.node, bodies, strict=True))
        ]
        return GraphConfig(
            nodes=tuple(nodes),
            type=message.type,
            **self._connections(message, self._top, "the graph"),
            max_queue_size=message.max_queue_size or None,
            other=serialised(_copied(message, (*CONNECTIONS.values(), *_GRAPH))),
            unknown=kept(self._unknown.get("", ()), 0),
            file=self._file,
        )

    def _node(self, message: Any, body: Body, unknown: Sequence[Stranger]) -> Node:
        words = f'the node "{message.name or message.calculator}"'
        other = _copied(message, (*CONNECTIONS.values(), *_NODE))
        handler = message.input_stream_handler
        name = handler.input_stream_handler if handler.HasField("input_stream_handler") else ""
        if not isinstance(name, str):
            refuse(self._file, 0, f"the input_stream_handler of {words} is damaged: write its name")
        if name:
            other.input_stream_handler.ClearField("input_stream_handler")
            if not other.input_stream_handler.ByteSize():
                other.ClearField("input_stream_handler")
        return Node(
            message.calculator,
            message.name,
            **self._connections(message, body, words),
            input_info=self._input_info(message, body, words),
            input_handler=name,
            options=tuple(node_options(message, unknown)),
            other=serialised(other),
            unknown=kept((one for one in unknown if not is_of_options(one)), 1),
            line=body.line,
            file=self._file,
        )

    def _connections(
        self, message: Any, body: Body, words: str
    ) -> dict[str, tuple[Connection, ...]]:
        made = {}
        for ours, theirs in CONNECTIONS.items():
            texts = getattr(message, theirs)
            for text in texts:
                self._check(connections, text, theirs, body, words)
            made[ours] = connections(*texts)
        return made

    def _input_info(self, message: Any, body: Body, words: str) -> tuple[InputInfo, ...]:
        made = [InputInfo(info.tag_index, info.back_edge) for info in message.input_stream_info]
        for info in made:
            self._check(place_of, info.tag_index, "input_stream_info", body, words)
        return tuple(made)

    def _check(
        self, function: Callable[[str], Any], text: str, name: str, body: Body, words: str
    ) -> None:
        """Call a function that refuses wrong texts, to say where the text stands."""
        try:
            function(text)
        except ValueError as error:
            line = next((one.line for one in body.fields if _has(one, name, text)), body.line)
            refuse(self._file, line, f"{name} of {words}: {error}")


def _has(field: Field, name: str, text: str) -> bool:
    return field.name == name and text in in_one_line(field)


def _bodies(body: Body, name: str) -> list[Body]:
    return [inner for field in body.fields if field.name == name for inner in field.bodies]


def _copied(message: Any, without: Iterable[str]) -> Any:
    """A copy of a message without some of its fields."""
    copy = type(message)()
    copy.CopyFrom(message)
    for name in without:
        copy.ClearField(name)
    return copy
