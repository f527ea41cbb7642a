"""What inputs name: files and clips in the order in which they are found, and what is left out."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ...io.listing import VIDEO_SUFFIXES
from ...io.paths import natural_key
from ...io.pictures import ANIMATED_SUFFIXES, PICTURE_SUFFIXES
from ..clips import Clip, is_address, shown

CHUNK = 500  # pictures of a clip of stills: about a minute of work
_MOST_NAMED = 3  # things that a note names

Kind = Literal["video", "picture", "other"]


class File(NamedTuple):
    """A file, by its absolute path or its address. size: bytes; None if nobody said."""

    uri: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """How inputs are meant.

    stills: pictures are looked at one by one, and videos are left out.
    output: the folder or address of the output, in which no clips are looked for.
    """

    stills: bool = False
    output: str = ""


@dataclass(slots=True)
class Finds:
    """What has been found so far. What is left out is counted by the reason."""

    items: list[File | Clip] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)  # neither videos nor pictures, by ending
    left_out: dict[str, list[str]] = field(default_factory=dict)  # names by reason
    notes: list[str] = field(default_factory=list)

    def leave_out(self, why: str, name: str) -> None:
        """Note something that is left out. why: for one thing, such as "is no folder"."""
        self.left_out.setdefault(why, []).append(name)

    def all_notes(self) -> tuple[str, ...]:
        """One sentence for each thing that people should know."""
        notes = list(self.notes)
        if self.skipped:
            endings = [f"{ending} {count}" for ending, count in self.skipped.most_common(5)]
            endings += ["others"] if len(self.skipped) > 5 else []
            count = self.skipped.total()
            noun = "1 file is" if count == 1 else f"{count} files are"
            neither = (
                "neither a video nor a picture" if count == 1 else "neither videos nor pictures"
            )
            notes.append(f"{noun} left out, being {neither} ({', '.join(endings)})")
        notes += [
            f"left out, because {why}: {_listed(names)}" for why, names in self.left_out.items()
        ]
        return tuple(notes)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    listed = ", ".join(shown(name) for name in names[:_MOST_NAMED])
    return f"{listed} and {more} more" if more > 0 else listed


def kind_of(uri: str, *, stills: bool) -> Kind:
    """What a file is by its ending. An animated picture is a video, unless stills are wanted."""
    ending = ending_of(uri)
    if ending in ANIMATED_SUFFIXES:
        return "picture" if stills else "video"
    if ending in PICTURE_SUFFIXES:
        return "picture"
    return "video" if ending in VIDEO_SUFFIXES else "other"


def ending_of(uri: str) -> str:
    """The ending of a file's name, in small letters."""
    path = shown(uri).partition("::")[0] if is_address(uri) else uri
    return os.path.splitext(path)[1].lower()


def take(files: Iterable[File], finds: Finds, wanted: Wanted) -> int:
    """Keep the files that can be clips, in natural order, and count the others."""
    chosen = []
    for file in files:
        kind = kind_of(file.uri, stills=wanted.stills)
        if kind == "picture" or (kind == "video" and not wanted.stills):
            chosen.append(file)
        elif kind == "video":
            finds.leave_out("--stills looks at pictures only", file.uri)
        else:
            finds.skipped[ending_of(file.uri) or "without an ending"] += 1
    finds.items += sorted(chosen, key=lambda file: natural_key(file.uri))
    return len(chosen)


def clips_from(items: Sequence[File | Clip], *, stills: bool) -> list[Clip]:
    """The clips that files make: each video one, and the pictures of each folder one.

    A file that was found twice counts once. The pictures of a folder stand where its first one was
    found.
    """
    found: dict[str, Clip | list[File]] = {}
    seen: set[str] = set()
    made: list[Clip | list[File]] = []
    for item in items:
        if isinstance(item, Clip):
            made.append(item)
        elif item.uri not in seen:
            seen.add(item.uri)
            if kind_of(item.uri, stills=stills) != "picture":
                made.append(Clip(item.uri, size=item.size))
                continue
            folder = folder_of(item.uri)
            pictures = found.setdefault(folder, [])
            assert isinstance(pictures, list)
            if not pictures:
                made.append(pictures)
            pictures.append(item)
    clips: list[Clip] = []
    for group in made:
        clips += picture_clips(group, stills=stills) if isinstance(group, list) else [group]
    return clips


def folder_of(uri: str) -> str:
    """The folder of a file."""
    if not is_address(uri):
        return os.path.dirname(uri)
    head, separator, rest = uri.partition("::")
    if "://" not in head:
        head, separator, rest = uri, "", ""
    return head.rpartition("/")[0] + separator + rest


def picture_clips(
    pictures: Sequence[File], *, stills: bool, make: Callable[..., Clip] = Clip, id: str = ""
) -> list[Clip]:
    """The clips that pictures of a folder make: one, or with stills one for each 500.

    id: of the clip, if it has one; each of several gets its number after it.
    """
    pictures = sorted(pictures, key=lambda file: natural_key(file.uri))
    step = CHUNK if stills else len(pictures)
    chunks = [pictures[i : i + step] for i in range(0, len(pictures), step)]
    return [
        make(
            chunk[0].uri if len(pictures) == 1 else folder_of(chunk[0].uri),
            id=f"{id}-{i + 1}of{len(chunks)}" if id and len(chunks) > 1 else id,
            pictures=tuple(file.uri for file in chunk),
            size=_total(chunk),
        )
        for i, chunk in enumerate(chunks)
    ]


def _total(files: Sequence[File]) -> int | None:
    sizes = [file.size for file in files if file.size is not None]
    return sum(sizes) if len(sizes) == len(files) else None
