"""The fields of a text, compared with the messages that they should fill.

Options may have fields that we do not know: those of newer and of other people's calculators are
kept, and written back. Anywhere else such a field is a slip of the pen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from ...messages.tables import POOL
from ..checking.problems import hint
from ..config import UnknownField
from .positions import Body, Field, in_one_line, refuse, scan

STEP = re.compile(r"(\[[^\]]*\]|\w+(?:\[\d+\])?)(?:\.|$)")  # of what UnknownField calls `within`
ANY = "google.protobuf.Any"
CONTAINERS = {  # messages that hold others by a name in brackets
    "mediapipe.CalculatorOptions": "[mediapipe.NAME.ext] { ... }",
    "mediapipe.MediaPipeOptions": "[mediapipe.NAME.ext] { ... }",
    "mediapipe.PacketFactoryOptions": "[mediapipe.NAME.ext] { ... }",
    "mediapipe.PacketGeneratorOptions": "[mediapipe.NAME.ext] { ... }",
    ANY: "[type.googleapis.com/mediapipe.NAME] { ... }",
}
_WORDS = {
    "mediapipe.CalculatorGraphConfig": "a graph",
    "mediapipe.CalculatorGraphConfig.Node": "a node",
}
_NAME = re.compile(r"\[[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\]", re.ASCII)
_URL = re.compile(r"\[[\w.%/-]+/[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\]", re.ASCII)
_WHOLE = re.compile(r"0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*")
_FRACTION = re.compile(
    r"(0|[1-9]\d*)?\.?\d*([eE][+-]?\d+)?[fF]?|(inf|infinity|nan)[fF]?", re.IGNORECASE
)
_TRUTHS = {"true", "false", "True", "False", "t", "f", "0", "1"}


@dataclass(frozen=True, slots=True)
class Stranger:
    """A field that its message lacks. path: the messages around it, ("node[2]", "options")."""

    path: tuple[str, ...]
    field: Field

    def kept(self, depth: int) -> UnknownField:
        """What to keep of it, seen from the message that is `depth` levels down the path."""
        field = self.field
        return UnknownField(field.name, in_one_line(field), field.line, ".".join(self.path[depth:]))


def strangers_in(unknown: UnknownField) -> Iterator[Stranger]:
    """What was kept, as it was found."""
    path = tuple(STEP.findall(unknown.within))
    for field in scan(unknown.text):
        yield Stranger(path, _at(field, unknown.line))


def _at(field: Field, line: int) -> Field:
    """The field with all that it contains in one line of a file."""
    bodies = (Body(tuple(_at(one, line) for one in body.fields), line) for body in field.bodies)
    return replace(field, bodies=tuple(bodies), line=line)


def kept(strangers: Iterable[Stranger], depth: int) -> tuple[UnknownField, ...]:
    """What to keep, seen from the message that is `depth` levels down the path; sorted by place."""
    return tuple(sorted((one.kept(depth) for one in strangers), key=lambda one: one.within))


def strangers(fields: tuple[Field, ...], descriptor: Any, file: str = "") -> list[Stranger]:
    """The fields in options that their messages lack, in the order of the text.

    fields: of the text. descriptor: of the message that they belong to.
    Raises GraphError, with the line and the cure, for such a field outside options, and for values
    of another type.
    """
    return list(_strangers(fields, descriptor, (), file))


def _strangers(
    fields: tuple[Field, ...], descriptor: Any, path: tuple[str, ...], file: str
) -> Iterator[Stranger]:
    is_free = any(part.startswith("[") for part in path)
    counts: dict[str, int] = {}
    for field in fields:
        known, inner = _known(descriptor, field.name)
        if known is None and inner is None:
            if not _may_be_unknown(field.name, descriptor.full_name, is_free):
                _refuse_name(field, descriptor, file)
            yield Stranger(path, field)
            continue
        may_repeat = known is not None and is_repeated(known)
        if not may_repeat and field.name in counts:
            refuse(file, field.line, f'"{field.name}" stands here a second time: keep one')
        counts.setdefault(field.name, -1)
        if inner is None:
            _check_value(field, known, file)
            continue
        if not field.bodies:
            refuse(file, field.line, f"{field.name} holds fields: write {field.name} {{ ... }}")
        for body in field.bodies:
            counts[field.name] += 1
            step = f"{field.name}[{counts[field.name]}]" if may_repeat else field.name
            yield from _strangers(body.fields, inner, (*path, step), file)


def _may_be_unknown(name: str, kind: str, is_free: bool) -> bool:
    """Whether a field of this name is kept, though its message lacks it."""
    if kind in CONTAINERS:
        return (_URL if kind == ANY else _NAME).fullmatch(name) is not None
    return is_free


def _known(descriptor: Any, name: str) -> tuple[Any, Any]:
    """The field of a message, and the message in it; None and None if there is no such field.

    The contents of google.protobuf.Any are a message without a field.
    """
    if not name.startswith("["):
        field = descriptor.fields_by_name.get(name)
        return field, field and field.message_type
    if not _may_be_unknown(name, descriptor.full_name, is_free=True):
        return None, None
    name = name[1:-1]
    try:
        if descriptor.full_name == ANY:
            return None, POOL.FindMessageTypeByName(name.rpartition("/")[2])
        field = POOL.FindExtensionByName(name)
    except KeyError:
        return None, None
    fits = field.containing_type.full_name == descriptor.full_name
    return (field, field.message_type) if fits else (None, None)


def is_repeated(field: Any) -> bool:
    """Whether a field of a descriptor is repeated, in older and newer versions of protobuf."""
    newer = getattr(field, "is_repeated", None)
    return field.label == field.LABEL_REPEATED if newer is None else bool(newer)


def _refuse_name(field: Field, descriptor: Any, file: str) -> NoReturn:
    kind = descriptor.full_name
    if kind in CONTAINERS:
        text = f'options have no "{field.name}": name their message, {CONTAINERS[kind]}'
    else:
        words = _WORDS.get(kind, kind.rpartition(".")[2])
        names = [known.name for known in descriptor.fields]
        text = f'{words} has no field "{field.name}": {hint(field.name, names)}'
    refuse(file, field.line, text)


def _check_value(field: Field, known: Any, file: str) -> None:
    """Refuse a value that is not of a field's kind; its size is left to the library."""
    name = field.name
    if field.bodies:
        refuse(file, field.line, f"{name} holds no fields: write {name}: and a value")
    for value in _words(field.value):
        if cure := _wrong(value, known):
            refuse(file, field.line, f"{name} {cure.replace('NAME', name)}")


def _wrong(value: str, known: Any) -> str:
    """What to say of a value that is not of a field's kind; "" if it may be."""
    is_text, kind = value[0] in "\"'", known.cpp_type
    if kind == known.CPPTYPE_STRING:
        return "" if is_text else f'holds a text: write NAME: "{value}"'
    if is_text:
        return f"holds no text: write NAME: {value[1:-1]}"
    if kind == known.CPPTYPE_BOOL:
        return "" if value in _TRUTHS else f"is true or false, not {value}: write one of them"
    if kind == known.CPPTYPE_ENUM:
        names = [one.name for one in known.enum_type.values]
        is_one = value in names or value.isdigit()
        return "" if is_one else f"cannot be {value}: {hint(value, names)}"
    if kind in (known.CPPTYPE_FLOAT, known.CPPTYPE_DOUBLE):
        is_one = _FRACTION.fullmatch(value) is not None
        return "" if is_one else f"is a number, not {value}: write one, such as 0.5"
    return "" if _WHOLE.fullmatch(value) else f"is a whole number, not {value}: write one"


def _words(value: tuple[str, ...]) -> Iterator[str]:
    """The values of a field without the signs around them."""
    return (word for word in value if word not in ("[", "]", ",", "-"))
