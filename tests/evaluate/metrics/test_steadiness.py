from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from knuckle.evaluate.metrics.steadiness import (
    Speeds,
    accelerations,
    delay,
    dropouts,
    handedness_flips,
    identity_changes,
)
from knuckle.evaluate.metrics.tracklets import Tracklet, link
from knuckle.evaluate.results import Bools
from knuckle.evaluate.values import Array, Prediction
from knuckle.values import Handedness
from tests.evaluate.hands import PALM, POINTS, prediction

FPS = 25


def times(count: int) -> list[float]:
    """Of frames at 25 per second."""
    return [i / FPS for i in range(count)]


def moving(xs: Sequence[float] | Array) -> list[list[Prediction]]:
    """One hand that is so far to the right in each frame, pixels."""
    return [[prediction((float(x), 0))] for x in xs]


def tracklets(frames: Sequence[Sequence[Prediction]]) -> list[Tracklet]:
    """Linked at 25 frames per second."""
    return link(frames, times(len(frames)))


def bends(xs: Sequence[float] | Array) -> tuple[Array, Bools]:
    """Acceleration and stillness of a hand that is its own raw signal."""
    found = tracklets(moving(xs))
    result = accelerations(found, Speeds(found, times(len(xs))))
    return result.value, result.still


def test_a_hand_is_followed_whatever_its_place_in_the_list() -> None:
    """Two hands that swap places: two tracklets, each with its own hand."""
    here, there = prediction(), prediction((300, 0))
    found = tracklets([[here, there], [there, here], [here, there]])

    assert [[0, 1, 0], [1, 0, 1]] == [tracklet.identity for tracklet in found]
    assert [[0, 1, 2]] * 2 == [tracklet.frames for tracklet in found]


def test_hands_that_pass_each_other_stay_themselves() -> None:
    """One goes right, one left, two palms above one another: nearest wins in every frame."""
    xs = np.linspace(0, 200, 21)
    frames = [[prediction((x, 0)), prediction((200 - x, 80))] for x in xs]

    assert [[0] * 21, [1] * 21] == [tracklet.identity for tracklet in tracklets(frames)]


def test_a_hand_that_is_back_within_a_second_is_the_same() -> None:
    """Away for three frames: one tracklet with a gap. Away for two seconds: two tracklets."""
    short = [[prediction()], [], [], [], [prediction()]]
    long = [[prediction()], *[[]] * 50, [prediction()]]

    assert [[0, 4]] == [tracklet.frames for tracklet in tracklets(short)]
    assert 1 == dropouts(tracklets(short))
    assert [[0], [51]] == [tracklet.frames for tracklet in tracklets(long)]
    assert 0 == dropouts(tracklets(long))


def test_a_palm_that_points_at_the_camera_does_not_end_a_thread() -> None:
    """Its length is next to nothing for a frame; the unit is that of the frames before."""
    collapsed = POINTS.copy()
    collapsed[9] = collapsed[0] + 0.1
    frames = [[prediction()], [prediction(points=collapsed)], [prediction()]]

    assert 1 == len(tracklets(frames))


def test_a_reading_that_has_gone_does_not_take_the_hand_of_one_that_is_there() -> None:
    """Twice on one hand for two frames, then once: the one that is left goes on."""
    frames = [
        [prediction(), prediction((6, 0))],
        [prediction((4, 0)), prediction((10, 0))],
        [prediction((9, 0))],
        [prediction((10, 0))],
    ]

    assert 0 == dropouts(tracklets(frames))


def test_a_jump_is_another_hand() -> None:
    """Five palms away in one frame."""
    assert 2 == len(tracklets([[prediction()], [prediction((5 * PALM, 0))]]))


def test_a_second_answer_on_one_hand_is_a_thread_of_its_own() -> None:
    """It does not take the first one's place."""
    frames = [[prediction(), prediction((1, 0))]] * 3

    assert [[0, 0, 0], [1, 1, 1]] == [tracklet.identity for tracklet in tracklets(frames)]


def test_flips_and_identities_are_counted_where_they_change() -> None:
    """Left for one frame of four is two flips; identities given beat places in the list."""
    labels: list[Handedness | None] = ["right", "left", None, "right"]
    frames = [[prediction(handedness=label, id=7)] for label in labels]
    swapped = [[prediction(), prediction((300, 0))], [prediction((300, 0)), prediction()]]

    assert 2 == handedness_flips(tracklets(frames))
    assert 0 == identity_changes(tracklets(frames))
    assert 2 == identity_changes(tracklets(swapped))


def test_a_hand_at_rest_or_in_even_motion_does_not_jitter() -> None:
    """Constant place, constant speed: no acceleration."""
    np.testing.assert_allclose(0, bends([0.0] * 10)[0])
    np.testing.assert_allclose(0, bends(np.arange(10.0))[0], atol=1e-12)


