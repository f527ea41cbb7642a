"""The Parquet files of a LeRobot data set: frames, episodes and tasks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...closing import Closing
from ...extras import import_extra
from .features import arrow_type
from .layout import DATA_PATH, EPISODES_PATH, TASKS, Place, Sizes

PURPOSE = "writing a LeRobot data set"
CODEC = "snappy"  # as LeRobot itself writes, so that whatever reads its files reads ours
GROUP_EPISODES = 100  # rows of a row group of the episodes' file


class _Files(Closing):
    """Parquet files of one schema, one after another."""

    def __init__(self, folder: Path, pattern: str, sizes: Sizes) -> None:
        self._parquet = import_extra("pyarrow.parquet", purpose=PURPOSE, extra="batch")
        self._folder, self._pattern, self._sizes = folder, pattern, sizes
        self._writer: Any = None
        self._file: Any = None
        self._rows = 0
        self.place = Place()

    def make_room(self, rows: int) -> None:
        """Begin a new file if these rows would make the one at hand too large."""
        if self._writer and self._sizes.is_full(self._file.tell(), self._rows, rows):
            self.close()
            self.place = self._sizes.next(self.place)

    def write(self, table: Any) -> None:
        """Append a table as one row group."""
        if self._writer is None:
            path = self._folder / self.place.path(self._pattern)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb")
            self._writer = self._parquet.ParquetWriter(self._file, table.schema, compression=CODEC)
        self._writer.write_table(table, row_group_size=max(len(table), 1))
        self._rows += len(table)

    def close(self) -> None:
        """Complete the file. Closing it twice is fine."""
        if self._writer is not None:
            self._writer.close()
            self._file.close()
            self._writer, self._rows = None, 0


class DataFiles(Closing):
    """The frames, a row group for each episode.

    features: as `meta/info.json` lists them; those of kind "video" have no column.
    """

    def __init__(
        self, folder: Path, features: Mapping[str, Mapping[str, Any]], sizes: Sizes
    ) -> None:
        self._arrow = import_extra("pyarrow", purpose=PURPOSE, extra="batch")
        kept = {name: f for name, f in features.items() if f["dtype"] != "video"}
        self._schema = self._arrow.schema(
            [(name, arrow_type(self._arrow, feature)) for name, feature in kept.items()]
        )
        self._files = _Files(folder, DATA_PATH, sizes)

    def write(self, columns: Mapping[str, NDArray[Any]]) -> Place:
        """Append an episode. columns: (M,) or (M, n) by name. Returns the file that it is in."""
        table = arrow_table(self._arrow, columns, self._schema)
        self._files.make_room(len(table))
        self._files.write(table)
        return self._files.place

    def close(self) -> None:
        """Complete the last file."""
        self._files.close()


def arrow_table(arrow: Any, columns: Mapping[str, NDArray[Any]], schema: Any) -> Any:
    """A `pyarrow.Table` of arrays, (M,) or (M, n) by name."""
    return arrow.Table.from_arrays(
        [_arrow_array(arrow, columns[field.name], field.type) for field in schema], schema=schema
    )


def _arrow_array(arrow: Any, values: NDArray[Any], kind: Any) -> Any:
    flat = np.ascontiguousarray(values).reshape(-1)
    if values.ndim == 1:
        return arrow.array(flat, kind)
    return arrow.FixedSizeListArray.from_arrays(arrow.array(flat, kind.value_type), type=kind)


class EpisodeFiles(Closing):
    """The list of the episodes. It adds where in itself an episode is listed."""

    def __init__(self, folder: Path, sizes: Sizes) -> None:
        self._arrow = import_extra("pyarrow", purpose=PURPOSE, extra="batch")
        self._files = _Files(folder, EPISODES_PATH, sizes)
        self._waiting: list[dict[str, Any]] = []
        self._schema: Any = None

    def write(self, episode: Mapping[str, Any]) -> None:
        """Append an episode; all have the same keys."""
        self._waiting.append(dict(episode))
        if len(self._waiting) >= GROUP_EPISODES:
            self._flush()

    def _flush(self) -> None:
        self._files.make_room(len(self._waiting))
        place = self._files.place
        where = {"meta/episodes/chunk_index": place.chunk, "meta/episodes/file_index": place.file}
        table = self._arrow.Table.from_pylist([{**e, **where} for e in self._waiting])
        self._schema = self._schema or table.schema
        self._files.write(table.cast(self._schema))
        self._waiting = []

    def close(self) -> None:
        """Complete the last file."""
        if self._waiting:
            self._flush()
        self._files.close()


def write_tasks(folder: Path, tasks: Sequence[str]) -> None:
    """Write the list of tasks. It is a table of pandas with the tasks as its index."""
    arrow = import_extra("pyarrow", purpose=PURPOSE, extra="batch")
    parquet = import_extra("pyarrow.parquet", purpose=PURPOSE, extra="batch")
    table = arrow.table({"task_index": list(range(len(tasks))), "task": list(tasks)})
    described = [
        {"name": name, "field_name": name, "pandas_type": kind, "numpy_type": stored}
        | {"metadata": None}
        for name, kind, stored in (("task_index", "int64", "int64"), ("task", "unicode", "object"))
    ]
    names = {"name": None, "field_name": None, "pandas_type": "unicode", "numpy_type": "object"}
    pandas = {
        "index_columns": ["task"],
        "column_indexes": [names | {"metadata": {"encoding": "UTF-8"}}],
        "columns": described,
        "pandas_version": "2.0.0",
    }
    path = folder / TASKS
    path.parent.mkdir(parents=True, exist_ok=True)
    table = table.replace_schema_metadata({"pandas": json.dumps(pandas)})
    parquet.write_table(table, path, compression=CODEC)
