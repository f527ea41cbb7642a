"""Average precision of a palm detector, against palm squares made from the true landmarks."""

from __future__ import annotations

import numpy as np

from ...spec import PALM_KEYPOINTS
from ..results import Bools
from ..values import Array
from .distances import box_ious, landmark_box

PALM = list(PALM_KEYPOINTS)
SIDE = 1.04  # times the longer side of the box around the palm's points


def palm_square(points: Array) -> Array:
    """The square that a palm detector should find; (4,): x0, y0, x1, y1, NaN if unknown.

    Its centre is that of the box around wrist, MCPs, thumb CMC and thumb MCP, its side 1.04 times
    the longer side of that box. points: (21, 2) pixels; all seven must be known.

    Source: fitted to the boxes and points of the full palm network, 372 palms of three sets of
    real pictures: median overlap with the network's boxes 0.92, fifth percentile 0.76. (With the
    length from wrist to middle MCP as the side: 0.91, 0.55; centred on the mean of the points:
    0.87, 0.75.)
    """
    palm = points[PALM]
    if np.isnan(palm).any():
        return np.full(4, np.nan)
    low, high = landmark_box(palm).reshape(2, 2)
    middle, half = (low + high) / 2, SIDE * (high - low).max() / 2
    return np.concatenate([middle - half, middle + half])


def match_palms(truth: Array, detected: Array, least: float = 0.5) -> Bools:
    """Which detections (k, 4), strongest first, are correct: (k,).

    A detection belongs to the true square (m, 4) that it overlaps most. It is correct if that
    overlap is at least `least` and no stronger detection has taken the square.
    Source: PASCAL VOC (Everingham et al. 2010).
    """
    true = np.zeros(len(detected), np.bool_)
    if not len(truth):
        return true
    overlaps = box_ious(detected, truth)
    taken: set[int] = set()
    for i, row in enumerate(overlaps):
        best = int(row.argmax())
        if row[best] >= least and best not in taken:
            taken.add(best)
            true[i] = True
    return true


def average_precision(scores: Array, true: Bools, expected: Array | float, weights: Array) -> Array:
    """The area under the envelope of precision over recall; NaN if nothing is expected.

    scores, true: (k,). weights: (k,) or (b, k). expected: number of true squares, () or (b,).
    Source: PASCAL VOC since 2010: all points, with precision made monotonically decreasing.
    """
    order = np.argsort(-scores, kind="stable")
    drawn = weights[..., order]
    hits = np.cumsum(drawn * true[order], axis=-1)
    given = np.cumsum(drawn, axis=-1)
    precision = np.divide(hits, given, out=np.zeros_like(hits), where=given > 0)
    envelope = np.maximum.accumulate(precision[..., ::-1], axis=-1)[..., ::-1]
    area = (envelope * drawn * true[order]).sum(axis=-1)
    whole = np.asarray(expected, np.float64)
    return np.divide(area, whole, out=np.full(area.shape, np.nan), where=whole > 0)
