"""What a confidence promises: range, order, and what does not change it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import pi
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import knuckle
from knuckle.geometry.rois import roi_from_landmarks
from knuckle.spec import Landmark
from knuckle.stages.confidence import (
    CLOSE,
    confidence_from_signs,
    joint_confidence,
    signs_of,
)
from knuckle.stages.confidence_weights import ALONE, TOGETHER, Signs
from knuckle.values import FloatArray, Hand, ImageArray, Roi
from tests.conftest import SAMPLES, Say, read_rgb

SIZE = (1080, 720)


@pytest.fixture(scope="module")
def hand(open_palm: ImageArray) -> Hand:
    """An open right hand, read in a picture of 1080 x 720."""
    (found,) = knuckle.detect(open_palm)
    return found


def of(
    hand: Hand,
    size: tuple[int, int] = SIZE,
    *,
    residual: FloatArray | None = None,
    spread: FloatArray | None = None,
) -> FloatArray:
    """The confidence of a hand in a picture of a size."""
    signs = signs_of(
        hand.landmarks,
        hand.world_landmarks,
        roi=hand.roi,
        size=size,
        presence=hand.presence,
    )
    return confidence_from_signs(signs, residual=residual, spread=spread)


def full(value: float) -> FloatArray:
    """The same for all joints."""
    return np.full(21, value, np.float32)


def test_a_hand_has_the_confidence_of_its_reading(hand: Hand) -> None:
    """The pipeline fills it in: (21,) float32, and most of a good reading's is high."""
    np.testing.assert_array_equal(of(hand), hand.confidence)
    assert hand.confidence.dtype == np.float32
    assert hand.confidence.shape == (21,)
    assert np.median(hand.confidence) > 0.85


unusual = st.floats(-1e6, 1e6, width=32)


@settings(max_examples=60, deadline=None)
@given(
    landmarks=st.lists(unusual, min_size=63, max_size=63),
    world=st.lists(unusual, min_size=63, max_size=63),
    roi=st.tuples(unusual, unusual, st.floats(0, 10), st.floats(0, 10), st.floats(-pi, pi)),
    presence=st.floats(0, 1),
    residual=st.one_of(st.none(), st.floats(0, 1e6)),
    spread=st.one_of(st.none(), st.floats(0, 1e6)),
)
def test_it_is_a_probability(
    landmarks: list[float],
    world: list[float],
    roi: tuple[float, ...],
    presence: float,
    residual: float | None,
    spread: float | None,
) -> None:
    """From 0 to 1 whatever was read, without a warning."""
    confidence = confidence_from_signs(
        signs_of(
            np.array(landmarks, np.float32).reshape(21, 3),
            np.array(world, np.float32).reshape(21, 3),
            roi=Roi(*roi),
            size=(640, 480),
            presence=presence,
        ),
        residual=None if residual is None else full(residual),
        spread=None if spread is None else full(spread),
    )

    assert confidence.dtype == np.float32
    assert confidence.shape == (21,)
    assert ((confidence >= 0) & (confidence <= 1)).all()


def test_a_reading_without_extent_has_one(hand: Hand) -> None:
    """All landmarks in a point, as a network that answers by rote may have it."""
    zeros = np.zeros((21, 3), np.float32)
    confidence = joint_confidence(
        zeros, zeros, roi=Roi(0, 0, 0, 0, 0), size=(1, 1), presence=1.0, spread=full(0)
    )

    assert (confidence < 0.5).all()


@pytest.mark.parametrize("extra", ["nothing", "residual", "spread"])
def test_more_presence_is_more_confidence(hand: Hand, extra: str) -> None:
    """For every joint, from a half to all but certain."""
    residual = full(0.15) if extra == "residual" else None
    spread = full(0.15) if extra == "spread" else None
    rising = [
        of(replace(hand, presence=presence), residual=residual, spread=spread)
        for presence in (0.5, 0.7, 0.9, 0.99, 0.9999)
    ]

    assert all((low < high).all() for low, high in pairwise(rising))


