"""The folder of a data set: whose it is, and how a new data set takes the place of an old one.

A data set is made in a folder with a name of its own, beside its place. Then its parts are moved,
`meta/info.json` last: without that file there is no data set. A run that is interrupted leaves the
old one, or none.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ...errors import BatchError, OutputError
from ...io.whole import write_whole
from .layout import DATA, INFO, META, VIDEOS

STORE = "knuckle"  # where the tables lie that the data set is made of
_OURS = "lerobot.json"  # in the store: says that the data set is ours, and what it was made of
_NEW = ".knuckle-lerobot-"  # the start of the names of folders that are being written


def store_of(output: str) -> str:
    """The store of the tables that a data set is made of. Raises BatchError for an address."""
    if "://" in output:
        raise BatchError(f"a LeRobot data set is made in a folder of this machine, not in {output}")
    return os.path.join(output, STORE)


def check(output: Path) -> None:
    """Raise BatchError if the folder has a data set that is not ours, or anything in its place."""
    if (output / STORE / _OURS).exists():
        return
    strangers = [name for name in (META, DATA, VIDEOS) if os.path.lexists(output / name)]
    if strangers:
        raise BatchError(
            f"{output} has a folder {strangers[0]} that knuckle did not write: name another output"
        )


def claim(output: Path) -> None:
    """Say that the folder's data set is ours. Raises BatchError if it is not, OutputError."""
    check(output)
    if not (output / STORE / _OURS).exists():
        remember(output, {})


def remember(output: Path, made: dict[str, Any]) -> None:
    """Keep in the store what the data set was made of."""
    with write_whole(output / STORE / _OURS) as path:
        path.write_text(json.dumps(made))


def is_made(output: Path, made: dict[str, Any]) -> bool:
    """Whether the folder has a data set that was made of just this."""
    with suppress(OSError, ValueError, RecursionError):
        words = json.loads((output / STORE / _OURS).read_text())
        is_whole = isinstance(json.loads((output / INFO).read_text()), dict)
        return is_whole and bool(words == json.loads(json.dumps(made)))
    return False


@contextmanager
def replaced(output: Path) -> Iterator[Path]:
    """Give an empty folder to write a data set to, which then takes the place of the old one.

    The folder must have `meta/info.json` in the end. Raises OutputError when it cannot be written.
    """
    try:
        output.mkdir(parents=True, exist_ok=True)
        _sweep(output)
        made = output / (_NEW + secrets.token_hex(8))
        made.mkdir()
        try:
            yield made
            _swap(made, output)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(f"cannot write the data set {output}: {reason}") from error


def _swap(made: Path, output: Path) -> None:
    """Move the parts of a new data set into place, and the old ones away."""
    for path in made.rglob("*"):
        if path.is_file() and path.stat().st_nlink == 1:  # others are on the disk already
            _flush(path)
    info = made / "info.json"
    (made / INFO).rename(info)
    (output / INFO).unlink(missing_ok=True)
    old = made / "old"
    old.mkdir()
    for name in {path.name for path in made.iterdir()} - {"old", "info.json"} | {DATA, VIDEOS}:
        if os.path.lexists(output / name):
            (output / name).rename(old / name)
        if os.path.lexists(made / name):
            (made / name).rename(output / name)
    info.rename(output / INFO)


def _flush(path: Path) -> None:
    """Have the disk hold a file before it gets its name."""
    handle = os.open(path, os.O_RDWR)  # Windows wants more than reading for that
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(output: Path) -> None:
    """Delete what interrupted runs left."""
    for path in output.glob(_NEW + "*"):
        shutil.rmtree(path, ignore_errors=True)


def write_json(path: Path, words: Mapping[str, Any]) -> None:
    """Write JSON for people to read, too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(words, indent=4, ensure_ascii=False) + "\n", encoding="utf-8")


def link_or_copy(source: Path, target: Path) -> None:
    """Let a file be in a second place, too: without a copy where the file system can do that."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target, follow_symlinks=True)
    except OSError:
        shutil.copyfile(source, target)
