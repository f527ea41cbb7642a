"""The frames of a clip, and the bytes that they come from."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from ...errors import SourceError
from ...io.pictures import read_picture
from ...io.sources import play_pictures
from ...io.stream import ONE_THREAD, Source, Span
from ...io.video import open_video
from ...values import Frame, ImageArray
from ..clips import Clip, is_address, shown
from ..recipe import Recipe
from .fetching import fetch

Alive = Callable[[], None]
_CHUNK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a clip: how many, and their SHA-256."""

    size: int
    sha256: str


@contextmanager
def opened(
    clip: Clip, recipe: Recipe, alive: Alive = lambda: None
) -> Iterator[tuple[Source, Content]]:
    """The frames of a clip, and what is known of its bytes.

    A clip at an address is fetched first, into a file without a name.
    alive: is called now and then while a large clip is fetched, or its checksum is made.
    Raises SourceError, also after the block if a file was changed while it was read; OutputError
    when there is no room for what is fetched.
    """
    span, name = span_of(clip, recipe), shown(clip.uri)
    with ExitStack() as stack:
        if clip.pictures:
            find = _fetched_album if is_address(clip.pictures[0]) else _album
            read, content = stack.enter_context(find(clip.pictures, alive))
            names = [shown(uri) for uri in clip.pictures]
            source = play_pictures(names, read, name, span, ONE_THREAD)
        elif is_address(clip.uri):
            is_piece = bool(clip.part or clip.start or clip.stop is not None)
            file, content = stack.enter_context(_fetched(clip.uri, alive, keep=is_piece))
            source = open_video(name, file, span, ONE_THREAD)
        else:
            content = stack.enter_context(_unchanged(clip.uri, alive))
            source = open_video(name, clip.uri, span, ONE_THREAD)
        with source:
            yield source, content


def span_of(clip: Clip, recipe: Recipe) -> Span:
    """What of a clip to track: what it says itself, or else what the recipe says.

    Of a part, with what is read before its start.
    Raises SourceError for a span that makes no sense.
    """
    start = float(recipe.start if clip.start is None else clip.start)
    stop = recipe.stop if clip.stop is None else clip.stop
    stop = None if stop is None else float(stop)
    if stop is not None and stop <= start:
        raise SourceError(
            f"{shown(clip.uri)} is to be tracked from {start:g} s to {stop:g} s: the end must come "
            "after the start"
        )
    part = clip.part
    if part is None:
        return Span(start, stop, recipe.every)
    stop = stop if part.stop is None else part.stop
    return Span(max(start, part.start - recipe.overlap), stop, recipe.every, part.first)


def _nameless() -> BinaryIO:
    """A temporary file that is gone with its process, however that ends."""
    return cast("BinaryIO", tempfile.TemporaryFile())


# The file that was fetched last, if more clips may be pieces of it.
_kept: dict[str, tuple[BinaryIO, Content]] = {}


@contextmanager
def _fetched(address: str, alive: Alive, *, keep: bool) -> Iterator[tuple[BinaryIO, Content]]:
    """The file at an address, and its size and checksum. keep: do not fetch it again next time."""
    kept = _kept.pop(address, None)  # nobody else may read it meanwhile
    while _kept:
        _kept.popitem()[1][0].close()
    with ExitStack() as stack:
        if kept is None:
            file = stack.enter_context(_nameless())
            size, digest = fetch(address, file, hashlib.sha256(), alive)
            kept = file, Content(size, digest.hexdigest())
        else:
            stack.enter_context(kept[0])
        kept[0].seek(0)
        try:
            yield kept
        finally:
            if keep and address not in _kept:
                stack.pop_all()
                _kept[address] = kept


_Version = tuple[str, int, int, int]  # a path, and what changes with the bytes of its file
_known: dict[_Version, str] = {}  # checksums: many clips may be parts of one video
_MOST_KNOWN = 64


@contextmanager
def _unchanged(path: str, alive: Alive) -> Iterator[Content]:
    """The size and checksum of a file. Raises SourceError after the block if it was changed."""
    with _readable(path):
        version = _version(path)
        digest = _known.get(version)
        if digest is None:
            hashed = hashlib.sha256()
            _hash(path, hashed, alive)
            digest = hashed.hexdigest()
            if len(_known) >= _MOST_KNOWN:
                _known.clear()
            _known[version] = digest
    yield Content(version[1], digest)
    _check_unchanged([version])


def _version(path: str) -> _Version:
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):  # a device has no end
        raise SourceError(f"{shown(path)} is no file but a folder, a pipe or a device")
    return path, status.st_size, status.st_mtime_ns, status.st_ino


def _check_unchanged(versions: Sequence[_Version]) -> None:
    for version in versions:
        with suppress(FileNotFoundError):  # it was there long enough
            if _version(version[0]) != version:
                raise SourceError(
                    f"{shown(version[0])} was changed while it was read: try again when it is "
                    "complete"
                )


def _hash(path: str, digest: Any, alive: Alive) -> None:
    """Like hashlib.file_digest, with a sign of life after each piece of a large file."""
    buffer = bytearray(_CHUNK)
    view = memoryview(buffer)
    with open(path, "rb", buffering=0) as file:
        while count := file.readinto(buffer):
            digest.update(view[:count])
            alive()


@contextmanager
def _readable(path: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise SourceError(f"{shown(path)} does not exist") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SourceError(f"{shown(path)} cannot be read: {reason}") from error


@contextmanager
def _album(
    paths: Sequence[str], alive: Alive
) -> Iterator[tuple[Callable[[int], ImageArray], Content]]:
    """A function that reads pictures by number, and their bytes. Those that are lost have none."""
    digest, versions = hashlib.sha256(), []
    for path in paths:
        with suppress(OSError):  # reading the picture says it again
            versions.append(_version(path))
            _hash(path, digest, alive)

    def read(i: int) -> ImageArray:
        return read_picture(Path(paths[i]), name=shown(paths[i]))

    yield read, Content(sum(version[1] for version in versions), digest.hexdigest())
    _check_unchanged(versions)


@contextmanager
def _fetched_album(
    addresses: Sequence[str], alive: Alive
) -> Iterator[tuple[Callable[[int], ImageArray], Content]]:
    """The same for pictures at addresses. They are fetched one by one into one file."""
    digest: Any = hashlib.sha256()
    places: list[tuple[int, int] | str] = []  # where a picture begins, its bytes; or what is wrong
    start = 0
    with _nameless() as file:
        for address in addresses:
            try:
                size, digest = fetch(address, file, digest, alive)
            except SourceError as error:
                places.append(str(error))
                continue
            places.append((start, size))
            start += size

        def read(i: int) -> ImageArray:
            place = places[i]
            if isinstance(place, str):
                raise SourceError(place)
            file.seek(place[0])
            data = file.read(place[1])
            return read_picture(Path(addresses[i]), data, shown(addresses[i]))

        yield read, Content(start, digest.hexdigest())


@dataclass(slots=True)
class Problems:
    """What was wrong with frames that could not be read: the first reason, and how many."""

    first: str = ""
    count: int = 0

    def readable(self, source: Source) -> Iterator[Frame]:
        """The frames of a source that can be read."""
        last = None
        while True:
            try:
                yield next(source)
            except StopIteration:
                return
            except SourceError as error:
                if error is last:  # a source that has ended raises it again and again
                    return
                last = error
                self.first = self.first or str(error)
                self.count += 1

    @property
    def reason(self) -> str:
        """One sentence, or nothing."""
        more = f"; {self.count - 1} more like it" if self.count > 1 else ""
        return self.first + more
