"""Classes and scores.

Source of names and numbers:
mediapipe/framework/formats/classification.proto
"""

from __future__ import annotations

from .schema import field, message, publish

DESCRIPTOR, Classification, ClassificationList, ClassificationListCollection = publish(
    __name__,
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
