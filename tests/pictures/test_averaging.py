"""One hand read in several crops: the landmark stage with moves, and the mean of its readings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from knuckle.geometry.rois import roi_from_landmarks
from knuckle.networks.engine import ENGINES
from knuckle.pictures import detector as pipeline
from knuckle.pictures.detector import Detector, read_each
from knuckle.stages.augmentation import Move, joined, prediction_of
from knuckle.stages.landmark_stage import AUGMENTED, ONCE
from knuckle.values import Candidate, Hand, ImageArray, Roi, image_size
from tests.detectors import a_detector


@pytest.fixture(scope="module")
def detector() -> Detector:
    """One that reads each hand once."""
    return a_detector()


@pytest.fixture(scope="module")
def averaging() -> Detector:
    """One that reads each hand several times."""
    return a_detector(effort="high")


def test_the_plain_crop_alone_is_the_plain_reading(
    detector: Detector, two_hands: ImageArray
) -> None:
    """The same numbers, and no spread."""
    once = replace(detector, landmarks=replace(detector.landmarks, moves=(Move(),)))
    for hand in pipeline.detect(detector, two_hands):
        place = Candidate(hand.roi, hand.palm_score, hand.palm_box)
        [again] = read_each(once, two_hands, [place])
        assert again is not None

        assert hand.to_dict() == again.to_dict()
        assert again.spread is None


@pytest.mark.parametrize("engine", ENGINES)
def test_a_batch_is_its_crops_one_by_one(engine: str, open_palm: ImageArray) -> None:
    """On every engine."""
    detector = a_detector("lite", engine)
    [hand] = pipeline.detect(detector, open_palm)
    moves = (Move(), Move(mirrored=True), Move(rotation=1.0))
    [batch] = replace(detector.landmarks, moves=moves)([open_palm], [hand.roi])
    for i, move in enumerate(moves):
        [single] = replace(detector.landmarks, moves=(move,))([open_palm], [hand.roi])
        for column, row in zip(batch.part(i, i + 1), single, strict=True):
            np.testing.assert_allclose(column, row, atol=1e-5)


def mean_at(averaging: Detector, image: ImageArray, roi: Roi) -> Hand:
    """The mean of the readings at a place where there is a hand."""
    [mean] = read_each(averaging, image, [Candidate(roi)])
    assert mean is not None
    return mean


def test_the_mean_is_near_the_plain_reading_and_has_a_spread(
    detector: Detector, averaging: Detector, open_palm: ImageArray
) -> None:
    """Of an easy hand: within a twentieth of a palm everywhere, and the same hand."""
    [hand] = pipeline.detect(detector, open_palm)
    mean = mean_at(averaging, open_palm, hand.roi)
    assert mean.spread is not None
    palm = np.linalg.norm(hand.wrist - hand.middle_mcp)

    assert hand.handedness == mean.handedness
    assert np.linalg.norm(hand.points - mean.points, axis=1).max() < 0.05 * palm
    assert 0 < mean.spread.min() <= mean.spread.max() < 0.1
    assert hand.spread is None


def test_a_known_reading_counts_as_much_as_a_new_one(
    detector: Detector, open_palm: ImageArray
) -> None:
    """Known and new are one mean, whichever were read first."""
    [hand] = pipeline.detect(detector, open_palm)
    roi = roi_from_landmarks(hand.landmarks, image_size(open_palm))
    parts = [
        replace(detector.landmarks, moves=moves)([open_palm], [roi])[0]
        for moves in (AUGMENTED, ONCE, AUGMENTED[1:])
    ]
    together = prediction_of(parts[0], image_size(open_palm))
    apart = prediction_of(joined(parts[1], parts[2]), image_size(open_palm))

    np.testing.assert_allclose(together.landmarks, apart.landmarks, atol=1e-6)


def test_a_mirror_image_has_the_mirrored_mean(
    detector: Detector, averaging: Detector, open_palm: ImageArray
) -> None:
    """With crops and their mirror images alike, the mean does not prefer either hand."""
    [hand] = pipeline.detect(detector, open_palm)
    there = mean_at(averaging, open_palm, hand.roi)
    flipped = np.ascontiguousarray(open_palm[:, ::-1])
    width = open_palm.shape[1]
    # The middle of pixel x is that of pixel width - 1 - x of the mirror image.
    roi = hand.roi._replace(x=1 - 1 / width - hand.roi.x, rotation=-hand.roi.rotation)
    back = mean_at(averaging, flipped, roi)
    palm = np.linalg.norm(hand.wrist - hand.middle_mcp)
    distances = np.hypot(
        width - 1 - back.points[:, 0] - there.points[:, 0], back.points[:, 1] - there.points[:, 1]
    )

    assert ("right", "left") == (there.handedness, back.handedness)
    assert distances.max() < 0.01 * palm


def test_what_is_no_hand_stays_none(averaging: Detector, no_hands: ImageArray) -> None:
    """However often it is read."""
    place = Candidate(Roi(0.5, 0.5, 0.2, 0.3, 0.0))

    assert [None] == read_each(averaging, no_hands, [place])


def test_the_threshold_is_for_the_mean_presence(
    detector: Detector, averaging: Detector, open_palm: ImageArray
) -> None:
    """Above it a hand, at it none."""
    [hand] = pipeline.detect(detector, open_palm)
    mean = mean_at(averaging, open_palm, hand.roi)
    strict = replace(averaging, min_presence=mean.presence)

    assert [None] == read_each(strict, open_palm, [Candidate(hand.roi)])
