"""What comes out of a graph, put together frame by frame."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...values import Frame, Hand, image_size
from .ends import Ends
from .hands import hands_of

if TYPE_CHECKING:
    from ...graph.packets import Packet
    from ...graph.running.graph import CalculatorGraph
    from ...graph.running.observing import Output

PARTS = ("picture", "hands", "landmarks", "world", "handedness")


@dataclass(slots=True)
class _Stream:
    """The packets of a stream that wait to be put together.

    settled: all packets up to this time have come.
    """

    output: Output
    packets: deque[Packet] = field(default_factory=deque)
    settled: int = -(2**63)

    def take(self) -> None:
        """Take what has come."""
        for packet in self.output.take():
            self.settled = packet.timestamp
            if packet.value is not None:
                self.packets.append(packet)

    def at(self, time: int) -> Any:
        """The value at a time, None if there is none. Earlier packets belong to no frame."""
        while self.packets and self.packets[0].timestamp < time:
            self.packets.popleft()
        is_there = self.packets and self.packets[0].timestamp == time
        return self.packets.popleft().value if is_there else None


class Results:
    """The frames of a run with what the graph found in them, in their order.

    parts: which of the graph's ends to put together, of PARTS.
    A frame that the graph left out, as a flow limiter does, is left out here, too.
    """

    def __init__(
        self, graph: CalculatorGraph, ends: Ends, parts: frozenset[str], *, mirrored: bool
    ) -> None:
        assert ends.image is not None
        self._mirrored = mirrored
        self._source = graph.observe(ends.image)
        self._streams = {
            part: _Stream(graph.observe(name, bounds=True))
            for part in PARTS
            if part in parts and (name := getattr(ends, part)) is not None
        }
        self._waiting: deque[tuple[int, Frame]] = deque()
        self._told: dict[int, Frame] = {}  # frames that were announced, by time
        self.count = 0  # pictures that went in

    def announce(self, timestamp: int, frame: Frame) -> None:
        """Say which frame goes into the graph at a time."""
        self._told[timestamp] = frame

    def ready(self, *, is_last: bool = False) -> Iterator[tuple[Frame, list[Hand]]]:
        """The frames that are finished, with their hands. is_last: nothing will come any more."""
        for packet in self._source.take():
            time = packet.timestamp
            told = self._told.pop(time, None)
            frame = told or Frame(packet.value, self.count, time / 1e6)
            self._waiting.append((time, frame))
            self.count += 1
        for stream in self._streams.values():
            stream.take()
        settled = min((stream.settled for stream in self._streams.values()), default=2**63)
        while self._waiting and (is_last or self._waiting[0][0] <= settled):
            time, frame = self._waiting.popleft()
            found = {part: stream.at(time) for part, stream in self._streams.items()}
            if "picture" in found:
                if found["picture"] is None:
                    continue
                frame = Frame(found["picture"], frame.index, frame.time, frame.source)
            yield frame, self._hands(found, frame)

    def _hands(self, found: dict[str, Any], frame: Frame) -> list[Hand]:
        if "hands" in found:
            return list(found["hands"] or ())
        return hands_of(
            found.get("landmarks"),
            found.get("world"),
            found.get("handedness"),
            size=image_size(frame.image),
            mirrored=self._mirrored,
        )
