"""`knuckle graph run`: pictures into a graph, results out of it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle.graph import read_trace
from knuckle.io.tables import CsvSink
from tests.cli.conftest import CLIP, Run, column, command, read_csv
from tests.io.files import greys, names_in, write_clip

AddPicture = Callable[[str], Path]
OURS, THEIRS = "knuckle_tracking", "hand_tracking_desktop_live"
MINE = '''"""Calculators of a test."""

from knuckle.graph import Calculator, Contract, Port, types


class Brightness(Calculator):
    """The mean of a picture. It cannot bear white."""

    contract = Contract(inputs=(Port("IMAGE", types.IMAGE),), outputs=(Port("", types.FLOAT),))

    def process(self, context):
        mean = float(context.get("IMAGE").mean())
        if mean > 250:
            raise ValueError("too bright")
        context.tell_once("it is a picture")
        context.emit("", mean)


class Dark(Calculator):
    """Half as bright."""

    contract = Contract(inputs=(Port("", types.IMAGE),), outputs=(Port("", types.IMAGE),))

    def process(self, context):
        context.emit("", context.get() // 2)
'''
GRAPH = """
input_stream: "picture"
output_stream: "brightness"
output_stream: "dark"
node {
  calculator: "Brightness"
  input_stream: "IMAGE:picture"
  output_stream: "brightness"
}
node {
  calculator: "Dark"
  input_stream: "picture"
  output_stream: "dark"
}
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten small frames without hands."""
    return write_clip(tmp_path_factory.mktemp("plain") / "plain.mp4", greys(10))


@pytest.fixture
def mine(workplace: Path) -> list[str]:
    """The words that name a graph with calculators of a file."""
    Path("mine.py").write_text(MINE)
    Path("mine.pbtxt").write_text(GRAPH)
    return ["mine.pbtxt", "--calculators", "mine.py"]


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_without_an_output_the_streams_are_counted(run: Run) -> None:
    """Each with its type."""
    result = run("graph", "run", OURS, "--input", CLIP, "--stop", "0.2")
    [row] = [line for line in result.out.splitlines() if " hands " in line]

    assert 0 == result.status
    assert ["hands", "knuckle.Hands", "6"] == [c.strip() for c in row.strip("│").split("│")]
    assert f"6 frames of {CLIP} through {OURS}\n" == result.err


def test_the_table_of_our_tracker_is_the_trackers(run: Run) -> None:
    """For times in whole microseconds, as graphs have them."""
    run("graph", "run", OURS, "--input", CLIP, "--stop", "0.5", "-o", "a.jsonl")
    rows = _lines(Path("a.jsonl").read_text())
    expected = []
    with knuckle.Tracker() as track, knuckle.open_source(CLIP, stop=0.5) as clip:
        for frame in clip:
            rounded = replace(frame, time=round(frame.time * 1e6) / 1e6)
            expected += [
                (frame.index, frame.time, hand.track_id, hand.status, hand.index_tip[0])
                for hand in track(rounded)
            ]

    assert expected == [
        (r["frame"], r["time"], r["track_id"], r["status"], np.float32(r["index_tip_x_px"]))
        for r in rows
    ]


def test_the_table_of_mediapipes_graph_has_the_same_hands(run: Run) -> None:
    """Whose they are, too; what the graph does not know is empty."""
    run("track", CLIP, "--stop", "0.5", "-o", "a.csv", "--no-smoothing")
    result = run("graph", "run", THEIRS, "--input", CLIP, "--stop", "0.5", "-o", "b.csv")
    [one, other] = (
        {(r["frame"], r["handedness"]): float(r["index_tip_x_px"]) for r in read_csv(Path(name))}
        for name in ("a.csv", "b.csv")
    )

    assert 0 == result.status
    assert one == pytest.approx(other, abs=3)
    assert [{""}] * 5 == [
        set(column(Path("b.csv"), name))
        for name in ("track_id", "status", "age", "presence", "wrist_confidence")
    ]
    assert "" not in column(Path("b.csv"), "index_mcp_flexion")


def test_such_a_table_can_be_read_back(run: Run) -> None:
    """As hands."""
    run("graph", "run", THEIRS, "--input", CLIP, "--stop", "0.1", "-o", "hands.csv")
    hands = [hand for frame in knuckle.read_table("hands.csv") for hand in frame.hands]

    assert 3 == len(hands)
    assert {("detected", 0.0)} == {(hand.status, hand.presence) for hand in hands}


def test_pictures_are_those_that_the_graph_draws(run: Run, mine: list[str], plain: Path) -> None:
    """Half as bright, at their times."""
    result = run("graph", "run", *mine, "--input", plain, "-o", "out.mp4", "-o", "out/")
    before, after = list(knuckle.open_source(plain)), list(knuckle.open_source("out.mp4"))

    assert 0 == result.status
    assert [f.time for f in before] == pytest.approx([f.time for f in after], abs=0.001)
    assert before[3].image.mean() / 2 == pytest.approx(after[3].image.mean(), abs=2)
    assert [f"{number:06d}.jpg" for number in range(10)] == names_in(Path("out"))


def test_hands_are_drawn_if_the_graph_draws_nothing(run: Run) -> None:
    """As everywhere in knuckle."""
    run("graph", "run", OURS, "--input", CLIP, "--stop", "0.1", "-o", "out.mp4")
    before, after = (next(knuckle.open_source(path)).image for path in (CLIP, "out.mp4"))

    assert np.abs(before.astype(int) - after).max() > 80


def test_packets_are_printed_as_they_come(run: Run, mine: list[str], plain: Path) -> None:
    """A JSON object on each line, pictures by their shape."""
    words = ["--observe", "brightness", "--observe", "picture", "--every", "5"]
    result = run("graph", "run", *mine, "--input", plain, *words)
    lines = _lines(result.out)

    assert ["brightness", "picture"] * 2 == [line["stream"] for line in lines]
    assert [0, 0, 166667, 166667] == [line["timestamp"] for line in lines]
    assert 30 == pytest.approx(lines[0]["value"], abs=3)
    assert {"shape": [48, 64, 3], "dtype": "uint8"} == lines[1]["value"]


def test_packets_go_to_a_file_if_one_is_named(run: Run) -> None:
    """The landmarks of each hand."""
    words = ["--observe", "multi_hand_landmarks=a.jsonl", "--stop", "0.1"]
    result = run("graph", "run", "hand_landmark_tracking", "--input", CLIP, *words)
    lines = _lines(Path("a.jsonl").read_text())

    assert (0, "") == (result.status, result.out)
    assert [0, 33333, 66667] == [line["timestamp"] for line in lines]
    assert (1, 21, 3) == np.shape(lines[-1]["value"])


def test_inner_streams_have_full_names(run: Run) -> None:
    """As the expanded graph calls them."""
    words = ["--observe", "palmdetectioncpu__filtered_detections", "--stop", "0.03"]
    [line] = _lines(run("graph", "run", "hand_landmark_tracking", "--input", CLIP, *words).out)

    assert (1, 7, 2) == np.shape([palm["keypoints"] for palm in line["value"]])


def test_a_side_packet_sets_the_number_of_hands(run: Run) -> None:
    """And 2 if it is not given."""
    for number, side in enumerate(([], ["--side", "num_hands=1"])):
        words = [*side, "--start", "2", "--stop", "2.1", "-o", f"{number}.csv"]
        run("graph", "run", "hand_landmark_tracking", "--input", CLIP, *words)

    assert [2, 1] == [len({*column(Path(f"{n}.csv"), "hand")}) for n in (0, 1)]


def test_an_option_of_an_inner_node_can_be_set(run: Run) -> None:
    """No palm is as sure as that."""
    node = "TensorsToDetectionsCalculator.min_score_thresh=0.999"
    words = ["--set", node, "--observe", "detections", "--stop", "0.1"]
    result = run("graph", "run", "palm_detection", "--input", CLIP, *words)

    assert (0, "") == (result.status, result.out)


def test_a_trace_has_the_nodes_of_the_run(run: Run, mine: list[str], plain: Path) -> None:
    """And it is said where it is."""
    result = run("graph", "run", *mine, "--input", plain, "--trace", "t.json")

    assert {"Brightness": 10, "Dark": 10} == {
        name: time.calls for name, time in read_trace("t.json").nodes.items()
    }
    assert "wrote t.json\n" in result.err


def test_notes_of_the_nodes_are_told_once(run: Run, mine: list[str], plain: Path) -> None:
    """Apart from the results."""
    result = run("graph", "run", *mine, "--input", plain, "--observe", "brightness")

    assert 1 == result.err.count("note: it is a picture\n")


def test_a_node_that_fails_ends_the_run(run: Run, mine: list[str]) -> None:
    """What was finished is kept, and the sentence names the node and the time."""
    images = [*greys(4), np.full((48, 64, 3), 255, np.uint8), *greys(2)]
    write_clip(Path("white.mp4"), images)
    words = ["-o", "out.mp4", "--observe", "brightness=b.jsonl", "--trace", "t.json"]
    result = run("graph", "run", *mine, "--input", "white.mp4", *words)

    assert 1 == result.status
    assert "knuckle: node Brightness at 133333: too bright (mine.py:14)\n" in result.err
    assert 5 == len(list(knuckle.open_source("out.mp4")))  # Dark had done the white one
    assert 4 == len(_lines(Path("b.jsonl").read_text()))
    assert ["b.jsonl", "mine.pbtxt", "mine.py", "out.mp4", "t.json", "white.mp4"] == [
        name for name in names_in(Path()) if name != "__pycache__"
    ]


def interrupt_after_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send the signal of Ctrl-C once the third frame is in the table."""
    original = CsvSink._append

    def append(sink: CsvSink, frame: knuckle.Frame, hands: list[knuckle.Hand]) -> None:
        original(sink, frame, hands)
        if frame.index == 2:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(CsvSink, "_append", append)


