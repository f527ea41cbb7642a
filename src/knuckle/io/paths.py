"""Where files lie, and names in the order in which people count."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path


def cache_folder() -> Path:
    """Where what was fetched is kept: KNUCKLE_CACHE, else the user's cache."""
    if named := os.environ.get("KNUCKLE_CACHE"):
        return Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "~/AppData/Local")
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "knuckle"


def natural_key(path: Path) -> tuple[list[tuple[int, str]], str]:
    """Sort key by which frame2 comes before frame10, and a before B."""
    parts = re.split(r"(\d+)", str(path))
    key = [(int(part), "") if part.isdecimal() else (-1, part.lower()) for part in parts]
    return key, str(path)
