"""High effort in a stream: one look at a time, in a state that is a value."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from knuckle.geometry.rois import letterbox_roi
from knuckle.networks.engine import open_networks
from knuckle.pictures.detector import Detector
from knuckle.pictures.high_effort import tiles_of
from knuckle.streams import step as tracking
from knuckle.streams.spread_search import (
    NEVER_SPREAD,
    PAUSE,
    PAUSE_BESIDE,
    SpreadState,
    is_turn_due,
    likeliest,
    turn,
)
from knuckle.values import Hand, ImageArray
from tests.conftest import SAMPLES, read_rgb

TILES = tiles_of((640, 480), sides=1)


@pytest.fixture(scope="module")
def detector() -> Detector:
    """At high effort, for up to four hands."""
    return Detector.of(open_networks("full"), effort="high", max_hands=4)


def rounds(detector: Detector, image: ImageArray, turns: int) -> tuple[SpreadState, list[Hand]]:
    """The state after some turns, and what they found."""
    state = NEVER_SPREAD
    found: list[Hand] = []
    for i in range(turns):
        state, hands = turn(detector, image, state, i * PAUSE, None, found)
        found += hands
    return state, found


def test_a_round_shows_every_tile_once(detector: Detector) -> None:
    """A look at a tile, a closer look at its palms, the next tile; then the round is over."""
    image = read_rgb(SAMPLES / "three_hands.jpg")
    ends = [i for i in range(4, 9) if not rounds(detector, image, i)[0].left]
    state, found = rounds(detector, image, ends[0] + 1)

    assert 0 == len(state.left) == len(state.places)
    assert state.began == 0
    assert 3 == len(found)
    assert not is_turn_due(state, 10.0, None, is_empty=True)
    assert not is_turn_due(state, 10.0, -1.0, is_empty=True)
    assert is_turn_due(state, 10.0, 9.0, is_empty=True)


def test_the_same_turn_twice_gives_the_same(detector: Detector) -> None:
    """Also from a state that was pickled in the middle of a round."""
    image = read_rgb(SAMPLES / "three_hands.jpg")
    state, _ = rounds(detector, image, 3)
    first, one = turn(detector, image, state, 1.0, None, [])
    second, two = turn(detector, image, pickle.loads(pickle.dumps(state)), 1.0, None, [])

    assert (first.left, first.places, first.time) == (second.left, second.places, second.time)
    assert [h.to_dict() for h in one] == [h.to_dict() for h in two]


def test_a_full_tracker_takes_no_turn(two_hands: ImageArray) -> None:
    """Nor does one at normal effort."""
    networks = open_networks("full")
    for effort, slots, takes in (("high", 2, False), ("high", 3, True), ("normal", 3, False)):
        detector = Detector.of(networks, effort=effort, max_hands=slots)  # type: ignore[arg-type]
        state, _ = tracking.step(tracking.Follower(detector), tracking.TrackState(), two_hands)
        assert takes is (state.spread.time is not None)


def test_turns_keep_a_pause() -> None:
    """And go on until the round is over."""
    state = replace(NEVER_SPREAD, time=1.0, began=0.5, left=(2, 3))

    assert is_turn_due(NEVER_SPREAD, 0.0, None, is_empty=True)
    assert not is_turn_due(state, 1.0 + PAUSE / 2, 1.0, is_empty=True)
    assert is_turn_due(state, 1.0 + PAUSE, None, is_empty=True)
    assert not is_turn_due(state, 1.0 + PAUSE, None, is_empty=False)
    assert is_turn_due(state, 1.0 + PAUSE_BESIDE, None, is_empty=False)
    assert is_turn_due(state, 0.2, None, is_empty=True)  # another clip


def test_the_likeliest_tile_comes_first() -> None:
    """Where a hand was lost, then where most has moved, then in order."""
    before = np.zeros((32, 43, 3), np.uint8)
    scene = before.copy()
    scene[20:, 30:] = 200
    lost = TILES[1]._replace(x=0.9, y=0.1, width=0.1, height=0.13)

    assert 3 == likeliest(TILES, [], scene, before)
    assert 1 == likeliest(TILES, [lost], scene, before)
    assert 0 == likeliest(TILES, [], None, before)
    assert 0 == likeliest(TILES, [letterbox_roi((640, 480))], before, before)