def test_an_interruption_keeps_what_is_finished(
    run: Run, plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Soon after the third of ten frames: a few may wait to be written."""
    interrupt_after_three(monkeypatch)
    result = run("graph", "run", OURS, "--input", plain, "-o", "t.csv")

    assert 130 == result.status
    assert 3 <= len(column(Path("t.csv"), "frame")) < 10
    assert result.err.endswith("interrupted: finished work is kept\n")


def test_a_graph_that_reads_and_writes_files_gets_their_names(run: Run, plain: Path) -> None:
    """From --input and -o; a table is written beside."""
    words = ["-o", "out.mp4", "-o", "hands.csv"]
    result = run("graph", "run", "hand_tracking_desktop", "--input", plain, *words)

    assert (0, "") == (result.status, result.out)
    assert 10 == len(list(knuckle.open_source("out.mp4")))
    assert [str(number) for number in range(10)] == column(Path("hands.csv"), "frame")
    assert "wrote hands.csv\nwrote out.mp4\n" in result.err
    assert f"10 frames of {plain} through hand_tracking_desktop\n" in result.err


def test_such_a_graph_is_interrupted_between_two_frames(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both files hold what was finished."""
    interrupt_after_three(monkeypatch)
    words = ["--input", CLIP, "-o", "out.mp4", "-o", "t.csv"]
    result = run("graph", "run", "hand_tracking_desktop", *words)
    count = len(list(knuckle.open_source("out.mp4")))

    assert 130 == result.status
    assert 3 <= count < 150
    assert {"0", "1", "2"} <= {*column(Path("t.csv"), "frame")}


def test_a_limiter_loses_no_frame(run: Run, plain: Path) -> None:
    """A file waits for the graph, as a camera would not."""
    words = ["--input", plain, "-o", "out.mp4", "-q"]
    result = run("graph", "run", "hand_tracking_mobile", *words)

    assert (0, "") == (result.status, result.err)
    assert 10 == len(list(knuckle.open_source("out.mp4")))


def test_a_folder_of_pictures_is_a_source(run: Run, mine: list[str], add_blank: AddPicture) -> None:
    """At 30 pictures a second."""
    for number in range(3):
        add_blank(f"in/{number}.png")
    result = run("graph", "run", *mine, "--input", "in", "--observe", "brightness")

    assert [0, 33333, 66667] == [line["timestamp"] for line in _lines(result.out)]


def test_a_single_picture_becomes_one(run: Run, mine: list[str], add_blank: AddPicture) -> None:
    """A folder is not needed."""
    add_blank("grey.png")
    result = run("graph", "run", *mine, "--input", "grey.png", "-o", "dark.png")

    assert (0, "") == (result.status, result.out)
    assert 64 == knuckle.read_image("dark.png").mean()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_reader_who_leaves_ends_the_run(plain: Path) -> None:
    """As everywhere in knuckle, with status 141 and nothing else."""
    words = command("graph", "run", OURS, "--input", plain, "--observe", "hands")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout
        run.stdout.close()
        _, errors = run.communicate(timeout=60)

    assert (141, "") == (run.returncode, errors)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--side", "num_hands=x"], "side packet \"num_hands\" takes a whole number, not 'x'"),
        (["--side", "hands=2"], 'no side packet "hands": it has num_hands, model_complexity'),
        (["--side", "num_hands"], "--side num_hands lacks a value: write NAME=VALUE"),
        (["--set", "NewPalms"], "--set NewPalms lacks a value: write NODE.option=VALUE"),
        (["--set", "Nobody.a=2"], '--set: "Nobody.a" is no option of a node'),
        (["--observe", "hand"], 'the graph has no stream "hand": did you mean hands'),
        (["--observe", "hands=a.csv"], "--observe hands=a.csv: the file's name must end in .jsonl"),
        (["--start", "3", "--stop", "2"], "stop must come after start"),
        (["-o", "out.jpg"], "out.jpg holds one picture: name a folder"),
        (["-o", "old.csv"], "old.csv exists: --force replaces it"),
        (["--observe", "hands=old.jsonl"], "old.jsonl exists: --force replaces it"),
        (["--trace", "old.jsonl"], "old.jsonl exists: --force replaces it"),
        (["--side", "num_hands=0"], "num_hands must be at least 1, not 0"),
        (["--engine", "nope"], "'nope' is not one of"),
        (["--start", "100"], "has no frames between --start and --stop"),
    ],
)
def test_what_makes_no_sense_is_said(words: list[str], reason: str, run: Run, plain: Path) -> None:
    """Before anything is written, and never with a traceback."""
    for name in ("old.csv", "old.jsonl"):
        Path(name).write_text("old")
    result = run("graph", "run", OURS, "--input", plain, *words)

    assert result.status in (1, 2)
    assert reason in result.err
    assert "Traceback" not in result.err
    assert ["old.csv", "old.jsonl"] == names_in(Path())


