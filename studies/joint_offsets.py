"""The constant offset between a set's joints and MediaPipe's.

An annotator's wrist may be a finger's breadth away from the network's. That is not an error of a
reading, and no confidence can predict it. The offset that all pictures of a set share, in the
hand's own 3D frame, is estimated from the plain pictures and removed from the ground truth.

The hand's frame comes from the true joints in 3D: y points from the wrist to the middle MCP, whose
distance is the unit, x towards the index MCP, and z out of the palm or the back of the hand.
"""

from __future__ import annotations

import numpy as np

from knuckle.evaluate.values import Array
from knuckle.spec import Landmark
from studies.readings import PLAIN, Readings

ROUNDS = 20
LEAST_DISTANCE = 0.03  # palm lengths; smaller distances count as this one


def without_offsets(readings: Readings, name: str) -> Array:
    """The ground truth of all readings, (n, 21, 2), with one set's moved to MediaPipe's joints."""
    truth = readings.truth.copy()
    chosen = readings.set == name
    if chosen.any():
        hands = _image_from_hand(readings)
        offsets = joint_offsets(readings, name)
        truth[chosen] += np.einsum("nik,jk->nji", hands[chosen], offsets)
    return truth


def joint_offsets(readings: Readings, name: str) -> Array:
    """The offset from ground truth to reading of every joint, in the hand's frame; (21, 3) palms.

    It minimises the sum of distances over the set's plain pictures, so a few bad readings do not
    move it.
    """
    plain = (readings.set == name) & (readings.change == PLAIN)
    hands = _image_from_hand(readings)[plain]
    palms = np.sqrt(
        (hands**2).sum(axis=(1, 2)) / 2
    )  # pixels, of the flat hand: two rows of a rotation
    unit = hands / palms[:, None, None]
    away = (points_of(readings)[plain] - readings.truth[plain]) / palms[:, None, None]
    return np.stack([_least_distances(unit, away[:, joint]) for joint in range(len(Landmark))])


def _least_distances(unit: Array, away: Array) -> Array:
    """Offset (3,) that brings unit (n, 2, 3) @ offset nearest to away (n, 2), by reweighting."""
    weights = np.ones(len(away))
    offset = np.zeros(3)
    for _ in range(ROUNDS):
        normal = np.einsum("n,nik,nil->kl", weights, unit, unit) + 1e-6 * np.eye(3)
        offset = np.linalg.solve(normal, np.einsum("n,nik,ni->k", weights, unit, away))
        distances = np.linalg.norm(away - unit @ offset, axis=1)
        weights = 1 / np.maximum(distances, LEAST_DISTANCE)
    return offset


def _image_from_hand(readings: Readings) -> Array:
    """The hand's axes, each one palm long, in image pixels; (n, 2, 3)."""
    points, truth = readings.truth_3d, readings.truth
    y = points[:, Landmark.MIDDLE_MCP] - points[:, Landmark.WRIST]
    length = np.linalg.norm(y, axis=1, keepdims=True)
    y = y / length
    across = points[:, Landmark.INDEX_MCP] - points[:, Landmark.PINKY_MCP]
    x = across - (across * y).sum(axis=1, keepdims=True) * y
    x = x / np.linalg.norm(x, axis=1, keepdims=True)
    axes = np.stack([x, y, np.cross(x, y)], axis=2)
    flat = points[:, :, :2] - points[:, :, :2].mean(axis=1, keepdims=True)
    seen = truth - truth.mean(axis=1, keepdims=True)
    scale = (flat * seen).sum(axis=(1, 2)) / (flat**2).sum(axis=(1, 2))  # pixels per millimetre
    return np.asarray(axes[:, :2] * (scale[:, None] * length)[:, None], np.float64)


def points_of(readings: Readings) -> Array:
    """The landmarks of readings; (n, 21, 2) pixels."""
    points: Array = readings.landmarks[:, :, :2] * readings.size[:, None]
    return points
