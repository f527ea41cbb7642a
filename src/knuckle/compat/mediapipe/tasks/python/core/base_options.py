"""`mp.tasks.BaseOptions`: where the networks are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from os import PathLike


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
