"""A LeRobot data set as input: each episode of each camera is a clip."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import SourceError
from ...extras import import_extra
from ..clips import Clip
from .layout import INFO, Place

PURPOSE = "reading a LeRobot data set"
READ_VERSION = "v3."
_VERSION = "codebase_version"
_DEPTH = ("is_depth_map", "video.is_depth_map")  # videos of distances, not of light


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set in a folder. info: the content of `meta/info.json`."""

    folder: Path
    info: Mapping[str, Any]

    @property
    def cameras(self) -> dict[str, str]:
        """The short name of each camera by the name of its feature."""
        found: dict[str, str] = {}
        for key, feature in self.info["features"].items():
            if feature["dtype"] == "video" and not _is_depth(feature):
                name = _short(key)
                while name in found.values():
                    name += "_"
                found[key] = name
        return found

    def episodes(self) -> Iterator[dict[str, Any]]:
        """The list of the episodes without their statistics, in order. Raises SourceError."""
        parquet = import_extra("pyarrow.parquet", purpose=PURPOSE, extra="batch")
        for path in self.episode_files():
            try:
                with parquet.ParquetFile(path) as file:
                    names = file.schema_arrow.names
                    kept = [name for name in names if not name.startswith("stats/")]
                    yield from file.read(columns=kept).to_pylist()
            except (OSError, ValueError) as error:
                raise SourceError(f"{path} cannot be read: {error}") from error

    def episode_files(self) -> list[Path]:
        """The files that list the episodes."""
        return sorted((self.folder / "meta" / "episodes").glob("*/*.parquet"))

    def data_files(self) -> list[Path]:
        """The files with the frames."""
        return sorted((self.folder / "data").glob("*/*.parquet"))

    def clip_id(self, episode: int, camera: str) -> str:
        """The id of the clip of an episode. camera: its short name."""
        return f"{self.folder.name}/{episode:06d}/{camera}"


def is_dataset(folder: Path) -> bool:
    """Whether a folder is a LeRobot data set, of any version."""
    with suppress(SourceError):
        return bool(read_info(folder))
    return False


def read_info(folder: Path) -> dict[str, Any]:
    """The content of a data set's `meta/info.json`. Raises SourceError."""
    try:
        info = json.loads((folder / INFO).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(f"{folder} is no LeRobot data set: {INFO}: {error}") from error
    if not isinstance(info, dict) or _VERSION not in info:
        raise SourceError(f"{folder} is no LeRobot data set: {INFO} names no version")
    return info


def read_dataset(folder: Path) -> Dataset:
    """Open a data set. Raises SourceError if it is none, or of another version."""
    folder = folder.absolute()
    try:
        info = read_info(folder)
        version = str(info[_VERSION])
        if not version.startswith(READ_VERSION):
            raise SourceError(
                f"{folder} is a LeRobot data set of version {version}, and 3.0 is wanted: convert "
                "it with LeRobot's convert_dataset_v21_to_v30"
            )
        _check(info)
        dataset = Dataset(folder, info)
        if not dataset.cameras:
            raise SourceError(f"{folder} is a LeRobot data set without videos")
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{folder / INFO} is damaged: it does not describe features as LeRobot does ({error})"
        ) from error
    return dataset


def _check(info: Mapping[str, Any]) -> None:
    """Raise SourceError unless a data set says how fast its videos are, and where."""
    fps, pattern = info.get("fps"), info.get("video_path")
    if isinstance(fps, bool) or not isinstance(fps, (int, float)) or not 0 < fps < math.inf:
        raise SourceError(f"fps in {INFO} must be a number above 0, not {fps!r:.60}")
    if pattern is None:
        return  # a data set without videos
    try:
        Place().path(pattern, video_key="camera")
    except (AttributeError, LookupError, TypeError, ValueError):
        raise SourceError(f"video_path in {INFO} names no files: {pattern!r:.60}") from None


def lerobot_clips(folder: Path) -> list[Clip]:
    """The clips of a data set: every episode of every camera, in order. Raises SourceError."""
    dataset = read_dataset(folder)
    return [
        _clip(dataset, episode, key, camera)
        for episode in dataset.episodes()
        for key, camera in dataset.cameras.items()
    ]


def _clip(dataset: Dataset, episode: Mapping[str, Any], key: str, camera: str) -> Clip:
    """The clip of an episode: a part of a video, in which several may stand one after another."""
    number = int(episode["episode_index"])
    try:
        place = Place(episode[f"videos/{key}/chunk_index"], episode[f"videos/{key}/file_index"])
        begin = float(episode[f"videos/{key}/from_timestamp"])
    except KeyError as error:
        raise SourceError(
            f"{dataset.folder} does not say where the video of {key} in episode {number} is"
        ) from error
    pattern = dataset.info.get("video_path")
    if pattern is None:
        raise SourceError(f"{dataset.folder / INFO} has videos, but no video_path")
    path = dataset.folder / place.path(pattern, video_key=key)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise SourceError(f"{path}, the video of episode {number}, is not there") from error
    # Half a frame earlier, since these times are sums of what containers round.
    half = 0.5 / dataset.info["fps"]
    stop = begin + episode["length"] / dataset.info["fps"] - half
    return Clip(
        str(path),
        dataset.clip_id(number, camera),
        start=max(0.0, begin - half),
        stop=stop,
        size=size,
    )


def _short(key: str) -> str:
    """The name of a camera in the names of features. LeRobot takes "image" in one for a picture."""
    return key.removeprefix("observation.").removeprefix("images.").replace("image", "view")


def _is_depth(feature: Mapping[str, Any]) -> bool:
    info = {**(feature.get("video_info") or {}), **(feature.get("info") or {})}
    return any(info.get(name) for name in _DEPTH)
