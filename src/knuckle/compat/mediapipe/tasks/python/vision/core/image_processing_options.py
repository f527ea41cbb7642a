"""`mp.tasks.vision.ImageProcessingOptions`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class ImageProcessingOptions:
    """How to look at a picture.

    region_of_interest: refused, as MediaPipe does for hands.
    rotation_degrees: how far to turn the picture clockwise so that it is upright, a multiple of 90.
        Landmarks are those of the picture as it was given.
    """

    region_of_interest: Any | None = None
    rotation_degrees: int = 0
