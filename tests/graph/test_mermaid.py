"""Graphs as Mermaid flowcharts."""

from __future__ import annotations

from knuckle.graph.config import GraphConfig, connections
from knuckle.graph.drawings.mermaid import mermaid_of

from .small import graph, node

INNER = GraphConfig(
    (
        node("PassThroughCalculator", "a", "b"),
        node("PacketPresenceCalculator", "PACKET:b", "PRESENCE:c", name='say "hi" <#1>'),
    ),
    inputs=connections("IN:a"),
    outputs=connections("OUT:c"),
)
GRAPH = graph(
    "image",
    node("GateCalculator", "image LOOP:old", "gated", back="LOOP", side_inputs="ALLOW:k"),
    node("Inner", "IN:gated", "OUT:old"),
    outputs=connections("gated"),
)


def chart(levels: int = 0) -> list[str]:
    """The lines of the chart."""
    return mermaid_of(GRAPH, subgraphs={"Inner": INNER}, levels=levels).splitlines()


def test_boxes_and_arrows() -> None:
    """The border, the nodes, then streams, side packets dashed, and back edges, which say so."""
    assert [
        "flowchart TB",
        '  in0(["image"])',
        '  side0{{"k"}}',
        '  out0(["gated"])',
        '  n0["GateCalculator"]',
        '  n1[["Inner"]]',
        "  in0 --> n0",
        "  side0 -.-> n0",
        '  n0 -->|"gated"| n1',
        "  n0 --> out0",
        '  n1 -->|"old<br/>(back edge)"| n0',
    ] == chart()


def test_subgraphs_can_be_opened() -> None:
    """Arrows lead to the nodes inside, whose names are escaped."""
    lines = chart(levels=1)

    assert [
        '  subgraph n1["Inner"]',
        '    n2["PassThroughCalculator"]',
        '    n3["say #quot;hi#quot; #lt;#35;1#gt;<br/>PacketPresenceCalculator"]',
        "  end",
    ] == lines[5:9]
    assert '  n2 -->|"b"| n3' in lines
    assert '  n3 -->|"old<br/>(back edge)"| n0' in lines


def test_streams_between_two_boxes_share_an_arrow() -> None:
    """Their names stand below each other."""
    config = graph(
        "a",
        node("PassThroughCalculator", "X:a Y:a", "X:b Y:c", name="one"),
        node("PassThroughCalculator", "X:b Y:c", "X:d Y:e", name="two"),
    )

    assert '  n0 -->|"b<br/>c"| n1' in mermaid_of(config).splitlines()
