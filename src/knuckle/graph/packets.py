"""Packets: a value and its time. The times are MediaPipe's, whole microseconds.

Source of the special times: mediapipe/framework/timestamp.h
"""

from __future__ import annotations

from typing import Any, NamedTuple

_LEAST, _MOST = -(2**63), 2**63 - 1

# In the order of time. Between MIN and MAX lie the times of ordinary packets.
UNSET = _LEAST
UNSTARTED = _LEAST + 1
PRE_STREAM = _LEAST + 2  # a header: the only packet of its stream before all others
MIN = _LEAST + 3
MAX = _MOST - 3
POST_STREAM = _MOST - 2  # a summary: after all others
ONE_OVER_POST_STREAM = _MOST - 1
DONE = _MOST  # the bound of a closed stream

NAMES = {
    UNSET: "Unset",
    UNSTARTED: "Unstarted",
    PRE_STREAM: "PreStream",
    MIN: "Min",
    MAX: "Max",
    POST_STREAM: "PostStream",
    ONE_OVER_POST_STREAM: "OneOverPostStream",
    DONE: "Done",
}


class Packet(NamedTuple):
    """A value at a time of a stream.

    value: what flows; it must not be changed afterwards. None says that the stream has no packet at
        this time, which only observers of bounds see.
    timestamp: microseconds.
    """

    value: Any
    timestamp: int


def is_allowed_in_stream(timestamp: int) -> bool:
    """Whether a packet may have this time."""
    return PRE_STREAM <= timestamp <= POST_STREAM


def bound_after(timestamp: int) -> int:
    """The lowest time that the next packet may have after one at `timestamp`.

    A packet at PRE_STREAM or POST_STREAM is the only one of its stream.
    """
    return (
        timestamp + 1
        if MIN <= timestamp < MAX
        else (ONE_OVER_POST_STREAM if timestamp >= MAX or timestamp == PRE_STREAM else MIN)
    )


def time_name(timestamp: int) -> str:
    """A time for messages: the name of a special one, or its microseconds."""
    return NAMES.get(timestamp, str(timestamp))
