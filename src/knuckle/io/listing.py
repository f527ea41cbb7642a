"""The pictures that a path, a folder or a pattern names, and the other files there."""

from __future__ import annotations

import glob
import os
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import SourceError
from .paths import natural_key
from .pictures import is_picture

VIDEO_SUFFIXES = frozenset(
    {".3gp", ".avi", ".flv", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".ogv"}
    | {".ts", ".webm", ".wmv"}
)


@dataclass(slots=True)
class Listing:
    """The pictures in natural order, and what was skipped. Hidden files are in neither."""

    pictures: list[Path] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)  # not searched
    videos: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)


def list_path(path: Path, *, recursive: bool = False) -> Listing:
    """List what a file, a folder or a pattern such as "frames/*.png" names.

    recursive: search subfolders, too. Links to folders are not followed.
    Raises SourceError when the path does not exist or names no picture.
    """
    if path.is_file():
        return Listing([path])
    if path.is_dir():
        listing, verb = _list_folder(path, recursive=recursive), "holds"
    elif glob.has_magic(str(path)):
        found = map(Path, glob.glob(str(path), recursive=True))
        listing, verb = _sorted(p for p in found if not p.is_dir()), "matches"
    else:
        raise SourceError(f"{path} does not exist{_hint(path)}")
    if not listing.pictures:
        raise SourceError(f"{path} {verb} no pictures{_instead(path, listing)}")
    return listing


def list_pictures(path: Path) -> list[Path]:
    """The pictures that a file, a folder or a pattern names, in natural order.

    Raises SourceError when there are none.
    """
    return list_path(path).pictures


def _list_folder(folder: Path, *, recursive: bool) -> Listing:
    try:
        return _sorted(_walk(folder) if recursive else folder.iterdir())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SourceError(f"{folder} cannot be listed: {reason}") from error


def _walk(folder: Path) -> Iterator[Path]:
    """The files in a folder and its subfolders, except in hidden ones."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in names)


def _sorted(paths: Iterable[Path]) -> Listing:
    listing = Listing()
    for path in sorted((p for p in paths if not p.name.startswith(".")), key=natural_key):
        if path.is_dir():
            listing.folders.append(path)
        elif is_picture(path) and path.is_file():
            listing.pictures.append(path)
        elif path.suffix.lower() in VIDEO_SUFFIXES:
            listing.videos.append(path)
        else:
            listing.others.append(path)
    return listing


def _instead(path: Path, listing: Listing) -> str:
    """What the path holds instead of pictures, and the command to type for that."""
    if listing.videos:
        count = len(listing.videos)
        noun = "1 video" if count == 1 else f"{count} videos, to be tracked one by one"
        return f" but {noun}: knuckle track {shlex.quote(str(listing.videos[0]))}"
    if listing.folders:
        noun = "1 folder" if len(listing.folders) == 1 else f"{len(listing.folders)} folders"
        return f" but {noun}: {shlex.quote(f'{path}/**/*')} names the pictures inside"
    return ""


def _hint(path: Path) -> str:
    """What a path that does not exist may have been meant for."""
    if str(path).isdecimal():
        return f": the number {path}, without quotes, is a camera"
    return ": it is an address, so download it first" if ":/" in str(path) else ""
