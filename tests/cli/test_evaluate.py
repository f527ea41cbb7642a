from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from knuckle.cli import main
from tests.conftest import SAMPLES
from tests.evaluate.hands import POINTS

Captured = Callable[[], Any]


@pytest.fixture
def two_pictures(tmp_path: Path) -> Path:
    """A set of the samples open_palm and no_hands."""
    truth = json.loads((SAMPLES / "annotations.json").read_text())
    names = ("open_palm.jpg", "no_hands.jpg")
    truth["images"] = [image for image in truth["images"] if image["image"] in names]
    (tmp_path / "set").mkdir()
    for name in names:
        shutil.copy(SAMPLES / name, tmp_path / "set")
    (tmp_path / "set" / "annotations.json").write_text(json.dumps(truth))
    return tmp_path / "set"


def run(*arguments: object) -> int:
    """The exit status of `knuckle evaluate`, without curves unless they are asked for."""
    return main(["evaluate", "--robustness", "0", *map(str, arguments)])


def test_figures_are_printed_and_written(
    two_pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table on the terminal, a page and a record; a hand found, none where none is."""
    page, record = tmp_path / "r.html", tmp_path / "r.json"
    status = run(two_pictures, "-o", page, "-o", record)
    said = capsys.readouterr()
    figures = {f["name"]: f["values"] for f in json.loads(record.read_text())["sets"][0]["figures"]}

    assert (0, "") == (status, said.err)
    assert "recall" in said.out
    assert [1.0] == figures["recall"]
    assert [0.0] == figures["pictures with a false hand"]
    assert figures["mean error"][0] < 0.05
    assert figures["calibration error"][0] < 0.2
    assert figures["error-rejection area"][0] < figures["mean error"][0]
    assert page.read_text().startswith("<!doctype html>")


def test_recorded_answers_are_compared(
    two_pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By a name that lies beside the set; the table has both, and the interval."""
    predictions = {"open_palm.jpg": [{"points": POINTS.tolist()}], "no_hands.jpg": []}
    (two_pictures / "peer.json").write_text(json.dumps({"name": "peer 1", "answers": predictions}))
    status = run(two_pictures, "--against", "peer.json")
    said = capsys.readouterr().out

    assert 0 == status
    assert "peer 1, recorded" in said
    assert "95% interval" in said


def test_what_cannot_be_used_is_said_and_the_rest_is_done(
    two_pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A picture is gone: figures of the other one, a line, status 1."""
    (two_pictures / "no_hands.jpg").unlink()
    status = run(two_pictures)
    said = capsys.readouterr()

    assert 1 == status
    assert "1 picture" in said.out
    assert "no_hands.jpg: the picture" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (["nothing-there"], 1, "nothing-there does not exist"),
        (["{set}", "-o", "r.txt"], 1, "cannot write r.txt: its name must end in"),
        (["{set}", "--against", "other"], 2, "is not one of mediapipe-0.10.21"),
        (["{set}", "--against", "gone.json"], 1, "gone.json is neither a file nor beside"),
        (["{set}", "-o", "{set}/annotations.json"], 1, "exists: --force replaces it"),
        (["{set}", "--max-hands", "0"], 2, "--max-hands"),
    ],
)
def test_bad_requests_are_one_sentence(
    two_pictures: Path,
    arguments: list[str],
    status: int,
    reason: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The value and the cure, no traceback, and nothing is evaluated."""
    given = [text.replace("{set}", str(two_pictures)) for text in arguments]

    assert status == run(*given)
    said = capsys.readouterr()
    assert reason in said.err.replace("\n", " ")
    assert "Traceback" not in said.err
    assert "" == said.out


def test_a_quiet_run_prints_nothing(two_pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only its status tells."""
    assert 0 == run(two_pictures, "-q")
    assert ("", "") == capsys.readouterr()


def test_missing_extras_are_said_before_the_work(
    two_pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without matplotlib a page cannot be had: the line to type, and no picture was read."""
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    monkeypatch.setattr("knuckle.evaluate.pictures.read_picture", lambda path: 1 / 0)

    assert 1 == run(two_pictures, "-o", tmp_path / "r.html")


def test_an_interrupted_run_shows_what_it_has(
    two_pictures: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C in the first picture: its figures are there, and the status tells."""

    def interrupted(*args: object, **options: object) -> list[object]:
        os.kill(os.getpid(), signal.SIGINT)
        return []

    monkeypatch.setattr("knuckle.evaluate.contestants.detect", interrupted)
    status = run(two_pictures)
    said = capsys.readouterr()

    assert 130 == status
    assert "1 picture" in said.out
    assert "interrupted" in said.err


def test_a_set_without_recorded_answers_is_left_out(
    two_pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said, and the other set is compared."""
    other = tmp_path / "other"
    shutil.copytree(two_pictures, other)
    (other / "peer.json").write_text(json.dumps({"open_palm.jpg": [], "no_hands.jpg": []}))
    status = run(two_pictures, other, "--against", "peer.json")
    said = capsys.readouterr()

    assert 1 == status
    assert "skipped samples: peer.json is neither a file nor beside it" in said.err
    assert "peer, recorded" in said.out


@pytest.mark.data
def test_the_figures_of_mediapipe_are_repeated(data: Path, tmp_path: Path) -> None:
    """Recorded predictions of mediapipe 0.10.21 on hgc_realworld: the figures known for them."""
    record = tmp_path / "r.json"
    run(data / "hgc_realworld", "--against", "mediapipe_0.10.21.json", "-q", "-o", record)
    figures = {f["name"]: f["values"] for f in json.loads(record.read_text())["sets"][0]["figures"]}

    assert pytest.approx(0.994, abs=0.0005) == figures["recall"][1]
    assert pytest.approx(0.0934, abs=0.00005) == figures["mean error"][1]
    assert pytest.approx(0.067, abs=0.0005) == figures["median error"][1]
    assert pytest.approx(0.760, abs=0.0005) == figures["PCK@0.05"][1]
    ours, theirs = figures["mean error, both found"]
    assert pytest.approx(theirs, abs=0.0005) == ours
    assert figures["recall"][0] >= figures["recall"][1]
    assert figures["palm AP@0.5"][0] > 0.95
