"""Masks by rows.

Source of names and numbers:
mediapipe/framework/formats/annotation/rasterization.proto
"""

from __future__ import annotations

from ..schema import field, message, publish

DESCRIPTOR, Rasterization = publish(
    __name__,
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
