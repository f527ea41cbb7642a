"""Raw tensors of the palm network -> Detections."""

from __future__ import annotations

import numpy as np

from ..spec import PALM_KEYPOINTS, PALM_SCORE_CLIP
from ..values import Detections, FloatArray, Roi
from .anchors import anchor_centres


def decode_palms(
    boxes: FloatArray, scores: FloatArray, input_size: int, min_score: float
) -> Detections:
    """Every anchor that scores at least `min_score`, strongest first, in the crop's frame.

    boxes: (anchors, 18) offsets from the anchors, pixels of the input.
    scores: (anchors, 1) logits.
    Source: mediapipe/calculators/tensor/tensors_to_detections_calculator.cc
    """
    # In float64: e^100 overflows float32, and a caller may have made warnings errors.
    logits = np.clip(scores[:, 0].astype(np.float64), -PALM_SCORE_CLIP, PALM_SCORE_CLIP)
    probabilities = (1 / (1 + np.exp(-logits))).astype(np.float32)
    kept = np.flatnonzero(probabilities >= min_score)
    kept = kept[np.argsort(-probabilities[kept], kind="stable")]
    offsets = (boxes[kept] / np.float32(input_size)).reshape(-1, 2 + PALM_KEYPOINTS, 2)
    anchors = anchor_centres(input_size)[kept]
    half = offsets[:, 1] / 2
    valid = np.all(half >= 0, axis=1)  # drops NaN, too
    centres = offsets[:, 0] + anchors
    keypoints = offsets[:, 2:] + anchors[:, None]
    corners = np.concatenate([centres - half, centres + half], axis=1)
    return Detections(corners[valid], keypoints[valid], probabilities[kept][valid])


def image_from_letterbox(palms: Detections, letterbox: Roi) -> Detections:
    """Detections in the frame of the letterboxed input, moved to the normalised image frame.

    Source: mediapipe/calculators/util/detection_letterbox_removal_calculator.cc
    """
    size = np.array([letterbox.width, letterbox.height], np.float32)
    origin = np.array([letterbox.x, letterbox.y], np.float32) - size / np.float32(2)
    corners = palms.boxes.reshape(-1, 2, 2) * size + origin
    keypoints = palms.keypoints * size + origin
    return Detections(corners.reshape(-1, 4), keypoints, palms.scores)
