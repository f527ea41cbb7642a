"""Distances, matching and weighted means of arrays. NaN means "not defined" and is left out.

A weight says how often a row counts, as in a bootstrap: weights (n,) give one figure, weights
(b, n) one for each of b resamples.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...geometry import palm_lengths
from ...geometry.boxes import box_iou
from ..values import Array

Integers = NDArray[np.int64]


def landmark_box(points: Array) -> Array:
    """The smallest box around the annotated points; (4,): x0, y0, x1, y1, NaN if no point is.

    points: (21, 2), with rows of NaN where not annotated.
    """
    known = points[~np.isnan(points).any(axis=1)]
    if not len(known):
        return np.full(4, np.nan)
    return np.concatenate([known.min(axis=0), known.max(axis=0)])


def box_ious(boxes: Array, others: Array) -> Array:
    """Intersection over union of each of boxes (m, 4) with each of others (k, 4); (m, k)."""
    rows = [box_iou(box, others) for box in boxes]  # type: ignore[arg-type]
    return np.array(rows, np.float64).reshape(len(boxes), len(others))


def match_boxes(truth: Array, predictions: Array, least: float = 0.3) -> Integers:
    """The prediction that each true box is matched to, or -1; (m,).

    Greedy and one to one, from the pair that overlaps most down to an overlap of `least`.
    truth: (m, 4); predictions: (k, 4).
    Source: the matching of PASCAL VOC (Everingham et al. 2010), with a threshold for hands.
    """
    return _greedy(box_ious(truth, predictions), least)


def match_centres(truth: Array, centres: Array) -> Integers:
    """The prediction whose centre is in each loose box, or -1; (m,).

    Greedy and one to one, from the centre nearest to the middle of its box.
    truth: (m, 4); centres: (k, 2).
    """
    inside = (truth[:, None, :2] <= centres) & (centres <= truth[:, None, 2:])
    middles = (truth[:, :2] + truth[:, 2:]) / 2
    away = np.linalg.norm(middles[:, None] - centres, axis=2)
    return _greedy(np.where(inside.all(axis=2), -away, -np.inf), -np.finfo(np.float64).max)


def _greedy(likeness: Array, least: float) -> Integers:
    """Match rows to columns one to one by descending likeness (m, k); a column per row, or -1."""
    matched = np.full(likeness.shape[0], -1, np.int64)
    left = np.nan_to_num(likeness, nan=-np.inf, neginf=-np.inf)
    while left.size:
        row, column = np.unravel_index(left.argmax(), left.shape)
        if not left[row, column] >= least:
            break
        matched[row] = column
        left[row], left[:, column] = -np.inf, -np.inf
    return matched


def palm_length(points: Array) -> float:
    """The distance from the wrist to the middle MCP; NaN if either is unknown, or if it is 0.

    points: (21, 2). Source: the unit of MediaPipe's own evaluation (Zhang et al. 2020).
    """
    return palm_lengths.palm_length(points) or np.nan


def joint_distances(truth: Array, prediction: Array) -> Array:
    """The distance of each joint, in the unit of the points; (21,), NaN where not annotated.

    truth, prediction: (21, 2) or (21, 3).
    """
    return np.asarray(np.linalg.norm(truth - prediction, axis=1))


def weighted_mean(values: Array, weights: Array) -> Array:
    """The mean of values (n,); () for weights (n,), (b,) for weights (b, n)."""
    known = ~np.isnan(values)
    return ratio(np.where(known, values, 0.0), known, weights)


def ratio(
    numerators: NDArray[np.generic], denominators: NDArray[np.generic], weights: Array
) -> Array:
    """The weighted sum of numerators (n,) over that of denominators (n,); NaN if that is 0."""
    above = weights @ numerators.astype(np.float64)
    below = weights @ denominators.astype(np.float64)
    return np.divide(above, below, out=np.full(np.shape(below), np.nan), where=below != 0)


def weighted_median(values: Array, weights: Array) -> Array:
    """The median of values (n,), each repeated as often as its weight says.

    With two middle values it is their mean, as in `numpy.median`.
    """
    known = ~np.isnan(values)
    order = np.argsort(values[known], kind="stable")
    ranked = values[known][order]
    counts = np.cumsum(weights[..., known][..., order], axis=-1)
    if not len(ranked):
        return np.full(weights.shape[:-1], np.nan)
    half = counts[..., -1:] / 2
    lower = (counts < half).sum(axis=-1)
    upper = (counts <= half).sum(axis=-1)
    last = len(ranked) - 1
    median = (ranked[np.minimum(lower, last)] + ranked[np.minimum(upper, last)]) / 2
    return np.where(counts[..., -1] > 0, median, np.nan)


def pck(shares: Array, weights: Array, thresholds: Array) -> Array:
    """The share of joints within each threshold, PCK; (t,).

    shares: (n,) distances divided by a length of the hand; infinite for missed hands.
    Source: percentage of correct key points, Yang & Ramanan 2013; relative to a side of the box,
    as Simon et al. 2017 do for hands.
    """
    known = ~np.isnan(shares)
    return np.array([float(ratio(known & (shares <= t), known, weights)) for t in thresholds])


def pck_area(shares: Array, weights: Array, limit: float) -> Array:
    """The area under the PCK curve from 0 to `limit`, divided by `limit`; exact, without sampling.

    A joint at share s is within every threshold from s on, so it adds 1 - s / limit.
    """
    known = ~np.isnan(shares)
    gain = np.clip(1 - np.where(known, shares, np.inf) / limit, 0, 1)
    return ratio(gain, known, weights)
