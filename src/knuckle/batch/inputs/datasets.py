"""LeRobot data sets as inputs: their videos."""

from __future__ import annotations

from pathlib import Path

from ..lerobot.dataset import lerobot_clips
from .found import Finds, Wanted


def find_dataset(text: str, wanted: Wanted, finds: Finds) -> None:
    """Every episode of every camera. Raises SourceError if the data set cannot be read."""
    if wanted.stills:
        finds.leave_out("--stills looks at pictures only", text)
        return
    finds.items += lerobot_clips(Path(text))
