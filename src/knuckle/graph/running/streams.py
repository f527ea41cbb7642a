"""Streams between nodes: packets that wait, and the bound below which no more will come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappush

from ..packets import DONE, UNSTARTED, Packet, bound_after, is_allowed_in_stream, time_name

Observer = Callable[[Packet], None]


class Queue:
    """The end of a stream at a node: packets that wait there.

    packets: the earliest first. bound: the lowest time that may still come.
    """

    __slots__ = ("bound", "is_back_edge", "node", "packets", "stream")

    def __init__(self, node: Waiting, stream: str, *, is_back_edge: bool) -> None:
        self.node = node
        self.stream = stream
        self.is_back_edge = is_back_edge
        self.packets: deque[Packet] = deque()
        self.bound = UNSTARTED


class Waiting:
    """What a stream knows about a node at its end: how to ask that it is looked at.

    watched: the one input that keeps the node from running. Until that changes, nothing that comes
        in the others can make it run, so they need not ask. None: every input asks.
    asker: the input that has asked last.
    """

    __slots__ = ("agenda", "asker", "is_on_agenda", "priority", "watched")

    def __init__(self, agenda: list[int], priority: int) -> None:
        self.agenda = agenda
        self.priority = priority
        self.is_on_agenda = False
        self.watched: Queue | None = None
        self.asker: Queue | None = None

    def ask(self) -> None:
        """Put the node on the agenda, unless it is there."""
        if not self.is_on_agenda:
            self.is_on_agenda = True
            heappush(self.agenda, self.priority)


class Stream:
    """The start of a stream: it hands packets and bounds to every end.

    name: of the stream. bound: the lowest time that its next packet may have.
    """

    __slots__ = ("bound", "bound_observers", "count", "name", "observers", "queues")

    def __init__(self, name: str) -> None:
        self.name = name
        self.bound = UNSTARTED
        self.count = 0  # packets so far
        self.queues: list[Queue] = []
        self.observers: list[Observer] = []
        self.bound_observers: list[Observer] = []

    def push(self, packet: Packet) -> None:
        """Send a packet. Raises ValueError if its time is not allowed any more."""
        timestamp = packet.timestamp
        if timestamp < self.bound or not is_allowed_in_stream(timestamp):
            raise ValueError(self._refusal(timestamp))
        self.bound = bound = bound_after(timestamp)
        self.count += 1
        for queue in self.queues:
            queue.packets.append(packet)
            queue.bound = bound
            node = queue.node
            if not node.is_on_agenda and (node.watched is None or node.watched is queue):
                node.is_on_agenda = True
                node.asker = queue
                heappush(node.agenda, node.priority)
        for observe in self.observers:
            observe(packet)

    def raise_bound(self, timestamp: int) -> None:
        """Promise that no packet before `timestamp` will come; a lower promise changes nothing."""
        if timestamp <= self.bound:
            return
        self.bound = timestamp
        for queue in self.queues:
            queue.bound = timestamp
            node = queue.node
            if not node.is_on_agenda and (node.watched is None or node.watched is queue):
                node.is_on_agenda = True
                node.asker = queue
                heappush(node.agenda, node.priority)
        if timestamp != DONE:
            for observe in self.bound_observers:
                observe(Packet(None, timestamp - 1))

    def close(self) -> None:
        """Promise that no packet will come any more."""
        self.raise_bound(DONE)

    def _refusal(self, timestamp: int) -> str:
        if self.bound == DONE:
            return f'stream "{self.name}" is closed, but got a packet at {time_name(timestamp)}'
        if not is_allowed_in_stream(timestamp):
            return f'stream "{self.name}" got a packet at {time_name(timestamp)}, which is no time'
        return (
            f'stream "{self.name}" got a packet at {time_name(timestamp)}, but times must '
            f"increase: the next may be {time_name(self.bound)} at the earliest"
        )
