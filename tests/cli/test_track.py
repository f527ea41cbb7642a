"""`knuckle track`: hands in videos, from cameras and in folders of pictures."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest

import knuckle
from knuckle.errors import install_command
from knuckle.io import listing
from knuckle.io.formats import FORMATS
from knuckle.io.pictures import read_picture
from knuckle.io.video import CAMERAS
from tests.cli.conftest import CLIP, Run, column, read_csv
from tests.conftest import SAMPLES
from tests.io.files import (
    damage,
    greys,
    names_in,
    quadrants,
    set_display_matrix,
    write_clip,
    write_sound,
)

AddPicture = Callable[[str], Path]
OUTPUTS = [*sorted(f"a{f.ending}" for f in FORMATS if f.kind in ("table", "video")), "out"]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty small frames without hands."""
    return write_clip(tmp_path_factory.mktemp("plain") / "plain.mp4", greys(30))


def test_a_table_is_shown(run: Run) -> None:
    """Without an output: a line for each stretch of frames with the same hands."""
    result = run("track", CLIP, "--stop", "0.2")

    assert 0 == result.status
    assert "right" in result.out
    assert f"hands in 6 of 6 frames of {CLIP}\n" == result.err


def test_a_stretch_without_hands_is_in_the_table(run: Run, plain: Path) -> None:
    """It says none."""
    assert "none" in run("track", plain, "--stop", "0.1").out


def test_the_numbers_are_the_librarys(run: Run) -> None:
    """The command is the loop with files around it."""
    run("track", CLIP, "-o", "a.jsonl", "--start", "1", "--stop", "1.3", "--every", "2")
    rows = [json.loads(line) for line in Path("a.jsonl").read_text().splitlines()]
    expected = []
    with knuckle.Tracker() as track, knuckle.open_source(CLIP, start=1, stop=1.3, every=2) as clip:
        for frame in clip:
            expected += [(frame.index, frame.time, hand.index_tip[0]) for hand in track(frame)]

    assert expected == [
        (row["frame"], row["time"], np.float32(row["index_tip_x_px"]))
        for row in rows
        if row["hand"] is not None
    ]


def test_hands_are_tracked_from_frame_to_frame(run: Run) -> None:
    """The palm detector finds a hand once; after that it has no palm score."""
    run("track", CLIP, "-o", "a.csv", "--stop", "0.3", "--max-hands", "1")
    first, *others = column(Path("a.csv"), "palm_score")

    assert first
    assert {""} == set(others)


@pytest.mark.parametrize("name", OUTPUTS)
def test_every_output_can_be_written(name: str, run: Run, plain: Path) -> None:
    """And is said to be; nothing else lies there."""
    result = run("track", plain, "-o", name, "--stop", "0.2")

    assert (0, "") == (result.status, result.out)
    assert f"wrote {name}\n" in result.err
    assert [name] == names_in(Path())


def test_all_outputs_can_be_written_in_one_run(run: Run, plain: Path) -> None:
    """As many as there are kinds."""
    outputs = [word for name in OUTPUTS for word in ("-o", name)]
    result = run("track", plain, *outputs)

    assert 0 == result.status
    assert OUTPUTS == names_in(Path())
    assert 30 == len(names_in(Path("out")))
    assert 30 == len(parquet.read_table("a.parquet"))
    assert 30 == len(list(knuckle.open_source("a.mp4")))


def test_the_video_has_the_sources_size_rate_and_times(run: Run, plain: Path) -> None:
    """Frame for frame."""
    run("track", plain, "-o", "a.mp4")
    source, written = knuckle.open_source(plain), knuckle.open_source("a.mp4")
    frames = list(written)

    assert (source.rate, source.frame_count) == (written.rate, written.frame_count)
    assert [f.time for f in source] == pytest.approx([f.time for f in frames], abs=0.001)
    assert (48, 64, 3) == frames[0].image.shape


def test_the_video_of_a_varying_rate_keeps_its_times(run: Run) -> None:
    """To a millisecond."""
    times = [0, 0.02, 0.5, 0.51, 0.6, 1.25, 1.3]
    write_clip(Path("in.mp4"), greys(7), times=times)
    run("track", "in.mp4", "-o", "a.mp4", "-o", "a.csv")

    assert times == pytest.approx([f.time for f in knuckle.open_source("a.mp4")], abs=0.001)
    assert times == pytest.approx([float(t) for t in column(Path("a.csv"), "time")], abs=0.001)


