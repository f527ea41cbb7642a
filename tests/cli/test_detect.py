"""`knuckle detect`: hands in pictures."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest
from PIL import Image

import knuckle
from knuckle.io.formats import FORMATS
from knuckle.io.pictures import read_picture
from knuckle.networks.engine import ENGINES
from tests.cli.conftest import CLIP, Run, column, read_csv
from tests.conftest import SAMPLES
from tests.io.files import names_in

AddPicture = Callable[[str], Path]
TABLES = sorted(f"a{known.ending}" for known in FORMATS if known.kind == "table")


def test_a_table_is_shown(run: Run, add_palm: AddPicture) -> None:
    """Without an output: the picture, the hand, its scores, where it is."""
    result = run("detect", add_palm("a.jpg"))
    line = next(line for line in result.out.splitlines() if "a.jpg" in line)

    assert 0 == result.status
    assert "right" in line
    assert " to " in line


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_can_be_chosen(engine: str, run: Run, add_palm: AddPicture) -> None:
    """The table is the same, whatever runs the networks."""
    result = run("detect", add_palm("a.jpg"), "--engine", engine)

    assert 0 == result.status
    assert "right" in result.out


def test_verbose_says_how_the_networks_run(run: Run, add_palm: AddPicture) -> None:
    """Engine, precision, device and file, a line for each network."""
    result = run("detect", add_palm("a.jpg"), "-v", "--engine", "litert", "--precision", "fast")

    assert [
        "palm_detection_full: litert, float32, on cpu, from palm_detection_full.tflite",
        "hand_landmark_full: litert, float32, on cpu, from hand_landmark_full.tflite",
    ] == [line for line in result.err.splitlines() if "litert" in line]


def test_a_precision_that_the_engine_lacks_is_a_wrong_command(
    run: Run, add_palm: AddPicture
) -> None:
    """Before any picture is read."""
    result = run("detect", add_palm("a.jpg"), "--engine", "litert", "--precision", "int8")

    assert 2 == result.status
    assert "engine='litert' has no precision='int8'" in result.err


def test_a_picture_without_hands_is_in_the_table(run: Run, add_blank: AddPicture) -> None:
    """It says none."""
    result = run("detect", add_blank("a.png"))
    line = next(line for line in result.out.splitlines() if "a.png" in line)

    assert 0 == result.status
    assert "none" in line


def test_what_was_found_is_counted(run: Run, add_palm: AddPicture, add_blank: AddPicture) -> None:
    """On standard error, in words."""
    result = run("detect", add_palm("a.png"), add_blank("b.png"))

    assert "1 hand in 2 of 2 pictures\n" == result.err


def test_the_numbers_are_the_librarys(run: Run) -> None:
    """The command is the function with files around it."""
    path = SAMPLES / "two_hands.jpg"
    run("detect", path, "-o", "a.jsonl")
    rows = [json.loads(line) for line in Path("a.jsonl").read_text().splitlines()]
    hands = knuckle.detect(read_picture(path))

    assert [hand.handedness for hand in hands] == [row["handedness"] for row in rows]
    assert [hand.index_tip.tolist() for hand in hands] == [
        [np.float32(row["index_tip_x_px"]), np.float32(row["index_tip_y_px"])] for row in rows
    ]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_can_be_written(name: str, run: Run, add_palm: AddPicture) -> None:
    """And is said to be."""
    result = run("detect", add_palm("palm.png"), "-o", name)

    assert (0, "") == (result.status, result.out)
    assert f"wrote {name}\n" in result.err
    assert {name, "palm.png"} == set(names_in(Path()))


@pytest.mark.parametrize(("name", "kind"), [("out.jpg", "JPEG"), ("out.png", "PNG")])
def test_an_annotated_picture_can_be_written(
    name: str, kind: str, run: Run, add_palm: AddPicture
) -> None:
    """In the picture's size, drawn upon."""
    path = add_palm("palm.png")
    result = run("detect", path, "-o", name)
    with Image.open(name) as picture:
        written = picture.format, picture.size

    assert 0 == result.status
    assert (kind, (270, 180)) == written
    assert np.abs(read_picture(Path(name)).astype(int) - read_picture(path)).max() > 100