def test_more_spread_is_less_confidence(hand: Hand) -> None:
    """Of the joint whose readings differ, and of no other."""
    falling = [of(hand, spread=full(value)) for value in (0.0, 0.01, 0.05, 0.2, 1.0)]
    alone = full(0.02)
    alone[8] = 0.3

    assert all((high > low).all() for high, low in pairwise(falling))
    assert [8] == np.flatnonzero(of(hand, spread=alone) < of(hand, spread=full(0.02))).tolist()


@pytest.mark.parametrize("spread", [None, full(0.02)])
def test_a_larger_residual_is_less_confidence(hand: Hand, spread: FloatArray | None) -> None:
    """From a tenth of a palm on; a smaller one says nothing, and neither does an unknown one."""
    falling = [of(hand, residual=full(value), spread=spread) for value in (0.1, 0.2, 0.5, 2.0)]

    assert all((high > low).all() for high, low in pairwise(falling))
    for nothing in (0.0, 0.05, 0.1, np.nan):
        np.testing.assert_allclose(
            of(hand, spread=spread), of(hand, residual=full(nothing), spread=spread), rtol=1e-6
        )


def test_nearer_to_the_border_is_less_confidence(hand: Hand) -> None:
    """The same hand in pictures that are cut at its fingertips, ever lower; others stay."""
    points = hand.points
    palm = float(np.linalg.norm(hand.wrist - hand.middle_mcp))
    shown = []
    for share in (-1.0, 0.05, 0.2, 0.4):
        cut = float(points[12, 1]) + share * palm
        lower = points - np.array([0, cut], np.float32)
        size = (SIZE[0], 5000)
        landmarks = np.column_stack([lower / np.array(size), hand.landmarks[:, 2]])
        roi = roi_from_landmarks(landmarks.astype(np.float32), size)
        signs = signs_of(
            landmarks.astype(np.float32), hand.world_landmarks, roi=roi, size=size, presence=0.99
        )
        shown.append(confidence_from_signs(signs))
    tips, wrists = [one[12] for one in shown], [one[0] for one in shown]

    assert tips == sorted(tips, reverse=True)
    assert len(set(tips)) == len(tips)
    np.testing.assert_allclose(wrists[0], wrists, rtol=1e-3)


@pytest.mark.parametrize("scale", [0.25, 3])
def test_the_picture_size_does_not_matter(hand: Hand, scale: float) -> None:
    """Landmarks are fractions of the picture: only the pixels are others."""
    size = (int(SIZE[0] * scale), int(SIZE[1] * scale))

    np.testing.assert_allclose(of(hand), of(hand, size), rtol=1e-4)


def test_a_mirror_image_is_as_certain(hand: Hand) -> None:
    """The same reading of the mirrored picture has the same confidence."""
    flip = np.array([-1, 1, 1], np.float32)
    mirrored = replace(
        hand,
        landmarks=hand.landmarks * flip + np.array([1, 0, 0], np.float32),
        world_landmarks=hand.world_landmarks * flip,
        roi=hand.roi._replace(x=1 - hand.roi.x, rotation=-hand.roi.rotation),
    )

    np.testing.assert_allclose(of(hand), of(mirrored), rtol=1e-4)


def test_no_sign_raises_a_confidence() -> None:
    """Every weight is of one direction, so that each can be explained."""
    weights = [(*w.signs, w.residual, w.spread) for w in (ALONE, TOGETHER)]

    assert {len(Signs._fields)} == {len(w.signs) for w in (ALONE, TOGETHER)}
    assert max(max(one) for one in weights) <= 0
    assert TOGETHER.spread < 0 == ALONE.spread
    assert {(21,)} == {w.level.shape for w in (ALONE, TOGETHER)}


def worse(sign: str) -> Callable[[Hand], Hand]:
    """The hand with one thing wrong with it."""

    def hide(hand: Hand) -> Hand:
        landmarks = hand.landmarks.copy()
        landmarks[Landmark.INDEX_TIP] = landmarks[Landmark.RING_TIP]
        landmarks[Landmark.INDEX_TIP, 2] += 0.1
        return replace(hand, landmarks=landmarks)

    def stretch(hand: Hand) -> Hand:
        landmarks = hand.landmarks.copy()
        landmarks[Landmark.INDEX_TIP, :2] -= np.array([0, 0.1], np.float32)
        return replace(hand, landmarks=landmarks)

    def foreshorten(hand: Hand) -> Hand:
        world = hand.world_landmarks.copy()
        world[Landmark.WRIST, 2] += 0.15
        return replace(hand, world_landmarks=world)

    def misplace(hand: Hand) -> Hand:
        return replace(hand, roi=hand.roi._replace(x=hand.roi.x + 0.2 * hand.roi.width))

    return {"hidden": hide, "bone": stretch, "shortened": foreshorten, "crop_edge": misplace}[sign]


