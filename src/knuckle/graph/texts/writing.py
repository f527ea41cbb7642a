"""Graphs to text, to bytes and to messages. Reading what was written gives the same graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...errors import GraphError
from ...messages.graph_config import calculator_pb2
from ...messages.tables import DAMAGED
from ..config import GraphConfig, Node, Options, UnknownField
from ..options.node_options import is_known, message_in
from ..options.option_fields import ALL, any_of, name_of, put_options
from .message_text import lines_of, written
from .positions import block
from .reading import CONNECTIONS

_CONFIG = calculator_pb2.CalculatorGraphConfig
_FIRST = {  # what stands first in a text, in this order; the rest follows in the order of numbers
    name: place
    for place, name in enumerate(
        (
            *("type", "calculator", "name", "package", "max_queue_size"),
            *("input_stream", "input_side_packet", "output_stream", "output_side_packet"),
        )
    )
}


def message_of(config: GraphConfig) -> Any:
    """The graph as a CalculatorGraphConfig.

    Fields of a text that the messages lack are not in it.
    Raises GraphError if options or other fields do not hold what they should.
    """
    message = _without_nodes(config)
    for node in config.nodes:
        made = message.node.add()
        made.CopyFrom(_without_options(node))
        put_options(made, node.options)
    return message


def binary_of(config: GraphConfig) -> bytes:
    """The graph as a binary file has it. Raises GraphError as `message_of`."""
    return bytes(message_of(config).SerializePartialToString(deterministic=True))


def text_of(config: GraphConfig) -> str:
    """The graph as text, without comments.

    Fields that only a binary file can have become comments.
    Raises GraphError as `message_of`.
    """
    parts = [*_paragraphs(_without_nodes(config), config.unknown)]
    parts += ["\n".join(block("node", _node_lines(node))) for node in config.nodes]
    return "\n\n".join(parts) + "\n" if parts else ""


def options_text(held: Options) -> str:
    """The fields of options as people write them, a line each."""
    if not held.content or is_known(held.type):
        return "\n".join(_fields(held))
    return "\n".join(lines_of(any_of(held)))


def _paragraphs(message: Any, unknown: tuple[UnknownField, ...]) -> Iterator[str]:
    """The fields of a graph: plain ones together, each message by itself."""
    plain: list[str] = []
    blocks: list[list[str]] = []
    for line in lines_of(message, unknown, _FIRST):
        if blocks and not blocks[-1][-1].startswith("}") and blocks[-1][0].endswith("{"):
            blocks[-1].append(line)
        elif line.endswith(("{", "{}")):
            blocks.append([line])
        else:
            plain.append(line)
    yield from ("\n".join(part) for part in (plain, *blocks) if part)


def _node_lines(node: Node) -> Iterator[str]:
    outside = [one for one in node.unknown if one.within != "options"]
    inside = [one for one in node.unknown if one.within == "options"]
    yield from lines_of(_without_options(node), outside, _FIRST)
    together = [line for held in node.options if held.form == "options" for line in _named(held)]
    together += [line for one in inside for line in written(one)]
    if together or any(held.form == "options" for held in node.options):
        yield from block("options", together)
    for held in node.options:
        if held.form == "node_options":
            yield from block("node_options", _named(held))


def _named(held: Options) -> Iterator[str]:
    """Options in the braces that have their name, as far as they have one."""
    if held.type == ALL and held.form == "options":
        return _fields(held)
    is_open = is_known(held.type) if held.unknown or held.form == "options" else False
    if is_open or held.unknown or (held.form == "options" and not held.content):
        return block(f"[{name_of(held)}]", _fields(held))
    return lines_of(any_of(held))


def _fields(held: Options) -> Iterator[str]:
    if is_known(held.type):
        return lines_of(message_in(held), held.unknown)
    return (line for one in held.unknown for line in written(one))


def _without_nodes(config: GraphConfig) -> Any:
    message = _merged(_CONFIG(), config.other, "the graph")
    message.type = config.type
    message.max_queue_size = config.max_queue_size or 0
    _put_connections(message, config)
    return message


def _without_options(node: Node) -> Any:
    name = node.name or node.calculator
    message = _merged(_CONFIG.Node(), node.other, f'the node "{name}"')
    message.calculator, message.name = node.calculator, node.name
    _put_connections(message, node)
    for info in node.input_info:
        message.input_stream_info.add(tag_index=info.tag_index, back_edge=info.back_edge)
    if node.input_handler:
        message.input_stream_handler.input_stream_handler = node.input_handler
    return message


def _put_connections(message: Any, ends: GraphConfig | Node) -> None:
    for ours, theirs in CONNECTIONS.items():
        getattr(message, theirs).extend(str(end) for end in getattr(ends, ours))


def _merged(message: Any, other: bytes, words: str) -> Any:
    try:
        message.MergeFromString(other)
    except DAMAGED as error:
        raise GraphError(f"what is kept of {words} is damaged: {error}") from error
    return message
