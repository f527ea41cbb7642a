from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knuckle.evaluate.metrics.figures import pck_curve, picture_figures
from knuckle.evaluate.metrics.scores import score_pictures
from knuckle.evaluate.results import Figure, PictureSetScores
from knuckle.evaluate.values import Prediction, TrueHand, TruePicture
from tests.evaluate.hands import prediction, true_hand


def scores(
    hands: Sequence[Sequence[TrueHand]], predictions: Sequence[Sequence[Prediction]]
) -> PictureSetScores:
    """Scores of pictures with these hands, all annotated."""
    pictures = [
        TruePicture(str(i), Path(f"{i}.jpg"), tuple(mine), len(mine))
        for i, mine in enumerate(hands)
    ]
    return score_pictures(pictures, predictions, [None] * len(pictures))


def figures(*contestants: PictureSetScores) -> dict[str, Figure]:
    """Figures by name."""
    return {figure.name: figure for figure in picture_figures(contestants)}


def test_figures_of_a_small_set() -> None:
    """Three hands: one 0.2 palms off, one exact with the wrong label, one missed; a false hand."""
    found = figures(
        scores(
            [[true_hand()], [true_hand()], [true_hand()], []],
            [[prediction((8, 0))], [prediction(handedness="left")], [], [prediction()]],
        )
    )
    values = {name: figure.values[0] for name, figure in found.items()}

    assert pytest.approx(2 / 3) == values["recall"]
    assert pytest.approx(1.0) == values["precision"]
    assert pytest.approx(1.0) == values["pictures with a false hand"]
    assert pytest.approx(0.1) == values["mean error"]
    assert pytest.approx(0.1) == values["median error"]
    assert pytest.approx(1 / 3) == values["PCK@0.1"]
    assert pytest.approx((1 + 1 - 8 / 78 / 0.2) / 3) == values["PCK area"]
    assert pytest.approx(0.5) == values["handedness"]
    assert "palm AP@0.5" not in values
    assert "mean error, both found" not in values


def test_figures_that_a_set_does_not_define_are_left_out() -> None:
    """Pictures without hands only: the share with a false one is all there is to say."""
    found = figures(scores([[], []], [[prediction()], []]))

    assert ["pictures with a false hand"] == list(found)
    assert 0.5 == found["pictures with a false hand"].values[0]
    assert 2 == found["pictures with a false hand"].count


def test_equal_contestants_differ_by_nothing() -> None:
    """The difference is 0, and so are both ends of its interval."""
    one = scores([[true_hand()]] * 8, [[prediction((i, 0))] for i in range(8)])
    found = figures(one, one)

    assert {0.0} == {figure.difference for figure in found.values()}
    assert {(0.0, 0.0)} == {figure.interval for figure in found.values()}


def test_a_clear_difference_excludes_nothing_from_its_interval() -> None:
    """One is 4 px off where the other is 8: the interval holds the difference, and not 0."""
    better = scores([[true_hand()]] * 30, [[prediction((4 + i % 3, 0))] for i in range(30)])
    worse = scores([[true_hand()]] * 30, [[prediction((8 + i % 2, 0))] for i in range(30)])
    error = figures(better, worse)["mean error"]

    assert error.interval is not None
    assert error.interval[0] < error.difference < error.interval[1] < 0  # type: ignore[operator]


def test_only_hands_that_both_found_are_compared_in_the_paired_error() -> None:
    """One finds a hard hand, badly, that the other misses: the paired error leaves it out."""
    truth = [[true_hand()], [true_hand()]]
    finds_both = scores(truth, [[prediction((4, 0))], [prediction((16, 0))]])
    finds_one = scores(truth, [[prediction((4, 0))], []])
    found = figures(finds_both, finds_one)

    assert pytest.approx((0.25, 0.1)) == found["mean error"].values
    assert pytest.approx((0.1, 0.1)) == found["mean error, both found"].values


def test_a_contestant_that_finds_nothing_has_no_error() -> None:
    """Its error is not defined, and neither is the difference's interval."""
    truth = [[true_hand()], [true_hand()]]
    found = figures(scores(truth, [[prediction()], [prediction()]]), scores(truth, [[], []]))

    assert 0.0 == found["recall"].values[1]
    assert math.isnan(found["mean error"].values[1])
    assert found["mean error"].interval is None


def test_the_curve_rises_to_the_share_found() -> None:
    """One hand exact, one missed: half of the joints, at any threshold."""
    half = scores([[true_hand()], [true_hand()]], [[prediction()], []])

    np.testing.assert_allclose(0.5, pck_curve(half, np.linspace(0, 0.2, 5)))
