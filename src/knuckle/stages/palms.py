"""Raw tensors of the palm network -> Detections."""

from __future__ import annotations

import numpy as np

from ..geometry.rois import rotation_matrix
from ..spec import PALM_KEYPOINTS, PALM_SCORE_CLIP
from ..values import Detections, FloatArray, Roi
from .anchors import anchor_centres

_ALL_CORNERS = [0, 1, 2, 1, 2, 3, 0, 3]  # of x0, y0, x1, y1: the four corners as x, y


def decode_palms(
    boxes: FloatArray,
    scores: FloatArray,
    input_size: int,
    min_score: float,
    *,
    anchors: FloatArray | None = None,
    score_clip: float = PALM_SCORE_CLIP,
) -> Detections:
    """The detection of every anchor that scores at least `min_score`, strongest first.

    Coordinates are fractions of the network's input.
    boxes: (anchors, 18) offsets from the anchors, pixels of the input.
    scores: (anchors, 1) logits.
    anchors: (anchors, 2) their centres; by default those of the palm network.
    score_clip: logits beyond it are as good as it.
    Source: mediapipe/calculators/tensor/tensors_to_detections_calculator.cc
    """
    # float64, because e^100 overflows float32 and a caller may turn warnings into errors.
    logits = np.clip(scores[:, 0].astype(np.float64), -score_clip, score_clip)
    probabilities = (1 / (1 + np.exp(-logits))).astype(np.float32)
    kept = np.flatnonzero(probabilities >= min_score)
    kept = kept[np.argsort(-probabilities[kept], kind="stable")]
    offsets = (boxes[kept] / np.float32(input_size)).reshape(-1, 2 + len(PALM_KEYPOINTS), 2)
    centres_of_all = anchor_centres(input_size) if anchors is None else anchors
    anchors = centres_of_all[kept]
    half = offsets[:, 1] / 2
    valid = np.all(half >= 0, axis=1)  # also drops NaN
    centres = offsets[:, 0] + anchors
    keypoints = offsets[:, 2:] + anchors[:, None]
    corners = np.concatenate([centres - half, centres + half], axis=1)
    return Detections(corners[valid], keypoints[valid], probabilities[kept][valid])


def image_from_letterbox(palms: Detections, letterbox: Roi) -> Detections:
    """Detections of a letterboxed input, mapped to the normalised image frame.

    If the letterbox is rotated, each box becomes the bounds of its corners.
    Source: mediapipe/calculators/util/detection_letterbox_removal_calculator.cc
            mediapipe/calculators/util/detection_projection_calculator.cc
    """
    size = np.array([letterbox.width, letterbox.height], np.float32)
    centre = np.array([letterbox.x, letterbox.y], np.float32)
    if letterbox.rotation == 0:
        origin = centre - size / np.float32(2)
        corners = palms.boxes.reshape(-1, 2, 2) * size + origin
        keypoints = palms.keypoints * size + origin
        return Detections(corners.reshape(-1, 4), keypoints, palms.scores)
    # The letterbox is square in pixels, so a rotation in its frame is also one in the picture's.
    turn = rotation_matrix(np.float32(letterbox.rotation)).T
    half = np.float32(0.5)
    keypoints = ((palms.keypoints - half) @ turn * size + centre).astype(np.float32)
    corners = (palms.boxes[:, _ALL_CORNERS].reshape(-1, 4, 2) - half) @ turn * size + centre
    bounds = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    return Detections(bounds, keypoints, palms.scores)
