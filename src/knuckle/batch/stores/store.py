"""Where the tables go. A file in a store is whole, or it is not there."""

from __future__ import annotations

import os
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

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading."""
        return (self.folder / name).open("rb")

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
    folder = Path(output).expanduser()
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file: name a folder for the output")
    return LocalStore(folder)
