"""Options of the Tasks API that are not specific to one task."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from os import PathLike
from typing import Any


@dataclass
class BaseOptions:
    """The networks: the bytes or the path of a `.task` file, or knuckle's own without either."""

    class Delegate(IntEnum):
        """The device to run on. knuckle always runs on the processor."""

        DEFAULT = 0
        CPU = 1
        GPU = 2

    model_asset_path: str | PathLike[str] | None = None
    model_asset_buffer: bytes | None = None
    delegate: Delegate | None = None


class VisionTaskRunningMode(Enum):
    """What a task reads: single pictures, frames of a file or live frames."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    LIVE_STREAM = "LIVE_STREAM"


@dataclass
class ImageProcessingOptions:
    """How to look at a picture.

    region_of_interest: refused, as in MediaPipe for hands.
    rotation_degrees: how far to turn the picture clockwise to make it upright, a multiple of 90.
            Landmarks refer to the picture as given.
    """

    region_of_interest: Any | None = None
    rotation_degrees: int = 0
