"""A clip's frames and hands as one Parquet file."""

from __future__ import annotations

import io
import json

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

from knuckle.batch import table
from knuckle.batch.clips import Clip
from knuckle.batch.record import FOOTER
from knuckle.batch.table import TAIL, TableWriter, footer_in
from knuckle.geometry.camera import Camera
from knuckle.io.schema import NAMES
from tests.made_hands import hand

from .made_tables import Frames, frame_at, record_of, table_bytes

CLIP = Clip("/clips/a.mp4", id="a")
RECORD = record_of(CLIP)
FRAMES: Frames = [
    (frame_at(0), [hand(100), hand(300, handedness="left")]),
    (frame_at(1), []),
    (frame_at(2), [hand(101)]),
]


def with_metadata(metadata: dict[str, str]) -> io.BytesIO:
    """A Parquet file of others, with metadata."""
    content = arrow.table({"clip": ["a", "b"]}).replace_schema_metadata(metadata)
    sink = io.BytesIO()
    parquet.write_table(content, sink)
    return io.BytesIO(sink.getvalue())


def test_the_columns_are_those_of_tables_after_the_clip() -> None:
    """So what reads a table of `knuckle track` reads these, too."""
    found = parquet.read_table(io.BytesIO(table_bytes(RECORD, FRAMES)))

    assert ["clip", *NAMES] == found.column_names
    assert ["a"] * 4 == found["clip"].to_pylist()
    assert [0, 0, 1, 2] == found["frame"].to_pylist()
    assert [0, 1, None, 0] == found["hand"].to_pylist()
    wrist = hand(101).landmarks[0, 0]
    assert wrist == found["wrist_x"].to_pylist()[3]


def test_the_same_rows_give_the_same_bytes() -> None:
    """Nothing of time or place is written."""
    assert table_bytes(RECORD, FRAMES) == table_bytes(RECORD, FRAMES)


def test_rows_come_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long clip is not held in memory as rows; readers see one table."""
    plain = parquet.read_table(io.BytesIO(table_bytes(RECORD, FRAMES)))
    monkeypatch.setattr(table, "GROUP_ROWS", 2)
    grouped = parquet.ParquetFile(io.BytesIO(table_bytes(RECORD, FRAMES)))

    assert 2 == grouped.metadata.num_row_groups
    assert plain.equals(grouped.read())


def test_tables_of_parts_are_gathered_in_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """A group has the description of each column, which is more than the rows of a short part."""
    plain = parquet.read_table(io.BytesIO(table_bytes(RECORD, FRAMES)))
    monkeypatch.setattr(table, "GROUP_ROWS", 3)
    writer = TableWriter("a")
    for start in range(4):
        writer.write_rows(plain.slice(start, 1))
    count = writer.close_groups()
    found = parquet.ParquetFile(io.BytesIO(writer.finish({})))

    assert (4, 2) == (count, found.metadata.num_row_groups)
    assert plain.equals(found.read())


def test_the_number_of_rows_is_known_before_the_footer() -> None:
    """The footer tells it."""
    writer = TableWriter("a")
    for frame, hands in FRAMES:
        writer.write(frame, hands)

    assert 4 == writer.close_groups()


def test_a_table_without_frames_has_its_columns() -> None:
    """So that a data set with it can be read."""
    found = parquet.read_table(io.BytesIO(table_bytes(RECORD)))

    assert (0, ["clip", *NAMES]) == (found.num_rows, found.column_names)


def test_a_camera_gives_poses() -> None:
    """And none without."""
    poses = []
    for camera in (None, Camera.from_field_of_view(640, 480)):
        writer = TableWriter("a", camera=camera)
        writer.write(*FRAMES[0])
        writer.close_groups()
        found = parquet.read_table(io.BytesIO(writer.finish({})))
        poses.append(found["pose_tz"].to_pylist()[0])

    assert poses[0] is None
    assert poses[1] > 0


def test_floats_are_split_by_byte() -> None:
    """Which saves a third."""
    metadata = parquet.read_metadata(io.BytesIO(table_bytes(RECORD, FRAMES)))
    column = metadata.row_group(0).column(metadata.schema.names.index("wrist_x"))

    assert "BYTE_STREAM_SPLIT" in column.encodings
    assert "ZSTD" == column.compression


def test_the_footer_is_read_without_the_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resume reads ten thousand."""
    content = table_bytes(RECORD, FRAMES, made={"options": {"max_hands": 2}})
    monkeypatch.setattr(table, "import_extra", None)

    words = json.loads(footer_in(io.BytesIO(content)))

    assert {"options": {"max_hands": 2}} == words["made"]
    assert "a" == words["clip"]


def test_a_long_footer_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clip of hours has many groups, and a footer longer than what is read at first."""
    monkeypatch.setattr(table, "GROUP_ROWS", 1)
    content = table_bytes(RECORD, FRAMES)
    assert int.from_bytes(content[-8:-4], "little") > TAIL

    assert "a" == json.loads(footer_in(io.BytesIO(content)))["clip"]


@pytest.mark.parametrize(
    "value", ["{}", '{"é": 1}', "{" + " " * 300 + "}", "{" + " " * 70_000 + "}"]
)
def test_footers_of_any_length_are_read(value: str) -> None:
    """The length of a text has a varying number of bytes; both ways of reading agree."""
    file = with_metadata({FOOTER: value, "other": "x"})

    assert value.encode() == footer_in(file)
    assert value.encode() == parquet.read_metadata(file).metadata[FOOTER.encode()]


@pytest.mark.parametrize("clip", [FOOTER, f"{FOOTER}\x18\x02{{}}", f"\x18\x0c{FOOTER}\x18\x02{{}}"])
def test_values_that_look_like_a_record_do_not_deceive(clip: str) -> None:
    """A footer also has the least and the greatest value of each column."""
    writer = TableWriter(clip)
    writer.write(frame_at(0), [])
    writer.close_groups()
    content = writer.finish({FOOTER: '{"clip": "true"}'})

    assert b'{"clip": "true"}' == footer_in(io.BytesIO(content))


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"nothing of the kind", b"PAR1\0\0\0\0PAR1", b"\xff" * 4 + b"PAR1"]
)
def test_what_is_no_parquet_file_is_refused(content: bytes) -> None:
    """As pyarrow does."""
    with pytest.raises((OSError, ValueError)):
        footer_in(io.BytesIO(content))


def test_a_file_without_a_record_is_refused() -> None:
    """With or without other metadata."""
    for metadata in ({}, {"other": "x"}):
        with pytest.raises(KeyError):
            footer_in(with_metadata(metadata))


def test_a_file_that_broke_off_is_refused() -> None:
    """Wherever it did."""
    content = table_bytes(RECORD, FRAMES)
    for length in np.linspace(0, len(content) - 1, 20, dtype=int):
        with pytest.raises((OSError, ValueError)):
            footer_in(io.BytesIO(content[:length]))
