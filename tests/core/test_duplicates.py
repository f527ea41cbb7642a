"""When two readings are one hand."""

from __future__ import annotations

import numpy as np
import pytest

from knuckle.core.duplicates import is_duplicate
from tests.core.test_roi import hand


def test_a_hand_is_its_own_duplicate() -> None:
    """All landmarks meet."""
    assert is_duplicate(hand(), hand())


@pytest.mark.parametrize(("shift", "expected"), [(0.19, True), (0.21, False)])
def test_a_fifth_of_a_palm_apart_is_another_hand(shift: float, expected: bool) -> None:
    """The distance is measured by the longest side of the palm."""
    points = hand()
    palm = max(np.linalg.norm(points[a] - points[b]) for a, b in ((0, 5), (5, 17), (17, 0)))

    assert expected is is_duplicate(points, points + np.array([shift * palm, 0]))


def test_ten_landmarks_are_enough() -> None:
    """A reading that shares ten landmarks with another is a duplicate; nine are too few."""
    points = hand()
    for shared, expected in ((10, True), (9, False)):
        other = points.copy()
        other[shared:] += (60, 40)
        assert expected is is_duplicate(points, other)


def test_it_does_not_matter_which_comes_first() -> None:
    """The larger palm gives the measure either way."""
    small, large = hand(scale=0.8), hand()

    assert is_duplicate(small, large) == is_duplicate(large, small)
