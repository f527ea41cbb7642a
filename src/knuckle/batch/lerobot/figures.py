"""The statistics of episodes and of a whole data set, in the words of its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...extras import import_extra
from .layout import DATA
from .statistics import Statistics, quantiles_of

PURPOSE = "reading a LeRobot data set"


def words_of(statistics: Statistics, name: str) -> dict[str, list[Any]]:
    """As LeRobot writes them: each colour of pictures in two more lists. name: of the feature."""
    words = statistics.words()
    if ".images." not in name:
        return words
    return {
        key: values if key == "count" else [[[value]] for value in values]
        for key, values in words.items()
    }


def in_row(statistics: Mapping[str, Statistics]) -> dict[str, list[Any]]:
    """The statistics of an episode, as columns of the list of episodes."""
    return {
        f"stats/{name}/{key}": values
        for name, one in statistics.items()
        for key, values in words_of(one, name).items()
    }


def total_words(
    folder: Path, found: Mapping[str, Statistics], frames: int
) -> dict[str, dict[str, list[Any]]]:
    """The content of `meta/stats.json`.

    folder: of the data set; quantiles are those of the frames in its data files. found: of all
    episodes, by the feature. frames: how many there are.
    """
    columns = _columns_in(folder)
    words = {}
    for name, whole in found.items():
        if ".images." not in name:
            whole = replace(whole, quantiles=quantiles_of(columns(name), frames))
        words[name] = words_of(whole, name)
    return words


def _columns_in(folder: Path) -> Callable[[str], Iterator[NDArray[Any]]]:
    """What gives the values of a feature, file by file."""
    parquet = import_extra("pyarrow.parquet", purpose=PURPOSE, extra="batch")
    paths = sorted((folder / DATA).glob("*/*.parquet"))

    def blocks(name: str) -> Iterator[NDArray[Any]]:
        for path in paths:
            with parquet.ParquetFile(path) as file:
                for group in range(file.num_row_groups):
                    column = file.read_row_group(group, columns=[name]).column(0)
                    yield numbers_of(column)

    return blocks


def numbers_of(column: Any) -> NDArray[Any]:
    """A column of numbers or of lists of one length, (M,) or (M, n)."""
    column = column.combine_chunks()
    if not hasattr(column.type, "list_size"):
        numbers: NDArray[Any] = column.to_numpy(zero_copy_only=False)
        return numbers
    flat: NDArray[Any] = column.flatten().to_numpy(zero_copy_only=False)
    return np.ascontiguousarray(flat).reshape(-1, column.type.list_size)