def test_a_folder_of_annotated_pictures_can_be_written(
    run: Run, add_palm: AddPicture, add_blank: AddPicture
) -> None:
    """Under the pictures' own names."""
    result = run("detect", add_palm("a.jpg"), add_blank("b.png"), "-o", "out")

    assert 0 == result.status
    assert ["a.jpg", "b.png"] == names_in(Path("out"))


def test_formats_that_are_not_written_become_png(run: Run, add_blank: AddPicture) -> None:
    """With the old ending kept, so that a.bmp and a.tif stay apart."""
    run("detect", add_blank("a.bmp"), add_blank("a.tif"), "-o", "out")

    assert ["a.bmp.png", "a.tif.png"] == names_in(Path("out"))


def test_names_that_become_equal_stay_apart(run: Run, add_blank: AddPicture) -> None:
    """a.bmp, written as PNG, must not take the place of a.bmp.png."""
    result = run("detect", add_blank("a.bmp"), add_blank("a.bmp.png"), "-o", "out")

    assert 0 == result.status
    assert 2 == len(names_in(Path("out")))


def test_equal_names_from_different_folders_stay_apart(
    run: Run, add_palm: AddPicture, add_blank: AddPicture
) -> None:
    """They keep their folders."""
    result = run("detect", add_palm("x/a.png"), add_blank("y/a.png"), "-o", "out")
    shapes = [read_picture(Path("out", name, "a.png")).shape for name in ("x", "y")]

    assert 0 == result.status
    assert [(180, 270, 3), (24, 32, 3)] == shapes


