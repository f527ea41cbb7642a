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
from .schema import NAMES, TOGETHER, Record, WaitingRows, cells_of
from .sinks import FileSink


class TableSink(FileSink):
    """The table as a file.

    camera: the camera that took the pictures. It fills the columns of the pose.
    hand_size: metres, see `knuckle.open_sink`.
    unknown: columns to leave empty, see `records_of`.
    """

    rows_at_once: int  # that wait until they are written

    def __init__(
        self,
        path: Path,
        *,
        camera: Camera | None = None,
        hand_size: float | None = None,
        unknown: Container[str] = (),
    ) -> None:
        self._waiting = WaitingRows(camera, hand_size, unknown)
        super().__init__(path)

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        self._waiting.add(frame, hands)
        if self._waiting.count >= self.rows_at_once:
            self._write(self._waiting.taken())

    def _finish(self) -> None:
        self._write(self._waiting.taken())

    def _write(self, records: Sequence[Record]) -> None:
        """Write rows, as `records_of` makes them."""
        raise NotImplementedError


class TextSink(TableSink):
    """A table as text."""

    rows_at_once = TOGETHER

    def _open(self, partial: Path) -> None:
        self._file = partial.open("w", encoding="utf-8", newline="")

    def _release(self) -> None:
        self._file.close()


class JsonLinesSink(TextSink):
    """The table as one JSON object per line."""

    def _write(self, records: Sequence[Record]) -> None:
        for record in records:
            self._file.write(_json_object(record) + "\n")


class JsonSink(TextSink):
    """The table as one JSON array of objects."""

    _separator = "[\n"

    def _write(self, records: Sequence[Record]) -> None:
        for record in records:
            self._file.write(self._separator + _json_object(record))
            self._separator = ",\n"

    def _finish(self) -> None:
        super()._finish()
        self._file.write("\n]\n" if self._separator == ",\n" else "[]\n")


def _json_object(record: Record) -> str:
    return json.dumps(dict(zip(NAMES, cells_of(record), strict=True)), ensure_ascii=False)


class CsvSink(TextSink):
    """The table as comma-separated values with a header line."""

    _delimiter = ","

    def _open(self, partial: Path) -> None:
        super()._open(partial)
        self._writer = csv.writer(self._file, delimiter=self._delimiter, lineterminator="\n")
        self._writer.writerow(NAMES)

    def _write(self, records: Sequence[Record]) -> None:
        self._writer.writerows(map(cells_of, records))


class TsvSink(CsvSink):
    """The table as tab-separated values with a header line."""

    _delimiter = "\t"


class ParquetSink(TableSink):
    """The table as Parquet. It is written in groups of rows, so long videos need little memory."""

    rows_at_once = 5_000  # of a group

    def _open(self, partial: Path) -> None:
        parquet = import_extra("pyarrow.parquet", purpose="writing Parquet", extra="parquet")
        self._tables = ArrowTables("writing Parquet")
        self._writer = parquet.ParquetWriter(partial, self._tables.schema)

    def _write(self, records: Sequence[Record]) -> None:
        self._writer.write_table(self._tables.of(records))

    def _release(self) -> None:
        self._writer.close()
