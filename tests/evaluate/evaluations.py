"""Whole evaluations made by hand, with names that HTML could take for its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from knuckle.evaluate.datasets.changes import CHANGES
from knuckle.evaluate.datasets.readers import read_datasets
from knuckle.evaluate.metrics.figures import picture_figures
from knuckle.evaluate.metrics.scores import score_pictures
from knuckle.evaluate.results import Case, Curve, Evaluation, Figure, PictureSetScores, SetResult
from knuckle.evaluate.values import Prediction, Problem, TruePicture
from tests.conftest import SAMPLES

FIRST = 'knuckle 0.1.0 <full> & "fast"'
SECOND = "mediapipe 0.10.21 (full)"
CHANGED = tuple(CHANGES.values())


@cache
def two_contestants() -> Evaluation:
    """Two sets of pictures, one of them without key points, and a clip."""
    return Evaluation(
        contestants=(FIRST, SECOND),
        sets=(_pointed(2), _counted(2), _clip(2)),
        when="2026-11-24T10:00:00+00:00",
        machine="Some CPU <1>, 2 cores, Linux, Python 3.11.2",
    )


@cache
def one_contestant() -> Evaluation:
    """The same with nobody to compare with."""
    return Evaluation(
        contestants=(FIRST,),
        sets=(_pointed(1), _counted(1), _clip(1)),
        when="2026-11-24T10:00:00+00:00",
        machine="Some CPU <1>, 2 cores, Linux, Python 3.11.2",
    )


def sample_pictures() -> list[TruePicture]:
    """The samples with their key points."""
    return [p for d in read_datasets(SAMPLES / "annotations.json") for p in d.pictures]


def _predictions(pictures: Sequence[TruePicture], seed: int) -> list[list[Prediction]]:
    """Every hand with noise; each seventh is missed, each fifth far off."""
    random = np.random.default_rng(seed)
    predictions: list[list[Prediction]] = []
    for picture in pictures:
        mine = []
        for hand in picture.hands:
            assert hand.points is not None
            size = random.choice([2.0, 5.0, 9.0, 35.0 + 5 * seed], p=[0.4, 0.3, 0.2, 0.1])
            if random.random() > 1 / 7:
                mine.append(Prediction(hand.points + random.normal(0, size, (21, 2))))
        predictions.append(mine)
    return predictions


def _pointed(contestants: int) -> SetResult:
    samples = [p for p in sample_pictures() if p.hands]
    pictures = samples * 20
    predictions = [_predictions(pictures, seed) for seed in range(contestants)]
    scores = [_scores(pictures, mine) for mine in predictions]
    cases = [
        Case(
            picture, f"error 0.{9 - i}3 palm lengths", tuple(tuple(mine[i]) for mine in predictions)
        )
        for i, picture in enumerate(pictures[:6])
    ]
    gone = TruePicture("gone & <lost>.jpg", SAMPLES / "gone.jpg", samples[0].hands, 1)
    cases.append(Case(gone, "missed", tuple(() for _ in range(contestants))))
    return SetResult(
        name='indoor <1> & "two"',
        kind="pictures",
        size=len(pictures),
        figures=picture_figures(scores),
        scores=tuple(scores),
        curves=tuple(_curve(i, contestants) for i in range(len(CHANGED))),
        cases=tuple(cases),
        problems=(Problem("a<b>.jpg", 'has 20 & not 21 "key points"'), Problem("c.jpg", "is gone")),
    )


def _scores(
    pictures: Sequence[TruePicture], predictions: list[list[Prediction]]
) -> PictureSetScores:
    return score_pictures(pictures, predictions, [None] * len(pictures))


def _counted(contestants: int) -> SetResult:
    """Pictures of which only the number of hands is known."""
    pictures = [TruePicture(f"{i}.jpg", SAMPLES / "no_hands.jpg", (), i % 2) for i in range(20)]
    predictions = [[Prediction(np.full((21, 2), 50.0))] if i % 3 else [] for i in range(20)]
    scores = [_scores(pictures, predictions) for _ in range(contestants)]
    cases = (
        Case(pictures[2], "false hand", tuple((predictions[2][0],) for _ in range(contestants))),
    )
    return SetResult("counted", "pictures", 20, picture_figures(scores), tuple(scores), (), cases)


def _curve(i: int, contestants: int) -> Curve:
    change = CHANGED[i]
    fall = np.linspace(1, 0.2, len(change.levels))
    recall = tuple(tuple((fall ** (1 + c)).tolist()) for c in range(contestants))
    error = tuple(tuple((0.1 / fall ** (1 + c)).tolist()) for c in range(contestants))
    return Curve(change.name, change.axis, change.levels, change.plain, recall, error, recall)


def _clip(contestants: int) -> SetResult:
    figures = (
        Figure("jitter", "shake, px", "lower", 2, (0.61, 0.83)[:contestants], 120),
        Figure("lag", "frames behind", None, 1, (float("nan"), 0.5)[:contestants], 0),
    )
    return SetResult("waving.mp4", "clip", 120, figures)