def test_the_video_is_drawn_upon(run: Run) -> None:
    """Where there are hands."""
    run("track", CLIP, "-o", "a.mp4", "--stop", "0.1")
    before, after = (next(knuckle.open_source(path)).image for path in (CLIP, "a.mp4"))

    assert np.abs(before.astype(int) - after).max() > 80


def test_the_video_of_a_part_lasts_as_long_as_the_part(run: Run, plain: Path) -> None:
    """A third of the frames at a third of the rate."""
    run("track", plain, "-o", "a.mp4", "--every", "3")
    written = knuckle.open_source("a.mp4")

    assert (Fraction(10), 10) == (written.rate, written.frame_count)
    assert np.arange(10) / 10 == pytest.approx([f.time for f in written], abs=0.001)


def test_a_turned_video_is_upright(run: Run) -> None:
    """What a phone notes counts for the annotated video, too."""
    path = write_clip(Path("in.mp4"), [quadrants()] * 3)
    set_display_matrix(path, (0, 1, -1, 0))
    run("track", path, "-o", "a.mp4")
    image = next(knuckle.open_source("a.mp4")).image

    assert (64, 48, 3) == image.shape
    assert "blue" == ("red", "green", "blue")[int(image[8, 8].argmax())]


def test_odd_sizes_can_be_written(run: Run, add_blank: AddPicture) -> None:
    """One pixel is added."""
    from PIL import Image

    Image.fromarray(np.full((47, 63, 3), 90, np.uint8)).save("a.png")
    result = run("track", "a.png", "-o", "a.mp4")

    assert 0 == result.status
    assert (48, 64, 3) == next(knuckle.open_source("a.mp4")).image.shape


def test_frames_are_named_by_their_index(run: Run, plain: Path) -> None:
    """So that a frame is found by the number in the table."""
    run("track", plain, "-o", "out", "--start", "0.5", "--every", "5")

    assert ["000015.jpg", "000020.jpg", "000025.jpg"] == names_in(Path("out"))


