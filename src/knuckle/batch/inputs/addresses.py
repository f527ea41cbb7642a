"""Files, folders and patterns at addresses that fsspec knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from ...errors import KnuckleError, SourceError
from ..addresses import (
    file_system,
    is_missing,
    is_web,
    members,
    protocol_of,
    reason,
)
from ..clips import is_address, shown
from .found import File, Finds, Wanted, ending_of, kind_of, take

LIVE = ("rtsp", "rtsps", "rtmp", "rtmps", "rtp", "srt", "udp", "tcp", "mms", "mmsh")
_PLAYLISTS = (".m3u8", ".mpd")


def find_address(address: str, wanted: Wanted, finds: Finds) -> None:
    """What an address names: a file, or all that is in a folder, or what a pattern matches.

    Raises SourceError when that is nothing or cannot be listed, ExtraMissing without a package.
    """
    files, path = file_system(address)
    try:
        is_pattern = _has_magic(address) and (is_web(address) or not files.isfile(path))
        if is_pattern:
            found = files.glob(path, detail=True)
            names = _matches(address, path, found)
        elif _is_folder(address, path, files):
            names = members(address, path, files.find(path, detail=True))
        else:
            _take_file(address, path, files, wanted, finds)
            return
    except (KnuckleError, ImportError, MemoryError):
        raise
    except Exception as error:  # each file system raises its own
        why = "does not exist" if is_missing(error) else f"cannot be listed: {reason(error)}"
        raise SourceError(f"{shown(address)} {why}") from error
    seen = _visible(names.items(), address, wanted)
    if not take(seen, finds, wanted):
        what = "pictures" if wanted.stills else "videos or pictures"
        verb = "matches" if is_pattern else "holds"
        raise SourceError(f"{shown(address)} {verb} no {what}")


def _has_magic(address: str) -> bool:
    """Whether an address is a pattern. In the web, ? begins a query."""
    return any(sign in address for sign in ("*" if is_web(address) else "*?["))


def _is_folder(address: str, path: str, files: Any) -> bool:
    if is_web(address):
        if address.endswith("/"):
            files.ls(path, detail=False)  # `find` would leave out what went wrong
        return address.endswith("/")
    return bool(files.info(path)["type"] == "directory")


def _take_file(address: str, path: str, files: Any, wanted: Wanted, finds: Finds) -> None:
    if wanted.stills and kind_of(address, stills=True) != "picture":
        raise SourceError(
            f"{shown(address)} is no picture: leave out --stills, or name pictures or their folder"
        )
    if ending_of(address) in _PLAYLISTS:
        raise SourceError(
            f"{shown(address)} is a playlist, and a batch is for recorded clips: knuckle track "
            "follows it"
        )
    size = None if is_web(address) else files.info(path).get("size")
    finds.items.append(File(address, size))


def _matches(address: str, path: str, found: dict[str, Any]) -> dict[str, Any]:
    """What a pattern matches, by address: it begins as the pattern does, up to its first sign."""
    head = address.partition("::")[0]
    first = min(head.find(sign) for sign in "*?[" if sign in head)
    there = min(path.find(sign) for sign in "*?[" if sign in path)
    folder = address[: head.rindex("/", 0, first)] + address[len(head) :]
    return members(folder, path[: max(path.rfind("/", 0, there), 0)], found)


def _visible(
    named: Iterable[tuple[str, dict[str, Any]]], address: str, wanted: Wanted
) -> Iterator[File]:
    """The files that are not hidden, and not in the output."""
    output = wanted.output.rstrip("/") + "/" if is_address(wanted.output) else ""
    start = len(address.split("*")[0].rpartition("/")[0])
    for uri, info in named:
        is_hidden = any(part.startswith(".") for part in PurePosixPath(uri[start:]).parts)
        is_ours = bool(output) and uri.startswith(output)
        if info.get("type") == "file" and not (is_hidden or is_ours or uri.endswith("/")):
            yield File(uri, info.get("size"))


def refuse_live(address: str, wanted: Wanted, finds: Finds) -> None:
    """A stream that goes on has no end at which its table could be written."""
    raise SourceError(
        f"{shown(address)} is a live stream, and a batch is for recorded clips: knuckle track "
        "follows it"
    )


def is_live(address: str) -> bool:
    """Whether an address is that of a live stream."""
    return protocol_of(address) in LIVE
