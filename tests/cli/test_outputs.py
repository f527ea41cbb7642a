"""Outputs are whole or not there, nothing is lost, and nothing is overwritten unasked."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import knuckle
from knuckle.cli import main
from knuckle.io.formats import FORMATS
from knuckle.io.tables import CsvSink
from knuckle.io.whole import PartialFile
from tests.cli.conftest import Run, column, read_csv, run_apart
from tests.conftest import SAMPLES
from tests.io.files import disk_full, fill_disk_for, greys, names_in, write_clip

AddPicture = Callable[[str], Path]
TABLES = sorted(f"t{known.ending}" for known in FORMATS if known.kind == "table")
PLAIN = sorted(f"t{f.ending}" for f in FORMATS if f.kind == "table" and not f.extra)


def options(*names: str) -> list[str]:
    """An -o for each name."""
    return [word for name in names for word in ("-o", name)]


def parts_in(folder: Path) -> list[str]:
    """Files that somebody forgot to complete or to delete."""
    return sorted(path.name for path in folder.rglob("*.part*"))


class TestForce:
    """Existing outputs need --force."""

    @pytest.mark.parametrize("name", [*TABLES, "t.jpg", "t.png"])
    def test_an_output_that_exists_is_refused(
        self, name: str, run: Run, add_blank: AddPicture
    ) -> None:
        """Before any work, with the option that helps; the old one is whole."""
        Path(name).write_text("old")
        result = run("detect", add_blank("in/a.png"), "-o", name, "-v")

        assert (1, "") == (result.status, result.out)
        assert f"knuckle: {name} exists: --force replaces it\n" == result.err
        assert "old" == Path(name).read_text()

    @pytest.mark.parametrize("name", [*TABLES, "t.mp4"])
    def test_track_refuses_an_output_that_exists(
        self, name: str, run: Run, add_blank: AddPicture
    ) -> None:
        """As detect does."""
        Path(name).write_text("old")
        result = run("track", add_blank("in/a.png"), "-o", name)

        assert (1, "") == (result.status, result.out)
        assert "old" == Path(name).read_text()

    @pytest.mark.parametrize("name", [*TABLES, "t.jpg", "t.png"])
    def test_force_replaces_an_output(self, name: str, run: Run, add_blank: AddPicture) -> None:
        """With the new one."""
        Path(name).write_text("old")
        result = run("detect", add_blank("in/a.png"), "-o", name, "--force")

        assert 0 == result.status
        assert b"old" != Path(name).read_bytes()

    def test_force_replaces_a_video(self, run: Run, add_blank: AddPicture) -> None:
        """With the new one."""
        Path("t.mp4").write_text("old")
        result = run("track", add_blank("in/a.png"), "-o", "t.mp4", "--force")

        assert 0 == result.status
        assert 1 == len(list(knuckle.open_source("t.mp4")))

    def test_an_annotated_picture_that_exists_is_refused(
        self, run: Run, add_blank: AddPicture
    ) -> None:
        """Also one of several, in a folder."""
        Path("out").mkdir()
        Path("out/b.png").write_text("old")
        result = run("detect", add_blank("a.png"), add_blank("b.png"), "-o", "out")

        assert 1 == result.status
        assert "knuckle: out/b.png exists: --force replaces it\n" == result.err
        assert ["b.png"] == names_in(Path("out"))

    def test_a_folder_that_exists_takes_new_pictures(self, run: Run, add_blank: AddPicture) -> None:
        """Other files in it stay."""
        Path("out").mkdir()
        Path("out/other.txt").write_text("old")
        result = run("detect", add_blank("a.png"), "-o", "out")

        assert 0 == result.status
        assert ["a.png", "other.txt"] == names_in(Path("out"))

    def test_frames_are_not_mixed_into_a_folder(self, run: Run, add_blank: AddPicture) -> None:
        """Frames of two clips could not be told apart."""
        Path("out").mkdir()
        Path("out/000007.jpg").write_text("old")
        result = run("track", add_blank("in/a.png"), "-o", "out")

        assert 1 == result.status
        assert "--force" in result.err
        assert ["000007.jpg"] == names_in(Path("out"))

    def test_an_empty_folder_takes_frames(self, run: Run, add_blank: AddPicture) -> None:
        """It was made for them."""
        Path("out").mkdir()

        assert 0 == run("track", add_blank("in/a.png"), "-o", "out").status
        assert ["000000.jpg"] == names_in(Path("out"))

    @pytest.mark.parametrize("name", ["t.csv", "run.1"])
    def test_a_folder_may_have_any_name(self, name: str, run: Run, add_blank: AddPicture) -> None:
        """What exists is meant."""
        Path(name).mkdir()
        result = run("detect", add_blank("a.png"), "-o", name)

        assert 0 == result.status
        assert ["a.png"] == names_in(Path(name))

    def test_a_slash_at_the_end_says_folder(self, run: Run, add_blank: AddPicture) -> None:
        """Also of a name with a dot."""
        result = run("detect", add_blank("a.png"), "-o", "run.1/")

        assert 0 == result.status
        assert ["a.png"] == names_in(Path("run.1"))


class TestInputs:
    """What is read is never written over, forced or not."""

    def test_a_folder_is_not_annotated_onto_itself(self, run: Run, add_blank: AddPicture) -> None:
        """Whatever it is called."""
        content = add_blank("in/a.png").read_bytes()
        result = run("detect", "in", "-o", "in/../in", "--force")

        assert 1 == result.status
        assert "is also an input" in result.err
        assert content == Path("in/a.png").read_bytes()

    def test_a_picture_is_not_annotated_onto_itself(self, run: Run, add_blank: AddPicture) -> None:
        """Also through a link."""
        content = add_blank("a.png").read_bytes()
        Path("link.png").symlink_to("a.png")
        for output in ("a.png", "./a.png", "link.png"):
            result = run("detect", "a.png", "-o", output, "--force")

            assert 1 == result.status
        assert content == Path("a.png").read_bytes()

    def test_another_input_is_not_written_over(self, run: Run, add_blank: AddPicture) -> None:
        """The annotated x/a.png would be y/a.png, which is read, too."""
        add_blank("x/a.png")
        content = add_blank("y/a.png").read_bytes()
        result = run("detect", "x/a.png", "y/a.png", "-o", ".", "--force")

        assert 1 == result.status
        assert content == Path("y/a.png").read_bytes()

    def test_a_video_is_not_written_over_itself(self, run: Run) -> None:
        """Whatever it is called."""
        content = write_clip(Path("a.mp4"), greys(3)).read_bytes()
        Path("link.mp4").symlink_to("a.mp4")
        for output in ("a.mp4", "./a.mp4", "link.mp4"):
            result = run("track", "a.mp4", "-o", output, "--force")

            assert 1 == result.status
        assert content == Path("a.mp4").read_bytes()

    @pytest.mark.parametrize("source", ["in", "in/", "in/*.jpg", "i*/*.jpg", "**/*.jpg"])
    def test_frames_are_not_written_over_their_sources(
        self, source: str, run: Run, add_blank: AddPicture
    ) -> None:
        """A folder of frames named as we name them, however it is named itself."""
        content = add_blank("in/000000.jpg").read_bytes()
        result = run("track", source, "-o", "in", "--force")

        assert 1 == result.status
        assert content == Path("in/000000.jpg").read_bytes()


class TestNames:
    """Which outputs can be named together."""

    @pytest.mark.parametrize("other", ["t.csv", "./t.csv", "in/../t.csv"])
    @pytest.mark.parametrize("name", ["detect", "track"])
    def test_an_output_that_is_named_twice_is_refused(
        self, name: str, other: str, run: Run, add_blank: AddPicture
    ) -> None:
        """However it is named; nothing is written."""
        result = run(name, add_blank("in/a.png"), "-o", "t.csv", "-o", other)

        assert (2, "") == (result.status, result.out)
        assert "twice" in result.err
        assert ["in"] == names_in(Path())

    def test_an_output_named_by_its_whole_path_counts(
        self, run: Run, add_blank: AddPicture, tmp_path: Path
    ) -> None:
        """As the same."""
        result = run("detect", add_blank("in/a.png"), "-o", "t.csv", "-o", tmp_path / "t.csv")

        assert 2 == result.status

    @pytest.mark.parametrize("name", ["detect", "track"])
    def test_an_unknown_ending_is_refused(self, name: str, run: Run, add_blank: AddPicture) -> None:
        """With the endings there are; nothing is written."""
        result = run(name, add_blank("in/a.png"), "-o", "t.csv", "-o", "t.xlsx")

        assert (1, "") == (result.status, result.out)
        assert ".parquet" in result.err
        assert ["in"] == names_in(Path())

    def test_two_tables_of_one_kind_are_two_tables(self, run: Run, add_blank: AddPicture) -> None:
        """Why not."""
        run("detect", add_blank("in/a.png"), "-o", "t.csv", "-o", "u.csv")

        assert Path("t.csv").read_bytes() == Path("u.csv").read_bytes()

    def test_missing_folders_are_made(self, run: Run, add_blank: AddPicture) -> None:
        """For every kind of output."""
        result = run("detect", add_blank("a.png"), *options("x/y/t.csv", "x/z/out"))

        assert 0 == result.status
        assert ["a.png"] == names_in(Path("x/z/out"))

    @pytest.mark.parametrize("output", ["plain/t.csv", "plain/out.png", "plain/out", "plain"])
    def test_an_output_below_a_file_is_refused(
        self, output: str, run: Run, add_blank: AddPicture
    ) -> None:
        """Before any work; the sentence has both names."""
        Path("plain").write_text("old")
        result = run("detect", add_blank("a.png"), "-o", output, "-v")

        assert (1, "") == (result.status, result.out)
        assert "plain" in result.err
        assert "hand" not in result.err
        assert "old" == Path("plain").read_text()

    @pytest.mark.parametrize("output", ["t.csv", "t.parquet", "t.png", "out"])
    def test_a_forbidden_folder_is_one_line(
        self, output: str, run: Run, add_blank: AddPicture, forbidden: Path
    ) -> None:
        """With the reason."""
        result = run("detect", add_blank("a.png"), "-o", forbidden / output)

        assert (1, "") == (result.status, result.out)
        assert re.search("permission|permitted|read-only", result.err)
        assert "Traceback" not in result.err


@pytest.fixture
def forbidden(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nobody may write."""
    if os.geteuid() != 0:
        folder = tmp_path / "forbidden"
        folder.mkdir(mode=0o500)
        yield folder
        folder.chmod(0o700)
        return
    kernel = Path("/sys/kernel")  # not even root may
    if not kernel.is_dir():
        pytest.skip("root may write everywhere")
    yield kernel


