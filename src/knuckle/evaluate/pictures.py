"""Evaluation of a set of pictures that every contestant reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

import numpy as np

from ..errors import SourceError
from ..io.pictures import read_picture
from ..values import ImageArray
from .contestants import Contestant
from .datasets.changes import CHANGES, Change, changed
from .metrics.distances import pck_area
from .metrics.figures import PCK_LIMIT, picture_figures
from .metrics.scores import score_pictures
from .results import Case, Curve, PictureSetScores, SetResult
from .values import Dataset, Palm, Prediction, Problem, TrueHand, TruePicture

# Shows progress. It takes the number of pieces, if known, and what they are, such as
# "street: pictures". Call the function it gives once per piece.
Progress = Callable[[int | None, str], AbstractContextManager[Callable[[], None]]]
GoOn = Callable[[], bool]  # False once the run is interrupted

MISSED_CASES = 6  # how many of each kind the gallery shows, at most
FALSE_CASES = 4
ERROR_CASES = 8


@dataclass(slots=True)
class Shown:
    """The pictures that every contestant has read."""

    pictures: list[TruePicture] = field(default_factory=list)
    predictions: list[list[list[Prediction]]] = field(
        default_factory=list
    )  # by contestant, picture
    palms: list[list[list[Palm] | None]] = field(default_factory=list)  # by contestant, picture
    problems: list[Problem] = field(default_factory=list)


def evaluate_pictures(
    dataset: Dataset,
    contestants: Sequence[Contestant],
    *,
    robustness: int,
    progress: Progress,
    go_on: GoOn,
) -> SetResult:
    """Figures, curves and worst cases of a set of pictures.

    robustness: how many pictures are changed for the curves; 0 for none.
    """
    shown = show(dataset, contestants, progress, go_on)
    scores = [
        score_pictures(shown.pictures, predictions, palms)
        for predictions, palms in zip(shown.predictions, shown.palms, strict=True)
    ]
    chosen = choose(shown.pictures, robustness)
    return SetResult(
        name=dataset.name,
        kind="pictures",
        size=len(shown.pictures),
        figures=picture_figures(scores) if shown.pictures else (),
        scores=tuple(scores),
        curves=curves(chosen, contestants, progress, go_on) if chosen else (),
        cases=tuple(worst_cases(shown, scores[0])),
        problems=(*dataset.problems, *shown.problems),
    )


def show(
    dataset: Dataset, contestants: Sequence[Contestant], progress: Progress, go_on: GoOn
) -> Shown:
    """Show every picture to all contestants. One that any of them cannot read is left out."""
    shown = Shown(predictions=[[] for _ in contestants], palms=[[] for _ in contestants])
    with progress(len(dataset.pictures), f"{dataset.name}: pictures") as advance:
        for picture in dataset.pictures:
            if not go_on():
                break
            advance()
            try:
                image = read_picture(picture.path)
            except SourceError as error:
                shown.problems.append(Problem(f"{dataset.name}: {picture.name}", str(error)))
                continue
            _show(shown, dataset.name, picture, image, contestants)
    return shown


def _show(
    shown: Shown,
    name: str,
    picture: TruePicture,
    image: ImageArray,
    contestants: Sequence[Contestant],
) -> None:
    predictions = []
    for contestant in contestants:
        prediction = contestant.read(picture.name, image)
        if prediction is None:
            where = f"{name}: {picture.name}"
            shown.problems.append(Problem(where, f"{contestant.name} has no prediction for it"))
            return
        predictions.append(prediction)
    shown.pictures.append(picture)
    for i, contestant in enumerate(contestants):
        shown.predictions[i].append(predictions[i])
        shown.palms[i].append(contestant.palms(image))


def choose(pictures: Sequence[TruePicture], count: int) -> list[TruePicture]:
    """Choose `count` pictures with landmarks, evenly spread over the set."""
    fit = [p for p in pictures if any(hand.points is not None for hand in p.hands)]
    if len(fit) <= count:
        return fit if count else []
    return [fit[int(i)] for i in np.linspace(0, len(fit) - 1, count)] if count else []


def curves(
    pictures: Sequence[TruePicture],
    contestants: Sequence[Contestant],
    progress: Progress,
    go_on: GoOn,
) -> tuple[Curve, ...]:
    """How each change of the pictures affects each contestant."""
    images = [(picture, read_picture(picture.path)) for picture in pictures]
    live = [contestant for contestant in contestants if contestant.is_live]
    steps = sum(len(change.levels) for change in CHANGES.values())
    found: list[Curve] = []
    with progress(steps, "robustness: levels") as advance:
        for change in CHANGES.values():
            points = []
            for level in change.levels:
                if not go_on():
                    return tuple(found)
                points.append(_points(change, level, images, contestants, live))
                advance()
            found.append(_curve(change, points))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Point:
    """One contestant at one level."""

    recall: float = np.nan
    error: float = np.nan
    pck_area: float = np.nan


def _points(
    change: Change,
    level: float,
    images: Iterable[tuple[TruePicture, ImageArray]],
    contestants: Sequence[Contestant],
    live: Sequence[Contestant],
) -> list[_Point]:
    """Measure the contestants at one level of a change. Recorded ones have no point."""
    pictures: list[TruePicture] = []
    predictions: list[list[list[Prediction]]] = [[] for _ in live]
    for picture, image in images:
        result = changed(change, level, image, picture.hands)
        if result is None:
            continue
        pixels, hands = result
        pictures.append(_with_hands(picture, hands))
        for mine, contestant in zip(predictions, live, strict=True):
            mine.append(contestant.read(picture.name, pixels) or [])
    points = [_point(score_pictures(pictures, mine, [None] * len(mine))) for mine in predictions]
    by_contestant = dict(zip(live, points, strict=True)) if pictures else {}
    return [by_contestant.get(contestant, _Point()) for contestant in contestants]


def _with_hands(picture: TruePicture, hands: tuple[TrueHand, ...]) -> TruePicture:
    return replace(picture, hands=hands)


def _point(scores: PictureSetScores) -> _Point:
    hands = scores.hands
    shares = hands.shares.ravel()
    errors = hands.error[~np.isnan(hands.error)]
    return _Point(
        recall=float(hands.found.mean()) if len(hands.found) else np.nan,
        error=float(errors.mean()) if len(errors) else np.nan,
        pck_area=float(pck_area(shares, np.ones(len(shares)), PCK_LIMIT)),
    )


def _curve(change: Change, points: Sequence[Sequence[_Point]]) -> Curve:
    """points: by level, then by contestant."""
    by_contestant = list(zip(*points, strict=True))

    def column(name: str) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(getattr(p, name) for p in mine) for mine in by_contestant)

    return Curve(
        change=change.name,
        axis=change.axis,
        levels=tuple(change.levels),
        plain=change.plain,
        recall=column("recall"),
        error=column("error"),
        pck_area=column("pck_area"),
    )


def worst_cases(shown: Shown, scores: PictureSetScores) -> list[Case]:
    """The pictures in which the first contestant is worst: missed hands, false hands, large errors.

    A picture appears only once.
    """
    hands, pictures = scores.hands, scores.pictures
    missed = np.flatnonzero(pictures.found < pictures.sought)
    false = np.flatnonzero(np.nan_to_num(pictures.false) > 0)
    known = np.flatnonzero(~np.isnan(hands.error))
    worst = known[np.argsort(-hands.error[known], kind="stable")]
    reasons: dict[int, str] = {}
    for i in missed[:MISSED_CASES].tolist():
        reasons[i] = f"missed {pictures.sought[i] - pictures.found[i]} of {pictures.sought[i]}"
    for i in false[:FALSE_CASES].tolist():
        reasons.setdefault(i, f"false hands: {pictures.false[i]:.0f}")
    for hand in worst[:ERROR_CASES].tolist():
        text = f"error {hands.error[hand]:.2f} palm lengths"
        reasons.setdefault(int(hands.picture[hand]), text)
    return [
        Case(shown.pictures[i], reason, tuple(tuple(mine[i]) for mine in shown.predictions))
        for i, reason in reasons.items()
    ]
