"""Identity, handedness and motion of the hands of a stream, on made-up hands."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
import pytest
from numpy.typing import NDArray

from knuckle.geometry.rois import roi_from_landmarks
from knuckle.streams.smoothing import SMOOTHING
from knuckle.streams.tracks import REFIND_SECONDS, Track, advance, begin, match, resume
from knuckle.values import Hand
from tests.made_hands import SIZE, hand

STEP = 1 / 30


def track_of(first: Hand, *others: Hand, track_id: int = 1) -> Track:
    """The track of a hand read in frames one after the other, from time 0 on."""
    track = begin(first, track_id, 0.0)
    for i, other in enumerate(others, 1):
        track = advance(track, other, i * STEP, SMOOTHING)
    return track


def test_hands_that_cross_keep_their_tracks() -> None:
    """Where they meet it is their motion that tells them apart, in any order of the list."""
    right = track_of(*(hand(200 + 10 * i) for i in range(8)), track_id=1)
    left = track_of(*(hand(360 - 10 * i) for i in range(8)), track_id=2)
    hands = [hand(290), hand(270)]

    for order in permutations(range(2)):
        pairs = match([right, left], [hands[k] for k in order], 8 * STEP)
        assert {0: 1, 1: 0} == {i: order[j] for i, j in pairs}


def test_left_and_right_tell_hands_apart_that_lie_alike() -> None:
    """Of two readings at one distance a track gets the one of its own handedness."""
    tracks = [track_of(hand(300, handedness="left")), track_of(hand(300), track_id=2)]
    hands = [hand(310), hand(290, handedness="left")]

    assert [(0, 1), (1, 0)] == match(tracks, hands, STEP)


def test_the_total_distance_decides() -> None:
    """The nearest reading is left to whoever has no other."""
    tracks = [track_of(hand(300)), track_of(hand(250), track_id=2)]
    hands = [hand(295), hand(345)]

    assert [(0, 1), (1, 0)] == match(tracks, hands, STEP)


def test_a_hand_far_away_is_another_one() -> None:
    """Not so far away after a while, for it may have gone there."""
    track = track_of(hand(200))

    assert [(0, 0)] == match([track], [hand(280)], STEP)
    assert [] == match([track], [hand(330)], STEP)
    assert [(0, 0)] == match([track], [hand(330)], REFIND_SECONDS)
    assert [] == match([], [hand(330)], STEP) == match([track], [], STEP)


def test_one_reading_does_not_turn_a_left_hand_into_a_right_one() -> None:
    """It needs evidence for some frames; the reading of the frame stays in `raw`."""
    track = track_of(*(hand(300) for _ in range(30)))
    labels = []
    for i in range(60):
        track = advance(track, hand(300, handedness="left"), (30 + i) * STEP, SMOOTHING)
        labels.append(track.hand.handedness)
        assert track.hand.raw is not None
        assert "left" == track.hand.raw.handedness

    assert ["right"] * 10 == labels[:10]
    assert "left" == labels[-1]
    assert 1 == sum(a != b for a, b in pairwise(labels))


def test_readings_that_disagree_do_not_make_a_label_flip() -> None:
    """An ambiguous hand keeps the label that it has."""
    flips = [
        hand(300, handedness="left" if i % 2 else "right", score=0.6 + 0.3 * (i % 2))
        for i in range(60)
    ]
    track, labels = track_of(hand(300)), []
    for i, reading in enumerate(flips, 1):
        track = advance(track, reading, i * STEP, SMOOTHING)
        labels.append(track.hand.handedness)

    assert sum(a != b for a, b in pairwise(labels)) <= 1


def test_the_score_is_that_of_the_label() -> None:
    """More after more readings, and never below a half."""
    once, often = track_of(hand(300, score=0.7)), track_of(*[hand(300, score=0.7)] * 30)
    against = advance(often, hand(300, handedness="left", score=0.99), 31 * STEP, SMOOTHING)

    assert 0.7 == once.hand.handedness_score < often.hand.handedness_score
    assert 0.5 <= against.hand.handedness_score < often.hand.handedness_score


def test_a_hand_that_is_back_has_its_identity_and_a_new_beginning() -> None:
    """Its place is that of the reading, its age that since its birth."""
    track = track_of(*(hand(200 + i) for i in range(5)))
    back = resume(track, hand(330), 1.0)

    assert (1, 1.0) == (back.hand.track_id, back.hand.age)
    np.testing.assert_array_equal(hand(330).points, back.hand.points)
    np.testing.assert_array_equal(0, back.velocity)


def places(track: Track, readings: list[Hand]) -> NDArray[np.float32]:
    """The points of a hand through more frames."""
    found = []
    for i, reading in enumerate(readings, 1):
        track = advance(track, reading, i * STEP, SMOOTHING)
        found.append(track.hand.points)
    return np.array(found)


def test_landmarks_z_and_world_agree() -> None:
    """Each landmark goes the same share of its way in all three."""
    rng = np.random.default_rng(0)
    first = hand(300)
    noise = rng.normal(0, 0.002, (21, 3)).astype(np.float32)
    reading = replace(
        first,
        landmarks=first.landmarks + noise,
        points=(first.landmarks + noise)[:, :2] * np.array(SIZE, np.float32),
        world_landmarks=first.world_landmarks + noise,
    )
    smoothed = track_of(first, reading).hand
    moved = (smoothed.landmarks - first.landmarks) / noise
    world = (smoothed.world_landmarks - first.world_landmarks) / noise

    np.testing.assert_allclose(moved, moved[:, :1] * np.ones(3), rtol=1e-2)
    np.testing.assert_allclose(world, moved, rtol=1e-2)
    assert 0.05 < moved.min() < moved.max() < 1
    assert smoothed.raw is reading


@pytest.mark.parametrize("scale", [0.25, 4.0])
def test_near_and_far_hands_are_smoothed_alike(scale: float) -> None:
    """A picture of another size gives the same hand, in its size."""
    rng = np.random.default_rng(0)
    readings = [hand(300 + shift) for shift in rng.normal(0, 3, 20)]
    size = (round(SIZE[0] * scale), round(SIZE[1] * scale))
    larger = [replace(r, points=r.points * np.float32(scale), image_size=size) for r in readings]
    track, other = begin(readings[0], 1, 0.0), begin(larger[0], 1, 0.0)
    for i in range(1, 20):
        track = advance(track, readings[i], i * STEP, SMOOTHING)
        other = advance(other, larger[i], i * STEP, SMOOTHING)

    np.testing.assert_allclose(other.hand.points, track.hand.points * scale, rtol=1e-4)


def test_without_smoothing_hands_are_as_they_were_read() -> None:
    """And so are the ROIs, which are MediaPipe's then."""
    track = begin(hand(300), 1, 0.0)
    track = advance(track, hand(303), STEP, None)

    np.testing.assert_array_equal(hand(303).landmarks, track.hand.landmarks)
    assert roi_from_landmarks(hand(303).landmarks, SIZE) == track.roi


