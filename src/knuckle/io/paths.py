"""The cache folder, and natural order of file names."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path


def cache_folder() -> Path:
    """The folder for downloaded files: KNUCKLE_CACHE, or else the user's cache folder."""
    if named := os.environ.get("KNUCKLE_CACHE"):
        return Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "~/AppData/Local")
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "knuckle"


def natural_key(path: Path | str) -> tuple[list[tuple[int, str]], str]:
    """Sort key that puts frame2 before frame10, and a before B."""
    parts = re.split(r"(\d+)", str(path))
    key = [(int(part), "") if part.isdecimal() else (-1, part.lower()) for part in parts]
    return key, str(path)
