"""Poses of wrists: of hands that were put there, and of the samples."""

from __future__ import annotations

import json

import numpy as np
import pytest

import knuckle
from knuckle.geometry.camera import Array, Camera
from knuckle.geometry.joint_angles import angles_of_landmarks
from knuckle.geometry.palm_frame import Side, palm_axes
from knuckle.geometry.wrist_pose import WristPose, pose_of_points, poses_of_points
from tests.conftest import SAMPLES, read_rgb
from tests.geometry.hands import (
    CAMERA,
    FLAT,
    MIRROR,
    SIDES,
    Seen,
    known,
    posed,
    random_seen,
    random_turn,
    seen,
)

SEEDS = range(20)


def pose_of(truth: Seen, side: Side) -> WristPose:
    """The pose with the camera known."""
    return known(pose_of_points(truth.points, truth.world_landmarks, side=side, camera=CAMERA))


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_pose_is_the_one_that_was_given(seed: int, side: Side) -> None:
    """Rotation, translation, geometry, and a reprojection without error."""
    truth = random_seen(seed, side)
    axes = known(palm_axes(truth.landmarks, side))
    pose = pose_of(truth, side)

    np.testing.assert_allclose(axes, pose.rotation, atol=1e-6)
    np.testing.assert_allclose(truth.landmarks[0], known(pose.translation), atol=1e-6)
    np.testing.assert_allclose(truth.landmarks, known(pose.camera_landmarks), atol=1e-6)
    np.testing.assert_allclose(
        (truth.landmarks - truth.landmarks[0]) @ axes, pose.landmarks, atol=1e-6
    )
    assert known(pose.reprojection_error) < 1e-6


def test_the_matrix_takes_the_palms_frame_to_the_cameras() -> None:
    """camera_from_palm, homogeneous."""
    pose = pose_of(random_seen(1, "left"), "left")
    matrix = known(pose.matrix)

    points = np.column_stack([pose.landmarks, np.ones(21)]) @ matrix.T
    np.testing.assert_allclose(known(pose.camera_landmarks), points[:, :3], atol=1e-12)
    np.testing.assert_allclose(1, points[:, 3])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_quaternion_is_the_rotation(seed: int) -> None:
    """(x, y, z, w), of length 1, w not negative."""
    turn = random_turn(np.random.default_rng(seed))
    x, y, z, w = WristPose(turn, np.zeros((21, 3)), None, None).quaternion
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]

    assert w >= 0
    np.testing.assert_allclose(turn, rows, atol=1e-9)


@pytest.mark.parametrize("side", SIDES)
def test_without_a_camera_there_is_no_place(side: Side) -> None:
    """But a frame and the hand in it, nearly as with one; the hand is seen from an arm's length."""
    hand = posed(*FLAT, side)
    turn = random_turn(np.random.default_rng(4))
    truth = seen(hand, turn, np.array([0, 0, 0.6]))
    pose = known(pose_of_points(truth.points, truth.world_landmarks, side=side))

    assert (None, None, None, None) == (
        pose.translation,
        pose.reprojection_error,
        pose.matrix,
        pose.camera_landmarks,
    )
    assert degrees_between(pose.rotation, turn) < 8
    np.testing.assert_allclose(hand, pose.landmarks, atol=0.02)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mirrored_picture_has_the_mirrored_pose(seed: int) -> None:
    """Of a right hand that looks like a left one; `mirrored` gives that of the right one."""
    truth = random_seen(seed, "right")
    points = truth.points.copy()
    points[:, 0] = 2 * CAMERA.cx - points[:, 0]
    world = truth.world_landmarks * MIRROR
    mirrored = known(pose_of_points(points, world, side="left", camera=CAMERA))
    pose = pose_of(truth, "right")

    undone = mirrored.mirrored()
    np.testing.assert_allclose(pose.rotation, undone.rotation, atol=1e-6)
    np.testing.assert_allclose(known(pose.translation), known(undone.translation), atol=1e-6)
    np.testing.assert_allclose(pose.landmarks, undone.landmarks, atol=1e-6)
    np.testing.assert_allclose(
        angles_of_landmarks(pose.landmarks, "right").flexion,
        angles_of_landmarks(mirrored.landmarks, "left").flexion,
        atol=1e-5,
    )


