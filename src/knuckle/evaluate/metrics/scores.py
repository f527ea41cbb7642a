"""Scores of every hand, picture and palm, from ground truth and predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...spec import Landmark
from ..results import HandScores, PalmScores, PictureScores, PictureSetScores
from ..values import Array, Palm, Prediction, TrueHand, TruePicture
from .alignment import procrustes, scale_aligned, wrist_aligned
from .distances import joint_distances, landmark_box, match_boxes, match_centres, palm_length
from .palm_squares import match_palms, palm_square

JOINTS = len(Landmark)
MILLIMETRES = 1000.0  # in a metre


def match_hands(truth: Sequence[TrueHand], predictions: Sequence[Prediction]) -> list[int]:
    """For every true hand the index of the prediction matched to it, or -1; one to one.

    Hands with points are matched first: the boxes around the hands must have an IoU of 0.3. Then
    come hands with only a box, which may be loose: it must contain the centre of a prediction's
    landmarks.
    """
    found = [-1] * len(truth)
    exact = [i for i, hand in enumerate(truth) if hand.points is not None]
    loose = [i for i, hand in enumerate(truth) if hand.points is None]
    if exact and predictions:
        boxes = np.stack([hand_box(truth[i]) for i in exact])
        theirs = np.stack([landmark_box(prediction.points) for prediction in predictions])
        for i, j in zip(exact, match_boxes(boxes, theirs).tolist(), strict=True):
            found[i] = j
    left = [j for j in range(len(predictions)) if j not in found]
    if loose and left:
        centres = np.stack([predictions[j].points.mean(axis=0) for j in left])
        boxes = np.array([truth[i].box for i in loose], np.float64)
        for i, k in zip(loose, match_centres(boxes, centres).tolist(), strict=True):
            found[i] = left[k] if k >= 0 else -1
    return found


def hand_box(hand: TrueHand) -> Array:
    """The box around a hand with points; (4,): x0, y0, x1, y1.

    It is the smallest around the points, which is the same for every annotator. If fewer than half
    of the joints are annotated, as with finger tips alone, it is the annotated box.
    """
    assert hand.points is not None
    known = int((~np.isnan(hand.points).any(axis=1)).sum())
    return landmark_box(hand.points) if 2 * known >= JOINTS else np.array(hand.box, np.float64)


@dataclass(frozen=True, slots=True)
class HandScore:
    """One true hand against its prediction, if it has one; see HandScores."""

    found: bool
    joints: Array = field(default_factory=lambda: np.full(JOINTS, np.nan))  # palm lengths
    shares: Array = field(default_factory=lambda: np.full(JOINTS, np.nan))
    wrist_aligned: float = np.nan
    scale_aligned: float = np.nan
    procrustes: float = np.nan
    handedness: float = np.nan
    confidence: Array = field(default_factory=lambda: np.full(JOINTS, np.nan))

    @property
    def error(self) -> float:
        """The mean over the annotated joints, palm lengths."""
        known = self.joints[~np.isnan(self.joints)]
        return float(known.mean()) if known.size else np.nan


def score_hand(truth: TrueHand, prediction: Prediction | None) -> HandScore:
    """Score a true hand against its prediction."""
    if prediction is None:
        missed = np.full(JOINTS, np.nan)
        if truth.points is not None:
            missed[~np.isnan(truth.points).any(axis=1)] = np.inf
        return HandScore(False, shares=missed)
    same = float(prediction.handedness == truth.handedness)
    handedness = same if truth.handedness and prediction.handedness else np.nan
    if truth.points is None:
        return HandScore(True, handedness=handedness)
    distances = joint_distances(truth.points, prediction.points)
    box = hand_box(truth)
    return HandScore(
        True,
        joints=distances / palm_length(truth.points),
        shares=distances / (max(box[2] - box[0], box[3] - box[1]) or np.nan),
        handedness=handedness,
        wrist_aligned=_error_3d(wrist_aligned, truth, prediction),
        scale_aligned=_error_3d(scale_aligned, truth, prediction),
        procrustes=_error_3d(procrustes, truth, prediction),
        confidence=np.full(JOINTS, np.nan)
        if prediction.confidence is None
        else prediction.confidence,
    )


def _error_3d(
    aligned: Callable[[Array, Array], float], truth: TrueHand, prediction: Prediction
) -> float:
    """The 3D error in millimetres; NaN if either has no 3D points."""
    if truth.points_3d is None or prediction.world is None:
        return np.nan
    return aligned(truth.points_3d, prediction.world * MILLIMETRES)


def score_pictures(
    pictures: Sequence[TruePicture],
    predictions: Sequence[Sequence[Prediction]],
    palms: Sequence[Sequence[Palm] | None],
) -> PictureSetScores:
    """Score one contestant's predictions and palms on a set of pictures."""
    matches = [match_hands(p.hands, a) for p, a in zip(pictures, predictions, strict=True)]
    hands, index = [], []
    for i, (picture, theirs, match) in enumerate(zip(pictures, predictions, matches, strict=True)):
        for truth, j in zip(picture.hands, match, strict=True):
            hands.append(score_hand(truth, theirs[j] if j >= 0 else None))
            index.append(i)
    return PictureSetScores(
        hands=_hand_scores(hands, index),
        pictures=_picture_scores(pictures, predictions, matches),
        palms=_palm_scores(pictures, palms),
    )


