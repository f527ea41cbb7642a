"""Something found.

Source of names and numbers: mediapipe/framework/formats/detection.proto
"""

from __future__ import annotations

from . import location_data_pb2 as location_data_pb2  # published before what needs it
from .schema import field, message, publish

DESCRIPTOR, Detection, DetectionList = publish(
    __name__,
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
