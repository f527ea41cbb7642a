"""`--effort` of `knuckle detect` and `knuckle evaluate`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import knuckle
from knuckle.io.pictures import read_picture
from tests.cli.conftest import CLIP, Run
from tests.conftest import SAMPLES

PICTURE = SAMPLES / "three_hands.jpg"


def test_high_effort_finds_what_normal_effort_misses(run: Run) -> None:
    """The library's own numbers."""
    normal = run("detect", PICTURE, "--max-hands", "4")
    high = run("detect", PICTURE, "--max-hands", "4", "--effort", "high", "-o", "a.jsonl")
    rows = [json.loads(line) for line in Path("a.jsonl").read_text().splitlines()]
    hands = knuckle.detect(read_picture(PICTURE), max_hands=4, effort="high")

    assert (0, 0) == (normal.status, high.status)
    assert normal.err.startswith("2 hands")
    assert "3 hands in 1 of 1 picture" in high.err
    assert [hand.index_tip[0] for hand in hands] == [np.float32(r["index_tip_x_px"]) for r in rows]


@pytest.mark.parametrize("command", ["detect", "evaluate"])
def test_other_efforts_are_refused(command: str, run: Run) -> None:
    """With the choices."""
    result = run(command, PICTURE, "--effort", "max")

    assert 2 == result.status
    assert "'normal', 'high'" in result.err


def test_high_effort_is_evaluated(run: Run, workplace: Path) -> None:
    """All hands of a picture in which one is missed else; the report says how hard it looked."""
    truth = json.loads((SAMPLES / "annotations.json").read_text())
    truth["images"] = [row for row in truth["images"] if row["image"] == PICTURE.name]
    (workplace / "set").mkdir()
    shutil.copy(PICTURE, workplace / "set")
    (workplace / "set" / "annotations.json").write_text(json.dumps(truth))
    result = run("evaluate", "set", "--robustness", "0", "--effort", "high", "-o", "r.json")
    record = json.loads(Path("r.json").read_text())
    figures = {f["name"]: f["values"] for f in record["sets"][0]["figures"]}

    assert 0 == result.status
    assert [1.0] == figures["recall"]
    assert "high effort" in record["contestants"][0]


def test_clips_are_evaluated_at_normal_effort(run: Run) -> None:
    """A tracker has one effort, so far; the option is for the pictures beside the clip."""
    result = run("evaluate", CLIP, "--effort", "high", "-o", "r.json", "-q")
    figures = json.loads(Path("r.json").read_text())["sets"][0]["figures"]

    assert 0 == result.status
    assert [True] == [f["values"][0] > 0.9 for f in figures if f["name"] == "recall"]
