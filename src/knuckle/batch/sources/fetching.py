"""Fetching files from addresses, whole and in order, into a file without a name."""

from __future__ import annotations

import errno
import tempfile
import time
from collections.abc import Callable
from typing import Any, BinaryIO

from ...errors import KnuckleError, OutputError, SourceError
from ..addresses import file_system, is_denied, is_missing, is_web, reason
from ..clips import shown

PAUSES = (1.0, 3.0, 9.0)  # seconds before a file is tried again
BLOCK_BYTES = 16 << 20  # that are asked for at once: all of most clips
_CHUNK = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT)


def fetch(
    address: str, file: BinaryIO, digest: Any, alive: Callable[[], None] = lambda: None
) -> tuple[int, Any]:
    """Append what is at an address to a file. Tries again when the network fails.

    digest: of hashlib; it is not changed. alive: is called with each piece.
    Returns the number of bytes, and the digest with them.
    Raises SourceError when they cannot be had, OutputError when the disk is full, ExtraMissing.
    """
    start, name = file.tell(), shown(address)
    for pause in (*PAUSES, None):
        try:
            return _copied(address, file, digest.copy(), alive)
        except (ImportError, MemoryError, KnuckleError):
            raise
        except Exception as error:  # each file system raises its own
            if isinstance(error, OSError) and error.errno in _FULL:
                raise OutputError(
                    f"there is no room for {name} in {tempfile.gettempdir()}: free some, or name "
                    "another folder for temporary files with TMPDIR"
                ) from error
            if is_missing(error):
                raise SourceError(f"{name} cannot be fetched: {reason(error)}") from error
            if pause is None or is_denied(error):
                raise SourceError(f"{name} cannot be fetched: {reason(error)}") from error
        file.seek(start)
        file.truncate()
        time.sleep(pause)
    raise AssertionError


def _copied(
    address: str, file: BinaryIO, digest: Any, alive: Callable[[], None]
) -> tuple[int, Any]:
    files, path = file_system(address)
    files.invalidate_cache(path)
    size = 0
    # Not every server of the web knows of blocks. With 0 it sends the whole file at once.
    block = 0 if is_web(address) else BLOCK_BYTES
    with files.open(path, "rb", block_size=block, cache_type="readahead") as there:
        while chunk := there.read(_CHUNK):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            alive()
        expected = getattr(there, "size", None)
    if expected is not None and size != expected:
        raise OSError(f"it broke off after {size} of {expected} bytes")
    return size, digest
