"""Runs a small graph, written as text, on one packet in each of its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from knuckle.graph.config import GraphConfig
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.graph.texts.reading import graph_from_text


def config(text: str, inputs: str = "i") -> GraphConfig:
    """A graph with input streams, separated by blanks."""
    head = "".join(f'input_stream: "{name}" ' for name in inputs.split())
    return graph_from_text(head + text)


def one(text: str, values: Mapping[str, Any], output: str, **sides: Any) -> Any:
    """The value that a graph gives for one packet in each input; None if it gives nothing."""
    return run(text, values, output, **sides)[0]


def run(
    text: str, values: Mapping[str, Any], output: str, **sides: Any
) -> tuple[Any, tuple[str, ...]]:
    """The same, and what the graph told its user."""
    head = "".join(f'input_side_packet: "{name}" ' for name in sides)
    with CalculatorGraph(config(head + text, " ".join(values))) as graph:
        found = graph.observe(output)
        graph.start(sides)
        for name, value in values.items():
            graph.add_packet(name, value, 0)
        graph.wait_until_idle()
        packets = found.take()
        return (packets[0].value if packets else None), graph.notes
