"""Geometry: ROIs, boxes and lengths of palms."""

from __future__ import annotations

from typing import Any

import numpy as np

from knuckle.geometry import boxes, palm_lengths, rois
from knuckle.values import FloatArray, Roi

from . import box_of, points_of, size_of

SIZES = ((640, 480), (1080, 1920), (333, 333), (37, 500))


def vectors() -> dict[str, Any]:
    """One value per file."""
    return {
        "letterbox": [_letterbox(size) for size in SIZES],
        "roi_from_palm": [_from_palm(seed, size) for seed, size in enumerate(SIZES * 4)],
        "roi_from_landmarks": [_from_landmarks(seed, size) for seed, size in enumerate(SIZES * 4)],
        "roi_pairs": [_roi_pair(seed) for seed in range(16)],
        "boxes": [_box_pair(seed) for seed in range(12)],
        "palm_lengths": [_palm_lengths(seed) for seed in range(4)],
    }


def _letterbox(size: tuple[int, int]) -> dict[str, Any]:
    return {"size": size_of(size), "roi": rois.letterbox_roi(size)}


def _from_palm(seed: int, size: tuple[int, int]) -> dict[str, Any]:
    generator = np.random.default_rng(seed)
    centre, side = generator.uniform(0, 1, 2), generator.uniform(0.01, 0.3, 2)
    box = np.concatenate([centre - side, centre + side]).astype(np.float32)
    keypoints = generator.uniform(-0.1, 1.1, (7, 2)).astype(np.float32)
    roi = rois.roi_from_palm(box, keypoints, size)
    return {
        "size": size_of(size),
        "box": box_of(box),
        "keypoints": points_of(keypoints),
        "roi": roi,
        "corners": points_of(rois.roi_corners(roi, size)),
    }


def _from_landmarks(seed: int, size: tuple[int, int]) -> dict[str, Any]:
    landmarks = some_landmarks(seed)
    return {
        "size": size_of(size),
        "landmarks": points_of(landmarks),
        "roi": rois.roi_from_landmarks(landmarks, size),
    }


def some_landmarks(seed: int) -> FloatArray:
    """Points (21, 2) scattered around a place in the picture."""
    generator = np.random.default_rng(seed)
    spread = generator.uniform(0.02, 0.3)
    place = generator.uniform(0.1, 0.9, 2)
    return (place + spread * generator.standard_normal((21, 2))).astype(np.float32)


def _roi_pair(seed: int) -> dict[str, Any]:
    generator = np.random.default_rng(seed)
    first, second = (
        Roi(*generator.uniform([0.2, 0.2, 0.1, 0.1, -np.pi], [0.8, 0.8, 0.6, 0.6, np.pi]).tolist())
        for _ in range(2)
    )
    share = generator.uniform(0, 1)
    return {
        "roi": first,
        "other": second,
        "share": share,
        "offset": rois.roi_offset(first, second),
        "between": rois.roi_between(first, second, share),
        "iou": boxes.roi_iou(first, second),
    }


def _box_pair(seed: int) -> dict[str, Any]:
    generator = np.random.default_rng(seed)
    low = generator.uniform(0, 1, (2, 2))
    pair = np.concatenate([low, low + generator.uniform(-0.1, 0.8, (2, 2))], axis=1)
    pair = pair.astype(np.float32)
    iou = boxes.box_iou(pair[0], pair[1:])[0]
    return {"box": box_of(pair[0]), "other": box_of(pair[1]), "iou": float(iou)}


def _palm_lengths(seed: int) -> dict[str, Any]:
    points, others = (some_landmarks(seed + i) * np.float32(500) for i in (0, 1))
    return {
        "points": points_of(points),
        "others": points_of(others),
        "palm_length": palm_lengths.palm_length(points),
        "palm_size": palm_lengths.palm_size(points),
        "mean_distance": palm_lengths.mean_distance(points, others),
        "hand_distance": palm_lengths.hand_distance(points, others),
    }
