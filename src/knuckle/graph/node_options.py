"""The options of nodes as messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import GraphError
from ..messages import graph_options as graph_options  # publishes the messages of all options
from ..messages.tables import message_class
from .config import Options


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
            except ValueError as error:  # protobuf's DecodeError
                raise GraphError(f"the options do not hold a {kind}: {error}") from error
    return message


def is_known(kind: str) -> bool:
    """Whether we have the message of this full name."""
    try:
        message_class(kind)
    except KeyError:
        return False
    return True
