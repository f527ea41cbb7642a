"""A LeRobot data set with the hands in its videos: all that it had, and columns for each camera."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import BatchError, SourceError
from ...extras import import_extra
from ..jobs import Written
from ..recipe import Recipe
from ..stores.store import Store
from . import folder
from .assemble import Assembled, Tell
from .dataset import Dataset
from .features import arrow_type, described
from .figures import in_row, total_words
from .hands import features_of, read_clip
from .layout import DATA, INFO, META, STATS, VIDEOS
from .statistics import Statistics, joined
from .videos import Stopped
from .writing import CODEC, PURPOSE, arrow_table

_HUGGING_FACE = b"huggingface"  # the key of what `datasets` notes of a file's columns
_WRITTEN = (INFO, STATS)  # files that are written anew; so are those of frames and episodes


def extend(
    dataset: Dataset,
    ledger: Mapping[str, Written],
    recipe: Recipe,
    store: Store,
    output: Path,
    *,
    tell: Tell = lambda what, count: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Assembled:
    """Write a data set once more, with the hands that its cameras saw.

    ledger: what is known of its clips, by id. store: has their tables; it is in `output`.
    Its files keep their places; videos are linked where the file system can do that.
    Raises BatchError when the hands of an episode are not known for each of its frames, SourceError
    when the data set is damaged, OutputError, and `Stopped`.
    """
    episodes = list(dataset.episodes())
    frames = sum(int(episode["length"]) for episode in episodes)
    known = {
        clip_id: _written(dataset, ledger, int(episode["episode_index"]), camera, clip_id)
        for episode in episodes
        for camera in dataset.cameras.values()
        for clip_id in [dataset.clip_id(int(episode["episode_index"]), camera)]
    }
    made = _described(dataset, known)
    if folder.is_made(output, made):
        return Assembled(len(episodes), frames, is_new=False)
    extender = _Extender(dataset, known, recipe.completed["max_hands"], store)
    lengths = {int(episode["episode_index"]): int(episode["length"]) for episode in episodes}
    with folder.replaced(output) as place:
        _copy(dataset.folder, place)
        for _ in extender.write_frames(place, lengths):
            tell("episodes written", len(episodes))
            if is_stopped():
                raise Stopped
        extender.write_meta(place, frames)
    folder.remember(output, made)
    return Assembled(len(episodes), frames)


def _written(
    dataset: Dataset, ledger: Mapping[str, Written], episode: int, camera: str, clip_id: str
) -> Written:
    """What is known of a clip. Raises BatchError if there is no table."""
    written = ledger.get(clip_id)
    if written is None or not written.record.is_finished:
        reason = "it has not been tracked yet" if written is None else written.record.reason
        raise BatchError(
            f"{dataset.folder}: the hands of camera {camera} in episode {episode} are not known, "
            f"and every row needs them: {reason}"
        )
    return written


def _described(dataset: Dataset, known: Mapping[str, Written]) -> dict[str, Any]:
    """All that the new data set depends on, in words that JSON knows."""
    digest = hashlib.sha256((dataset.folder / INFO).read_bytes())
    for path in (*dataset.data_files(), *dataset.episode_files()):
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    clips = [
        [clip_id, written.record.sha256, written.record.recipe]
        for clip_id, written in sorted(known.items())
    ]
    return {"dataset": digest.hexdigest(), "clips": clips}


def _copy(source: Path, place: Path) -> None:
    """Copy what stays as it is. Videos are linked: they are large, and nobody writes into them."""
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source)
        is_ours = name.parts[0] == folder.STORE or any(part.startswith(".") for part in name.parts)
        is_new = name.parts[0] == DATA or name.parts[:2] == (META, "episodes")
        if is_ours or is_new or str(name) in _WRITTEN or not path.is_file():
            continue
        if name.parts[0] == VIDEOS:
            folder.link_or_copy(path.resolve(), place / name)
        else:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place / name)


class _Extender:
    """Writes the files that get more columns."""

    def __init__(
        self, dataset: Dataset, known: Mapping[str, Written], slots: int, store: Store
    ) -> None:
        self._arrow = import_extra("pyarrow", purpose=PURPOSE, extra="batch")
        self._parquet = import_extra("pyarrow.parquet", purpose=PURPOSE, extra="batch")
        self._dataset, self._known, self._slots, self._store = dataset, known, slots, store
        self._features: dict[str, dict[str, Any]] = {}
        for camera in dataset.cameras.values():
            self._features |= described(slots, camera)
        self._added = self._arrow.schema(
            [(name, arrow_type(self._arrow, f)) for name, f in self._features.items()]
        )
        self._found: dict[int, dict[str, Statistics]] = {}  # of each episode

    def write_frames(self, place: Path, lengths: Mapping[int, int]) -> Iterator[int]:
        """Write the files of frames, a row group for each episode. Yields each when it is written.

        lengths: frames of each episode.
        """
        for path in self._dataset.data_files():
            table = self._read(path)
            target = place / path.relative_to(self._dataset.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            table = self._without_ours(table)
            schema = self._schema(table.schema)
            with self._parquet.ParquetWriter(target, schema, compression=CODEC) as writer:
                for episode, rows in _spans(table, path):
                    if len(rows) != lengths.get(episode):
                        raise SourceError(
                            f"{path} has {len(rows)} rows of episode {episode}, which has "
                            f"{lengths.get(episode, 0)} frames by {self._dataset.folder}/{META}"
                        )
                    columns = self._columns(episode, len(rows))
                    self._found[episode] = {n: Statistics.of(v) for n, v in columns.items()}
                    added = arrow_table(self._arrow, columns, self._added)
                    old = table.slice(rows.start, len(rows))
                    both = [*old.columns, *added.columns]
                    group = self._arrow.Table.from_arrays(both, schema=schema)
                    writer.write_table(group, row_group_size=max(len(rows), 1))
                    yield episode
        if missing := sorted(lengths.keys() - self._found.keys()):
            raise SourceError(f"{self._dataset.folder} has no rows of episode {missing[0]}")

    def _read(self, path: Path) -> Any:
        try:
            with self._parquet.ParquetFile(path) as file:
                return file.read()
        except (OSError, ValueError) as error:
            raise SourceError(f"{path} cannot be read: {error}") from error

    def _without_ours(self, table: Any) -> Any:
        """The columns that the data set had before it was first extended."""
        return table.drop_columns([n for n in table.column_names if n in self._features])

    def _schema(self, old: Any) -> Any:
        """The columns of a file, and in its metadata what `datasets` wants to know of them."""
        schema = self._arrow.schema([*old, *self._added], metadata=old.metadata)
        noted = (old.metadata or {}).get(_HUGGING_FACE)
        if noted is None:
            return schema
        words = json.loads(noted)
        features = words.get("info", {}).get("features")
        if features is not None:
            features |= {name: _noted(feature) for name, feature in self._features.items()}
        return schema.with_metadata({**old.metadata, _HUGGING_FACE: json.dumps(words)})

    def _columns(self, episode: int, length: int) -> dict[str, NDArray[Any]]:
        """The values of our features in an episode. Raises BatchError if its frames are others."""
        columns: dict[str, NDArray[Any]] = {}
        for camera in self._dataset.cameras.values():
            record = self._known[self._dataset.clip_id(episode, camera)].record
            if record.frames != length:
                more = f": {record.reason}" if record.reason else ""
                raise BatchError(
                    f"{self._dataset.folder}: episode {episode} has {length} frames, and the video "
                    f"of camera {camera} has {record.frames} of them{more}"
                )
            table = read_clip(self._store, record)
            columns |= features_of(table, np.arange(length), self._slots, camera)
        return columns

    def write_meta(self, place: Path, frames: int) -> None:
        """Write the list of episodes, the statistics and the description of the columns.

        frames: how many there are in all.
        """
        for path in self._dataset.episode_files():
            table = self._read(path)
            rows = [in_row(self._found[int(i)]) for i in table.column("episode_index").to_pylist()]
            added = self._arrow.Table.from_pylist(rows)
            table = table.drop_columns([n for n in table.column_names if n in added.column_names])
            for name in added.column_names:
                table = table.append_column(name, added.column(name))
            target = place / path.relative_to(self._dataset.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._parquet.write_table(table, target, compression=CODEC)
        whole = {n: joined([one[n] for one in self._found.values()]) for n in self._features}
        statistics = self._dataset.folder / STATS
        before = json.loads(statistics.read_bytes()) if statistics.exists() else {}
        folder.write_json(place / STATS, before | total_words(place, whole, frames))
        features = {**self._dataset.info["features"], **self._features}
        folder.write_json(place / INFO, {**self._dataset.info, "features": features})


def _noted(feature: Mapping[str, Any]) -> dict[str, Any]:
    """A feature as `datasets` notes it in the metadata of a file."""
    value = {"dtype": feature["dtype"], "_type": "Value"}
    (length,) = feature["shape"]
    return value if length == 1 else {"feature": value, "length": length, "_type": "Sequence"}


def _spans(table: Any, path: Path) -> Iterator[tuple[int, range]]:
    """The rows of each episode in a file, which must stand together and in order."""
    numbers = table.column("episode_index").to_numpy()
    places = table.column("frame_index").to_numpy()
    starts = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist()] if len(numbers) else []
    for start, stop in zip(starts, [*starts[1:], len(numbers)], strict=True):
        if not np.array_equal(places[start:stop], np.arange(stop - start)):
            raise SourceError(f"{path}: the frames of episode {numbers[start]} are not in order")
        yield int(numbers[start]), range(start, stop)
