"""What an evaluation finds: scores of every hand, figures over them, curves, and what failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .values import Array, Prediction, Problem, TruePicture

Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]
Better = Literal["higher", "lower"]
Verdict = Literal["better", "worse", "no difference seen", "too few to tell"]

# Below it no interval is a verdict: percentile intervals of small samples are too narrow, and three
# pictures that all go one way leave 0 out by themselves. Source: Hesterberg 2015.
LEAST_PIECES = 10


@dataclass(frozen=True, slots=True, eq=False)
class HandScores:
    """Every annotated hand of a set against one contestant's predictions; m hands.

    NaN stands where something is not defined: the hand was missed, or the truth lacks it.
    """

    picture: Integers  # (m,) index of its picture
    found: Bools  # (m,)
    error: Array  # (m,) mean distance over annotated joints, palm lengths
    joints: Array  # (m, 21) distance, palm lengths
    shares: Array  # (m, 21) distance / longer side of the key-point box; inf where it was missed
    wrist_aligned: Array  # (m,) mean 3D distance, millimetres
    scale_aligned: Array  # (m,) mean 3D distance, millimetres
    procrustes: Array  # (m,) mean 3D distance, millimetres
    handedness: Array  # (m,) 1 right, 0 wrong
    confidence: Array  # (m, 21) as predicted; NaN where none was given


@dataclass(frozen=True, slots=True, eq=False)
class PictureScores:
    """Every picture of a set against one contestant's predictions; n pictures."""

    sought: Integers  # (n,) hands annotated; where none is, hands counted
    found: Integers  # (n,) of them
    predicted: Integers  # (n,) hands predicted
    false: Array  # (n,) hands predicted that are none; NaN where that is not known
    empty: Bools  # (n,) known to show no hand


@dataclass(frozen=True, slots=True, eq=False)
class PalmScores:
    """Every palm that a detector gave, strongest first; k of them, n pictures."""

    picture: Integers  # (k,)
    score: Array  # (k,)
    true: Bools  # (k,) whether it is a palm that no stronger one has taken
    expected: Integers  # (n,) palms to be found by picture


@dataclass(frozen=True, slots=True, eq=False)
class PictureSetScores:
    """One contestant on one set of pictures."""

    hands: HandScores
    pictures: PictureScores
    palms: PalmScores | None  # None: the contestant does not show its palms


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one set, for each contestant."""

    name: str
    meaning: str  # one line, with the unit
    better: Better | None
    digits: int  # after the point, where it is shown
    values: tuple[float, ...]  # by contestant; NaN where not defined
    count: int  # over so many hands, pictures or frames
    difference: float | None = None  # first - second contestant
    interval: tuple[float, float] | None = None  # of the difference, 95%, by bootstrap
    pieces: int | None = None  # pictures, or blocks of frames, that its resamples drew from

    @property
    def verdict(self) -> Verdict | None:
        """What the difference says of the first contestant; None where it is not judged."""
        if self.interval is None or self.better is None:
            return None
        if self.pieces is not None and self.pieces < LEAST_PIECES:
            return "too few to tell"
        low, high = self.interval
        if low <= 0 <= high:
            return "no difference seen"
        return "better" if (low > 0) == (self.better == "higher") else "worse"


@dataclass(frozen=True, slots=True)
class Curve:
    """What a change of the pictures does, by its strength; same length for all."""

    change: str
    axis: str  # what the levels are, with the unit
    levels: tuple[float, ...]
    plain: float | None  # the level that leaves pictures as they are
    recall: tuple[tuple[float, ...], ...]  # by contestant, then by level
    error: tuple[tuple[float, ...], ...]  # mean over hands found, palm lengths
    pck_area: tuple[tuple[float, ...], ...]  # missed hands count as wrong


@dataclass(frozen=True, slots=True)
class Case:
    """One picture that went badly: truth and predictions, to be drawn."""

    picture: TruePicture
    reason: str  # "error 0.83 palm lengths", "missed", "false hand"
    predictions: tuple[tuple[Prediction, ...], ...]  # by contestant


@dataclass(frozen=True, slots=True)
class SetResult:
    """Everything about one set of pictures or one clip."""

    name: str
    kind: Literal["pictures", "clip"]
    size: int  # pictures or frames
    figures: tuple[Figure, ...]
    scores: tuple[PictureSetScores, ...] = ()  # by contestant; none for a clip
    curves: tuple[Curve, ...] = ()
    cases: tuple[Case, ...] = ()  # worst first, of the first contestant
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The whole result."""

    contestants: tuple[str, ...]  # one, or two that are compared: "knuckle 0.1.0 (full)"
    sets: tuple[SetResult, ...]
    when: str  # date and time, ISO 8601
    machine: str  # processor, operating system, Python

    @property
    def problems(self) -> Sequence[Problem]:
        """What could not be used, of all sets."""
        return [problem for result in self.sets for problem in result.problems]
