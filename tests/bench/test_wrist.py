"""The measurement of places before a camera."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from bench import wrist
from knuckle.geometry.average_hand import HAND_SIZE
from tests.conftest import SAMPLES
from tests.geometry.hands import posed, random_angles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample with the open palm, with the camera that fits its truth, and one without."""
    picture = json.loads((SAMPLES / "annotations.json").read_text())["images"][0]
    place = np.array([7.6, -29.9, 573.0])
    points = np.array(picture["hands"][0]["keypoints_3d"]) + place
    picture["hands"][0]["keypoints_3d"] = points.tolist()
    other = {**picture, "image": str(SAMPLES / "no_hands.jpg")}
    camera = {"fx": 1014, "fy": 1014, "cx": 540, "cy": 360}
    placed = {**picture, "image": str(SAMPLES / picture["image"]), "camera": camera}
    images = {"images": [placed, {**placed, "image": other["image"]}, other]}
    (tmp_path / "annotations.json").write_text(json.dumps(images))
    return tmp_path


def test_it_prints_every_way_and_what_was_left_out(folder: Path) -> None:
    """One hand found, one not found, one without a camera."""
    done = CliRunner().invoke(wrist.main, [str(folder)])

    assert 0 == done.exit_code, done.output
    assert 1 == done.output.count("left out, hand not found")
    assert 1 == done.output.count("left out, no 3D truth or camera")
    assert 2 * len(wrist.WAYS) == sum(
        f"| {n}" in line for line in done.output.splitlines() for n in wrist.WAYS
    )
    assert "1 hands, 573 mm away; 0 with the wrong handedness" in done.output


def test_the_true_place_is_no_error(folder: Path) -> None:
    """All figures but the reprojection error are 0 for the truth itself."""
    [case] = wrist.read_cases(folder)
    figures = wrist.measure([case], lambda case, size: case.truth, 0.0)

    for name in ("joints", "depth", "lateral", "wrist"):
        np.testing.assert_allclose(0, getattr(figures, name), atol=1e-9)
    np.testing.assert_allclose(0, wrist.degrees_of(figures.turns), atol=1e-4)


def test_the_size_is_that_of_the_hand() -> None:
    """Whatever its fingers do."""
    hand = posed(*random_angles(np.random.default_rng(0)))

    assert pytest.approx(HAND_SIZE) == wrist.size_of(hand)
    assert pytest.approx(0.5 * HAND_SIZE) == wrist.size_of(0.5 * hand)


def test_a_constant_turn_is_taken_out() -> None:
    """And nothing else."""
    turns = np.array([wrist.turn_about(np.array([0.1, 0.2, 0.3]))] * 5)

    np.testing.assert_allclose(0, wrist.degrees_of(wrist.without_constant(turns)), atol=1e-4)
