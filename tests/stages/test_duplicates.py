"""When two readings are one hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import knuckle
from knuckle.compat.mediapipe.loops import tasks_detect
from knuckle.stages.duplicates import is_duplicate, is_same_hand
from knuckle.values import FloatArray
from tests.conftest import read_rgb
from tests.detectors import a_detector
from tests.geometry.test_rois import hand


def test_a_hand_is_its_own_duplicate() -> None:
    """All landmarks meet."""
    assert is_duplicate(hand(), hand())


@pytest.mark.parametrize(("shift", "expected"), [(0.19, True), (0.21, False)])
def test_a_fifth_of_a_palm_apart_is_another_hand(shift: float, expected: bool) -> None:
    """The distance is measured by the longest side of the palm."""
    points = hand()
    palm = max(np.linalg.norm(points[a] - points[b]) for a, b in ((0, 5), (5, 17), (17, 0)))

    assert expected is is_duplicate(points, points + np.array([shift * palm, 0]))


def test_ten_landmarks_are_enough() -> None:
    """A reading that shares ten landmarks with another is a duplicate; nine are too few."""
    points = hand()
    for shared, expected in ((10, True), (9, False)):
        other = points.copy()
        other[shared:] += (60, 40)
        assert expected is is_duplicate(points, other)


def test_it_does_not_matter_which_comes_first() -> None:
    """The larger palm gives the measure either way."""
    small, large = hand(scale=0.8), hand()

    assert is_duplicate(small, large) == is_duplicate(large, small)


def turned(points: FloatArray, degrees: float, about: tuple[float, float]) -> FloatArray:
    """Points turned clockwise on the screen about a place."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turn = np.array([[cos, -sin], [sin, cos]])
    return ((points - about) @ turn.T + about).astype(np.float32)


def palm_of(points: FloatArray) -> float:
    """The longest side of the palm's triangle."""
    return max(float(np.linalg.norm(points[a] - points[b])) for a, b in ((0, 5), (5, 17), (17, 0)))


def fist(scale: float = 1.0) -> FloatArray:
    """The open hand with every finger folded back onto the palm; (21, 2)."""
    points = hand(scale=scale)
    for mcp in range(5, 21, 4):
        points[mcp + 2] = points[mcp] + (0, 10 * scale)
        points[mcp + 3] = points[mcp] + (0, 30 * scale)
    return points


@pytest.mark.parametrize("pose", [hand, fist])
def test_a_hand_that_moved_is_the_same_hand(pose: Callable[..., FloatArray]) -> None:
    """A reading at where it was, a third of a palm away: upstream's rule lets it pass."""
    points = pose()
    moved = points + np.array([0, 0.33 * palm_of(points)], np.float32)

    assert is_same_hand(points, moved)
    assert not is_duplicate(points, moved)


@pytest.mark.parametrize("degrees", [0, 90, 180])
@pytest.mark.parametrize("place", [5, 9, 10])
def test_a_small_reading_inside_a_large_one_is_the_same_hand(place: int, degrees: int) -> None:
    """A finger or a palm taken for a hand, whichever way it points."""
    points = hand()
    inside = hand(scale=0.3)
    inside += points[place] - inside.mean(axis=0)
    inside = turned(inside, degrees, tuple(points[place]))

    assert is_same_hand(points, inside)
    assert is_same_hand(inside, points)


def test_a_small_hand_beside_a_large_one_is_another() -> None:
    """Near enough for the boxes to meet, but on none of its bones."""
    points = hand()
    beside = hand(scale=0.3)
    place = points[[4, 8]].mean(axis=0) - np.array([60, 20], np.float32)
    beside += place - beside.mean(axis=0)

    assert not is_same_hand(points, beside)


@pytest.mark.parametrize("pose", [hand, fist])
@pytest.mark.parametrize("degrees", [60, 90, 120, 180])
def test_crossed_hands_are_two(pose: Callable[..., FloatArray], degrees: int) -> None:
    """One across the other, palm on palm."""
    points = pose()
    centre = points[[0, 5, 17]].mean(axis=0)
    mirrored = points * (-1, 1) + (2 * centre[0], 0)
    other = turned(mirrored.astype(np.float32), degrees, tuple(centre))

    assert not is_same_hand(points, other)


@pytest.mark.parametrize("degrees", [90, 120, 150, 180])
@pytest.mark.parametrize("scale", [1.0, 0.85])
def test_clasped_hands_are_two(degrees: int, scale: float) -> None:
    """Fingers between fingers: the tips of one at the other's knuckles, wrists apart."""
    points = hand()
    middle = points[[8, 12, 16]].mean(axis=0)
    other = hand(scale=scale) * (-1, 1)
    other += points[9:12].mean(axis=0) - other[9:12].mean(axis=0)
    other = turned(other.astype(np.float32), degrees, tuple((middle + points[9]) / 2))

    assert not is_same_hand(points, other)


def test_hands_side_by_side_are_two() -> None:
    """With their thumbs on one another."""
    points = hand()
    other = points * (-1, 1)
    other += points[4] - other[4]

    assert not is_same_hand(points, other.astype(np.float32))


@given(shift=st.floats(-100, 100), degrees=st.floats(-180, 180), scale=st.floats(0.1, 3))
def test_neither_order_nor_size_nor_place_matters(
    shift: float, degrees: float, scale: float
) -> None:
    """The rule is symmetric, and the same for the whole picture made larger, turned and moved."""
    points, other = hand(), turned(hand(scale=0.7), 20, (320, 200)) + np.float32(5)
    expected = is_same_hand(points, other)
    first, second = (
        turned(p * np.float32(scale), degrees, (0, 0)) + np.float32(shift) for p in (points, other)
    )

    assert expected is is_same_hand(other, points)
    assert expected is is_same_hand(first, second)


def test_readings_without_a_size_are_compared() -> None:
    """All landmarks on one spot: nothing overflows, and nothing is the same."""
    spot = np.full((21, 2), 7, np.float32)

    assert not is_same_hand(spot, spot + 1)


@pytest.mark.data
def test_what_upstreams_rule_lets_pass_is_one_hand(data: Path) -> None:
    """A small reading inside a fist, and a hand that moved between two frames: once each.

    MediaPipe's Tasks API, whose rule it is, has the first one twice.
    """
    picture = read_rgb(data / "sign_digits" / "images" / "0_IMG_4059.JPG")
    twice = tasks_detect(a_detector(), picture)
    with (
        knuckle.open_source(data / "videos" / "thumb_up_woman.mp4") as frames,
        knuckle.Tracker(search=knuckle.EveryFrame()) as track,
    ):
        moved = [len(track(f)) for f in frames if 25 <= f.index < 50 and (f.index - 25) % 3 == 0]

    assert 2 == len(twice)
    assert not is_duplicate(twice[0].points, twice[1].points)
    assert is_same_hand(twice[0].points, twice[1].points)
    assert 1 == len(knuckle.detect(picture))
    assert {1} == set(moved)
