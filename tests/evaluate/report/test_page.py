from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest

from knuckle.evaluate.evaluation import evaluate
from knuckle.evaluate.report.page import page
from knuckle.evaluate.report.record import record
from knuckle.evaluate.results import LEAST_PIECES, Evaluation, Figure, SetResult
from knuckle.evaluate.values import Dataset, Problem, TruePicture
from tests.conftest import SAMPLES
from tests.evaluate.evaluations import one_contestant, two_contestants
from tests.evaluate.hands import prediction, true_hand
from tests.evaluate.test_pictures import Fake

LOADING = ("src", "href", "xlink:href", "data", "action", "poster")


text_of = cache(page)  # plots take their time


class Elements(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the element and what it would load."""
        self.tags.append(tag)
        self.loads += [value or "" for name, value in attrs if name in LOADING]

    def handle_data(self, data: str) -> None:
        """Remember the text."""
        self.text += data


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    """Two contestants on a sample picture; one is off, the other misses the hand."""
    pictures = [
        TruePicture("open_palm.jpg", SAMPLES / "open_palm.jpg", (true_hand((300, 300)),), 1),
        TruePicture("<b>&.jpg", SAMPLES / "no_hands.jpg", (), 0),
        TruePicture("gone.jpg", SAMPLES / "gone.jpg", (), 0),
    ]
    predictions = {"open_palm.jpg": [prediction((308, 300))], "<b>&.jpg": []}
    ours, theirs = (
        Fake(predictions, name="ours <1>"),
        Fake({name: [] for name in predictions}, name="theirs"),
    )
    dataset = Dataset("set & co", tuple(pictures), problems=(Problem("a<b", 'is "odd"'),))
    return evaluate([(dataset, [ours, theirs])], robustness=1)


def test_the_page_loads_nothing(evaluation: Evaluation) -> None:
    """Every reference is to the page itself or holds its data; nothing runs."""
    text = text_of(evaluation)
    elements = Elements(text)

    assert all(load.startswith(("#", "data:image/jpeg;base64,")) for load in elements.loads)
    assert not re.search(r"url\((?!#)", text)
    assert "script" not in elements.tags
    assert "link" not in elements.tags


def test_the_page_says_everything(evaluation: Evaluation) -> None:
    """Every figure with its meaning, every problem, a plot for each, names as they are."""
    elements = Elements(text_of(evaluation))
    [result] = evaluation.sets

    assert all(figure.name in elements.text for figure in result.figures)
    assert all(figure.meaning in elements.text for figure in result.figures)
    assert 'a<b: is "odd"' in elements.text
    assert "gone.jpg" in elements.text
    assert "set & co" in elements.text
    assert "ours <1>" in elements.text
    assert 3 + len(result.curves) == elements.tags.count("svg")
    assert "b" not in elements.tags


def test_the_worst_case_is_shown_as_a_picture(evaluation: Evaluation) -> None:
    """A JPEG in the page, and why."""
    text = text_of(evaluation)

    assert 1 == text.count("data:image/jpeg;base64,")
    assert "error 0.20 palm lengths" in text


def test_undefined_values_are_a_dash_and_null(evaluation: Evaluation) -> None:
    """The contestant that misses the hand has no error."""
    figures = {f["name"]: f for f in record(evaluation)["sets"][0]["figures"]}
    error = next(f for f in evaluation.sets[0].figures if f.name == "mean error")

    assert math.isnan(error.values[1])
    assert None is figures["mean error"]["values"][1]
    assert "nan" not in Elements(text_of(evaluation)).text.lower().split()


def test_the_record_is_json(evaluation: Evaluation) -> None:
    """It goes there and back, with the scores of every hand."""
    plain = record(evaluation)
    hands = plain["sets"][0]["scores"][0]["hands"]

    assert plain == json.loads(json.dumps(plain, allow_nan=False))
    assert pytest.approx(0.2) == hands["error"][0]
    assert 21 == len(hands["joints"][0])
    assert ["a<b", "set & co: gone.jpg"] == [p["where"] for p in plain["problems"]]


def test_verdicts_need_an_interval_without_zero() -> None:
    """Higher or lower is better by the figure; an interval with 0 says nothing."""
    figures = [
        Figure("up", "m", "higher", 2, (1.0, 0.5), 3, 0.5, (0.1, 0.9)),
        Figure("down", "m", "lower", 2, (1.0, 0.5), 3, 0.5, (0.1, 0.9)),
        Figure("even", "m", "lower", 2, (1.0, 0.5), 3, 0.5, (-0.1, 0.9)),
    ]
    result = SetResult("s", "clip", 3, tuple(figures))
    text = page(Evaluation(("a", "b"), (result,), "now", "here"))

    assert ["better", "worse", ""] == re.findall(r'<td class="(\w*)">', text)


def test_a_handful_of_pictures_is_no_verdict() -> None:
    """Three that all go one way leave 0 out by themselves."""
    figure = Figure("up", "m", "higher", 2, (0.5, 1.0), 3, -0.5, (-0.9, -0.1), pieces=3)
    text = page(Evaluation(("a", "b"), (SetResult("s", "pictures", 3, (figure,)),), "now", "here"))

    assert ["too few to tell"] == re.findall(r'<td class="">(.+)</td><td>3</td>', text)
    assert 'class="worse"' not in text


def test_a_verdict_needs_pictures_enough() -> None:
    """And says that there is no difference where the interval holds 0."""
    few, enough = LEAST_PIECES - 1, LEAST_PIECES
    figure = Figure("down", "m", "lower", 2, (0.5, 1.0), 3, -0.5, (-0.9, -0.1), pieces=enough)

    assert "better" == figure.verdict
    assert "worse" == replace(figure, better="higher").verdict
    assert "no difference seen" == replace(figure, interval=(-0.9, 0.0)).verdict
    assert "too few to tell" == replace(figure, pieces=few).verdict
    assert None is replace(figure, interval=None).verdict


@pytest.mark.parametrize("sets", [(), (SetResult("s", "pictures", 0, ()),)])
def test_nothing_evaluated_is_a_page_too(sets: tuple[SetResult, ...]) -> None:
    """No set, or one without a picture that could be used."""
    text = page(Evaluation(("a",), sets, "now", "here"))

    assert "evaluate: a" in text


def test_one_contestant_has_no_differences() -> None:
    """No column for them."""
    result = SetResult("s", "clip", 3, (Figure("up", "m", "higher", 2, (1.0,), 3),))

    assert "difference" not in Elements(page(Evaluation(("a",), (result,), "now", "here"))).text


def test_ids_of_the_page_are_unique() -> None:
    """Plots bring their own, and all share the page."""
    ids = re.findall(r'\sid="([^"]+)"', text_of(two_contestants()))

    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("name", [r"$\foo$", "a $ b $", "_private", "x" * 80])
def test_names_that_matplotlib_reads_in_its_own_way(name: str) -> None:
    """Mathematics, labels to be left out and names longer than a plot are names like others."""
    whole = two_contestants()
    brief = replace(whole.sets[0], curves=(), cases=())
    text = page(replace(whole, contestants=(name, "b"), sets=(brief,)))

    assert name in Elements(text).text


@pytest.mark.parametrize("make", [one_contestant, two_contestants])
def test_whole_evaluations_are_pages(make: Callable[[], Evaluation]) -> None:
    """With and without key points, a clip, a picture that is gone; names are no HTML."""
    evaluation = make()
    text = text_of(evaluation)
    elements = Elements(text)

    assert all(name in elements.text for name in evaluation.contestants)
    assert all(result.name in elements.text for result in evaluation.sets)
    assert all(f"{p.where}: {p.what}" in elements.text for p in evaluation.problems)
    assert "this picture can no longer be read" in elements.text
    assert 3 + len(evaluation.sets[0].curves) == elements.tags.count("svg")
    assert not {"full", "lost", "b", "script"} & set(elements.tags)


def test_one_thing_is_no_plural() -> None:
    """Of pictures and of problems."""
    result = SetResult("s", "pictures", 1, (), problems=(Problem("a", "is gone"),))
    text = Elements(page(Evaluation(("a",), (result,), "now", "here"))).text

    assert "1 picture\n" in text
    assert "1 thing could" in text
