"""Detections of palms -> candidates, the places where hands may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..geometry.boxes import roi_iou
from ..geometry.rois import roi_from_landmarks, roi_from_palm
from ..spec import ASSOCIATION_OVERLAP, UPRIGHT
from ..values import Box, Candidate, Detections, Hand, Roi, Size


def candidates_from_palms(
    palms: Detections, size: Size, upright: float = UPRIGHT
) -> list[Candidate]:
    """A candidate for each palm: where to read its hand.

    size: (width, height) of the picture, pixels. upright: see `roi_from_palm`.
    """
    return [
        Candidate(
            roi=roi_from_palm(box, keypoints, size, upright),
            palm_score=float(score),
            palm_box=Box(*(box.reshape(2, 2) * size).reshape(4).tolist()),
        )
        for box, keypoints, score in zip(palms.boxes, palms.keypoints, palms.scores, strict=True)
    ]


def later_of_overlapping(
    candidates: Sequence[Candidate], *, max_overlap: float = ASSOCIATION_OVERLAP
) -> list[Candidate]:
    """The candidates in their order, without those that a later one overlaps by more.

    max_overlap: intersection over union, 0 to 1.
    Source: mediapipe/calculators/util/association_calculator.h
    """
    kept: list[Candidate] = []
    for candidate in candidates:
        kept = [k for k in kept if roi_iou(k.roi, candidate.roi) <= max_overlap]
        kept.append(candidate)
    return kept


def next_rois(hands: Iterable[Hand]) -> tuple[Roi, ...]:
    """Where to read the hands of one picture in the next picture of the same size."""
    return tuple(roi_from_landmarks(hand.landmarks, hand.image_size) for hand in hands)
