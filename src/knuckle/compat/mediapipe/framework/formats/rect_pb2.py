"""Rotated rectangles.

Source of names and numbers: mediapipe/framework/formats/rect.proto
"""

from __future__ import annotations

from .schema import field, message, publish


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


DESCRIPTOR, Rect, NormalizedRect = publish(
    __name__, _rect("Rect", "int32"), _rect("NormalizedRect", "float")
)
