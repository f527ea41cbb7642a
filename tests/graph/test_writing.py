"""Graphs to text and bytes: what the text looks like, and that reading it gives the same graph."""

from __future__ import annotations

from pathlib import Path

import pytest

from knuckle.errors import GraphError
from knuckle.graph.config import GraphConfig, InputInfo, Node, Options, UnknownField, connections
from knuckle.graph.options.node_options import options
from knuckle.graph.texts.reading import graph_from_binary, graph_from_text, read_graph
from knuckle.graph.texts.writing import binary_of, message_of, options_text, text_of

GATE = "mediapipe.GateCalculatorOptions"
GRAPH = GraphConfig(
    type="Gated",
    inputs=connections("IMAGE:image"),
    outputs=connections("gated", "BOX:1:boxes"),
    side_inputs=connections("ALLOW:allow"),
    max_queue_size=1,
    nodes=(
        Node(
            "GateCalculator",
            "gate",
            inputs=connections("image", "DISALLOW:followed"),
            outputs=connections("gated"),
            side_inputs=connections("ALLOW:allow"),
            input_info=(InputInfo("DISALLOW", True),),
            options=(options("GateCalculatorOptions", {"allow": True}, form="options"),),
        ),
        Node(
            "LabelsToRenderDataCalculator",
            options=(
                options(
                    "LabelsToRenderDataCalculatorOptions",
                    {"thickness": 10, "color": [{"r": 255}, {}], "location": "TOP_LEFT"},
                ),
            ),
        ),
    ),
)
TEXT = """\
type: "Gated"
max_queue_size: 1
input_stream: "IMAGE:image"
input_side_packet: "ALLOW:allow"
output_stream: "gated"
output_stream: "BOX:1:boxes"

node {
  calculator: "GateCalculator"
  name: "gate"
  input_stream: "image"
  input_stream: "DISALLOW:followed"
  input_side_packet: "ALLOW:allow"
  output_stream: "gated"
  input_stream_info {
    tag_index: "DISALLOW"
    back_edge: true
  }
  options {
    [mediapipe.GateCalculatorOptions.ext] {
      allow: true
    }
  }
}

node {
  calculator: "LabelsToRenderDataCalculator"
  node_options {
    [type.googleapis.com/mediapipe.LabelsToRenderDataCalculatorOptions] {
      color {
        r: 255
      }
      color {}
      thickness: 10.0
      location: TOP_LEFT
    }
  }
}
"""


def test_the_text_reads_well() -> None:
    """One paragraph for the graph, one for each node, the options in the form that they have."""
    assert TEXT == text_of(GRAPH)


def test_a_text_is_read_as_it_was() -> None:
    """And from bytes, too."""
    assert GRAPH == graph_from_text(TEXT)
    assert GRAPH == graph_from_binary(binary_of(GRAPH))


KEPT = [
    "executor {\n  name: \"a\"\n}\n\nprofiler_config {\n  trace_enabled: true\n}\n",
    'package: "a.b"\nnum_threads: 4\n\nexecutor {}\n',
    'packet_generator {\n  packet_generator: "A"\n  options {\n    [a.b.ext] {}\n  }\n}\n',
    "options {\n  [a.Options.ext] {\n    b {}\n  }\n}\n",
    "graph_options {\n  [type.googleapis.com/a.Options] {}\n}\n",
    'node {\n  calculator: "A"\n  source_layer: 2\n  executor: "a"\n}\n',
    'node {\n  input_stream_handler {\n    options {\n      [a.b.ext]: "c"\n    }\n  }\n}\n',
    "node {\n  options {\n    merge_fields: true\n    [a.b] {\n      c: [-1, 2e3]\n    }\n  }\n}\n",
    "node {\n  options {\n    [a.b.ext]: 3\n  }\n}\n",
    "node {\n  options {}\n}\n",
    "node {\n  node_options {}\n}\n",
    "node {\n  node_options {\n    [a.example/b.C] {\n      c: 'd' \"e\"\n    }\n  }\n}\n",
    'node {\n  node_options {\n    type_url: "a.B"\n    value: "\\001"\n  }\n}\n',
]  # fmt: skip


@pytest.mark.parametrize("text", KEPT)
def test_what_is_not_read_is_kept(text: str) -> None:
    """And written in its place."""
    assert text == text_of(graph_from_text(text))
    assert graph_from_text(text) == graph_from_text(text_of(graph_from_text(text)))


def test_unknown_fields_are_written_in_their_places() -> None:
    """Those of messages in options, in nodes of a switch and in lists, too."""
    text = """\
node {
  node_options {
    [type.googleapis.com/mediapipe.SwitchContainerOptions] {
      contained_node {
        calculator: "A"
      }
      contained_node {
        calculator: "B"
        options {
          [mediapipe.InferenceCalculatorOptions.ext] {
            delegate {
              speed: FAST
            }
          }
        }
        node_options {
          [type.googleapis.com/a.B] {
            c {
              d: 1
            }
          }
        }
        colour: "red"
      }
      select: 1
      chosen: "B"
    }
  }
}
"""

    assert text == text_of(graph_from_text(text))


def test_options_that_hold_unknown_numbers_stay_closed() -> None:
    """Open, they would lose them."""
    held = Options(GATE, content=b"\x10\x01\xf8\x07\x01")
    graph = GraphConfig(nodes=(Node("GateCalculator", options=(held,)),))

    assert r'value: "\020\001\370\007\001"' in text_of(graph)
    assert graph == graph_from_text(text_of(graph))


def test_fields_that_text_cannot_hold_are_named() -> None:
    """In a comment."""
    held = Options(GATE, "options", b"\x10\x01\xf8\x07\x01")
    graph = GraphConfig(nodes=(Node("GateCalculator", options=(held,)),))

    assert "# field 127 of mediapipe.GateCalculatorOptions is left out: " in text_of(graph)


def test_options_are_shown_to_people() -> None:
    """Without the braces around them."""
    (held,) = GRAPH.nodes[0].options

    assert "allow: true" == options_text(held)
    assert "a: 1" == options_text(Options("a.B", unknown=(UnknownField("a", "a: 1"),)))
    assert 'type_url: "type.googleapis.com/a.B"\nvalue: "\\001"' == options_text(
        Options("a.B", content=b"\x01")
    )


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (Node("A", options=(Options(GATE, "options", b"\xff"),)), "Gate"),
        (Node("A", options=(Options("a.B", "options", b"\x08\x01"),)), r"a\.B is no extension"),
        (Node("A", "a", other=b"\xff"), 'what is kept of the node "a" is damaged'),
    ],
)  # fmt: skip
def test_damaged_graphs_are_named(node: Node, words: str) -> None:
    """When their message is made."""
    with pytest.raises(GraphError, match=words):
        message_of(GraphConfig(nodes=(node,)))


def test_an_empty_graph_is_an_empty_text() -> None:
    """And no bytes."""
    assert "" == text_of(GraphConfig())
    assert b"" == binary_of(GraphConfig())
    assert GraphConfig() == graph_from_text("") == graph_from_binary(b"")


def test_the_graph_of_mediapipe_is_written_byte_for_byte(wheel_file: Path) -> None:
    """From what was read of it, and from its text."""
    data = wheel_file.read_bytes()
    graph = read_graph(wheel_file)

    assert data == binary_of(graph)
    assert data == binary_of(graph_from_text(text_of(graph)))
