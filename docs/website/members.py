"""What a public object has, and what is said about it where `help()` does not look."""

from __future__ import annotations

import inspect
import sys
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cached_property
from textwrap import dedent
from typing import Any

from .annotations import note_of, resolved_annotations, type_name
from .comments import documented_names
from .signatures import EMPTY, literal


@dataclass(frozen=True)
class Field:
    """A value that an object carries."""

    name: str
    written_type: str  # as in the class: the type, and the default where there is one
    text: str  # what it means; may be empty


def documentation(name: str, thing: object) -> str:
    """The docstring of a class or function; of a value, what its module says beside it."""
    if inspect.isclass(thing):
        text = inspect.cleandoc(thing.__doc__ or "")
        return "" if text.startswith(f"{name}(") else text  # what dataclass makes up
    if callable(thing) or inspect.ismodule(thing):
        return inspect.getdoc(thing) or ""
    homes = [
        module
        for key, module in sorted(sys.modules.items())
        if key.startswith("knuckle.") and vars(module).get(name) is thing
    ]
    texts = (documented_names(inspect.getsource(home)).get(name) for home in homes)
    return inspect.cleandoc(next(filter(None, texts), ""))


def public_members(owner: type) -> list[tuple[str, Any]]:
    """Methods, properties and `__call__` of a class and of its bases in the same package."""
    kinds = (property, cached_property, classmethod, staticmethod)
    found: dict[str, Any] = {}
    for ancestor in owner.__mro__:
        if _package(ancestor) != _package(owner):
            continue
        for name, value in vars(ancestor).items():
            public = not name.startswith("_") or name == "__call__"
            if public and (inspect.isfunction(value) or isinstance(value, kinds)):
                found.setdefault(name, value)
    return list(found.items())


def attributes(owner: type) -> list[Field]:
    """What a class's own `__init__` sets and describes, with the types of its parameters."""
    made = vars(owner).get("__init__")
    if not inspect.isfunction(made) or is_dataclass(owner):
        return []
    hints = resolved_annotations(made)
    told = documented_names(dedent(inspect.getsource(made)))
    return [
        _field(name, hints[name], text, EMPTY)
        for name, text in told.items()
        if name in hints and not name.startswith("_")
    ]


def _package(owner: type) -> str:
    return owner.__module__.split(".")[0]


def class_fields(owner: type) -> list[Field]:
    """The fields of a dataclass or named tuple; none of any other class."""
    hints = resolved_annotations(owner)
    beside = documented_names(dedent(inspect.getsource(owner)))
    return [
        _field(name, hints.get(name), beside.get(name, ""), default)
        for name, default in _defaults(owner).items()
        if not name.startswith("_")
    ]


def _defaults(owner: type) -> dict[str, object]:
    """Name of a field -> its default."""
    if is_dataclass(owner):
        return {
            field.name: EMPTY if field.default is MISSING else field.default
            for field in fields(owner)
        }
    known = getattr(owner, "_field_defaults", {})
    return {name: known.get(name, EMPTY) for name in getattr(owner, "_fields", ())}


def _field(name: str, hint: Any, beside: str, default: object) -> Field:
    written = f": {type_name(hint)}"
    if default is not EMPTY:
        written += f" = {literal(default)}"
    return Field(name, written, inspect.cleandoc(note_of(hint) or beside))
