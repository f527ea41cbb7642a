"""Raw tensors of the landmark network -> landmarks in the picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..spec import Z_SCALE
from ..values import FloatArray, Roi

_MIDDLE = np.array([0.5, 0.5, 0], np.float32)  # of a crop, in its sides
_DEPTH = np.array([1, 1, Z_SCALE], np.float32)


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
    Source: mediapipe/calculators/util/landmark_projection_calculator.cc
            mediapipe/calculators/util/world_landmark_projection_calculator.cc
    """
    turns = _turns(rois)
    unit: FloatArray = np.divide(landmarks, np.float32(input_size))
    unit -= _MIDDLE
    unit /= _DEPTH
    placed: FloatArray = unit @ turns
    placed *= np.array([[[roi.width, roi.height, roi.width]] for roi in rois], np.float32)
    placed += np.array([[[roi.x, roi.y, 0]] for roi in rois], np.float32)
    return placed, world @ turns


def _turns(rois: Sequence[Roi]) -> FloatArray:
    """The rotations from the axes of ROIs to the picture's; (n, 3, 3), for row vectors."""
    angles = np.array([roi.rotation for roi in rois], np.float32)
    waves = zip(np.cos(angles).tolist(), np.sin(angles).tolist(), strict=True)
    return np.array([[[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]] for cos, sin in waves], np.float32)
