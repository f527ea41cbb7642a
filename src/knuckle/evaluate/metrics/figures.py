"""The figures of a set of pictures: what each means, and how it is computed from the scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...spec import Landmark
from ...stages.confidence import CLOSE
from ..results import Better, Figure, PictureSetScores
from ..values import Array
from .bootstrap import interval, resamples
from .calibration import calibration_error, rejection_area
from .distances import pck, pck_area, ratio, weighted_mean, weighted_median
from .palm_squares import average_precision

# Thresholds and the limit of the area, as shares of the longer side of a hand's box.
PCK_THRESHOLDS = (0.05, 0.1)
PCK_LIMIT = 0.2

TIPS = {
    "thumb": Landmark.THUMB_TIP,
    "index": Landmark.INDEX_TIP,
    "middle": Landmark.MIDDLE_TIP,
    "ring": Landmark.RING_TIP,
    "pinky": Landmark.PINKY_TIP,
}

# From weights of the pictures, (n,) or (b, n) for b resamples, to the figure, () or (b,).
Measure = Callable[[PictureSetScores, Array], Array | float]


@dataclass(frozen=True, slots=True)
class Definition:
    """How a figure is computed."""

    name: str
    meaning: str
    better: Better
    digits: int
    measure: Measure
    count: Callable[[PictureSetScores], int]  # of pieces it is taken over; 0 if it is undefined
    is_paired: bool = False  # taken over the hands that all contestants found


def _hand_weights(scores: PictureSetScores, weights: Array) -> Array:
    return weights[..., scores.hands.picture]


def _recall(scores: PictureSetScores, weights: Array) -> Array | float:
    return ratio(scores.pictures.found, scores.pictures.sought, weights)


def _precision(scores: PictureSetScores, weights: Array) -> Array | float:
    known = ~np.isnan(scores.pictures.false) & ~scores.pictures.empty
    predicted = np.where(known, scores.pictures.predicted, 0)
    false = np.where(known, scores.pictures.false, 0)
    return ratio(predicted - false, predicted, weights)


def _false_hands(scores: PictureSetScores, weights: Array) -> Array | float:
    empty = scores.pictures.empty
    return ratio(empty & (scores.pictures.predicted > 0), empty, weights)


def _mean_of(name: str) -> Measure:
    """The mean over hands of a column of HandScores."""

    def measure(scores: PictureSetScores, weights: Array) -> Array | float:
        return weighted_mean(getattr(scores.hands, name), _hand_weights(scores, weights))

    return measure


def _median_error(scores: PictureSetScores, weights: Array) -> Array | float:
    return weighted_median(scores.hands.error, _hand_weights(scores, weights))


def _pck_at(threshold: float) -> Measure:
    """The share of joints within a threshold."""

    def measure(scores: PictureSetScores, weights: Array) -> Array | float:
        shares = scores.hands.shares
        known = ~np.isnan(shares)
        within = (known & (np.nan_to_num(shares, nan=np.inf) <= threshold)).sum(axis=1)
        return ratio(within, known.sum(axis=1), _hand_weights(scores, weights))

    return measure


def _pck_area(scores: PictureSetScores, weights: Array) -> Array | float:
    shares = scores.hands.shares
    joints = np.repeat(_hand_weights(scores, weights), shares.shape[1], axis=-1)
    return pck_area(shares.ravel(), joints, PCK_LIMIT)


def _calibration_error(scores: PictureSetScores, weights: Array) -> Array | float:
    hands = scores.hands
    return calibration_error(hands.confidence, hands.joints, _hand_weights(scores, weights))


def _rejection_area(scores: PictureSetScores, weights: Array) -> Array | float:
    errors = scores.hands.joints
    joints = np.repeat(_hand_weights(scores, weights), errors.shape[1], axis=-1)
    return rejection_area(scores.hands.confidence.ravel(), errors.ravel(), joints)


def _rejection_gain(scores: PictureSetScores, weights: Array) -> Array | float:
    confidences, errors = scores.hands.confidence.ravel(), scores.hands.joints.ravel()
    judged = np.where(np.isnan(confidences), np.nan, errors)
    joints = np.repeat(_hand_weights(scores, weights), scores.hands.joints.shape[1], axis=-1)
    chance = weighted_mean(judged, joints)
    gain = chance - rejection_area(confidences, judged, joints)
    best = chance - rejection_area(-judged, judged, joints)
    return np.divide(gain, best, out=np.full(np.shape(best), np.nan), where=best > 0)


def _palm_precision(scores: PictureSetScores, weights: Array) -> Array | float:
    palms = scores.palms
    if palms is None:
        return np.full(weights.shape[:-1], np.nan)
    expected = (weights * palms.expected).sum(axis=-1)
    return average_precision(palms.score, palms.true, expected, weights[..., palms.picture])


def _tip_shares(scores: PictureSetScores, tip: Landmark) -> Array:
    """The error of a finger tip of the found hands whose palm length is unknown; NaN elsewhere."""
    hands = scores.hands
    shares = hands.shares[:, tip]
    has_palm = ~np.isnan(hands.joints).all(axis=1)
    return np.where(hands.found & ~has_palm, shares, np.nan)


def _tip_error(tip: Landmark) -> Measure:
    def measure(scores: PictureSetScores, weights: Array) -> Array | float:
        return weighted_mean(_tip_shares(scores, tip), _hand_weights(scores, weights))

    return measure


def _tips(tip: Landmark) -> Callable[[PictureSetScores], int]:
    """How many hands have an error of a finger tip."""
    return lambda scores: int((~np.isnan(_tip_shares(scores, tip))).sum())


def _known(name: str) -> Callable[[PictureSetScores], int]:
    """How many hands have a value in a column of HandScores."""
    return lambda scores: int((~np.isnan(getattr(scores.hands, name))).sum())


def _pointed(scores: PictureSetScores) -> int:
    return int((~np.isnan(scores.hands.shares)).any(axis=1).sum())


def _confident(scores: PictureSetScores) -> int:
    return int((~np.isnan(scores.hands.confidence + scores.hands.joints)).any(axis=1).sum())


def _palms_expected(scores: PictureSetScores) -> int:
    return 0 if scores.palms is None else int(scores.palms.expected.sum())


def _predictable(scores: PictureSetScores) -> int:
    known = ~np.isnan(scores.pictures.false) & ~scores.pictures.empty
    return int(scores.pictures.predicted[known].sum())


DEFINITIONS = (
    Definition(
        "recall",
        "found hands / hands to be found; found: the boxes around the landmarks have an IoU of "
        "0.3, or the landmarks' centre is in a loose box, or a hand is predicted where hands are "
        "only counted",
        "higher",
        3,
        _recall,
        lambda scores: int(scores.pictures.sought.sum()),
    ),
    Definition(
        "precision",
        "predicted hands that are not false / predicted hands, in pictures in which all hands are "
        "annotated or counted; a hand in a loose box, which may be around two, is not false",
        "higher",
        3,
        _precision,
        _predictable,
    ),
    Definition(
        "pictures with a false hand",
        "pictures without hands in which a hand was predicted / pictures without hands",
        "lower",
        3,
        _false_hands,
        lambda scores: int(scores.pictures.empty.sum()),
    ),
    Definition(
        "mean error",
        "mean distance over the joints of found hands, palm lengths (wrist to middle MCP)",
        "lower",
        4,
        _mean_of("error"),
        _known("error"),
    ),
    Definition(
        "mean error, both found",
        "the same over the hands that all contestants found",
        "lower",
        4,
        _mean_of("error"),
        _known("error"),
        is_paired=True,
    ),
    Definition(
        "median error",
        "median of the hands' errors, palm lengths",
        "lower",
        4,
        _median_error,
        _known("error"),
    ),
    *(
        Definition(
            f"{finger} tip error",
            f"mean distance of the {finger} tip of found hands, shares of the longer side of the "
            "hand's box; where the palm is not annotated, so that its length is unknown",
            "lower",
            4,
            _tip_error(tip),
            _tips(tip),
        )
        for finger, tip in TIPS.items()
    ),
    *(
        Definition(
            f"PCK@{threshold:g}",
            f"joints within {threshold:g} of the longer side of the hand's box / annotated "
            "joints; those of missed hands count as wrong",
            "higher",
            3,
            _pck_at(threshold),
            _pointed,
        )
        for threshold in PCK_THRESHOLDS
    ),
    Definition(
        "PCK area",
        f"area under the PCK curve from 0 to {PCK_LIMIT:g}, as a share",
        "higher",
        3,
        _pck_area,
        _pointed,
    ),
    Definition(
        "3D error, wrists aligned",
        "mean distance of the world landmarks, with the wrists aligned, mm",
        "lower",
        1,
        _mean_of("wrist_aligned"),
        _known("wrist_aligned"),
    ),
    Definition(
        "3D error, scale aligned",
        "the same, with the wrists aligned and the size fitted, mm",
        "lower",
        1,
        _mean_of("scale_aligned"),
        _known("scale_aligned"),
    ),
    Definition(
        "3D error, Procrustes",
        "the same, with place, rotation and size fitted, mm",
        "lower",
        1,
        _mean_of("procrustes"),
        _known("procrustes"),
    ),
    Definition(
        "handedness",
        "found hands with the correct handedness / found hands",
        "higher",
        3,
        _mean_of("handedness"),
        _known("handedness"),
    ),
    Definition(
        "calibration error",
        f"mean gap between the confidence of joints and the share within {CLOSE:g} palm lengths, "
        "over ten bins of confidence",
        "lower",
        3,
        _calibration_error,
        _confident,
    ),
    Definition(
        "error-rejection area",
        "mean error of the joints kept when the least confident are rejected first, palm lengths, "
        "averaged over all shares kept",
        "lower",
        4,
        _rejection_area,
        _confident,
    ),
    Definition(
        "error-rejection gain",
        "where that area lies between a random order (0) and the order of the true errors (1)",
        "higher",
        3,
        _rejection_gain,
        _confident,
    ),
    Definition(
        "palm AP@0.5",
        "average precision of the palm detector at IoU 0.5 with the true palm squares",
        "higher",
        3,
        _palm_precision,
        _palms_expected,
    ),
)


def picture_figures(scores: Sequence[PictureSetScores], block: int = 1) -> tuple[Figure, ...]:
    """The figures defined for the set, with the difference between the first two contestants.

    block: how many consecutive pictures a resample draws together, because they are alike.
    """
    return tuple(
        _figure(definition, scores, block)
        for definition in DEFINITIONS
        if definition.count(scores[0]) and not (definition.is_paired and len(scores) == 1)
    )


def _figure(definition: Definition, scores: Sequence[PictureSetScores], block: int) -> Figure:
    if definition.is_paired:
        scores = _both_found(scores)
    pictures = len(scores[0].pictures.sought)
    unit = np.ones(pictures)
    values = tuple(float(definition.measure(s, unit)) for s in scores)
    figure = Figure(
        definition.name,
        definition.meaning,
        definition.better,
        definition.digits,
        values,
        definition.count(scores[0]),
    )
    if len(scores) < 2:
        return figure
    figure = replace(figure, difference=values[0] - values[1])
    if np.isnan(values).any():  # such as those of a peer without confidences
        return figure
    weights = resamples(pictures, block=block)
    first, second = (np.asarray(definition.measure(s, weights)) for s in scores[:2])
    pieces = min(-(-pictures // block), figure.count)
    return replace(figure, interval=interval(first - second), pieces=pieces)


def _both_found(scores: Sequence[PictureSetScores]) -> list[PictureSetScores]:
    """The same scores, without the errors of hands that any contestant missed."""
    found = np.logical_and.reduce([s.hands.found for s in scores])
    return [
        replace(s, hands=replace(s.hands, error=np.where(found, s.hands.error, np.nan)))
        for s in scores
    ]


def pck_curve(scores: PictureSetScores, thresholds: Array) -> Array:
    """The share of joints within each threshold; missed hands count as wrong; (t,)."""
    shares = scores.hands.shares.ravel()
    return pck(shares, np.ones(len(shares)), thresholds)
