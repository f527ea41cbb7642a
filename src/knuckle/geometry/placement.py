"""Where a hand is in front of a camera: picture and world landmarks -> metres in its frame.

Neither is enough alone. World landmarks are a shape without a position; their size wavers from
picture to picture, and a palm seen from the fingertips collapses in them. The picture has no
metres. So we combine them:

1. Send each landmark out along its ray, to its depth within the hand. The network gives this depth
   twice, with the points in the picture and with the world landmarks. The mean is better than
   either.
2. Lay the bones of a hand of known size into these points.
3. Move that hand so that it appears where the picture shows it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .average_hand import BONES, HAND_SIZE, PALM, PALM_JOINTS
from .camera import Array, Camera
from .joint_angles import CHAINS
from .kabsch import kabsch
from .palm_frame import FLAT, Side

ROUNDS = 3  # after two the landmarks move by less than a millimetre
STEPS = 2  # of Gauss-Newton, which starts close to the solution
NEAREST = 0.01  # metres; no hand is closer to a camera

PALM_INDICES = np.array(PALM_JOINTS)
PALMS: dict[Side, Array] = {"right": PALM, "left": PALM * (1, -1, 1)}


class Placement(NamedTuple):
    """A hand in the camera's frame."""

    landmarks: Array  # (21, 3) metres
    error: float  # reprojection error, root mean square over the landmarks, pixels


def place_hand(
    points: Array,
    world_landmarks: Array,
    camera: Camera,
    *,
    side: Side,
    hand_size: float | None = None,
) -> Placement | None:
    """The hand in the camera's frame; None if it cannot be placed.

    points: (21, 3), pixels; z also in pixels, away from the camera, relative to any joint.
    world_landmarks: (21, 3), metres, axes as the picture's.
    side: which hand it looks like.
    hand_size: metres from the wrist to the tip of the straight middle finger; None: the average.
    """
    scale = 1.0 if hand_size is None else hand_size / HAND_SIZE
    pixels, slopes = points[:, :2], (points[:, 2] - points[:, 2].mean()) / camera.fx
    rays = camera.rays(pixels)
    # The network saw the hand in the middle of a crop, as if the camera looked straight at it.
    # Turn it to the ray on which it really lies.
    turn = turn_to(rays.mean(axis=0))
    hand = scale * (world_landmarks - world_landmarks.mean(axis=0)) @ turn.T
    world_depths = hand[:, 2].copy()
    for _ in range(ROUNDS):
        place = translation(hand, rays, camera)
        if place is None:
            return None
        depths = place[2] + (world_depths + place[2] * slopes) / 2
        if not (depths > NEAREST).all():
            return None
        laid = lay_bones(on_rays(rays, depths), side, scale)
        if laid is None:
            return None
        hand = laid
    place = translation(hand, rays, camera)
    if place is None:
        return None
    landmarks = hand + refined(hand, place, pixels, camera)
    if not (landmarks[:, 2] > NEAREST).all():  # also refuses NaN
        return None
    return Placement(landmarks, reprojection_error(landmarks, pixels, camera))


def turn_to(ray: Array) -> Array:
    """The shortest rotation from the camera's axis to a ray, (3, 3).

    ray: (2,), where it meets the plane one metre ahead.
    """
    x, y, z = np.array([*ray, 1.0]) / np.hypot(1.0, np.hypot(*ray))
    return np.array(
        [
            [1 - x * x / (1 + z), -x * y / (1 + z), x],
            [-x * y / (1 + z), 1 - y * y / (1 + z), y],
            [-x, -y, z],
        ]
    )


def on_rays(rays: Array, depths: Array) -> Array:
    """Points on rays, (n, 3), metres.

    rays: (n, 2), where they meet the plane one metre ahead. depths: (n,), along z, metres.
    """
    return np.column_stack([rays, np.ones(len(rays))]) * depths[:, None]


def translation(hand: Array, rays: Array, camera: Camera) -> Array | None:
    """The translation that puts a hand on its rays, (3,), in the least-squares sense; or None.

    Each landmark wants tx - rx tz = rx z - x, and the same for y. These equations are linear, and
    the best tx and ty are means, so there is a closed form. None if all rays are the same.
    hand: (n, 3), metres. rays: (n, 2), where they meet the plane one metre ahead.
    """
    wanted = rays * hand[:, 2:] - hand[:, :2]
    weights = camera.focal**2
    from_mean = rays - rays.mean(axis=0)
    spread = (weights * from_mean**2).sum()
    if not spread > FLAT**2 * weights.sum():
        return None
    z = -(weights * from_mean * wanted).sum() / spread
    xy = wanted.mean(axis=0) + rays.mean(axis=0) * z
    return np.array([*xy, z])


def lay_bones(points: Array, side: Side, scale: float) -> Array | None:
    """The average hand's bones in the pose of the points, (21, 3), with the mean at the origin.

    The palm is rotated as a whole, in the least-squares sense; the fingers follow bone by bone.
    None if the palm's points are a line.
    points: (21, 3).
    side: which hand it looks like.
    scale: in sizes of the average hand.
    """
    palm, targets = PALMS[side], points[PALM_INDICES]
    rotation = turn_between(palm - palm.mean(axis=0), targets - targets.mean(axis=0))
    if rotation is None:
        return None
    hand = np.empty((21, 3))
    hand[PALM_INDICES] = scale * palm @ rotation.T
    steps = points[CHAINS[:, 1:]] - points[CHAINS[:, :-1]]
    lengths = np.linalg.norm(steps, axis=2, keepdims=True)
    bones = steps / np.where(lengths > 0, lengths, 1) * (scale * BONES[:, :, None])
    hand[CHAINS[:, 1:]] = hand[CHAINS[:, :1]] + np.cumsum(bones, axis=1)
    return hand - hand.mean(axis=0)


def turn_between(points: Array, targets: Array) -> Array | None:
    """The rotation that brings points closest to their targets, (3, 3); None if they are a line.

    points, targets: (n, 3), with their means at the origin.
    """
    rotation, strengths = kabsch(points, targets)
    return rotation if strengths[1] > FLAT * strengths[0] else None


def refined(hand: Array, place: Array, points: Array, camera: Camera) -> Array:
    """The translation with the least squared error in pixels, (3,), metres.

    It takes Gauss-Newton steps from `place`.
    """
    for _ in range(STEPS):
        x, y, z = (hand + place).T
        if not (z > NEAREST).all():
            return place
        errors = (camera.project(hand + place) - points).T.ravel()
        none = np.zeros_like(z)
        along_x = camera.fx * np.column_stack([1 / z, none, -x / z**2])
        along_y = camera.fy * np.column_stack([none, 1 / z, -y / z**2])
        slopes = np.concatenate([along_x, along_y])
        place = place - np.linalg.solve(slopes.T @ slopes, slopes.T @ errors)
    return place


def reprojection_error(landmarks: Array, points: Array, camera: Camera) -> float:
    """How far from the points the landmarks appear, root mean square, pixels.

    landmarks: (n, 3), metres, in the camera's frame. points: (n, 2), pixels.
    """
    squares = ((camera.project(landmarks) - points) ** 2).sum(axis=1)
    return float(np.sqrt(squares.mean()))
