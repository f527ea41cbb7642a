"""Graphs built in Python, from the words that files use."""

from __future__ import annotations

from typing import Any

import pytest

from knuckle.graph.config import Connection, GraphConfig, InputInfo, Node, connections
from knuckle.graph.options.node_options import message_in


def options_of(node: Node) -> Any:
    """The message of a node's options."""
    return message_in(node.options[0])


def test_a_node_is_made_of_words() -> None:
    """The same as from the data types."""
    node = Node.of(
        "PreviousLoopbackCalculator",
        inputs=["MAIN:image", "LOOP:rects"],
        outputs=["PREV_LOOP:previous_rects"],
        back_edges=["LOOP"],
        name="Rects",
    )

    assert node == Node(
        "PreviousLoopbackCalculator",
        "Rects",
        (Connection("MAIN", 0, "image"), Connection("LOOP", 0, "rects")),
        (Connection("PREV_LOOP", 0, "previous_rects"),),
        input_info=(InputInfo("LOOP", back_edge=True),),
    )


def test_a_node_has_options() -> None:
    """By their names."""
    node = Node.of("GateCalculator", options={"empty_packets_as_allow": True})

    assert options_of(node).empty_packets_as_allow


def test_options_go_by_the_calculator() -> None:
    """Knuckle's own, too, and those of calculators that share a message."""
    names = ["KnuckleSmoothingCalculator", "RealTimeFlowLimiterCalculator"]
    fields: list[dict[str, Any]] = [{"tolerance": 0.1}, {"max_in_flight": 2}]
    nodes = [Node.of(name, options=one) for name, one in zip(names, fields, strict=True)]

    assert 0.1 == options_of(nodes[0]).tolerance
    assert "mediapipe.FlowLimiterCalculatorOptions" == nodes[1].options[0].type


def test_an_option_that_there_is_not_is_named() -> None:
    """In one sentence."""
    with pytest.raises(ValueError, match='GateCalculatorOptions has no field "empty_packet"'):
        Node.of("GateCalculator", options={"empty_packet": True})


def test_a_calculator_without_options_says_so() -> None:
    """One sentence."""
    with pytest.raises(ValueError, match="MergeCalculator has no options"):
        Node.of("MergeCalculator", options={"order": 1})


def test_a_word_that_is_no_connection_is_refused() -> None:
    """It says how to write one."""
    with pytest.raises(ValueError, match='"Image" is no connection: write "name", "TAG:name"'):
        Node.of("PassThroughCalculator", inputs=["Image"])


@pytest.fixture
def graph() -> GraphConfig:
    """Two gates."""
    return GraphConfig.of(
        [
            Node.of("GateCalculator", inputs=["image"], outputs=["let_in"]),
            Node.of("GateCalculator", inputs=["let_in"], outputs=["let_out"]),
        ],
        inputs=["image"],
        outputs=["let_out"],
    )


def test_a_graph_gets_more_nodes(graph: GraphConfig) -> None:
    """At its end; outputs without a tag count on."""
    node = Node.of("PassThroughCalculator", inputs=["let_in"], outputs=["again"])
    larger = graph.with_nodes(node, outputs=["again", "LAST:let_in"], side_inputs=["MANY:many"])

    assert (*graph.nodes, node) == larger.nodes
    assert connections("let_out", "again", "LAST:let_in") == larger.outputs
    assert connections("MANY:many") == larger.side_inputs
    assert graph.inputs == larger.inputs


def test_a_node_is_changed(graph: GraphConfig) -> None:
    """By the name that it has when it runs; the others stay."""
    changed = graph.with_changes("GateCalculator_2", calculator="PassThroughCalculator")

    assert ["GateCalculator", "PassThroughCalculator"] == [n.calculator for n in changed.nodes]
    assert graph.nodes[1].inputs == changed.nodes[1].inputs


def test_a_node_that_there_is_not_is_named(graph: GraphConfig) -> None:
    """With those that there are."""
    with pytest.raises(ValueError, match='no node "Gate": it has GateCalculator_1, GateCalcul'):
        graph.with_changes("Gate", name="gate")
