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
        image_size=(100, 100),
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
    Hand(zeros, points, zeros, "left", 0.5, 0.5, 0.5, None, roi, (1, 1), ones)
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


def test_the_names_of_landmarks_are_documented_on_the_class() -> None:
    """Help and documentation tools ask the class for them."""
    assert "`points[8]`: (2,) image pixels." == Hand.index_tip.__doc__
    assert [] == [f for f in Hand.__dataclass_fields__ if f"    {f}: " not in (Hand.__doc__ or "")]


def test_a_list_of_hands_is_no_hand(hand: Hand) -> None:
    """It is easily passed instead of one."""
    with pytest.raises(TypeError, match=r"hand must be a knuckle\.Hand, not list: knuckle\.detect"):
        knuckle.wrist_pose([hand])  # type: ignore[arg-type]


def test_points_are_known_in_a_picture_of_another_size(hand: Hand) -> None:
    """In its own they are what they are."""
    assert hand.points is hand.points_in((100, 100))
    np.testing.assert_allclose(
        hand.points * np.array([2, 3], np.float32), hand.points_in((200, 300)), rtol=1e-6
    )


def test_a_pose_has_a_place_when_the_camera_is_known(hand: Hand) -> None:
    """And none without one."""
    pose = knuckle.wrist_pose(hand)

    assert pose is not None
    assert pose.translation is None


@pytest.mark.parametrize(
    ("options", "kind", "says"),
    [
        (
            {"camera": (600, 600, 320, 240)},
            TypeError,
            r"camera must be a knuckle.Camera, .*not \(600",
        ),
        ({"hand_size": 19}, ValueError, "hand_size must lie between 0.05 and 0.4 metres, .*not 19"),
        ({"hand_size": float("nan")}, ValueError, "hand_size must lie between .*not nan"),
        ({"hand_size": "0.19"}, TypeError, "hand_size must be a number of metres, not '0.19'"),
        ({"hand_size": True}, TypeError, "hand_size must be a number of metres, not True"),
    ],
)
def test_bad_cameras_and_sizes_are_refused(
    options: Any, kind: type[Exception], says: str, hand: Hand
) -> None:
    """By the pose and by the angles alike."""
    for function in (knuckle.wrist_pose, knuckle.joint_angles):
        with pytest.raises(kind, match=says):
            function(hand, **options)


def test_a_mirrored_hand_looks_like_the_other_one(hand: Hand) -> None:
    """And its palm is found on the other side."""
    mirrored = replace(hand, mirrored=True)

    assert ("left", "right") == (hand.side, mirrored.side)
    pose, other = knuckle.wrist_pose(hand), knuckle.wrist_pose(mirrored)
    assert pose is not None
    assert other is not None
    assert not np.allclose(pose.rotation, other.rotation)


def test_a_mirrored_picture_of_a_hand_has_its_angles(open_palm: ImageArray) -> None:
    """And the same hand of the person; the networks see another picture, so nearly."""
    [hand] = knuckle.detect(open_palm, max_hands=1)
    [mirrored] = knuckle.detect(open_palm[:, ::-1], max_hands=1, mirrored=True)

    assert hand.handedness == mirrored.handedness
    angles, others = knuckle.joint_angles(hand), knuckle.joint_angles(mirrored)
    assert angles is not None
    assert others is not None
    off = np.abs(angles.flexion - others.flexion)
    assert np.degrees(off.mean()) < 8


def test_a_hand_of_zeros_has_neither_pose_nor_angles(hand: Hand) -> None:
    """None, and no NaN."""
    zeros = np.zeros((21, 3), np.float32)
    nothing = replace(hand, landmarks=zeros, points=zeros[:, :2], world_landmarks=zeros)

    assert knuckle.wrist_pose(nothing) is None
    assert knuckle.joint_angles(nothing) is None


def test_depths_come_in_the_pictures_pixels(hand: Hand) -> None:
    """Normalised depths are widths: a picture twice as large has the same pose."""
    large = replace(hand, points=2 * hand.points, image_size=(200, 200))
    pose, other = knuckle.wrist_pose(hand), knuckle.wrist_pose(large)

    assert pose is not None
    assert other is not None
    np.testing.assert_allclose(pose.rotation, other.rotation, atol=1e-6)
