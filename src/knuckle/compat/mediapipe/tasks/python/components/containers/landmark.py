"""Points of a hand. `visibility` and `presence` are of other tasks, and None for hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from .....framework.formats import landmark_pb2


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
        """As a message, without the name."""
        return self._message(
            x=self.x, y=self.y, z=self.z, visibility=self.visibility, presence=self.presence
        )

    @classmethod
    def create_from_pb2(cls, pb2_obj: Any) -> Self:
        """From a message; what is not set there is None here."""
        names = ("x", "y", "z", "visibility", "presence")
        return cls(*(getattr(pb2_obj, n) if pb2_obj.HasField(n) else None for n in names))


@dataclass
class Landmark(_Point):
    """A point in metres, origin near the hand's middle, axes as the picture's."""

    _message = landmark_pb2.Landmark


@dataclass
class NormalizedLandmark(_Point):
    """A point in shares of the picture's width and height; z in widths, near the camera < 0."""

    _message = landmark_pb2.NormalizedLandmark