@pytest.mark.parametrize(
    ("graph", "words", "reason"),
    [
        ("hand_landmark", [], 'also takes packets in "hand_rect" (NormalizedRect)'),
        (
            "palm_detection",
            ["-o", "a.csv"],
            "a.csv cannot be written: the graph finds",
        ),
        ("palm_detection", ["-o", "a.mp4"], "the graph draws no pictures and finds no hands"),
        ("hand_tracking_desktop", [], "the graph writes a video: say where with -o out.mp4"),
        ("hand_tracking_desktop", ["-o", "a.mp4", "--stop", "1"], "--stop and --every do not work"),
    ],
)
def test_what_a_graph_cannot_do_is_said(
    graph: str, words: list[str], reason: str, run: Run, plain: Path
) -> None:
    """In one line."""
    result = run("graph", "run", graph, "--input", plain, *words)

    assert result.status in (1, 2)
    assert reason in result.err
    assert [] == names_in(Path())


def test_a_source_that_is_not_there_is_named(run: Run) -> None:
    """For graphs that read it themselves, too."""
    ours = run("graph", "run", OURS, "--input", "none.mp4")
    theirs = run("graph", "run", "hand_tracking_desktop", "--input", "none.mp4", "-o", "a.mp4")

    assert (1, 1) == (ours.status, theirs.status)
    assert "none.mp4" in ours.err
    assert "none.mp4" in theirs.err
    assert [] == names_in(Path())