def test_the_next_place_rests_with_a_still_hand_and_goes_with_a_moving_one() -> None:
    """Smoothing steadies the ROI, too."""
    moving = track_of(*(hand(200 + 8 * i) for i in range(20)))
    raw = [roi_from_landmarks(hand(300 + 0.5 * (-1) ** i).landmarks, SIZE).x for i in range(2)]
    still = [track_of(hand(300), hand(300 + 0.5 * (-1) ** i)).roi.x for i in range(2)]
    behind = roi_from_landmarks(hand(200 + 8 * 19).landmarks, SIZE).x - moving.roi.x

    assert 0 <= behind < 0.05 * moving.roi.width
    assert abs(still[0] - still[1]) < 0.2 * abs(raw[0] - raw[1])


def test_smoothing_mixes_no_pixels_of_two_sizes() -> None:
    """A resting hand whose picture doubles in size stays at rest; a jump would be followed."""
    first = hand(300)
    noisy = hand(300.3)
    size = (2 * SIZE[0], 2 * SIZE[1])
    double = replace(noisy, points=noisy.points * np.float32(2), image_size=size)
    plain = advance(begin(first, 1, 0.0), noisy, STEP, SMOOTHING)
    other = advance(begin(first, 1, 0.0), double, STEP, SMOOTHING)

    np.testing.assert_allclose(other.hand.landmarks, plain.hand.landmarks, atol=1e-6)
    np.testing.assert_allclose(other.hand.points, 2 * plain.hand.points, atol=1e-3)
