"""From an expanded graph to nodes that can run: streams joined, options read, an order found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter_ns
from typing import Any

from ..calculator import Calculator, Context
from ..checking.stream_types import Calculators as Calculators
from ..checking.stream_types import types_of
from ..config import GraphConfig, Node, node_names
from ..contracts import Contract, PacketType, port_of
from ..options.node_options import options_message
from ..packets import Packet
from .scheduler import Recorder, RunningNode, priority_of
from .streams import Queue, Stream

PACKAGE = __name__.partition(".")[0]
IMMEDIATE_HANDLER = "ImmediateInputStreamHandler"


@dataclass(slots=True)
class Plan:
    """A graph that is ready to run.

    nodes: each after those that feed it. streams: by name. inputs: the graph's own.
    stream_types: what the streams carry, by name, as far as it is known.
    throttled_by: the queues that an input of the graph fills in the end, by its name.
    """

    nodes: list[RunningNode]
    agenda: list[int]
    streams: dict[str, Stream]
    inputs: tuple[str, ...]
    stream_types: dict[str, PacketType]
    throttled_by: dict[str, list[Queue]] = field(default_factory=dict)


def plan_of(
    config: GraphConfig,
    calculators: Calculators,
    *,
    sides: dict[str, Any],
    services: Mapping[type, Any],
    notes: Callable[[str], None],
) -> Plan:
    """Make the nodes of an expanded and checked graph.

    sides: side packets by name; the nodes read them when they open.
    """
    names = node_names(config)
    inputs = tuple(connection.name for connection in config.inputs)
    streams = {name: Stream(name) for name in inputs}
    for node in config.nodes:
        streams |= {output.name: Stream(output.name) for output in node.outputs}
    agenda: list[int] = []
    running = []
    for position, number in enumerate(in_order(config)):
        node = config.nodes[number]
        kind = calculators[node.calculator]
        context = _context(node, names[number], kind, streams, sides, services, notes)
        contract = _contract(kind.contract, node)
        one = RunningNode(
            kind(),
            context,
            contract=contract,
            agenda=agenda,
            priority=priority_of(position, contract),
        )
        for connection in node.inputs:
            is_back = (connection.tag, connection.index) in node.back_edges
            queue = Queue(one, connection.name, is_back_edge=is_back)
            one.queues.append(queue)
            streams[connection.name].queues.append(queue)
        running.append(one)
    types = types_of(config, calculators)
    plan = Plan(
        running,
        agenda,
        streams,
        inputs,
        {wire.name: kind for wire, kind in types.items() if not wire.is_side},
    )
    _throttle(plan)
    return plan


def _context(
    node: Node,
    name: str,
    kind: type[Calculator],
    streams: Mapping[str, Stream],
    sides: dict[str, Any],
    services: Mapping[type, Any],
    notes: Callable[[str], None],
) -> Context:
    contract = kind.contract
    types = {
        (c.tag, c.index): port.type
        for c in node.outputs
        if (port := port_of(contract.outputs, c.tag, c.index)) is not None
        and kind.__module__.partition(".")[0] != PACKAGE  # tests hold ours to their contracts
    }
    return Context(
        name,
        contract=contract,
        options=options_message(contract.options, node.options),
        inputs=[(c.tag, c.index) for c in node.inputs],
        outputs={(c.tag, c.index): streams[c.name] for c in node.outputs},
        types=types,
        sides=sides,
        side_inputs={(c.tag, c.index): c.name for c in node.side_inputs},
        side_outputs={(c.tag, c.index): c.name for c in node.side_outputs},
        services=services,
        notes=notes,
    )


def _contract(contract: Contract, node: Node) -> Contract:
    """The contract of a node, whose file may ask for another input policy."""
    if node.input_handler == IMMEDIATE_HANDLER and contract.policy != "immediate":
        return replace(contract, policy="immediate", offset=None)
    return contract


def in_order(config: GraphConfig) -> Iterator[int]:
    """The nodes' numbers, each after those that feed it; back edges do not count.

    Nodes in a cycle come last, in the order of the file. Ties keep the order of the file, too.
    """
    makers: dict[tuple[bool, str], int] = {}
    for number, node in enumerate(config.nodes):
        makers |= {(False, output.name): number for output in node.outputs}
        makers |= {(True, output.name): number for output in node.side_outputs}
    feeders = [
        {
            makers[key]
            for key in (
                *((False, c.name) for c in node.inputs if (c.tag, c.index) not in node.back_edges),
                *((True, c.name) for c in node.side_inputs),
            )
            if key in makers
        }
        for node in config.nodes
    ]
    waiting = list(range(len(config.nodes)))
    done: set[int] = set()
    while waiting:
        ready = next((number for number in waiting if feeders[number] <= done), waiting[0])
        waiting.remove(ready)
        done.add(ready)
        yield ready


def side_types(config: GraphConfig, calculators: Calculators) -> dict[str, PacketType]:
    """What side packets carry, by name, as far as it is known."""
    return {wire.name: kind for wire, kind in types_of(config, calculators).items() if wire.is_side}


def _throttle(plan: Plan) -> None:
    """Find for each source and each input of the graph the queues that it fills in the end."""
    after = {
        stream.name: [queue for queue in stream.queues if not queue.is_back_edge]
        for stream in plan.streams.values()
    }

    def reached(starts: tuple[Stream, ...]) -> list[Queue]:
        queues: dict[int, Queue] = {}
        waiting = [stream.name for stream in starts]
        seen = set(waiting)
        while waiting:
            for queue in after[waiting.pop()]:
                queues[id(queue)] = queue
                assert isinstance(queue.node, RunningNode)
                new = {stream.name for stream in queue.node.streams} - seen
                seen |= new
                waiting += sorted(new)
        return list(queues.values())

    for node in plan.nodes:
        if node.is_source:
            node.throttled_by = reached(node.streams)
    plan.throttled_by = {name: reached((plan.streams[name],)) for name in plan.inputs}


def record(streams: Iterable[Stream], recorder: Recorder) -> None:
    """Tell a recorder of each packet of the streams."""

    def observer(name: str) -> Callable[[Packet], None]:
        return lambda packet: recorder.sent(name, packet.timestamp, perf_counter_ns())

    readers = {}
    for stream in streams:
        stream.observers.append(observer(stream.name))
        nodes = [queue.node for queue in stream.queues]
        readers[stream.name] = [node.name for node in nodes if isinstance(node, RunningNode)]
    recorder.began(readers)
