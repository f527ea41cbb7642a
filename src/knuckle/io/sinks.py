"""Where answers go: one class per format, chosen by a path's ending."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..errors import OutputError
from ..extras import import_extra
from ..values import Frame, Hand, ImageArray
from .paths import PartialFile
from .pictures import write_picture
from .schema import BLOCKS, COLUMNS, NAMES, SCHEMA, Block, Cell, Record, records_of, rows_of

Render = Callable[[ImageArray, Sequence[Hand]], ImageArray]


class Sink(Protocol):
    """An output. Nothing has its final name before `close`; `abort` leaves nothing behind."""

    path: Path
    goes_on: bool  # one frame that cannot be written does not spoil the others

    def write(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Take one frame's answer. Raises OutputError."""
        ...

    def close(self) -> None:
        """Complete the output with what was written so far. Raises OutputError."""
        ...

    def abort(self) -> None:
        """Give the output up."""
        ...


class FileSink:
    """An output that is one file; a subclass per format says how to open, append and finish it."""

    goes_on = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self._target = PartialFile(path)
        try:
            with self._target.guard():
                self._open(self._target.partial)
        except BaseException:
            self.abort()
            raise

    def write(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Append one frame's answer. Raises OutputError."""
        with self._target.guard():
            self._append(frame, hands)

    def close(self) -> None:
        """Complete the file and give it its name. Raises OutputError."""
        try:
            with self._target.guard():
                self._finish()
                self._release()
            self._target.commit()
        finally:
            self.abort()

    def abort(self) -> None:
        """Leave nothing behind, unless the file is complete."""
        # Whatever a library thinks of a file that is half written or closed: it goes.
        with suppress(Exception):
            self._release()
        self._target.discard()

    def _open(self, partial: Path) -> None:
        raise NotImplementedError

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        raise NotImplementedError

    def _finish(self) -> None:
        """Write what belongs at the end."""

    def _release(self) -> None:
        """Close the file; again does nothing."""
        raise NotImplementedError


class TextSink(FileSink):
    """A table as text."""

    def _open(self, partial: Path) -> None:
        self._file = partial.open("w", encoding="utf-8", newline="")

    def _release(self) -> None:
        self._file.close()


class JsonLinesSink(TextSink):
    """The table as one JSON object per line."""

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        for row in rows_of(frame, hands):
            self._file.write(_json_object(row) + "\n")


class JsonSink(TextSink):
    """The table as one JSON array of objects."""

    _separator = "[\n"

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        for row in rows_of(frame, hands):
            self._file.write(self._separator + _json_object(row))
            self._separator = ",\n"

    def _finish(self) -> None:
        self._file.write("\n]\n" if self._separator == ",\n" else "[]\n")


def _json_object(row: list[Cell]) -> str:
    return json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False)


class CsvSink(TextSink):
    """The table as comma-separated values with a line of names."""

    def _open(self, partial: Path) -> None:
        super()._open(partial)
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(NAMES)

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        self._writer.writerows(rows_of(frame, hands))


class ParquetSink(FileSink):
    """The table as Parquet, written in groups of rows so that a long video needs no memory."""

    group_rows = 5_000

    def _open(self, partial: Path) -> None:
        arrow = import_extra("pyarrow", purpose="writing Parquet", extra="parquet")
        parquet = import_extra("pyarrow.parquet", purpose="writing Parquet", extra="parquet")
        kinds = {
            "integer": arrow.int64(),
            "text": arrow.string(),
            "double": arrow.float64(),
            "float": arrow.float32(),
        }
        self._arrow = arrow
        self._kinds = kinds
        self._schema = arrow.schema(
            [(column.name, kinds[column.kind]) for column in COLUMNS],
            metadata={"knuckle.schema": str(SCHEMA)},
        )
        self._records: list[Record] = []
        self._writer = parquet.ParquetWriter(partial, self._schema)

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        self._records += records_of(frame, hands)
        if len(self._records) >= self.group_rows:
            self._flush()

    def _flush(self) -> None:
        columns = [
            column
            for i, block in enumerate(BLOCKS)
            for column in self._columns(block, [record[i] for record in self._records])
        ]
        self._writer.write_table(self._arrow.Table.from_arrays(columns, schema=self._schema))
        self._records = []

    def _columns(self, block: Block[Any], values: list[Any]) -> list[Any]:
        """The columns of a block for Arrow; values: what each row has of it."""
        kind = self._kinds[block.kind]
        if block.kind != "float":
            return [self._arrow.array(values, type=kind)]
        is_empty = np.array([value is None for value in values], bool)
        table = np.zeros((len(block.names), len(values)), np.float32)
        for i, value in enumerate(values):
            if value is not None:
                table[:, i] = value
        return [self._arrow.array(column, type=kind, mask=is_empty) for column in table]

    def _finish(self) -> None:
        self._flush()

    def _release(self) -> None:
        self._writer.close()


class VideoSink(FileSink):
    """An annotated video at the source's size, rate and time stamps."""

    def __init__(self, path: Path, rate: Fraction, render: Render) -> None:
        self._rate = rate
        self._render = render
        super().__init__(path)

    def _open(self, partial: Path) -> None:
        from .video import VideoEncoder

        partial.touch()  # FFmpeg opens the file with the first picture only
        self._encoder = VideoEncoder(partial, self._rate)

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        self._encoder.write(self._render(frame.image, hands), frame.time)

    def _finish(self) -> None:
        self._encoder.close()

    def _release(self) -> None:
        self._encoder.discard()


TABLES: dict[str, type[FileSink]] = {
    ".json": JsonSink,
    ".jsonl": JsonLinesSink,
    ".csv": CsvSink,
    ".parquet": ParquetSink,
}
PICTURES = (".jpg", ".jpeg", ".png")
VIDEOS = (".mp4",)


class PicturesSink:
    """Annotated pictures, each complete as soon as it is written."""

    goes_on = True

    def __init__(self, path: Path, target: Callable[[Frame], Path], render: Render) -> None:
        self.path = path
        self._target = target
        self._render = render

    def write(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Write the annotated picture."""
        write_picture(self._target(frame), self._render(frame.image, hands))

    def close(self) -> None:
        """Nothing is left to do."""

    def abort(self) -> None:
        """Pictures that are complete stay."""


def output_kind(path: Path) -> str:
    """What an output is by its ending: "table", "video", "picture" or "folder".

    Raises OutputError for an ending that nothing is written to.
    """
    suffix = path.suffix.lower()
    if str(path) == "-":
        raise OutputError("cannot write -: name a file; its ending says what to write")
    if path.is_dir() or not suffix:
        return "folder"
    for kind, suffixes in (("table", TABLES), ("video", VIDEOS), ("picture", PICTURES)):
        if suffix in suffixes:
            return kind
    choices = " ".join((*TABLES, *VIDEOS, *PICTURES))
    raise OutputError(
        f"cannot write {path}: its ending must be one of {choices}, or / for a folder"
    )
