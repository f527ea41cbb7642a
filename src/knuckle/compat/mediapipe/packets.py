"""`mp.Packet`: what a program puts into a graph and gets from it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from knuckle.graph.contracts import PacketType
from knuckle.graph.packets import UNSET

from .errors import Unusable
from .packet_types import Kind, kind_named, kind_of_type, kind_of_value
from .timestamp import Timestamp, time_name, timestamp_of


class Held(NamedTuple):
    """What a packet holds.

    value: as programs see it, or as the streams of graphs carry it if `is_from_graph`.
    """

    kind: Kind
    value: Any
    is_from_graph: bool = False


class Packet:
    """A value and its time. `packet_creator` makes packets, `packet_getter` looks into them.

    packet: a packet to copy; without one, the packet is empty.
    """

    __slots__ = ("_held", "_time")

    def __init__(self, packet: Packet | None = None) -> None:
        if packet is not None and not isinstance(packet, Packet):
            raise TypeError(f"Packet takes another packet, not {packet!r}: use mp.packet_creator")
        self._held: Held | None = packet._held if packet else None
        self._time: int = packet._time if packet else UNSET

    @property
    def timestamp(self) -> Timestamp:
        """The time; Timestamp.UNSET if it has none."""
        return timestamp_of(self._time)

    @timestamp.setter
    def timestamp(self, value: Timestamp | int) -> None:
        self._time = microseconds_of(value)

    def at(self, timestamp: Timestamp | int) -> Packet:
        """The same packet at another time."""
        return packet_of(self._held, microseconds_of(timestamp))

    def is_empty(self) -> bool:
        """Whether it holds nothing."""
        return self._held is None

    def __repr__(self) -> str:
        content = f"C++ type: {self._held.kind.name}" if self._held else "no data"
        return f"<mediapipe.Packet with timestamp: {time_name(self._time)} and {content}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return packet_of, (self._held, self._time)


def microseconds_of(time: Any) -> int:
    """The value of a timestamp. Raises TypeError or ValueError if it is none."""
    if isinstance(time, Timestamp):
        return time.value
    if isinstance(time, (int, np.integer)):
        return Timestamp(int(time)).value
    raise TypeError(f"a timestamp must be an mp.Timestamp or whole microseconds, not {time!r}")


def packet_of(held: Held | None, time: int = UNSET) -> Packet:
    """A packet that holds this. time: microseconds."""
    packet = Packet()
    packet._held, packet._time = held, time
    return packet


def created(name: str, value: Any) -> Packet:
    """A packet without a time. name: a row of `packet_types.KINDS`."""
    return packet_of(Held(kind_named(name), value))


def held_by(packet: Packet) -> Held | None:
    """What a packet holds; None if it is empty."""
    return packet._held


def content_of(packet: Packet, *getters: str, wanted: str) -> Any:
    """What a packet holds, as programs see it.

    getters: the kinds of packets that will do. wanted: what they hold, in words.
    Raises TypeError if it is no packet, ValueError if it is empty or holds something else.
    """
    if not isinstance(packet, Packet):
        raise TypeError(f"this takes an mp.Packet, not {packet!r}")
    held = packet._held
    if held is None:
        raise ValueError(f"the packet is empty, but {wanted} was asked for: look at is_empty()")
    if held.kind.getter not in getters:
        raise ValueError(f"the packet stores {held.kind.name}, but {wanted} was asked for")
    return held.kind.from_graph(held.value) if held.is_from_graph else held.value


def packet_from_graph(value: Any, time: int, kind: PacketType | None) -> Packet:
    """The packet of a program for what a stream carried; empty for None.

    kind: what the stream carries, if that is known.
    """
    if value is None:
        return packet_of(None, time)
    if isinstance(value, Held):
        return packet_of(value, time)
    of_program = kind_of_value(value) if kind is None else kind_of_type(kind)
    return packet_of(Held(of_program, value, is_from_graph=True), time)


def value_for_graph(packet: Any, kind: PacketType | None, carrier: str) -> Any:
    """What a stream or side packet carries for a packet of a program.

    kind: what the stream carries, if that is known.
    carrier: the stream or side packet, for messages.
    Raises TypeError if it is no packet, ValueError if it is empty or holds something else.
    """
    if not isinstance(packet, Packet):
        raise TypeError(f"{carrier} takes an mp.Packet, not {packet!r}: use mp.packet_creator")
    held = packet._held
    if held is None:
        raise Unusable(f"{carrier} takes packets with data, but this one is empty")
    if kind is None:
        return held
    own = held.kind.type
    if own is None or own.name != kind.name:
        wanted = kind_of_type(kind).name
        raise Unusable(f"{carrier} carries {wanted}, but the packet stores {held.kind.name}")
    return held.value if held.is_from_graph else held.kind.to_graph(held.value)
