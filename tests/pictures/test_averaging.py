"""One hand read in several crops: the story of `pipeline.read_hand_over`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from knuckle.geometry.rois import roi_from_landmarks
from knuckle.networks.engine import ENGINES
from knuckle.pictures import detector as pipeline
from knuckle.pictures.detector import MOVES, Candidate, Networks
from knuckle.settings import Settings
from knuckle.stages.augmentation import Crop, Move
from knuckle.values import Hand, ImageArray, Roi

SETTINGS = Settings()


@pytest.fixture(scope="module")
def networks() -> Networks:
    """The full ones."""
    return pipeline.load_networks("full", 1)


def hands_of(networks: Networks, image: ImageArray) -> list[Hand]:
    """Each hand of a picture, read as ever."""
    return pipeline.detect(networks, SETTINGS, image)


def test_the_plain_crop_alone_is_the_plain_reading(
    networks: Networks, two_hands: ImageArray
) -> None:
    """The same numbers but for float32's last digits, and no spread."""
    for hand in hands_of(networks, two_hands):
        place = Candidate(hand.roi, hand.palm_score, hand.palm_box)
        mean = pipeline.read_hand_over(networks, SETTINGS, two_hands, place, (Move(),))
        assert mean is not None
        np.testing.assert_allclose(hand.points, mean.points, atol=1e-3)
        np.testing.assert_allclose(hand.world_landmarks, mean.world_landmarks, atol=1e-6)

        assert [0.0] * 21 == mean.spread.tolist()  # type: ignore[union-attr]
        assert scalars(hand) == scalars(mean)


def scalars(hand: Hand) -> tuple[object, ...]:
    """What of a hand is no array; the score, which went through log-odds, to five digits."""
    score = round(hand.handedness_score, 5)
    return hand.handedness, score, hand.presence, hand.palm_score, hand.palm_box, hand.roi


@pytest.mark.parametrize("engine", ENGINES)
def test_a_batch_is_its_crops_one_by_one(engine: str, open_palm: ImageArray) -> None:
    """On every engine."""
    networks = pipeline.load_networks("lite", 1, engine)
    [hand] = hands_of(networks, open_palm)
    crops = [Crop(hand.roi), Crop(hand.roi, mirrored=True), Crop(hand.roi._replace(rotation=1.0))]
    batch = pipeline.read_crops(networks, SETTINGS, open_palm, crops)
    for i, crop in enumerate(crops):
        single = pipeline.read_crops(networks, SETTINGS, open_palm, [crop])
        for column, row in zip(batch.at(i), single, strict=True):
            np.testing.assert_allclose(column, row, atol=1e-5)


def test_the_mean_is_near_the_plain_reading_and_has_a_spread(
    networks: Networks, open_palm: ImageArray
) -> None:
    """Of an easy hand: within a twentieth of a palm everywhere, and the same hand."""
    [hand] = hands_of(networks, open_palm)
    mean = pipeline.read_hand_over(networks, SETTINGS, open_palm, Candidate(hand.roi))
    assert mean is not None
    assert mean.spread is not None
    palm = np.linalg.norm(hand.wrist - hand.middle_mcp)

    assert hand.handedness == mean.handedness
    assert np.linalg.norm(hand.points - mean.points, axis=1).max() < 0.05 * palm
    assert 0 < mean.spread.min() <= mean.spread.max() < 0.1
    assert hand.spread is None


def test_a_known_reading_counts_as_much_as_a_new_one(
    networks: Networks, open_palm: ImageArray
) -> None:
    """Known and new are one mean, whichever were read first."""
    [hand] = hands_of(networks, open_palm)
    place = Candidate(roi_from_landmarks(hand.landmarks, pipeline.image_size(open_palm)))
    known = pipeline.read_crops(networks, SETTINGS, open_palm, [Crop(place.roi)])
    together = pipeline.read_hand_over(networks, SETTINGS, open_palm, place, MOVES)
    apart = pipeline.read_hand_over(networks, SETTINGS, open_palm, place, MOVES[1:], known)
    assert together is not None
    assert apart is not None

    np.testing.assert_allclose(together.points, apart.points, atol=1e-3)


def test_a_mirror_image_has_the_mirrored_mean(networks: Networks, open_palm: ImageArray) -> None:
    """With crops and their mirror images alike, the mean does not prefer either hand."""
    [hand] = hands_of(networks, open_palm)
    there = pipeline.read_hand_over(networks, SETTINGS, open_palm, Candidate(hand.roi))
    flipped = np.ascontiguousarray(open_palm[:, ::-1])
    width = open_palm.shape[1]
    # The middle of pixel x is that of pixel width - 1 - x of the mirror image.
    roi = hand.roi._replace(x=1 - 1 / width - hand.roi.x, rotation=-hand.roi.rotation)
    back = pipeline.read_hand_over(networks, SETTINGS, flipped, Candidate(roi))
    assert there is not None
    assert back is not None
    palm = np.linalg.norm(hand.wrist - hand.middle_mcp)
    distances = np.hypot(
        width - 1 - back.points[:, 0] - there.points[:, 0], back.points[:, 1] - there.points[:, 1]
    )

    assert ("right", "left") == (there.handedness, back.handedness)
    assert distances.max() < 0.01 * palm


def test_what_is_no_hand_stays_none(networks: Networks, no_hands: ImageArray) -> None:
    """However often it is read."""
    place = Candidate(Roi(0.5, 0.5, 0.2, 0.3, 0.0))

    assert None is pipeline.read_hand_over(networks, SETTINGS, no_hands, place)


def test_the_threshold_is_for_the_mean_presence(networks: Networks, open_palm: ImageArray) -> None:
    """Above it a hand, at it none."""
    [hand] = hands_of(networks, open_palm)
    place = Candidate(hand.roi)
    mean = pipeline.read_hand_over(networks, SETTINGS, open_palm, place)
    assert mean is not None
    strict = replace(SETTINGS, min_presence=mean.presence)

    assert None is pipeline.read_hand_over(networks, strict, open_palm, place)
