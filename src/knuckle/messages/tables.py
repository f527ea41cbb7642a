"""The words that tables of messages are written in, and how classes are made from them.

publish(
    "calculators/core/gate_calculator",
    message(
        "GateCalculatorOptions",
        "bool empty_packets_as_allow 1; bool allow 2 = false; GateState state 3 = OPEN",
        enum("GateState", "UNSPECIFIED OPEN CLOSED"),
        ext=261754847,
    ),
    imports=["framework/calculator_options"],
)
"""

from __future__ import annotations

import copyreg
import re
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

from knuckle.errors import ExtraMissing

try:
    from google.protobuf import any_pb2, descriptor_pool, message_factory
    from google.protobuf import json_format as json_format
    from google.protobuf import text_format as text_format
    from google.protobuf.descriptor_pb2 import (
        DescriptorProto,
        EnumDescriptorProto,
        FieldDescriptorProto,
        FileDescriptorProto,
    )
    from google.protobuf.message import DecodeError
    from google.protobuf.message import EncodeError as EncodeError
    from google.protobuf.unknown_fields import UnknownFieldSet as UnknownFieldSet
except ModuleNotFoundError as error:
    raise ExtraMissing("a graph", "graph") from error

DAMAGED = (DecodeError, UnicodeDecodeError)  # what reading bytes raises; the second in pure Python
PACKAGE = "mediapipe"
HOME = "knuckle.compat.mediapipe"  # programs find the classes below it, and pickles name it
ANY = "google/protobuf/any"  # the path to import for google.protobuf.Any
POOL = descriptor_pool.DescriptorPool()
POOL.AddSerializedFile(any_pb2.DESCRIPTOR.serialized_pb)

_ROW = re.compile(
    r"((?P<label>required|repeated) )?(?P<kind>[\w.]+|map<(?P<key>\w+),(?P<value>[\w.]+)>) "
    r"(?P<name>\w+) (?P<number>\d+)( = (?P<default>\S+))?(?P<packed> packed)?( of (?P<oneof>\w+))?"
)
_LABELS = {
    None: FieldDescriptorProto.LABEL_OPTIONAL,
    "repeated": FieldDescriptorProto.LABEL_REPEATED,
    "required": FieldDescriptorProto.LABEL_REQUIRED,
}
_SCALARS = {
    name.removeprefix("TYPE_").lower(): number
    for name, number in FieldDescriptorProto.Type.items()
    if name not in ("TYPE_MESSAGE", "TYPE_ENUM", "TYPE_GROUP")
}
_EXTENSIONS = range(20_000, 536_870_912)  # numbers that messages with extensions leave to them


def message(
    name: str,
    rows: str,
    *inside: Any,
    ext: int | None = None,
    extends: str = "CalculatorOptions",
    is_extensible: bool = False,
) -> Any:
    """A message.

    rows: a field for each line or between semicolons, "[required|repeated] KIND NAME NUMBER
        [= DEFAULT] [packed] [of ONEOF]". KIND is a scalar of protocol buffers, map<KEY,VALUE>, or
        the name of a message or an enum; names nearest to the message come first.
    inside: nested messages and enums.
    ext: the number of the extension `ext` that puts this message into the one named in `extends`.
    is_extensible: whether others may extend it.
    """
    made = DescriptorProto(name=name)
    for row in filter(None, (row.strip() for row in re.split(r"[;\n]", rows))):
        _add_field(made, row)
    made.nested_type.extend(part for part in inside if isinstance(part, DescriptorProto))
    made.enum_type.extend(part for part in inside if isinstance(part, EnumDescriptorProto))
    if is_extensible:
        made.extension_range.add(start=_EXTENSIONS.start, end=_EXTENSIONS.stop)
    if ext is not None:
        made.extension.add(
            name="ext",
            number=ext,
            label=FieldDescriptorProto.LABEL_OPTIONAL,
            extendee=f".{PACKAGE}.{extends}",
            type_name=f".{PACKAGE}.{name}",
        )
    return made


