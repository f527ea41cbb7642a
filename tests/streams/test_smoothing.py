"""How a smoothed hand follows its readings: by time and in its own size, digit by digit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from knuckle.spec import Landmark
from knuckle.streams.smoothing import SMOOTHING, follow_share, landmark_shares

INDEX = slice(Landmark.INDEX_MCP, Landmark.MIDDLE_MCP)
Place = Callable[[float], float]


def follow(
    place: Place, fps: float, noise: float = 0.0, seconds: float = 2.0
) -> NDArray[np.float64]:
    """What becomes of a hand that is at a place (palm sizes) at each time of two seconds."""
    times = np.arange(int(2 * fps)) / fps
    smoothed = np.full((21, 2), place(0.0))
    track = []
    for time in times:
        reading = np.full((21, 2), place(float(time)))
        offsets = (reading - smoothed).astype(np.float32)
        smoothed = smoothed + landmark_shares(offsets, 1 / fps, SMOOTHING) * (reading - smoothed)
        track.append(smoothed.mean())
    return np.array(track)


def test_shares_lie_between_none_and_all() -> None:
    """Nothing of the way in no time, and all of a long one; more the farther off it is."""
    offsets = [0.0, 0.01, 0.03, 0.06, 1.0, 1e4]
    shares = [follow_share(offset, 1 / 30, SMOOTHING) for offset in offsets]

    assert (np.diff(shares) >= 0).all()
    assert 0 < shares[0] < 0.15
    assert 0.6 < shares[2] < 0.75
    assert shares[3] > 0.99
    assert 1 == shares[-1]
    assert {0.0} == {follow_share(offset, 0.0, SMOOTHING) for offset in offsets}


@pytest.mark.parametrize("speed", [0.25, 1.0, 4.0])
@pytest.mark.parametrize("fps", [15.0, 30.0, 60.0, 120.0])
def test_a_moving_hand_is_a_little_behind_at_any_rate(fps: float, speed: float) -> None:
    """By one and a half times the tolerance at most, at any speed (palm sizes per second)."""
    track = follow(lambda time: speed * time, fps)
    behind = speed * np.arange(len(track)) / fps - track

    assert behind.min() > -1e-6
    assert behind.max() < 1.5 * SMOOTHING.tolerance


def test_a_jump_is_followed_at_once() -> None:
    """By half a palm: in the same frame, all but a thousandth."""
    track = follow(lambda t: 0.5 if t >= 1 else 0.0, 30.0)

    np.testing.assert_allclose(track[:30], 0, atol=1e-6)
    np.testing.assert_allclose(track[30:], 0.5, atol=1e-3)


def test_noise_within_the_tolerance_is_taken_out() -> None:
    """Of a hand that rests, all but an eighth of it."""
    noise = SMOOTHING.tolerance / 4
    rng = np.random.default_rng(0)
    smoothed, places = np.zeros((21, 2)), []
    for _ in range(200):
        reading = rng.normal(0, noise, (21, 2))
        offsets = (reading - smoothed).astype(np.float32)
        smoothed = smoothed + landmark_shares(offsets, 1 / 30, SMOOTHING) * (reading - smoothed)
        places.append(smoothed)
    bends = np.diff(np.array(places[20:]), 2, axis=0)
    raw = noise * np.sqrt(6)

    assert bends.std() < raw / 8


def test_a_finger_moves_by_itself() -> None:
    """The others stay calm, and do not hold it back."""
    offsets = np.zeros((21, 2), np.float32)
    offsets[INDEX] = 0.06
    shares = landmark_shares(offsets, 1 / 30, SMOOTHING)[:, 0]
    alone = follow_share(0.06 * np.sqrt(2), 1 / 30, SMOOTHING)

    np.testing.assert_allclose(shares[INDEX], alone, rtol=1e-5)
    assert np.delete(shares, INDEX).max() < 0.9 * alone


def test_what_moves_as_a_whole_is_followed_as_a_whole() -> None:
    """A digit that happens to be still goes with the rest."""
    offsets = np.full((21, 2), 0.06, np.float32)
    offsets[INDEX] = 0
    shares = landmark_shares(offsets, 1 / 30, SMOOTHING)

    assert shares[INDEX].min() > 0.9
