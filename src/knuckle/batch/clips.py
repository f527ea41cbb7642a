"""A clip: the unit of work. Tracking needs the frames before, so a clip is never shared out."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, replace

from ..geometry.camera import Camera

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(?:::[A-Za-z0-9+.-]+)*://")
_PASSWORD = re.compile(r"(?<=://)[^/@?#]*:[^/@?#]*@")  # and the name before it
_SECRETS = re.compile(_PASSWORD.pattern + r"|[?#].*", re.DOTALL)  # of an address to the web
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")  # those that begin with . or _ count as hidden
_LONGEST_SLUG = 60  # characters
_HASH_LENGTH = 12  # of 16 digits: a million clips share one with a chance of 1 in 500


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a long clip that is tracked on its own.

    index, count: which of how many. start, stop: seconds, the frames that it answers for; it is
        read from a little earlier, so that its tracks can be joined to those before. None: to the
        end.
    first: the index of the clip's first frame, from which every Nth is counted.
    """

    index: int
    count: int
    start: float
    stop: float | None
    first: int = 0


@dataclass(frozen=True, slots=True)
class Clip:
    """A video, or a folder's pictures, that becomes one table.

    uri: the absolute path of a video, an address that fsspec knows, or the folder of the pictures.
    id: what tells it from all others; given by a manifest, or else made from `uri` and its span.
    start, stop: seconds; what to track. None: what the recipe says.
    camera: that took it, for the pose.
    pictures: the paths or addresses of its pictures, in order; empty for a video.
    size: bytes, as they were listed; None where nobody knows.
    part: the stretch of it that is meant; None: all of it.
    """

    uri: str
    id: str = ""
    start: float | None = None
    stop: float | None = None
    camera: Camera | None = None
    pictures: tuple[str, ...] = ()
    size: int | None = None
    part: Part | None = None

    def __post_init__(self) -> None:
        given = self.id.encode("utf-8", "replace").decode()  # tables hold no half surrogates
        object.__setattr__(self, "id", given or _derived_id(self))

    @property
    def stem(self) -> str:
        """The name of its files: readable, valid anywhere, and no other clip's."""
        return _whole(self.id) if _SAFE.fullmatch(self.id) else named(self.id, self.id)

    @property
    def parts_stem(self) -> str:
        """The name of the file of its part."""
        assert self.part is not None
        return f"{self.stem}.{self.part.index + 1}of{self.part.count}"

    def whole(self) -> Clip:
        """The clip of which this is a part."""
        return replace(self, part=None)


def _derived_id(clip: Clip) -> str:
    start = clip.start or 0.0
    span = f"\0{start!r}\0{clip.stop!r}" if start or clip.stop is not None else ""
    first = f"\0{clip.pictures[0]}" if clip.pictures else ""
    key = clip.uri + span + first
    path = shown(clip.uri) if is_address(clip.uri) else clip.uri
    return named(os.path.splitext(os.path.basename(path.rstrip("/")))[0], key)


def named(text: str, key: str) -> str:
    """A name that may stand in any file system: what is readable of a text, and a hash of a key."""
    readable = _UNSAFE.sub("-", text).strip("-._")[:_LONGEST_SLUG] or "clip"
    return f"{readable}-{_digest(key)}"


def _whole(id: str) -> str:
    return id if len(id) <= _LONGEST_SLUG + 1 + _HASH_LENGTH else named(id, id)


def _digest(text: str) -> str:
    data = text.encode("utf-8", "surrogateescape")
    return hashlib.sha256(data).hexdigest()[:_HASH_LENGTH]


def is_address(text: str) -> bool:
    """Whether a text is an address such as s3://bucket/clip.mp4, and no path.

    A path that has :// in it does not look so once it is absolute.
    """
    return _ADDRESS.match(text) is not None


def shown(uri: str) -> str:
    """A path or an address for tables and logs.

    Bytes of it that are not UTF-8 become %XX. Of an address to the web, the query, which may be a
    signature, and a password are left out.
    """
    if is_address(uri):
        uri = _SECRETS.sub("", uri) if uri.startswith("http") else _PASSWORD.sub("", uri)
    escaped = (f"%{ord(c) - 0xDC00:02X}" if "\udc80" <= c <= "\udcff" else c for c in uri)
    return "".join(escaped).encode("utf-8", "replace").decode()
