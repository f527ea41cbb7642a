"""A store at an address that fsspec knows: one request puts a file, so it is whole or absent."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from ...errors import KnuckleError, OutputError, SourceError
from ..addresses import (
    file_system,
    is_bucket_missing,
    is_denied,
    is_missing,
    is_web,
    protocol_of,
    reason,
)
from ..clips import shown
from .store import Stamp

PAUSES = (1.0, 3.0, 9.0, 27.0)  # seconds before a file is written again when the network fails
FLUSH_SECONDS = 5.0  # between two times that a log is written
SEGMENT_BYTES = 1 << 20  # of a log, which is written again and again until it is as long
READ_BYTES = 1 << 20  # that are asked for at once: more than a footer, which is all of most tables
# Stores without folders. Ours would make a bucket of a name that is mistyped.
_FOLDERLESS = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oci", "oss", "memory")
# What tells one version of a file from the next, in the words of different stores.
_VERSIONS = ("ETag", "etag", "md5Hash", "LastModified", "last_modified", "created", "mtime")
_SCRATCH = "knuckle-batch-"  # the start of the names of temporary folders
_SETTLED = 60.0  # seconds after which a temporary folder that nobody has locked was left

_T = TypeVar("_T")


@dataclass(slots=True)
class _Log:
    """A log that grows. Objects cannot: its last segment is written again."""

    text: list[str] = field(default_factory=list)
    size: int = 0
    segment: int = 0
    is_written: bool = True
    written: float = -FLUSH_SECONDS


class RemoteStore:
    """A folder in an object store, or on another computer.

    Raises ExtraMissing when a package is missing, OutputError for an address that is no folder.
    """

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        if is_web(address) or "::" in address:
            raise OutputError(
                f"{shown(address)} cannot be written to: name a folder, or an address such as "
                "s3://bucket/out"
            )
        try:
            self._files, self._root = file_system(self.address)
        except SourceError as error:
            raise OutputError(str(error)) from error
        self._logs: dict[str, _Log] = {}

    def put(self, name: str, content: bytes) -> Stamp:
        """Write a file in one request."""
        path = self._path(name)

        def write() -> Stamp:
            self._written_in_folder(path, lambda: self._files.pipe_file(path, content))
            self._files.invalidate_cache(path)
            return _stamp(self._files.info(path))

        return self._done("write", name, write, PAUSES)

    def _written_in_folder(self, path: str, write: Callable[[], Any]) -> None:
        try:
            write()
        except FileNotFoundError:
            if protocol_of(self.address) in _FOLDERLESS:
                raise
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            write()

    def stamps(self, folder: str) -> dict[str, Stamp]:
        """The files in a folder, by one listing. Raises OutputError when that is not allowed."""
        path = self._path(folder)

        def listed() -> dict[str, Stamp]:
            self._files.invalidate_cache(path)
            try:
                entries = self._files.ls(path, detail=True)
            except FileNotFoundError as error:
                if is_missing(error) and not is_bucket_missing(error):
                    return {}
                raise
            named = ((entry["name"].rpartition("/")[2], entry) for entry in entries)
            return {
                f"{folder}/{name}": _stamp(entry)
                for name, entry in named
                if entry["type"] == "file" and name and not name.startswith(".")
            }

        return self._done("list", folder, listed)

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading. Raises OSError, later reads do, too."""
        self._files.invalidate_cache(self._path(name))
        with _as_os_error():
            file = self._files.open(
                self._path(name), "rb", block_size=READ_BYTES, cache_type="readahead"
            )
        return cast("BinaryIO", io.BufferedReader(_Reading(file), READ_BYTES))

    def append(self, name: str, text: str) -> None:
        """Append to a log, which is written every few seconds, and by `flush`."""
        log = self._logs.setdefault(name, _Log())
        log.text.append(text)
        log.size += len(text)
        log.is_written = False
        if time.monotonic() - log.written >= FLUSH_SECONDS:
            self._write(name, log)

    def _write(self, name: str, log: _Log) -> None:
        stem, dot, suffix = name.rpartition(".")
        segment = f"{stem}_{log.segment:04d}{dot}{suffix}" if log.segment else name
        self.put(segment, "".join(log.text).encode())
        log.is_written, log.written = True, time.monotonic()
        if log.size >= SEGMENT_BYTES:
            log.text, log.size, log.segment = [], 0, log.segment + 1

    def flush(self) -> None:
        """Write the logs to their ends."""
        for name, log in self._logs.items():
            if not log.is_written:
                self._write(name, log)

    def remove(self, name: str) -> None:
        """Delete a file if it is there."""
        with suppress(Exception):  # each file system raises its own
            self._files.rm_file(self._path(name))

    @contextmanager
    def target(self, name: str) -> Iterator[Path]:
        """A path in a temporary folder, whose file is uploaded after the block."""
        with _scratch() as folder:
            path = folder / name.rpartition("/")[2]
            yield path
            if path.exists():
                there = self._path(name)
                upload = lambda: self._files.put_file(str(path), there)  # noqa: E731
                write = lambda: self._written_in_folder(there, upload)  # noqa: E731
                self._done("write", name, write, PAUSES)

    def clean(self) -> None:
        """Delete temporary folders on this machine that dead processes left."""
        _sweep_scratch()

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def _done(
        self, verb: str, name: str, action: Callable[[], _T], pauses: Sequence[float] = ()
    ) -> _T:
        """Do something with a file. pauses: seconds before it is tried again."""
        for pause in (*pauses, None):
            try:
                return action()
            except (ImportError, MemoryError, KnuckleError):
                raise
            except Exception as error:  # each file system raises its own
                if pause is None or is_missing(error) or is_denied(error):
                    where, why = shown(f"{self.address}/{name}"), reason(error)
                    # An OSError is what tells that no other file can be written either.
                    cause = error if isinstance(error, OSError) else OSError(why)
                    raise OutputError(f"cannot {verb} {where}: {why}") from cause
                time.sleep(pause)
        raise AssertionError


class _Reading(io.RawIOBase):
    """An open file of a store whose errors are all OSErrors."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _as_os_error():
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        with _as_os_error():
            return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


@contextmanager
def _as_os_error() -> Iterator[None]:
    try:
        yield
    except (OSError, MemoryError, ImportError):
        raise
    except Exception as error:
        raise OSError(reason(error)) from error


def _stamp(info: dict[str, Any]) -> Stamp:
    found = next((info[word] for word in _VERSIONS if info.get(word)), "")
    if isinstance(found, datetime):
        found = found.timestamp()
    return Stamp(int(info.get("size") or 0), str(found).strip('"'))


@contextmanager
def _scratch() -> Iterator[Path]:
    """A temporary folder that is locked while its process lives."""
    _sweep_scratch()
    folder = tempfile.mkdtemp(prefix=_SCRATCH)
    handle = _locked(folder)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def _sweep_scratch() -> None:
    """Delete temporary folders whose processes are dead."""
    if sys.platform == "win32":
        return  # it has no locks on folders
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        left = [
            entry.path
            for entry in entries
            if entry.name.startswith(_SCRATCH)
            and entry.is_dir(follow_symlinks=False)
            and entry.stat().st_uid == os.getuid()
            and time.time() - entry.stat().st_mtime > _SETTLED
        ]
        for folder in left:
            if (handle := _locked(folder)) is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(handle)


def _locked(folder: str) -> int | None:
    """Lock a folder until the handle is closed; None if it is in use, or cannot be locked."""
    if sys.platform == "win32":
        return None
    import fcntl

    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return None
        return handle
    return None
