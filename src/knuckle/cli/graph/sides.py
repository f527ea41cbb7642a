"""Side packets from the command line: `--side num_hands=4`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ...graph.config import GraphConfig
    from .ends import Ends

DEFAULTS = {"num_hands": 2, "model_complexity": 1}  # as MediaPipe's own programs have them


def sides_of(texts: Sequence[str], config: GraphConfig, ends: Ends) -> dict[str, Any]:
    """The side packets of a run: those that were given, and usual ones that the graph takes.

    texts: "NAME=VALUE". Raises click.UsageError.
    """
    from ...graph.checking.wiring import outside_sides

    names = outside_sides(config)
    given = {name: DEFAULTS[name] for name in names if name in DEFAULTS}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"--side {text} lacks a value: write NAME=VALUE")
        if name not in names:
            has = f"it has {', '.join(names)}" if names else "it has none"
            raise click.UsageError(f'the graph has no side packet "{name}": {has}')
        kind = ends.sides[name].name if name in ends.sides else ""
        try:
            given[name] = _READERS.get(kind, _guessed)(value)
        except ValueError:
            raise click.UsageError(
                f'side packet "{name}" takes {_WORDS[kind]}, not {value!r}'
            ) from None
    return given


def _bool(text: str) -> bool:
    if text.lower() not in ("true", "false", "1", "0"):
        raise ValueError(text)
    return text.lower() in ("true", "1")


def _guessed(text: str) -> Any:
    """A number or a truth value if it looks like one, else the text."""
    with suppress(ValueError):
        value = json.loads(text)
        if isinstance(value, bool | int | float):
            return value
    return text


_READERS: dict[str, Callable[[str], Any]] = {
    "bool": _bool,
    "int": int,
    "float": float,
    "std::string": str,
}
_WORDS = {"bool": "true or false", "int": "a whole number", "float": "a number"}
