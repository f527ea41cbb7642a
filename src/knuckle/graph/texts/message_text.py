"""Messages as lines of text, with the fields that they lack in their places.

The library's own printer knows no such fields, and its order is that of the numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import StringIO
from typing import Any

from ...messages.tables import DAMAGED, UnknownFieldSet, message_class, text_format
from ..config import UnknownField
from .positions import block, in_lines, scan
from .text_fields import ANY, STEP, is_repeated

_WORDS = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*"
_URL = re.compile(rf"{_WORDS}/{_WORDS}", re.ASCII)


def lines_of(
    message: Any, unknown: Sequence[UnknownField] = (), order: Mapping[str, int] | None = None
) -> Iterator[str]:
    """The fields of a message.

    unknown: fields that it, or a message in it, lacks.
    order: names of fields that come first, with their places.
    Fields that have a number and no name become comments: text cannot hold them.
    """
    here, deeper = _sorted_by_step(unknown)
    if message.DESCRIPTOR.full_name == ANY and (inside := _opened(message)) is not None:
        name = f"[{message.type_url}]"
        yield from block(name, lines_of(inside, deeper.get(name, ())))
        return
    places = order or {}
    fields = message.ListFields()
    fields.sort(key=lambda pair: (places.get(pair[0].name, len(places)), pair[0].number))
    for field, value in fields:
        name = f"[{field.full_name}]" if field.is_extension else field.name
        for index, one in enumerate(_values(field, value)):
            if field.message_type is None:
                yield f"{name}: {_scalar(field, one)}"
            else:
                step = f"{name}[{index}]" if is_repeated(field) else name
                yield from block(name, lines_of(one, deeper.get(step, ())))
    yield from lost(message)
    for one in here:
        yield from written(one)


def written(unknown: UnknownField) -> Iterator[str]:
    """The lines of a field that its message lacks."""
    for field in scan(unknown.text):
        yield from in_lines(field)


def lost(message: Any) -> Iterator[str]:
    """A comment for each field of a message that has no name."""
    for field in UnknownFieldSet(message):
        yield (
            f"# field {field.field_number} of {message.DESCRIPTOR.full_name} is left out: "
            "knuckle does not know it"
        )


def _sorted_by_step(
    unknown: Sequence[UnknownField],
) -> tuple[list[UnknownField], dict[str, list[UnknownField]]]:
    """The fields of the message itself, and those of messages in it by their step."""
    here = []
    deeper: dict[str, list[UnknownField]] = {}
    for one in unknown:
        step = STEP.match(one.within)
        if step is None:
            here.append(one)
        else:
            rest = replace(one, within=one.within[step.end() :])
            deeper.setdefault(step[1], []).append(rest)
    return here, deeper


def _values(field: Any, value: Any) -> list[Any]:
    """What a field holds as a list; a map as a message for each key."""
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        entry = value.GetEntryClass()
        return [entry(key=key, value=value[key]) for key in sorted(value)]
    return list(value) if is_repeated(field) else [value]


def _scalar(field: Any, value: Any) -> str:
    out = StringIO()
    text_format.PrintFieldValue(field, value, out, as_utf8=True)
    return out.getvalue()


def _opened(box: Any) -> Any:
    """The message in a google.protobuf.Any; None if text must keep it closed."""
    if not _URL.fullmatch(box.type_url):
        return None
    try:
        message = message_class(box.type_url.rpartition("/")[2]).FromString(box.value)
    except (KeyError, *DAMAGED):
        return None
    return None if _has_lost(message) or not message.IsInitialized() else message


def _has_lost(message: Any) -> bool:
    """Whether a message or one in it has fields without names."""
    if len(UnknownFieldSet(message)):
        return True
    return any(
        _has_lost(one)
        for field, value in message.ListFields()
        if field.message_type is not None
        for one in _values(field, value)
    )
