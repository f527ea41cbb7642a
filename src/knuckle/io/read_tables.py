"""Tables back to frames and hands: of `open_sink`, of the command line and of the page."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from math import isfinite
from pathlib import Path
from typing import Any, get_args

import numpy as np

from ..errors import SourceError
from ..extras import import_extra
from ..geometry.rois import roi_from_landmarks
from ..spec import Landmark
from ..values import FloatArray, Hand, Handedness, Size, Status
from .schema import SCHEMA

CellsOfRow = Mapping[str, Any]  # by column; None or "" where a cell is empty

DETECTED: Status = "detected"  # of a hand of which this is not known
_JOINTS = [landmark.name.lower() for landmark in Landmark]


def _columns(*endings: str) -> list[str]:
    return [f"{joint}_{ending}" for joint in _JOINTS for ending in endings]


OF_FRAME = ("schema", "source", "frame", "time", "hand")
# Landmarks, points, world landmarks and confidence: columns, values per joint, and whether all of
# them may be empty, as in the table of a graph.
ARRAYS = (
    (_columns("x", "y", "z"), 3, False),
    (_columns("x_px", "y_px"), 2, False),
    (_columns("x_m", "y_m", "z_m"), 3, True),
    (_columns("confidence"), 1, True),
)
NEEDED = (
    *OF_FRAME,
    *("track_id", "status", "age", "handedness", "handedness_score", "presence", "palm_score"),
    *(name for names, _, _ in ARRAYS for name in names),
)


@dataclass(frozen=True, slots=True, eq=False)
class TableFrame:
    """A frame of a table, with its hands.

    source: the file or camera that it came from.
    index: the position in the source, from 0.
    time: seconds from the start of the source.
    hands: as they were written. A table does not hold everything: `roi` is computed from the
        landmarks, `palm_box` and `raw` are None, and `mirrored` is False. The table of a graph may
        not know more: numbers are 0 then, and `status` is "detected".
    """

    source: str
    index: int
    time: float
    hands: tuple[Hand, ...]


class _BadCell(Exception):
    """A cell that says something else than its column means."""


def read_table(path: str | os.PathLike[str]) -> Iterator[TableFrame]:
    """Read a table of hands, frame by frame.

        for frame in knuckle.read_table("hands.csv"):
            for hand in frame.hands:
                print(frame.time, hand.track_id, hand.index_tip)

    path: a .csv, .tsv, .json, .jsonl or .parquet file that `knuckle.open_sink`, `knuckle track`,
        `knuckle detect` or the page wrote. docs/table.md describes its columns.

    Raises SourceError when the file cannot be read or is no such table, ExtraMissing when Parquet
    needs a package that is not installed.
    """
    place = Path(path)
    read = READERS.get(place.suffix.lower())
    if read is None:
        raise SourceError(f"{place} is no table: its ending must be one of {' '.join(READERS)}")
    return _frames(place, read)


def _frames(path: Path, read: Callable[[Path], Iterator[CellsOfRow]]) -> Iterator[TableFrame]:
    try:
        numbered = _checked(path, enumerate(read(path), 1))
        for (source, index, time), rows in groupby(numbered, lambda row: _place(path, *row)):
            hands = [_hand(path, *row) for row in rows if _is_given(row[1]["hand"])]
            yield TableFrame(source, index, time, tuple(hands))
    except (OSError, ValueError, csv.Error) as error:  # of the file's format
        raise SourceError(f"{path} cannot be read as a table: {error}") from error


def _checked(
    path: Path, rows: Iterable[tuple[int, CellsOfRow]]
) -> Iterator[tuple[int, CellsOfRow]]:
    """The rows, if they are of a table of hands."""
    for number, row in rows:
        missing = next((name for name in NEEDED if name not in row), None)
        if missing is not None:
            raise SourceError(
                f"{path} is no table of hands: row {number} has no column {missing}; "
                "docs/table.md lists them"
            )
        if str(row["schema"]) != str(SCHEMA):
            raise SourceError(
                f"{path} has version {row['schema']!r} of the table, and this knuckle reads "
                f"version {SCHEMA}: write the table again"
            )
        yield number, row


def _place(path: Path, number: int, row: CellsOfRow) -> tuple[str, int, float]:
    with _Where(path, number):
        source = "" if row["source"] is None else str(row["source"])
        return source, _whole(row, "frame"), _number(row, "time")


def _hand(path: Path, number: int, row: CellsOfRow) -> Hand:
    with _Where(path, number):
        landmarks, points, world, confidence = (_array(row, *columns) for columns in ARRAYS)
        size = _size(landmarks, points)
        return Hand(
            landmarks=landmarks,
            points=points,
            world_landmarks=world,
            confidence=confidence,
            handedness=_choice(row, "handedness", get_args(Handedness)),
            handedness_score=_number(row, "handedness_score"),
            presence=_number_or_0(row, "presence"),
            palm_score=_number(row, "palm_score") if _is_given(row["palm_score"]) else None,
            palm_box=None,
            roi=roi_from_landmarks(landmarks, size),
            image_size=size,
            status=_choice(row, "status", get_args(Status))
            if _is_given(row["status"])
            else DETECTED,
            track_id=_whole(row, "track_id") if _is_given(row["track_id"]) else None,
            age=_number_or_0(row, "age"),
        )


class _Where:
    """Says in which row a bad cell is."""

    def __init__(self, path: Path, number: int) -> None:
        self._path, self._number = path, number

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, _BadCell):
            raise SourceError(f"{self._path}, row {self._number}: {error}") from error


def _is_given(cell: Any) -> bool:
    return cell is not None and cell != ""


def _number(row: CellsOfRow, name: str) -> float:
    try:
        value = float(row[name])
    except (TypeError, ValueError):
        raise _BadCell(f"{name} must be a number, not {row[name]!r}") from None
    if not isfinite(value):
        raise _BadCell(f"{name} must be a finite number, not {row[name]!r}")
    return value


def _number_or_0(row: CellsOfRow, name: str) -> float:
    """A number that a graph may not know."""
    return _number(row, name) if _is_given(row[name]) else 0.0


def _whole(row: CellsOfRow, name: str) -> int:
    value = _number(row, name)
    if value != int(value):
        raise _BadCell(f"{name} must be a whole number, not {row[name]!r}")
    return int(value)


def _choice(row: CellsOfRow, name: str, choices: tuple[str, ...]) -> Any:
    if row[name] not in choices:
        raise _BadCell(f"{name} must be one of {', '.join(choices)}, not {row[name]!r}")
    return row[name]


def _array(row: CellsOfRow, names: list[str], width: int, may_be_empty: bool) -> FloatArray:
    is_given = any(_is_given(row[name]) for name in names) or not may_be_empty
    values = np.array([_number(row, name) if is_given else 0.0 for name in names], np.float32)
    return values.reshape(len(Landmark), width) if width > 1 else values


def _size(landmarks: FloatArray, points: FloatArray) -> Size:
    """The picture's size: pixels over fractions, where they are largest and so most exact."""
    sides = []
    for axis in (0, 1):
        i = int(np.abs(landmarks[:, axis]).argmax())
        fraction = float(landmarks[i, axis])
        sides.append(max(round(float(points[i, axis]) / fraction), 1) if fraction else 1)
    return sides[0], sides[1]


def _read_csv(path: Path) -> Iterator[CellsOfRow]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _read_tsv(path: Path) -> Iterator[CellsOfRow]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


def _read_json(path: Path) -> Iterator[CellsOfRow]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, list):
        raise ValueError("it must hold an array of rows")
    yield from map(_object, content)


def _read_json_lines(path: Path) -> Iterator[CellsOfRow]:
    with path.open(encoding="utf-8") as file:
        yield from (_object(json.loads(line)) for line in file if line.strip())


def _object(row: Any) -> CellsOfRow:
    if not isinstance(row, dict):
        raise ValueError(f"a row must be an object, not {row!r:.40}")
    return row


def _read_parquet(path: Path) -> Iterator[CellsOfRow]:
    parquet = import_extra("pyarrow.parquet", purpose="reading Parquet", extra="parquet")
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=1000):
            yield from batch.to_pylist()


READERS: dict[str, Callable[[Path], Iterator[CellsOfRow]]] = {
    ".csv": _read_csv,
    ".tsv": _read_tsv,
    ".json": _read_json,
    ".jsonl": _read_json_lines,
    ".parquet": _read_parquet,
}
