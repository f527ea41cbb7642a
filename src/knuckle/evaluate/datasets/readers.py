"""Finds and reads the picture sets and clips at a path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import SourceError
from ..values import Dataset, Problem
from .annotations import FREIHAND_SPLITS, read_coco, read_common, read_freihand, read_json
from .clip_truth import CLIPS_FILE, find_clip_truth, is_clip, read_clips

FORMATS = "docs/evaluation-data.md describes the formats"


@dataclass(frozen=True, slots=True)
class Reader:
    """A format of JSON annotation files."""

    name: str
    is_format: Callable[[Mapping[str, Any]], bool]
    read: Callable[[Path, Mapping[str, Any]], Dataset]


# The first reader that recognises the content of a file reads it.
READERS = (
    Reader("COCO", lambda c: {"images", "annotations", "categories"} <= c.keys(), read_coco),
    Reader("common", lambda c: "images" in c and "annotations" not in c, read_common),
)


def read_datasets(path: Path) -> list[Dataset]:
    """Read a file or folder. If a folder holds no data itself, its subfolders are read.

    Subfolders are searched one level down.
    Raises SourceError when there is nothing to evaluate.
    """
    if not path.exists():
        raise SourceError(f"{path} does not exist")
    found = _read(path)
    if found is None and path.is_dir():
        places = sorted(p for p in path.iterdir() if not p.name.startswith("."))
        found = [dataset for place in places for dataset in _read_or_note(place)]
    if not found:
        raise SourceError(f"{path} holds neither annotated pictures nor clips: {FORMATS}")
    return found


def _read_or_note(path: Path) -> list[Dataset]:
    """Read the data sets at a path, or make a set that says why they cannot be read."""
    try:
        return _read(path) or []
    except SourceError as error:
        return [Dataset(path.name, problems=(Problem(str(path), str(error)),))]


def _read(path: Path) -> list[Dataset] | None:
    """The data sets of a file, or of a folder without its subfolders; None if it has none."""
    if path.is_dir():
        return _read_folder(path)
    if is_clip(path):
        return [Dataset(path.name, clips=(find_clip_truth(path),))]
    if path.suffix.lower() != ".json":
        return None
    content = read_json(path)
    if isinstance(content, dict):
        for reader in READERS:
            if reader.is_format(content):
                return [reader.read(path, content)]
        if "clips" in content:
            return read_clips(path, content)
    return None


def _read_folder(path: Path) -> list[Dataset] | None:
    """The folder's annotated pictures, its clips, or both."""
    sets = _read(path / "annotations.json") if (path / "annotations.json").is_file() else None
    if sets is None and any((path / f"{split}_xyz.json").is_file() for split in FREIHAND_SPLITS):
        sets = [read_freihand(path)]
    tipped = _read(path / CLIPS_FILE) if (path / CLIPS_FILE).is_file() else None
    named = {dataset.name for dataset in tipped or ()}
    clips = [p for p in sorted(path.iterdir()) if is_clip(p) and not p.name.startswith(".")]
    others = [d for clip in clips if clip.name not in named for d in _read(clip) or ()]
    return [*(sets or ()), *(tipped or ()), *others] or None
