"""Weighted non-maximum suppression: many detections of one palm -> one."""

from __future__ import annotations

import numpy as np

from ..geometry.boxes import box_iou
from ..spec import PALM_OVERLAP
from ..values import Detections


def weighted_nms(
    palms: Detections, *, max_overlap: float = PALM_OVERLAP, is_merged: bool = True
) -> Detections:
    """Merge each group of overlapping detections, weighted by score; keep the group's best score.

    palms: strongest first.
    max_overlap: intersection over union above which two belong to one group, 0 to 1.
    is_merged: False keeps the best of each group as it is.
    Source: mediapipe/calculators/util/non_max_suppression_calculator.cc (WEIGHTED)
    """
    n = len(palms)
    values = np.concatenate([palms.boxes, palms.keypoints.reshape(n, 14)], axis=1)
    remaining = np.arange(n)
    merged, scores = [], []
    while remaining.size:
        best = remaining[0]
        group = box_iou(palms.boxes[best], palms.boxes[remaining]) > max_overlap
        group[0] = True  # a box without area does not even overlap itself
        if is_merged:
            members = remaining[group]
            weights = palms.scores[members]
            merged.append(weights @ values[members] / weights.sum())
        else:
            merged.append(values[best])
        scores.append(palms.scores[best])
        remaining = remaining[~group]
    table = np.array(merged, np.float32).reshape(-1, 18)
    return Detections(table[:, :4], table[:, 4:].reshape(-1, 7, 2), np.array(scores, np.float32))
