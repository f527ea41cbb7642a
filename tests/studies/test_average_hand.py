"""The average hand, on hands whose average is known."""

from __future__ import annotations

import numpy as np

from knuckle.geometry.average_hand import BONES, PALM
from studies import average_hand
from tests.geometry.hands import FLAT, posed


def test_the_average_of_equal_hands_is_that_hand() -> None:
    """The table of the package is in its own frame."""
    hands = [posed(*FLAT) + np.array([0, 0, depth]) for depth in (0.0, 0.1, 0.2)]

    np.testing.assert_allclose(PALM, average_hand.average_palm(hands), atol=2e-4)
    np.testing.assert_allclose(BONES, average_hand.average_bones(hands), atol=1e-9)
