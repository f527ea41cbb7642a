"""Protocol-buffer messages with MediaPipe's names, fields and numbers.

Classes are made from the tables at the end of this file, in a descriptor pool of our own.

MediaPipe registers the same names in the process's default pool, which takes each name only once.
With a pool of our own, ours work whether MediaPipe is imported before, after or never.

Source of names and numbers: mediapipe/framework/formats/*.proto
"""

from __future__ import annotations

import copyreg
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any

from knuckle.errors import ExtraMissing

try:
    from google.protobuf import descriptor_pool, message_factory
    from google.protobuf.descriptor_pb2 import (
        DescriptorProto,
        EnumDescriptorProto,
        EnumValueDescriptorProto,
        FieldDescriptorProto,
        FileDescriptorProto,
    )
except ModuleNotFoundError as error:
    raise ExtraMissing("MediaPipe's interface", "mediapipe") from error

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
    """A field, with arguments in the word order of a .proto file.

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
    """An enum with values numbered from 0."""
    numbered = [EnumValueDescriptorProto(name=v, number=i) for i, v in enumerate(values)]
    return EnumDescriptorProto(name=name, value=numbered)


def publish(path: str, *messages: Any, imports: Sequence[str] = ()) -> ModuleType:
    """Make a module with the classes of messages, as `protoc` does for a .proto file.

    path: the .proto file's path below MediaPipe's folder, without its ending.
    imports: paths of .proto files that are already published.
    """
    file = FileDescriptorProto(
        name=f"{FOLDER}/{path}.proto",
        package=PACKAGE,
        message_type=messages,
        dependency=[f"{FOLDER}/{name}.proto" for name in imports],
        syntax="proto2",
    )
    POOL.AddSerializedFile(file.SerializeToString())
    module = ModuleType(f"{__package__}.framework.formats.{path.replace('/', '.')}_pb2")
    descriptor = POOL.FindFileByName(file.name)
    vars(module)["DESCRIPTOR"] = descriptor
    for row in descriptor.message_types_by_name.values():
        cls = message_factory.GetMessageClass(row)
        _settle(cls, module.__name__, row.name)
        vars(module)[row.name] = cls
    return module


def _settle(cls: Any, module: str, qualified_name: str) -> None:
    """Set the module of a class and its nested classes, and how they are pickled.

    Without this, protobuf would look for a nested class in the default pool.
    """
    cls.__module__, cls.__qualname__ = module, qualified_name
    copyreg.pickle(cls, _reduce)
    for row in cls.DESCRIPTOR.nested_types:
        _settle(getattr(cls, row.name), module, f"{qualified_name}.{row.name}")


def _reduce(value: Any) -> Any:
    return _restore, (type(value), value.SerializePartialToString())


def _restore(cls: Any, content: bytes) -> Any:
    return cls.FromString(content)


rasterization_pb2 = publish(
    "annotation/rasterization",
    message(
        "Rasterization",
        [field("repeated", "Rasterization.Interval", "interval", 1)],
        nested=[
            message(
                "Interval",
                [
                    field("required", "int32", "y", 1),
                    field("required", "int32", "left_x", 2),
                    field("required", "int32", "right_x", 3),
                ],
            )
        ],
    ),
)


classification_pb2 = publish(
    "classification",
    message(
        "Classification",
        [
            field("optional", "int32", "index", 1),
            field("optional", "float", "score", 2),
            field("optional", "string", "label", 3),
            field("optional", "string", "display_name", 4),
        ],
    ),
    message("ClassificationList", [field("repeated", "Classification", "classification", 1)]),
    message(
        "ClassificationListCollection",
        [field("repeated", "ClassificationList", "classification_list", 1)],
    ),
)


_POINT = [
    field("optional", "float", name, number)
    for number, name in enumerate(("x", "y", "z", "visibility", "presence"), start=1)
]

landmark_pb2 = publish(
    "landmark",
    message("Landmark", _POINT),
    message("LandmarkList", [field("repeated", "Landmark", "landmark", 1)]),
    message("LandmarkListCollection", [field("repeated", "LandmarkList", "landmark_list", 1)]),
    message("NormalizedLandmark", _POINT),
    message("NormalizedLandmarkList", [field("repeated", "NormalizedLandmark", "landmark", 1)]),
    message(
        "NormalizedLandmarkListCollection",
        [field("repeated", "NormalizedLandmarkList", "landmark_list", 1)],
    ),
)


def _box(name: str, kind: str) -> object:
    sides = enumerate(("xmin", "ymin", "width", "height"), start=1)
    return message(name, [field("optional", kind, side, number) for number, side in sides])


location_data_pb2 = publish(
    "location_data",
    message(
        "LocationData",
        [
            field("optional", "enum LocationData.Format", "format", 1),
            field("optional", "LocationData.BoundingBox", "bounding_box", 2),
            field("optional", "LocationData.RelativeBoundingBox", "relative_bounding_box", 3),
            field("optional", "LocationData.BinaryMask", "mask", 4),
            field("repeated", "LocationData.RelativeKeypoint", "relative_keypoints", 5),
        ],
        nested=[
            _box("BoundingBox", "int32"),
            _box("RelativeBoundingBox", "float"),
            message(
                "BinaryMask",
                [
                    field("optional", "int32", "width", 1),
                    field("optional", "int32", "height", 2),
                    field("optional", "Rasterization", "rasterization", 3),
                ],
            ),
            message(
                "RelativeKeypoint",
                [
                    field("optional", "float", "x", 1),
                    field("optional", "float", "y", 2),
                    field("optional", "string", "keypoint_label", 3),
                    field("optional", "float", "score", 4),
                ],
            ),
        ],
        enums=[enum("Format", ("GLOBAL", "BOUNDING_BOX", "RELATIVE_BOUNDING_BOX", "MASK"))],
    ),
    imports=["annotation/rasterization"],
)


detection_pb2 = publish(
    "detection",
    message(
        "Detection",
        [
            field("repeated", "string", "label", 1),
            field("repeated", "int32", "label_id", 2, packed=True),
            field("repeated", "float", "score", 3, packed=True),
            field("optional", "LocationData", "location_data", 4),
            field("optional", "string", "feature_tag", 5),
            field("optional", "string", "track_id", 6),
            field("optional", "int64", "detection_id", 7),
            field("repeated", "Detection.AssociatedDetection", "associated_detections", 8),
            field("repeated", "string", "display_name", 9),
            field("optional", "int64", "timestamp_usec", 10),
        ],
        nested=[
            message(
                "AssociatedDetection",
                [
                    field("optional", "int32", "id", 1),
                    field("optional", "float", "confidence", 2),
                ],
            )
        ],
    ),
    message("DetectionList", [field("repeated", "Detection", "detection", 1)]),
    imports=["location_data"],
)


def _rect(name: str, kind: str) -> object:
    sides = enumerate(("x_center", "y_center", "height", "width"), start=1)
    return message(
        name,
        [
            *(field("required", kind, side, number) for number, side in sides),
            field("optional", "float", "rotation", 5),
            field("optional", "int64", "rect_id", 6),
        ],
    )


rect_pb2 = publish("rect", _rect("Rect", "int32"), _rect("NormalizedRect", "float"))
