"""Switch containers become a demultiplexer, their nodes and a multiplexer, as in MediaPipe."""

from __future__ import annotations

import pytest

from knuckle.errors import GraphError
from knuckle.graph.config import GraphConfig
from knuckle.graph.expanding.expansion import expanded
from knuckle.graph.options.node_options import options_message
from knuckle.graph.texts.reading import graph_from_text

CONTAINER = """
    input_stream: "a" input_stream: "sel" input_stream: "d" input_side_packet: "k"
    node {
      calculator: "SwitchContainer"
      %s
      options { [mediapipe.SwitchContainerOptions.ext] {
        %s
        contained_node { calculator: "PassThroughCalculator" }
        contained_node { calculator: "GateCalculator"
          options { [mediapipe.GateCalculatorOptions.ext] { allow: true } } }
      } }
    }
"""


def container(ports: str, options: str = "") -> GraphConfig:
    """A graph with a switch container, expanded."""
    return expanded(graph_from_text(CONTAINER % (ports, options)))


def ends(config: GraphConfig, name: str) -> tuple[list[str], list[str], list[str], list[str]]:
    """The ends of a node: inputs, outputs, input and output side packets."""
    node = next(one for one in config.nodes if one.name == name)
    lists = (node.inputs, node.outputs, node.side_inputs, node.side_outputs)
    return tuple(list(map(str, one)) for one in lists)  # type: ignore[return-value]


def test_a_choice_by_a_stream() -> None:
    """The choice is repeated at each time of the inputs."""
    config = container('input_stream: "SELECT:sel" input_stream: "a" output_stream: "b"')

    assert (["INPUT:sel", "TICK:a"], ["OUTPUT:switchcontainer__gate_select_timed"], [], []) == ends(
        config, "switchcontainer__PacketSequencerCalculator"
    )
    assert (
        ["SELECT:switchcontainer__gate_select_timed", "a"],
        ["C0__:switchcontainer__c0__a", "C1__:switchcontainer__c1__a"],
        [],
        [],
    ) == ends(config, "switchcontainer__SwitchDemuxCalculator")
    assert (["switchcontainer__c1__a"], ["switchcontainer__c1__b"], [], []) == ends(
        config, "switchcontainer__GateCalculator"
    )
    assert (
        [
            "SELECT:switchcontainer__gate_select_timed",
            "C0__:switchcontainer__c0__b",
            "C1__:switchcontainer__c1__b",
        ],
        ["b"],
        [],
        [],
    ) == ends(config, "switchcontainer__SwitchMuxCalculator")


def test_a_choice_by_a_side_packet() -> None:
    """Ports are sorted; those with an index keep it."""
    config = container(
        'name: "My Switch.x" input_side_packet: "ENABLE:k" input_stream: "IN:1:d" '
        'input_stream: "IN:a" output_stream: "OUT:b" input_side_packet: "P:l" '
        'output_side_packet: "P:m"'
    )

    assert (
        ["IN:a", "IN:1:d"],
        [
            "C0__IN:my_switch_x__c0__a",
            "C0__IN:1:my_switch_x__c0__d",
            "C1__IN:my_switch_x__c1__a",
            "C1__IN:1:my_switch_x__c1__d",
        ],
        ["ENABLE:k", "P:l"],
        ["C0__P:my_switch_x__c0__l", "C1__P:my_switch_x__c1__l"],
    ) == ends(config, "my_switch_x__SwitchDemuxCalculator")
    assert (["ENABLE:k", "C0__P:my_switch_x__c0__m", "C1__P:my_switch_x__c1__m"], ["P:m"]) == ends(
        config, "my_switch_x__SwitchMuxCalculator"
    )[2:]


def test_the_ticks_can_be_chosen() -> None:
    """Without a choice all inputs tick."""
    ports = 'input_stream: "ENABLE:sel" input_stream: "IN:a" input_stream: "IN:1:d"'

    assert ["INPUT:sel", "TICK:a", "TICK:1:d"] == list(map(str, container(ports).nodes[0].inputs))
    assert ["INPUT:sel", "TICK:d"] == list(
        map(str, container(ports, 'tick_input_stream: "IN:1"').nodes[0].inputs)
    )


def test_options_and_lines_are_kept() -> None:
    """Both ends of the switch have the container's options, the nodes their own."""
    config = container('input_stream: "a" output_stream: "b"', "select: 1 synchronize_io: true")
    demux, _, gate, mux = config.nodes

    for one in (demux, mux):
        message = options_message("mediapipe.SwitchContainerOptions", one.options)
        assert (1, True, 0) == (message.select, message.synchronize_io, len(message.contained_node))
    assert options_message("mediapipe.GateCalculatorOptions", gate.options).allow
    assert {3} == {one.line for one in config.nodes}


def test_a_container_that_cannot_work() -> None:
    """It needs nodes, and one way to choose."""
    with pytest.raises(GraphError, match="has both SELECT and ENABLE"):
        container('input_stream: "SELECT:sel" input_side_packet: "ENABLE:k" input_stream: "a"')
    with pytest.raises(GraphError, match="has no contained_node"):
        expanded(graph_from_text('node { calculator: "SwitchContainer" input_stream: "a" }'))


def test_names_within_subgraphs() -> None:
    """The streams of a container inside a subgraph have its full names behind the channel."""
    inner = graph_from_text(
        CONTAINER % ('input_stream: "a" output_stream: "b"', "") + 'output_stream: "d2"'
    )
    outer = graph_from_text('node { calculator: "Loader" input_stream: "x" }')
    [demux, first, *_] = expanded(outer, subgraphs={"Loader": inner}).nodes

    assert "loader__switchcontainer__SwitchDemuxCalculator" == demux.name
    assert "loader__switchcontainer__c0__loader__b" == first.outputs[0].name
