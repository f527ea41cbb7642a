"""The table in each of its formats."""

from __future__ import annotations

import csv
import json
from collections.abc import Container, Sequence
from pathlib import Path

from ..extras import import_extra
from ..geometry.camera import Camera
from ..values import Frame, Hand
from .arrow import ArrowTables
from .schema import NAMES, Cell, Record, records_of, rows_of
from .sinks import FileSink


class TableSink(FileSink):
    """The table as a file.

    camera: the camera that took the pictures. It fills the columns of the pose.
    hand_size: metres, see `knuckle.open_sink`.
    unknown: columns to leave empty, see `records_of`.
    """

    def __init__(
        self,
        path: Path,
        *,
        camera: Camera | None = None,
        hand_size: float | None = None,
        unknown: Container[str] = (),
    ) -> None:
        self._camera = camera
        self._hand_size = hand_size
        self._unknown = unknown
        super().__init__(path)

    def _rows(self, frame: Frame, hands: Sequence[Hand]) -> list[list[Cell]]:
        return rows_of(frame, hands, self._camera, self._hand_size, self._unknown)


class TextSink(TableSink):
    """A table as text."""

    def _open(self, partial: Path) -> None:
        self._file = partial.open("w", encoding="utf-8", newline="")

    def _release(self) -> None:
        self._file.close()


class JsonLinesSink(TextSink):
    """The table as one JSON object per line."""

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        for row in self._rows(frame, hands):
            self._file.write(_json_object(row) + "\n")


class JsonSink(TextSink):
    """The table as one JSON array of objects."""

    _separator = "[\n"

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        for row in self._rows(frame, hands):
            self._file.write(self._separator + _json_object(row))
            self._separator = ",\n"

    def _finish(self) -> None:
        self._file.write("\n]\n" if self._separator == ",\n" else "[]\n")


def _json_object(row: list[Cell]) -> str:
    return json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False)


class CsvSink(TextSink):
    """The table as comma-separated values with a header line."""

    _delimiter = ","

    def _open(self, partial: Path) -> None:
        super()._open(partial)
        self._writer = csv.writer(self._file, delimiter=self._delimiter, lineterminator="\n")
        self._writer.writerow(NAMES)

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        self._writer.writerows(self._rows(frame, hands))


class TsvSink(CsvSink):
    """The table as tab-separated values with a header line."""

    _delimiter = "\t"


class ParquetSink(TableSink):
    """The table as Parquet. It is written in groups of rows, so long videos need little memory."""

    group_rows = 5_000

    def _open(self, partial: Path) -> None:
        parquet = import_extra("pyarrow.parquet", purpose="writing Parquet", extra="parquet")
        self._tables = ArrowTables("writing Parquet")
        self._records: list[Record] = []
        self._writer = parquet.ParquetWriter(partial, self._tables.schema)

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        self._records += records_of(frame, hands, self._camera, self._hand_size, self._unknown)
        if len(self._records) >= self.group_rows:
            self._flush()

    def _flush(self) -> None:
        self._writer.write_table(self._tables.of(self._records))
        self._records = []

    def _finish(self) -> None:
        self._flush()

    def _release(self) -> None:
        self._writer.close()
