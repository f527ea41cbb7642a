"""`mp.Timestamp`: the times of packets, in whole microseconds.

Source of the special times: mediapipe/framework/timestamp.h
"""

from __future__ import annotations

from functools import total_ordering
from typing import Any, ClassVar

import numpy as np

from knuckle.graph import packets

_NAMES = {
    packets.UNSET: "UNSET",
    packets.UNSTARTED: "UNSTARTED",
    packets.PRE_STREAM: "PRESTREAM",
    packets.MIN: "MIN",
    packets.MAX: "MAX",
    packets.POST_STREAM: "POSTSTREAM",
    packets.DONE: "DONE",
}


@total_ordering
class Timestamp:
    """The time of a packet.

    value: whole microseconds between those of MIN and MAX, or another timestamp.

    Timestamps are compared with each other and with whole numbers.
    Raises TypeError or ValueError for other values.
    """

    UNSET: ClassVar[Timestamp]
    UNSTARTED: ClassVar[Timestamp]
    PRESTREAM: ClassVar[Timestamp]
    MIN: ClassVar[Timestamp]
    MAX: ClassVar[Timestamp]
    POSTSTREAM: ClassVar[Timestamp]
    DONE: ClassVar[Timestamp]

    __slots__ = ("_value",)

    def __init__(self, value: Timestamp | int) -> None:
        if isinstance(value, Timestamp):
            self._value = value.value
        elif isinstance(value, (int, np.integer)):
            if not packets.MIN < value < packets.MAX:
                raise ValueError(
                    f"a timestamp must be a number of microseconds, not {value}: the special ones "
                    "have names, such as Timestamp.MAX"
                )
            self._value = int(value)
        else:
            raise TypeError(f"a timestamp must be whole microseconds, not {value!r}")

    @classmethod
    def from_seconds(cls, seconds: float) -> Timestamp:
        """The time nearest to a number of seconds, such as `time.time()`."""
        if not isinstance(seconds, (int, float, np.integer, np.floating)):
            raise TypeError(f"seconds must be a number, not {seconds!r}")
        return cls(round(seconds * 1e6))

    @property
    def value(self) -> int:
        """Microseconds."""
        return self._value

    def microseconds(self) -> int:
        """The same as `value`."""
        return self._value

    def seconds(self) -> float:
        """The time in seconds."""
        return self._value / 1e6

    def is_special_value(self) -> bool:
        """Whether it is one of those with a name."""
        return not packets.MIN < self._value < packets.MAX

    def is_range_value(self) -> bool:
        """Whether a stream may have any number of packets at such times: MIN to MAX."""
        return packets.MIN <= self._value <= packets.MAX

    def is_allowed_in_stream(self) -> bool:
        """Whether a packet of a stream may have this time."""
        return packets.is_allowed_in_stream(self._value)

    def __eq__(self, other: object) -> bool:
        number = _number(other)
        return NotImplemented if number is None else self._value == number

    def __lt__(self, other: Timestamp | int) -> bool:
        number = _number(other)
        return NotImplemented if number is None else self._value < number

    def __hash__(self) -> int:
        return hash(self._value)  # that of the number to which it is equal

    def __repr__(self) -> str:
        return f"<mediapipe.Timestamp with value: {time_name(self._value)}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return timestamp_of, (self._value,)


def _number(other: object) -> int | None:
    if isinstance(other, Timestamp):
        return other.value
    return int(other) if isinstance(other, (int, np.integer)) else None


def timestamp_of(microseconds: int) -> Timestamp:
    """The timestamp of a time in microseconds, special ones too."""
    made = Timestamp(0)
    made._value = microseconds
    return made


def time_name(microseconds: int) -> str:
    """A time for messages: the name of a special one, or its microseconds."""
    return _NAMES.get(microseconds, str(microseconds))


for _value, _name in _NAMES.items():
    setattr(Timestamp, _name, timestamp_of(_value))