def _hand_scores(hands: Sequence[HandScore], index: Sequence[int]) -> HandScores:
    def column(name: str) -> Array:
        return np.array([getattr(hand, name) for hand in hands], np.float64)

    return HandScores(
        picture=np.array(index, np.int64),
        found=column("found").astype(bool),
        error=column("error"),
        joints=column("joints").reshape(-1, JOINTS),
        shares=column("shares").reshape(-1, JOINTS),
        wrist_aligned=column("wrist_aligned"),
        scale_aligned=column("scale_aligned"),
        procrustes=column("procrustes"),
        handedness=column("handedness"),
        confidence=column("confidence").reshape(-1, JOINTS),
    )


def _picture_scores(
    pictures: Sequence[TruePicture],
    predictions: Sequence[Sequence[Prediction]],
    matches: Sequence[Sequence[int]],
) -> PictureScores:
    sought, found, false = [], [], []
    for picture, theirs, match in zip(pictures, predictions, matches, strict=True):
        given = len(theirs)
        seen = picture.hand_count
        if picture.hands:
            sought.append(len(picture.hands))
            found.append(sum(j >= 0 for j in match))
        else:
            sought.append(picture.least_hands if seen is None else seen)
            found.append(min(given, sought[-1]))
        # If more hands may be visible than are annotated, the others may be right, too.
        is_known = seen is not None and sought[-1] == seen
        spared = _within_loose_boxes(picture.hands, theirs, match)
        false.append(float(given - found[-1] - spared) if is_known else np.nan)
    return PictureScores(
        sought=np.array(sought, np.int64),
        found=np.array(found, np.int64),
        predicted=np.array([len(theirs) for theirs in predictions], np.int64),
        false=np.array(false, np.float64),
        empty=np.array([picture.hand_count == 0 for picture in pictures], np.bool_),
    )


def _within_loose_boxes(
    truth: Sequence[TrueHand], predictions: Sequence[Prediction], match: Sequence[int]
) -> int:
    """How many unmatched predictions are in a loose box, which may be around two hands."""
    boxes = [np.array(hand.box).reshape(2, 2) for hand in truth if hand.points is None]
    centres = [a.points.mean(axis=0) for j, a in enumerate(predictions) if j not in match]
    return sum(
        any(((box[0] <= centre) & (centre <= box[1])).all() for box in boxes) for centre in centres
    )


def _palm_scores(
    pictures: Sequence[TruePicture], palms: Sequence[Sequence[Palm] | None]
) -> PalmScores | None:
    """Score the palms in pictures in which all hands have a palm square, or without hands."""
    picture, score, true, expected = [], [], [], []
    for i, (truth, found) in enumerate(zip(pictures, palms, strict=True)):
        if found is None:
            return None
        squares = _squares(truth)
        expected.append(0 if squares is None else len(squares))
        if squares is None or not found:
            continue
        strongest = sorted(found, key=lambda palm: -palm.score)
        boxes = np.array([palm.box for palm in strongest], np.float64)
        true += match_palms(squares, boxes).tolist()
        score += [palm.score for palm in strongest]
        picture += [i] * len(strongest)
    order = np.argsort(-np.array(score, np.float64), kind="stable")
    return PalmScores(
        picture=np.array(picture, np.int64)[order],
        score=np.array(score, np.float64)[order],
        true=np.array(true, np.bool_)[order],
        expected=np.array(expected, np.int64),
    )


def _squares(picture: TruePicture) -> Array | None:
    """The palm squares of a picture (m, 4); None if one of them is unknown."""
    if picture.hand_count != len(picture.hands):
        return None
    squares = [
        palm_square(hand.points) if hand.points is not None else np.full(4, np.nan)
        for hand in picture.hands
    ]
    stacked = np.array(squares, np.float64).reshape(-1, 4)
    return None if np.isnan(stacked).any() else stacked
