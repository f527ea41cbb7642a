from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knuckle.evaluate.metrics.palm_squares import palm_square
from knuckle.evaluate.metrics.scores import match_hands, score_hand, score_pictures
from knuckle.evaluate.values import Palm, Prediction, TrueHand, TruePicture
from knuckle.values import Box
from tests.evaluate.hands import PALM, POINTS, prediction, true_hand


def picture(*hands: TrueHand, count: int | None = -1) -> TruePicture:
    """A picture with these hands, all of them annotated unless a count says otherwise."""
    return TruePicture("a", Path("a.jpg"), hands, len(hands) if count == -1 else count)


def test_answers_go_to_the_hands_they_lie_on() -> None:
    """Two hands far apart, predicted in the other order, and a third prediction on neither."""
    truth = [true_hand(), true_hand((300, 0))]

    assert [2, 0] == match_hands(
        truth, [prediction((301, 0)), prediction((0, 400)), prediction((1, 1))]
    )


def test_an_answer_finds_one_hand_only() -> None:
    """Of two hands on nearly one place, the better one gets the only prediction."""
    assert [-1, 0] == match_hands([true_hand((6, 0)), true_hand()], [prediction()])


def test_a_loose_box_holds_the_centre() -> None:
    """Only a box is known, much larger than the hand: the centre of the landmarks decides."""
    loose = TrueHand(None, Box(0, 0, 400, 400))

    assert [0] == match_hands([loose], [prediction((200, 200))])
    assert [-1] == match_hands([loose], [prediction((600, 0))])


def test_nothing_answers_nothing() -> None:
    """No hands, no predictions, in any combination."""
    assert [] == match_hands([], [prediction()])
    assert [-1] == match_hands([true_hand()], [])
    assert [] == match_hands([], [])


def test_a_shift_is_an_error_in_palms_and_box_sides() -> None:
    """Eight pixels to the right: 0.2 palms, and 8 / 78 of the box, at every joint."""
    score = score_hand(true_hand(), prediction((8, 0)))

    np.testing.assert_allclose(8 / PALM, score.joints)
    np.testing.assert_allclose(8 / 78, score.shares)
    assert pytest.approx(0.2) == score.error
    assert pytest.approx(0.0, abs=1e-9) == score.wrist_aligned


def test_a_hand_with_finger_tips_alone_is_judged_by_its_annotated_box() -> None:
    """The box of two tips is no hand: it is neither matched nor the unit of errors."""
    tips = np.full(POINTS.shape, np.nan)
    tips[[4, 8]] = POINTS[[4, 8]]
    truth = TrueHand(tips, Box(10, 20, 90, 120))
    score = score_hand(truth, prediction((8, 0)))

    assert [0] == match_hands([truth], [prediction((8, 0))])
    assert [-1] == match_hands([truth], [prediction((70, 0))])
    np.testing.assert_allclose([8 / 100] * 2, score.shares[[4, 8]])
    assert 2 == (~np.isnan(score.shares)).sum()
    assert np.isnan(score.error)


def test_joints_that_are_not_annotated_count_nowhere() -> None:
    """The error is that of the joints known; shares say NaN, also where the hand was missed."""
    points = POINTS.copy()
    points[4] = np.nan
    truth = true_hand(points=points)
    score, missed = score_hand(truth, prediction((8, 0))), score_hand(truth, None)

    assert pytest.approx(0.2) == score.error
    assert [4] == np.flatnonzero(np.isnan(score.shares)).tolist()
    assert [4] == np.flatnonzero(np.isnan(missed.shares)).tolist()
    assert np.isposinf(np.delete(missed.shares, 4)).all()


@pytest.mark.parametrize(("theirs", "expected"), [("right", 1.0), ("left", 0.0), (None, np.nan)])
def test_handedness_is_right_wrong_or_unknown(theirs: object, expected: float) -> None:
    """One, zero, or NaN where the prediction does not say."""
    said = Prediction(POINTS, handedness=theirs)  # type: ignore[arg-type]

    np.testing.assert_equal(score_hand(true_hand(), said).handedness, expected)


