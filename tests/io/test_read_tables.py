"""Tables back to hands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle.io.formats import TABLES
from knuckle.values import Frame, Hand
from tests.conftest import ROOT
from tests.io.files import make_frame, make_hand

GOLDEN = ROOT / "web" / "test" / "golden" / "io" / "texts.json"


def written(path: Path, frames: Sequence[tuple[Frame, Sequence[Hand]]]) -> Path:
    """The path, with the hands as a table."""
    with knuckle.open_sink(path) as sink:
        for frame, hands in frames:
            sink.write(frame, hands)
    return path


def seen(index: int) -> Hand:
    """A hand whose points and landmarks agree, in a picture of 640 x 480."""
    points = np.random.default_rng(index).uniform(1, 400, (21, 2)).astype(np.float32)
    depths = np.full((21, 1), 0.1 * index, np.float32)
    landmarks = np.concatenate([points / np.array([640, 480], np.float32), depths], axis=1)
    return replace(make_hand(index), points=points, landmarks=landmarks, image_size=(640, 480))


@pytest.mark.parametrize("ending", TABLES)
def test_what_is_written_is_read_back(ending: str, tmp_path: Path) -> None:
    """Every number, the size of the picture, and frames without hands."""
    frames = [(make_frame(), [seen(0), seen(1)]), (replace(make_frame(), index=7, time=0.5), [])]
    [first, second] = knuckle.read_table(written(tmp_path / f"hands{ending}", frames))

    assert (7, 0.5, ()) == (second.index, second.time, second.hands)
    assert (frames[0][0].source, frames[0][0].index) == (first.source, first.index)
    for hand, before in zip(first.hands, frames[0][1], strict=True):
        for name in ("landmarks", "points", "world_landmarks", "confidence"):
            np.testing.assert_array_equal(getattr(before, name), getattr(hand, name))
        for name in ("track_id", "status", "handedness", "image_size"):
            assert getattr(before, name) == getattr(hand, name)
        for name in ("age", "presence", "handedness_score", "palm_score"):
            assert pytest.approx(getattr(before, name), rel=1e-6) == getattr(hand, name)


@pytest.mark.parametrize("ending", TABLES)
def test_what_a_graph_does_not_know_is_empty(ending: str, tmp_path: Path) -> None:
    """Numbers are 0 then, and arrays of zeros."""
    path, unknown = tmp_path / f"hands{ending}", {"status", "age", "presence", "wrist_x_m"}
    unknown.add("wrist_confidence")
    with TABLES[ending](path, unknown=unknown) as sink:
        sink.write(make_frame(), [seen(1)])
    [hand] = next(knuckle.read_table(path)).hands

    assert ("detected", 0.0, 0.0) == (hand.status, hand.age, hand.presence)
    assert not hand.world_landmarks.any()
    assert not hand.confidence.any()
    np.testing.assert_array_equal(seen(1).landmarks, hand.landmarks)


def test_hands_of_a_table_can_be_drawn(tmp_path: Path) -> None:
    """They are Hands like others."""
    [frame] = knuckle.read_table(written(tmp_path / "hands.csv", [(make_frame(), [seen(0)])]))
    black = np.zeros((480, 640, 3), np.uint8)

    assert knuckle.draw(black, frame.hands).any()


@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "jsonl"])
def test_what_the_page_exports_is_read(kind: str, tmp_path: Path) -> None:
    """The web library writes these very texts; its tests say so."""
    path = tmp_path / f"hands.{kind}"
    golden = json.loads(GOLDEN.read_text())
    path.write_bytes(golden["tables"][kind].encode())
    frames = list(knuckle.read_table(path))

    assert [f["frame"]["source"] for f in golden["frames"]] == [f.source for f in frames]
    assert [f["frame"]["time"] for f in golden["frames"]] == [f.time for f in frames]
    assert [len(f["hands"]) for f in golden["frames"]] == [len(f.hands) for f in frames]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.txt", "", r"a\.txt is no table: its ending must be one of \.csv"),
        ("a.csv", "x,y\n1,2\n", r"row 1 has no column schema"),
        ("a.json", "{", r"a\.json cannot be read as a table"),
        ("a.json", "{}", "an array of rows"),
        ("a.jsonl", "3\n", "a row must be an object, not 3"),
    ],
)
def test_what_is_no_table_is_refused(name: str, text: str, says: str, tmp_path: Path) -> None:
    """In one sentence."""
    (tmp_path / name).write_text(text)

    with pytest.raises(knuckle.SourceError, match=says):
        list(knuckle.read_table(tmp_path / name))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """Not with an error of the operating system."""
    with pytest.raises(knuckle.SourceError, match=r"none\.csv cannot be read as a table"):
        list(knuckle.read_table(tmp_path / "none.csv"))


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("schema", 2, "version 2 of the table, and this knuckle reads version 1"),
        ("wrist_x", "left", "row 1: wrist_x must be a number, not 'left'"),
        ("wrist_x", None, "row 1: wrist_x must be a number, not None"),
        ("presence", float("nan"), "presence must be a finite number"),
        ("frame", 0.5, "frame must be a whole number, not 0.5"),
        ("handedness", "both", "handedness must be one of left, right, not 'both'"),
    ],
)
def test_a_bad_cell_is_named(column: str, value: Any, says: str, tmp_path: Path) -> None:
    """With its row, its value and what it should be."""
    path = written(tmp_path / "hands.json", [(make_frame(), [seen(0)])])
    [row] = json.loads(path.read_text())
    path.write_text(json.dumps([{**row, column: value}]))

    with pytest.raises(knuckle.SourceError, match=says):
        list(knuckle.read_table(path))
