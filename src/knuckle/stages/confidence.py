"""How likely each landmark is right: a small calibrated model on features of its reading.

A joint's confidence is the estimated probability that its landmark lies within `CLOSE` palm lengths
of the true joint. The model is a logistic regression: a level for each joint, and a few features
that are signs of trouble. Each feature can only lower the confidence. `studies/confidence.py` fits
the model; docs/confidence.md says how well it does.
"""

from __future__ import annotations

from math import dist, log, sqrt

import numpy as np

from ..geometry.rois import rotation_matrix
from ..spec import Landmark
from ..values import FloatArray, Roi
from .confidence_weights import ALONE, BONE_SHARES, TOGETHER, Signs

CLOSE = 0.1  # palm lengths, wrist to middle MCP in the picture

MOST_CERTAIN = 1e5  # odds of presence; above them the float of the network is nearly 1
BORDER = 0.1  # hand lengths; a joint nearer to the border of the picture is less certain
CROP_MARGIN = 0.35  # of the ROI's side, from its middle; few landmarks lie farther out
NEAR = 0.3  # palm lengths; one joint can hide another that is nearer than this
DEEPEST = 0.5  # palm lengths; a joint that is farther in front hides no more than this one
MOST_SHORTENED = 10.0
BONE_FLOOR, SPREAD_FLOOR = 0.05, 0.01  # smaller values say nothing more
SURPRISING = 0.1  # palm lengths; a smaller residual says nothing
TINY = 1e-6  # keeps a reading finite whose points are all in one place

PARENTS = np.array([i if i % 4 else 0 for i in range(20)])  # of joints 1 to 20
JOINTS = len(Landmark)


def _strangers() -> FloatArray:
    """1 where one joint can hide another: not the wrist, and not neighbours along a finger."""
    finger = (np.arange(JOINTS) + 3) // 4
    apart = np.abs(np.subtract.outer(np.arange(JOINTS), np.arange(JOINTS)))
    strangers = (apart > 1) | (finger[:, None] != finger)
    strangers[0] = strangers[:, 0] = False
    return strangers.astype(np.float32)


STRANGERS = _strangers()


def joint_confidence(
    landmarks: FloatArray,
    world_landmarks: FloatArray,
    *,
    roi: Roi,
    size: tuple[int, int],
    presence: float,
    spread: FloatArray | None = None,
) -> FloatArray:
    """The probability that each landmark is within `CLOSE` palm lengths of its joint; (21,).

    landmarks, world_landmarks, roi, presence: as `Hand` has them.
    size: (width, height) of the picture, pixels.
    spread: (21,) palm lengths: the standard deviation of each landmark over readings of mirrored
        and turned crops.
    """
    signs = signs_of(landmarks, world_landmarks, roi=roi, size=size, presence=presence)
    return confidence_from_signs(signs, spread=spread)


def confidence_from_signs(
    signs: Signs, *, residual: FloatArray | None = None, spread: FloatArray | None = None
) -> FloatArray:
    """The model itself: the confidence of each joint; (21,), 0 to 1.

    residual: (21,) palm lengths between each landmark and where the last frames expect it; NaN
        where they expect nothing.
    spread: see `joint_confidence`.
    """
    weights = ALONE if spread is None else TOGETHER
    log_odds: FloatArray | float = 0.0
    values: tuple[FloatArray | float, ...] = signs
    for weight, value in zip(weights.signs, values, strict=True):
        log_odds = log_odds + weight * value
    log_odds = weights.level + log_odds
    if spread is not None:
        log_odds = log_odds + weights.spread * np.log(spread + SPREAD_FLOOR)
    if residual is not None:
        log_odds = log_odds + weights.residual * surprise(residual)
    return (1 / (1 + np.exp(-log_odds))).astype(np.float32, copy=False)


def with_residual(
    confidence: FloatArray, residual: FloatArray, *, is_mean: bool = False
) -> FloatArray:
    """The confidence of a reading, corrected by where the last frames expect it; (21,).

    is_mean: the reading is the mean of several.
    """
    weight = (TOGETHER if is_mean else ALONE).residual
    sure = np.minimum(np.maximum(confidence, TINY), 1 - TINY)
    # The odds against it, times e to the power of -weight * surprise.
    against = (1 / sure - 1) * _surplus(residual) ** -weight
    return (1 / (1 + against)).astype(np.float32, copy=False)


def surprise(residual: FloatArray) -> FloatArray:
    """The log of a residual over `SURPRISING`; 0 if it is smaller or unknown."""
    return np.log(_surplus(residual))


