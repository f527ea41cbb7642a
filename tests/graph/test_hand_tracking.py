"""The tracking graph and the loop of `mp.solutions.hands` say the same, to the last bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from knuckle.graph.config import GraphConfig
from knuckle.graph.library import load
from knuckle.graph.texts.reading import read_graph
from tests.conftest import DATA, SAMPLES

from .tracking import Answer, answers_of_graph, answers_of_loop, pictures

CLIP = SAMPLES / "two_hands.mp4"
VIDEOS = ("asl_hand.25fps.mp4", "reaching_hand.mp4", "thumb_up_woman.mp4")


@pytest.fixture(scope="module")
def tracking() -> GraphConfig:
    """Our tracking graph."""
    return load("hand_landmark_tracking")


@pytest.fixture(scope="session")
def wheel_graph(wheel_file: Path) -> GraphConfig:
    """The tracking graph in the wheel from which the build takes the networks."""
    return read_graph(wheel_file)


def first_difference(expected: list[Answer], found: list[Answer]) -> str:
    """Where two lists of answers differ first: the picture and the fields; "" if nowhere."""
    assert len(expected) == len(found)
    for index, (one, other) in enumerate(zip(expected, found, strict=True)):
        if one != other:
            fields = (n for n in one._fields if getattr(one, n) != getattr(other, n))
            return f"picture {index}: {', '.join(fields)}"
    return ""


@pytest.mark.parametrize("complexity", [0, 1])
def test_the_graph_equals_the_loop(tracking: GraphConfig, complexity: int) -> None:
    """Landmarks, world landmarks, handedness, palms and both kinds of region, in all pictures."""
    images = pictures(CLIP)
    expected = list(answers_of_loop(images, complexity=complexity))
    found = list(answers_of_graph(tracking, images, complexity=complexity))

    assert "" == first_difference(expected, found)
    assert 2 == max(len(answer.landmarks) for answer in found)


@pytest.mark.parametrize(
    "options",
    [{"hands": 1}, {"hands": 4, "complexity": 0}, {"follows": False}, {"exact": True}],
    ids=str,
)
def test_the_graph_equals_the_loop_with_options(
    tracking: GraphConfig, options: dict[str, Any]
) -> None:
    """Other numbers of hands, unrelated pictures, and MediaPipe's warp."""
    images = pictures(CLIP, 30)
    expected = list(answers_of_loop(images, **options))

    assert "" == first_difference(expected, list(answers_of_graph(tracking, images, **options)))


@pytest.mark.data
@pytest.mark.parametrize("complexity", [0, 1])
@pytest.mark.parametrize("name", VIDEOS)
def test_the_graph_equals_the_loop_on_videos(
    tracking: GraphConfig, name: str, complexity: int
) -> None:
    """As on the sample clip; the first pictures, to save time."""
    images = pictures(DATA / "videos" / name, 60)
    expected = list(answers_of_loop(images, complexity=complexity))
    found = list(answers_of_graph(tracking, images, complexity=complexity))

    assert "" == first_difference(expected, found)


@pytest.mark.parametrize(
    "options", [{}, {"complexity": 0, "hands": 1}, {"follows": False}], ids=str
)
def test_the_graph_of_the_wheel_runs_unmodified(
    wheel_graph: GraphConfig, options: dict[str, Any]
) -> None:
    """MediaPipe's own binary file, and its subgraphs from our package."""
    images = pictures(CLIP, 40)
    expected = list(answers_of_loop(images, **options))

    assert "" == first_difference(expected, list(answers_of_graph(wheel_graph, images, **options)))
