"""Both fields in which nodes hold options: to our values, and back.

    options { [mediapipe.GateCalculatorOptions.ext] { allow: true } }
    node_options { [type.googleapis.com/mediapipe.GateCalculatorOptions] { allow: true } }

The first is one message with extensions (proto2), the second one google.protobuf.Any for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ...errors import GraphError
from ...messages import graph_options as graph_options  # publishes the messages of all options
from ...messages.tables import DAMAGED, POOL, message_class, serialised
from ..config import Options, UnknownField
from ..texts.positions import in_one_line
from ..texts.text_fields import ANY, Stranger, is_repeated, kept

ALL = "mediapipe.CalculatorOptions"
PREFIX = "type.googleapis.com/"


def is_of_options(stranger: Stranger) -> bool:
    """Whether a field that a message lacks is part of one of the options of a node."""
    _, *path = stranger.path
    if not path or path[0].partition("[")[0] not in ("options", "node_options"):
        return False
    return len(path) > 1 or bool(stranger.field.bodies)


def node_options(message: Any, unknown: Sequence[Stranger] = ()) -> Iterator[Options]:
    """The options of a node's message, those of `options` first.

    unknown: what the node's text has and its message lacks.
    """
    if message.HasField("options"):
        yield from _extensions(message.options, unknown)
    for index, box in enumerate(message.node_options):
        yield _boxed(box, [one for one in unknown if one.path[1:2] == (f"node_options[{index}]",)])


def _extensions(message: Any, unknown: Sequence[Stranger]) -> Iterator[Options]:
    inside = [one for one in unknown if one.path[1:2] == ("options",) and is_of_options(one)]
    whole = [_whole(one, "options") for one in inside if len(one.path) == 2]
    rest = type(message)()
    rest.CopyFrom(message)
    made = []
    for field, value in message.ListFields():
        if field.is_extension and field.message_type is not None and not is_repeated(field):
            rest.ClearExtension(field)
            name = field.full_name
            kind = field.message_type.full_name
            mine = (one for one in inside if one.path[2:3] == (f"[{name}]",))
            called = "" if name == f"{kind}.ext" else name
            made.append(Options(kind, "options", serialised(value), kept(mine, 3), called))
    content = serialised(rest)
    if content or not (made or whole):
        yield Options(ALL, "options", content)
    yield from made
    yield from whole


def _boxed(box: Any, unknown: list[Stranger]) -> Options:
    if not box.type_url and unknown and len(unknown[0].path) == 2:
        return _whole(unknown[0], "node_options")
    prefix, slash, kind = box.type_url.rpartition("/")
    called = "" if f"{prefix}{slash}" == PREFIX else box.type_url
    return Options(kind, "node_options", box.value, kept(unknown, 3), called)


def _whole(stranger: Stranger, form: Any) -> Options:
    """Options whose message we do not have: all their fields are unknown."""
    name = stranger.field.name[1:-1]
    if form == "options":
        kind = name.removesuffix(".ext")
        called = "" if name == f"{kind}.ext" else name
    else:
        prefix, slash, kind = name.rpartition("/")
        called = "" if f"{prefix}{slash}" == PREFIX else name
    fields = [field for body in stranger.field.bodies for field in body.fields]
    unknown = tuple(UnknownField(field.name, in_one_line(field), field.line) for field in fields)
    return Options(kind, form, b"", unknown, called)


def name_of(held: Options) -> str:
    """What files write in brackets before the options."""
    if held.called or not held.type:
        return held.called
    return f"{held.type}.ext" if held.form == "options" else f"{PREFIX}{held.type}"


def any_of(held: Options) -> Any:
    """The options as google.protobuf.Any."""
    return message_class(ANY)(type_url=name_of(held), value=held.content)


def put_options(node: Any, options: Iterable[Options]) -> None:
    """Give a node's message its options, as far as they are serialised.

    Raises GraphError for options that are no message.
    """
    for held in options:
        try:
            if held.form == "options":
                _put_extension(node.options, held)
            else:
                node.node_options.append(any_of(held))
        except DAMAGED as error:
            raise GraphError(f"the options do not hold a {held.type}: {error}") from error


def _put_extension(message: Any, held: Options) -> None:
    message.SetInParent()
    if held.type == ALL:
        message.MergeFromString(held.content)
        return
    extension = _extension(message, name_of(held))
    if extension is None:
        if held.content:
            raise GraphError(f"{held.type} is no extension of options: write it as node_options")
        return  # options whose message we do not have are in texts only
    message.Extensions[extension].SetInParent()
    message.Extensions[extension].MergeFromString(held.content)


def _extension(message: Any, name: str) -> Any:
    """The extension of a message with this full name; None if there is none."""
    try:
        extension = POOL.FindExtensionByName(name)
    except KeyError:
        return None
    fits = extension.containing_type.full_name == message.DESCRIPTOR.full_name
    return extension if fits else None
