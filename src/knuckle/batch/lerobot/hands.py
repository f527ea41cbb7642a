"""The hands of a clip's table, slot by slot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import BatchError
from ...extras import import_extra
from ..record import Record
from ..stores.store import Store
from .features import FEATURES, HANDEDNESS, HAS_POSE, POSE, PRESENCE, TRACK_ID, prefix_of
from .slots import slots_of

_OF_HAND = ("frame", "time", "hand", "track_id", "handedness")
_NEEDED = (*_OF_HAND, *(column for feature in FEATURES for column in feature.columns))


@dataclass(frozen=True, slots=True, eq=False)
class ClipTable:
    """The table of a clip. It has F frames and R hands in them.

    times: (F,) seconds. frames: (R,) positions of each hand's frame, from 0. tracks: (R,) numbers
    of the hands. is_left: (R,). values: (R, n) float32 by the name of the feature.
    has_pose: (R,).
    """

    times: NDArray[np.float64]
    frames: NDArray[np.int64]
    tracks: NDArray[np.int64]
    is_left: NDArray[np.bool_]
    values: Mapping[str, NDArray[np.float32]]
    has_pose: NDArray[np.bool_]


def read_columns(store: Store, record: Record, names: Sequence[str]) -> Any:
    """Columns of the table of a clip, a `pyarrow.Table`. Raises BatchError if it cannot be read."""
    parquet = import_extra("pyarrow.parquet", purpose="reading Parquet", extra="batch")
    try:
        with store.open(record.file) as file, parquet.ParquetFile(file) as opened:
            return opened.read(columns=list(names))
    except (OSError, ValueError) as error:
        raise BatchError(
            f"{record.file}, the table of {record.uri}, cannot be read: delete it, and its clip is "
            "tracked again"
        ) from error


def read_times(store: Store, record: Record) -> NDArray[np.float64]:
    """The times of a clip's frames, (F,) seconds. Raises BatchError if they cannot be read."""
    table = read_columns(store, record, ("frame", "time"))
    times: NDArray[np.float64] = table.column("time").to_numpy()[_is_new_frame(table)]
    return times


def _is_new_frame(table: Any) -> NDArray[np.bool_]:
    """Which rows are the first of their frame."""
    numbers = table.column("frame").to_numpy()
    return np.asarray(np.diff(numbers, prepend=numbers[:1] - 1) != 0)


def read_clip(store: Store, record: Record) -> ClipTable:
    """The hands of a clip. Raises BatchError if its table cannot be read."""
    table = read_columns(store, record, _NEEDED)
    is_new = _is_new_frame(table)
    is_hand = ~np.asarray(table.column("hand").is_null())
    hands = table.filter(is_hand)
    columns = {name: _floats(hands.column(name)) for f in FEATURES for name in f.columns}
    return ClipTable(
        times=table.column("time").to_numpy()[is_new],
        frames=(np.cumsum(is_new) - 1)[is_hand],
        tracks=hands.column("track_id").to_numpy().astype(np.int64),
        is_left=np.asarray(hands.column("handedness").to_pylist(), object) == "left",
        values={
            f.name: np.stack([columns[name] for name in f.columns], axis=1)
            for f in FEATURES
            if f.columns
        },
        has_pose=~np.asarray(hands.column("pose_tx").is_null()),
    )


def _floats(column: Any) -> NDArray[np.float32]:
    """A column as numbers; 0 where it is empty."""
    numbers: NDArray[np.float32] = np.nan_to_num(
        column.fill_null(0).to_numpy().astype(np.float32), posinf=0, neginf=0
    )
    return numbers


def features_of(
    table: ClipTable, picked: NDArray[np.int64], slots: int, camera: str | None = None
) -> dict[str, NDArray[Any]]:
    """The values of all features of an episode, (M, n) each, or (M,) where n is 1.

    picked: (M,) the frames of the clip that make it. slots: how many there are.
    camera: whose pictures the clip has; it is in the names then.
    """
    slot_of_hand = slots_of(
        table.frames.tolist(), table.tracks.tolist(), table.is_left.tolist(), slots
    )
    columns: dict[str, NDArray[Any]] = {}
    for slot in range(slots):
        rows = np.flatnonzero(slot_of_hand == slot)
        for name, values in _of_slot(table, rows).items():
            whole = np.zeros((len(table.times), *values.shape[1:]), values.dtype)
            whole[table.frames[rows]] = values
            columns[f"{prefix_of(slot, camera)}.{name}"] = whole[picked]
    return columns


def _of_slot(table: ClipTable, rows: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """The values of the features of some hands, in the order of FEATURES."""
    made: dict[str, NDArray[Any]] = {
        HANDEDNESS: np.where(table.is_left[rows], -1, 1).astype(np.float32),
        PRESENCE: np.ones(len(rows), np.float32),
        HAS_POSE: table.has_pose[rows].astype(np.float32),
        TRACK_ID: table.tracks[rows],
    }
    known = {f.name: table.values[f.name][rows] for f in FEATURES if f.columns}
    assert POSE in known
    return {f.name: (made | known)[f.name] for f in FEATURES}
