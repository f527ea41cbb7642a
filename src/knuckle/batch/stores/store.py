"""Where the tables go. A file in a store is whole, or it is not there."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from ...errors import OutputError
from ...io.whole import sweep, write_whole
from ..clips import is_address

CLIPS = "clips"  # tables, one for each clip
PARTS = "parts"  # tables of parts, until they are joined
ANNOTATED = "annotated"  # videos
STATUS = "status"  # logs
INDEX = "index.parquet"
FOLDERS = (CLIPS, PARTS, ANNOTATED, STATUS)


class Stamp(NamedTuple):
    """What tells one version of a file from the next: its size, and a word of the store."""

    size: int
    version: str


class Store(Protocol):
    """A folder on a disk or in an object store; names are relative, with a slash."""

    def put(self, name: str, content: bytes) -> Stamp:
        """Write a whole file, replacing an old one. Raises OutputError."""
        ...

    def stamps(self, folder: str) -> dict[str, Stamp]:
        """The files in a folder by name, `folder/file`; none if there is no such folder."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading. Raises OSError."""
        ...

    def append(self, name: str, text: str) -> None:
        """Append to a log. Raises OutputError."""
        ...

    def remove(self, name: str) -> None:
        """Delete a file if it is there."""
        ...

    def target(self, name: str) -> AbstractContextManager[Path]:
        """A path to write a large file to, with a sink that is whole or absent.

        The file is in the store after the block, unless that raises.
        """
        ...

    def flush(self) -> None:
        """Write what `append` may have kept back. Raises OutputError."""
        ...

    def clean(self) -> None:
        """Delete what dead processes left unfinished."""
        ...


class LocalStore:
    """A folder on a disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, content: bytes) -> Stamp:
        """Write a temporary file, flush it to the disk, and give it its name."""
        path = self.folder / name
        with write_whole(path) as partial:
            partial.write_bytes(content)
        return _stamp(path.stat())

    def stamps(self, folder: str) -> dict[str, Stamp]:
        """The files in a folder."""
        try:
            with os.scandir(self.folder / folder) as entries:
                return {
                    f"{folder}/{entry.name}": _stamp(entry.stat())
                    for entry in entries
                    if entry.is_file() and not entry.name.startswith(".")
                }
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise OutputError(f"{self.folder / folder} cannot be listed: {reason}") from error

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading."""
        path = self.folder / name
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would let a reader wait for ever
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        return path.open("rb")

    def append(self, name: str, text: str) -> None:
        """Append to a log in one write, so that lines stay whole."""
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab", buffering=0) as file:
                file.write(text.encode())
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise OutputError(f"cannot write {path}: {reason}") from error

    def remove(self, name: str) -> None:
        """Delete a file if it is there."""
        with suppress(OSError):
            (self.folder / name).unlink(missing_ok=True)

    @contextmanager
    def target(self, name: str) -> Iterator[Path]:
        """The path itself: sinks write whole files."""
        yield self.folder / name

    def flush(self) -> None:
        """Nothing is kept back."""

    def clean(self) -> None:
        """Delete what dead processes left unfinished."""
        for folder in ("", *FOLDERS):
            sweep(self.folder / folder)


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(status.st_size, str(status.st_mtime_ns))


def open_store(output: str) -> Store:
    """The store of an output: a folder, or an address that fsspec knows.

    Raises ExtraMissing when a package is missing, OutputError for a file, or an address that cannot
    be written to.
    """
    if not output:
        raise OutputError(
            "the output is empty: name a folder, or an address such as s3://bucket/out"
        )
    output = output.removeprefix("file://").removeprefix("local://")
    if is_address(output):
        from .remote_store import RemoteStore

        return RemoteStore(output)
    folder = Path(os.path.expanduser(output))
    _check_folder(folder, "name a folder for the output")
    for name in FOLDERS:
        _check_folder(folder / name, "name another folder for the output")
    return LocalStore(folder)


def _check_folder(path: Path, cure: str) -> None:
    """Raise OutputError unless something is a folder, or can become one."""
    try:
        is_link = stat.S_ISLNK(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return  # what makes it says why it cannot
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"cannot write to {path}: {reason}") from error
    try:
        if not stat.S_ISDIR(os.stat(path).st_mode):
            raise OutputError(f"{path} is a file: {cure}")
    except FileNotFoundError:
        what = "a link that leads nowhere: delete it" if is_link else "gone: try again"
        raise OutputError(f"{path} is {what}") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"cannot write to {path}: {reason}") from error
