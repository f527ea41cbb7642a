"""The pose of a hand and the angles of its joints, with or without a known camera."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..values import Hand
from .camera import Camera
from .joint_angles import JointAngles, angles_of_hands, angles_of_landmarks
from .wrist_pose import WristPose, poses_of_points

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
    [pose] = wrist_poses([hand], camera=camera, hand_size=hand_size)
    return pose


def wrist_poses(
    hands: Sequence[Hand], *, camera: Camera | None = None, hand_size: float | None = None
) -> list[WristPose | None]:
    """The pose of each hand, as `wrist_pose` gives it. Many at once take a tenth of the time."""
    camera, hand_size = checked_camera(camera), checked_hand_size(hand_size)
    if not hands:
        return []
    landmarks = np.stack([hand.landmarks for hand in hands])
    # z is in picture widths.
    depths = np.array([[hand.image_size[0]] for hand in hands], np.float64) * landmarks[..., 2]
    points = np.stack([hand.points for hand in hands])
    return poses_of_points(
        np.concatenate([points, depths[..., None]], axis=2),
        np.stack([hand.world_landmarks for hand in hands]),
        is_right=_are_right(hands),
        camera=camera,
        hand_size=hand_size,
    )


def _are_right(hands: Sequence[Hand]) -> NDArray[np.bool_]:
    return np.array([hand.side == "right" for hand in hands], np.bool_)


def joint_angles(
    hand: Hand, *, camera: Camera | None = None, hand_size: float | None = None
) -> JointAngles | None:
    """How far each finger is bent and spread, in radians.

    It takes the arguments of `wrist_pose`, and returns None in the same cases.
    """
    pose = wrist_pose(hand, camera=camera, hand_size=hand_size)
    return None if pose is None else angles_of_landmarks(pose.landmarks, hand.side)


def angles_in_poses(
    poses: Sequence[WristPose | None], hands: Sequence[Hand]
) -> list[JointAngles | None]:
    """The joint angles of hands whose poses are known already; None without a pose."""
    known = [(pose, hand) for pose, hand in zip(poses, hands, strict=True) if pose is not None]
    if not known:
        return [None] * len(poses)
    landmarks = np.stack([pose.landmarks for pose, _ in known])
    angles = iter(angles_of_hands(landmarks, _are_right([hand for _, hand in known])))
    return [None if pose is None else next(angles) for pose in poses]


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
