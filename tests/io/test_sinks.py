"""Where answers go: one table in every format, pictures and videos, whole or not at all."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest

import knuckle
from knuckle.errors import ExtraMissing, OutputError
from knuckle.io.formats import FORMATS, TABLES, output_kind
from knuckle.io.pictures import read_picture
from knuckle.io.schema import COLUMNS, NAMES, SCHEMA, rows_of
from knuckle.io.sinks import FileSink, PicturesSink, Sink, VideoSink
from knuckle.values import Frame, Hand, ImageArray
from tests.conftest import ROOT
from tests.io.files import (
    colour_distance,
    disk_full,
    fill_disk_for,
    make_frame,
    make_hand,
    names_in,
    quadrants,
)

Row = dict[str, Any]
ODD_NAMES = [
    "a,b.jpg",
    'a"b".jpg',
    "a\nb.jpg",
    "a\tb;c.jpg",
    "фото 手 é.jpg",
    "👋.jpg",
    "'=1+1.jpg",
    "",
    "\\",
]
NO_TEXT = os.fsdecode(b"caf\xe9.jpg")  # a file name in Latin-1, as Python gives it
FILES = [known.ending for known in FORMATS if known.kind in ("table", "video")]
SEPARATORS = {".csv": ",", ".tsv": "\t"}


def draw_nothing(image: ImageArray, _: Sequence[Hand]) -> ImageArray:
    """The picture as it is."""
    return image


def open_sink(path: Path) -> Sink:
    """The sink for a path, by its ending."""
    if path.suffix == ".mp4":
        return VideoSink(path, Fraction(30), draw_nothing)
    if path.suffix in TABLES:
        return TABLES[path.suffix](path)
    return PicturesSink(path, lambda frame: path / f"{frame.index}.png", draw_nothing)


def write_table(path: Path, answers: Sequence[tuple[Frame, Sequence[Hand]]]) -> list[Row]:
    """Write a table and read it back."""
    sink = open_sink(path)
    for frame, hands in answers:
        sink.write(frame, hands)
    sink.close()
    return read_table(path)


def read_table(path: Path) -> list[Row]:
    """Rows by name; empty cells None, numbers as their column says."""
    rows: list[Row]
    if separator := SEPARATORS.get(path.suffix):
        with path.open(encoding="utf-8", newline="") as file:
            rows = [_typed(row) for row in csv.DictReader(file, delimiter=separator)]
    elif path.suffix == ".parquet":
        rows = parquet.read_table(path).to_pylist()
    elif path.suffix == ".json":
        rows = json.loads(path.read_text(encoding="utf-8"))
    else:
        rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    return rows


def _typed(row: dict[str, str]) -> Row:
    readers: dict[str, Callable[[str], Any]] = {
        "integer": int,
        "text": str,
        "double": float,
        "float": float,
    }
    return {
        column.name: readers[column.kind](row[column.name])
        if row[column.name] or column.name == "source"
        else None
        for column in COLUMNS
    }


def as_singles(rows: list[Row]) -> list[Row]:
    """Rows with the columns of kind float as float32, which is what they are."""
    singles = {column.name for column in COLUMNS if column.kind == "float"}
    return [
        {k: np.float32(v) if k in singles and v is not None else v for k, v in row.items()}
        for row in rows
    ]


@pytest.fixture
def answers() -> list[tuple[Frame, Sequence[Hand]]]:
    """Three frames with two, no and one hand."""
    return [
        (make_frame(0), [make_hand(0), make_hand(1)]),
        (make_frame(1), []),
        (make_frame(5), [make_hand(2, tracked=True)]),
    ]


class TestTables:
    """The table in each format."""

    @pytest.mark.parametrize("suffix", TABLES)
    def test_every_format_holds_the_rows(
        self, suffix: str, answers: list[tuple[Frame, Sequence[Hand]]], tmp_path: Path
    ) -> None:
        """All cells, to the last bit of a float32; a frame without hands is one row."""
        rows = [dict(zip(NAMES, row, strict=True)) for frame in answers for row in rows_of(*frame)]

        assert as_singles(rows) == as_singles(write_table(tmp_path / f"a{suffix}", answers))

    @pytest.mark.parametrize("suffix", TABLES)
    def test_every_format_holds_the_landmarks_of_the_hand(
        self, suffix: str, answers: list[tuple[Frame, Sequence[Hand]]], tmp_path: Path
    ) -> None:
        """Pixels of all joints, to the last bit of a float32."""
        row = write_table(tmp_path / f"a{suffix}", answers)[1]
        pixels = [row[name] for name in NAMES if name.endswith("_px")]

        assert np.array_equal(
            make_hand(1).points, np.array(pixels).astype(np.float32).reshape(21, 2)
        )

    @pytest.mark.parametrize("suffix", TABLES)
    def test_every_format_has_the_version_of_the_table(
        self, suffix: str, answers: list[tuple[Frame, Sequence[Hand]]], tmp_path: Path
    ) -> None:
        """In every row, so that tables can be joined."""
        rows = write_table(tmp_path / f"a{suffix}", answers)

        assert [SCHEMA] * 4 == [row["schema"] for row in rows]

    @pytest.mark.parametrize("suffix", TABLES)
    @pytest.mark.parametrize("source", ODD_NAMES)
    def test_odd_names_come_back(self, source: str, suffix: str, tmp_path: Path) -> None:
        """Commas, quotes, line ends and signs of other scripts."""
        rows = write_table(
            tmp_path / f"a{suffix}", [(make_frame(0, source), []), (make_frame(), [])]
        )

        assert [source, "clip.mp4"] == [row["source"] for row in rows]

    @pytest.mark.parametrize("suffix", TABLES)
    def test_a_name_that_is_no_text_can_be_written(self, suffix: str, tmp_path: Path) -> None:
        """File names on Linux are bytes; a sign that stands for the lost one is good enough."""
        rows = write_table(tmp_path / f"a{suffix}", [(make_frame(0, NO_TEXT), [make_hand()])])

        assert rows[0]["source"].startswith("caf")

    @pytest.mark.parametrize("suffix", TABLES)
    def test_a_table_without_frames_is_a_table(self, suffix: str, tmp_path: Path) -> None:
        """It has no rows."""
        path = tmp_path / f"a{suffix}"
        open_sink(path).close()

        assert [] == read_table(path)

    def test_csv_starts_with_the_names(self, tmp_path: Path) -> None:
        """One line of them."""
        path = tmp_path / "a.csv"
        open_sink(path).close()

        assert ",".join(NAMES) + "\n" == path.read_text()

    def test_json_is_an_array_of_objects(
        self, answers: list[tuple[Frame, Sequence[Hand]]], tmp_path: Path
    ) -> None:
        """With the columns' names in their order, and null where a cell is empty."""
        write_table(tmp_path / "a.json", answers)
        rows = json.loads((tmp_path / "a.json").read_text())

        assert [list(NAMES)] * 4 == [list(row) for row in rows]
        assert rows[2]["hand"] is None

    def test_json_lines_are_lines(
        self, answers: list[tuple[Frame, Sequence[Hand]]], tmp_path: Path
    ) -> None:
        """One object each, whatever is in a name."""
        answers.append((make_frame(6, "a\nb\u2028c"), []))
        write_table(tmp_path / "a.jsonl", answers)

        assert 5 == (tmp_path / "a.jsonl").read_bytes().count(b"\n")

    def test_parquet_has_types(
        self, answers: list[tuple[Frame, Sequence[Hand]]], tmp_path: Path
    ) -> None:
        """Whole numbers, texts, a double for the time and floats for the rest."""
        write_table(tmp_path / "a.parquet", answers)
        schema = parquet.read_schema(tmp_path / "a.parquet")
        kinds = {
            "integer": arrow.int64(),
            "text": arrow.string(),
            "double": arrow.float64(),
            "float": arrow.float32(),
        }

        assert [(c.name, kinds[c.kind]) for c in COLUMNS] == [(f.name, f.type) for f in schema]

    def test_parquet_names_the_version_of_the_table(self, tmp_path: Path) -> None:
        """In its metadata, too."""
        open_sink(tmp_path / "a.parquet").close()
        metadata = parquet.read_schema(tmp_path / "a.parquet").metadata

        assert str(SCHEMA).encode() == metadata[b"knuckle.schema"]

    def test_parquet_keeps_types_where_all_cells_are_empty(self, tmp_path: Path) -> None:
        """A video without hands has the same columns as any other."""
        write_table(tmp_path / "a.parquet", [(make_frame(), [])])
        write_table(tmp_path / "b.parquet", [(make_frame(), [make_hand()])])

        assert parquet.read_schema(tmp_path / "a.parquet").equals(
            parquet.read_schema(tmp_path / "b.parquet")
        )

    def test_parquet_is_written_in_groups(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A long video needs no memory."""
        monkeypatch.setattr(TABLES[".parquet"], "rows_at_once", 4)
        rows = write_table(tmp_path / "a.parquet", [(make_frame(i), []) for i in range(11)])
        groups = parquet.ParquetFile(tmp_path / "a.parquet").metadata.num_row_groups

        assert list(range(11)) == [row["frame"] for row in rows]
        assert 3 == groups

    def test_a_missing_package_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The sentence has the line to type, and nothing stays behind."""
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(ExtraMissing, match=r"pip install pyarrow$"):
            open_sink(tmp_path / "a.parquet")

        assert [] == names_in(tmp_path)

    def test_other_tables_need_no_package(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Only Parquet does."""
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        plain = [known.ending for known in FORMATS if known.kind == "table" and not known.extra]
        for suffix in plain:
            open_sink(tmp_path / f"a{suffix}").close()

        assert sorted(f"a{suffix}" for suffix in plain) == names_in(tmp_path)


class TestVideosAndPictures:
    """What is drawn."""

    def test_a_video_shows_what_was_drawn(self, tmp_path: Path) -> None:
        """Every frame at its time, with its own hands."""
        seen: list[int] = []

        def draw(image: ImageArray, hands: Sequence[Hand]) -> ImageArray:
            seen.append(len(hands))
            return np.full_like(image, 60 + 60 * len(hands))

        sink = VideoSink(tmp_path / "a.mp4", Fraction(30), draw)
        for i in range(3):
            sink.write(make_frame(i), [make_hand(k) for k in range(i)])
        sink.close()
        levels = [f.image.mean() for f in knuckle.open_source(tmp_path / "a.mp4")]

        assert [0, 1, 2] == seen
        assert pytest.approx([60, 120, 180], abs=2) == levels

    def test_a_video_needs_its_package(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The sentence has the line to type, and nothing stays behind."""
        monkeypatch.setitem(sys.modules, "av", None)
        with pytest.raises(ExtraMissing, match=r'pip install "av>=\d+"$'):
            open_sink(tmp_path / "a.mp4")

        assert [] == names_in(tmp_path)

    def test_a_video_may_have_a_colon_in_its_name(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A relative name with a time of day is no protocol of FFmpeg's."""
        monkeypatch.chdir(tmp_path)
        sink = open_sink(Path("2024-05-01T12:30:05.mp4"))
        sink.write(make_frame(), [])
        sink.close()

        assert ["2024-05-01T12:30:05.mp4"] == names_in(tmp_path)

    def test_another_size_ends_a_video(self, tmp_path: Path) -> None:
        """An error of ours; given up, it leaves nothing."""
        sink = open_sink(tmp_path / "a.mp4")
        sink.write(make_frame(0), [])
        with pytest.raises(OutputError, match="one size"):
            sink.write(make_frame(1, image=quadrants(20, 32)), [])
        sink.abort()

        assert [] == names_in(tmp_path)

    def test_a_size_that_h264_lacks_is_an_error_of_ours(self, tmp_path: Path) -> None:
        """Given up, it leaves nothing."""
        sink = open_sink(tmp_path / "a.mp4")
        with pytest.raises(OutputError):
            sink.write(make_frame(image=np.zeros((16, 17_000, 3), np.uint8)), [])
        sink.abort()

        assert [] == names_in(tmp_path)

    def test_pictures_are_complete_at_once(self, tmp_path: Path) -> None:
        """Before the run ends, and also when it is given up."""
        sink = open_sink(tmp_path / "out")
        sink.write(make_frame(3), [])
        sink.abort()

        assert ["3.png"] == names_in(tmp_path / "out")
        assert colour_distance(quadrants(), read_picture(tmp_path / "out" / "3.png")) == 0


class TestCompleteness:
    """Nothing has its name before it is complete, and nothing half-done stays."""

    @pytest.mark.parametrize("suffix", FILES)
    def test_a_file_has_its_name_after_closing(self, suffix: str, tmp_path: Path) -> None:
        """Not before."""
        path = tmp_path / f"a{suffix}"
        sink = open_sink(path)
        sink.write(make_frame(), [])
        before = path.exists()
        sink.close()

        assert not before
        assert [path.name] == names_in(tmp_path)

    @pytest.mark.parametrize("suffix", FILES)
    def test_giving_up_leaves_nothing(self, suffix: str, tmp_path: Path) -> None:
        """Neither the file nor a part of it."""
        sink = open_sink(tmp_path / f"a{suffix}")
        sink.write(make_frame(), [make_hand()])
        sink.abort()

        assert [] == names_in(tmp_path)

    @pytest.mark.parametrize("suffix", FILES)
    def test_giving_up_before_the_first_frame_leaves_nothing(
        self, suffix: str, tmp_path: Path
    ) -> None:
        """Nothing was found to be read."""
        open_sink(tmp_path / f"a{suffix}").abort()

        assert [] == names_in(tmp_path)

    @pytest.mark.parametrize("suffix", FILES)
    def test_giving_up_leaves_the_old_file(self, suffix: str, tmp_path: Path) -> None:
        """The old answer is better than none."""
        path = tmp_path / f"a{suffix}"
        path.write_bytes(b"old")
        sink = open_sink(path)
        sink.write(make_frame(), [])
        sink.abort()

        assert b"old" == path.read_bytes()

    @pytest.mark.parametrize("suffix", FILES)
    def test_giving_up_twice_does_nothing(self, suffix: str, tmp_path: Path) -> None:
        """An error on the way out does not hide the first one."""
        sink = open_sink(tmp_path / f"a{suffix}")
        sink.write(make_frame(), [])
        sink.abort()
        sink.abort()

        assert [] == names_in(tmp_path)

    @pytest.mark.parametrize("count", [1, 300])
    @pytest.mark.parametrize("suffix", FILES)
    def test_a_full_disk_is_an_error_of_ours(self, suffix: str, count: int, tmp_path: Path) -> None:
        """The sentence has the file and the reason, after one frame as in the midst of a run."""
        path = tmp_path / f"a{suffix}"
        sentence = fail_safely(path, count)

        assert sentence.startswith(f"cannot write {path}: ")
        assert sentence.endswith("no space left on device")

    @pytest.mark.parametrize("count", [1, 300])
    @pytest.mark.parametrize("suffix", FILES)
    def test_a_full_disk_leaves_the_old_file_alone(
        self, suffix: str, count: int, tmp_path: Path
    ) -> None:
        """The old answer is whole, and no part of the new one lies beside it."""
        path = tmp_path / f"a{suffix}"
        path.write_bytes(b"old")
        fail_safely(path, count)

        assert [path.name] == names_in(tmp_path)
        assert b"old" == path.read_bytes()

    @pytest.mark.parametrize("suffix", FILES)
    def test_an_error_while_writing_is_an_error_of_ours(
        self, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As the system says it."""
        path = tmp_path / f"a{suffix}"
        sink = open_sink(path)
        monkeypatch.setattr(sink, "_append", disk_full)
        with pytest.raises(OutputError, match=f"^cannot write {path}: no space left on device$"):
            sink.write(make_frame(), [])
        sink.abort()

        assert [] == names_in(tmp_path)

    @pytest.mark.parametrize("suffix", FILES)
    def test_an_interruption_at_the_end_leaves_nothing(
        self, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Ctrl-C while the file is completed."""

        def interrupted() -> None:
            raise KeyboardInterrupt

        sink = open_sink(tmp_path / f"a{suffix}")
        sink.write(make_frame(), [])
        monkeypatch.setattr(sink, "_finish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sink.close()

        assert [] == names_in(tmp_path)

    @pytest.mark.parametrize("suffix", FILES)
    def test_a_path_below_a_file_is_an_error_of_ours(self, suffix: str, tmp_path: Path) -> None:
        """A file cannot hold files."""
        (tmp_path / "plain").touch()

        with pytest.raises(OutputError, match=r"^cannot write "):
            open_sink(tmp_path / "plain" / f"a{suffix}")

    @pytest.mark.parametrize("suffix", FILES)
    def test_a_forbidden_folder_is_an_error_of_ours(self, suffix: str, forbidden: Path) -> None:
        """The sentence has the file and the reason."""
        with pytest.raises(
            OutputError, match=r"^cannot write .*: .*(permission|permitted|read-only)"
        ):
            open_sink(forbidden / f"a{suffix}")

    @pytest.mark.parametrize("suffix", [*FILES, ""])
    def test_a_disk_of_64_kilobytes_is_too_small(self, suffix: str, small_disk: Path) -> None:
        """A real one: what does not fit is an error of ours and leaves no part of a file."""
        path = small_disk / f"a{suffix}"
        sink = open_sink(path)
        with pytest.raises(OutputError, match="no space left on device"):
            _write_noise(sink)
        sink.abort()

        assert [] == [p for p in small_disk.rglob("*") if p.name.endswith(".part")]


def _write_noise(sink: Sink) -> None:
    rng = np.random.default_rng(0)
    for i in range(200):
        image = rng.integers(0, 256, (96, 128, 3), np.uint8)
        sink.write(make_frame(i, image=image), [make_hand(4 * i + k) for k in range(4)])
    sink.close()


def fail_on_full_disk(path: Path, count: int) -> str:
    """Write frames to a disk that is full, give the output up, and return what went wrong."""
    with pytest.MonkeyPatch.context() as patch:
        fill_disk_for(path, patch)
        try:
            sink = open_sink(path)
        except OutputError as error:
            return str(error)
        try:
            for i in range(count):
                sink.write(make_frame(i), [make_hand(i % 7)])
            sink.close()
        except OutputError as error:
            sink.abort()
            return str(error)
    return ""


def fail_safely(path: Path, count: int) -> str:
    """The same; a video in a process of its own: a crash in FFmpeg would end all other tests."""
    if path.suffix != ".mp4" or not Path("/dev/full").exists():
        return fail_on_full_disk(path, count)
    code = (
        "import sys; from pathlib import Path; from tests.io.test_sinks import fail_on_full_disk; "
        "print(fail_on_full_disk(Path(sys.argv[1]), int(sys.argv[2])))"
    )
    words = [sys.executable, "-c", code, str(path), str(count)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout.strip()


@pytest.fixture
def forbidden(tmp_path: Path) -> Path:
    """A folder in which nobody may write."""
    if os.geteuid() != 0:
        tmp_path.chmod(0o500)
        return tmp_path
    kernel = Path("/sys/kernel")  # not even root may
    if not kernel.is_dir():
        pytest.skip("root may write everywhere")
    return kernel


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kilobytes."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no right to mount a disk here")
    yield tmp_path
    subprocess.run(["umount", "-l", str(tmp_path)], check=True)


class TestKinds:
    """What an output is."""

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            *((f"a{known.ending}", known.kind) for known in FORMATS),
            *((f"A{known.ending.upper()}", known.kind) for known in FORMATS),
            ("run.1/", "folder"),
            ("out", "folder"),
            (".hidden", "folder"),
            ("a/b.c/d", "folder"),
        ],
    )
    def test_the_ending_says_the_kind(self, name: str, kind: str) -> None:
        """Or that there is none."""
        assert kind == output_kind(name)

    @pytest.mark.parametrize("name", ["run.1", "a.csv", "a.mp4"])
    def test_a_folder_that_exists_is_a_folder(self, name: str, tmp_path: Path) -> None:
        """Whatever it is called."""
        (tmp_path / name).mkdir()

        assert "folder" == output_kind(tmp_path / name)

    @pytest.mark.parametrize("name", ["a.gif", "a.txt", "a.avi", "a.csv.gz"])
    def test_an_unknown_ending_is_an_error_with_the_choices(self, name: str) -> None:
        """The sentence has all endings there are."""
        with pytest.raises(OutputError, match=re.escape(" ".join(f.ending for f in FORMATS))):
            output_kind(Path(name))

    def test_a_subclass_has_to_say_how(self, tmp_path: Path) -> None:
        """And leaves nothing when it does not."""
        with pytest.raises(NotImplementedError):
            FileSink(tmp_path / "a.csv")

        assert [] == names_in(tmp_path)
