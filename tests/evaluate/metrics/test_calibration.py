"""Figures of confidence, on cases whose figures are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from knuckle.evaluate.metrics.calibration import calibration_error, rejection_area, reliability
from knuckle.evaluate.metrics.figures import picture_figures
from knuckle.evaluate.report.plots import picture_plots
from knuckle.evaluate.values import Array
from knuckle.stages.confidence import CLOSE
from tests.evaluate.hands import prediction, true_hand
from tests.evaluate.metrics.test_figures import figures, scores

FAR = 2 * CLOSE


def calibrated(shares: list[float], of_each: int = 20) -> tuple[Array, Array]:
    """Joints said to be close with these probabilities, of which exactly such shares are."""
    said = np.repeat(shares, of_each)
    errors = [[0.0] * round(s * of_each) + [FAR] * round((1 - s) * of_each) for s in shares]
    return said, np.concatenate(errors)


def area(confidences: Array, errors: Array) -> float:
    """With every joint once."""
    return float(rejection_area(confidences, errors, np.ones(len(errors))))


def prefix_area(confidences: Array, errors: Array, steps: int = 2000) -> float:
    """The same by its definition: the mean error of those kept, at many shares."""
    order = np.argsort(-confidences, kind="stable")
    fine = np.repeat(errors[order], steps)
    return float((np.cumsum(fine) / np.arange(1, len(fine) + 1)).mean())


def test_a_calibrated_confidence_has_no_calibration_error() -> None:
    """Of a hundred joints at 0.7, seventy are close, and so on."""
    said, errors = calibrated([0.05, 0.35, 0.7, 0.95])

    assert pytest.approx(0) == float(calibration_error(said[None], errors[None], np.ones(1)))


def test_the_calibration_error_is_the_mean_gap() -> None:
    """Half of the joints 0.2 too sure, half 0.1 too unsure: 0.15, though on the mean it is less."""
    said, errors = calibrated([0.75, 0.15])
    wrong = said + np.where(said > 0.5, 0.2, -0.1)

    assert pytest.approx(0.15) == float(calibration_error(wrong[None], errors[None], np.ones(1)))


def test_calibration_takes_weights_of_hands() -> None:
    """A hand of weight 0 does not count; one of weight 2 counts twice."""
    said, errors = np.full((3, 21), 0.95), np.full((3, 21), 0.0)
    errors[2] = FAR
    weights = np.array([[1, 1, 0], [1, 0, 1], [2, 0, 1]], float)

    np.testing.assert_allclose(
        [0.05, 0.45, 0.95 - 2 / 3], calibration_error(said, errors, weights), atol=1e-12
    )


def test_the_reliability_curve_is_that_of_the_joints() -> None:
    """By bins; the end of the last one is in it, and bins without joints have no value."""
    said, errors = calibrated([0.05, 0.35, 1.0])
    curve = reliability(said, errors)

    assert [20, 0, 0, 20, 0, 0, 0, 0, 0, 20] == curve.count.tolist()
    np.testing.assert_allclose([0.05, 0.35, 1.0], curve.said[curve.count > 0])
    np.testing.assert_allclose([0.05, 0.35, 1.0], curve.true[curve.count > 0])
    assert np.isnan(curve.said[curve.count == 0]).all()


def test_the_area_is_the_mean_over_rejections() -> None:
    """As its definition, step by step, has it."""
    random = np.random.default_rng(0)
    errors, said = random.random(50), random.random(50)

    assert pytest.approx(prefix_area(said, errors), abs=1e-3) == area(said, errors)


def test_the_order_of_the_errors_has_the_least_area() -> None:
    """Any other order has more, and the opposite order most."""
    random = np.random.default_rng(1)
    errors = random.random(60)
    least, most = area(-errors, errors), area(errors, errors)
    others = [area(random.random(60), errors) for _ in range(50)]

    assert least < min(others) < max(others) < most


def test_one_confidence_for_all_has_the_mean_error_as_area() -> None:
    """There is nothing to reject by."""
    errors = np.random.default_rng(2).random(30)

    assert pytest.approx(errors.mean()) == area(np.full(30, 0.4), errors)


def test_joints_of_one_confidence_have_no_order() -> None:
    """Whichever comes first in the list."""
    errors = np.random.default_rng(3).random(40)
    said = np.repeat([0.9, 0.1, 0.5, 0.7], 10)
    mixed = np.random.default_rng(4).permutation(40)

    assert pytest.approx(area(said, errors)) == area(said[mixed], errors[mixed])


def test_weights_repeat_joints() -> None:
    """A weight of 2 is a joint that is there twice, and one of 0 is none."""
    random = np.random.default_rng(5)
    errors, said = random.random(20), random.random(20)
    weights = random.integers(0, 3, 20)
    weighted = rejection_area(said, errors, np.stack([weights, np.ones(20)]).astype(float))

    assert pytest.approx(area(np.repeat(said, weights), np.repeat(errors, weights))) == weighted[0]
    assert pytest.approx(area(said, errors)) == weighted[1]


def test_what_is_not_known_is_left_out() -> None:
    """Joints without a truth, hands without a confidence, and no joint at all."""
    errors, said = np.array([0.0, np.nan, FAR]), np.array([0.9, 0.1, np.nan])

    assert 0.0 == area(said, errors)
    assert [1] == reliability(said, errors).count[[9]].tolist()
    assert np.isnan(area(np.full(3, np.nan), errors))
    assert np.isnan(calibration_error(np.full((1, 3), np.nan), errors[None], np.ones(1)))


def test_figures_of_a_set_with_confidences() -> None:
    """A hand that is right and sure of it, one that is wrong and unsure: as good as can be."""
    good = replace(prediction(), confidence=np.full(21, 1.0))
    bad = replace(prediction((8, 0)), confidence=np.full(21, 0.0))
    found = figures(scores([[true_hand()], [true_hand()]], [[good], [bad]]))

    assert 2 == found["calibration error"].count
    assert pytest.approx(0) == found["calibration error"].values[0]
    assert pytest.approx(1) == found["error-rejection gain"].values[0]
    assert 0 < found["error-rejection area"].values[0] < found["mean error"].values[0]


def test_confidence_without_order_gains_nothing() -> None:
    """The area is the mean error then, and the gain 0."""
    same = [[replace(prediction((i, 0)), confidence=np.full(21, 0.5))] for i in range(8)]
    found = figures(scores([[true_hand()]] * 8, same))

    assert found["mean error"].values == pytest.approx(found["error-rejection area"].values)
    assert pytest.approx(0) == found["error-rejection gain"].values[0]


def test_contestants_without_confidence_have_no_such_figures() -> None:
    """Neither where nobody gives one, nor for the one that does not."""
    plain = scores([[true_hand()]] * 2, [[prediction()], [prediction((4, 0))]])
    sure = [[replace(a, confidence=np.full(21, 0.9))] for a in (prediction(), prediction((4, 0)))]
    confident = scores([[true_hand()]] * 2, sure)
    ours, theirs = figures(confident, plain)["calibration error"].values

    assert not [name for name in figures(plain) if "rejection" in name or "calibration" in name]
    assert ours == pytest.approx(0.1)
    assert np.isnan(theirs)


def test_confidences_add_a_plot() -> None:
    """The reliability curve; without confidences there is none."""
    plain = scores([[true_hand()]], [[prediction()]])
    confident = scores([[true_hand()]], [[replace(prediction(), confidence=np.full(21, 0.9))]])
    names = [title for title, _ in picture_plots([confident, plain])]

    assert "Confidence of joints" == names[-1]
    assert "Confidence of joints" not in [title for title, _ in picture_plots([plain])]


def test_figures_have_an_interval() -> None:
    """The difference of two contestants that both say how sure they are."""
    truth = [[true_hand()]] * 12
    good = [[replace(prediction((i % 3, 0)), confidence=np.full(21, 1.0))] for i in range(12)]
    unsure = [[replace(prediction((i % 3, 0)), confidence=np.full(21, 0.6))] for i in range(12)]
    by_name = {f.name: f for f in picture_figures([scores(truth, good), scores(truth, unsure)])}

    assert by_name["calibration error"].difference == pytest.approx(-0.4)
    assert by_name["calibration error"].interval == pytest.approx((-0.4, -0.4))
