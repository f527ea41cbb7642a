"""Axis-aligned boxes: x0, y0, x1, y1, all in the same frame."""

from __future__ import annotations

import numpy as np

from ..values import FloatArray, Roi


def box_iou(box: FloatArray, boxes: FloatArray) -> FloatArray:
    """Intersection over union of a box (4,) with each of boxes (n, 4); (n,), 0 where undefined."""
    shared = _areas(np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:]))
    union = _areas(box[None, :2], box[None, 2:]) + _areas(boxes[:, :2], boxes[:, 2:]) - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def _areas(low: FloatArray, high: FloatArray) -> FloatArray:
    """Areas between corners (n, 2); 0 where the corners are swapped."""
    sides = np.maximum(high - low, np.float32(0))
    return sides[:, 0] * sides[:, 1]


def roi_iou(roi: Roi, other: Roi) -> float:
    """Intersection over union of two ROIs, without their rotation; 0 where undefined.

    Source: mediapipe/calculators/util/association_calculator.h, which ignores the rotation.
    """
    shared = _shared(roi.x, roi.width, other.x, other.width)
    shared *= _shared(roi.y, roi.height, other.y, other.height)
    union = roi.width * roi.height + other.width * other.height - shared
    return shared / union if union > 0 else 0.0


def _shared(centre: float, length: float, other_centre: float, other_length: float) -> float:
    """The length that two intervals share."""
    start = max(centre - length / 2, other_centre - other_length / 2)
    stop = min(centre + length / 2, other_centre + other_length / 2)
    return max(stop - start, 0.0)
