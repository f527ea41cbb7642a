"""Options of nodes as messages, and from what Python programs write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np

from ...errors import GraphError
from ...messages import graph_options as graph_options  # publishes the messages of all options
from ...messages.tables import DAMAGED, POOL, json_format, message_class
from ..checking.problems import hint
from ..config import Options


def options(
    kind: str,
    fields: Mapping[str, Any] | None = None,
    *,
    form: Literal["options", "node_options"] = "node_options",
) -> Options:
    """Options for a node, as a program writes them.

        options("GateCalculatorOptions", {"empty_packets_as_allow": True})

    kind: the name of the message; "mediapipe." may be left out.
    fields: values by name; an enum's by its name, a message's as a mapping, several as a list.
    form: which field of the node holds them.
    Raises ValueError for a message or field that does not exist, or a value of another type.
    """
    full_name = kind if "." in kind else f"mediapipe.{kind}"
    if not is_known(full_name):
        raise ValueError(f'there are no options "{kind}": take the name from `messages/`')
    message = message_class(full_name)()
    fields = dict(fields or {})
    known = [field.name for field in message.DESCRIPTOR.fields]
    for name in fields:
        if name not in known:
            raise ValueError(f'{kind} has no field "{name}": {hint(str(name), known)}')
    try:
        json_format.ParseDict(_plain(fields), message, descriptor_pool=POOL)
    except json_format.ParseError as error:
        text = str(error).partition("\n")[0]
        raise ValueError(f"{kind} does not take this: {text}") from error
    return Options(full_name, form, message.SerializePartialToString(deterministic=True))


def _plain(value: Any) -> Any:
    """A value as the library takes it: numbers of Python's, dictionaries and lists."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def message_in(held: Options) -> Any:
    """The message that options hold.

    Raises GraphError if knuckle has no such message, or if it is damaged.
    """
    if not is_known(held.type):
        raise GraphError(f'the options are a "{held.type}", which knuckle does not know')
    return options_message(held.type, [held])


def options_message(kind: str, options: Iterable[Options] = ()) -> Any:
    """The message of a type with what a node's options say, else its defaults.

    kind: the full name of the message, "mediapipe.GateCalculatorOptions"; "" gives None.
    Raises GraphError if what the options hold is no such message.
    """
    if not kind:
        return None
    message = message_class(kind)()
    for held in options:
        if held.type == kind:
            try:
                message.MergeFromString(held.content)
            except DAMAGED as error:
                raise GraphError(f"the options do not hold a {kind}: {error}") from error
    return message


def is_known(kind: str) -> bool:
    """Whether we have the message of this full name."""
    try:
        message_class(kind)
    except KeyError:
        return False
    return True
