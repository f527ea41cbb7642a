"""`mp.CalculatorGraph`: MediaPipe's own interface to graphs, on knuckle's."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping
from enum import IntEnum
from os import PathLike
from typing import Any, NamedTuple

from knuckle.closing import Closing
from knuckle.errors import GraphError
from knuckle.graph.checking.stream_types import Wire
from knuckle.graph.packets import UNSET
from knuckle.graph.packets import Packet as EnginePacket
from knuckle.graph.running.graph import DEFAULT_QUEUE
from knuckle.graph.running.graph import CalculatorGraph as Engine
from knuckle.graph.services import Exact
from knuckle.networks.setup import Wanted

from .errors import Unusable, failed
from .graph_files import ValidatedGraphConfig, graph_from, ready
from .packets import Packet, microseconds_of, packet_from_graph, value_for_graph
from .switches import choose
from .timestamp import Timestamp

Callback = Callable[[str, Packet], object]


class GraphInputStreamAddMode(IntEnum):
    """What `add_packet_to_input_stream` does while too many packets wait."""

    WAIT_TILL_NOT_FULL = 0
    ADD_IF_NOT_FULL = 1  # else raise a RuntimeError


class _Observer(NamedTuple):
    stream: str
    callback: Callback
    with_bounds: bool


class _Seen:
    """What the thread of the nodes tells the threads of the program.

    count: packets that were observed. errors: those that callbacks raised.
    """

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.count = 0
        self.errors: list[Exception] = []

    def call(self, observer: _Observer, packet: Packet) -> None:
        """Hand a packet to an observer."""
        try:
            observer.callback(observer.stream, packet)
        except Exception as error:
            self.errors.append(error)
        with self.changed:
            self.count += 1
            self.changed.notify_all()


class CalculatorGraph(Closing):
    """A graph that runs: packets go in, and functions see the packets that come out.

    binary_graph_path: a file with a graph, binary or text. For a path of MediaPipe's own graphs,
        such as "mediapipe/modules/hand_landmark/hand_landmark_tracking_cpu.binarypb", knuckle's own
        are taken.
    graph_config: the graph as a CalculatorGraphConfig, or as its text.
    validated_graph_config: the graph as a ValidatedGraphConfig.
    background: knuckle's own: whether nodes run in a thread of their own, as in MediaPipe. False
        runs them in the thread that waits, which is a little quicker.
    exact: knuckle's own: match MediaPipe's numbers to 0.01 px instead of 0.1, as for `Hands`.

    Raises ValueError without a graph, FileNotFoundError if there is no such file, and an error that
    is a ValueError and a RuntimeError if the graph cannot be read or run.
    """

    def __init__(
        self,
        *,
        binary_graph_path: str | PathLike[str] | None = None,
        graph_config: Any = None,
        validated_graph_config: ValidatedGraphConfig | None = None,
        background: bool = True,
        exact: bool | None = None,
    ) -> None:
        self._is_exact = choose(exact=exact).exact
        if validated_graph_config is not None:
            self._graph = validated_graph_config.graph
        elif binary_graph_path is None and graph_config is None:
            raise ValueError("give binary_graph_path, graph_config or validated_graph_config")
        else:
            given = graph_from(binary_graph_path=binary_graph_path, graph_config=graph_config)
            self._graph = ready(given)
        self._is_background = background
        self._mode = GraphInputStreamAddMode.WAIT_TILL_NOT_FULL
        self._observers: list[_Observer] = []
        self._seen = _Seen()
        self._last_seen = 0
        self._open_inputs: set[str] = set()
        self._engine: Engine | None = None  # of the last run
        self._is_running = False
        self._end: Callable[[], object] = lambda: None

    @property
    def text_config(self) -> str:
        """The graph without subgraphs as a text."""
        return self._graph.text

    @property
    def binary_config(self) -> bytes:
        """The graph without subgraphs as a serialised CalculatorGraphConfig."""
        return self._graph.binary

    @property
    def max_queue_size(self) -> int:
        """How many packets may wait in a stream; -1 for any number."""
        size = self._graph.config.max_queue_size
        return DEFAULT_QUEUE if size is None else size

    @property
    def graph_input_stream_add_mode(self) -> GraphInputStreamAddMode:
        """What to do with a packet while too many wait."""
        return self._mode

    @graph_input_stream_add_mode.setter
    def graph_input_stream_add_mode(self, mode: GraphInputStreamAddMode) -> None:
        if not isinstance(mode, GraphInputStreamAddMode):
            raise TypeError(f"the mode is a GraphInputStreamAddMode, not {mode!r}")
        self._mode = mode

    def observe_output_stream(
        self, stream_name: str, callback_fn: Callback, observe_timestamp_bounds: bool = False
    ) -> None:
        """Have a function called for each packet of a stream, in every run. Call it before a run.

        stream_name: any stream of the graph, also one inside a subgraph by its full name.
        callback_fn: gets the name and the packet, in the thread of the nodes. What it raises is
            raised by the next call that waits.
        observe_timestamp_bounds: also call it with an empty packet for times that have none.
        Raises TypeError or RuntimeError for what cannot be observed.
        """
        if not callable(callback_fn):
            raise TypeError(f"callback_fn must be a function, not {callback_fn!r}")
        if not self._graph.has(Wire(stream_name)):
            raise Unusable(f'the graph has no stream "{stream_name}" to observe')
        if self._is_running:
            raise Unusable("observe the streams before start_run")
        self._observers.append(_Observer(stream_name, callback_fn, bool(observe_timestamp_bounds)))

    def start_run(self, input_side_packets: Mapping[str, Packet] | None = None) -> None:
        """Start a run; after its end, another one can be started.

        input_side_packets: packets by name.
        Raises an error that is a ValueError and a RuntimeError if one is missing or does not fit,
        if a node cannot be opened, or during another run.
        """
        if self._is_running:
            raise Unusable("the graph runs already: close it before the next start_run")
        sides = {
            name: value_for_graph(packet, self._side_type(name), f'side packet "{name}"')
            for name, packet in (input_side_packets or {}).items()
            if self._graph.has(Wire(name, is_side=True))  # MediaPipe leaves others alone
        }
        engine = Engine(
            self._graph.config, services=[Wanted(precision="float32"), Exact(self._is_exact)]
        )
        for observer in self._observers:
            engine.observe(observer.stream, self._observing(observer), bounds=observer.with_bounds)
        self._seen.errors.clear()
        self._engine = engine
        self._open_inputs = {connection.name for connection in self._graph.config.inputs}
        try:
            engine.start(sides, background=self._is_background)
        except GraphError as error:
            raise failed(error) from error
        self._is_running = True
        self._end = weakref.finalize(self, engine.abort)

    def _side_type(self, name: str) -> Any:
        return self._graph.types.get(Wire(name, is_side=True))

    def _observing(self, observer: _Observer) -> Callable[[EnginePacket], None]:
        """A function for the engine. It knows nothing of the graph, which may be forgotten."""
        kind = self._graph.types.get(Wire(observer.stream))
        seen = self._seen

        def observe(packet: EnginePacket) -> None:
            seen.call(observer, packet_from_graph(packet.value, packet.timestamp, kind))

        return observe

    def add_packet_to_input_stream(
        self, stream: str, packet: Packet, timestamp: Timestamp | int = Timestamp.UNSET
    ) -> None:
        """Send a packet into an input stream of the graph.

        timestamp: by default that of the packet.
        Raises an error that is a ValueError and a RuntimeError for a stream, a packet or a time
        that does not fit, while too many packets wait in the mode ADD_IF_NOT_FULL, without a run,
        and if the graph has failed.
        """
        engine = self._running()
        kind = self._graph.types.get(Wire(stream))
        value = value_for_graph(packet, kind, f'stream "{stream}"')
        time = microseconds_of(timestamp)
        time = packet.timestamp.value if time == UNSET else time
        if time == UNSET:
            raise Unusable("the packet has no time: packet.at(microseconds) gives it one")
        try:
            waits = self._mode == GraphInputStreamAddMode.WAIT_TILL_NOT_FULL
            if not waits and not engine.has_room(stream):
                raise Unusable(f'too many packets wait for stream "{stream}": add it later')
            engine.add_packet(stream, value, time)
        except GraphError as error:
            raise failed(error) from error
        except ValueError as error:
            raise Unusable(str(error)) from error

    def close_input_stream(self, stream: str) -> None:
        """Say that no packet will come in an input stream any more."""
        if not self._is_running:
            return
        try:
            self._running().close_input(stream)
        except ValueError as error:
            raise Unusable(str(error)) from error
        self._open_inputs.discard(stream)
        self._notify()

    def close_all_packet_sources(self) -> None:
        """Say that no packet will come in any input stream, and stop nodes that make packets."""
        if self._is_running and self._engine is not None and self._engine.error is None:
            self._engine.stop_sources()
            self._engine.close_inputs()
        self._open_inputs.clear()
        self._notify()

    def _notify(self) -> None:
        with self._seen.changed:
            self._seen.changed.notify_all()

    def wait_until_idle(self) -> None:
        """Wait until no node can run.

        Raises an error that is a ValueError and a RuntimeError if a node failed or nothing runs,
        and what a callback raised.
        """
        if self._engine is None:
            self._running()
        if self._is_running:
            self._wait(self._running().wait_until_idle)

    def wait_until_done(self) -> None:
        """Wait until the run has ended: all inputs are closed, and no node can run.

        Errors as for `wait_until_idle`.
        """
        if self._engine is None:
            self._running()
        with self._seen.changed:
            while self._is_running and self._open_inputs and not self.has_error():
                self._seen.changed.wait(0.05)  # another thread may close them, a node may fail
        self._finish()

    def close(self) -> None:
        """Close the inputs, stop the nodes that make packets, and wait until the run has ended.

        Without a run, it does nothing. Errors as for `wait_until_idle`.
        """
        self.close_all_packet_sources()
        self._finish()

    def abort(self) -> None:
        """End the run without processing what waits; for `with` blocks that an error leaves."""
        self._end()
        self._is_running = False
        self._notify()

    def _finish(self) -> None:
        engine = self._engine
        if engine is None or not self._is_running:
            return
        try:
            self._wait(engine.close)
        finally:
            self.abort()

    def wait_for_observed_output(self) -> None:
        """Wait until an observed stream has a packet since the last call, or the run has ended.

        Errors as for `wait_until_idle`.
        """
        engine = self._running()
        if not self._is_background:
            self._wait(engine.wait_until_idle)
        with self._seen.changed:
            while self._seen.count == self._last_seen and self._is_running:
                self._seen.changed.wait(0.05)  # or a node may fail, or another thread close it
                if self.has_error():
                    break
            self._last_seen = self._seen.count
        if self.has_error():
            self._wait(engine.wait_until_idle)
        self._wait(lambda: None)

    def has_error(self) -> bool:
        """Whether a node has failed in the last run."""
        return self._engine is not None and self._engine.error is not None

    def get_combined_error_message(self) -> str:
        """Why the graph failed; "" if it did not."""
        return str(self._engine.error) if self._engine and self._engine.error else ""

    def get_output_side_packet(self, name: str) -> Packet:
        """A side packet that a node has made. Raises RuntimeError if there is none of this name."""
        sides = self._engine.sides if self._engine else {}
        if name not in sides:
            raise Unusable(f'there is no side packet "{name}" yet: start_run and the graph make it')
        return packet_from_graph(sides[name], UNSET, self._side_type(name))

    def _running(self) -> Engine:
        if not self._is_running or self._engine is None:
            raise Unusable("the graph does not run: call start_run first")
        return self._engine

    def _wait(self, wait: Callable[[], object]) -> None:
        """Wait in a way, and raise what went wrong meanwhile."""
        try:
            wait()
        except GraphError as error:
            raise failed(error) from error
        if self._seen.errors:
            raise self._seen.errors.pop(0)
