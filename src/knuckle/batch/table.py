"""A clip's frames and hands as the bytes of one Parquet file. The same input gives the same bytes.

The columns are those of docs/table.md, after one more, `clip`, that tells the clips of a data set
apart. Floats are split by byte before they are compressed, which saves a third.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from ..extras import import_extra
from ..geometry.camera import Camera
from ..io.arrow import ArrowTables
from ..io.schema import COLUMNS, SCHEMA, WaitingRows
from ..values import Frame, Hand
from .record import FOOTER

GROUP_ROWS = 20_000  # of a row group: twice a row of floats in memory, 50 MB
LEVEL = 6  # of zstd; higher ones take longer and save little
PURPOSE = "writing Parquet"
_VERSION = {"knuckle.schema": str(SCHEMA)}
SEARCHED = ["clip", "frame", "time", "hand", "track_id"]  # columns by which readers leave out rows
TAIL = 1 << 15  # bytes at the end of a file that are read at first; most footers have 20 kB

_MAGIC = b"PAR1"
_MARK = b"\x18" + bytes([len(FOOTER)]) + FOOTER.encode() + b"\x18"


class TableWriter:
    """Writes the table of one clip into memory.

    clip: its id. camera, hand_size: for the pose, see `knuckle.open_sink`.
    Raises ExtraMissing without pyarrow.
    """

    def __init__(
        self, clip: str, *, camera: Camera | None = None, hand_size: float | None = None
    ) -> None:
        self._arrow = import_extra("pyarrow", purpose=PURPOSE, extra="batch")
        parquet = import_extra("pyarrow.parquet", purpose=PURPOSE, extra="batch")
        self._clip = clip
        self._tables = ArrowTables(PURPOSE)
        self._schema = self._tables.schema.insert(0, self._arrow.field("clip", "string"))
        self._buffer = io.BytesIO()
        self._writer = parquet.ParquetWriter(
            self._buffer,
            self._schema,
            compression="zstd",
            compression_level=LEVEL,
            use_dictionary=["clip", *(c.name for c in COLUMNS if c.kind == "text")],
            use_byte_stream_split=[c.name for c in COLUMNS if c.kind in ("float", "double")],
            write_statistics=SEARCHED,
            store_schema=False,  # the schema again, in Arrow's words: 24 kB
        )
        self._waiting = WaitingRows(camera, hand_size)
        self._tables_waiting: list[Any] = []
        self.rows = 0

    def write(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Append the rows of a frame."""
        self._waiting.add(frame, hands)
        if self._waiting.count >= GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        rows = self._waiting.taken()
        table = self._tables.of(rows)
        clip = self._arrow.array([self._clip] * len(rows), "string")
        columns = [clip, *table.columns]
        self._writer.write_table(self._arrow.Table.from_arrays(columns, schema=self._schema))
        self.rows += len(rows)

    def write_rows(self, table: Any) -> None:
        """Append the rows of an Arrow table that has all columns. Do not mix it with `write`."""
        self._tables_waiting.append(table.cast(self._schema))
        if sum(table.num_rows for table in self._tables_waiting) >= GROUP_ROWS:
            self._flush_tables()

    def _flush_tables(self) -> None:
        table = self._arrow.concat_tables(self._tables_waiting)
        self._writer.write_table(table, row_group_size=GROUP_ROWS)
        self.rows += table.num_rows
        self._tables_waiting = []

    def close_groups(self) -> int:
        """Write the last group; returns the number of rows. Only `finish` may follow."""
        if self._waiting.count:
            self._flush()
        if self._tables_waiting:
            self._flush_tables()
        return self.rows

    def finish(self, footer: Mapping[str, str]) -> bytes:
        """The bytes of the file. footer: its metadata."""
        self._writer.add_key_value_metadata({**_VERSION, **footer})
        self._writer.close()
        return self._buffer.getvalue()


def footer_in(file: BinaryIO) -> bytes:
    """The record in the footer of an open file, as JSON.

    It looks for the record in the bytes of the footer: to read the metadata of 217 columns takes
    fifty times as long. What is not found in this way is read in the usual one.
    Raises OSError or ValueError when it is no Parquet file, KeyError without a record.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - TAIL, 0))
    tail = file.read()
    length = int.from_bytes(tail[-8:-4], "little") + 8  # with itself and the magic word
    if tail[-4:] == _MAGIC and length <= size:
        if length > len(tail):
            file.seek(size - length)
            tail = file.read()
        found = _marked(tail[-length:])
        if found is not None:
            return found
    file.seek(0)
    parquet = import_extra("pyarrow.parquet", purpose="reading Parquet", extra="batch")
    metadata: dict[bytes, bytes] = parquet.read_metadata(file).metadata or {}
    return metadata[FOOTER.encode()]


def _marked(footer: bytes) -> bytes | None:
    """The value after the key of the record; None unless there is exactly one.

    Key and value are two fields of text in the compact protocol of Thrift: each begins with 0x18
    and its length. Source: Thrift, "Compact protocol encoding"; parquet.thrift, `KeyValue`.
    """
    if footer.count(_MARK) != 1:
        return None
    rest = footer.partition(_MARK)[2]
    length = shift = 0
    for i, byte in enumerate(rest[:5]):  # seven bits of the length in each, the lowest first
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            value = rest[i + 1 : i + 1 + length]
            return value if len(value) == length and value[:1] == b"{" else None
    return None
