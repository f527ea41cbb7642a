"""A graph that runs: packets go in, packets come out."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...closing import Closing
from ...errors import GraphError
from ..calculators import CALCULATORS
from ..checking.validation import checked
from ..config import GraphConfig
from ..contracts import check_value
from ..expanding.expansion import Subgraphs, expanded
from ..packets import DONE, PRE_STREAM, Packet, bound_after, is_allowed_in_stream, time_name
from .mistakes import check_given, check_sides, read_only, whole_time
from .observing import Output
from .plan import Calculators, Plan, plan_of, record, side_types
from .scheduler import Recorder, Scheduler

DEFAULT_QUEUE = (
    100  # packets that may wait in a stream. Source: mediapipe/framework/calculator.proto
)


class CalculatorGraph(Closing):
    """Runs a graph of calculators.

        graph = knuckle.graph.load("hand_tracking_desktop_live")
        with CalculatorGraph(graph) as running:
            hands = running.observe("landmarks")
            running.start({"model_complexity": 1})
            for frame in knuckle.open_source("clip.mp4"):
                running.add_packet("input_video", frame.image, round(frame.time * 1e6))
                running.wait_until_idle()
                print(hands.take())

    config: the graph; its subgraphs are expanded.
    calculators: calculators of your own, by the names that the graph uses.
    subgraphs: graphs of your own, by the types that the graph uses.
    services: values for all nodes, such as `Wanted(engine="openvino")` for the networks.
    recorder: writes down what the nodes do, as `Recording` does.

    The nodes run in the thread that waits, or in a thread of their own after
    `start(background=True)`. Then packets may be added from any thread while the graph works.

    Raises GraphError if the graph is not valid, and when a node fails.
    """

    def __init__(
        self,
        config: GraphConfig,
        *,
        calculators: Calculators | None = None,
        subgraphs: Subgraphs | None = None,
        services: Iterable[Any] = (),
        recorder: Recorder | None = None,
    ) -> None:
        check_given(config, calculators or {})
        self._calculators = {**CALCULATORS, **(calculators or {})}
        self.config = expanded(config, subgraphs=subgraphs or {}, calculators=self._calculators)
        checked(self.config, calculators=self._calculators)
        self._services = {type(service): service for service in services}
        self._recorder = recorder
        self._observers: list[tuple[str, Callable[[Packet], None], bool]] = []
        self._outputs: list[Output] = []
        self._notes: dict[str, None] = {}
        self._incoming: deque[tuple[str, Packet | int]] = deque()
        self._bounds: dict[str, int] = {}  # of the graph's inputs, as callers have set them
        self._blocked = 0  # callers that wait for room
        self._turn = threading.RLock()  # held by the thread that runs nodes
        self._changed = threading.Condition()  # packets came, or the worker has become idle
        self._plan: Plan | None = None
        self._scheduler: Scheduler | None = None
        self._worker: threading.Thread | None = None
        self._is_idle = True
        self._is_closing = False
        self._is_cancelled = False
        self._is_closed = False
        self._is_reported = False  # whether a call has raised the error
        self._error: GraphError | None = None
        self.sides: dict[str, Any] = {}  # side packets by name: those given, then those of nodes

    @property
    def notes(self) -> tuple[str, ...]:
        """What the nodes told their user, each note once."""
        return tuple(self._notes)

    @property
    def error(self) -> GraphError | None:
        """Why the graph failed; None if it did not."""
        return self._error

    def observe(
        self, stream: str, callback: Callable[[Packet], None] | None = None, *, bounds: bool = False
    ) -> Output:
        """The packets of a stream as they come. Call it before `start`.

        stream: its name; any stream of the graph, also one inside a subgraph by its full name.
        callback: is called for each packet in the thread that runs the nodes; then the Output stays
            empty.
        bounds: packets with the value None, too, for times that have none.
        Raises ValueError for a stream that the graph lacks.
        """
        names = [c.name for c in self.config.inputs]
        names += [c.name for node in self.config.nodes for c in node.outputs]
        if stream not in names:
            raise ValueError(f'the graph has no stream "{stream}": it has {", ".join(names)}')
        if self._plan is not None:
            raise ValueError("observe the streams before the graph is started")
        output = Output(stream)
        self._outputs.append(output)
        self._observers.append((stream, callback or output.put, bounds))
        return output

    def start(self, sides: Mapping[str, Any] | None = None, *, background: bool = False) -> None:
        """Open the nodes.

        sides: the side packets, by name.
        background: run the nodes in a thread of their own.
        Raises GraphError when a side packet is missing or a node cannot open, TypeError for a side
        packet of the wrong type, ValueError for one that the graph does not take.
        """
        if self._plan is not None:
            raise ValueError("the graph has been started: make a new one for another run")
        self.sides = given = dict(sides or {})
        checked(self.config, calculators=self._calculators, side_packets=given.keys())
        check_sides(self.config, given)
        plan = self._planned(given)
        limit = self.config.max_queue_size
        self._scheduler = Scheduler(
            plan.nodes,
            plan.agenda,
            max_queue=DEFAULT_QUEUE if limit is None else limit,
            recorder=self._recorder,
        )
        self._plan = plan
        try:
            self._scheduler.open()
        except GraphError as error:
            self._fail(error)
            self._raise()
        for output in self._outputs:
            output.start(background=background)
        if background:
            self._is_idle = False
            self._worker = threading.Thread(target=self._work, name="knuckle graph", daemon=True)
            self._worker.start()

    def _planned(self, sides: dict[str, Any]) -> Plan:
        types = side_types(self.config, self._calculators)
        for name, value in sides.items():
            if name in types:
                check_value(value, types[name], f'side packet "{name}"')
        plan = plan_of(
            self.config,
            self._calculators,
            sides=sides,
            services=self._services,
            notes=lambda note: self._notes.update({note: None}),
        )
        for stream, observer, bounds in self._observers:
            plan.streams[stream].observers.append(observer)
            if bounds:
                plan.streams[stream].bound_observers.append(observer)
        if self._recorder is not None:
            record(plan.streams.values(), self._recorder)
        return plan

    def add_packet(self, stream: str, value: Any, timestamp: int) -> None:
        """Send a packet into an input stream of the graph.

        timestamp: microseconds; it must be above that of the last packet of the stream.
        While too many packets wait, the call waits, too: for the thread that runs the nodes, or by
        running them.
        Raises TypeError for a value of the wrong type, ValueError for a stream or a time that is
        not allowed, GraphError if the graph has failed.
        """
        plan = self._started()
        bound, timestamp = self._bound(plan, stream), whole_time(timestamp)
        if value is None:
            raise TypeError(f'a packet needs a value, but stream "{stream}" got None')
        if stream in plan.stream_types:
            check_value(value, plan.stream_types[stream], f'stream "{stream}"')
        if bound == DONE:
            raise ValueError(f'stream "{stream}" has been closed: it takes no more packets')
        if not is_allowed_in_stream(timestamp) or timestamp < bound:
            raise ValueError(
                f'stream "{stream}" got a packet at {time_name(timestamp)}, but times must '
                f"increase: the next may be {time_name(bound)} at the earliest"
            )
        self._bounds[stream] = bound_after(timestamp)
        self._make_room(plan, stream)
        self._send(stream, Packet(read_only(value), timestamp))

    def has_room(self, stream: str) -> bool:
        """Whether `add_packet` would send a packet into a stream without waiting."""
        plan = self._started()
        self._bound(plan, stream)
        return not self._is_full(plan, stream)

    def stop_sources(self) -> None:
        """Let no source make packets any more; `close` then ends with those that there are."""
        self._started()
        assert self._scheduler is not None
        self._scheduler.is_stopping = True

    def raise_bound(self, stream: str, timestamp: int) -> None:
        """Say that no packet before `timestamp` will come in an input stream any more."""
        if timestamp > self._bound(self._started(), stream):
            self._bounds[stream] = timestamp
            self._send(stream, timestamp)

    def close_input(self, stream: str) -> None:
        """Say that no packet will come in an input stream any more."""
        self.raise_bound(stream, DONE)

    def close_inputs(self) -> None:
        """Say that no packet will come in any input stream any more."""
        for stream in self._started().inputs:
            self.close_input(stream)

    def wait_until_idle(self, timeout: float | None = None) -> bool:
        """Wait until no node can run; whether that came within `timeout` seconds.

        Raises GraphError if a node failed.
        """
        self._started()
        self._refuse_worker()
        if self._worker is None:
            self._run()
            self._raise()
            return True
        with self._changed:
            is_idle = self._changed.wait_for(lambda: self._is_idle and not self._incoming, timeout)
        self._raise()
        return is_idle

    def waiting_for(self) -> list[str]:
        """Who waits for what: a sentence for each node that has packets it cannot process yet."""
        return list(self._scheduler.waits()) if self._scheduler is not None else []

    def close(self) -> None:
        """End all inputs, run to the end, and close the nodes; closing again does nothing.

        Raises GraphError if a node failed, unless another call has raised it, or if a node was left
        with packets that it could not process.
        """
        if self._is_closed or self._scheduler is None or self._plan is None:
            self._is_closed = True
            return
        self._refuse_worker()
        if self._error is None:
            self.close_inputs()
        self._stop_worker()
        self._is_closed = True
        while self._error is None:
            self._run()
            if not self._scheduler.end_back_edges():
                break
        if self._error is None and (waits := self.waiting_for()):
            self._fail(GraphError(f"the graph stands still: {'; '.join(waits)}"))
        self._end(self._scheduler, has_failed=False)
        if not self._is_reported:
            self._raise()

    def abort(self) -> None:
        """Close the nodes without processing what waits. What they have finished is kept."""
        self._refuse_worker()
        self._is_cancelled = True
        self._stop_worker()
        self._is_closed = True
        if self._scheduler is not None:
            self._end(self._scheduler, has_failed=True)

    def _refuse_worker(self) -> None:
        if self._worker is threading.current_thread():  # it would wait for itself
            raise ValueError("a calculator or callback cannot wait for its own graph, or close it")

    def _end(self, scheduler: Scheduler, *, has_failed: bool) -> None:
        errors = scheduler.close_all(has_failed=has_failed)
        if errors and self._error is None:
            self._error = errors[0]
        for output in self._outputs:
            output.end(None if self._is_cancelled else self._raise)
        if self._recorder is not None:
            for stream, count in scheduler.take_drops():
                self._recorder.dropped(stream, count)

    def _started(self) -> Plan:
        if self._is_closed:
            raise ValueError("this graph is closed: make a new one for another run")
        if self._plan is None:
            raise ValueError("start the graph first: graph.start()")
        self._raise()
        return self._plan

    def _bound(self, plan: Plan, stream: str) -> int:
        if stream not in plan.inputs:
            names = ", ".join(plan.inputs) or "none"
            raise ValueError(f'the graph has no input stream "{stream}": it has {names}')
        return self._bounds.get(stream, PRE_STREAM)

    def _send(self, stream: str, sent: Packet | int) -> None:
        """Hand over a packet, or a bound, to the thread that runs the nodes."""
        self._incoming.append((stream, sent))
        if self._worker is not None:
            with self._changed:
                self._changed.notify_all()

    def _admit(self) -> None:
        """Take in what has come from outside."""
        while self._incoming:
            name, sent = self._incoming.popleft()
            assert self._plan is not None
            stream = self._plan.streams[name]
            if isinstance(sent, Packet):
                stream.push(sent)
            else:
                stream.raise_bound(sent)
        if self._is_cancelled:
            raise GraphError("the graph was cancelled")
        if self._blocked:
            with self._changed:
                self._changed.notify_all()

    def _make_room(self, plan: Plan, stream: str) -> None:
        """Wait while too many packets wait. If nothing runs, more room would not come: go on."""
        if not self._is_full(plan, stream):
            return
        if self._worker is None:
            self._run()
            self._raise()
            return
        if self._worker is threading.current_thread():  # nobody else would make room
            return
        with self._changed:
            self._blocked += 1
            self._changed.wait_for(
                lambda: not self._is_full(plan, stream) or (self._is_idle and not self._incoming)
            )
            self._blocked -= 1
        self._raise()

    def _is_full(self, plan: Plan, stream: str) -> bool:
        assert self._scheduler is not None
        limit = self._scheduler.max_queue
        if limit < 0:
            return False
        waiting = max((len(queue.packets) for queue in plan.throttled_by[stream]), default=0)
        incoming = sum(name == stream for name, _ in tuple(self._incoming))
        return incoming + waiting >= limit

    def _run(self) -> None:
        """Run nodes until none can run, or one fails."""
        assert self._scheduler is not None
        with self._turn:
            if self._error is None:
                try:
                    self._scheduler.run(self._admit)
                except GraphError as error:
                    self._fail(error)

    def _work(self) -> None:
        """Run nodes whenever packets come; the worker's thread. Sources need no packets."""
        self._run()
        while True:
            with self._changed:
                self._is_idle = True
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._incoming or self._is_closing)
                if self._error is not None or not self._incoming:
                    return
                self._is_idle = False
            self._run()

    def _stop_worker(self) -> None:
        if self._worker is None:
            return
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._worker.join()
        self._worker = None

    def _fail(self, error: GraphError) -> None:
        """Close every node after a failure; what they have finished is kept."""
        self._error = error
        self._incoming.clear()
        assert self._scheduler is not None
        self._end(self._scheduler, has_failed=True)

    def _raise(self) -> None:
        if self._error is not None:
            self._is_reported = True
            raise self._error
