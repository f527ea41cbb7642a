"""Logistic regression with weights that may be bounded to 0 or below, by Newton's method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knuckle.evaluate.values import Array

ROUNDS, SWEEPS = 15, 200


def fit_logistic(
    signs: Array,
    close: NDArray[np.bool_],
    weights: Array,
    ridge: Array,
    bounded: NDArray[np.bool_],
    given: Array | float = 0.0,
) -> Array:
    """The most likely coefficients, (k,), with a ridge penalty.

    signs: (n, k). close: (n,). weights: (n,) how often each row counts. ridge: (k,).
    bounded: (k,) which coefficients may not be positive. given: (n,) log odds to add to.
    """
    found = np.zeros(signs.shape[1])
    for _ in range(ROUNDS):
        share = sigmoid(signs @ found + given)
        slope = signs.T @ (weights * (close - share)) - ridge * found
        bend = (signs * (weights * share * (1 - share))[:, None]).T @ signs + np.diag(ridge)
        step = _bounded_step(slope, bend, np.where(bounded, -found, np.inf))
        found = found + step
        if np.abs(step).max() < 1e-7:
            break
    return found


def _bounded_step(slope: Array, bend: Array, most: Array) -> Array:
    """The d that maximises slope . d - d . bend . d / 2 with every element at most `most`."""
    step = np.zeros(len(slope))
    for _ in range(SWEEPS):
        before = step.copy()
        for k in range(len(step)):
            free = (slope[k] - bend[k] @ step) / bend[k, k] + step[k]
            step[k] = min(free, most[k])
        if np.abs(step - before).max() < 1e-9:
            break
    return step


def sigmoid(log_odds: Array) -> Array:
    """The probability of log odds."""
    return np.asarray(1 / (1 + np.exp(-log_odds)), np.float64)
