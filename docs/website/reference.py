"""The reference of the public names, taken from the objects themselves.

What is made at run time, signatures and docstrings too, is shown as `help()` shows it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import knuckle
import knuckle.batch
import knuckle.graph
from knuckle.graph import PacketType
from knuckle.graph.drawings.picture import about_calculator

from .annotations import resolved_annotations, type_name
from .docstrings import Docstring, definitions, fenced, parsed
from .members import Field, attributes, class_fields, documentation, public_members
from .signatures import call, signature_of

DIRECTIVE = re.compile(r"^::: knuckle\.((?:graph\.|batch\.)?\w+)$", re.MULTILINE)
HOMES = {"": knuckle, "graph.": knuckle.graph, "batch.": knuckle.batch}  # what is before a name


def public_names() -> list[str]:
    """What the reference has to show: the names of knuckle, and "graph.load" and others."""
    return [
        home + name
        for home, module in HOMES.items()
        for name in module.__all__
        if name != "__version__"
    ]


def home_of(name: str) -> str:
    """What is before the last part of a name: "graph." of "graph.load", "" of "detect"."""
    return name[: name.rfind(".") + 1]


def named(name: str) -> Any:
    """The public object of a name."""
    home = home_of(name)
    return getattr(HOMES[home], name.removeprefix(home))


def shown_names(pages: Path) -> dict[str, str]:
    """Name -> file of the page whose directive shows it."""
    return {
        name: page.name
        for page in sorted(pages.glob("*.md"))
        for name in DIRECTIVE.findall(page.read_text(encoding="utf-8"))
    }


def undocumented() -> list[str]:
    """The public names, methods, properties and fields of which nothing is said."""
    return [
        f"knuckle.{missing}"
        for name in public_names()
        for missing in _undocumented(name, named(name))
    ]


def _undocumented(name: str, thing: object) -> Iterator[str]:
    text = documentation(name.removeprefix(home_of(name)), thing)
    if not text:
        yield name
    if not inspect.isclass(thing):
        return
    for member, value in public_members(thing):
        if not inspect.getdoc(value):
            yield f"{name}.{member}"
    own = class_fields(thing)
    told = parsed(text, [field.name for field in own])
    silent = [field.name for field in own if not (field.text or told.meaning(field.name))]
    if len(silent) < len(own):  # a class whose fields need no word, as a box's, has none at all
        yield from (f"{name}.{field}" for field in silent)


def entry(name: str) -> str:
    """Markdown of all that there is to say of a public name, from its heading on."""
    thing = named(name)
    heading = f"## `{name}` {{ #{name} }}"
    name = name.removeprefix(home_of(name))
    if inspect.isclass(thing):
        return _joined(heading, *_class_parts(name, thing))
    if callable(thing):
        text = inspect.getdoc(thing) or ""
        return _joined(heading, *_call_parts(name, signature_of(thing), text))
    told = parsed(documentation(name, thing).replace("\nSource:", "\n\nSource:"), ())
    table = _type_table(thing) if isinstance(thing, ModuleType) else _about_table(thing)
    return _joined(heading, *told.before, table or fenced(f"{name} = {_laid_out(thing)}"))


def _about_table(thing: object) -> str:
    """A table of things that say what they do; "" for anything else."""
    if not isinstance(thing, dict):
        return ""
    rows = []
    for name, value in thing.items():
        about = about_calculator(value) if inspect.isclass(value) else getattr(value, "about", None)
        if about is None:
            return ""
        rows.append(f"| `{name}` | {about} |")
    return "| name | what it does |\n|---|---|\n" + "\n".join(rows)


def _type_table(module: ModuleType) -> str:
    """The types of packets that a module has: MediaPipe's name, and what it is in Python."""
    rows = [
        f"| `{name}` | `{value.name}` | {value.payload} |"
        for name, value in vars(module).items()
        if isinstance(value, PacketType)
    ]
    return "| name | in MediaPipe | in Python |\n|---|---|---|\n" + "\n".join(rows)


def _call_parts(name: str, signature: inspect.Signature, text: str) -> Iterable[str]:
    docstring = parsed(text, signature.parameters)
    yield fenced(call(name, signature))
    yield from docstring.before
    yield definitions({f"`{key}`": meaning for key, meaning in docstring.items.items()})
    yield from docstring.after


def _class_parts(name: str, owner: type) -> Iterable[str]:
    bases = [base.__name__ for base in owner.__bases__ if base.__module__.startswith("knuckle.")]
    if bases:
        yield f"A kind of `{'`, `'.join(bases)}`."
    if issubclass(owner, Enum):
        yield documentation(name, owner)
        yield _enum_table(owner)
    elif issubclass(owner, Exception):
        yield documentation(name, owner)
    else:
        yield from _value_parts(name, owner)
    for member, value in public_members(owner):
        yield from _member_parts(name, member, value)


def _value_parts(name: str, owner: type) -> Iterable[str]:
    """A class with fields is a list of these; any other one is shown by how it is made."""
    own = class_fields(owner)
    text = documentation(name, owner)
    told = parsed(text, [field.name for field in own])
    if own and (told.items or any(field.text for field in own)):
        yield from told.before
        yield _field_list(own, told)
        yield from told.after
    else:
        made = signature_of(owner).replace(return_annotation=None)
        yield from _call_parts(name, made, text)
        yield _field_list(attributes(owner), told)


def _field_list(own: list[Field], told: Docstring) -> str:
    return definitions(
        {
            f"`{field.name}` `{field.written_type}`": told.meaning(field.name) or field.text
            for field in own
        }
    )


def _enum_table(owner: type[Enum]) -> str:
    rows = "\n".join(f"| `{member.name}` | {member.value} |" for member in owner)
    return f"| name | value |\n|---|---|\n{rows}"


def _member_parts(owner: str, name: str, value: Any) -> Iterable[str]:
    text = inspect.getdoc(value) or ""
    anchor = f"{{ #{owner}.{name.strip('_')} }}"  # underscores would make it bold
    if isinstance(value, property | cached_property):
        getter = value.fget if isinstance(value, property) else value.func
        yield f"### `{owner}.{name}` {anchor}"
        yield f"`{type_name(_returned(getter))}`"
        yield from parsed(text, ()).before
    else:
        function = getattr(value, "__func__", value)
        signature = signature_of(function, method=not isinstance(value, staticmethod))
        yield f"### `{owner}.{name}()` {anchor}"
        yield from _call_parts(name, signature, text)


def _returned(getter: Callable[..., Any] | None) -> Any:
    return resolved_annotations(getter).get("return") if getter else None


def _laid_out(value: object) -> str:
    if not isinstance(value, dict):
        return repr(value)
    return "{\n" + "".join(f"    {key!r}: {item!r},\n" for key, item in value.items()) + "}"


def _joined(*pieces: str) -> str:
    return "\n\n".join(piece for piece in pieces if piece)
