"""`--camera` and `--hand-size`: hands with a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run, column
from tests.conftest import SAMPLES

PALM = SAMPLES / "open_palm.jpg"
CLIP = SAMPLES / "two_hands.mp4"
CAMERA = "1014,1014,539.5,359.5"


def distance(*options: str, run: Run) -> float:
    """Of the palm's wrist, metres."""
    assert run("detect", PALM, "-o", "hands.csv", "--force", *options).status == 0
    [z] = column(Path("hands.csv"), "pose_tz")
    return float(z)


def test_a_picture_with_a_camera(run: Run) -> None:
    """The hand of the sample is 0.57 m away, and twice as far if it is twice as large."""
    average = distance("--camera", CAMERA, run=run)
    small = distance("--camera", CAMERA, "--hand-size", "0.1", run=run)
    large = distance("--camera", CAMERA, "--hand-size", "0.2", run=run)

    assert pytest.approx(0.58, abs=0.03) == average
    assert pytest.approx(2 * small, rel=1e-5) == large


def test_a_clip_with_a_camera(run: Run) -> None:
    """Each row with a hand has a pose with a reprojection error."""
    result = run("track", CLIP, "--stop", "0.1", "--camera", CAMERA, "-o", "hands.csv")

    assert 0 == result.status
    assert all(0 < float(error) < 20 for error in column(Path("hands.csv"), "pose_error"))


def test_without_a_camera_the_pose_is_empty(run: Run) -> None:
    """But there are angles."""
    run("detect", PALM, "-o", "hands.csv")

    assert [""] == column(Path("hands.csv"), "pose_tz")
    assert abs(float(column(Path("hands.csv"), "index_pip_flexion")[0])) < 0.6


@pytest.mark.parametrize(
    "words", ["600", "600,600,320", "0,600,320,240", "a,b,c,d", "600,600,nan,0"]
)
@pytest.mark.parametrize("command", ["detect", "track"])
def test_other_cameras_are_refused(command: str, words: str, run: Run) -> None:
    """In one sentence, with what there should be."""
    result = run(command, PALM, f"--camera={words}")

    assert 2 == result.status
    assert f"{words!r} is not FX,FY,CX,CY: four numbers in pixels" in " ".join(result.err.split())


def test_a_hand_of_another_size_is_refused(run: Run) -> None:
    """Centimetres are no metres."""
    result = run("detect", PALM, "--hand-size", "19")

    assert 2 == result.status
    assert "hand_size must lie between 0.05 and 0.4 metres" in " ".join(result.err.split())
