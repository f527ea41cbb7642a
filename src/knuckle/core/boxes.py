"""Axis-aligned boxes: x0, y0, x1, y1 in any one frame."""

from __future__ import annotations

import numpy as np

from ..values import FloatArray, Roi


def overlaps(box: FloatArray, boxes: FloatArray) -> FloatArray:
    """Intersection over union of a box (4,) with each of boxes (n, 4); (n,), 0 where undefined."""
    shared = _areas(np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:]))
    union = _areas(box[None, :2], box[None, 2:]) + _areas(boxes[:, :2], boxes[:, 2:]) - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def _areas(low: FloatArray, high: FloatArray) -> FloatArray:
    """Areas between corners (n, 2); 0 where they are the wrong way round."""
    sides = np.maximum(high - low, np.float32(0))
    return sides[:, 0] * sides[:, 1]


def box_of_roi(roi: Roi) -> FloatArray:
    """The box of an ROI as if it were not rotated, (4,), normalised image frame.

    Source: mediapipe/calculators/util/association_calculator.h, which ignores the rotation.
    """
    half_width, half_height = roi.width / 2, roi.height / 2
    return np.array(
        [roi.x - half_width, roi.y - half_height, roi.x + half_width, roi.y + half_height],
        np.float32,
    )
