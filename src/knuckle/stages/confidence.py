"""How likely each landmark is right: a small calibrated model on features of its reading.

A joint's confidence is the estimated probability that its landmark lies within `CLOSE` palm lengths
of the true joint. The model is a logistic regression: a level for each joint, and a few features
that are signs of trouble. Each feature can only lower the confidence. `studies/confidence.py` fits
the model; docs/confidence.md says how well it does.
"""

from __future__ import annotations

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

PARENTS = [i if i % 4 else 0 for i in range(20)]  # of joints 1 to 20
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
    log_odds = weights.level
    values: tuple[FloatArray | float, ...] = signs
    for weight, value in zip(weights.signs, values, strict=True):
        log_odds = log_odds + weight * value
    if spread is not None:
        log_odds = log_odds + weights.spread * np.log(spread + SPREAD_FLOOR)
    if residual is not None:
        log_odds = log_odds + weights.residual * surprise(residual)
    return (1 / (1 + np.exp(-log_odds))).astype(np.float32)


def with_residual(
    confidence: FloatArray, residual: FloatArray, *, is_mean: bool = False
) -> FloatArray:
    """The confidence of a reading, corrected by where the last frames expect it; (21,).

    is_mean: the reading is the mean of several.
    """
    weight = (TOGETHER if is_mean else ALONE).residual
    sure = np.clip(confidence, TINY, 1 - TINY)
    log_odds = np.log(sure / (1 - sure)) + weight * surprise(residual)
    return (1 / (1 + np.exp(-log_odds))).astype(np.float32)


def surprise(residual: FloatArray) -> FloatArray:
    """The log of a residual over `SURPRISING`; 0 if it is smaller or unknown."""
    known = np.nan_to_num(residual, nan=0.0)
    return np.log(np.maximum(known, np.float32(SURPRISING)) / np.float32(SURPRISING))


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
    x, y, z = points.T
    flat, seen = _palm_lengths(points[:, :2], world_landmarks)
    inside = np.minimum(np.minimum(x, width - x), np.minimum(y, height - y))
    bone, bones = _bone_signs(points)
    odds = presence / max(1 - presence, TINY)
    return Signs(
        absence=-float(np.log(min(max(odds, 1.0), MOST_CERTAIN))),
        beyond=np.minimum(np.maximum(BORDER - inside / flat, 0), 1),
        crop_edge=_crop_edge(points[:, :2], roi, width, height),
        hidden=_hidden(x / flat, y / flat, z / flat),
        shortened=float(np.log(min(max(flat / seen, 1.0), MOST_SHORTENED))),
        bone=bone,
        bones=bones,
    )


def _palm_lengths(points: FloatArray, world_landmarks: FloatArray) -> tuple[float, float]:
    """From wrist to middle MCP, pixels: if it lay flat, by the world landmarks, and as seen."""
    centred = points - points.mean(axis=0)
    shape = world_landmarks[:, :2] - world_landmarks[:, :2].mean(axis=0)
    scale = np.sqrt(np.square(centred).sum() / max(np.square(shape).sum(), TINY**2))
    palm = world_landmarks[Landmark.MIDDLE_MCP] - world_landmarks[Landmark.WRIST]
    seen = points[Landmark.MIDDLE_MCP] - points[Landmark.WRIST]
    flat = float(scale * np.sqrt(np.square(palm).sum()))
    return max(flat, TINY), max(float(np.sqrt(np.square(seen).sum())), TINY)


def _crop_edge(points: FloatArray, roi: Roi, width: int, height: int) -> FloatArray:
    """How far landmarks lie beyond the usual part of the ROI, in its sides; (21,)."""
    centre = np.array([roi.x * width, roi.y * height], np.float32)
    turned = (points - centre) @ rotation_matrix(np.float32(roi.rotation))
    away = np.abs(turned).max(axis=1) / np.float32(max(roi.width * width, TINY))
    return np.minimum(np.maximum(away - np.float32(CROP_MARGIN), 0), np.float32(0.5))


def _hidden(x: FloatArray, y: FloatArray, z: FloatArray) -> FloatArray:
    """How much the joint that hides each most does so; (21,). x, y, z: (21,) hand lengths."""
    dx, dy = x[:, None] - x, y[:, None] - y
    nearness = np.maximum(1 - np.sqrt(dx * dx + dy * dy) / np.float32(NEAR), 0)
    depth = np.minimum(np.maximum(z[:, None] - z, 0), np.float32(DEEPEST))
    hidden: FloatArray = (nearness * depth * STRANGERS).max(axis=1)
    return hidden


def _bone_signs(points: FloatArray) -> tuple[FloatArray, float]:
    """How unusual each bone's length is for the hand, (21,) by its far end, and all together.

    points: (21, 3) pixels.
    """
    square = np.square(points[1:] - points[PARENTS]).sum(axis=1)
    share = np.sqrt(square / max(float(square.mean()), TINY**2))
    odd = np.abs(np.log(np.maximum(share, TINY) / BONE_SHARES))
    bones = float(np.log(np.sqrt(np.square(odd).mean()) + BONE_FLOOR))
    return np.concatenate([[0], odd]), bones
