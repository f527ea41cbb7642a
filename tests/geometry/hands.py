"""Hands of known angles, turned and placed before a camera."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np

from knuckle.geometry.average_hand import BONES, PALM, PALM_JOINTS
from knuckle.geometry.camera import Array, Camera
from knuckle.geometry.joint_angles import CHAINS, SPREADS_TO_THUMB
from knuckle.geometry.palm_frame import Side
from knuckle.geometry.placement import turn_to
from knuckle.spec import Landmark

Value = TypeVar("Value")

SIDES: tuple[Side, ...] = ("left", "right")
CAMERA = Camera(600.0, 610.0, 310.0, 250.0)
MIRROR = np.array([-1.0, 1.0, 1.0])
FLAT = (np.zeros((5, 3)), np.zeros(5))


class Seen(NamedTuple):
    """A hand before a camera, and what a network without errors says of its picture."""

    points: Array  # (21, 3) pixels, z relative
    world_landmarks: Array  # (21, 3) metres
    landmarks: Array  # (21, 3) metres, in the camera's frame
    rotation: Array  # (3, 3): the palm's axes as columns


def known(value: Value | None) -> Value:
    """It, where the test has it that there is one."""
    assert value is not None
    return value


def turn_about(axis: Array, angle: float) -> Array:
    """The rotation about a direction, (3, 3); angle in radians."""
    x, y, z = axis / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def random_turn(rng: np.random.Generator) -> Array:
    """A rotation, (3, 3)."""
    return turn_about(rng.normal(size=3), rng.uniform(0, np.pi))


def posed(flexion: Array, abduction: Array, side: Side = "right") -> Array:
    """The average hand with these joint angles, in its palm's frame, (21, 3) metres.

    flexion: (5, 3) radians. abduction: (5,) radians.
    """
    hand = np.zeros((21, 3))
    hand[list(PALM_JOINTS)] = PALM
    for i, chain in enumerate(CHAINS):
        spread = turn_about(np.array([0, 0, 1.0]), abduction[i] * SPREADS_TO_THUMB[i])
        bend = turn_about(np.array([0, 1.0, 0]), flexion[i, 0])
        base = spread @ bend if i == 0 else bend @ spread  # the thumb is spread first
        bone, hinge = base[:, 0], base[:, 1]
        hand[chain[1]] = hand[chain[0]] + BONES[i, 0] * bone
        if i == 0:
            hinge = np.cross(bone, PALM[-1] - hand[Landmark.THUMB_MCP])
        for j in (1, 2):
            bone = turn_about(hinge, flexion[i, j]) @ bone
            hand[chain[j + 1]] = hand[chain[j]] + BONES[i, j] * bone
    return hand if side == "right" else hand * (1, -1, 1)


def random_angles(rng: np.random.Generator) -> tuple[Array, Array]:
    """Angles that a hand can have: flexion (5, 3) and abduction (5,), radians."""
    flexion = rng.uniform(-0.2, 1.7, (5, 3))
    abduction = rng.uniform(-0.3, 0.5, 5)
    flexion[0], abduction[0] = rng.uniform(-0.2, 0.9, 3), rng.uniform(0, 1.2)
    return flexion, abduction


def seen(
    hand: Array, rotation: Array, place: Array, *, scale: float = 1.0, camera: Camera = CAMERA
) -> Seen:
    """A hand in its palm's frame, turned, moved, and seen.

    scale: of the hand; the network takes every hand for an average one.
    """
    landmarks = scale * hand @ rotation.T + place
    pixels, depths = camera.project(landmarks), landmarks[:, 2]
    points = np.column_stack([pixels, camera.fx * (depths / depths.mean() - 1)])
    turn = turn_to(camera.rays(pixels).mean(axis=0))
    world = (landmarks - landmarks.mean(axis=0)) @ turn / scale
    return Seen(points, world, landmarks, rotation)


def random_seen(seed: int, side: Side, *, scale: float = 1.0) -> Seen:
    """A hand of random angles somewhere before the camera."""
    rng = np.random.default_rng(seed)
    place = np.array([rng.uniform(-0.2, 0.2), rng.uniform(-0.2, 0.2), rng.uniform(0.4, 1.5)])
    return seen(posed(*random_angles(rng), side), random_turn(rng), place, scale=scale)
