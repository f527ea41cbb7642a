"""Test-time augmentation: read several crops of one hand, and average the readings.

The landmark network answers a little differently if the crop is mirrored or rotated. The mean of
such readings is more accurate than each of them, and their standard deviation shows which joints
are uncertain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ..geometry.palm_lengths import palm_length
from ..values import FloatArray, ImageArray, Roi, Size
from .landmarks import picture_from_crops

LEAST_PROBABILITY = 1e-6  # keeps log-odds finite


class Move(NamedTuple):
    """One augmentation: how a crop differs from the plain crop of an ROI."""

    mirrored: bool = False
    rotation: float = 0.0  # radians, added to the ROI's


class Crop(NamedTuple):
    """What the network sees: the picture under an ROI, or its mirror image."""

    roi: Roi
    mirrored: bool = False


class Readings(NamedTuple):
    """What the landmark network reads in n crops; mirrored crops are mirrored back."""

    landmarks: FloatArray  # (n, 21, 3) normalised image frame, z in image widths
    world_landmarks: FloatArray  # (n, 21, 3) metres, axes as the picture's
    presence: FloatArray  # (n,) 0 to 1
    right: FloatArray  # (n,) the network's probability of a right hand, 0 to 1

    def part(self, start: int, stop: int) -> Readings:
        """The readings from `start` up to but not including `stop`."""
        return Readings(*(column[start:stop] for column in self))


class Prediction(NamedTuple):
    """The landmarks and scores of one hand, from one or more readings."""

    landmarks: FloatArray  # (21, 3) normalised image frame, z in image widths
    world_landmarks: FloatArray  # (21, 3) metres, axes as the picture's
    presence: float  # 0 to 1
    right: float  # the network's probability of a right hand, 0 to 1
    spread: FloatArray | None = None  # (21,) standard deviation, palm lengths; None: one reading


def joined(readings: Readings, others: Readings) -> Readings:
    """The readings of both."""
    return Readings(*map(np.concatenate, zip(readings, others, strict=True)))


def moved_crop(roi: Roi, move: Move) -> Crop:
    """The crop of an ROI, changed by a move."""
    return Crop(roi._replace(rotation=roi.rotation + move.rotation), move.mirrored)


def mirrored(pixels: ImageArray) -> ImageArray:
    """The mirror image of a crop, with left and right swapped; a view."""
    return pixels[:, ::-1]


def readings_from_outputs(
    outputs: Mapping[str, FloatArray], crops: Sequence[Crop], input_size: int
) -> Readings:
    """The network's outputs for a batch of crops, mapped back to the picture.

    input_size: the side of a crop, pixels.
    """
    landmarks = outputs["landmarks"].reshape(-1, 21, 3)
    world = outputs["world_landmarks"].reshape(-1, 21, 3)
    right = outputs["handedness"][:, 0]
    if any(crop.mirrored for crop in crops):  # rare: only test-time augmentation mirrors
        flipped = np.array([crop.mirrored for crop in crops])
        landmarks, world = landmarks.copy(), world.copy()
        landmarks[flipped, :, 0] = np.float32(input_size - 1) - landmarks[flipped, :, 0]
        world[flipped, :, 0] *= -1
        right = np.where(flipped, 1 - right, right)
    rois = [crop.roi for crop in crops]
    landmarks, world = picture_from_crops(landmarks, world, rois, input_size)
    return Readings(landmarks, world, outputs["presence"][:, 0], right)


def prediction_of(readings: Readings, size: Size) -> Prediction:
    """One prediction from one or more readings of a hand: the reading, or the mean of several.

    size: (width, height) of the picture, pixels.
    """
    presence = readings.presence
    if len(presence) == 1:
        return Prediction(
            readings.landmarks[0],
            readings.world_landmarks[0],
            presence.item(),
            readings.right.item(),
        )
    points = readings.landmarks[..., :2] * np.array(size, np.float32)
    return Prediction(
        landmarks=mean_landmarks(readings.landmarks, presence),
        world_landmarks=mean_landmarks(readings.world_landmarks, presence),
        presence=float(presence.mean()),
        right=mean_probability(readings.right),
        spread=spread(points, presence),
    )


def mean_landmarks(values: FloatArray, presence: FloatArray) -> FloatArray:
    """The mean of readings (n, 21, k), weighted by their presence (n,); (21, k)."""
    mean = np.tensordot(presence, values, axes=1) / presence.sum()
    return np.asarray(mean, np.float32)


def mean_probability(probabilities: FloatArray) -> float:
    """The mean of probabilities (n,), averaged as log-odds."""
    sure = np.clip(probabilities.astype(np.float64), LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    return float(1 / (1 + np.exp(-np.log(sure / (1 - sure)).mean())))


def spread(points: FloatArray, presence: FloatArray) -> FloatArray:
    """The standard deviation of readings of one hand, joint by joint; (21,), palm lengths.

    It is the root mean square distance from the mean, weighted by presence.
    points: (n, 21, 2), pixels. presence: (n,).
    """
    mean = mean_landmarks(points, presence)
    squares = ((points - mean) ** 2).sum(axis=2)
    palm = palm_length(mean)
    deviation = np.sqrt(presence @ squares / presence.sum())
    return np.asarray(deviation / max(palm, np.finfo(np.float32).tiny), np.float32)
