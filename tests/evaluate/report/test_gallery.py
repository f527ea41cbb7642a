from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageColor

from knuckle.evaluate.report.gallery import PREDICTION, SIDE, TRUTH, case_picture
from knuckle.evaluate.results import Case
from knuckle.evaluate.values import Array, Prediction, TrueHand, TruePicture
from knuckle.values import ImageArray
from tests.evaluate.hands import POINTS, prediction, true_hand

TOLERANCE = 40  # 8-bit steps, for JPEG


@pytest.fixture
def black(tmp_path: Path) -> Path:
    """A black picture, 640 x 480."""
    Image.new("RGB", (640, 480)).save(tmp_path / "black.png")
    return tmp_path / "black.png"


def shown(path: Path, truth: Sequence[TrueHand], predictions: Sequence[Prediction]) -> ImageArray:
    """What the report shows of a case, as RGB."""
    case = Case(TruePicture("a", path, tuple(truth), None), "missed", (tuple(predictions),))
    uri = case_picture(case)
    assert uri is not None
    content = base64.b64decode(uri.removeprefix("data:image/jpeg;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def has(image: ImageArray, colour: str) -> bool:
    """Whether a pixel is of about this colour."""
    away = np.abs(image.astype(int) - ImageColor.getrgb(colour)[:3]).max(axis=2)
    return bool((away < TOLERANCE).any())


def test_truth_and_answer_are_drawn(black: Path) -> None:
    """Each in its colour; a missed hand leaves only the truth."""
    both = shown(black, [true_hand((100, 100))], [prediction((160, 120))])
    missed = shown(black, [true_hand((100, 100))], [])

    assert has(both, TRUTH)
    assert has(both, PREDICTION)
    assert has(missed, TRUTH)
    assert not has(missed, PREDICTION)


def test_truth_shows_where_the_answer_is_the_same(black: Path) -> None:
    """It is thin and on top of what is wide."""
    same = shown(black, [true_hand((100, 100))], [prediction((100, 100))])

    assert has(same, TRUTH)
    assert has(same, PREDICTION)


def test_a_loose_box_is_drawn(black: Path) -> None:
    """The truth of a hand without key points."""
    assert has(shown(black, [true_hand((100, 100), points=None)], []), TRUTH)


def test_the_longer_side_is_that_of_the_gallery(black: Path) -> None:
    """Whatever the hands' size is, and without hands, too."""
    hand = shown(black, [true_hand((100, 100))], [])
    whole = shown(black, [], [])

    assert SIDE == max(hand.shape)
    assert (240, 320, 3) == whole.shape


@pytest.mark.parametrize(
    "points",
    [
        np.full((21, 2), np.nan),
        np.full((21, 2), np.inf),
        np.where(np.arange(21)[:, None] == 3, np.inf, POINTS),
        np.where(np.arange(21)[:, None] == 3, np.nan, POINTS),
        np.where(np.arange(21)[:, None] == 3, 1e9, POINTS),
        POINTS + 5000,
    ],
    ids=["nan", "infinite", "one infinite", "one nan", "one far", "outside"],
)
def test_answers_that_make_no_sense_leave_a_picture(black: Path, points: Array) -> None:
    """The report of a long run does not fail on one of them."""
    assert SIDE == max(shown(black, [], [Prediction(points)]).shape)


@pytest.mark.parametrize("size", [(4000, 2), (2, 4000), (1, 1)])
def test_thin_pictures_stay_pictures(tmp_path: Path, size: tuple[int, int]) -> None:
    """At least a pixel wide and high."""
    Image.new("RGB", size).save(tmp_path / "thin.png")

    assert min(shown(tmp_path / "thin.png", [], []).shape[:2]) >= 1


def test_a_picture_that_is_gone_has_no_picture(tmp_path: Path) -> None:
    """It was deleted after it was evaluated."""
    case = Case(TruePicture("a", tmp_path / "a.jpg", (), 0), "missed", ((),))

    assert case_picture(case) is None
