"""Atomic writing: a file is complete, or it does not exist."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from weakref import finalize

from ..errors import OutputError

_PARTIAL_NAME = re.compile(r"\.knuckle-[0-9a-f]{16}\.part")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # unknown to Windows


class PartialFile:
    """A file with a temporary name in the same folder until it is complete.

    The name is random and the file new, so nobody can have put a link in its place. The file is
    locked while its process lives. One without a lock was left by a dead process, and the next
    process that writes into the folder deletes it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.guard():
            path.parent.mkdir(parents=True, exist_ok=True)
            _sweep_once(path.parent.absolute())
            self.partial, handle = _create(path.parent)
        self._handle = handle
        self._release = finalize(self, os.close, handle)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Raise an error of the file system as an OutputError."""
        try:
            yield
        except FileExistsError as error:
            raise OutputError(f"cannot write {self.path}: its folder is a file") from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise OutputError(f"cannot write {self.path}: {reason}") from error

    def commit(self) -> None:
        """Give the file its final name, replacing any old file. Raises OutputError."""
        with self.guard():
            _sync(self._handle)
            if sys.platform == "win32":
                self._release()  # Windows cannot rename an open file
            self.partial.replace(self.path)
        self._release()

    def discard(self) -> None:
        """Delete the temporary file if it still exists."""
        if sys.platform == "win32":
            self._release()
        with suppress(OSError):
            self.partial.unlink(missing_ok=True)
        self._release()


def _create(folder: Path) -> tuple[Path, int]:
    """Create an empty, locked file; return its path and handle. Raises OSError."""
    while True:
        # Short, so that a file with the longest allowed name can be written, too.
        path = folder / f".knuckle-{secrets.token_hex(8)}.part"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o666)
        _lock(handle, waits=True)  # another process may hold it to delete it
        if sys.platform == "win32" or os.fstat(handle).st_nlink:
            return path, handle
        os.close(handle)  # another process deleted it before it was locked


def _sync(handle: int) -> None:
    """Flush the content to the disk: after a power cut, the name might be there without it."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise  # an error other than that the file system cannot do it


def _lock(handle: int, *, waits: bool) -> bool:
    """Lock a file until its handle is closed. Returns False if the file is in use."""
    if sys.platform == "win32":
        return True  # Windows deletes no open file, which serves as the lock
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except OSError:  # in use, or the file system has no locks
        return False
    return True


@cache
def _sweep_once(folder: Path) -> None:
    sweep(folder)


def sweep(folder: Path) -> None:
    """Delete unfinished files in a folder if their processes are dead."""
    with suppress(OSError):
        names = os.listdir(folder)
        for name in filter(_PARTIAL_NAME.fullmatch, names):
            with suppress(OSError):
                _delete_if_left(folder / name)


def _delete_if_left(path: Path) -> None:
    if not stat.S_ISREG(os.lstat(path).st_mode):
        return  # a link or a pipe is not ours
    handle = os.open(path, os.O_RDWR | _NO_LINK)
    try:
        is_left = _lock(handle, waits=False)
        if is_left and sys.platform != "win32":
            path.unlink()
    finally:
        os.close(handle)
    if is_left and sys.platform == "win32":
        path.unlink()


@contextmanager
def write_whole(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to; the file gets its final name only after success.

    Raises OutputError.
    """
    file = PartialFile(path)
    try:
        with file.guard():
            yield file.partial
        file.commit()
    finally:
        file.discard()