def test_pictures_from_above_stay_below_the_output(
    run: Run, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path with .. leads out of a folder, but nothing is written outside the output."""
    add_blank("x/a.png")
    add_blank("here/y/a.png")
    monkeypatch.chdir("here")
    result = run("detect", "../x/a.png", "y/a.png", "-o", "out")

    assert 0 == result.status
    assert ["out", "y"] == names_in(Path())
    assert 2 == len(list(Path("out").rglob("*.png")))


def test_all_outputs_can_be_written_in_one_run(run: Run, add_palm: AddPicture) -> None:
    """As many as there are kinds."""
    names = ["out", *TABLES]
    outputs = [word for name in names for word in ("-o", name)]
    result = run("detect", add_palm("palm.png"), *outputs)

    assert 0 == result.status
    assert sorted([*names, "palm.png"]) == names_in(Path())


def test_tables_agree(run: Run) -> None:
    """The same cells in all formats."""
    outputs = [word for name in TABLES for word in ("-o", name)]
    run("detect", SAMPLES / "two_hands.jpg", SAMPLES / "no_hands.jpg", *outputs)
    from_json = json.loads(Path("a.json").read_text())
    from_lines = [json.loads(line) for line in Path("a.jsonl").read_text().splitlines()]
    from_parquet = parquet.read_table("a.parquet").to_pylist()
    names = ["source", "hand", "palm_score", "wrist_x", "pinky_tip_z_m"]
    as_text = [["" if row[name] is None else str(row[name]) for name in names] for row in from_json]
    xs = [row["wrist_x"] for row in from_json]

    assert from_json == from_lines
    assert as_text == [[row[name] for name in names] for row in read_csv(Path("a.csv"))]
    assert Path("a.csv").read_text() == Path("a.tsv").read_text().replace("\t", ",")
    assert [None if x is None else np.float32(x) for x in xs] == [
        row["wrist_x"] for row in from_parquet
    ]


def test_every_picture_is_frame_0_at_0_seconds(
    run: Run, add_palm: AddPicture, add_blank: AddPicture
) -> None:
    """Pictures are no clip; the source tells them apart."""
    run("detect", add_palm("a.png"), add_blank("b.png"), "-o", "t.csv")
    rows = read_csv(Path("t.csv"))

    assert [("a.png", "0", "0.0", "0"), ("b.png", "0", "0.0", "")] == [
        (row["source"], row["frame"], row["time"], row["hand"]) for row in rows
    ]


def test_folders_and_patterns_are_taken(run: Run, add_blank: AddPicture) -> None:
    """A pattern that the shell left alone is one for us."""
    for name in ("in/2.png", "in/10.png", "deep/x/1.png", "deep/2.jpg"):
        add_blank(name)
    run("detect", "in", "deep/**/*.png", "-o", "t.csv")

    assert ["in/2.png", "in/10.png", "deep/x/1.png"] == column(Path("t.csv"), "source")


def test_a_picture_that_is_named_twice_is_done_once(run: Run, add_blank: AddPicture) -> None:
    """However it is named."""
    path = add_blank("in/a.png")
    run("detect", path, "in", "in/*.png", path.absolute(), "in/../in/a.png", "-o", "t.csv")

    assert ["in/a.png"] == column(Path("t.csv"), "source")


def test_a_turned_picture_is_upright(run: Run, palm: Image.Image) -> None:
    """What EXIF says counts for the answer and for the annotated picture."""
    exif = Image.Exif()
    exif[0x0112] = 6
    palm.transpose(Image.Transpose.ROTATE_90).save("a.jpg", exif=exif, quality=95)
    palm.save("b.jpg", quality=95)
    run("detect", "a.jpg", "b.jpg", "-o", "t.csv", "-o", "out")
    turned, straight = column(Path("t.csv"), "middle_tip_y_px")

    assert (180, 270, 3) == read_picture(Path("out/a.jpg")).shape
    assert float(straight) == pytest.approx(float(turned), abs=2)


class TestFolders:
    """What lies in a folder."""

    def test_what_is_passed_over_is_said(self, run: Run, add_blank: AddPicture) -> None:
        """In one line, with the options and commands for it."""
        for name in ("in/a.png", "in/x/b.png", "in/y/c.png"):
            add_blank(name)
        for name in ("in/clip.mp4", "in/notes.txt", "in/.hidden"):
            Path(name).touch()
        result = run("detect", "in", "-o", "t.csv")

        assert 0 == result.status
        assert result.err.startswith(
            "in: skipped 2 folders (see --recursive), 1 video (for knuckle track), 1 other file\n"
        )

    def test_a_folder_of_pictures_says_nothing(self, run: Run, add_blank: AddPicture) -> None:
        """There is nothing to say."""
        add_blank("in/a.png")

        assert "skipped" not in run("detect", "in").err

    def test_folders_are_entered_when_asked_for(self, run: Run, add_blank: AddPicture) -> None:
        """Annotated pictures keep their folders."""
        for name in ("in/a.png", "in/x/a.png", "in/x/y/a.png"):
            add_blank(name)
        result = run("detect", "in", "-r", "-o", "t.csv", "-o", "out")

        assert 0 == result.status
        assert "skipped" not in result.err
        assert ["in/a.png", "in/x/a.png", "in/x/y/a.png"] == column(Path("t.csv"), "source")
        assert Path("out/x/y/a.png").is_file()

    def test_the_annotated_pictures_are_not_read_again(
        self, run: Run, add_blank: AddPicture
    ) -> None:
        """When they lie inside the folder that is read."""
        add_blank("in/a.png")
        for _ in range(2):
            result = run("detect", "in", "-r", "-o", "in/out", "--force")

        assert 0 == result.status
        assert ["a.png"] == names_in(Path("in/out"))

    def test_a_gif_is_a_picture(self, run: Run, add_palm: AddPicture) -> None:
        """In a folder, too."""
        add_palm("in/a.gif")
        run("detect", "in", "-o", "t.csv")

        assert [("in/a.gif", "right")] == [
            (row["source"], row["handedness"]) for row in read_csv(Path("t.csv"))
        ]


class TestFailures:
    """What goes wrong is said, and the rest is done."""

    def test_one_bad_picture_among_many(
        self, run: Run, add_blank: AddPicture, broken: Path
    ) -> None:
        """It is named, the others are done, and the status is 1."""
        result = run("detect", add_blank("a.png"), broken, add_blank("b.png"), "-o", "t.csv")

        assert 1 == result.status
        assert ["a.png", "b.png"] == column(Path("t.csv"), "source")
        assert "knuckle: broken.jpg is not a picture in a format that can be read\n" in result.err
        assert "2 of 3 pictures" in result.err

    def test_one_missing_picture_among_many(self, run: Run, add_blank: AddPicture) -> None:
        """It is named, the others are done, and the status is 1."""
        result = run("detect", "nowhere.jpg", add_blank("a.png"), "-o", "t.csv")

        assert 1 == result.status
        assert ["a.png"] == column(Path("t.csv"), "source")
        assert "knuckle: nowhere.jpg does not exist\n" in result.err

    @pytest.mark.parametrize("output", ["t.csv", "t.parquet", "out", "a.png"])
    def test_all_pictures_bad(self, output: str, run: Run, broken: Path) -> None:
        """Nothing is written, and the status is 1."""
        result = run("detect", broken, "-o", output)

        assert 1 == result.status
        assert ["broken.jpg"] == names_in(Path())

    def test_all_pictures_missing(self, run: Run) -> None:
        """Each is named; nothing is written."""
        result = run("detect", "a.jpg", "b/*.jpg", "-o", "t.csv")

        assert 1 == result.status
        assert [] == names_in(Path())
        assert "knuckle: a.jpg does not exist\n" in result.err
        assert "knuckle: b/*.jpg matches no pictures\n" in result.err

    def test_a_video_is_no_picture(self, run: Run) -> None:
        """The sentence says which command takes it."""
        result = run("detect", CLIP)

        assert (1, "") == (result.status, result.out)
        assert str(CLIP) in result.err
        assert "knuckle track" in result.err

    def test_a_video_is_not_written(self, run: Run, add_blank: AddPicture) -> None:
        """The sentence says which command does."""
        result = run("detect", add_blank("a.png"), "-o", "a.mp4")

        assert (1, "") == (result.status, result.out)
        assert "knuckle track" in result.err

    def test_one_picture_cannot_hold_many(self, run: Run, add_blank: AddPicture) -> None:
        """The sentence says what can."""
        result = run("detect", add_blank("a.png"), add_blank("b.png"), "-o", "c.png")

        assert 1 == result.status
        assert ["a.png", "b.png"] == names_in(Path())
        assert "name a folder" in result.err

    def test_a_missing_package_is_one_line(
        self, run: Run, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The line to type; nothing is written, neither to the other outputs."""
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        result = run("detect", add_blank("a.png"), "-o", "t.csv", "-o", "t.parquet")

        assert (1, "") == (result.status, result.out)
        assert (
            "knuckle: writing Parquet needs an optional package: pip install pyarrow\n"
            == result.err
        )
        assert ["a.png"] == names_in(Path())

    def test_pictures_need_no_package(
        self, run: Run, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Neither the one for videos nor the one for Parquet."""
        monkeypatch.setitem(sys.modules, "av", None)
        monkeypatch.setitem(sys.modules, "pyarrow", None)

        assert 0 == run("detect", add_blank("a.png"), "-o", "t.csv", "-o", "out").status

    def test_one_annotated_picture_that_cannot_be_written(
        self, run: Run, add_blank: AddPicture
    ) -> None:
        """It is named, the others are written, and the status is 1."""
        for name in ("a.png", "b.png", "c.png"):
            add_blank(f"in/{name}")
        Path("out/b.png/full").mkdir(parents=True)
        result = run("detect", "in", "-o", "out", "--force")

        assert 1 == result.status
        assert ["a.png", "b.png", "c.png"] == names_in(Path("out"))
        assert "out/b.png" in result.err


class TestOptions:
    """Each option does what it says."""

    def test_max_hands(self, run: Run) -> None:
        """One of two hands, or all of three."""
        run("detect", SAMPLES / "two_hands.jpg", "-o", "one.csv", "--max-hands", "1")
        run("detect", SAMPLES / "two_hands.jpg", "-o", "four.csv", "--max-hands", "4")

        assert (1, 2) == (len(read_csv(Path("one.csv"))), len(read_csv(Path("four.csv"))))

    def test_mirrored_swaps_the_label_and_nothing_else(self, run: Run) -> None:
        """Left is right."""
        run("detect", SAMPLES / "open_palm.jpg", "-o", "a.csv")
        run("detect", SAMPLES / "open_palm.jpg", "-o", "b.csv", "--mirrored")
        (plain,), (mirrored,) = read_csv(Path("a.csv")), read_csv(Path("b.csv"))

        assert ("right", "left") == (plain.pop("handedness"), mirrored.pop("handedness"))
        assert plain == mirrored

    @pytest.mark.parametrize("options", [["--variant", "lite"], ["--exact"]], ids=" ".join)
    def test_other_networks_and_arithmetic_give_other_numbers(
        self, options: list[str], run: Run
    ) -> None:
        """Of the same hand: a few pixels away."""
        run("detect", SAMPLES / "open_palm.jpg", "-o", "a.csv")
        run("detect", SAMPLES / "open_palm.jpg", "-o", "b.csv", *options)
        (plain,), (other,) = (
            column(Path("a.csv"), "wrist_x_px"),
            column(Path("b.csv"), "wrist_x_px"),
        )

        assert plain != other
        assert float(plain) == pytest.approx(float(other), abs=30)

    def test_threads_change_nothing(self, run: Run) -> None:
        """But the time it takes."""
        run("detect", SAMPLES / "open_palm.jpg", "-o", "a.csv")
        run("detect", SAMPLES / "open_palm.jpg", "-o", "b.csv", "--threads", "2")
        (plain,), (other,) = (
            column(Path("a.csv"), "wrist_x_px"),
            column(Path("b.csv"), "wrist_x_px"),
        )

        assert float(plain) == pytest.approx(float(other), abs=0.01)

    @pytest.mark.parametrize("option", ["--min-presence", "--min-palm-score"])
    def test_a_limit_of_1_leaves_no_hand(self, option: str, run: Run, add_palm: AddPicture) -> None:
        """No score is higher."""
        run("detect", add_palm("a.png"), "-o", "t.csv", option, "1")

        assert [""] == column(Path("t.csv"), "hand")

    def test_styles_look_different(self, run: Run, add_palm: AddPicture) -> None:
        """A colour per finger, or grey."""
        path = add_palm("a.png")
        run("detect", path, "-o", "fingers.png")
        run("detect", path, "-o", "depth.png", "--style", "depth")

        assert not np.array_equal(
            read_picture(Path("fingers.png")), read_picture(Path("depth.png"))
        )

    def test_confidence_is_seen_and_told(self, run: Run, add_palm: AddPicture) -> None:
        """Doubtful joints fade when asked for; the table has all confidences, asked or not."""
        path = add_palm("a.png")
        run("detect", path, "-o", "plain.png", "-o", "t.csv")
        run("detect", path, "-o", "faded.png", "--confidence")
        [hand] = knuckle.detect(read_picture(path))

        assert not np.array_equal(read_picture(Path("plain.png")), read_picture(Path("faded.png")))
        assert [hand.confidence[8]] == [
            np.float32(c) for c in column(Path("t.csv"), "index_tip_confidence")
        ]

    @pytest.mark.parametrize("outputs", [[], ["-o", "t.csv", "-o", "out"]])
    def test_quiet_says_nothing(self, outputs: list[str], run: Run, add_palm: AddPicture) -> None:
        """Neither here nor there."""
        result = run("detect", add_palm("a.png"), "-q", *outputs)

        assert (0, "", "") == (result.status, result.out, result.err)

    def test_quiet_says_what_failed(self, run: Run, add_blank: AddPicture, broken: Path) -> None:
        """And nothing else."""
        result = run("detect", add_blank("a.png"), broken, "-q")

        assert (1, "") == (result.status, result.out)
        assert "knuckle: broken.jpg is not a picture in a format that can be read\n" == result.err

    def test_verbose_says_what_was_found_where(
        self, run: Run, add_palm: AddPicture, add_blank: AddPicture
    ) -> None:
        """A line for each picture, on standard error."""
        result = run("detect", add_palm("a.png"), add_blank("b.png"), "-v")

        assert "a.png: 1 hand\nb.png: 0 hands\n" in result.err
