from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.evaluate.metrics.alignment import procrustes, scale_aligned, wrist_aligned
from knuckle.evaluate.values import Array

TRUTH: Array = np.random.default_rng(7).normal(0, 40, (21, 3))
ALIGNMENTS = (wrist_aligned, scale_aligned, procrustes)

Aligned = Callable[[Array, Array], float]


def turn(axis: int, degrees: float) -> Array:
    """A rotation about an axis."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    matrix = np.eye(3)
    i, j = (k for k in range(3) if k != axis)
    matrix[[i, i, j, j], [i, j, i, j]] = cos, -sin, sin, cos
    return matrix


@pytest.mark.parametrize("aligned", ALIGNMENTS)
def test_a_hand_elsewhere_is_the_same(aligned: Aligned) -> None:
    """Place never counts."""
    assert pytest.approx(0, abs=1e-9) == aligned(TRUTH, TRUTH + np.array([10, -20, 300]))


def test_size_counts_until_it_is_fitted() -> None:
    """Twice as large: off by the distances from the wrist, and by nothing after scaling."""
    off = np.linalg.norm(TRUTH - TRUTH[0], axis=1).mean()

    assert pytest.approx(off) == wrist_aligned(TRUTH, 2 * TRUTH)
    assert pytest.approx(0, abs=1e-9) == scale_aligned(TRUTH, 2 * TRUTH)


@given(
    degrees=st.floats(-180, 180),
    axis=st.integers(0, 2),
    scale=st.floats(0.1, 10),
    shift=st.floats(-500, 500),
)
def test_procrustes_undoes_every_similarity(
    degrees: float, axis: int, scale: float, shift: float
) -> None:
    """Turned, resized and moved, the hand is the same."""
    moved = scale * TRUTH @ turn(axis, degrees).T + shift

    assert pytest.approx(0, abs=1e-7) == procrustes(TRUTH, moved)


def test_procrustes_does_not_mirror() -> None:
    """A left hand is no right hand, however it is turned."""
    assert procrustes(TRUTH, TRUTH * [-1, 1, 1]) > 5


def test_a_turn_is_an_error_until_procrustes() -> None:
    """A quarter turn about the viewing axis."""
    turned = TRUTH @ turn(2, 90).T

    assert wrist_aligned(TRUTH, turned) > 20
    assert scale_aligned(TRUTH, turned) > 20


@pytest.mark.parametrize("aligned", ALIGNMENTS)
def test_unknown_joints_count_nowhere(aligned: Aligned) -> None:
    """One joint is not annotated, and the prediction for it is absurd."""
    truth, prediction = TRUTH.copy(), TRUTH.copy()
    truth[8] = np.nan
    prediction[8] = 1e6

    assert pytest.approx(0, abs=1e-9) == aligned(truth, prediction)


@pytest.mark.parametrize("aligned", ALIGNMENTS)
def test_too_few_joints_say_nothing(aligned: Aligned) -> None:
    """Two joints, or none: NaN."""
    truth = np.full((21, 3), np.nan)
    truth[:2] = TRUTH[:2]

    assert np.isnan(aligned(truth, TRUTH))


def test_a_collapsed_answer_has_no_size_to_fit() -> None:
    """All joints in one place: NaN, and no division by zero."""
    assert np.isnan(scale_aligned(TRUTH, np.zeros((21, 3))))
    assert np.isnan(procrustes(TRUTH, np.zeros((21, 3))))
