"""Locks of an output: two runs must not do the same clips, nor write the index at once.

A lock is a hidden file in the folder of logs with a lock of the system on it, which ends with its
process, whatever ends that. It names its holder for people. Object stores have no locks; nor has
Windows here. There two runs do work twice, and still leave whole files.
"""

from __future__ import annotations

import os
import re
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from ...errors import BatchError, OutputError
from .store import STATUS, LocalStore, Store

WHOLE = "1of1"  # the shard of a run of all clips
_RUN, _INDEX = ".run.lock", ".index.lock"
_SHARD = re.compile(r"\.(\d+of\d+)\.lock")


@contextmanager
def locked(store: Store, shard: str = WHOLE) -> Iterator[None]:
    """Keep other runs away from an output, or from one shard of it.

    shard: "2of4", the second of four; runs of different shards go on side by side.
    Raises BatchError when another run has it, OutputError when no lock can be written.
    """
    if not isinstance(store, LocalStore) or sys.platform == "win32":
        yield
        return
    folder = store.folder / STATUS
    with ExitStack() as locks:
        is_whole = shard == WHOLE
        if not locks.enter_context(_lock(folder / _RUN, is_shared=not is_whole)):
            raise BatchError(_refusal(store.folder, *_holder(folder)))
        if not is_whole and not locks.enter_context(_lock(folder / f".{shard}.lock")):
            holder = _words_in(folder / f".{shard}.lock")
            raise BatchError(_refusal(store.folder, f"shard {_readable(shard)}", holder))
        yield


@contextmanager
def index_locked(store: Store) -> Iterator[None]:
    """Wait until nobody else reads and writes the index."""
    if not isinstance(store, LocalStore) or sys.platform == "win32":
        yield
        return
    with _lock(store.folder / STATUS / _INDEX, waits=True):
        yield


@contextmanager
def _lock(path: Path, *, is_shared: bool = False, waits: bool = False) -> Iterator[bool]:
    """Hold a lock. Gives False when another process has it."""
    import fcntl

    kind = fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX
    handle = _opened(path, kind | (0 if waits else fcntl.LOCK_NB))
    if handle is None:
        yield False
        return
    try:
        with suppress(OSError):  # on a full disk the lock has no words
            os.truncate(handle, 0)  # those of a holder that was killed
            if not is_shared:
                os.write(handle, f"process {os.getpid()} on {socket.gethostname()}".encode())
        yield True
    finally:
        with suppress(OSError):  # other shards still share it
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        os.close(handle)


def _opened(path: Path, kind: int) -> int | None:
    """Open and lock a file; None when another process has it. Raises OutputError."""
    import fcntl

    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise OutputError(f"cannot write {path}: {reason}") from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):  # the words of the lock would go elsewhere
            os.close(handle)
            raise OutputError(f"cannot write {path}: it is a pipe or a device; delete it")
        try:
            fcntl.flock(handle, kind)
        except BlockingIOError:
            os.close(handle)
            return None
        except OSError:
            return handle  # a file system without locks
        with suppress(OSError):
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        os.close(handle)  # its holder deleted it before it could be locked


def _refusal(output: Path, who: str, holder: str) -> str:
    by = f" ({holder})" if holder else ""
    return f"{output} is being written by {who}{by}: wait for it, end it, or name another output"


def _holder(folder: Path) -> tuple[str, str]:
    """Who holds the lock of a whole output: another whole run, or a shard."""
    words = _words_in(folder / _RUN)
    if words:
        return "another run", words
    for path in sorted(folder.glob(".*of*.lock")):
        found = _SHARD.fullmatch(path.name)
        if found and _is_held(path):
            return f"shard {_readable(found[1])}", _words_in(path)
    return "another run", ""


def _is_held(path: Path) -> bool:
    import fcntl

    with suppress(FileNotFoundError), path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _words_in(path: Path) -> str:
    with suppress(OSError):
        return path.read_text()
    return ""


def _readable(shard: str) -> str:
    return shard.replace("of", "/")
