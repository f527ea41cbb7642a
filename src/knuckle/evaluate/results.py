"""Results of an evaluation: scores of every hand, figures, curves, and problems."""

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

# With fewer pieces no interval gives a verdict: percentile intervals of small samples are too
# narrow, and three pictures that all differ the same way exclude 0. Source: Hesterberg 2015.
LEAST_PIECES = 10


@dataclass(frozen=True, slots=True, eq=False)
class HandScores:
    """One contestant's scores on the m annotated hands of a set.

    NaN means not defined, because the hand was missed or the ground truth lacks the value.
    """

    picture: Integers  # (m,) index of its picture
    found: Bools  # (m,)
    error: Array  # (m,) mean distance over annotated joints, palm lengths
    joints: Array  # (m, 21) distance, palm lengths
    shares: Array  # (m, 21) distance / longer side of the hand's box; inf if missed
    wrist_aligned: Array  # (m,) mean 3D distance, millimetres
    scale_aligned: Array  # (m,) mean 3D distance, millimetres
    procrustes: Array  # (m,) mean 3D distance, millimetres
    handedness: Array  # (m,) 1 correct, 0 wrong
    confidence: Array  # (m, 21) as predicted; NaN without a prediction


@dataclass(frozen=True, slots=True, eq=False)
class PictureScores:
    """One contestant's scores on the n pictures of a set."""

    sought: Integers  # (n,) hands annotated, or if none is, hands counted, at least
    found: Integers  # (n,) how many of them were found
    predicted: Integers  # (n,) hands predicted
    false: Array  # (n,) false hands; NaN if not known
    empty: Bools  # (n,) whether the picture is known to show no hand


@dataclass(frozen=True, slots=True, eq=False)
class PalmScores:
    """The k palms that a detector found in n pictures, strongest first."""

    picture: Integers  # (k,)
    score: Array  # (k,)
    true: Bools  # (k,) whether it is a palm that no stronger detection has taken
    expected: Integers  # (n,) palms to be found in each picture


@dataclass(frozen=True, slots=True, eq=False)
class PictureSetScores:
    """One contestant on one set of pictures."""

    hands: HandScores
    pictures: PictureScores
    palms: PalmScores | None  # None if the contestant does not expose its palms


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one set, for each contestant."""

    name: str
    meaning: str  # one line, with the unit
    better: Better | None
    digits: int  # to show after the decimal point
    values: tuple[float, ...]  # by contestant; NaN if not defined
    count: int  # of hands, pictures or frames that it is taken over
    difference: float | None = None  # first - second contestant
    interval: tuple[float, float] | None = None  # 95% bootstrap interval of the difference
    pieces: int | None = None  # pictures, or blocks of frames, to draw resamples from

    @property
    def verdict(self) -> Verdict | None:
        """What the difference says about the first contestant; None if it is not judged."""
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
    """How a change of the pictures affects the figures, by level; all have the same length."""

    change: str
    axis: str  # what the levels mean, with their unit
    levels: tuple[float, ...]
    plain: float | None  # the level that changes nothing, if any
    recall: tuple[tuple[float, ...], ...]  # by contestant, then by level
    error: tuple[tuple[float, ...], ...]  # mean over hands found, palm lengths
    pck_area: tuple[tuple[float, ...], ...]  # missed hands count as wrong


@dataclass(frozen=True, slots=True)
class Case:
    """A picture that went badly, with ground truth and predictions to draw."""

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
    scores: tuple[PictureSetScores, ...] = ()  # by contestant; empty for a clip
    curves: tuple[Curve, ...] = ()
    cases: tuple[Case, ...] = ()  # of the first contestant, worst first
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The whole result."""

    contestants: tuple[str, ...]  # one, or two to compare: "knuckle 0.1.0 (full)"
    sets: tuple[SetResult, ...]
    when: str  # date and time, ISO 8601
    machine: str  # processor, operating system, Python

    @property
    def problems(self) -> Sequence[Problem]:
        """The problems of all data sets."""
        return [problem for result in self.sets for problem in result.problems]
