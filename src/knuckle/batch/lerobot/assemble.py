"""Tables of clips -> a LeRobot data set. It is a function of the tables and of what is wanted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import BatchError
from ..clips import Clip
from ..jobs import Written
from ..recipe import Recipe
from ..record import Record
from ..stores.store import Store
from . import folder, videos
from .features import described, standard_columns, standard_described
from .figures import in_row, total_words
from .folder import link_or_copy, write_json
from .hands import features_of, read_clip, read_times
from .layout import INFO, STATS, VIDEO_PATH, Place, Sizes, Totals, info_of
from .statistics import Statistics, joined
from .timing import frames_of, is_steady, whole_rate
from .videos import Stopped, Video, video_statistics
from .writing import DataFiles, EpisodeFiles, write_tasks

Tell = Callable[[str, int], None]  # one more is done: what has been done to it, and of how many
TASK = "hand tracking"  # of episodes of which nobody says more


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the data set is to be like.

    fps: frames per second to which all clips are resampled; None: their own, which must be one
        whole number. has_videos: whether the pictures are in it. task: what the hands do, one
        sentence for all episodes. workers: how many videos are encoded at once.
    """

    fps: int | None = None
    has_videos: bool = False
    task: str = TASK
    workers: int = 1
    sizes: Sizes = field(default_factory=Sizes)


@dataclass(frozen=True, slots=True)
class Assembled:
    """What became of it. left_out: clips that are no episode, each with the reason."""

    episodes: int
    frames: int
    left_out: tuple[str, ...] = ()
    is_new: bool = True  # False: it was there already


@dataclass(frozen=True, slots=True, eq=False)
class Episode:
    """A clip that is one. picked: (M,) the frames of the clip that it has, by their positions."""

    clip: Clip
    record: Record
    picked: NDArray[np.int64]


