"""Raw tensors of the landmark network -> landmarks in the picture."""

from __future__ import annotations

import numpy as np

from ..geometry.rois import rotation_matrix
from ..spec import Z_SCALE
from ..values import FloatArray, Roi


def image_from_crop(landmarks: FloatArray, roi: Roi, input_size: int) -> FloatArray:
    """Landmarks of a crop, mapped to the normalised image frame; (21, 3), z in image widths.

    landmarks: (21, 3), pixels of the crop.
    input_size: the side of the crop, pixels.
    Source: mediapipe/calculators/util/landmark_projection_calculator.cc
    """
    unit = landmarks / np.float32(input_size)
    turned = (unit[:, :2] - np.float32(0.5)) @ rotation_matrix(np.float32(roi.rotation)).T
    size = np.array([roi.width, roi.height], np.float32)
    centre = np.array([roi.x, roi.y], np.float32)
    z = unit[:, 2:] / np.float32(Z_SCALE) * size[0]
    return np.concatenate([turned * size + centre, z], axis=1)


def world_from_crop(landmarks: FloatArray, roi: Roi) -> FloatArray:
    """World landmarks rotated from the crop's axes to the picture's; (21, 3), metres.

    Source: mediapipe/calculators/util/world_landmark_projection_calculator.cc
    """
    return np.concatenate(
        [landmarks[:, :2] @ rotation_matrix(np.float32(roi.rotation)).T, landmarks[:, 2:]], axis=1
    )
