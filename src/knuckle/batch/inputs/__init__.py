"""What people name on the command line -> clips."""

from __future__ import annotations

import glob
import os
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ...errors import SourceError
from ..clips import Clip, is_address, shown
from ..lerobot.dataset import is_dataset
from .addresses import find_address, is_live, refuse_live
from .datasets import find_dataset
from .folders import absolute, find_file, find_folder, find_matches
from .found import Finds, Wanted, clips_from
from .manifests import find_rows, is_manifest

__all__ = ["Found", "find_clips"]


@dataclass(frozen=True, slots=True)
class Found:
    """The clips in the order of the inputs, and what people should know, one sentence each."""

    clips: tuple[Clip, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of input. is_meant: whether an input is of it. find: adds what it names."""

    is_meant: Callable[[str], bool]
    find: Callable[[str, Wanted, Finds], None]


# The first kind that fits is taken.
KINDS = (
    Kind(lambda text: _is_remote(text) and is_live(text), refuse_live),
    Kind(is_manifest, find_rows),
    Kind(lambda text: _is_remote(text), find_address),
    Kind(lambda text: is_dataset(Path(text)), find_dataset),
    Kind(lambda text: os.path.isdir(absolute(text)), find_folder),
    Kind(lambda text: os.path.exists(absolute(text)), find_file),
    Kind(glob.has_magic, find_matches),
)


def find_clips(inputs: Sequence[str], *, stills: bool = False, output: str = "") -> Found:
    """The clips that inputs name.

    inputs: files, folders, patterns, manifests and addresses.
    stills: pictures are looked at one by one, 500 to a clip, and videos are left out.
    output: the folder or address of the output, in which no clips are looked for.
    Raises SourceError when an input names nothing or cannot be read, ExtraMissing when a package is
    missing.
    """
    finds = Finds()
    wanted = Wanted(stills, output)
    for text in inputs:
        text = _plain(text)
        kind = next((kind for kind in KINDS if text and kind.is_meant(text)), None)
        if kind is None:
            raise SourceError(f"{shown(text) or 'an input'} {_hint(text)}")
        kind.find(text, wanted, finds)
    return Found(tuple(clips_from(finds.items, stills=stills)), finds.all_notes())


def _plain(text: str) -> str:
    """An address of a file on this machine as a path."""
    for start in ("file://", "local://"):
        if text.startswith(start) and not os.path.lexists(text):
            path = text.removeprefix(start)
            return path if os.path.lexists(path) else unquote(path)
    return text


def _is_remote(text: str) -> bool:
    return is_address(text) and not os.path.lexists(text)


def _hint(text: str) -> str:
    """Why nothing is found, and what may have been meant."""
    if not text:
        return "is empty: name a file, a folder, a pattern, a manifest or an address"
    if text.isdecimal():
        return (
            "is the number of a camera, and a batch is for recorded clips: knuckle track follows it"
        )
    path = absolute(text)
    if os.path.islink(path):
        return f"is a link to {shown(os.readlink(path))}, which does not exist"
    folder, missing = os.path.split(path)
    while not os.path.isdir(folder):
        folder, missing = os.path.split(folder)
    with suppress(OSError):
        for name in sorted(os.listdir(folder)):
            if _alike(name) == _alike(missing):
                return f"does not exist: is {shown(os.path.join(folder, name))} meant?"
    return f"does not exist: there is no {shown(missing)} in {shown(folder)}"


def _alike(name: str) -> str:
    """What names share that differ in capitals, or in how accents are put together."""
    return unicodedata.normalize("NFC", name).casefold()
