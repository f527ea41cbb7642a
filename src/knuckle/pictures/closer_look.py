"""A closer look at places where a tile shows a palm, at other scales.

    candidates -> views around each, near and far -> candidates that show a palm in nearly all

One view of a shoe or of a pile of tools may look like a palm of ten pixels. A real palm scores high
in the middle of every view, near or far. So the palm network votes several times, and its votes
are a better sign than the presence of so small a hand. Their mean box also says better where to
read it. Decision 12 has the figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..geometry.rois import roi_from_palm
from ..stages.palm_mosaic import palms_in_mosaic
from ..stages.palm_stage import PalmStage
from ..values import Box, Candidate, Detections, FloatArray, ImageArray, Roi, Size, image_size


class View(NamedTuple):
    """How the network sees the surroundings of a palm."""

    width: float  # in sides of the palm's box
    cells: int = 1  # so many by so many places share one input of the network
    mirrored: bool = False


# The first view is shown for all places, the others for those that the votes so far leave.
VIEWS = (View(6, cells=2), View(12), View(16), View(6), View(8, mirrored=True), View(20))
LEAST_SCORE = 0.01  # of a vote; what has less counts as this
LEAST_MEAN = (-2.8, -1.9, -1.3, -0.9, -0.6, -0.15)  # log-odds of the votes so far, view by view
NEAR_MIDDLE = 0.7  # sides of the palm's box: a palm farther from the middle is another one
PLACING_SCORE = 0.3  # palms with at least this score say where the palm is


@dataclass(frozen=True, slots=True)
class _Place:
    """A candidate and the votes about it."""

    candidate: Candidate
    votes: tuple[float, ...] = ()  # log-odds of a palm, one for each view so far
    palms: tuple[Detections, ...] = ()  # one palm each, of the views that show it

    @property
    def mean(self) -> float:
        """The mean of the votes."""
        return sum(self.votes) / len(self.votes)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A candidate that has passed a closer look."""

    candidate: Candidate  # better placed
    vote: float  # how sure it is that it is a palm; log-odds


def confirmed(palms: PalmStage, image: ImageArray, places: Sequence[Candidate]) -> list[Confirmed]:
    """The candidates that show a palm in nearly every view, the surest first.

    places: candidates with a palm box.
    """
    stage = replace(palms, min_score=LEAST_SCORE)
    left = [_Place(candidate) for candidate in places]
    for view, least in zip(VIEWS, LEAST_MEAN, strict=True):
        if not left:
            return []
        left = [place for place in _voted(stage, image, left, view) if place.mean > least]
    sure = sorted((place for place in left if place.palms), key=lambda place: -place.mean)
    return [_placed(place, image_size(image)) for place in sure]


def _voted(
    stage: PalmStage, image: ImageArray, places: Sequence[_Place], view: View
) -> list[_Place]:
    """The places, with one more vote each."""
    size = image_size(image)
    boxes = [_box(place.candidate) for place in places]
    rois = [_view_around(box, view.width, size) for box in boxes]
    found = palms_in_mosaic(stage, image, rois, view.cells, mirrored=view.mirrored)
    return [
        _with_vote(place, _in_middle(palms, box, size))
        for place, palms, box in zip(places, found, boxes, strict=True)
    ]


def _box(candidate: Candidate) -> Box:
    assert candidate.palm_box is not None
    return candidate.palm_box


def _view_around(box: Box, width: float, size: Size) -> Roi:
    """The square around the middle of a box, so many of its sides wide."""
    side = width * (box.x1 - box.x0)
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return Roi(x / size[0], y / size[1], side / size[0], side / size[1], 0.0)


def _in_middle(palms: Detections, box: Box, size: Size) -> Detections:
    """The strongest palm near the middle of a box, if there is one."""
    centres = palms.boxes.reshape(-1, 2, 2).mean(axis=1) * np.array(size, np.float32)
    away = centres - np.array([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2], np.float32)
    near = np.flatnonzero(np.hypot(away[:, 0], away[:, 1]) < NEAR_MIDDLE * (box.x1 - box.x0))[:1]
    return Detections(palms.boxes[near], palms.keypoints[near], palms.scores[near])


def _with_vote(place: _Place, palm: Detections) -> _Place:
    score = float(palm.scores[0]) if len(palm) else 0.0
    odds = min(max(score, LEAST_SCORE), 1 - LEAST_SCORE)
    return replace(
        place,
        votes=(*place.votes, math.log(odds / (1 - odds))),
        palms=(*place.palms, palm) if score >= PLACING_SCORE else place.palms,
    )


def _placed(place: _Place, size: Size) -> Confirmed:
    """The candidate, with the mean of its palms in the views, weighted by their scores."""
    scores = np.concatenate([palm.scores for palm in place.palms])
    boxes = np.concatenate([palm.boxes for palm in place.palms])
    keypoints = np.concatenate([palm.keypoints for palm in place.palms])
    box, points = _mean(boxes, scores), _mean(keypoints, scores)
    corners = (box.reshape(2, 2) * np.array(size, np.float32)).reshape(4)
    candidate = replace(
        place.candidate, roi=roi_from_palm(box, points, size), palm_box=Box(*corners.tolist())
    )
    return Confirmed(candidate, place.mean)


def _mean(values: FloatArray, weights: FloatArray) -> FloatArray:
    return np.asarray(np.tensordot(weights, values, axes=1) / weights.sum(), np.float32)