def test_pictures_count_what_was_sought_found_and_false() -> None:
    """Annotated, counted, empty, and one where more hands may be seen than are annotated."""
    pictures = [
        picture(true_hand(), true_hand((300, 0))),
        picture(count=1),
        picture(count=0),
        picture(true_hand(), count=None),
    ]
    far = prediction((0, 500))
    scores = score_pictures(
        pictures, [[prediction(), far], [far, far], [far], [prediction(), far]], [None] * 4
    ).pictures

    assert [2, 1, 0, 1] == scores.sought.tolist()
    assert [1, 1, 0, 1] == scores.found.tolist()
    assert [2, 2, 1, 2] == scores.predicted.tolist()
    np.testing.assert_equal(scores.false, [1, 1, 1, np.nan])
    assert [False, False, True, False] == scores.empty.tolist()


def test_of_a_least_number_of_hands_none_is_false_and_none_is_sought_beyond_it() -> None:
    """One hand is plainly seen, and there may be more; 0 means that nothing is known."""
    one, unknown = replace(picture(count=None), least_hands=1), picture(count=None)
    scores = score_pictures(
        [one, one, unknown], [[], [prediction(), prediction((300, 0))], [prediction()]], [None] * 3
    ).pictures

    assert [1, 1, 0] == scores.sought.tolist()
    assert [0, 1, 0] == scores.found.tolist()
    assert np.isnan(scores.false).all()
    assert not scores.empty.any()


def test_a_loose_box_may_be_around_two_hands() -> None:
    """A second prediction in it is not false, one outside of it is."""
    loose = TrueHand(None, Box(0, 0, 400, 400))
    predictions = [prediction((100, 100)), prediction((250, 100)), prediction((900, 0))]
    scores = score_pictures([picture(loose)], [predictions], [None]).pictures

    assert [1] == scores.found.tolist()
    assert [1.0] == scores.false.tolist()


def test_hands_name_their_pictures() -> None:
    """A row per true hand, with the index of its picture."""
    pictures = [picture(true_hand(), true_hand((300, 0))), picture(), picture(true_hand())]
    hands = score_pictures(pictures, [[prediction()], [], [prediction()]], [None] * 3).hands

    assert [0, 0, 2] == hands.picture.tolist()
    assert [True, False, True] == hands.found.tolist()
    assert (3, 21) == hands.joints.shape


def test_palms_are_ranked_over_the_whole_set() -> None:
    """A true palm, a second one on the same hand, and one in a picture without hands."""
    square = Box(*palm_square(POINTS).tolist())
    palms = [[Palm(square, 0.6), Palm(square, 0.5)], [Palm(square, 0.9)]]
    scores = score_pictures([picture(true_hand()), picture()], [[], []], palms).palms

    assert scores is not None
    assert [0.9, 0.6, 0.5] == scores.score.tolist()
    assert [False, True, False] == scores.true.tolist()
    assert [1, 0, 0] == scores.picture.tolist()
    assert [1, 0] == scores.expected.tolist()


def test_palms_wait_for_complete_truth() -> None:
    """Where a hand has only a box, or more may be seen, no palm is right or wrong."""
    square = Box(*palm_square(POINTS).tolist())
    pictures = [picture(true_hand(points=None)), picture(true_hand(), count=None)]
    scores = score_pictures(pictures, [[], []], [[Palm(square, 0.6)]] * 2).palms

    assert scores is not None
    assert 0 == len(scores.score)
    assert [0, 0] == scores.expected.tolist()


def test_a_set_without_pictures_has_empty_scores() -> None:
    """Nothing is shown, and the arrays say so."""
    scores = score_pictures([], [], [])

    assert (0, 21) == scores.hands.joints.shape
    assert 0 == len(scores.pictures.sought)
