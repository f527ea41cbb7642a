"""The pose of a hand and the angles of its joints, with or without a known camera."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from ..values import Hand
from .camera import Camera
from .joint_angles import JointAngles, angles_of_landmarks
from .wrist_pose import WristPose, pose_of_points

HAND_SIZES = (0.05, 0.4)  # metres: a newborn's is 0.06, the largest known 0.32


def wrist_pose(
    hand: Hand, *, camera: Camera | None = None, hand_size: float | None = None
) -> WristPose | None:
    """How the palm is turned and where each joint lies in it; with a camera, also where it is.

    camera: the camera that took the picture. With a camera, the pose has a translation in metres.
    hand_size: metres from the wrist to the tip of the straight middle finger; by default that of an
        average hand. All distances from the camera are proportional to it.

    Returns None if the palm has no plane, as in a hand of zeros. docs/wrist.md draws the frame.
    Raises TypeError or ValueError for a bad hand, camera or size.
    """
    if not isinstance(hand, Hand):
        raise TypeError(
            f"hand must be a knuckle.Hand, not {type(hand).__name__}: knuckle.detect returns a "
            "list of them"
        )
    pixels_per_z = np.float64(hand.image_size[0])  # z is in picture widths
    depths = pixels_per_z * hand.landmarks[:, 2]
    return pose_of_points(
        np.column_stack([hand.points, depths]),
        hand.world_landmarks,
        side=hand.side,
        camera=checked_camera(camera),
        hand_size=checked_hand_size(hand_size),
    )


def joint_angles(
    hand: Hand, *, camera: Camera | None = None, hand_size: float | None = None
) -> JointAngles | None:
    """How far each finger is bent and spread, in radians.

    It takes the arguments of `wrist_pose`, and returns None in the same cases.
    """
    return angles_in_pose(wrist_pose(hand, camera=camera, hand_size=hand_size), hand)


def angles_in_pose(pose: WristPose | None, hand: Hand) -> JointAngles | None:
    """The joint angles of a hand whose pose is known already; None without a pose."""
    return None if pose is None else angles_of_landmarks(pose.landmarks, hand.side)


def checked_camera(camera: Any) -> Camera | None:
    """A camera, or None. Raises TypeError."""
    if not isinstance(camera, Camera | None):
        raise TypeError(
            "camera must be a knuckle.Camera, as Camera(fx, fy, cx, cy) or "
            f"Camera.from_matrix(K), not {camera!r}"
        )
    return camera


def checked_hand_size(value: Any) -> float | None:
    """A hand size in metres, or None. Raises TypeError or ValueError."""
    if value is None:
        return None
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"hand_size must be a number of metres, not {value!r}")
    least, most = HAND_SIZES
    if not least <= float(value) <= most:
        raise ValueError(
            f"hand_size must lie between {least} and {most} metres, from the wrist to the tip of "
            f"the middle finger, not {value!r}"
        )
    return float(value)
