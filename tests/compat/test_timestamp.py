"""`mp.Timestamp`."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import knuckle.compat.mediapipe as mp

Timestamp = mp.Timestamp
SPECIAL = ("UNSET", "UNSTARTED", "PRESTREAM", "MIN", "MAX", "POSTSTREAM", "DONE")


@pytest.mark.parametrize("value", [5, np.int64(5), Timestamp(5)])
def test_a_timestamp_is_whole_microseconds(value: Any) -> None:
    """Given as a number or as another timestamp."""
    time = Timestamp(value)

    assert (5, 5, 5e-6) == (time.value, time.microseconds(), time.seconds())
    assert "<mediapipe.Timestamp with value: 5>" == str(time)


def test_seconds_become_the_nearest_microsecond() -> None:
    """As of `time.time()`."""
    assert [1_500_000, 2, -3] == [Timestamp.from_seconds(s).value for s in (1.5, 1.9e-6, -3e-6)]


def test_timestamps_are_compared_with_numbers_too() -> None:
    """In both directions; anything else is not equal, and cannot be ordered."""
    time = Timestamp(3)

    assert time == 3 == time
    assert time != 4
    assert 2 < time <= 3 < Timestamp(4)
    assert time >= 3 > Timestamp(2)
    assert time != "3"
    assert {time: "found"}[Timestamp(3)] == "found"
    with pytest.raises(TypeError):
        _ = time < "4"  # type: ignore[operator]


def test_special_times_have_names_and_an_order() -> None:
    """The same numbers as in MediaPipe, from before all packets to after them."""
    times = [getattr(Timestamp, name) for name in SPECIAL]

    assert times == sorted(times)
    assert [f"<mediapipe.Timestamp with value: {name}>" for name in SPECIAL] == list(
        map(str, times)
    )
    assert (-(2**63), 2**63 - 1) == (times[0].value, times[-1].value)
    assert all(time.is_special_value() for time in times)
    assert [False, False, False, True, True, False, False] == [t.is_range_value() for t in times]
    assert [False, False, True, True, True, True, False] == [
        time.is_allowed_in_stream() for time in times
    ]


def test_special_times_survive_copies() -> None:
    """By another timestamp, and by pickle."""
    assert Timestamp.MAX == Timestamp(Timestamp.MAX)
    assert Timestamp.MIN == pickle.loads(pickle.dumps(Timestamp.MIN))


@pytest.mark.parametrize(
    ("value", "error"),
    [(1.5, TypeError), ("1", TypeError), (None, TypeError), (2**63 - 1, ValueError)],
)
def test_what_is_no_time_is_refused(value: Any, error: type[Exception]) -> None:
    """A number that is special by chance, too, where MediaPipe aborts the process."""
    with pytest.raises(error, match="a timestamp must be"):
        Timestamp(value)