def _surplus(residual: FloatArray) -> FloatArray:
    """A residual over `SURPRISING`; 1 if it is smaller or unknown, which is NaN."""
    least = np.float32(SURPRISING)
    surplus: FloatArray = np.divide(np.fmax(residual, least), least)
    return surplus


def signs_of(
    landmarks: FloatArray,
    world_landmarks: FloatArray,
    *,
    roi: Roi,
    size: tuple[int, int],
    presence: float,
) -> Signs:
    """The features of a reading. The arguments are those of `joint_confidence`.

    Lengths are measured in the length that the palm would have in the picture if it lay flat, which
    the world landmarks tell. So neither the picture's size nor mirroring changes a feature.
    """
    width, height = size
    points = landmarks * np.array([width, height, width], np.float32)
    flat, seen = _palm_lengths(points[:, :2], world_landmarks)
    axes = np.ascontiguousarray(points.T)
    bone, bones = _bone_signs(axes)
    odds = presence / max(1 - presence, TINY)
    return Signs(
        absence=-log(min(max(odds, 1.0), MOST_CERTAIN)),
        shortened=log(min(max(flat / seen, 1.0), MOST_SHORTENED)),
        bones=bones,
        bone=bone,
        beyond=_beyond(axes[:2], width, height, flat),
        crop_edge=_crop_edge(points[:, :2], roi, width, height),
        hidden=_hidden(axes / np.float32(flat)),
    )


def _palm_lengths(points: FloatArray, world_landmarks: FloatArray) -> tuple[float, float]:
    """From wrist to middle MCP, pixels: if it lay flat, by the world landmarks, and as seen."""
    scale = sqrt(_squares(points) / max(_squares(world_landmarks[:, :2]), TINY**2))
    palm, wrist = world_landmarks[Landmark.MIDDLE_MCP], world_landmarks[Landmark.WRIST]
    flat = scale * dist(palm.tolist(), wrist.tolist())
    seen = dist(points[Landmark.MIDDLE_MCP].tolist(), points[Landmark.WRIST].tolist())
    return max(flat, TINY), max(seen, TINY)


def _squares(points: FloatArray) -> float:
    """The sum of the squares of what points (21, 2) are off their mean."""
    centred = points - np.add.reduce(points) / np.float32(JOINTS)
    return float(np.vdot(centred, centred))


def _beyond(axes: FloatArray, width: int, height: int, flat: float) -> FloatArray:
    """How far landmarks lie beyond the picture's border, from BORDER inside; (21,), 0 to 1.

    axes: (2, 21) pixels. flat: the length of the palm if it lay flat, pixels.
    """
    middle = np.array([[width / 2], [height / 2]], np.float32)
    outside = np.maximum.reduce(np.abs(axes - middle) - middle)
    return np.minimum(np.maximum(BORDER + outside / np.float32(flat), 0), 1)


def _crop_edge(points: FloatArray, roi: Roi, width: int, height: int) -> FloatArray:
    """How far landmarks lie beyond the usual part of the ROI, in its sides; (21,)."""
    centre = np.array([roi.x * width, roi.y * height], np.float32)
    turned = (points - centre) @ rotation_matrix(np.float32(roi.rotation))
    away = np.maximum.reduce(np.abs(turned), axis=1) / np.float32(max(roi.width * width, TINY))
    return np.minimum(np.maximum(away - np.float32(CROP_MARGIN), 0), np.float32(0.5))


def _hidden(axes: FloatArray) -> FloatArray:
    """How much the joint that hides each most does so; (21,). axes: (3, 21) hand lengths."""
    dx, dy, dz = axes[:, :, None] - axes[:, None]
    nearness = 1 - np.hypot(dx, dy) / np.float32(NEAR)  # below 0, it loses to the joint itself
    depth = np.minimum(np.maximum(dz, 0), np.float32(DEEPEST))
    hidden: FloatArray = np.maximum.reduce(nearness * depth * STRANGERS, axis=1)
    return hidden


def _bone_signs(axes: FloatArray) -> tuple[FloatArray, float]:
    """How unusual each bone's length is for the hand, (21,) by its far end, and all together.

    axes: (3, 21) pixels.
    """
    square = np.add.reduce(np.square(axes[:, 1:] - axes[:, PARENTS]))
    mean = max(float(np.add.reduce(square)) / len(square), TINY**2)
    odd = np.zeros(JOINTS, np.float32)
    odd[1:] = np.abs(np.log(np.maximum(np.sqrt(square / mean), TINY) / BONE_SHARES))
    return odd, log(sqrt(float(np.vdot(odd, odd)) / len(square)) + BONE_FLOOR)
