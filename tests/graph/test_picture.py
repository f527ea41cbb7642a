"""The model of a graph, as a page draws it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.graph.config import node_names
from knuckle.graph.drawings.picture import about_file, drawing_of, drawing_of_text, graph_texts
from knuckle.graph.expanding.expansion import expanded
from knuckle.graph.library import FOLDER, GRAPHS, load
from knuckle.graph.texts.reading import graph_from_text

INNER = graph_from_text(
    """
    type: "Finder" input_stream: "IMAGE:image" input_side_packet: "N:n" output_stream: "OUT:there"
    node { calculator: "PassThroughCalculator" input_stream: "image" output_stream: "same" }
    node { calculator: "PacketPresenceCalculator" name: "is there"
      input_stream: "PACKET:same" output_stream: "PRESENCE:there" }
    """
)
TEXT = """# Finds things.
input_stream: "a"
input_side_packet: "k"
output_stream: "found"
node {
  calculator: "Finder"
  name: "My Finder"
  input_stream: "IMAGE:a"
  input_side_packet: "N:k"
  output_stream: "OUT:found"
}
node {
  calculator: "GateCalculator"
  input_stream: "a"
  input_stream: "ALLOW:found"
  output_stream: "late"
  options: { [mediapipe.GateCalculatorOptions.ext] { empty_packets_as_allow: true } }
}
node {
  calculator: "PreviousLoopbackCalculator"
  input_stream: "MAIN:a"
  input_stream: "LOOP:late"
  input_stream_info: { tag_index: "LOOP" back_edge: true }
  output_stream: "PREV_LOOP:old"
}
"""


def drawing() -> Any:
    """The model of the text."""
    return drawing_of_text(TEXT, file="main.pbtxt", subgraphs={"Finder": INNER})


def by_name(graph: Any) -> dict[str, Any]:
    """The nodes of a graph by their short names."""
    return {node["name"]: node for node in graph["nodes"]}


def ids(graph: Any) -> list[str]:
    """The ids of the nodes that are no subgraphs, inner ones too."""
    return [
        one
        for node in graph["nodes"]
        for one in (ids(node["graph"]) if node["graph"] else [node["id"]])
    ]


def test_a_good_graph_is_plain_data() -> None:
    """The model is JSON and has all keys."""
    model = drawing()

    assert model == json.loads(json.dumps(model))
    assert {"title", "file", "graph", "problems", "trace"} == set(model)
    assert ("main", "main.pbtxt", [], None) == (
        model["title"],
        model["file"],
        model["problems"],
        model["trace"],
    )


def test_subgraphs_are_inside_their_nodes() -> None:
    """With their own names for streams; ids are those of the expanded graph."""
    finder = by_name(drawing()["graph"])["My Finder"]

    assert ["my_finder__PassThroughCalculator", "my_finder__is there"] == ids(finder["graph"])
    assert "same" == finder["graph"]["nodes"][0]["outputs"][0]["stream"]
    assert ["image"] == [port["stream"] for port in finder["graph"]["inputs"]]
    config = expanded(graph_from_text(TEXT), subgraphs={"Finder": INNER})
    assert node_names(config) == ids(drawing()["graph"])


def test_ports_know_their_types() -> None:
    """Also those that a calculator of any type passes on, within subgraphs and at the border."""
    model = drawing()["graph"]
    inner = by_name(model)["My Finder"]["graph"]

    assert {"tag": "OUT", "index": 0, "stream": "there", "type": "bool", "backEdge": False} == (
        inner["outputs"][0]
    )
    assert "bool" == model["outputs"][0]["type"]
    assert "" == model["inputs"][0]["type"]


def test_back_edges_are_marked() -> None:
    """And nothing else."""
    loop = by_name(drawing()["graph"])["PreviousLoopbackCalculator"]

    assert [False, True] == [port["backEdge"] for port in loop["inputs"]]


def test_options_lines_and_what_a_node_does() -> None:
    """For the details of a node."""
    gate = by_name(drawing()["graph"])["GateCalculator"]

    assert [{"type": "GateCalculatorOptions", "text": "empty_packets_as_allow: true"}] == (
        gate["options"]
    )
    assert ("main.pbtxt", 12) == (gate["file"], gate["line"])
    assert "Lets packets pass while it is open." == gate["about"]


def test_an_unknown_calculator_is_drawn() -> None:
    """It is marked, and the problem has its line."""
    model = drawing_of_text('node {\n  calculator: "Nothing"\n}\n')

    assert [True] == [node["isUnknown"] for node in model["graph"]["nodes"]]
    [problem] = model["problems"]
    assert (2, "Nothing", False) == (problem["line"], problem["node"], problem["isNote"])


def test_a_problem_stands_at_the_line_that_it_is_about() -> None:
    """Not at that of its node."""
    model = drawing_of_text(TEXT.replace("ALLOW:found", "ALOW:found"), subgraphs={"Finder": INNER})

    assert {15} == {problem["line"] for problem in model["problems"]}


def test_a_text_that_is_no_graph() -> None:
    """There is no drawing, but a problem with its line, which is not said twice."""
    model = drawing_of_text('input_stream: "a"\nnode {\n  calculator "X"\n}\n', file="x.pbtxt")

    assert model["graph"] is None
    [problem] = model["problems"]
    assert ("x.pbtxt", 3) == (problem["file"], problem["line"])
    assert "x.pbtxt" not in problem["text"]


def test_a_graph_that_contains_itself_is_drawn_once() -> None:
    """The inner one is a box without an inside."""
    text = 'type: "Me" input_stream: "a" node { calculator: "Me" input_stream: "a" }'
    model = drawing_of_text(text, subgraphs={"Me": graph_from_text(text)})

    assert [None] == [node["graph"] for node in model["graph"]["nodes"]]
    assert "contains itself" in model["problems"][0]["text"]


def test_a_switch_container_is_drawn_with_its_inside() -> None:
    """Types are known there, too."""
    text = """
    input_stream: "a" input_stream: "x" output_stream: "out"
    node { calculator: "PacketPresenceCalculator"
      input_stream: "PACKET:x" output_stream: "PRESENCE:p" }
    node { calculator: "SwitchContainer"
      input_stream: "SELECT:a" input_stream: "p" output_stream: "out"
      options { [mediapipe.SwitchContainerOptions.ext] {
        contained_node { calculator: "PassThroughCalculator" } } } }
    """
    model = drawing_of_text(text)["graph"]
    switch = by_name(model)["SwitchContainer"]

    inner = by_name(switch["graph"])["PassThroughCalculator"]
    assert ("c0__p", "switchcontainer__PassThroughCalculator") == (
        inner["inputs"][0]["stream"],
        inner["id"],
    )


def test_a_trace_is_handed_on() -> None:
    """And a title."""
    trace = {"duration": 1.0, "nodes": {}, "streams": {}}
    model = drawing_of(INNER, title="Found", trace=trace)

    assert ("Found", trace) == (model["title"], model["trace"])


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("# Finds a hand. And more.\nnode {}\n", "Finds a hand."),
        (
            "#\n# Tracks hands\n# in pictures: all of them.\n\n# Used by X.\n",
            "Tracks hands in pictures: all of them.",
        ),
        (
            "# Copyright 2020 Somebody.\n#\n# Under a License.\n\n# Draws v1.2 hands.\n",
            "Draws v1.2 hands.",
        ),
        ("node {}\n# Late.\n", ""),
        ("", ""),
    ],
)
def test_what_a_file_says_of_itself(text: str, about: str, tmp_path: Path) -> None:
    """The first sentence of its first comment that is not about rights."""
    file = tmp_path / "graph.pbtxt"
    file.write_text(text)

    assert about == about_file(str(file))
    assert "" == about_file(str(tmp_path / "none.pbtxt"))


@pytest.mark.parametrize("name", GRAPHS)
def test_our_own_files_go_by_their_names(name: str) -> None:
    """Wherever the package is installed: drawings are sent to others."""
    assert str(FOLDER) not in json.dumps(drawing_of(load(name)))


def test_the_texts_of_our_graphs() -> None:
    """Each can be read again."""
    texts = graph_texts()

    assert load("knuckle_tracking") == graph_from_text(texts["knuckle_tracking"])


lines = st.lists(st.sampled_from([*TEXT.splitlines(), "}", "node {", '"', "x: 1", "[", "# {"]))


@given(lines.map("\n".join) | st.text())
def test_any_text_gives_a_model(text: str) -> None:
    """It never raises."""
    model = drawing_of_text(text)

    assert model["problems"] or model["graph"] is not None
