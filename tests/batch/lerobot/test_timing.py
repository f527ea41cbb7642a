"""Frames at a steady rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.batch.lerobot.timing import frames_of, is_steady, picked, whole_rate
from knuckle.batch.record import Record
from knuckle.errors import BatchError


def record(rate: float) -> Record:
    """Of a clip with a rate."""
    return Record("wave", "/clips/wave.mp4", "done", "", rate=rate)


def test_a_whole_rate() -> None:
    """A rate may be off by what a container rounds."""
    found = [whole_rate(record(rate), np.arange(9) / rate) for rate in (30.0, 24.995, 60.004)]

    assert [30, 25, 60] == found


def test_a_header_and_times_may_differ() -> None:
    """The last frame may be shown for any time, and a container may count in milliseconds."""
    assert 30 == whole_rate(record(29.4), np.arange(9) / 30)
    assert 30 == whole_rate(record(30.0), (np.arange(9) / 30).round(2))
    assert 30 == whole_rate(record(30.0), np.zeros(1))
    times = np.arange(90) / 30
    assert np.array_equal(np.arange(90), frames_of(times, record(29.4), 30, False))


@pytest.mark.parametrize("rate", [29.97, 23.976, 0.2, 59.94])
def test_a_rate_that_is_no_whole_number(rate: float) -> None:
    """It is refused with the clip, its rate and the cure."""
    with pytest.raises(BatchError) as caught:
        whole_rate(record(rate), np.arange(90) / rate)

    cure = max(1, round(rate))
    assert str(caught.value) == (
        f"/clips/wave.mp4 has {rate:g} frames per second, and LeRobot wants a whole number: "
        f"resample all clips with --fps {cure}"
    )


def test_times_that_are_rounded_are_steady() -> None:
    """Containers that count in milliseconds round each time."""
    times = np.arange(200) / 30

    assert is_steady(times.round(3), 30)
    assert not is_steady(np.delete(times, 7), 30)
    assert not is_steady(times, 25)


def test_steady_clips_are_taken_as_they_are() -> None:
    """Every frame once, also where resampling is allowed."""
    times = (np.arange(90) / 30).round(3)

    for is_resampled in (False, True):
        assert np.array_equal(np.arange(90), frames_of(times, record(30.0), 30, is_resampled))


def test_another_rate_is_refused() -> None:
    """With the cure."""
    with pytest.raises(BatchError) as caught:
        frames_of(np.arange(9) / 25, record(25.0), 30, False)

    assert str(caught.value) == (
        "/clips/wave.mp4 has 25 frames per second, and others have 30: "
        "resample all clips with --fps 30"
    )


def test_a_varying_rate_is_refused() -> None:
    """Though its average is a whole number."""
    times = np.array([0, 0.01, 0.1, 0.11, 0.2])

    with pytest.raises(BatchError, match=r"^/clips/wave.mp4 has 20 frames per second only on av"):
        frames_of(times, record(20.0), 20, False)
    assert 5 == len(frames_of(times, record(20.0), 20, True))


def test_half_the_rate() -> None:
    """Every second frame."""
    assert [0, 2, 4, 6, 8] == picked(np.arange(10) / 30, 30, 15).tolist()


def test_twice_the_rate() -> None:
    """Every frame twice: of two that are equally near, the earlier is taken."""
    assert [0, 0, 1, 1, 2, 2] == picked(np.arange(3) / 30, 30, 60).tolist()


def test_a_single_frame() -> None:
    """It is shown as long as its rate says."""
    assert [0, 0, 0] == picked(np.array([4.0]), 10, 30).tolist()


@given(
    st.lists(st.floats(0.001, 0.5), min_size=1, max_size=40),
    st.floats(0, 1000),
    st.integers(1, 120),
)
def test_each_frame_is_the_nearest(steps: list[float], start: float, fps: int) -> None:
    """Nothing is nearer to the time that is wanted than the frame that is picked."""
    times = start + np.cumsum(steps)
    rate = len(steps) / sum(steps)

    found = picked(times, rate, fps)

    wanted = times[0] + np.arange(len(found)) / fps
    distances = np.abs(times - wanted[:, None])
    assert np.allclose(distances.min(axis=1), distances[np.arange(len(found)), found], atol=2e-6)
    assert abs(len(found) / fps - (times[-1] - times[0] + 1 / rate)) <= max(
        0.5 / fps + 1e-9, 1 / fps
    )
    assert np.all(np.diff(found) >= 0)
