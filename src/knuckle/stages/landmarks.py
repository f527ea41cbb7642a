"""Raw tensors of the landmark network -> landmarks in the picture."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from ..spec import Z_SCALE
from ..values import FloatArray, Roi

_MIDDLE = np.array([0.5, 0.5, 0], np.float32)  # of a crop, in its sides


def picture_from_crops(
    landmarks: FloatArray, world: FloatArray, rois: Sequence[Roi], input_size: int
) -> tuple[FloatArray, FloatArray]:
    """What the network says about n crops, in the picture's frames.

    All n crops take as many calls of numpy as one. That counts: after a network has run, each call
    takes several times as long as in a loop.
    landmarks: (n, 21, 3), pixels of the crop.
    world: (n, 21, 3) metres, axes of the crop.
    input_size: the side of a crop, pixels.
    Returns the landmarks in the normalised image frame, z in image widths, and the world landmarks
    in metres, axes as the picture's; (n, 21, 3) each.
    """
    turns = _turns(rois)
    unit = unit_landmarks(landmarks, input_size)
    return _placed(unit, rois, turns), world @ turns


def unit_landmarks(
    landmarks: FloatArray, input_size: int, *, z_scale: float = Z_SCALE
) -> FloatArray:
    """Landmarks in units of the crop's side, and z in such units divided by `z_scale`.

    landmarks: (..., 3), pixels of the crop. input_size: the side of a crop, pixels.
    Source: mediapipe/calculators/tensor/tensors_to_landmarks_calculator.cc
    """
    unit: FloatArray = np.divide(landmarks, np.float32(input_size))
    unit /= _depth(z_scale)
    return unit


def picture_from_units(unit: FloatArray, rois: Sequence[Roi]) -> FloatArray:
    """Landmarks of n crops in the normalised image frame, z in image widths; (n, 21, 3).

    unit: (n, 21, 3) from `unit_landmarks`.
    Source: mediapipe/calculators/util/landmark_projection_calculator.cc
    """
    return _placed(unit, rois, _turns(rois))


def picture_from_world(world: FloatArray, rois: Sequence[Roi]) -> FloatArray:
    """World landmarks of n crops, (n, 21, 3) metres, turned to the axes of the picture.

    Source: mediapipe/calculators/util/world_landmark_projection_calculator.cc
    """
    turned: FloatArray = world @ _turns(rois)
    return turned


@cache
def _depth(z_scale: float) -> FloatArray:
    return np.array([1, 1, z_scale], np.float32)


def _placed(unit: FloatArray, rois: Sequence[Roi], turns: FloatArray) -> FloatArray:
    centred: FloatArray = unit - _MIDDLE
    placed: FloatArray = centred @ turns
    placed *= np.array([[[roi.width, roi.height, roi.width]] for roi in rois], np.float32)
    placed += np.array([[[roi.x, roi.y, 0]] for roi in rois], np.float32)
    return placed


def _turns(rois: Sequence[Roi]) -> FloatArray:
    """The rotations from the axes of ROIs to the picture's; (n, 3, 3), for row vectors."""
    angles = np.array([roi.rotation for roi in rois], np.float32)
    waves = zip(np.cos(angles).tolist(), np.sin(angles).tolist(), strict=True)
    return np.array([[[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]] for cos, sin in waves], np.float32)
