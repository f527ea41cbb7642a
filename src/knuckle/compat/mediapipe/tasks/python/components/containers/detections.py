"""Things found in a picture."""

from __future__ import annotations

from dataclasses import dataclass

from .bounding_box import BoundingBox
from .category import Category
from .keypoint import NormalizedKeypoint


@dataclass
class Detection:
    """One thing found: its box in pixels, its key points in shares of the picture."""

    bounding_box: BoundingBox
    categories: list[Category]
    keypoints: list[NormalizedKeypoint] | None = None


@dataclass
class DetectionResult:
    """All things found in a picture."""

    detections: list[Detection]
