from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from knuckle.evaluate.datasets.changes import CHANGES
from knuckle.evaluate.pictures import choose, evaluate_pictures
from knuckle.evaluate.results import SetResult
from knuckle.evaluate.values import Dataset, Palm, Prediction, Problem, TrueHand, TruePicture
from knuckle.values import Frame, ImageArray
from tests.evaluate.hands import prediction, true_hand


class Fake:
    """A contestant that predicts what it was told, by the picture's name."""

    def __init__(
        self, predictions: dict[str, list[Prediction]], *, name: str = "fake", is_live: bool = True
    ) -> None:
        self.name = name
        self.is_live = is_live
        self.predictions = predictions
        self.sizes: list[tuple[int, ...]] = []

    def read(self, name: str, image: ImageArray) -> list[Prediction] | None:
        """What it was told for the name; the picture is only looked at for its size."""
        self.sizes.append(image.shape)
        return self.predictions.get(name)

    def palms(self, image: ImageArray) -> list[Palm] | None:
        """None."""
        return None

    def follow(self, name: str) -> Callable[[Frame], list[Prediction] | None]:
        """The same for every frame."""
        return lambda frame: self.read(name, frame.image)


@contextmanager
def silent(total: int | None, title: str) -> Iterator[Callable[[], None]]:
    """No bar."""
    yield lambda: None


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """Four pictures: a hand, a hand, none, and one that is not there."""
    for name in "abc":
        Image.fromarray(np.full((120, 100, 3), 90, np.uint8)).save(tmp_path / f"{name}.png")
    hands: dict[str, tuple[TrueHand, ...]] = {"a": (true_hand(),), "b": (true_hand(),)}
    pictures = [
        TruePicture(name, tmp_path / f"{name}.png", hands.get(name, ()), len(hands.get(name, ())))
        for name in "abcd"
    ]
    return Dataset("set", tuple(pictures), problems=(Problem("set: e", "is odd"),))


def evaluated(dataset: Dataset, *contestants: Fake, robustness: int = 0) -> SetResult:
    """The set, shown to the contestants."""
    return evaluate_pictures(
        dataset, contestants, robustness=robustness, progress=silent, go_on=lambda: True
    )


def test_what_cannot_be_used_is_listed(dataset: Dataset) -> None:
    """A picture that is not there stands with the problems that the reader found."""
    result = evaluated(dataset, Fake({name: [] for name in "abcd"}))

    assert 3 == result.size
    assert ["set: e", "set: d"] == [problem.where for problem in result.problems]
    assert "does not exist" in result.problems[1].what


def test_all_contestants_are_judged_on_the_same_pictures(dataset: Dataset) -> None:
    """One has no prediction to `a`: nobody is judged on it, and it is said."""
    all_known = Fake({"a": [prediction()], "b": [], "c": []})
    recorded = Fake({"b": [prediction()], "c": []}, name="other", is_live=False)
    result = evaluated(dataset, all_known, recorded)
    recall = next(figure for figure in result.figures if figure.name == "recall")

    assert 2 == result.size
    assert (0.0, 1.0) == recall.values
    assert "other has no prediction for it" in [problem.what for problem in result.problems]


def test_the_worst_pictures_come_with_their_reason(dataset: Dataset) -> None:
    """A hand that was missed, a false one, and one that is off."""
    result = evaluated(dataset, Fake({"a": [], "b": [prediction((8, 0))], "c": [prediction()]}))

    assert {
        "a": "missed 1 of 1",
        "b": "error 0.20 palm lengths",
        "c": "false hands: 1",
    } == {case.picture.name: case.reason for case in result.cases}


def test_curves_have_a_point_for_every_level(dataset: Dataset) -> None:
    """Pictures are changed and shown again; the plain level is as good as the set itself."""
    fake = Fake({"a": [prediction()], "b": [prediction()], "c": []})
    result = evaluated(dataset, fake, robustness=5)

    assert [*CHANGES] == [curve.change for curve in result.curves]
    assert all(len(curve.levels) == len(curve.recall[0]) for curve in result.curves)
    noise = next(curve for curve in result.curves if curve.change == "noise")
    assert 1.0 == noise.recall[0][0]
    assert 0.0 == noise.error[0][0]
    assert 1.0 == noise.pck_area[0][0]


def test_recorded_answers_have_no_curves(dataset: Dataset) -> None:
    """What was recorded says nothing about changed pictures: NaN, not zero."""
    known = {"a": [prediction()], "b": [prediction()], "c": []}
    result = evaluated(dataset, Fake(known), Fake(known, is_live=False), robustness=5)

    assert all(np.isnan(curve.recall[1]).all() for curve in result.curves)
    assert not any(np.isnan(curve.recall[0]).all() for curve in result.curves[2:])


def test_an_interrupted_run_keeps_what_it_has(dataset: Dataset) -> None:
    """After two pictures somebody wants the end: figures are those of two."""
    asked = iter([True, True, False, False])
    fake = Fake({"a": [prediction()], "b": [prediction()], "c": []})
    result = evaluate_pictures(
        dataset, [fake], robustness=0, progress=silent, go_on=lambda: next(asked)
    )

    assert 2 == result.size


def test_pictures_for_curves_are_spread_over_the_set() -> None:
    """Of ten with landmarks every third; those without are never chosen."""
    pictures = [TruePicture(str(i), Path(), (true_hand(),), 1) for i in range(10)]
    boxes = [TruePicture("box", Path(), (true_hand(points=None),), 1)]

    assert ["0", "3", "6", "9"] == [p.name for p in choose(pictures, 4)]
    assert [] == choose(pictures, 0)
    assert [] == choose(boxes, 4)
