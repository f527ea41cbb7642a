"""Types as a reader wants to see them: short names, and the choices instead of an alias."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np


def resolved_annotations(thing: Callable[..., Any] | type) -> dict[str, Any]:
    """The annotations of a function or class; one that does not resolve stays as it is written."""
    try:
        return get_type_hints(thing, include_extras=True)
    except NameError:  # a name that is imported for the type checker alone
        return dict(thing.__annotations__)


def type_name(hint: Any) -> str:
    """`hint` in the words of Python's own syntax, without modules."""
    if hint is None or hint is types.NoneType:
        return "None"
    if isinstance(hint, str):
        return hint
    if isinstance(hint, typing.ForwardRef):
        return hint.__forward_arg__
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return type_name(arguments[0])
    if origin is Literal:
        return " | ".join(map(_quoted, arguments))
    if origin in (Union, types.UnionType):
        return " | ".join(map(type_name, arguments))
    if origin is np.ndarray:
        return _array_name(arguments)
    if inspect.isclass(origin) and issubclass(origin, np.generic):
        return _bare_name(origin)  # of any precision, or the alias would not be there
    if origin is not None:
        return f"{_bare_name(origin)}[{', '.join(map(type_name, arguments))}]"
    return _bare_name(hint)


def _array_name(arguments: tuple[Any, ...]) -> str:
    scalar = get_args(arguments[-1])
    return f"NDArray[{type_name(scalar[0])}]" if scalar else "NDArray"


def _bare_name(hint: Any) -> str:
    if hint is Ellipsis:
        return "..."
    if isinstance(hint, list):  # the arguments of a Callable
        return f"[{', '.join(map(type_name, hint))}]"
    if hint is typing.Any:
        return "Any"
    return str(getattr(hint, "__name__", hint)).removeprefix("typing.")


def note_of(hint: Any) -> str | None:
    """The text that an `Annotated` type carries, plain or as a `Doc`."""
    if get_origin(hint) is not Annotated:
        return None
    for note in get_args(hint)[1:]:
        text = note if isinstance(note, str) else getattr(note, "documentation", None)
        if isinstance(text, str):
            return text
    return None


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)
