"""Where the files of a LeRobot data set lie, and when a new one begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

VERSION = "v3.0"
INFO, STATS, TASKS = "meta/info.json", "meta/stats.json", "meta/tasks.parquet"
META, DATA, VIDEOS = "meta", "data", "videos"
PLACE = "chunk-{chunk_index:03d}/file-{file_index:03d}"
DATA_PATH = f"{DATA}/{PLACE}.parquet"
EPISODES_PATH = f"{META}/episodes/{PLACE}.parquet"
VIDEO_PATH = f"{VIDEOS}/{{video_key}}/{PLACE}.mp4"
MEGABYTE = 1024 * 1024


class Place(NamedTuple):
    """Which file: LeRobot counts files within folders that it calls chunks."""

    chunk: int = 0
    file: int = 0

    def path(self, pattern: str, **names: str) -> str:
        """The file's name, relative to the data set. pattern: DATA_PATH or another."""
        return pattern.format(chunk_index=self.chunk, file_index=self.file, **names)


@dataclass(frozen=True, slots=True)
class Sizes:
    """When files and folders are full, as `meta/info.json` says it.

    chunk: files in a folder. data, video: megabytes of a file.
    """

    chunk: int = 1000
    data: float = 100
    video: float = 200

    def next(self, place: Place) -> Place:
        """The place after another."""
        is_full = place.file + 1 >= self.chunk
        return Place(place.chunk + 1, 0) if is_full else Place(place.chunk, place.file + 1)

    def is_full(self, written: int, rows: int, coming: int) -> bool:
        """Whether a data file has no room for more.

        written: bytes so far, of `rows` rows. coming: the rows of the next episode.
        """
        return rows > 0 and written * (1 + coming / rows) >= self.data * MEGABYTE


@dataclass(frozen=True, slots=True)
class Totals:
    """What a data set has: episodes and frames. fps: frames per second."""

    episodes: int
    frames: int
    fps: int


def info_of(
    features: Mapping[str, Mapping[str, Any]], totals: Totals, sizes: Sizes, *, has_videos: bool
) -> dict[str, Any]:
    """The content of `meta/info.json`."""
    return {
        "codebase_version": VERSION,
        "robot_type": None,
        "total_episodes": totals.episodes,
        "total_frames": totals.frames,
        "total_tasks": 1,
        "chunks_size": sizes.chunk,
        "data_files_size_in_mb": sizes.data,
        "video_files_size_in_mb": sizes.video,
        "fps": totals.fps,
        "splits": {"train": f"0:{totals.episodes}"},
        "data_path": DATA_PATH,
        "video_path": VIDEO_PATH if has_videos else None,
        "features": dict(features),
    }
