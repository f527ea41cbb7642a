"""Files that are there completely or not at all, and names in the order people count."""

from __future__ import annotations

import os
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import OutputError


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


class PartialFile:
    """A file under a temporary name beside its own, until it is complete."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Short, so that the longest name a file may have is still one that can be written.
        mark = zlib.crc32(path.name.encode("utf-8", "surrogatepass"))
        self.partial = path.with_name(f".knuckle-{os.getpid()}-{mark:08x}.part")
        with self.guard():
            path.parent.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """What the file system refuses inside is an OutputError."""
        try:
            yield
        except FileExistsError as error:
            raise OutputError(f"cannot write {self.path}: its folder is a file") from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise OutputError(f"cannot write {self.path}: {reason}") from error

    def commit(self) -> None:
        """Give the file its own name, in place of any that had it. Raises OutputError."""
        with self.guard():
            self.partial.replace(self.path)

    def discard(self) -> None:
        """Delete the temporary file, if there still is one."""
        with suppress(OSError):  # its folder cannot be written to, so we never made it
            self.partial.unlink(missing_ok=True)


@contextmanager
def write_whole(path: Path) -> Iterator[Path]:
    """A temporary path to write to, which takes the final name only when all went well.

    Raises OutputError.
    """
    file = PartialFile(path)
    try:
        with file.guard():
            yield file.partial
        file.commit()
    finally:
        file.discard()


def natural_key(path: Path) -> tuple[list[tuple[int, str]], str]:
    """Sort key by which frame2 comes before frame10, and a before B."""
    parts = re.split(r"(\d+)", str(path))
    key = [(int(part), "") if part.isdecimal() else (-1, part.lower()) for part in parts]
    return key, str(path)
