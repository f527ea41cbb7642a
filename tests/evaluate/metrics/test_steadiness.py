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
from knuckle.evaluate.metrics.threads import Thread, link
from knuckle.evaluate.results import Bools
from knuckle.evaluate.values import Answer, Array
from knuckle.values import Handedness
from tests.evaluate.hands import PALM, POINTS, answer

FPS = 25


def times(count: int) -> list[float]:
    """Of frames at 25 per second."""
    return [i / FPS for i in range(count)]


def moving(xs: Sequence[float] | Array) -> list[list[Answer]]:
    """One hand that is so far to the right in each frame, pixels."""
    return [[answer((float(x), 0))] for x in xs]


def threads(frames: Sequence[Sequence[Answer]]) -> list[Thread]:
    """Linked at 25 frames per second."""
    return link(frames, times(len(frames)))


def bends(xs: Sequence[float] | Array) -> tuple[Array, Bools]:
    """Acceleration and stillness of a hand that is its own raw signal."""
    found = threads(moving(xs))
    result = accelerations(found, Speeds(found, times(len(xs))))
    return result.value, result.still


def test_a_hand_is_followed_whatever_its_place_in_the_list() -> None:
    """Two hands that swap places: two threads, each with its own hand."""
    here, there = answer(), answer((300, 0))
    found = threads([[here, there], [there, here], [here, there]])

    assert [[0, 1, 0], [1, 0, 1]] == [thread.identity for thread in found]
    assert [[0, 1, 2]] * 2 == [thread.frames for thread in found]


def test_hands_that_pass_each_other_stay_themselves() -> None:
    """One goes right, one left, two palms above one another: nearest wins in every frame."""
    xs = np.linspace(0, 200, 21)
    frames = [[answer((x, 0)), answer((200 - x, 80))] for x in xs]

    assert [[0] * 21, [1] * 21] == [thread.identity for thread in threads(frames)]


def test_a_hand_that_is_back_within_a_second_is_the_same() -> None:
    """Away for three frames: one thread with a gap. Away for two seconds: two threads."""
    short = [[answer()], [], [], [], [answer()]]
    long = [[answer()], *[[]] * 50, [answer()]]

    assert [[0, 4]] == [thread.frames for thread in threads(short)]
    assert 1 == dropouts(threads(short))
    assert [[0], [51]] == [thread.frames for thread in threads(long)]
    assert 0 == dropouts(threads(long))


def test_a_palm_that_points_at_the_camera_does_not_end_a_thread() -> None:
    """Its length is next to nothing for a frame; the unit is that of the frames before."""
    collapsed = POINTS.copy()
    collapsed[9] = collapsed[0] + 0.1
    frames = [[answer()], [answer(points=collapsed)], [answer()]]

    assert 1 == len(threads(frames))


def test_a_reading_that_has_gone_does_not_take_the_hand_of_one_that_is_there() -> None:
    """Twice on one hand for two frames, then once: the one that is left goes on."""
    frames = [
        [answer(), answer((6, 0))],
        [answer((4, 0)), answer((10, 0))],
        [answer((9, 0))],
        [answer((10, 0))],
    ]

    assert 0 == dropouts(threads(frames))


def test_a_jump_is_another_hand() -> None:
    """Five palms away in one frame."""
    assert 2 == len(threads([[answer()], [answer((5 * PALM, 0))]]))


def test_a_second_answer_on_one_hand_is_a_thread_of_its_own() -> None:
    """It does not take the first one's place."""
    frames = [[answer(), answer((1, 0))]] * 3

    assert [[0, 0, 0], [1, 1, 1]] == [thread.identity for thread in threads(frames)]


def test_flips_and_identities_are_counted_where_they_change() -> None:
    """Left for one frame of four is two flips; identities given beat places in the list."""
    labels: list[Handedness | None] = ["right", "left", None, "right"]
    frames = [[answer(handedness=label, id=7)] for label in labels]
    swapped = [[answer(), answer((300, 0))], [answer((300, 0)), answer()]]

    assert 2 == handedness_flips(threads(frames))
    assert 0 == identity_changes(threads(frames))
    assert 2 == identity_changes(threads(swapped))


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
    frames = [[answer()], [answer()], [], [answer()], [answer()], [answer()]]
    found = threads(frames)
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
    wild = threads(moving([3.0 * (-1.0) ** i for i in range(20)]))
    raw = threads(moving([0.0] * 20))

    assert accelerations(wild, Speeds(raw, times(20))).still[2:-2].all()


def waving(shift: float = 0.0) -> Array:
    """Places of a hand that waves three palms wide, once in two seconds, so many frames late."""
    return 60 * np.sin(2 * np.pi * (np.arange(150) - shift) / (2 * FPS))


def delay_of(xs: Array) -> float:
    """The delay of these places behind the wave itself."""
    raw = threads(moving(waving()))
    return delay(threads(moving(xs)), raw, Speeds(raw, times(150)))


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

    def noisy(shift: float) -> list[Thread]:
        hands = [
            POINTS + (x, 0) + palms * PALM * random.normal(size=(21, 2)) for x in waving(shift)
        ]
        return threads([[Answer(points)] for points in hands])

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
    rest = threads(moving([0.0] * 150))

    assert np.isnan(delay(rest, rest, Speeds(rest, times(150))))
    assert np.isnan(delay([], rest, Speeds(rest, times(150))))


def test_nothing_is_nothing() -> None:
    """A clip without hands, and without frames."""
    assert [] == threads([[], []])
    assert [] == threads([])
    assert 0 == len(accelerations([], Speeds([], [])).value)
    assert POINTS.shape == (21, 2)
