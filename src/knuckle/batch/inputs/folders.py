"""Files, folders and patterns on a disk."""

from __future__ import annotations

import errno
import fnmatch
import glob
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...errors import SourceError
from ..clips import is_address, shown
from ..stores.store import CLIPS, FOLDERS, INDEX, STATUS
from .found import File, Finds, Wanted, kind_of, take

_DEEP = "**"
_OUTPUT = {CLIPS, STATUS, INDEX}  # by which the output of another batch is known


def absolute(text: str) -> str:
    """The absolute path of a text, without . and //; .. goes up from where a link leads.

    Links stay: a clip is known by the name that people gave it.
    """
    text = os.path.expanduser(text) if text.startswith("~") and not os.path.lexists(text) else text
    path = os.path.abspath(text)
    if ".." in text.split(os.sep) and not _is_same(path, text):
        folder, name = os.path.split(text)
        path = os.path.realpath(text)
        if name not in ("", os.pardir):
            path = os.path.join(os.path.realpath(folder), name)
    return path


def _is_same(path: str, text: str) -> bool:
    try:
        return os.path.samefile(path, text)
    except OSError:
        return not os.path.lexists(text)


def find_file(text: str, wanted: Wanted, finds: Finds) -> None:
    """A file that is named is taken for a video, whatever its ending, unless it is a picture."""
    path = absolute(text)
    status = os.stat(path)
    check_is_file(path, status)
    if wanted.stills and kind_of(path, stills=True) != "picture":
        raise SourceError(
            f"{shown(path)} is no picture: leave out --stills, or name pictures or their folder"
        )
    finds.items.append(File(path, status.st_size))


def check_is_file(path: str, status: os.stat_result) -> None:
    """Raise SourceError for a camera, a pipe or the like: they have no end, or only one reader."""
    if stat.S_ISCHR(status.st_mode):
        raise SourceError(
            f"{shown(path)} is a camera or another device, and a batch is for recorded clips: "
            f"knuckle track {shown(path)} follows it"
        )
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(f"{shown(path)} is no file but a pipe or a socket: record it first")


def find_folder(text: str, wanted: Wanted, finds: Finds) -> None:
    """The videos and pictures in a folder and below."""
    path = absolute(text)
    _found_something(take(_walk(path, wanted, finds), finds, wanted), path, "holds", wanted)


def find_matches(text: str, wanted: Wanted, finds: Finds) -> None:
    """What a pattern such as "clips/*.mp4" or "clips/**/left.*" matches; folders are searched."""
    pattern = absolute(text)
    files: list[File] = []
    if _DEEP in pattern.split(os.sep):
        files += _matching(pattern, wanted, finds)
    else:
        for path in glob.glob(pattern):
            if os.path.isdir(path) and not (os.path.islink(path) or _is_output(path, wanted)):
                files += _walk(path, wanted, finds)
            elif os.path.isfile(path):
                files.append(File(path, os.path.getsize(path)))
    _found_something(take(files, finds, wanted), pattern, "matches", wanted)


def _found_something(count: int, path: str, verb: str, wanted: Wanted) -> None:
    if not count:
        what = "pictures" if wanted.stills else "videos or pictures"
        cure = ""
        if wanted.output and _is_output(path, wanted):
            cure = ", apart from the output"
        raise SourceError(
            f"{shown(path)} {verb} no {what}{cure}: name a folder, a pattern or files"
        )


@dataclass(frozen=True, slots=True)
class _Barred:
    """Folders that are not entered: the output, or what a batch writes if it is the input, too."""

    paths: frozenset[str]
    nodes: frozenset[tuple[int, int]]

    def has(self, entry: os.DirEntry[str]) -> bool:
        """Whether a folder is one of them, also under another name."""
        if entry.path in self.paths:
            return True
        if entry.inode() not in {node for _, node in self.nodes}:
            return False
        status = entry.stat()
        return (status.st_dev, status.st_ino) in self.nodes


def _barred(root: str, wanted: Wanted) -> _Barred:
    if not wanted.output or is_address(wanted.output):
        return _Barred(frozenset(), frozenset())
    output = absolute(wanted.output)
    paths = [output]
    if _is_output(root, wanted):
        paths = [os.path.join(root, name) for name in FOLDERS]
    nodes = []
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            continue
        nodes.append((status.st_dev, status.st_ino))
    return _Barred(frozenset(paths), frozenset(nodes))


def _is_output(path: str, wanted: Wanted) -> bool:
    try:
        return bool(wanted.output) and os.path.samefile(path, absolute(wanted.output))
    except OSError:
        return False


def _walk(root: str, wanted: Wanted, finds: Finds) -> Iterator[File]:
    """The files in a folder and below, without hidden ones. Links to folders are not followed."""
    barred = _barred(root, wanted)
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as listing:
                entries = [entry for entry in listing if not entry.name.startswith(".")]
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            if folder == root:
                raise SourceError(f"{shown(root)} cannot be listed: {reason}") from error
            finds.leave_out(f"it cannot be listed ({reason})", folder)
            continue
        if folder != root and {entry.name for entry in entries} >= _OUTPUT:
            finds.leave_out("it is the output of a batch", folder)
            continue
        for entry in entries:
            kind = _kind(entry)
            if kind == "folder":
                if not barred.has(entry):
                    folders.append(entry.path)
            elif kind == "file":
                yield from _sized(entry, finds)
            elif kind:
                finds.leave_out(kind, entry.path)


def _sized(entry: os.DirEntry[str], finds: Finds) -> Iterator[File]:
    try:
        yield File(entry.path, entry.stat().st_size)
    except OSError:
        finds.leave_out("it was deleted meanwhile", entry.path)


def _kind(entry: os.DirEntry[str]) -> str:
    """Either "folder" or "file", or why it is neither; nothing for what is of no interest."""
    try:
        if entry.is_dir(follow_symlinks=False):
            return "folder"
        if entry.is_file():
            return "file"
        if entry.is_dir():
            return "links to folders are not followed"
        return "the link leads nowhere" if entry.is_symlink() else ""
    except OSError as error:
        return "the link leads nowhere" if error.errno == errno.ELOOP else "it cannot be looked at"


def _matching(pattern: str, wanted: Wanted, finds: Finds) -> Iterator[File]:
    """The files that a pattern with ** matches: like glob, without following links to folders."""
    parts = pattern.split(os.sep)
    first = next(i for i, part in enumerate(parts) if glob.has_magic(part))
    root = os.sep.join(parts[:first]) or os.sep
    start = len(root.rstrip(os.sep)) + 1
    if os.path.isdir(root):
        for file in _walk(root, wanted, finds):
            if _fits(file.uri[start:].split(os.sep), parts[first:]):
                yield file


def _fits(names: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether the names of folders and a file fit the parts of a pattern."""
    if not parts:
        return not names
    if parts[0] == _DEEP:
        if len(parts) == 1:
            return bool(names)
        return any(_fits(names[i:], parts[1:]) for i in range(len(names)))
    return bool(names) and fnmatch.fnmatch(names[0], parts[0]) and _fits(names[1:], parts[1:])
