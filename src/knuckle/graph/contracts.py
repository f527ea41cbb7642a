"""What a calculator says of itself: its ports, the types of their packets, and when it runs."""

from __future__ import annotations

import re
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
ANY_TAG = "*"  # as a port's tag: every tag that no other port has; there may be any number
_CHANNEL = re.compile(r"C\d+__")


@dataclass(frozen=True, slots=True)
class Port:
    """An end of a stream or side packet at a calculator.

    tag: in capitals; "" for ports without a tag; "*" for all others.
    type: of its packets.
    optional: whether it may be left unconnected.
    repeated: whether there may be any number of it, index by index, at least one if not optional.
    same_as: the tag of the input port whose type it shares, index by index. "*": that with
        its own tag, the channel of a switch apart ("C1__IMAGE" and "IMAGE").
    """

    tag: str = ""
    type: PacketType = ANY
    optional: bool = False
    repeated: bool = False
    same_as: str | None = None

    def __post_init__(self) -> None:
        """Raise TypeError for a type that is none of packets."""
        if not isinstance(self.type, PacketType):
            raise TypeError(
                f'the type of port "{self.tag}" is {self.type!r}: take one of knuckle.graph.types, '
                "such as IMAGE"
            )


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

    def __post_init__(self) -> None:
        """Raise TypeError for ports that are in no tuple, as where its comma was forgotten."""
        for field in ("inputs", "outputs", "side_inputs", "side_outputs"):
            ports = getattr(self, field)
            if not (isinstance(ports, tuple) and all(isinstance(port, Port) for port in ports)):
                raise TypeError(
                    f"{field} of the contract is {ports!r}: write a tuple of ports, as in "
                    '(Port("IMAGE", IMAGE),)'
                )


def port_of(ports: tuple[Port, ...], tag: str, index: int) -> Port | None:
    """The port that a contract has at a tag and index; None if there is none.

    Of ports with the same tag each stands for one index, and a repeated one for all that follow.
    """
    same = [port for port in ports if port.tag == tag]
    if index < len(same):
        return same[index]
    if same:
        return same[-1] if same[-1].repeated else None
    return next((port for port in ports if port.tag == ANY_TAG), None)


def is_tied(port: Port, tag: str, input_tag: str) -> bool:
    """Whether a port at a tag has the type of the inputs with another tag."""
    if port.same_as == ANY_TAG:
        return without_channel(tag) == without_channel(input_tag)
    return port.same_as == input_tag


def without_channel(tag: str) -> str:
    """The tag without the channel of a switch: "IMAGE" for "C1__IMAGE"."""
    match = _CHANNEL.match(tag)
    return tag[match.end() :] if match else tag


def check_value(value: Any, kind: PacketType, carrier: str) -> None:
    """Raise TypeError unless a value is of the type that a stream or side packet carries."""
    if not kind.holds(value):
        raise TypeError(f"{carrier} carries {kind.name} ({kind.payload}), not {_described(value)}")


def _described(value: Any) -> str:
    shape = getattr(value, "shape", None)
    if shape is not None:
        return f"an array of {getattr(value, 'dtype', '')} {shape}"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
