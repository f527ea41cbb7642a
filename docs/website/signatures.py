"""Calls as a reader types them, taken from `inspect.signature`, made at run time or not."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from .annotations import resolved_annotations, type_name

LINE = 76  # characters of a call before it is broken
EMPTY = inspect.Parameter.empty
STARS: dict[object, str] = {
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}


def signature_of(function: Callable[..., Any], *, method: bool = False) -> inspect.Signature:
    """With annotations resolved where they are strings.

    method: the first parameter, `self` or `cls`, is left out.
    """
    signature = inspect.signature(function)
    hints = _hints(function)
    kept = list(signature.parameters.values())[int(method) :]
    returned = signature.return_annotation
    return signature.replace(
        parameters=[_resolved(parameter, hints) for parameter in kept],
        return_annotation=hints.get("return", returned) if isinstance(returned, str) else returned,
    )


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """Of a class: those of its fields, and of what makes it."""
    hints = resolved_annotations(function) if hasattr(function, "__annotations__") else {}
    if inspect.isclass(function):
        made = inspect.getattr_static(function, "__init__")
        hints |= resolved_annotations(made) if inspect.isfunction(made) else {}
    return hints


def _resolved(parameter: inspect.Parameter, hints: dict[str, Any]) -> inspect.Parameter:
    if not isinstance(parameter.annotation, str):
        return parameter
    return parameter.replace(annotation=hints.get(parameter.name, parameter.annotation))


def call(name: str, signature: inspect.Signature) -> str:
    """The call on one line if it fits, else with one parameter per line."""
    arguments = _arguments(signature)
    returned = signature.return_annotation
    end = "" if returned in (EMPTY, None, "None", type(None)) else f" -> {type_name(returned)}"
    line = f"{name}({', '.join(arguments)}){end}"
    if len(line) <= LINE:
        return line
    return f"{name}(\n" + "".join(f"    {argument},\n" for argument in arguments) + f"){end}"


def _arguments(signature: inspect.Signature) -> list[str]:
    """The parameters, with `/` after those that take no name and `*` before those that need one."""
    written: list[str] = []
    starred = slashed = False
    for parameter in signature.parameters.values():
        if slashed and parameter.kind is not parameter.POSITIONAL_ONLY:
            written.append("/")
        slashed = parameter.kind is parameter.POSITIONAL_ONLY
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            written.append("*")
            starred = True
        starred = starred or parameter.kind is parameter.VAR_POSITIONAL
        written.append(_argument(parameter))
    return [*written, "/"] if slashed else written


def _argument(parameter: inspect.Parameter) -> str:
    text = STARS.get(parameter.kind, "") + parameter.name
    annotated = parameter.annotation is not EMPTY
    if annotated:
        text += f": {type_name(parameter.annotation)}"
    if parameter.default is not EMPTY:
        text += (
            f" = {literal(parameter.default)}" if annotated else f"={literal(parameter.default)}"
        )
    return text


def literal(value: object) -> str:
    """A default as the house writes it: the same in every build, and no longer than needed."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if is_dataclass(value) and not isinstance(value, type):
        unchanged = all(
            field.default is not MISSING and getattr(value, field.name) == field.default
            for field in fields(value)
        )
        return f"{type(value).__name__}()" if unchanged else repr(value)
    return "..." if callable(value) else repr(value)
