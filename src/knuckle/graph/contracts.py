"""What a calculator says of itself: its ports, the types of their packets, and when it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Policy = Literal["default", "immediate"]


@dataclass(frozen=True, slots=True, eq=False)
class PacketType:
    """A type of packet; `types.py` has the table.

    name: as MediaPipe calls it, such as "std::vector<NormalizedRect>".
    holds: whether a Python value is one.
    payload: what the value is in Python, for people.
    """

    name: str
    holds: Callable[[Any], bool]
    payload: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


ANY = PacketType("any type", lambda value: value is not None, "anything but None")


@dataclass(frozen=True, slots=True)
class Port:
    """An end of a stream or side packet at a calculator.

    tag: in capitals; "" for ports without a tag, "*" for all tags that have no port of their own.
    type: of its packets.
    optional: whether it may be left unconnected.
    repeated: whether there may be any number of it, index by index, at least one if not optional.
    same_as: the tag of the input port whose type it shares, index by index; "*" is the same tag.
    """

    tag: str = ""
    type: PacketType = ANY
    optional: bool = False
    repeated: bool = False
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """The ports of a calculator, its options, and when it runs.

    inputs, outputs: of streams. side_inputs, side_outputs: of side packets.
    options: the full name of the message of its options; "" if it has none.
    policy: "default" runs it once for each time at which all inputs are settled; "immediate" runs
        it for each packet as it comes.
    offset: added to the time of the inputs, it is the time of the outputs; what was not emitted
        until then does not come any more. None: nothing is promised.
    on_bounds: process it also when it is settled that a time has no packet.
    """

    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    side_inputs: tuple[Port, ...] = ()
    side_outputs: tuple[Port, ...] = ()
    options: str = ""
    policy: Policy = "default"
    offset: int | None = 0
    on_bounds: bool = False