def _add_field(made: Any, row: str) -> None:
    parts = _ROW.fullmatch(row)
    if parts is None:
        raise ValueError(f'"{row}" in the table of {made.name} is no field')
    if parts["key"]:
        entry = "".join(word.capitalize() for word in parts["name"].split("_")) + "Entry"
        nested = message(entry, f"{parts['key']} key 1; {parts['value']} value 2")
        nested.options.map_entry = True
        made.nested_type.append(nested)
        made.field.append(field("repeated", entry, parts["name"], int(parts["number"])))
        return
    made.field.append(field(parts["label"], parts["kind"], parts["name"], int(parts["number"])))
    added = made.field[-1]
    if parts["default"]:
        added.default_value = parts["default"]
    if parts["packed"]:
        added.options.packed = True
    if oneof := parts["oneof"]:
        declared = [row.name for row in made.oneof_decl]
        if oneof not in declared:
            made.oneof_decl.add(name=oneof)
        added.oneof_index = [*declared, oneof].index(oneof)


def field(label: str | None, kind: str, name: str, number: int) -> Any:
    """One field. label: "repeated", "required" or None. kind: as in the rows of `message`."""
    made = FieldDescriptorProto(name=name, number=number, label=_LABELS[label])
    if kind in _SCALARS:
        made.type = _SCALARS[kind]
    else:
        made.type_name = kind  # the pool finds what it is, a message or an enum
    return made


def enum(name: str, values: str) -> Any:
    """An enum. values: names, numbered from 0 or from the number behind one, "NONE A=3 B"."""
    made = EnumDescriptorProto(name=name)
    number = 0
    for value in values.split():
        word, _, given = value.partition("=")
        number = int(given or number)
        made.value.add(name=word, number=number)
        number += 1
    return made


def publish(
    path: str,
    *contents: Any,
    imports: Sequence[str] = (),
    syntax: str = "proto2",
    package: str = PACKAGE,
) -> ModuleType:
    """Make a module with the classes of messages, as `protoc` does for a .proto file.

    path: the .proto file's path below MediaPipe's folder, without its ending.
    imports: paths of .proto files that are already published.
    package: whose messages they are.
    """
    file = FileDescriptorProto(
        name=_file_name(path, package),
        package=package,
        message_type=contents,
        dependency=[_file_name(name) for name in imports],
        syntax=syntax,
    )
    POOL.AddSerializedFile(file.SerializeToString())
    module = ModuleType(f"{HOME}.{path.replace('/', '.')}_pb2")
    descriptor = POOL.FindFileByName(file.name)
    vars(module)["DESCRIPTOR"] = descriptor
    for row in descriptor.message_types_by_name.values():
        cls = message_factory.GetMessageClass(row)
        _settle(cls, module.__name__, row.name)
        vars(module)[row.name] = cls
    return module


def _file_name(path: str, package: str = PACKAGE) -> str:
    return f"{path}.proto" if path == ANY else f"{package}/{path}.proto"


def message_class(full_name: str) -> Any:
    """The class of a published message by its full name. Raises KeyError for another name."""
    return message_factory.GetMessageClass(POOL.FindMessageTypeByName(full_name))


def serialised(message: Any) -> bytes:
    """The bytes of a message, the same for equal messages, complete or not."""
    return bytes(message.SerializePartialToString(deterministic=True))


def _settle(cls: Any, module: str, qualified_name: str) -> None:
    """Set the module of a class and its nested classes, and how they are pickled.

    Without this, protobuf would look for a nested class in the default pool.
    """
    cls.__module__, cls.__qualname__ = module, qualified_name
    copyreg.pickle(cls, _reduce)
    for row in _nested(cls):
        inner = message_factory.GetMessageClass(row)
        if not hasattr(cls, row.name):  # protobuf in pure Python
            setattr(cls, row.name, inner)
        _settle(inner, module, f"{qualified_name}.{row.name}")


def _nested(cls: Any) -> Iterator[Any]:
    return (row for row in cls.DESCRIPTOR.nested_types if not row.GetOptions().map_entry)


def _reduce(value: Any) -> Any:
    return _restore, (type(value), value.SerializePartialToString())


def _restore(cls: Any, content: bytes) -> Any:
    return cls.FromString(content)
