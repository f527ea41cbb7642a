"""A class and its score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from .....framework.formats.classification_pb2 import Classification


@dataclass
class Category:
    """One answer of a classifier; score 0 to 1."""

    index: int | None = None
    score: float | None = None
    display_name: str | None = None
    category_name: str | None = None

    def to_pb2(self) -> Any:
        """As a Classification message."""
        return Classification(
            index=self.index,
            score=self.score,
            label=self.category_name,
            display_name=self.display_name,
        )

    @classmethod
    def create_from_pb2(cls, pb2_obj: Any) -> Self:
        """From a Classification message."""
        return cls(
            index=pb2_obj.index,
            score=pb2_obj.score,
            display_name=pb2_obj.display_name,
            category_name=pb2_obj.label,
        )
