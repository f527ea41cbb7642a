"""Frames at a steady rate. LeRobot counts time in frames, and wants a whole number a second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...errors import BatchError
from ..record import Record

_NEARLY = 0.01  # frames per second by which a rate may miss a whole number; 29.97 misses by 0.03
_EQUAL = 1e-6  # seconds by which two distances may differ and still be the same


def rates_of(record: Record, times: NDArray[np.float64]) -> tuple[float, ...]:
    """What the rate of a clip may be: by its header, and by the times of its frames.

    A header counts the last frame, which may be shown for any time; times may be rounded.
    """
    span = float(times[-1] - times[0])
    return (record.rate, (len(times) - 1) / span) if span > 0 else (record.rate,)


def whole_rate(record: Record, times: NDArray[np.float64]) -> int:
    """The rate of a clip. Raises BatchError if it is no whole number.

    times: (n,) seconds, of its frames.
    """
    for rate in rates_of(record, times):
        if round(rate) >= 1 and abs(rate - round(rate)) <= _NEARLY:
            return round(rate)
    raise BatchError(
        f"{record.uri} has {record.rate:.6g} frames per second, and LeRobot wants a whole "
        f"number: resample all clips with --fps {max(round(record.rate), 1)}"
    )


def is_steady(times: NDArray[np.float64], fps: int) -> bool:
    """Whether frames come at a rate, each nearer to its own time than to another's.

    times: (n,) seconds, ascending.
    """
    places = (times - times[0]) * fps
    return bool(np.all(np.abs(places - np.arange(len(times))) < 0.5))


def picked(times: NDArray[np.float64], rate: float, fps: int) -> NDArray[np.int64]:
    """For each frame at a steady rate, the frame of the clip that is nearest in time.

    times: (n,) seconds, ascending. rate: frames per second of the clip, which says how long its
        last frame is shown. fps: the rate that is wanted.
    Of two frames that are equally near, the earlier is taken.
    """
    shown = 1 / rate if rate > 0 else 0.0
    count = max(1, round((times[-1] - times[0] + shown) * fps))
    wanted = times[0] + np.arange(count) / fps
    after = np.clip(np.searchsorted(times, wanted), 1, max(len(times) - 1, 1))
    if len(times) == 1:
        return np.zeros(count, np.int64)
    is_nearer = times[after] - wanted < wanted - times[after - 1] - _EQUAL
    nearest: NDArray[np.int64] = np.where(is_nearer, after, after - 1).astype(np.int64)
    return nearest


def frames_of(
    times: NDArray[np.float64], record: Record, fps: int, is_resampled: bool
) -> NDArray[np.int64]:
    """The frames of a clip that make an episode, as positions among its frames.

    fps: the rate of the data set. is_resampled: whether other rates than it are allowed.
    Raises BatchError, which says how to cure it.
    """
    has_rate = any(abs(rate - fps) <= _NEARLY for rate in rates_of(record, times))
    if has_rate and is_steady(times, fps):
        return np.arange(len(times), dtype=np.int64)
    if is_resampled:
        return picked(times, record.rate, fps)
    if not has_rate:
        raise BatchError(
            f"{record.uri} has {record.rate:.6g} frames per second, and others have {fps}: "
            f"resample all clips with --fps {fps}"
        )
    raise BatchError(
        f"{record.uri} has {record.rate:.6g} frames per second only on average: "
        f"resample all clips with --fps {fps}"
    )