@pytest.mark.parametrize("sign", ["hidden", "bone", "shortened", "crop_edge"])
def test_signs_of_trouble_are_seen(hand: Hand, sign: str) -> None:
    """A fingertip behind another, a long bone, a palm that points at the camera, a wrong ROI."""

    def value(hand: Hand) -> float:
        signs = signs_of(
            hand.landmarks,
            hand.world_landmarks,
            roi=hand.roi,
            size=SIZE,
            presence=hand.presence,
        )
        return float(np.max(getattr(signs, sign)))

    assert value(worse(sign)(hand)) > value(hand) + 0.02
    assert (of(worse(sign)(hand)) - of(hand)).min() < -0.02


# Of the wrist, the thumb's tip, the middle PIP and the little finger's tip.
GOLDEN = {
    "open_palm.jpg": [0.78, 0.94, 0.98, 0.94],
    "pointing_back.jpg": [0.31, 0.43, 0.64, 0.42],
    "thumb_up.jpg": [0.54, 0.78, 0.93, 0.74],
}


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_confidences_of_the_samples(name: str) -> None:
    """As they were when the weights were fitted: a change of either is seen here."""
    [hand] = knuckle.detect(read_rgb(SAMPLES / name), precision="float32")
    joints = [Landmark.WRIST, Landmark.THUMB_TIP, Landmark.MIDDLE_PIP, Landmark.PINKY_TIP]

    np.testing.assert_allclose(GOLDEN[name], hand.confidence[joints], atol=0.02)


def test_on_the_samples_it_tells_good_from_bad(say: Say) -> None:
    """The joints it is surest of are nearer to the rendered truth than the others."""
    said, errors = [], []
    for row in json.loads((SAMPLES / "annotations.json").read_text())["images"]:
        hands = knuckle.detect(read_rgb(SAMPLES / row["image"]), max_hands=4)
        for truth in row["hands"]:
            points = np.array(truth["keypoints_2d"])
            palm = np.linalg.norm(points[0] - points[9])
            away = [np.linalg.norm(h.points - points, axis=1) / palm for h in hands]
            best = min(range(len(hands)), key=lambda i: away[i].mean())
            if away[best].mean() < 0.5:
                said.append(hands[best].confidence)
                errors.append(away[best])
    sure = np.concatenate(said) > np.median(said)
    error = np.concatenate(errors)
    say(f"mean error of the surer half {error[sure].mean():.3f}, others {error[~sure].mean():.3f}")

    assert error[sure].mean() < 0.7 * error[~sure].mean()
    assert abs(float(np.mean(said)) - float((error <= CLOSE).mean())) < 0.1


@pytest.mark.data
def test_on_photographs_it_means_what_it_says(data: Path, say: Say) -> None:
    """Every fourth picture of hgc_realworld, joints whose truth is MediaPipe's: PIP, DIP, tips."""
    rows = json.loads((data / "hgc_realworld" / "annotations.json").read_text())["images"][::4]
    chosen = [j for j in Landmark if j.name.endswith(("PIP", "DIP", "IP"))]
    said, close = [], []
    for row in rows:
        points = np.array(row["hands"][0]["keypoints_2d"])
        for hand in knuckle.detect(read_rgb(data / "hgc_realworld" / row["image"]), max_hands=1):
            away = np.linalg.norm(hand.points - points, axis=1)
            close.append((away / np.linalg.norm(points[0] - points[9]) <= CLOSE)[chosen])
            said.append(hand.confidence[chosen])
    say(f"said {np.mean(said):.3f}, so {np.mean(close):.3f} of {np.size(said)} joints")

    assert abs(np.mean(said) - np.mean(close)) < 0.06
    sure = np.array(said) > 0.9
    assert np.array(close)[sure].mean() > 0.9 > np.array(close)[~sure].mean()
