"""Files that are there completely or not at all."""

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
    """A file under a temporary name beside its own, until it is complete.

    The name is random and the file new, so that nobody can have put a link in its place. It is
    locked as long as its process lives: what a dead process left behind is known by its lock, and
    deleted by the next one that writes into the folder.
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
            _sync(self._handle)
            if sys.platform == "win32":
                self._release()  # there, an open file cannot be renamed
            self.partial.replace(self.path)
        self._release()

    def discard(self) -> None:
        """Delete the temporary file, if there still is one."""
        if sys.platform == "win32":
            self._release()
        with suppress(OSError):
            self.partial.unlink(missing_ok=True)
        self._release()


def _create(folder: Path) -> tuple[Path, int]:
    """A new file, empty and locked, and its handle. Raises OSError."""
    while True:
        # Short, so that the longest name a file may have is still one that can be written.
        path = folder / f".knuckle-{secrets.token_hex(8)}.part"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o666)
        _lock(handle, waits=True)  # for whoever is about to sweep it away
        if sys.platform == "win32" or os.fstat(handle).st_nlink:
            return path, handle
        os.close(handle)  # it was swept away before it was locked


def _sync(handle: int) -> None:
    """Have the content on the disk, or a power cut might leave the name without it."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
            raise  # all but a file system that cannot do it


def _lock(handle: int, *, waits: bool) -> bool:
    """Lock a file until its handle is closed; False where it is in use."""
    if sys.platform == "win32":
        return True  # an open file cannot be deleted there, which is as good
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except OSError:  # or the file system knows no locks
        return False
    return True


@cache
def _sweep_once(folder: Path) -> None:
    sweep(folder)


def sweep(folder: Path) -> None:
    """Delete the unfinished files in a folder whose processes are dead."""
    with suppress(OSError):
        names = os.listdir(folder)
        for name in filter(_PARTIAL_NAME.fullmatch, names):
            with suppress(OSError):
                _delete_if_left(folder / name)


def _delete_if_left(path: Path) -> None:
    if not stat.S_ISREG(os.lstat(path).st_mode):
        return  # a link or a pipe is none of ours
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
