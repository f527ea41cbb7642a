"""The stages of a picture: anchors, palms, suppression, candidates, landmarks, confidence."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from knuckle.geometry.rois import letterbox_roi, scaled_roi
from knuckle.spec import PALM_KEYPOINTS
from knuckle.stages.anchors import anchor_centres
from knuckle.stages.candidates import candidates_from_palms, later_of_overlapping
from knuckle.stages.confidence import confidence_from_signs, signs_of, with_residual
from knuckle.stages.duplicates import is_on_hand, is_same_hand
from knuckle.stages.hands import handedness_of
from knuckle.stages.landmarks import picture_from_crops
from knuckle.stages.nms import weighted_nms
from knuckle.stages.palms import decode_palms, image_from_letterbox
from knuckle.stages.warp import Border
from knuckle.streams.motion import thumbnail
from knuckle.values import Candidate, Detections, FloatArray, Roi

from ...made_hands import OPEN
from ..made_pictures import CROP_SIZE, CROPS, SIZE, crop_case, made_picture
from . import box_of, points_of, size_of

PALM_SIZE, HAND_SIZE = 192, 224
BORDERS: tuple[Border, ...] = ("zero", "replicate")


def vectors() -> dict[str, Any]:
    """One value per file."""
    return {
        "anchors": {
            "of_64": anchor_centres(64).ravel(),
            "each_37th_of_192": anchor_centres(PALM_SIZE)[::37].ravel(),
            "count_of_192": len(anchor_centres(PALM_SIZE)),
        },
        "palms": [_decoding(seed, min_score) for seed, min_score in enumerate((0.5, 0.3, 0.9, 1))],
        "letterboxes": [_letterbox(seed) for seed in range(6)],
        "suppression": [_suppression(seed) for seed in range(6)],
        "candidates": [_candidates(seed) for seed in range(6)],
        "landmarks": [_landmarks(seed) for seed in range(4)],
        "handedness": [
            _handedness(p, m) for p in (0.0, 0.3, 0.5, 0.51, 1.0) for m in (False, True)
        ],
        "confidence": [_confidence(seed) for seed in range(6)],
        "duplicates": [_duplicates(seed) for seed in range(24)],
        "crops": {
            "size": size_of(SIZE),
            "crop_size": CROP_SIZE,
            "cases": [crop_case(name, border) for name in CROPS for border in BORDERS],
        },
        "thumbnails": [
            _thumbnail(width, height) for width, height in ((96, 70), (20, 9), (37, 64))
        ],
    }


def detections_of(palms: Detections) -> list[dict[str, Any]]:
    """Detections as the web library has them."""
    return [
        {"box": box_of(box), "keypoints": points_of(keypoints), "score": score}
        for box, keypoints, score in zip(palms.boxes, palms.keypoints, palms.scores, strict=True)
    ]


def _decoding(seed: int, min_score: float) -> dict[str, Any]:
    """Anchors with all kinds of answers; the others are silent."""
    generator = np.random.default_rng(seed)
    anchors = np.sort(generator.choice(2016, 24, replace=False))
    boxes, scores = np.zeros((2016, 18), np.float32), np.full((2016, 1), -100, np.float32)
    boxes[anchors] = generator.uniform(-40, 60, (24, 18))
    boxes[anchors, 2:4] = generator.uniform(-5, 60, (24, 2))  # a few have a negative side
    scores[anchors, 0] = generator.uniform(-3, 8, 24)
    scores[anchors[:3], 0] = 1.5  # equal scores keep the anchors' order
    scores[anchors[3:6], 0] = [500, -500, 0]  # beyond the clip, and a probability of 0.5
    boxes[anchors[6], 2:4] = 0
    return {
        "min_score": min_score,
        "anchors": anchors,
        "boxes": boxes[anchors],
        "scores": scores[anchors, 0],
        "palms": detections_of(decode_palms(boxes, scores, PALM_SIZE, min_score)),
    }


def some_palms(seed: int, count: int = 8, places: int = 3) -> Detections:
    """Palms in groups that overlap, strongest first."""
    generator = np.random.default_rng(seed)
    middle = generator.uniform(0.2, 0.8, (places, 2))[generator.integers(0, places, count)]
    middle += generator.normal(0, 0.015, middle.shape)
    half = generator.uniform(0.04, 0.08, (count, 1))
    keypoints = middle[:, None] + generator.normal(0, 0.05, (count, len(PALM_KEYPOINTS), 2))
    scores = np.sort(generator.uniform(0.5, 1, count))[::-1]
    return Detections(
        np.concatenate([middle - half, middle + half], axis=1).astype(np.float32),
        keypoints.astype(np.float32),
        scores.astype(np.float32),
    )


def _letterbox(seed: int) -> dict[str, Any]:
    size = ((640, 480), (480, 640), (300, 300))[seed % 3]
    letterbox = scaled_roi(letterbox_roi(size), 1 + seed % 2)._replace(rotation=seed * 0.7)
    palms = some_palms(seed, count=2)
    return {
        "letterbox": letterbox,
        "palms": detections_of(palms),
        "placed": detections_of(image_from_letterbox(palms, letterbox)),
    }


def _suppression(seed: int) -> dict[str, Any]:
    """Groups of palms; of no palm; and of boxes without area, which overlap nothing."""
    palms = some_palms(seed, count=(0, 1, 8, 8, 12, 6)[seed])
    if seed == 5:
        palms.boxes[:, 2:] = palms.boxes[:, :2]
    return {"palms": detections_of(palms), "kept": detections_of(weighted_nms(palms))}


def _candidates(seed: int) -> dict[str, Any]:
    size = ((640, 480), (480, 640), (300, 300))[seed % 3]
    palms = some_palms(seed, count=seed, places=2)
    candidates = candidates_from_palms(palms, size)
    return {
        "size": size_of(size),
        "palms": detections_of(palms),
        "candidates": [_candidate(c) for c in candidates],
        "kept": [candidates.index(c) for c in later_of_overlapping(candidates)],
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    box = candidate.palm_box
    return {
        "roi": candidate.roi,
        "palm_score": candidate.palm_score,
        "palm_box": None if box is None else box_of(box),
    }


def _landmarks(seed: int) -> dict[str, Any]:
    generator = np.random.default_rng(seed)
    landmarks = generator.uniform(-20, 244, (1, 21, 3)).astype(np.float32)
    world = generator.uniform(-0.1, 0.1, (1, 21, 3)).astype(np.float32)
    roi = Roi(0.3 + 0.1 * seed, 0.6, 0.4, 0.5, seed * 1.3 - 2)
    [placed], [turned] = picture_from_crops(landmarks, world, [roi], HAND_SIZE)
    return {
        "roi": roi,
        "landmarks": landmarks.ravel(),
        "world_landmarks": world.ravel(),
        "placed": points_of(placed),
        "turned": points_of(turned),
    }


def _handedness(probability: float, mirrored: bool) -> dict[str, Any]:
    handedness, score = handedness_of(probability, mirrored=mirrored)
    return {
        "probability": probability,
        "mirrored": mirrored,
        "handedness": handedness,
        "score": score,
    }


def some_points(seed: int) -> FloatArray:
    """An open hand with its joints shifted a little and folded towards the camera, (21, 3)."""
    generator = np.random.default_rng(seed)
    depth = generator.uniform(-1, 0.2, (21, 1))
    return np.concatenate([OPEN + generator.normal(0, 0.08, (21, 2)), depth], axis=1)


def _confidence(seed: int) -> dict[str, Any]:
    """Folded hands of all sizes and in all places, some beyond the picture's borders."""
    generator = np.random.default_rng(seed)
    size = ((640, 480), (480, 640))[seed % 2]
    shape = some_points(seed)
    length = generator.uniform(30, 150)
    pixels = shape * length + (*generator.uniform(-20, 500, 2), 0)
    landmarks = (pixels / (size[0], size[1], size[0])).astype(np.float32)
    world = (shape * 0.09 + generator.normal(0, 0.002, shape.shape)).astype(np.float32)
    side = length * 4
    (x, y), turn = landmarks[9, :2].tolist(), float(generator.uniform(-3, 3))
    roi = Roi(x, y, side / size[0], side / size[1], turn)
    presence = float(generator.uniform(0.5, 1)) if seed else 1.0
    signs = signs_of(landmarks, world, roi=roi, size=size, presence=presence)
    confidence = confidence_from_signs(signs)
    residual = generator.uniform(0, 0.6, 21).astype(np.float32)
    residual[:4] = np.nan
    return {
        "landmarks": points_of(landmarks),
        "world_landmarks": points_of(world),
        "roi": roi,
        "size": size_of(size),
        "presence": presence,
        "signs": signs,
        "confidence": confidence,
        "residual": residual,
        "corrected": with_residual(confidence, residual),
    }


