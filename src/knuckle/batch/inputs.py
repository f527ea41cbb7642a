"""What the user names -> clips."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from .clips import Clip


def clips_of(inputs: Sequence[str]) -> Iterator[Clip]:
    """The clips that inputs name. Raises SourceError."""
    for text in inputs:
        path = Path(os.path.abspath(text))
        yield Clip(str(path), size=path.stat().st_size)
