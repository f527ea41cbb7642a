from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.evaluate.metrics.distances import (
    box_ious,
    joint_distances,
    landmark_box,
    match_boxes,
    match_centres,
    palm_length,
    pck,
    pck_area,
    ratio,
    weighted_mean,
    weighted_median,
)
from tests.evaluate.hands import PALM, POINTS

NAN = np.nan


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    """Boxes as an array."""
    return np.array(rows, np.float64).reshape(-1, 4)


def test_the_box_is_around_the_known_points() -> None:
    """Joints that are not annotated do not stretch it; with none it is NaN."""
    points = POINTS.copy()
    points[12] = NAN  # the middle tip, highest of all

    assert [12, 22, 82, 100] == landmark_box(POINTS).tolist()
    assert [12, 28, 82, 100] == landmark_box(points).tolist()
    assert np.isnan(landmark_box(np.full((21, 2), NAN))).all()


def test_overlap_of_known_boxes() -> None:
    """The same, a half shifted, one inside with a quarter of the area, apart, without area."""
    square = boxes((0, 0, 2, 2))
    others = boxes((0, 0, 2, 2), (1, 0, 3, 2), (0, 0, 1, 1), (5, 5, 6, 6), (1, 1, 1, 1))

    np.testing.assert_allclose([[1, 1 / 3, 1 / 4, 0, 0]], box_ious(square, others))
    assert (0, 3) == box_ious(boxes(), boxes(*[(0, 0, 1, 1)] * 3)).shape


def test_the_best_pair_is_taken_first() -> None:
    """One prediction overlaps both hands; it goes to the one it overlaps more."""
    truth = boxes((0, 0, 10, 10), (4, 0, 14, 10))

    assert [-1, 0] == match_boxes(truth, boxes((3, 0, 13, 10))).tolist()
    assert [0, 1] == match_boxes(truth, boxes((0, 0, 10, 10), (3, 0, 13, 10))).tolist()


def test_too_little_overlap_finds_nothing() -> None:
    """0.3 is enough, and anything less is not."""
    truth = boxes((0, 0, 10, 10))

    assert [0] == match_boxes(truth, boxes((0, 0, 3, 10))).tolist()
    assert [-1] == match_boxes(truth, boxes((0, 0, 2.9, 10))).tolist()
    assert [-1] == match_boxes(truth, boxes()).tolist()


def test_a_centre_goes_to_the_box_it_lies_in() -> None:
    """Two loose boxes that overlap, and two centres in the shared part: one each."""
    truth = boxes((0, 0, 10, 10), (5, 0, 15, 10))
    centres = np.array([[9.0, 5.0], [6.0, 5.0]])

    assert [1, 0] == match_centres(truth, centres).tolist()
    assert [-1, -1] == match_centres(truth, np.array([[50.0, 50.0]])).tolist()


def test_the_palm_is_from_the_wrist_to_the_middle_mcp() -> None:
    """Known for the hand of these tests; NaN where a joint is unknown or both are in one place."""
    unknown, collapsed = POINTS.copy(), np.zeros((21, 2))
    unknown[9] = NAN

    assert PALM == palm_length(POINTS)
    assert np.isnan(palm_length(unknown))
    assert np.isnan(palm_length(collapsed))


def test_distances_by_joint() -> None:
    """Three to the right and four down is five, in two dimensions and in three."""
    solid = np.zeros((21, 3))

    np.testing.assert_allclose(5, joint_distances(POINTS, POINTS + np.array([3, 4])))
    np.testing.assert_allclose(7, joint_distances(solid, solid + np.array([2, 3, 6])))


def test_pck_counts_missed_joints_as_wrong_and_unknown_ones_not_at_all() -> None:
    """Of four known joints one is at 0.1 exactly, one above, two are missed."""
    shares = np.array([0.1, 0.15, np.inf, np.inf, NAN])

    np.testing.assert_allclose([0, 0.25, 0.5], pck(shares, np.ones(5), np.array([0.05, 0.1, 0.2])))


def test_the_area_is_that_under_the_curve() -> None:
    """The exact area agrees with a fine sum over thresholds."""
    random = np.random.default_rng(1)
    shares = random.gamma(1, 0.1, 200)
    middles = (np.arange(2000) + 0.5) / 2000 * 0.2

    area = float(pck_area(shares, np.ones(200), 0.2))
    assert pytest.approx(pck(shares, np.ones(200), middles).mean(), abs=1e-4) == area


def test_means_and_ratios_without_anything_are_undefined() -> None:
    """NaN, and no warning."""
    assert np.isnan(weighted_mean(np.array([NAN]), np.ones(1)))
    assert np.isnan(weighted_median(np.array([NAN]), np.ones(1)))
    assert np.isnan(weighted_median(np.array([]), np.ones(0)))
    assert np.isnan(ratio(np.array([0]), np.array([0]), np.ones(1)))
    assert np.isnan(pck_area(np.array([NAN]), np.ones(1), 0.2))


@given(
    values=st.lists(st.floats(-100, 100), min_size=1, max_size=12),
    seed=st.integers(0, 100),
)
def test_weights_repeat_rows(values: list[float], seed: int) -> None:
    """Each weighted figure is the plain one of the rows repeated, for every row of weights."""
    weights = np.random.default_rng(seed).integers(0, 4, (3, len(values))).astype(np.float64)
    weights[:, 0] += 1  # something is left in each
    array = np.array(values)
    repeated = [np.repeat(array, row.astype(int)) for row in weights]

    np.testing.assert_allclose(
        [row.mean() for row in repeated], weighted_mean(array, weights), atol=1e-9
    )
    np.testing.assert_allclose(
        [np.median(row) for row in repeated], weighted_median(array, weights)
    )
