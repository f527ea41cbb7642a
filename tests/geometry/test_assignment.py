"""The cheapest pairs, held against all that there are."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from knuckle.geometry.assignment import assign


def best_of_all(costs: NDArray[np.float64], most: float) -> tuple[int, float]:
    """How many pairs can be had at up to `most` each, and what they cost at least."""
    if costs.shape[0] > costs.shape[1]:
        costs = costs.T
    choices = [
        [costs[i, j] for i, j in enumerate(columns) if costs[i, j] <= most]
        for columns in permutations(range(costs.shape[1]), costs.shape[0])
    ]
    return max((len(choice), -sum(choice)) for choice in choices)


@given(st.integers(0, 5), st.integers(0, 5), st.floats(0.5, 9), st.booleans(), st.integers(0, 99))
def test_nothing_is_cheaper(rows: int, columns: int, most: float, whole: bool, seed: int) -> None:
    """Also with ties, and where pairs may not be."""
    costs = np.random.default_rng(seed).random((rows, columns)) * 10
    costs = np.round(costs) if whole else costs
    pairs = assign(costs.tolist(), most)
    count, cost = best_of_all(costs, most)

    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs) == count
    assert np.isclose(-cost, sum(costs[i, j] for i, j in pairs))


def test_greed_is_not_enough() -> None:
    """The nearest pair is given up where the others gain more by it."""
    costs = [[1.0, 2.0], [2.0, 9.0]]

    assert [(0, 1), (1, 0)] == assign(costs, 10)
    assert [(0, 1), (1, 0)] == assign(costs, 5)


def test_a_pair_too_far_is_none() -> None:
    """Even where it is the only one."""
    assert [] == assign([[3.0]], 2)
    assert [(0, 0)] == assign([[2.0]], 2)