class TestFullDisks:
    """One output that cannot be written is reported; the others are whole."""

    @pytest.mark.parametrize("name", PLAIN)
    def test_an_output_without_room_is_reported(
        self, name: str, run: Run, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The others are whole, the status is 1, and no part of a file is left."""
        others = [other for other in TABLES if other != name]
        fill_disk_for(Path(name), monkeypatch)
        result = run("detect", add_blank("in/a.png"), *options(name, *others))

        assert 1 == result.status
        assert f"cannot write {name}" in result.err
        assert ["in", *others] == names_in(Path())

    @pytest.mark.parametrize("name", TABLES)
    def test_the_old_output_survives(
        self, name: str, run: Run, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Forced to replace it, and failed."""
        Path(name).write_text("old")
        fill_disk_for(Path(name), monkeypatch)
        result = run("detect", add_blank("in/a.png"), "-o", name, "--force")

        assert 1 == result.status
        assert "old" == Path(name).read_text()
        assert ["in", name] == names_in(Path())

    def test_a_disk_that_becomes_full_costs_one_output(
        self, run: Run, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The run goes on for the others."""
        monkeypatch.setattr(CsvSink, "_append", disk_full)
        for i in range(3):
            add_blank(f"in/{i}.png")
        result = run("detect", "in", *options("t.csv", "t.jsonl"))

        assert 1 == result.status
        assert "knuckle: cannot write t.csv: no space left on device\n" in result.err
        assert ["in", "t.jsonl"] == names_in(Path())
        assert 3 == Path("t.jsonl").read_text().count("\n")

    def test_a_failure_is_said_once(
        self, run: Run, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And not for every picture."""
        monkeypatch.setattr(CsvSink, "_append", disk_full)
        for i in range(3):
            add_blank(f"in/{i}.png")

        assert 1 == run("detect", "in", *options("t.csv", "t.jsonl")).err.count("t.csv")

    def test_an_output_that_cannot_be_begun_ends_the_run(
        self, run: Run, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Parquet has a header: without room for it, no work is done."""
        fill_disk_for(Path("t.parquet"), monkeypatch)
        result = run("detect", add_blank("in/a.png"), *options("t.csv", "t.parquet"))

        assert 1 == result.status
        assert "knuckle: cannot write t.parquet: " in result.err
        assert ["in"] == names_in(Path())

    def test_a_mistake_while_drawing_leaves_no_parts(
        self, run: Run, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An error that nobody foresaw leaves nothing half-done."""
        monkeypatch.setattr(sys.modules["knuckle.cli.detect"], "draw", _make_mistake)
        with pytest.raises(ZeroDivisionError):
            run("detect", add_blank("in/a.png"), *options("t.csv", "out"))

        assert [] == parts_in(Path())

    @pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
    def test_a_surprise_while_completing_leaves_no_parts(
        self,
        error: type[BaseException],
        add_blank: AddPicture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Ctrl-C, or an error that nobody foresaw, at the first of several outputs."""

        def surprise(_: PartialFile) -> None:
            raise error

        monkeypatch.setattr(PartialFile, "commit", surprise)
        path = str(add_blank("in/a.png"))
        with suppress(ZeroDivisionError):
            main(["detect", path, *options(*TABLES)])

        assert [] == parts_in(Path())

    def test_a_real_full_disk_costs_one_output(self, full_disk: Path) -> None:
        """No crash in FFmpeg: the table beside the video is whole."""
        write_clip(Path("a.mp4"), greys(60))
        result = run_apart("track", "a.mp4", *options(str(full_disk / "t.mp4"), "t.csv"))

        assert 1 == result.status
        assert "no space left on device" in result.err
        assert "Traceback" not in result.err
        assert 60 == len(read_csv(Path("t.csv")))
        assert ["filling"] == names_in(full_disk)


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk without a free byte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if shutil.which("mount") is None:
        pytest.skip("no disk can be mounted here")
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no right to mount a disk here")
    with (folder / "filling").open("wb", buffering=0) as file:
        while _can_write(file.fileno()):
            pass
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _make_mistake(*_: object, **__: object) -> None:
    raise ZeroDivisionError


def _can_write(number: int) -> bool:
    try:
        return os.write(number, bytes(4096)) > 0
    except OSError:
        return False


def test_a_name_with_odd_signs_is_one_cell(run: Run, add_blank: AddPicture) -> None:
    """Commas, quotes, line ends: the table reads back."""
    name = 'a,"b"\nc.png'
    add_blank("a.png").rename(name)
    run("detect", name, "-o", "t.csv")

    assert [name] == column(Path("t.csv"), "source")


@pytest.mark.parametrize(
    ("name", "kinds"), [("detect", ("picture", "table")), ("track", ("video", "table"))]
)
def test_help_names_every_format(name: str, kinds: tuple[str, ...], run: Run) -> None:
    """With what it is, in a line."""
    text = run(name, "--help").out
    known = [known for known in FORMATS if known.kind in kinds]

    assert [] == [f.ending for f in known if not re.search(rf"{f.ending} .*{f.meaning}\n", text)]


def test_a_frame_is_drawn_once(
    run: Run, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the video and the folder together."""
    drawn: list[int] = []

    def draw(image: knuckle.Frame, hands: list[knuckle.Hand], **_: object) -> knuckle.Frame:
        drawn.append(len(hands))
        return image

    monkeypatch.setattr(sys.modules["knuckle.cli.track"], "draw", draw)
    for i in range(3):
        add_blank(f"in/{i}.png")
    run("track", "in", "-o", "a.mp4", "-o", "out")

    assert 3 == len(drawn)


def test_a_folder_that_took_no_picture_was_not_written(run: Run) -> None:
    """Each picture that fails is reported, and nothing is said to be written."""
    if not Path("/proc/self").exists():
        pytest.skip("needs a folder in which nobody may write")
    done = run("detect", SAMPLES / "open_palm.jpg", "-o", "/proc/knuckle/")

    assert 1 == done.status
    assert "cannot write" in done.err
    assert "wrote" not in done.err
