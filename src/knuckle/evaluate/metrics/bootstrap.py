"""Bootstrap intervals: the same figure, computed over many resamples of the data."""

from __future__ import annotations

import numpy as np

from ..values import Array

RESAMPLES = 1000


def resamples(n: int, count: int = RESAMPLES, seed: int = 0, block: int = 1) -> Array:
    """How often each resample draws each of n pieces; (count, n).

    block: how many neighbouring pieces are drawn together, because they are alike, as the frames
    of a second are. Blocks start anywhere and wrap around the end.
    Source: Efron 1979; blocks as in Politis & Romano 1992 (circular block bootstrap).
    """
    random = np.random.default_rng(seed)
    weights = np.zeros((count, n))
    if n == 0:
        return weights
    block = min(block, n)
    blocks = -(-n // block)
    starts = random.integers(0, n, (count, blocks))
    pieces = (starts[:, :, None] + np.arange(block)).reshape(count, -1)[:, :n] % n
    np.add.at(weights, (np.arange(count)[:, None], pieces), 1.0)
    return weights


def interval(values: Array, level: float = 0.95) -> tuple[float, float] | None:
    """The percentile interval of the figures (b,) of the resamples; None if most are NaN.

    Source: Efron & Tibshirani 1993, chapter 13.
    """
    known = values[~np.isnan(values)]
    if 2 * len(known) <= len(values):
        return None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
