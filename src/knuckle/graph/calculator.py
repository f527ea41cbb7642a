"""Calculators: what a node of a graph does.

    class FingerCounter(Calculator):
        contract = Contract(
            inputs=(Port("LANDMARKS", LANDMARKS_VECTOR),), outputs=(Port("COUNT", INT),)
        )

        def process(self, context: Context) -> None:
            hands = context.get("LANDMARKS")
            context.emit("COUNT", sum(count_fingers(hand) for hand in hands))

A calculator is made anew for each node and each run, so it may keep state in its attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from .config import port_name
from .contracts import Contract, PacketType, Port, check_value
from .packets import Packet, time_name
from .running.streams import Stream

Service = TypeVar("Service")
_Place = tuple[str, int]  # tag and index


class Calculator:
    """The base class of calculators.

    contract: its ports, options and policy.
    """

    contract: ClassVar[Contract] = Contract()

    def open(self, context: Context) -> None:
        """Prepare: the options and side packets are there. Side packets are emitted here."""

    def process(self, context: Context) -> None:
        """Take the packets of one time, and emit what follows from them."""

    def close(self, context: Context) -> None:
        """End: all packets have been processed, or the graph has failed. Packets may be emitted."""


class Context:
    """What a calculator sees of its node and of the packets that it processes.

    timestamp: the time that is processed, microseconds.
    name: of the node.
    options: the message of the contract's options, with what the graph's file says.
    has_failed: whether the graph is closed because a node failed.
    """

    __slots__ = (
        "_contract",
        "_notes",
        "_services",
        "_side_inputs",
        "_side_outputs",
        "_sides",
        "_types",
        "bound_of",
        "drops",
        "has_failed",
        "inputs",
        "is_stopped",
        "name",
        "options",
        "outputs",
        "timestamp",
        "values",
    )

    def __init__(
        self,
        name: str,
        *,
        contract: Contract,
        options: Any,
        inputs: Sequence[_Place],
        outputs: Mapping[_Place, Stream],
        types: Mapping[_Place, PacketType],
        sides: dict[str, Any],
        side_inputs: Mapping[_Place, str],
        side_outputs: Mapping[_Place, str],
        services: Mapping[type, Any],
        notes: Callable[[str], None],
    ) -> None:
        self.name = name
        self.options = options
        self.timestamp = 0
        self.has_failed = False
        self.drops: dict[int, int] = {}  # packets dropped, by position of the input
        self.is_stopped = False
        self.inputs = {place: position for position, place in enumerate(inputs)}
        self.outputs = outputs
        self._contract = contract
        self._types = types  # of outputs whose values are checked
        self.values: list[Any] = [None] * len(inputs)  # by position; None without a packet
        self.bound_of: Callable[[int], int] = lambda position: 0  # by position
        self._sides = sides  # all of the graph's, by name
        self._side_inputs = side_inputs
        self._side_outputs = side_outputs
        self._services = services
        self._notes = notes

    def get(self, tag: str = "", index: int = 0) -> Any:
        """The value of an input at this time; None without a packet or if it is not connected.

        Raises ValueError for an input that the contract lacks.
        """
        try:
            return self.values[self.inputs[tag, index]]
        except KeyError:
            self._check_tag(tag, self._contract.inputs, "input")
            return None

    def all(self, tag: str = "") -> list[Any]:
        """The values of all inputs with a tag, by index; None where there is no packet."""
        places = sorted(place for place in self.inputs if place[0] == tag)
        return [self.values[self.inputs[place]] for place in places]

    def packet(self, tag: str = "", index: int = 0) -> Packet | None:
        """The packet of an input at this time, if there is one."""
        value = self.get(tag, index)
        return None if value is None else Packet(value, self.timestamp)

    def has(self, tag: str = "", index: int = 0) -> bool:
        """Whether an input is connected."""
        return (tag, index) in self.inputs

    def has_output(self, tag: str = "", index: int = 0) -> bool:
        """Whether an output is connected."""
        return (tag, index) in self.outputs

    def settled(self, tag: str = "", index: int = 0) -> int:
        """The time up to which all packets of an input have come."""
        return self.bound_of(self.inputs[tag, index]) - 1

    def emit(self, tag: str, value: Any, *, index: int = 0, timestamp: int | None = None) -> None:
        """Send a value to an output; nothing happens if it is not connected.

        timestamp: microseconds; by default the time that is processed.
        Raises ValueError for an output that the contract lacks, or for a time that is not allowed
        any more, TypeError for a value of another type than the contract says.
        """
        stream = self._stream(tag, index)
        if stream is None:
            return
        kind = self._types.get((tag, index))
        if kind is not None and not kind.holds(value):
            check_value(value, kind, f'output "{port_name(tag, index)}"')
        stream.push(Packet(value, self.timestamp if timestamp is None else timestamp))

    def raise_bound(self, tag: str, timestamp: int, *, index: int = 0) -> None:
        """Promise that no packet before `timestamp` will be emitted to an output any more."""
        stream = self._stream(tag, index)
        if stream is not None:
            stream.raise_bound(timestamp)

    def close_output(self, tag: str = "", index: int = 0) -> None:
        """Promise that no packet will be emitted to an output any more."""
        stream = self._stream(tag, index)
        if stream is not None:
            stream.close()

    def _stream(self, tag: str, index: int) -> Stream | None:
        """The stream of an output, if it is connected."""
        stream = self.outputs.get((tag, index))
        if stream is None:
            self._check_tag(tag, self._contract.outputs, "output")
        return stream

    def _check_tag(self, tag: str, ports: Sequence[Port], what: str) -> None:
        """Raise ValueError for a tag that the contract lacks: it is a slip of the pen."""
        tags = [port.tag for port in ports]
        if tag not in tags and "*" not in tags:
            names = ", ".join(f'"{name}"' for name in tags) or "none"
            raise ValueError(f'the contract of {self.name} has no {what} "{tag}": it has {names}')

    def side(self, tag: str = "", index: int = 0) -> Any:
        """The value of an input side packet; None if it was not given.

        Raises ValueError for a side packet that the contract lacks.
        """
        name = self._side_inputs.get((tag, index))
        if name is None:
            self._check_tag(tag, self._contract.side_inputs, "input side packet")
            return None
        return self._sides.get(name)

    def side_name(self, tag: str = "", index: int = 0) -> str:
        """The name of the side packet at an input, for messages; "" if it is not connected."""
        return self._side_inputs.get((tag, index), "")

    def emit_side(self, tag: str, value: Any, *, index: int = 0) -> None:
        """Give an output side packet its value, in `open`; not connected, it goes nowhere.

        Raises ValueError for a side packet that the contract lacks.
        """
        name = self._side_outputs.get((tag, index))
        if name is None:
            self._check_tag(tag, self._contract.side_outputs, "output side packet")
        else:
            self._sides[name] = value

    @property
    def side_places(self) -> tuple[_Place, ...]:
        """The tag and index of each input side packet that is connected."""
        return tuple(self._side_inputs)

    @property
    def side_output_places(self) -> tuple[_Place, ...]:
        """The tag and index of each output side packet that is connected."""
        return tuple(self._side_outputs)

    def dropped(self, tag: str = "", index: int = 0) -> None:
        """Count a packet of an input that was dropped, for traces."""
        position = self.inputs[tag, index]
        self.drops[position] = self.drops.get(position, 0) + 1

    def service(self, kind: type[Service]) -> Service | None:
        """What the graph was given for all nodes, by its type; None if there is nothing."""
        return self._services.get(kind)

    def tell_once(self, note: str) -> None:
        """Tell the user something, once for each graph; see `CalculatorGraph.notes`."""
        self._notes(note)

    def stop(self) -> None:
        """End the packets of a source: `process` is not called again."""
        self.is_stopped = True

    def __repr__(self) -> str:
        return f"<{self.name} at {time_name(self.timestamp)}>"
