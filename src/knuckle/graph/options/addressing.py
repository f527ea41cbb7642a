"""Options of inner nodes, set from outside by their address.

    with_options(graph, {"palmdetectioncpu__TensorsToDetectionsCalculator.min_score_thresh": 0.7})

An address is the full name of a node, a dot, and the name of an option; further dots lead into
options that have parts, as in "delegate.xnnpack.num_threads" or "ranges.0.begin".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from ...messages.tables import POOL, json_format
from ..calculator import Calculator
from ..calculators import CALCULATORS
from ..checking.problems import hint
from ..config import GraphConfig, Node, Options, node_names
from ..expanding.expansion import expanded
from ..library import Subgraphs
from .node_options import is_known, options_message

# MediaPipe puts a choice of inference before each inference, which adds to its name.
_SELECTED = re.compile(r"(?:\w+__)?inferencecalculator__(?=\w*InferenceCalculator\.)")


class _Address(NamedTuple):
    text: str
    node: int
    path: tuple[str, ...]


def with_options(
    config: GraphConfig,
    changes: Mapping[str, Any],
    *,
    subgraphs: Subgraphs | None = None,
    calculators: Mapping[str, type[Calculator]] = CALCULATORS,
) -> GraphConfig:
    """The graph, expanded, with other values for options of its nodes.

    changes: values by address. An enum's value is its name; several values are a list, parts a
        mapping, None the default. A text stands for what it says as JSON: "0.7", "true", "[1, 2]".
    subgraphs, calculators: as for `expanded`.
    Raises ValueError for a node or an option that does not exist, or a value of another type.
    """
    graph = expanded(config, subgraphs=subgraphs, calculators=calculators)
    nodes = list(graph.nodes)
    names = node_names(graph)
    for text, value in changes.items():
        address = _address(text, names)
        nodes[address.node] = _changed(nodes[address.node], address, value, calculators)
    return replace(graph, nodes=tuple(nodes))


def _address(text: str, names: list[str]) -> _Address:
    text = _SELECTED.sub("", text)
    fitting = [name for name in names if text.startswith(f"{name}.")]
    if not fitting:
        name = text.rpartition(".")[0] or text
        numbered = [one for one in names if one.rpartition("_")[0] == name]
        if numbered:
            listed = ", ".join(numbered)
            raise ValueError(f'there are several nodes "{name}": say which of {listed}')
        near = hint(name.partition(".")[0], names)
        raise ValueError(f'"{text}" is no option of a node: write NODE.option; {near}')
    name = max(fitting, key=len)
    return _Address(text, names.index(name), tuple(text[len(name) + 1 :].split(".")))


def _changed(
    node: Node, address: _Address, value: Any, calculators: Mapping[str, type[Calculator]]
) -> Node:
    kind = _kind(node, address.text, calculators)
    message = options_message(kind, node.options)
    _set(message, address.path, value, address.text)
    content = message.SerializePartialToString(deterministic=True)
    held = [one for one in node.options if one.type == kind]
    if not held:
        return replace(node, options=(*node.options, Options(kind, "node_options", content)))
    options = [replace(one, content=content) if one is held[0] else one for one in node.options]
    kept = tuple(one for one in options if one.type != kind or one.content == content)
    return replace(node, options=kept)


def _kind(node: Node, text: str, calculators: Mapping[str, type[Calculator]]) -> str:
    """The full name of the message of a node's options."""
    known = calculators.get(node.calculator)
    kind = known.contract.options if known is not None else ""
    if not kind and len(node.options) == 1:
        kind = node.options[0].type
    if not kind or not is_known(kind):
        raise ValueError(f'"{text}" cannot be set: {node.calculator} has no options')
    return kind


def _set(message: Any, path: Sequence[str], value: Any, text: str) -> None:
    """Change one field of a message, or one inside it."""
    name, *rest = path
    fields = message.DESCRIPTOR.fields_by_name
    if name not in fields:
        kind = message.DESCRIPTOR.name
        raise ValueError(f'"{text}" does not exist: {kind} has no "{name}"; {hint(name, fields)}')
    if not rest:
        _parse(message, fields[name], value, text)
        return
    inner = getattr(message, name)
    if hasattr(inner, "add"):  # several messages: a number says which
        number = rest.pop(0)
        if not rest or not number.isdecimal() or int(number) >= len(inner):
            cure = f'write "{name}.NUMBER.PART", the number below {len(inner)}'
            raise ValueError(f'"{text}" does not exist: {cure}')
        inner = inner[int(number)]
    elif fields[name].message_type is None:
        raise ValueError(f'"{text}" does not exist: "{name}" has no parts')
    else:
        inner.SetInParent()
    _set(inner, rest, value, text)


def _parse(message: Any, field: Any, value: Any, text: str) -> None:
    """Set a field as JSON would; None clears it."""
    if value is None:
        message.ClearField(field.name)
        return
    is_text = field.cpp_type == field.CPPTYPE_STRING
    if isinstance(value, str) and (not is_text or value.startswith("[")):
        with suppress(ValueError):  # else the name of an enum's value
            value = json.loads(value)
    try:
        json_format.ParseDict({field.name: value}, message, descriptor_pool=POOL)
    except json_format.ParseError as error:
        reason = ""
        if field.message_type is not None:  # of the others, the cure says it all
            reason = f" ({str(error).rpartition(': ')[2].removesuffix('.')})"
        raise ValueError(f'"{text}" does not take {value!r}{reason}: {_takes(field)}') from error


def _takes(field: Any) -> str:
    """What a field takes, in words."""
    if field.enum_type is not None:
        return f"take one of {', '.join(field.enum_type.values_by_name)}"
    if field.message_type is not None:
        return f"set its parts, {', '.join(field.message_type.fields_by_name)}"
    words = {
        field.CPPTYPE_STRING: "a text",
        field.CPPTYPE_BOOL: "true or false",
        field.CPPTYPE_FLOAT: "a number",
        field.CPPTYPE_DOUBLE: "a number",
        field.CPPTYPE_INT32: "a whole number below 2**31",
    }
    return f"take {words.get(field.cpp_type, 'a whole number')}"
