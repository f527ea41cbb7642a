"""Where something is.

Source of names and numbers:
mediapipe/framework/formats/location_data.proto
"""

from __future__ import annotations

from .annotation import rasterization_pb2 as rasterization_pb2  # published before what needs it
from .schema import enum, field, message, publish


def _box(name: str, kind: str) -> object:
    sides = enumerate(("xmin", "ymin", "width", "height"), start=1)
    return message(name, [field("optional", kind, side, number) for number, side in sides])


DESCRIPTOR, LocationData = publish(
    __name__,
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
