"""Switch containers: several nodes of which one works at a time, as a subgraph.

A SwitchDemuxCalculator sends the inputs to the node of the chosen channel, a SwitchMuxCalculator
takes what comes out. Port "C1__IMAGE:2" of theirs is port "IMAGE:2" of channel 1.

Source: mediapipe/framework/tool/switch_container.cc
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..checking.problems import Problem, problem_of
from ..config import Connection, GraphConfig, Node, Options, place_of
from ..options.node_options import options_message
from ..texts.reading import contained_nodes

SWITCH = "SwitchContainer"
OPTIONS = "mediapipe.SwitchContainerOptions"
_CHOICES = ("SELECT", "ENABLE")


def switch_graph(node: Node, name: str, problems: list[Problem]) -> GraphConfig | None:
    """The graph that does the work of a switch container.

    name: the full name of the node.
    Returns None and adds to the problems if the container has no nodes or two ways to choose.
    """
    options = options_message(OPTIONS, node.options)
    held = next((one for one in node.options if one.type == OPTIONS), Options(OPTIONS))
    contained = contained_nodes(held, "contained_node")
    choices = {end.tag for end in (*node.inputs, *node.side_inputs) if end.tag in _CHOICES}
    if not contained:
        text = "the switch container has no contained_node: add one for each channel"
        problems.append(problem_of(node, name, text))
    if len(choices) == 2:
        text = "the switch container has both SELECT and ENABLE: keep one"
        problems.append(problem_of(node, name, text, words="ENABLE"))
    if problems:
        return None
    ticks = list(options.tick_input_stream)
    del options.contained_node[:]
    inner = replace(held, content=options.SerializeToString(), unknown=())
    nodes = _nodes(node, contained, inner, ticks)
    return GraphConfig(
        tuple(replace(one, line=node.line, file=node.file) for one in nodes),
        SWITCH,
        (*_choosing(node.inputs), *_data(node.inputs)),
        _data(node.outputs),
        (*_choosing(node.side_inputs), *_data(node.side_inputs)),
        _data(node.side_outputs),
        file=node.file,
    )


def _nodes(
    node: Node, contained: tuple[Node, ...], options: Options, ticks: list[str]
) -> Iterator[Node]:
    inputs, side_inputs = _data(node.inputs), _data(node.side_inputs)
    outputs, side_outputs = _data(node.outputs), _data(node.side_outputs)
    select, side_select = _choosing(node.inputs), _choosing(node.side_inputs)
    timed = tuple(replace(end, name=_timed(end)) for end in select)
    channels = range(len(contained))
    for end in select:
        yield _sequencer(end, _ticks(inputs, ticks))
    yield Node(
        "SwitchDemuxCalculator",
        inputs=(*timed, *inputs),
        outputs=_channels(inputs, channels),
        side_inputs=(*side_select, *side_inputs),
        side_outputs=_channels(side_inputs, channels),
        options=(options,),
    )
    for channel, one in enumerate(contained):
        yield replace(
            one,
            inputs=(*one.inputs, *_channel(inputs, channel)),
            outputs=(*one.outputs, *_channel(outputs, channel)),
            side_inputs=(*one.side_inputs, *_channel(side_inputs, channel)),
            side_outputs=(*one.side_outputs, *_channel(side_outputs, channel)),
        )
    yield Node(
        "SwitchMuxCalculator",
        inputs=(*timed, *_channels(outputs, channels)),
        outputs=outputs,
        side_inputs=(*side_select, *_channels(side_outputs, channels)),
        side_outputs=side_outputs,
        options=(options,),
    )


def _choosing(ends: Iterable[Connection]) -> tuple[Connection, ...]:
    """The ends that choose the channel."""
    return tuple(end for end in ends if end.tag in _CHOICES)


def _timed(select: Connection) -> str:
    return f"gate_{select.tag.lower()}_timed"


def _data(ends: Iterable[Connection]) -> tuple[Connection, ...]:
    """The ends that go to the contained nodes, sorted as MediaPipe does."""
    kept = (end for end in ends if end.tag not in _CHOICES)
    return tuple(sorted(kept, key=lambda end: (end.tag, end.index)))


def _channel(ends: Iterable[Connection], channel: int) -> tuple[Connection, ...]:
    """The ends at the contained node of a channel."""
    return tuple(replace(end, name=f"c{channel}__{end.name}") for end in ends)


def _channels(ends: Iterable[Connection], channels: range) -> tuple[Connection, ...]:
    """The ends of all channels at the demultiplexer or multiplexer."""
    return tuple(
        replace(end, tag=f"C{channel}__{end.tag}", is_indexed=end.index > 0)
        for channel in channels
        for end in _channel(ends, channel)
    )


def _ticks(inputs: tuple[Connection, ...], chosen: Iterable[str]) -> list[Connection]:
    """The inputs that give the choice its times."""
    places = {place_of(tag_index) for tag_index in chosen}
    return [end for end in inputs if not places or (end.tag, end.index) in places]


def _sequencer(select: Connection, ticks: list[Connection]) -> Node:
    """A node that repeats the choice at each time of the inputs."""
    ends = [Connection("TICK", number, end.name, number > 0) for number, end in enumerate(ticks)]
    return Node(
        "PacketSequencerCalculator",
        inputs=(Connection("INPUT", 0, select.name), *ends),
        outputs=(Connection("OUTPUT", 0, _timed(select)),),
    )