def test_where_the_hand_cannot_be_placed_the_world_landmarks_serve() -> None:
    """A hand of one pixel: a frame, and no place."""
    truth = random_seen(0, "left")
    world, points = truth.world_landmarks, np.full((21, 3), 50.0)

    for camera in (None, CAMERA):
        pose = known(pose_of_points(points, world, side="left", camera=camera))
        assert pose.translation is None
        np.testing.assert_allclose(known(palm_axes(world, "left")), pose.rotation)


def test_no_palm_has_no_pose() -> None:
    """A hand of zeros, or of no numbers."""
    points, zeros = np.zeros((21, 3)), np.zeros((21, 3))

    for camera in (None, CAMERA):
        assert pose_of_points(points, zeros, side="left", camera=camera) is None
        assert pose_of_points(points, zeros * np.nan, side="left", camera=camera) is None
        assert pose_of_points(points + np.inf, zeros + 1, side="left", camera=camera) is None


@pytest.mark.parametrize("camera", [None, CAMERA])
def test_many_hands_at_once_have_the_poses_of_each_alone(camera: Camera | None) -> None:
    """To the last bit, whoever is beside them: a point, a hand of zeros, and one of no numbers."""
    truths = [random_seen(seed, side) for seed in range(12) for side in SIDES]
    points = np.stack([truth.points for truth in truths])
    world = np.stack([truth.world_landmarks for truth in truths])
    points[3], world[8], points[13], world[20] = 50.0, 0.0, np.inf, np.nan
    is_right = np.array([side == "right" for _ in range(12) for side in SIDES])
    together = poses_of_points(points, world, is_right=is_right, camera=camera)

    assert [8, 13, 20] == [i for i, pose in enumerate(together) if pose is None]
    for i, pose in enumerate(together):
        alone = pose_of_points(points[i], world[i], side=SIDES[i % 2], camera=camera)
        assert (pose and pose.to_dict()) == (alone and alone.to_dict())


def test_no_hands_have_no_poses() -> None:
    """With and without a camera."""
    none = np.zeros((0, 21, 3))

    for camera in (None, CAMERA):
        assert [] == poses_of_points(none, none, is_right=np.zeros(0, np.bool_), camera=camera)


def test_a_pose_is_frozen_and_json() -> None:
    """As all values are."""
    pose = pose_of(random_seen(7, "left"), "left")

    with pytest.raises(ValueError, match="read-only"):
        pose.rotation[0, 0] = 1
    assert pose.quaternion.tolist() == json.loads(json.dumps(pose.to_dict()))["quaternion"]


@pytest.mark.parametrize(
    ("name", "degrees"), [("open_palm.jpg", 8), ("thumb_up.jpg", 22), ("pointing_back.jpg", 33)]
)
def test_palms_of_the_samples_are_turned_as_the_rendered_ones(name: str, degrees: float) -> None:
    """As near as was measured, and a little: of the last two, the network misjudges the depth.

    From the world landmarks alone they would be 10, 34 and 40 degrees off.
    """
    truth = json.loads((SAMPLES / "annotations.json").read_text())["images"]
    [annotation] = next(picture["hands"] for picture in truth if picture["image"] == name)
    [hand] = knuckle.detect(read_rgb(SAMPLES / name), max_hands=1)
    axes = known(palm_axes(np.array(annotation["keypoints_3d"]), annotation["handedness"]))
    rotation = known(knuckle.wrist_pose(hand)).rotation

    assert degrees_between(rotation, axes) < degrees


def test_the_open_palm_is_as_far_away_as_it_was_rendered() -> None:
    """To 5%: its camera was found from the truth, which fits it to 0.4 pixels."""
    camera = knuckle.Camera(1014, 1014, 539.5, 359.5)
    [hand] = knuckle.detect(read_rgb(SAMPLES / "open_palm.jpg"), max_hands=1)
    landmarks = known(known(knuckle.wrist_pose(hand, camera=camera)).camera_landmarks)

    assert pytest.approx(0.573, rel=0.05) == landmarks[:, 2].mean()


def degrees_between(rotation: Array, other: Array) -> float:
    """The angle of the turn from one to the other."""
    return float(np.degrees(np.arccos((np.trace(rotation.T @ other) - 1) / 2)))