def _duplicates(seed: int) -> dict[str, Any]:
    """The same hand read twice, a hand on a finger of another, two that cross, and two apart."""
    generator = np.random.default_rng(seed)
    points = (some_points(seed)[:, :2] * 80 + 300).astype(np.float32)
    others = (some_points(seed + 100)[:, :2] * 80 + 300).astype(np.float32)
    if seed % 4 == 1:
        shares = np.linspace(0, 1, 21)[:, None]
        others = points[5] + shares * (points[8] - points[5])  # all on the index finger
        others = others.astype(np.float32) + generator.normal(0, 2, (21, 2)).astype(np.float32)
    elif seed % 4 == 2:
        others = np.float32(600) - others
    elif seed % 4 == 3:
        others = others + np.float32(generator.uniform(20, 60))
    palm = others[np.array(PALM_KEYPOINTS)] + generator.normal(0, 9, (7, 2)).astype(np.float32)
    return {
        "points": points_of(points),
        "others": points_of(others),
        "is_same_hand": is_same_hand(points, others),
        "palm": points_of(palm),
        "is_on_hand": is_on_hand(palm, points),
    }


def _thumbnail(width: int, height: int) -> dict[str, Any]:
    small = thumbnail(made_picture(width, height))
    return {
        "size": {"width": width, "height": height},
        "thumbnail": size_of((small.shape[1], small.shape[0])),
        "rgb": base64.b64encode(small.tobytes()).decode(),
    }
