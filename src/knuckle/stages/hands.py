"""A prediction -> a Hand, with everything that follows from its landmarks and scores."""

from __future__ import annotations

import numpy as np

from ..values import Candidate, Hand, Handedness, Size
from .augmentation import Prediction
from .confidence import joint_confidence


def hand_of(
    prediction: Prediction, candidate: Candidate, size: Size, *, mirrored: bool = False
) -> Hand:
    """The hand that a prediction describes at a candidate's place.

    size: (width, height) of the picture, pixels.
    mirrored: whether the picture is a mirror image.
    """
    landmarks, world, presence, right, spread = prediction
    handedness, score = handedness_of(right, mirrored=mirrored)
    return Hand(
        landmarks=landmarks,
        points=landmarks[:, :2] * np.array(size, np.float32),
        world_landmarks=world,
        handedness=handedness,
        handedness_score=score,
        presence=presence,
        palm_score=candidate.palm_score,
        palm_box=candidate.palm_box,
        roi=candidate.roi,
        image_size=size,
        confidence=joint_confidence(
            landmarks, world, roi=candidate.roi, size=size, presence=presence, spread=spread
        ),
        status="tracked" if candidate.palm_score is None else "detected",
        mirrored=mirrored,
        spread=spread,
    )


def handedness_of(probability: float, *, mirrored: bool) -> tuple[Handedness, float]:
    """Which hand of the person it is, and the score of that answer.

    probability: the network's probability of a right hand, which assumes an unmirrored picture.
    mirrored: whether the picture is a mirror image.
    """
    is_right = (probability > 0.5) != mirrored
    return "right" if is_right else "left", max(probability, 1 - probability)
