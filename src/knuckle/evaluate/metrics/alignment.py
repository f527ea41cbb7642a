"""Mean 3D error after alignment. Both hands are (21, 3) in one unit, with NaN where unknown."""

from __future__ import annotations

import numpy as np

from ...geometry.kabsch import kabsch
from ...spec import Landmark
from ..results import Bools
from ..values import Array

LEAST_JOINTS = 3


def wrist_aligned(truth: Array, prediction: Array) -> float:
    """The mean distance with the wrists aligned; NaN if a wrist is unknown.

    Source: the root-relative error of FreiHAND and InterHand2.6M.
    """
    return _mean_distance(_from_wrist(truth), _from_wrist(prediction))


def scale_aligned(truth: Array, prediction: Array) -> float:
    """The mean distance with the wrists aligned and the prediction scaled by least squares.

    Source: the scale-and-translation-aligned error of FreiHAND (Zimmermann et al. 2019), with the
    wrist held fixed.
    """
    theirs, ours = _from_wrist(truth), _from_wrist(prediction)
    known = _known(theirs, ours)
    square = float((ours[known] ** 2).sum())
    if square == 0:
        return np.nan
    return _mean_distance(theirs, ours * (float((theirs[known] * ours[known]).sum()) / square))


def procrustes(truth: Array, prediction: Array) -> float:
    """The mean distance after the best rotation (no reflection), scale and translation.

    Source: Umeyama 1991; the PA error of FreiHAND.
    """
    known = _known(truth, prediction)
    if known.sum() < LEAST_JOINTS:
        return np.nan
    theirs = truth[known] - truth[known].mean(axis=0)
    ours = prediction[known] - prediction[known].mean(axis=0)
    square = float((ours**2).sum())
    if square == 0:
        return np.nan
    turn, strengths = kabsch(ours, theirs)
    scale = float(strengths.sum()) / square
    return float(np.linalg.norm(theirs - scale * ours @ turn.T, axis=1).mean())


def _from_wrist(points: Array) -> Array:
    return points - points[Landmark.WRIST]


def _known(truth: Array, prediction: Array) -> Bools:
    return np.logical_not(np.isnan(truth + prediction).any(axis=1))


def _mean_distance(truth: Array, prediction: Array) -> float:
    known = _known(truth, prediction)
    if known.sum() < LEAST_JOINTS:
        return np.nan
    return float(np.linalg.norm(truth[known] - prediction[known], axis=1).mean())
