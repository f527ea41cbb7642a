"""Raw tensors of the landmark network -> landmarks in the picture."""

from __future__ import annotations

import numpy as np

from ..geometry.rois import rotation_matrix
from ..spec import Z_SCALE, Landmark
from ..values import FloatArray, Roi

_PALM = [Landmark.WRIST, Landmark.INDEX_MCP, Landmark.PINKY_MCP]
_NEXT_PALM = [*_PALM[1:], _PALM[0]]


def image_from_crop(landmarks: FloatArray, roi: Roi, input_size: int) -> FloatArray:
    """Landmarks read in a crop, in the normalised image frame; (21, 3), z in image widths.

    landmarks: (21, 3), pixels of the crop.
    Source: mediapipe/calculators/util/landmark_projection_calculator.cc
    """
    unit = landmarks / np.float32(input_size)
    turned = (unit[:, :2] - np.float32(0.5)) @ rotation_matrix(np.float32(roi.rotation)).T
    size = np.array([roi.width, roi.height], np.float32)
    centre = np.array([roi.x, roi.y], np.float32)
    z = unit[:, 2:] / np.float32(Z_SCALE) * size[0]
    return np.concatenate([turned * size + centre, z], axis=1)


def world_from_crop(landmarks: FloatArray, roi: Roi) -> FloatArray:
    """World landmarks turned from the crop's axes to the picture's; (21, 3), metres.

    Source: mediapipe/calculators/util/world_landmark_projection_calculator.cc
    """
    return np.concatenate(
        [landmarks[:, :2] @ rotation_matrix(np.float32(roi.rotation)).T, landmarks[:, 2:]], axis=1
    )


def palm_size(points: FloatArray) -> float:
    """The longest side of the triangle wrist, index MCP, pinky MCP; in the unit of the points.

    A palm that is seen from its edge has one long side still.
    """
    sides = points[_PALM] - points[_NEXT_PALM]
    return float(np.hypot(sides[:, 0], sides[:, 1]).max())


def hand_distance(points: FloatArray, others: FloatArray) -> float:
    """The mean distance of the landmarks of two hands, in sizes of the larger palm.

    points, others: (21, 2), image pixels.
    """
    away = points - others
    palm = max(palm_size(points), palm_size(others), 1.0)
    return float(np.hypot(away[:, 0], away[:, 1]).mean()) / palm
