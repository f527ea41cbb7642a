"""What is compared: the truth about pictures and clips, and what a contestant predicts.

Pixels are image pixels: x to the right, y down, origin at the top left corner of the picture.
Arrays are float64; landmarks stand in MediaPipe's order (`knuckle.Landmark`).
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
    """What an annotation says about one hand; at least its points or its box."""

    points: Array | None  # (21, 2) pixels, rows of NaN where not annotated; None: only a box
    box: Box  # the box given, else the smallest around the annotated points; pixels
    points_3d: Array | None = None  # (21, 3) millimetres, axes as the picture's; rows of NaN
    handedness: Handedness | None = None  # the person's own hand
    id: int | None = None  # in a clip: the same for one hand in all frames


@dataclass(frozen=True, slots=True)
class TruePicture:
    """One annotated picture."""

    name: str  # as its annotation calls it, unique in its set
    path: Path
    hands: tuple[TrueHand, ...]
    hand_count: int | None  # hands to be seen; None: there may be more than are annotated


@dataclass(frozen=True, slots=True)
class Clip:
    """One video, with the truth where there is one."""

    name: str
    path: Path
    frames: tuple[tuple[TrueHand, ...], ...] | None = None  # the hands of every frame


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be used, and so is in no figure."""

    where: str  # the file, and the picture and hand in it
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
    """What a contestant says about one hand."""

    points: Array  # (21, 2) pixels
    world: Array | None = None  # (21, 3) metres, axes as the picture's, any origin
    handedness: Handedness | None = None  # the person's own hand
    id: int | None = None  # the same for one hand in all frames of a clip; None: none is given
    confidence: Array | None = None  # (21,) that each point is within 0.1 palm lengths, 0 to 1


@dataclass(frozen=True, slots=True)
class Palm:
    """What a contestant's palm detector says."""

    box: Box  # pixels
    score: float  # 0 to 1