def test_known_accelerations() -> None:
    """A parabola, t^2, bends by 2 pixels a frame^2; +-1 px of noise from frame to frame by 4."""
    np.testing.assert_allclose(2 / PALM, bends(np.arange(10.0) ** 2 / 1)[0][:5])
    np.testing.assert_allclose(4 / PALM, bends([(-1.0) ** i for i in range(10)])[0])


def test_gaps_bend_nothing() -> None:
    """Only hands with both neighbours have an acceleration."""
    frames = [[prediction()], [prediction()], [], [prediction()], [prediction()], [prediction()]]
    found = tracklets(frames)
    result = accelerations(found, Speeds(found, times(6)))

    assert [4] == result.frame.tolist()


def test_still_is_slower_than_half_a_palm_per_second() -> None:
    """Noise does not make a resting hand move; a slow drift is still, a fast one is not."""
    noise = 0.3 * np.random.default_rng(0).normal(size=30)
    slow, fast = (speed * PALM / FPS * np.arange(30.0) for speed in (0.4, 0.6))

    assert bends(noise)[1].all()
    assert bends(slow)[1].all()
    assert not bends(fast)[1].any()


@pytest.mark.parametrize(("palms", "seconds"), [(0.3, 1.0), (0.2, 0.4), (0.6, 1.0)])
def test_a_hand_that_turns_back_is_not_still(palms: float, seconds: float) -> None:
    """A wave is slow where it turns, but never at rest."""
    wave = palms * PALM * np.sin(2 * np.pi * np.arange(100.0) / (FPS * seconds))

    assert not bends(wave)[1].any()


def test_stillness_is_that_of_the_raw_signal() -> None:
    """A contestant that jitters wildly over a resting hand is judged in a still part."""
    wild = tracklets(moving([3.0 * (-1.0) ** i for i in range(20)]))
    raw = tracklets(moving([0.0] * 20))

    assert accelerations(wild, Speeds(raw, times(20))).still[2:-2].all()


def waving(shift: float = 0.0) -> Array:
    """Places of a hand that waves three palms wide, once in two seconds, so many frames late."""
    return 60 * np.sin(2 * np.pi * (np.arange(150) - shift) / (2 * FPS))


def delay_of(xs: Array) -> float:
    """The delay of these places behind the wave itself."""
    raw = tracklets(moving(waving()))
    return delay(tracklets(moving(xs)), raw, Speeds(raw, times(150)))


@pytest.mark.parametrize("shift", [0.0, 0.5, 1.0, 2.0, 4.3])
def test_a_delay_is_found(shift: float) -> None:
    """Shifted by so many frames, fractions included."""
    assert pytest.approx(shift, abs=0.06) == delay_of(waving(shift))


def test_noise_does_not_bias_the_delay() -> None:
    """Two frames late, with a pixel of noise."""
    noise = np.random.default_rng(0).normal(0, 1, 150)

    assert pytest.approx(2, abs=0.15) == delay_of(waving(2) + noise)


@pytest.mark.parametrize("palms", [0.01, 0.03, 0.05])
def test_noise_of_both_signals_does_not_bias_the_delay(palms: float) -> None:
    """Independent noise of every joint; interpolation would make half frames of it."""
    random = np.random.default_rng(0)

    def noisy(shift: float) -> list[Tracklet]:
        hands = [
            POINTS + (x, 0) + palms * PALM * random.normal(size=(21, 2)) for x in waving(shift)
        ]
        return tracklets([[Prediction(points)] for points in hands])

    raw, late = noisy(0), noisy(2)

    assert pytest.approx(2, abs=0.1) == delay(late, raw, Speeds(raw, times(150)))


def test_an_exponential_filter_is_late_by_a_frame() -> None:
    """Half of the old, half of the new: one frame behind a steady motion."""
    xs, last = [], waving()[0]
    for x in waving():
        last = (last + x) / 2
        xs.append(last)

    assert pytest.approx(1, abs=0.1) == delay_of(np.array(xs))


def test_without_fast_motion_there_is_no_delay() -> None:
    """NaN for a hand at rest, and for no hand."""
    rest = tracklets(moving([0.0] * 150))

    assert np.isnan(delay(rest, rest, Speeds(rest, times(150))))
    assert np.isnan(delay([], rest, Speeds(rest, times(150))))


def test_nothing_is_nothing() -> None:
    """A clip without hands, and without frames."""
    assert [] == tracklets([[], []])
    assert [] == tracklets([])
    assert 0 == len(accelerations([], Speeds([], [])).value)
    assert POINTS.shape == (21, 2)
