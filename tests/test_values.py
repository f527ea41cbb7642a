"""What a caller may rely on in the values."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle.geometry.camera import Camera
from knuckle.spec import Landmark
from knuckle.values import Box, Hand, ImageArray, Roi


@pytest.fixture
def hand() -> Hand:
    """A hand of made-up numbers."""
    rng = np.random.default_rng(0)
    landmarks = rng.random((21, 3), np.float32)
    return Hand(
        landmarks=landmarks,
        points=landmarks[:, :2] * np.float32(100),
        world_landmarks=rng.random((21, 3), np.float32),
        handedness="left",
        handedness_score=0.9,
        presence=0.99,
        palm_score=None,
        palm_box=None,
        roi=Roi(0.5, 0.5, 0.2, 0.3, 0.1),
        confidence=rng.random(21, np.float32),
    )


def test_every_landmark_has_a_name(hand: Hand) -> None:
    """`hand.index_tip` is the row of `points` that `Landmark.INDEX_TIP` names, and so on."""
    for landmark in Landmark:
        np.testing.assert_array_equal(hand.points[landmark], getattr(hand, landmark.name.lower()))


def test_a_hand_is_frozen(hand: Hand) -> None:
    """Neither its fields nor its arrays can be changed."""
    with pytest.raises(FrozenInstanceError):
        hand.presence = 1.0  # type: ignore[misc]
    for array in (hand.landmarks, hand.points, hand.world_landmarks, hand.confidence):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_making_a_hand_leaves_the_arrays_writable() -> None:
    """The hand's view is read-only; the caller's own array is the caller's."""
    points = np.zeros((21, 2), np.float32)
    zeros = np.zeros((21, 3), np.float32)
    roi, ones = Roi(0, 0, 0, 0, 0), np.ones(21, np.float32)
    Hand(zeros, points, zeros, "left", 0.5, 0.5, 0.5, None, roi, ones)
    points[0] = 1

    assert 1 == points[0, 0]


def test_box_holds_all_points(hand: Hand) -> None:
    """Its edges are the outermost points."""
    box = hand.box

    assert isinstance(box, Box)
    assert (box.x0, box.y1) == (hand.points[:, 0].min(), hand.points[:, 1].max())


def test_to_dict_is_json(hand: Hand) -> None:
    """Every field is there, exactly, after a round trip through JSON."""
    read = json.loads(json.dumps(hand.to_dict()))

    assert hand.landmarks.tolist() == read["landmarks"]
    assert hand.points.tolist() == read["points"]
    assert hand.world_landmarks.tolist() == read["world_landmarks"]
    assert hand.confidence.tolist() == read["confidence"]
    assert list(hand.box) == read["box"]
    assert hand.roi._asdict() == read["roi"]
    assert ("left", 0.9, 0.99, None, None) == tuple(
        read[key]
        for key in ("handedness", "handedness_score", "presence", "palm_score", "palm_box")
    )


def test_a_hand_survives_pickling(hand: Hand) -> None:
    """As multiprocessing needs it."""
    copy = pickle.loads(pickle.dumps(hand))

    assert hand.to_dict() == copy.to_dict()


@pytest.mark.parametrize(
    "copy", [copy.copy, copy.deepcopy, lambda h: pickle.loads(pickle.dumps(h))]
)
def test_copies_are_read_only_too(copy: Any, hand: Hand) -> None:
    """As the hand is."""
    other = copy(hand)

    with pytest.raises(ValueError, match="read-only"):
        other.points[0, 0] = 1


def test_repr_fits_a_line(hand: Hand) -> None:
    """A list of hands can be read in a terminal."""
    assert repr(hand).startswith("Hand(left 0.90, presence 0.99, box ")
    assert repr(replace(hand, track_id=3)).startswith("Hand(3, left 0.90, ")


def test_the_pose_is_had_when_it_is_asked_for(hand: Hand) -> None:
    """Once, and not before; a hand with another camera has its own."""
    assert "wrist_pose" not in vars(hand)
    pose = hand.wrist_pose

    assert pose is not None
    assert hand.wrist_pose is pose
    assert pose.translation is None
    assert "wrist_pose" not in vars(replace(hand, camera=Camera(100, 100, 50, 50)))


def test_a_mirrored_hand_looks_like_the_other_one(hand: Hand) -> None:
    """And its palm is found on the other side."""
    mirrored = replace(hand, mirrored=True)

    assert ("left", "right") == (hand.side, mirrored.side)
    assert hand.wrist_pose is not None
    assert mirrored.wrist_pose is not None
    assert not np.allclose(hand.wrist_pose.rotation, mirrored.wrist_pose.rotation)


def test_a_mirrored_picture_of_a_hand_has_its_angles(open_palm: ImageArray) -> None:
    """And the same hand of the person; the networks see another picture, so nearly."""
    [hand] = knuckle.detect(open_palm, max_hands=1)
    [mirrored] = knuckle.detect(open_palm[:, ::-1], max_hands=1, mirrored=True)

    assert hand.handedness == mirrored.handedness
    assert hand.joint_angles is not None
    assert mirrored.joint_angles is not None
    off = np.abs(hand.joint_angles.flexion - mirrored.joint_angles.flexion)
    assert np.degrees(off.mean()) < 8


def test_a_hand_of_zeros_has_neither_pose_nor_angles(hand: Hand) -> None:
    """None, and no NaN."""
    zeros = np.zeros((21, 3), np.float32)
    nothing = replace(hand, landmarks=zeros, points=zeros[:, :2], world_landmarks=zeros)

    assert nothing.wrist_pose is None
    assert nothing.joint_angles is None


def test_depths_come_in_the_pictures_pixels(hand: Hand) -> None:
    """Normalised depths are widths: a picture twice as large has the same pose."""
    large = replace(hand, points=2 * hand.points)

    assert hand.wrist_pose is not None
    assert large.wrist_pose is not None
    np.testing.assert_allclose(hand.wrist_pose.rotation, large.wrist_pose.rotation, atol=1e-6)
