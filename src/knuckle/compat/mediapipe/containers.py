"""The types that results of the Tasks API are made of.

A landmark's `visibility` and `presence` belong to other tasks and are None for hands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from .formats import classification_pb2, landmark_pb2


@dataclass
class Category:
    """One category that a classifier found, with a score from 0 to 1."""

    index: int | None = None
    score: float | None = None
    display_name: str | None = None
    category_name: str | None = None

    def to_pb2(self) -> Any:
        """Convert to a Classification message."""
        return classification_pb2.Classification(
            index=self.index,
            score=self.score,
            label=self.category_name,
            display_name=self.display_name,
        )

    @classmethod
    def create_from_pb2(cls, pb2_obj: Any) -> Self:
        """Convert from a Classification message."""
        return cls(
            index=pb2_obj.index,
            score=pb2_obj.score,
            display_name=pb2_obj.display_name,
            category_name=pb2_obj.label,
        )


@dataclass
class _Point:
    _message: ClassVar[Any]

    x: float | None = None
    y: float | None = None
    z: float | None = None
    visibility: float | None = None
    presence: float | None = None
    name: str | None = None

    def to_pb2(self) -> Any:
        """Convert to a message, without the name."""
        return self._message(
            x=self.x, y=self.y, z=self.z, visibility=self.visibility, presence=self.presence
        )

    @classmethod
    def create_from_pb2(cls, pb2_obj: Any) -> Self:
        """Convert from a message. Fields that are not set become None."""
        names = ("x", "y", "z", "visibility", "presence")
        return cls(*(getattr(pb2_obj, n) if pb2_obj.HasField(n) else None for n in names))


@dataclass
class Landmark(_Point):
    """A point in metres, with the picture's axes and the origin near the hand's middle."""

    _message = landmark_pb2.Landmark


@dataclass
class NormalizedLandmark(_Point):
    """A point in shares of the picture's width and height; z in widths, negative when nearer."""

    _message = landmark_pb2.NormalizedLandmark


@dataclass
class BoundingBox:
    """An axis-aligned box, pixels."""

    origin_x: int
    origin_y: int
    width: int
    height: int


@dataclass
class NormalizedKeypoint:
    """A point in shares of the picture's width and height."""

    x: float | None = None
    y: float | None = None
    label: str | None = None
    score: float | None = None


@dataclass
class Detection:
    """A detected object: its box in pixels, its key points in shares of the picture."""

    bounding_box: BoundingBox
    categories: list[Category]
    keypoints: list[NormalizedKeypoint] | None = None


@dataclass
class DetectionResult:
    """All objects detected in a picture."""

    detections: list[Detection]


@dataclass
class Rect:
    """An axis-aligned rectangle, pixels."""

    left: int
    top: int
    bottom: int
    right: int


@dataclass
class RectF:
    """An axis-aligned rectangle in shares of the picture."""

    left: float
    top: float
    bottom: float
    right: float


@dataclass
class NormalizedRect:
    """A rotated rectangle in shares of the picture; rotation in radians, clockwise."""

    x_center: float
    y_center: float
    width: float
    height: float
    rotation: float | None = 0.0
    rect_id: int | None = None
