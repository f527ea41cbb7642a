"""The order in which nodes run. It is deterministic, and it knows no hands.

A node runs once for each time at which its inputs are settled: every input has a packet of that
time, or will not get one any more. Of several nodes that could run, those with the immediate policy
come first, so that they see packets as they arrive. Then comes the node nearest to the end of the
graph, so that few packets wait.

Source: mediapipe/framework/input_stream_handler.h, scheduler_queue.cc (the policies)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import heappop
from time import perf_counter_ns
from typing import Protocol

from ...errors import GraphError
from ..calculator import Calculator, Context
from ..contracts import Contract
from ..packets import DONE, MIN, ONE_OVER_POST_STREAM, time_name
from .streams import Queue, Stream, Waiting

_IMMEDIATE_FIRST = 1 << 20  # more than the nodes of any graph


class Recorder(Protocol):
    """Who writes down what happens in a graph; times are nanoseconds of `perf_counter_ns`."""

    def began(self, readers: Mapping[str, Sequence[str]]) -> None:
        """The graph starts. readers: the nodes that take each stream, by its name."""

    def ran(self, node: str, timestamp: int, start: int, end: int) -> None:
        """A node has processed the packets of a time."""

    def sent(self, stream: str, timestamp: int, at: int) -> None:
        """A packet has been sent into a stream."""

    def dropped(self, stream: str, count: int) -> None:
        """A node has dropped packets of a stream."""


class RunningNode(Waiting):
    """A node of a graph that runs.

    queues: its inputs by position. streams: its outputs. throttled_by: see `Scheduler`.
    """

    __slots__ = (
        "calculator",
        "context",
        "contract",
        "is_open",
        "name",
        "process",
        "queues",
        "settled",
        "streams",
        "throttled_by",
    )

    def __init__(
        self,
        calculator: Calculator,
        context: Context,
        *,
        contract: Contract,
        agenda: list[int],
        priority: int,
    ) -> None:
        super().__init__(agenda, priority)
        self.name = context.name
        self.calculator = calculator
        self.contract = contract
        self.context = context
        self.process = calculator.process
        self.queues: list[Queue] = []
        self.streams: tuple[Stream, ...] = tuple(context.outputs.values())
        self.throttled_by: list[Queue] = []
        self.settled = MIN  # all times below have been processed, or have no packets
        self.is_open = False
        context.bound_of = self._bound_of

    def _bound_of(self, position: int) -> int:
        """The lowest time of an input that has not been processed."""
        queue = self.queues[position]
        return queue.packets[0].timestamp if queue.packets else queue.bound

    @property
    def is_source(self) -> bool:
        """Whether it makes packets from nothing."""
        return not self.queues and bool(self.streams)


class Scheduler:
    """Runs the nodes of one graph until nothing can run any more.

    nodes: in an order in which each comes after those that feed it, back edges apart.
    max_queue: a source rests while this many packets wait in an input that it feeds; -1: never.
    """

    def __init__(
        self,
        nodes: Sequence[RunningNode],
        agenda: list[int],
        *,
        max_queue: int = 100,
        recorder: Recorder | None = None,
    ) -> None:
        self.nodes = nodes
        self.agenda = agenda
        self.max_queue = max_queue
        self.is_stopping = False  # whether sources are closed in place of making packets
        self._recorder = recorder
        self._by_priority = {node.priority: node for node in nodes}
        self._sources = [node for node in nodes if node.is_source]

    def open(self) -> None:
        """Open the nodes in their order. Raises GraphError if one fails."""
        for node in self.nodes:
            self._call(node, node.calculator.open)
            node.is_open = True
            if node.queues or node.streams:
                node.ask()

    def run(self, admit: Callable[[], None]) -> None:
        """Run nodes until none can run. Raises GraphError if one fails.

        admit: called before each node; it takes in the packets that have come from outside.
        """
        agenda, by_priority = self.agenda, self._by_priority
        while True:
            admit()
            if agenda:
                node = by_priority[heappop(agenda)]
                node.is_on_agenda = False
                if not node.is_open:
                    continue
                if node.queues:
                    if node.contract.policy == "immediate":
                        self._run_immediately(node)
                    else:
                        self._run_settled(node)
                continue
            if not self._run_source():
                return

    def _run_settled(self, node: RunningNode) -> None:
        """The default policy: process the next time if all inputs are settled there."""
        first = bound = DONE  # the first packet that waits; what inputs without packets may bring
        blocking = None  # the input without a packet that may bring the earliest
        for queue in node.queues:
            if queue.packets:
                time = queue.packets[0].timestamp
                if time < first:
                    first = time
            elif queue.bound < bound:
                bound = queue.bound
                blocking = queue
        node.watched = blocking
        if first < bound:
            goes_on = self._take(node, first)
            # Afterwards no input has more than the others. The one that came last this time will
            # probably be the last again.
            node.watched = None if goes_on else node.asker
            self._process(node, first)
            node.settled = first + 1
            self._pass_on(node, first + 1)
            if goes_on:
                node.ask()
            return
        if bound <= node.settled:
            return
        if bound == DONE:
            self.close(node)
            return
        node.settled = bound
        if node.contract.on_bounds:
            self._take(node, DONE)
            self._process(node, bound - 1)
        self._pass_on(node, bound)

    def _take(self, node: RunningNode, time: int) -> bool:
        """Give a node its packets of a time, or None; whether there may be more to do after it."""
        values, goes_on = node.context.values, False
        for position, queue in enumerate(node.queues):
            packets = queue.packets
            if packets and packets[0].timestamp == time:
                values[position] = packets.popleft().value
            else:
                values[position] = None
            if packets or queue.bound > time + 1:
                goes_on = True
        return goes_on

    def _pass_on(self, node: RunningNode, bound: int) -> None:
        """Promise to the nodes after it that nothing before `bound`, plus the offset, will come."""
        offset = node.contract.offset
        if offset is not None and node.is_open:
            for stream in node.streams:
                if stream.bound < bound + offset:
                    stream.raise_bound(bound + offset)

    def _run_immediately(self, node: RunningNode) -> None:
        """The immediate policy: process each packet as it comes, the earliest first."""
        waiting = [(q.packets[0].timestamp, i) for i, q in enumerate(node.queues) if q.packets]
        values = node.context.values
        if waiting:
            time, position = min(waiting)
            values[:] = [None] * len(values)
            values[position] = node.queues[position].packets.popleft().value
            self._process(node, time)
            node.ask()
            return
        if node.contract.on_bounds:
            values[:] = [None] * len(values)
            self._process(node, max(queue.bound for queue in node.queues) - 1)
        if all(queue.bound == DONE for queue in node.queues):
            self.close(node)

    def _run_source(self) -> bool:
        """Let the first source that may run make packets; whether there was one."""
        sources = [node for node in self._sources if node.is_open]
        if not sources:
            return False
        if self.is_stopping:
            for node in sources:
                self.close(node)
            return True
        free = [node for node in sources if not self._is_throttled(node)]
        # If every source waits for a full queue, the queues are too short: the graph would stand
        # still. As upstream does, go beyond the limit.
        source = min(free or sources, key=_next_time)
        self._process(source, _next_time(source))
        if source.context.is_stopped:
            self.close(source)
        return True

    def _is_throttled(self, node: RunningNode) -> bool:
        if self.max_queue < 0:
            return False
        return any(len(queue.packets) >= self.max_queue for queue in node.throttled_by)

    def _process(self, node: RunningNode, time: int) -> None:
        node.context.timestamp = time
        if self._recorder is None:
            try:
                node.process(node.context)
            except Exception as error:
                raise _failure(node, error, time) from error
            return
        start = perf_counter_ns()
        self._call(node, node.process, time)
        self._recorder.ran(node.name, time, start, perf_counter_ns())

    def _call(
        self, node: RunningNode, method: Callable[[Context], None], time: int | None = None
    ) -> None:
        try:
            method(node.context)
        except Exception as error:
            raise _failure(node, error, time) from error

    def close(self, node: RunningNode) -> None:
        """Close a node, and with it the streams that it feeds. Raises GraphError if it fails."""
        if not node.is_open:
            return
        node.is_open = False
        values = node.context.values
        values[:] = [None] * len(values)
        try:
            self._call(node, node.calculator.close)
        finally:
            for stream in node.streams:
                stream.close()
            for queue in node.queues:
                queue.packets.clear()

    def close_all(self, *, has_failed: bool) -> list[GraphError]:
        """Close every node that is open, in their order; the errors of those that fail."""
        errors = []
        for node in self.nodes:
            node.context.has_failed = has_failed
            try:
                self.close(node)
            except GraphError as error:
                errors.append(error)
        self.agenda.clear()
        return errors

    def take_drops(self) -> Iterator[tuple[str, int]]:
        """How many packets of which stream a node has dropped since this was last asked."""
        for node in self.nodes:
            for position, count in node.context.drops.items():
                yield node.queues[position].stream, count
            node.context.drops.clear()

    def end_back_edges(self) -> bool:
        """Close the back edges of nodes whose other inputs have ended; whether there were any.

        Nothing can come through them once the graph is idle and all else has ended. Without this, a
        loop would wait for itself.
        """
        for node in self.nodes:
            back = [queue for queue in node.queues if queue.is_back_edge and queue.bound < DONE]
            others = [queue for queue in node.queues if not queue.is_back_edge]
            if node.is_open and back and all(_has_ended(queue) for queue in others):
                for queue in back:
                    queue.bound = DONE
                node.ask()
                return True
        return False

    def waits(self) -> Iterator[str]:
        """Who waits for what: a sentence for each open node that has packets it cannot process."""
        for node in self.nodes:
            if node.is_open and any(queue.packets for queue in node.queues):
                first = min(q.packets[0].timestamp for q in node.queues if q.packets)
                missing = [q.stream for q in node.queues if not q.packets and q.bound <= first]
                if missing:
                    yield (
                        f"node {node.name} has packets at {time_name(first)} and waits for "
                        + " and ".join(f'stream "{name}"' for name in missing)
                    )


def _next_time(source: RunningNode) -> int:
    """How far a source has come: the time that its packets may have next.

    Streams that have ended, such as that of a header, do not count.
    """
    bounds = [stream.bound for stream in source.streams]
    return max((bound for bound in bounds if bound < ONE_OVER_POST_STREAM), default=DONE)


def _has_ended(queue: Queue) -> bool:
    return queue.bound == DONE and not queue.packets


def _failure(node: RunningNode, error: Exception, time: int | None) -> GraphError:
    where = f"node {node.name}" + ("" if time is None else f" at {time_name(time)}")
    return GraphError(f"{where}: {_words(error)}", node=node.name, timestamp=time)


def _words(error: Exception) -> str:
    """What went wrong; the type says it where the message alone would not."""
    kind, text = type(error).__name__, str(error)
    if not text:
        return kind
    return f"{kind}: {text}" if isinstance(error, LookupError | AssertionError) else text


def priority_of(position: int, contract: Contract) -> int:
    """The priority of the node at a position of the order; lower runs first."""
    return -position - (_IMMEDIATE_FIRST if contract.policy == "immediate" else 0)
