"""Our answers on our samples beside those of mediapipe, recorded by `answers.py`.

Tolerance of the exact numbers: the order of float32 sums inside the networks (0.02 px measured, and
0.0008 of an undecided handedness). The fast warp samples without OpenCV's 1/32 px steps.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from tests.compat.answers import STILLS, legacy_answers, read, tasks_answers
from tests.compat.conftest import GOLDEN, OURS

RELEASES = ("0.10.21", "1.2.2")


def recorded(release: str) -> Any:
    """Answers of mediapipe, by interface and picture."""
    return json.loads((GOLDEN / f"mediapipe-{release}.json").read_text())


def compare(ours: Any, theirs: Any, size: tuple[int, int], pixels: float) -> None:
    """Hand by hand, in their order."""
    assert [h["label"] for h in theirs] == [h["label"] for h in ours]
    assert [h["index"] for h in theirs] == [h["index"] for h in ours]
    for one, other in zip(ours, theirs, strict=True):
        scale = np.array([*size, size[0]])
        off = (np.array(one["landmarks"]) - other["landmarks"]) * scale
        world = (np.array(one["world"]) - other["world"]) * 1000
        # z comes from the same crop as x and y, 2.5 times as large, and is less certain.
        assert np.linalg.norm(off[:, :2], axis=1).max() < pixels
        assert np.abs(off[:, 2]).max() < 6 * pixels
        assert np.linalg.norm(world, axis=1).max() < 4 * pixels
        assert one["score"] == pytest.approx(other["score"], abs=pixels / 40)


def size_of(name: str) -> tuple[int, int]:
    """Width and height of a sample, or of one turned by a quarter."""
    picture, _, turn = name.partition(" turned ")
    height, width = read(picture).shape[:2]
    return (height, width) if turn in ("90", "270") else (width, height)


@pytest.fixture(scope="module")
def legacy() -> dict[str, Any]:
    """Our answers as exactly as we can, and as we do by default."""
    return {"exact": legacy_answers(OURS, exact=True), "fast": legacy_answers(OURS)}


@pytest.mark.parametrize("name", STILLS)
@pytest.mark.parametrize(("warp", "pixels"), [("exact", 0.05), ("fast", 0.5)])
def test_legacy_answers_are_those_of_mediapipe(
    name: str, warp: str, pixels: float, legacy: dict[str, Any]
) -> None:
    """Order, mirrored labels, scores, landmarks, world landmarks."""
    compare(legacy[warp][name], recorded("0.10.21")["legacy"][name], size_of(name), pixels)


@pytest.fixture(scope="module")
def tasks(bundle: str) -> dict[str, Any]:
    """Our answers with MediaPipe's palm angle."""
    return tasks_answers(OURS, bundle, exact=True, upstream_palm_angle=True)


@pytest.mark.parametrize("name", recorded("1.2.2")["tasks"])
@pytest.mark.parametrize("release", RELEASES)
def test_tasks_answers_are_those_of_mediapipe(
    release: str, name: str, tasks: dict[str, Any]
) -> None:
    """Order, unmirrored labels, scores, landmarks, world landmarks; turned pictures, too."""
    compare(tasks[name], recorded(release)["tasks"][name], size_of(name), 0.05)


def test_the_right_palm_angle_is_the_default(bundle: str) -> None:
    """Pixels away from MediaPipe's; the same hand as the legacy interface reads."""
    name = "open_palm"
    ours = np.array(tasks_answers(OURS, bundle, exact=True)[name][0]["landmarks"])
    wrong = np.array(recorded("1.2.2")["tasks"][name][0]["landmarks"])
    right = np.array(recorded("0.10.21")["legacy"][name][0]["landmarks"])
    size = np.array([*size_of(name), 1])

    assert 1.0 < np.abs((ours - wrong) * size)[:, :2].mean()
    assert np.abs((ours - right) * size)[:, :2].max() < 0.05


def test_something_was_recorded() -> None:
    """Hands of each number, and every turn."""
    answers = recorded("1.2.2")["tasks"]

    assert {0, 1, 2} == {len(hands) for hands in answers.values()}
    assert [1, 1, 1] == [len(answers[f"open_palm turned {d}"]) for d in (90, 180, 270)]
