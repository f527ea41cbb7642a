"""`mp.tasks.vision.RunningMode`."""

from __future__ import annotations

from enum import Enum


class VisionTaskRunningMode(Enum):
    """What a task is given: single pictures, frames of a file, or frames as they come."""

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    LIVE_STREAM = "LIVE_STREAM"
