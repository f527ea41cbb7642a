"""Calibration: whether a confidence means what it says.

A confidence is the probability that the joint's error is at most `CLOSE` palm lengths. A joint
counts if both its confidence and its error are known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...stages.confidence import CLOSE
from ..values import Array
from .distances import Integers, ratio

BINS = 10  # of equal width, over 0 to 1


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """The predicted and the true share of close joints, in each of b bins of confidence."""

    said: Array  # (b,) mean confidence; NaN in an empty bin
    true: Array  # (b,) share of the joints that are close; NaN in an empty bin
    count: Integers  # (b,) number of joints


def reliability(confidences: Array, errors: Array, bins: int = BINS) -> Reliability:
    """The reliability curve. confidences, errors: of one shape, 0 to 1 and palm lengths."""
    counts, said, true = _bin_sums(confidences.reshape(1, -1), errors.reshape(1, -1), bins)
    unit = np.ones(1)
    by_bin = range(bins)
    return Reliability(
        said=np.array([float(ratio(said[:, b], counts[:, b], unit)) for b in by_bin]),
        true=np.array([float(ratio(true[:, b], counts[:, b], unit)) for b in by_bin]),
        count=counts[0].astype(np.int64),
    )


def calibration_error(confidences: Array, errors: Array, weights: Array) -> Array:
    """The mean over joints of the gap between their bin's confidence and its true share.

    confidences, errors: (m, 21). weights: one per hand, (m,) or (b, m).
    Source: the expected calibration error of Naeini et al. 2015, ten bins of equal width.
    """
    counts, said, true = (weights @ sums for sums in _bin_sums(confidences, errors, BINS))
    total = counts.sum(axis=-1)
    gap = np.abs(said - true).sum(axis=-1)
    return np.divide(gap, total, out=np.full(np.shape(total), np.nan), where=total > 0)


def _bin_sums(confidences: Array, errors: Array, bins: int) -> tuple[Array, Array, Array]:
    """For each hand and bin the number of joints, their summed confidence, and how many are close.

    confidences, errors: (m, j). Returns three arrays (m, bins).
    """
    known = ~np.isnan(confidences + errors)
    place = np.clip(np.nan_to_num(confidences) * bins, 0, bins - 1).astype(np.int64)
    member = (place[..., None] == np.arange(bins)) & known[..., None]
    said = np.nan_to_num(confidences)
    close = np.nan_to_num(errors, nan=np.inf) <= CLOSE
    return (
        member.sum(axis=1).astype(np.float64),
        (member * said[..., None]).sum(axis=1),
        (member & close[..., None]).sum(axis=1).astype(np.float64),
    )


def rejection_area(scores: Array, errors: Array, weights: Array) -> Array:
    """The area under the error-rejection curve, palm lengths; () for weights (n,), (b,) for (b, n).

    The mean error of the joints kept, averaged over all rejection rates from 0 to 1. Joints with
    the lowest scores are rejected first, and the last joint in ever smaller parts.
    Joints with equal scores have no order: each counts with their mean error. So if all scores are
    equal, the area is the mean error.
    scores: (n,), any unit. errors: (n,), palm lengths. weights: one per joint.
    Source: the error-versus-reject curve of Nadeem et al. 2009, for a continuous error.
    """
    known = ~np.isnan(scores + errors)
    order = np.argsort(-scores[known], kind="stable")
    ranked, error = scores[known][order], errors[known][order]
    starts = np.flatnonzero(np.diff(ranked, prepend=np.inf))
    areas = [_area(row[known][order], error, starts) for row in np.atleast_2d(weights)]
    return np.array(areas).reshape(weights.shape[:-1])


def _area(weights: Array, errors: Array, starts: Integers) -> float:
    """The mean error of the first c joints, averaged over all c from 0 to the number of joints.

    weights, errors: (n,), highest score first. starts: (g,) start of each group of equal scores.
    """
    if not weights.sum() > 0:
        return np.nan
    kept = np.add.reduceat(weights, starts)
    sums = np.add.reduceat(weights * errors, starts)
    mean = np.divide(sums, kept, out=np.zeros_like(sums), where=kept > 0)
    upto, total = np.cumsum(kept), np.cumsum(sums)
    before, sum_before = upto - kept, total - sums
    # Within a group the mean error of the first c is (sum_before + (c - before) mean) / c. This is
    # its integral from before to upto; in the first group it is the group's mean.
    growth = np.divide(upto, before, out=np.ones_like(upto), where=before > 0)
    return float((sums + (sum_before - before * mean) * np.log(growth)).sum() / upto[-1])
