from __future__ import annotations

import numpy as np
import pytest

from knuckle.evaluate.metrics.bootstrap import interval, resamples


@pytest.mark.parametrize("block", [1, 4, 50])
def test_every_resample_is_as_large_as_the_sample(block: int) -> None:
    """Twenty pieces are drawn, whatever the block; the same seed draws the same."""
    weights = resamples(20, 50, block=block)

    assert [20] * 50 == weights.sum(axis=1).tolist()
    np.testing.assert_array_equal(weights, resamples(20, 50, block=block))


def test_blocks_are_drawn_together() -> None:
    """With blocks of five of ten, the pieces drawn stand next to one another, round the end."""
    for row in resamples(10, 100, block=5):
        starts = np.flatnonzero((row > 0) & (np.roll(row, 1) == 0))
        assert len(starts) <= 2


def test_the_interval_holds_the_mean_as_often_as_it_says() -> None:
    """Of 200 samples of a normal distribution about 95 in 100 intervals hold the true mean."""
    random = np.random.default_rng(3)
    held = 0
    for seed in range(200):
        sample = random.normal(5, 2, 60)
        low, high = interval(resamples(60, 300, seed) @ sample / 60) or (np.nan, np.nan)
        held += low <= 5 <= high

    assert 180 <= held <= 198


def test_an_interval_of_mostly_nothing_is_none() -> None:
    """Half of the resamples or more are undefined; of none there is no interval either."""
    assert interval(np.array([np.nan, np.nan, 1.0])) is None
    assert interval(np.array([])) is None
    assert (1.0, 1.0) == interval(np.array([1.0, 1.0, np.nan]))


def test_nothing_to_draw_from() -> None:
    """No pieces: rows without columns."""
    assert (7, 0) == resamples(0, 7).shape
