"""Message classes from a table, in a descriptor pool of their own.

MediaPipe registers the same names in the process's default pool, which takes each name once. In a
pool of our own they are there whether it is imported before, after, or never.
"""

from __future__ import annotations

import copyreg
from collections.abc import Iterable, Sequence
from typing import Any

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    EnumValueDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)

PACKAGE = "mediapipe"
FOLDER = "mediapipe/framework/formats"
POOL = descriptor_pool.DescriptorPool()

SCALARS = {
    "float": FieldDescriptorProto.TYPE_FLOAT,
    "int32": FieldDescriptorProto.TYPE_INT32,
    "int64": FieldDescriptorProto.TYPE_INT64,
    "string": FieldDescriptorProto.TYPE_STRING,
}
LABELS = {
    "optional": FieldDescriptorProto.LABEL_OPTIONAL,
    "repeated": FieldDescriptorProto.LABEL_REPEATED,
    "required": FieldDescriptorProto.LABEL_REQUIRED,
}


def field(label: str, kind: str, name: str, number: int, *, packed: bool = False) -> Any:
    """A field, in the order of words of a .proto file.

    label: a key of LABELS. kind: a key of SCALARS, "enum Name", or the name of a message.
    """
    row = FieldDescriptorProto(name=name, number=number, label=LABELS[label])
    if kind in SCALARS:
        row.type = SCALARS[kind]
    elif kind.startswith("enum "):
        row.type = FieldDescriptorProto.TYPE_ENUM
        row.type_name = f".{PACKAGE}.{kind.removeprefix('enum ')}"
    else:
        row.type = FieldDescriptorProto.TYPE_MESSAGE
        row.type_name = f".{PACKAGE}.{kind}"
    if packed:
        row.options.packed = True
    return row


def message(
    name: str, fields: Sequence[Any], *, nested: Sequence[Any] = (), enums: Sequence[Any] = ()
) -> Any:
    """A message with its fields, nested messages and enums."""
    return DescriptorProto(name=name, field=fields, nested_type=nested, enum_type=enums)


def enum(name: str, values: Iterable[str]) -> Any:
    """An enum whose values count from 0."""
    numbered = [EnumValueDescriptorProto(name=v, number=i) for i, v in enumerate(values)]
    return EnumDescriptorProto(name=name, value=numbered)


def publish(module: str, *messages: Any, imports: Sequence[str] = ()) -> Any:
    """Classes for messages, at home in a module, where pickle finds them; the file's descriptor.

    module: its `__name__`, under this package as the .proto file lies under MediaPipe's folder.
    imports: names of .proto files that were published before.
    """
    path = module.removeprefix(f"{__package__}.").removesuffix("_pb2").replace(".", "/")
    file = FileDescriptorProto(
        name=f"{FOLDER}/{path}.proto",
        package=PACKAGE,
        message_type=messages,
        dependency=[f"{FOLDER}/{name}.proto" for name in imports],
        syntax="proto2",
    )
    POOL.AddSerializedFile(file.SerializeToString())
    descriptor = POOL.FindFileByName(file.name)
    classes = []
    for row in descriptor.message_types_by_name.values():
        cls = message_factory.GetMessageClass(row)
        _settle(cls, module, row.name)
        classes.append(cls)
    return descriptor, *classes


def _settle(cls: Any, module: str, qualified_name: str) -> None:
    """Tell a class and those nested in it where they live, and pickle how to find them.

    By itself protobuf looks for a nested class in the default pool.
    """
    cls.__module__, cls.__qualname__ = module, qualified_name
    copyreg.pickle(cls, _reduce)
    for row in cls.DESCRIPTOR.nested_types:
        _settle(getattr(cls, row.name), module, f"{qualified_name}.{row.name}")


def _reduce(value: Any) -> Any:
    return _restore, (type(value), value.SerializePartialToString())


def _restore(cls: Any, content: bytes) -> Any:
    return cls.FromString(content)