def assemble(
    clips: Sequence[Clip],
    ledger: Mapping[str, Written],
    recipe: Recipe,
    store: Store,
    output: Path,
    wanted: Wanted,
    *,
    tell: Tell = lambda what, count: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Assembled:
    """Make the data set of clips, an episode of each, in the order of their ids.

    ledger: what is known of the clips, by id. store: has their tables; it is in `output`.
    Failed clips and those without a frame are left out, and so are those with frames missing in
    the middle, unless they are resampled.
    Raises BatchError when the clips make no data set, OutputError, and `Stopped`.
    """
    records, left_out = _usable(clips, ledger)
    fps = wanted.fps or (whole_rate(records[0], read_times(store, records[0])) if records else 1)
    made = _described(records, fps, wanted)
    if folder.is_made(output, made):
        info = json.loads((output / INFO).read_text())
        return Assembled(info["total_episodes"], info["total_frames"], tuple(left_out), False)
    by_id = {clip.id: clip for clip in clips}
    episodes: list[Episode] = []
    for record in records:
        if is_stopped():
            raise Stopped
        tell("tables read", len(records))
        times = read_times(store, record)
        has_holes = record.state == "partial" and not is_steady(times, round(record.rate))
        if has_holes and wanted.fps is None:
            left_out.append(f"{record.uri}: {record.reason}; --fps {fps} would fill the gaps")
            continue
        picked = frames_of(times, record, fps, wanted.fps is not None)
        episodes.append(Episode(by_id[record.clip], record, picked))
    if not episodes:
        raise BatchError(f"none of the {len(clips)} clips can be an episode: {'; '.join(left_out)}")
    maker = _Maker(episodes, recipe, store, output / folder.STORE, wanted, fps)
    maker.encode(tell, is_stopped)
    with folder.replaced(output) as place:
        frames = maker.write(place, tell, is_stopped)
    folder.remember(output, made)
    maker.clear()
    return Assembled(len(episodes), frames, tuple(left_out))


def _usable(clips: Sequence[Clip], ledger: Mapping[str, Written]) -> tuple[list[Record], list[str]]:
    """The records of the clips that may be episodes, and the others with their reasons."""
    records, left_out = [], []
    for clip in sorted(clips, key=lambda clip: clip.id):
        written = ledger.get(clip.id)
        if written is None:
            left_out.append(f"{clip.id}: it has not been tracked yet")
        elif not written.record.is_finished:
            left_out.append(f"{written.record.uri}: {written.record.reason}")
        elif not written.record.frames:
            left_out.append(f"{written.record.uri}: it has no frame")
        else:
            records.append(written.record)
    return records, left_out


def _described(records: Sequence[Record], fps: int, wanted: Wanted) -> dict[str, Any]:
    """All that a data set depends on, in words that JSON knows."""
    sources = [
        (record.clip, record.sha256, record.recipe, record.start, record.stop, record.state)
        for record in records
    ]
    resampled = wanted.fps is not None
    sizes = [wanted.sizes.chunk, wanted.sizes.data, wanted.sizes.video]
    form = [resampled, wanted.has_videos, wanted.task, sizes]
    return {"fps": fps, "form": form, "clips": [list(source) for source in sources]}


class _Maker:
    """Writes the episodes."""

    def __init__(
        self,
        episodes: Sequence[Episode],
        recipe: Recipe,
        store: Store,
        store_folder: Path,
        wanted: Wanted,
        fps: int,
    ) -> None:
        self._episodes, self._recipe, self._wanted, self._fps = episodes, recipe, wanted, fps
        self._store, self._store_folder = store, store_folder
        self._slots: int = recipe.completed["max_hands"]
        self._features = described(self._slots) | standard_described()
        self._videos: list[Video] = []
        if wanted.has_videos:
            self._videos = [Video(e.clip, e.record, e.picked, fps) for e in episodes]
            size = _common_size(self._videos)
            self._features = {videos.KEY: videos.described(size, fps)} | self._features

    def encode(self, tell: Tell, is_stopped: Callable[[], bool]) -> None:
        """Encode the videos into the store."""
        videos.encoded(
            self._videos,
            self._recipe,
            self._store_folder,
            workers=self._wanted.workers,
            tell=lambda: tell("videos encoded", len(self._videos)),
            is_stopped=is_stopped,
        )

    def clear(self) -> None:
        """Delete videos in the store that are not in the data set."""
        videos.clear(self._store_folder, self._videos)

    def write(self, place: Path, tell: Tell, is_stopped: Callable[[], bool]) -> int:
        """Write the data set into an empty folder. Returns the number of its frames."""
        sizes, frames = self._wanted.sizes, 0
        found: dict[str, Statistics] = {}
        with (
            DataFiles(place, self._features, sizes) as data,
            EpisodeFiles(place, sizes) as listed,
        ):
            for i, episode in enumerate(self._episodes):
                if is_stopped():
                    raise Stopped
                tell("episodes written", len(self._episodes))
                columns = self._columns(episode, i, frames)
                where = data.write(columns)
                statistics = {name: Statistics.of(values) for name, values in columns.items()}
                row = _listed(episode, i, frames, where, self._wanted.task)
                if self._videos:
                    row |= self._linked(place, i)
                    statistics[videos.KEY] = video_statistics(self._store_folder, self._videos[i])
                listed.write(row | in_row(statistics))
                for name, one in statistics.items():
                    found[name] = joined([found[name], one]) if name in found else one
                frames += len(episode.picked)
        write_tasks(place, [self._wanted.task])
        write_json(place / STATS, total_words(place, found, frames))
        totals = Totals(len(self._episodes), frames, self._fps)
        has_videos = bool(self._videos)
        write_json(place / INFO, info_of(self._features, totals, sizes, has_videos=has_videos))
        return frames

    def _columns(self, episode: Episode, index: int, start: int) -> dict[str, NDArray[Any]]:
        table = read_clip(self._store, episode.record)
        columns = features_of(table, episode.picked, self._slots)
        return columns | standard_columns(len(episode.picked), index, start, self._fps)

    def _linked(self, place: Path, index: int) -> dict[str, Any]:
        """Put the video of an episode into the data set, and say where it is."""
        where = Place(*divmod(index, self._wanted.sizes.chunk))
        target = place / where.path(VIDEO_PATH, video_key=videos.KEY)
        link_or_copy(videos.video_file(self._store_folder, self._videos[index]), target)
        return {
            f"videos/{videos.KEY}/chunk_index": where.chunk,
            f"videos/{videos.KEY}/file_index": where.file,
            f"videos/{videos.KEY}/from_timestamp": 0.0,
            f"videos/{videos.KEY}/to_timestamp": len(self._episodes[index].picked) / self._fps,
        }


def _common_size(all_videos: Sequence[Video]) -> tuple[int, int]:
    """The size of all videos, pixels. Raises BatchError if they differ."""
    first = all_videos[0]
    for video in all_videos:
        if video.size != first.size:
            raise BatchError(
                f"{video.record.uri} has {video.size[0]}x{video.size[1]} pixels, and "
                f"{first.record.uri} {first.size[0]}x{first.size[1]}: LeRobot wants one size, so "
                "make a data set of each, or leave out --videos"
            )
    return first.size


def _listed(episode: Episode, index: int, start: int, where: Place, task: str) -> dict[str, Any]:
    """The row of an episode without its videos and statistics."""
    length = len(episode.picked)
    return {
        "episode_index": index,
        "tasks": [task],
        "length": length,
        "data/chunk_index": where.chunk,
        "data/file_index": where.file,
        "dataset_from_index": start,
        "dataset_to_index": start + length,
        "knuckle/clip": episode.clip.id,
    }
