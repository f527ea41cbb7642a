"""What a program says to the Tasks API beside the options of one task."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from os import PathLike
from typing import Any


@dataclass
class BaseOptions:
    """The networks: the bytes of a `.task` file, or else its path; neither: knuckle's own."""

    class Delegate(IntEnum):
        """What MediaPipe may run on; knuckle runs on the processor whatever is asked."""

        DEFAULT = 0
        CPU = 1
        GPU = 2

    model_asset_path: str | PathLike[str] | None = None
    model_asset_buffer: bytes | None = None
    delegate: Delegate | None = None


class VisionTaskRunningMode(Enum):
    """What a task is given: single pictures, frames of a file, or frames as they come."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    LIVE_STREAM = "LIVE_STREAM"


@dataclass
class ImageProcessingOptions:
    """How to look at a picture.

    region_of_interest: refused, as MediaPipe does for hands.
    rotation_degrees: how far to turn the picture clockwise so that it is upright, a multiple of 90.
        Landmarks are those of the picture as it was given.
    """

    region_of_interest: Any | None = None
    rotation_degrees: int = 0
