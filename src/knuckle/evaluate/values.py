"""Ground truth of pictures and clips, and the predictions of a contestant.

Pixels are image pixels: x to the right, y down, origin at the top left corner of the picture.
Arrays are float64. Landmarks are in MediaPipe's order (`knuckle.Landmark`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..values import Box, Handedness

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TrueHand:
    """One annotated hand, with at least points or a box."""

    points: Array | None  # (21, 2) pixels, rows of NaN if not annotated; None for only a box
    box: Box  # as annotated, or the smallest around the annotated points; pixels
    points_3d: Array | None = None  # (21, 3) millimetres, axes as the picture's; rows of NaN
    handedness: Handedness | None = None  # the person's own hand
    id: int | None = None  # the same for one hand in all frames of a clip


@dataclass(frozen=True, slots=True)
class TruePicture:
    """One annotated picture."""

    name: str  # in its annotation, unique in its set
    path: Path
    hands: tuple[TrueHand, ...]
    hand_count: int | None  # visible hands; None if there may be more than are annotated
    least_hands: int = 0  # so many are plainly to be seen, at least; 0 says nothing


@dataclass(frozen=True, slots=True)
class Clip:
    """One video, with its ground truth if there is any."""

    name: str
    path: Path
    frames: tuple[tuple[TrueHand, ...], ...] | None = None  # the hands of every frame


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be used and is in no figure."""

    where: str  # the file, and which picture and hand in it
    what: str  # one sentence without a full stop


@dataclass(frozen=True, slots=True)
class Dataset:
    """Annotated pictures and clips from one place."""

    name: str
    pictures: tuple[TruePicture, ...] = ()
    clips: tuple[Clip, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """One predicted hand."""

    points: Array  # (21, 2) pixels
    world: Array | None = None  # (21, 3) metres, axes as the picture's, any origin
    handedness: Handedness | None = None  # the person's own hand
    id: int | None = None  # the same for one hand in all frames of a clip; None if not given
    confidence: Array | None = None  # (21,) probability to be within 0.1 palm lengths, 0 to 1


@dataclass(frozen=True, slots=True)
class Palm:
    """One palm that a contestant's detector found."""

    box: Box  # pixels
    score: float  # 0 to 1
