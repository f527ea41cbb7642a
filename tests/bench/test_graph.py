"""What the comparison of graphs with their loops says."""

from __future__ import annotations

import pytest

from bench.graph import SCENES, Cost, measured


def test_a_row_gives_the_overhead_in_per_cent() -> None:
    """Of the median ratio and of its quartiles."""
    cost = Cost("a graph", "one hand of one", 10.0, 10.42, 1.041, 0.995, 1.06)
    expected = "| a graph | one hand of one | 10.00 | 10.42 | +4.1% | -0.5% to +6.0% |"

    assert expected == cost.row()


def test_only_hands_that_are_followed_are_compared() -> None:
    """A side that lost its hand would be quicker."""
    with pytest.raises(ValueError, match="two hands: the picture has"):
        measured(lambda image: 2, lambda image: 1, SCENES[1], name="a graph", rounds=4)