@pytest.mark.parametrize(
    ("options", "frames"),
    [
        (["--stop", "0.1"], [0, 1, 2]),
        (["--start", "0.9"], [27, 28, 29]),
        (["--every", "12"], [0, 12, 24]),
        (["--start", "0.2", "--stop", "0.6", "--every", "5"], [6, 11, 16]),
        (["--stop", "inf", "--every", "20"], [0, 20]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value[0], str) else "",
)
def test_spans_keep_index_and_time(
    options: list[str], frames: list[int], run: Run, plain: Path
) -> None:
    """Seconds and frames of the source."""
    result = run("track", plain, "-o", "a.csv", *options)

    assert 0 == result.status
    assert frames == [int(frame) for frame in column(Path("a.csv"), "frame")]
    assert [i / 30 for i in frames] == [float(time) for time in column(Path("a.csv"), "time")]


@pytest.mark.parametrize(
    "options",
    [
        ["--start", "-1"],
        ["--start", "nan"],
        ["--start", "inf"],
        ["--stop", "nan"],
        ["--stop", "0"],
        ["--start", "2", "--stop", "1"],
    ],
    ids=" ".join,
)
def test_a_span_that_makes_no_sense_ends_with_2(options: list[str], run: Run, plain: Path) -> None:
    """And nothing is written."""
    result = run("track", plain, "-o", "a.csv", *options)

    assert (2, "") == (result.status, result.out)
    assert "must" in result.err
    assert [] == names_in(Path())


def test_a_span_after_the_end_is_a_failure(run: Run, plain: Path) -> None:
    """An output that was asked for and is not there is one."""
    result = run("track", plain, "-o", "a.csv", "--start", "50")

    assert 1 == result.status
    assert "knuckle: " in result.err


def test_a_folder_plays_in_natural_order(run: Run, add_blank: AddPicture) -> None:
    """At 30 per second."""
    for name in ("in/10.png", "in/9.png", "in/1.png"):
        add_blank(name)
    run("track", "in", "-o", "a.csv")
    rows = read_csv(Path("a.csv"))

    assert [("in/1.png", "0"), ("in/9.png", "1"), ("in/10.png", "2")] == [
        (row["source"], row["frame"]) for row in rows
    ]


def test_a_folder_is_listed_once(
    run: Run, add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may lie on a slow disk and be long."""
    listed: list[Path] = []

    def list_pictures(path: Path) -> list[Path]:
        listed.append(path)
        return listing.list_pictures(path)

    monkeypatch.setattr("knuckle.io.sources.list_pictures", list_pictures)
    add_blank("in/a.png")
    run("track", "in", "-o", "out")

    assert [Path("in")] == listed


def test_a_picture_is_a_clip_of_one_frame(run: Run, add_palm: AddPicture) -> None:
    """Whoever tracks a picture gets its hands."""
    result = run("track", add_palm("a.png"), "-o", "a.csv")

    assert 0 == result.status
    assert ["right"] == column(Path("a.csv"), "handedness")


class TestCameras:
    """FFmpeg's test picture stands for a camera."""

    @pytest.fixture(autouse=True)
    def camera(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Camera 0 shows it at the speed of a camera."""
        picture = "testsrc=size=64x48:rate=30,realtime"
        monkeypatch.setitem(CAMERAS, sys.platform, ("lavfi", picture))

    def test_a_number_is_a_camera(self, run: Run) -> None:
        """For as long as one likes."""
        result = run("track", "0", "--stop", "0.3", "-o", "a.csv", "-o", "a.mp4")

        assert 0 == result.status
        assert {"camera 0"} == set(column(Path("a.csv"), "source"))
        assert len(read_csv(Path("a.csv"))) == len(list(knuckle.open_source("a.mp4")))

    def test_times_of_a_camera_are_those_of_its_pictures(self, run: Run) -> None:
        """In the table and, from the first picture on, in the video."""
        run("track", "0", "--stop", "0.3", "-o", "a.csv", "-o", "a.mp4")
        times = np.array([float(time) for time in column(Path("a.csv"), "time")])

        assert (times - times[0]).tolist() == pytest.approx(
            [frame.time for frame in knuckle.open_source("a.mp4")], abs=0.001
        )

    def test_a_file_that_is_named_like_a_camera_is_a_file(
        self, run: Run, add_blank: AddPicture
    ) -> None:
        """What exists is meant."""
        add_blank("0/a.png")
        run("track", "0", "-o", "a.csv")

        assert ["0/a.png"] == column(Path("a.csv"), "source")

    def test_a_camera_that_stops_keeps_what_there_was(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is said, and the status is 1."""
        picture = "testsrc=size=64x48:rate=30:duration=0.2,realtime"
        monkeypatch.setitem(CAMERAS, sys.platform, ("lavfi", picture))
        result = run("track", "0", "-o", "a.csv", "--start", "0")

        assert 1 == result.status
        assert "knuckle: camera 0 stopped sending pictures\n" in result.err
        assert read_csv(Path("a.csv"))


def test_a_missing_camera_is_one_line(run: Run) -> None:
    """With its number and a question."""
    result = run("track", "87")

    assert (1, "") == (result.status, result.out)
    assert result.err.startswith("knuckle: camera 87 cannot be opened")
    assert 1 == result.err.count("\n")


class TestFailures:
    """What goes wrong is said, and what can be done is done."""

    @pytest.mark.parametrize("name", ["nowhere.mp4", "nowhere/", "*.png", "-"])
    def test_a_missing_source_is_one_line(self, name: str, run: Run) -> None:
        """And nothing is written."""
        result = run("track", "-o", "a.csv", "--", name)

        assert (1, "") == (result.status, result.out)
        assert 1 == result.err.count("\n")
        assert [] == names_in(Path())

    @pytest.mark.parametrize("content", [b"", b"some words\n" * 30])
    def test_what_is_no_video_is_one_line(self, content: bytes, run: Run) -> None:
        """And nothing is written."""
        Path("a.mp4").write_bytes(content)
        result = run("track", "a.mp4", "-o", "a.csv")

        assert (1, "") == (result.status, result.out)
        assert result.err.startswith("knuckle: a.mp4 cannot be opened: ")
        assert 1 == result.err.count("\n")
        assert ["a.mp4"] == names_in(Path())

    def test_a_folder_of_videos_says_what_to_type(self, run: Run, plain: Path) -> None:
        """How many there are, and the command for the first."""
        Path("clips").mkdir()
        for name in ("10.mp4", "9.mp4"):
            Path("clips", name).write_bytes(plain.read_bytes())
        result = run("track", "clips", "-o", "a.csv")

        assert 1 == result.status
        assert (
            "knuckle: clips holds no pictures but 2 videos, to be tracked one by one: "
            "knuckle track clips/9.mp4\n" == result.err
        )

    def test_sound_is_one_line(self, run: Run) -> None:
        """A file without pictures."""
        write_sound(Path("a.wav"))
        result = run("track", "a.wav", "-o", "a.csv")

        assert (1, "knuckle: a.wav holds no pictures\n") == (result.status, result.err)

    def test_a_damaged_video_keeps_what_can_be_read(self, run: Run, plain: Path) -> None:
        """It is said, the outputs are whole, and the status is 1."""
        Path("a.mp4").write_bytes(plain.read_bytes())
        damage(Path("a.mp4"), length=200)
        result = run("track", "a.mp4", "-o", "t.csv", "-o", "t.mp4")

        assert 1 == result.status
        assert "knuckle: a.mp4 is damaged" in result.err
        assert 5 < len(read_csv(Path("t.csv"))) < 30
        assert len(read_csv(Path("t.csv"))) == len(list(knuckle.open_source("t.mp4")))

    def test_a_damaged_picture_in_a_folder_is_left_out(
        self, run: Run, add_blank: AddPicture
    ) -> None:
        """It is named, the others are done, and the status is 1."""
        for i in range(5):
            add_blank(f"in/{i}.png")
        Path("in/2.png").write_bytes(b"junk")
        result = run("track", "in", "-o", "t.csv")

        assert 1 == result.status
        assert "in/2.png" in result.err
        assert ["0", "1", "3", "4"] == column(Path("t.csv"), "frame")

    def test_pictures_of_two_sizes_make_no_video(
        self, run: Run, add_blank: AddPicture, add_palm: AddPicture
    ) -> None:
        """It is said, the other outputs are whole, and the status is 1."""
        add_blank("in/1.png")
        add_palm("in/2.png")
        add_blank("in/3.png")
        result = run("track", "in", "-o", "a.mp4", "-o", "a.csv")

        assert 1 == result.status
        assert "but 270x180 follows 32x24: write them to a folder" in result.err
        assert ["a.csv", "in"] == names_in(Path())
        assert 3 == len(read_csv(Path("a.csv")))

    def test_nothing_left_to_write_to_ends_the_run(
        self, run: Run, add_blank: AddPicture, add_palm: AddPicture
    ) -> None:
        """The work would be for nothing."""
        add_blank("in/1.png")
        add_palm("in/2.png")
        result = run("track", "in", "-o", "a.mp4")

        assert 1 == result.status
        assert ["in"] == names_in(Path())

    def test_a_picture_output_is_refused(self, run: Run, plain: Path) -> None:
        """The sentence says what can be named."""
        result = run("track", plain, "-o", "a.jpg")

        assert (1, "") == (result.status, result.out)
        assert "name a folder" in result.err

    @pytest.mark.parametrize("name", ["clip.mp4", "0"])
    def test_a_missing_video_package_is_one_line(
        self, name: str, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The line to type."""
        monkeypatch.setitem(sys.modules, "av", None)
        Path("clip.mp4").touch()
        result = run("track", name)

        assert (1, "") == (result.status, result.out)
        assert result.err.endswith(f"{install_command('video')}\n")
        assert 1 == result.err.count("\n")

    @pytest.mark.parametrize(
        ("module", "output", "extra"),
        [("av", "a.mp4", "video"), ("pyarrow", "a.parquet", "parquet")],
    )
    def test_a_missing_package_for_an_output_is_one_line(
        self,
        module: str,
        output: str,
        extra: str,
        run: Run,
        add_blank: AddPicture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The line to type; the other output is not begun."""
        monkeypatch.setitem(sys.modules, module, None)
        result = run("track", add_blank("in/1.png"), "-o", "a.csv", "-o", output)

        assert (1, "") == (result.status, result.out)
        assert result.err.endswith(f"{install_command(extra)}\n")
        assert ["in"] == names_in(Path())


class TestOptions:
    """Each option does what it says."""

    def test_max_hands(self, run: Run) -> None:
        """Two hands are there, one is wanted."""
        run("track", CLIP, "-o", "a.csv", "--start", "2", "--stop", "2.2", "--max-hands", "1")

        assert {"0"} == set(column(Path("a.csv"), "hand"))

    def test_mirrored_swaps_the_label_and_nothing_else(self, run: Run) -> None:
        """Left is right."""
        run("track", CLIP, "-o", "a.csv", "--stop", "0.1")
        run("track", CLIP, "-o", "b.csv", "--stop", "0.1", "--mirrored")
        labels = [column(Path(name), "handedness") for name in ("a.csv", "b.csv")]
        places = [column(Path(name), "wrist_x_px") for name in ("a.csv", "b.csv")]

        assert [["right"] * 3, ["left"] * 3] == labels
        assert places[0] == places[1]

    @pytest.mark.parametrize("options", [["--variant", "lite"], ["--exact"]], ids=" ".join)
    def test_other_networks_and_arithmetic_give_other_numbers(
        self, options: list[str], run: Run
    ) -> None:
        """Of the same hand: a few pixels away."""
        run("track", CLIP, "-o", "a.csv", "--stop", "0.03")
        run("track", CLIP, "-o", "b.csv", "--stop", "0.03", *options)
        (plain,), (other,) = (
            column(Path("a.csv"), "wrist_x_px"),
            column(Path("b.csv"), "wrist_x_px"),
        )

        assert plain != other
        assert float(plain) == pytest.approx(float(other), abs=30)

    @pytest.mark.parametrize("option", ["--min-presence", "--min-palm-score"])
    def test_a_limit_of_1_leaves_no_hand(self, option: str, run: Run) -> None:
        """No score is higher; every frame is there all the same."""
        run("track", CLIP, "-o", "t.csv", "--stop", "0.1", option, "1")

        assert ["", "", ""] == column(Path("t.csv"), "hand")

    def test_styles_look_different(self, run: Run, add_palm: AddPicture) -> None:
        """A colour per finger, or grey."""
        path = add_palm("a.png")
        run("track", path, "-o", "fingers")
        run("track", path, "-o", "depth", "--style", "depth")

        assert not np.array_equal(
            read_picture(Path("fingers/000000.jpg")), read_picture(Path("depth/000000.jpg"))
        )

    def test_doubtful_joints_fade(self, run: Run, add_palm: AddPicture) -> None:
        """When asked for."""
        path = add_palm("a.png")
        run("track", path, "-o", "plain")
        run("track", path, "-o", "faded", "--confidence")

        assert not np.array_equal(
            read_picture(Path("plain/000000.jpg")), read_picture(Path("faded/000000.jpg"))
        )

    @pytest.mark.parametrize("outputs", [[], ["-o", "t.csv", "-o", "t.mp4"]])
    def test_quiet_says_nothing(self, outputs: list[str], run: Run, plain: Path) -> None:
        """Neither here nor there."""
        result = run("track", plain, "-q", "--stop", "0.1", *outputs)

        assert (0, "", "") == (result.status, result.out, result.err)

    def test_verbose_says_what_was_found_where(self, run: Run, plain: Path) -> None:
        """A line for each frame, on standard error."""
        result = run("track", plain, "-v", "--stop", "0.05")

        assert "0.000 s, frame 0: 0 hands\n0.033 s, frame 1: 0 hands\n" in result.err


def test_samples_are_read_only_and_stay_so(run: Run) -> None:
    """No run writes beside its source."""
    before = names_in(SAMPLES)
    run("track", CLIP, "--stop", "0.05")

    assert before == names_in(SAMPLES)


def test_offline_tracking_reads_the_whole_clip(run: Run) -> None:
    """The same frames, at least as many hands, each with its identity and status."""
    tables = []
    for flags in ((), ("--offline",)):
        table = Path(f"{len(flags)}.csv")
        done = run("track", CLIP, "--stop", "1.5", *flags, "-o", table)
        assert 0 == done.status
        tables.append(read_csv(table))
    live, whole = tables

    assert {row["frame"] for row in live} == {row["frame"] for row in whole}
    assert len(live) <= len(whole)
    assert {"1", "2"} == {row["track_id"] for row in whole if row["hand"]}
    assert {row["status"] for row in whole if row["hand"]} <= {"detected", "tracked", "filled"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--gap", "1"], "--gap works only with --offline"),
        (
            ["--offline", "--gap", "nan"],
            "gap must be a finite number of seconds, 0 or more, not nan",
        ),
        (["--offline", "--gap", "-1"], "-1.0 is not in the range x>=0"),
        (["--effort", "most"], "'most' is not one of 'normal', 'high'"),
    ],
)
def test_bad_options_are_one_sentence(run: Run, arguments: list[str], says: str) -> None:
    """That names the value."""
    done = run("track", CLIP, *arguments)

    assert 2 == done.status
    assert says in done.err


def test_a_camera_cannot_be_read_ahead(run: Run) -> None:
    """It is said before it is opened."""
    done = run("track", "0", "--offline")

    assert 2 == done.status
    assert "--offline does not work with a camera: it looks a second ahead" in done.err
