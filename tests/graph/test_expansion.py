"""Subgraphs give way to their nodes, with MediaPipe's names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.errors import GraphError
from knuckle.graph.config import Connection, GraphConfig, InputInfo, connections, node_names
from knuckle.graph.expanding.expansion import expand, expanded
from knuckle.graph.library import load

from .small import graph, node

INNER = GraphConfig(
    (
        node("PassThroughCalculator", "image", "copy", line=7, file="palm.pbtxt"),
        node(
            "PassThroughCalculator", "IMAGE:copy SIZE:size", "DETECTIONS:found", side_inputs="NUM:n"
        ),
        node("PacketPresenceCalculator", "PACKET:found", "PRESENCE:is_there"),
    ),
    type="PalmDetectionCpu",
    inputs=connections("IMAGE:image", "SIZE:size"),
    outputs=connections("DETECTIONS:found", "THERE:is_there"),
    side_inputs=connections("NUM:n"),
)
SUBGRAPHS = {"PalmDetectionCpu": INNER}


def _streams(config: GraphConfig) -> list[list[str]]:
    return [[str(end) for end in (*one.inputs, *one.outputs)] for one in config.nodes]


def test_inner_nodes_take_the_name_of_the_subgraph_in_front() -> None:
    """Nodes of the same calculator are numbered."""
    config = expanded(
        graph("image", node("PalmDetectionCpu", "IMAGE:image", "DETECTIONS:palms")),
        subgraphs=SUBGRAPHS,
    )

    assert [
        "palmdetectioncpu__PassThroughCalculator_1",
        "palmdetectioncpu__PassThroughCalculator_2",
        "palmdetectioncpu__PacketPresenceCalculator",
    ] == [one.name for one in config.nodes]


def test_the_border_is_joined_by_tag_and_index() -> None:
    """Streams that cross it have their outer name, all others the prefix; the rest is dropped."""
    config = expanded(
        graph("picture", node("PalmDetectionCpu", "IMAGE:picture", "DETECTIONS:palms")),
        subgraphs=SUBGRAPHS,
    )

    assert [
        ["picture", "palmdetectioncpu__copy"],
        ["IMAGE:palmdetectioncpu__copy", "DETECTIONS:palms"],
        ["PACKET:palms", "PRESENCE:palmdetectioncpu__is_there"],
    ] == _streams(config)
    assert () == config.nodes[1].side_inputs


def test_side_packets_cross_the_border() -> None:
    """A side packet has its outer name inside."""
    config = expanded(
        graph(
            "a", node("PalmDetectionCpu", "IMAGE:a", side_inputs="NUM:num_hands"), side_inputs="x"
        ),
        subgraphs=SUBGRAPHS,
    )

    assert connections("NUM:num_hands") == config.nodes[1].side_inputs


def test_the_name_of_the_node_counts() -> None:
    """The prefix is the node's own name in small letters, as far as a name may have it."""
    config = expanded(
        graph("a", node("PalmDetectionCpu", "IMAGE:a", name="Left side.1:x")), subgraphs=SUBGRAPHS
    )

    assert "left_side_1_x__PacketPresenceCalculator" == config.nodes[2].name


def test_two_subgraphs_of_a_type_are_numbered() -> None:
    """As MediaPipe numbers nodes without a name."""
    two = (node("PalmDetectionCpu", "IMAGE:a"), node("PalmDetectionCpu", "IMAGE:a"))
    config = expanded(graph("a", *two), subgraphs=SUBGRAPHS)

    assert ["palmdetectioncpu_1__copy", "palmdetectioncpu_2__copy"] == [
        config.nodes[0].outputs[0].name,
        config.nodes[3].outputs[0].name,
    ]


def test_subgraphs_in_subgraphs() -> None:
    """Each adds its name to the names inside."""
    outer = GraphConfig(
        (node("PalmDetectionCpu", "IMAGE:a", "DETECTIONS:b"),),
        type="Outer",
        inputs=connections("a"),
        outputs=connections("b"),
    )
    config = expanded(graph("x", node("Outer", "x", "y")), subgraphs={**SUBGRAPHS, "Outer": outer})

    assert "outer__palmdetectioncpu__PassThroughCalculator_1" == config.nodes[0].name
    assert ["x", "outer__palmdetectioncpu__copy"] == _streams(config)[0]
    assert "y" == config.nodes[1].outputs[0].name


def test_inputs_without_a_tag_close_ranks() -> None:
    """When one of them is dropped, the next takes its index, and back edges of it vanish."""
    inner = GraphConfig(
        (
            replace(
                node("PassThroughCalculator", "a b LOOP:c", "d"),
                input_info=(InputInfo("LOOP", back_edge=True),),
            ),
        ),
        inputs=connections("A:a", "B:b", "C:c"),
    )
    config = expanded(graph("x", node("Inner", "B:x")), subgraphs={"Inner": inner})

    assert connections("x") == config.nodes[0].inputs
    assert () == config.nodes[0].input_info


def test_lines_survive() -> None:
    """An inner node says where it stands in its own file."""
    config = expanded(graph("a", node("PalmDetectionCpu", "IMAGE:a")), subgraphs=SUBGRAPHS)

    assert ("palm.pbtxt", 7) == (config.nodes[0].file, config.nodes[0].line)


def test_nodes_stand_where_their_subgraph_stood() -> None:
    """The order of the file is kept."""
    config = expanded(
        graph(
            "a",
            node("PassThroughCalculator", "a", "b"),
            node("PalmDetectionCpu", "IMAGE:b", "DETECTIONS:c"),
            node("PassThroughCalculator", "c", "d"),
        ),
        subgraphs=SUBGRAPHS,
    )

    assert ["b", "palmdetectioncpu__copy", "c", "palmdetectioncpu__is_there", "d"] == [
        one.outputs[0].name for one in config.nodes
    ]


@pytest.mark.parametrize(
    ("inputs", "outputs", "message"),
    [
        ("IMGAE:a", "", 'has no input stream "IMGAE": did you mean IMAGE?'),
        ("IMAGE:1:a", "", 'has no input stream "IMAGE:1"'),
        ("IMAGE:a", "PALMS:b", 'has no output stream "PALMS": there are DETECTIONS, THERE'),
    ],
)
def test_a_port_that_the_subgraph_lacks(inputs: str, outputs: str, message: str) -> None:
    """The error names the port and those that there are."""
    config = graph("a", node("PalmDetectionCpu", inputs, outputs))

    with pytest.raises(GraphError, match="PalmDetectionCpu") as caught:
        expanded(config, subgraphs=SUBGRAPHS)

    assert message in str(caught.value)


def test_a_file_that_contains_itself_by_way_of_another(tmp_path: Path) -> None:
    """A graph is not among the files beside it, and it is found all the same."""
    for kind, other in (("One", "Two"), ("Two", "One")):
        text = f'type: "{kind}" node {{ calculator: "{other}" input_stream: "a" }} '
        (tmp_path / f"{kind}.pbtxt").write_text(text + 'input_stream: "a"')

    with pytest.raises(GraphError, match="contains itself \\(One > Two > One\\)"):
        expanded(load(tmp_path / "One.pbtxt"))


def test_a_subgraph_that_contains_itself() -> None:
    """The error shows the way back."""
    one = graph("a", node("Two", "a", "b"), type="One", outputs=connections("b"))
    two = graph("a", node("One", "a", "b"), type="Two", outputs=connections("b"))

    with pytest.raises(GraphError, match="contains itself \\(One > Two > One\\)"):
        expanded(graph("x", node("One", "x", "y")), subgraphs={"One": one, "Two": two})


def test_a_stream_that_goes_straight_through_is_told() -> None:
    """A name cannot stand for two streams."""
    inner = graph("a", outputs=connections("a"))

    with pytest.raises(GraphError, match="put a PassThroughCalculator between"):
        expanded(graph("x", node("Through", "x", "y")), subgraphs={"Through": inner})


def test_a_back_edge_at_a_subgraph_is_told() -> None:
    """It belongs to the node inside that reads the stream."""
    config = graph("a", node("PalmDetectionCpu", "IMAGE:a", back="IMAGE"))

    with pytest.raises(GraphError, match="declare it at the node inside"):
        expanded(config, subgraphs=SUBGRAPHS)


def test_all_that_is_wrong_is_told_at_once() -> None:
    """The message is the first problem and the number of the others."""
    config = graph("a", node("PalmDetectionCpu", "X:a Y:a Z:a"))

    with pytest.raises(GraphError, match=r"\(and 2 more problems\)"):
        expanded(config, subgraphs=SUBGRAPHS)
    assert 3 == len(expand(config, subgraphs=SUBGRAPHS).problems)


names = st.sampled_from(["a", "b", "c", "d"])
inner_nodes = st.builds(
    lambda calculator, inputs, output: node(calculator, " ".join(inputs), output),
    st.sampled_from(["PassThroughCalculator", "GateCalculator"]),
    st.lists(names, min_size=1, max_size=3),
    names,
)
graphs = st.builds(
    lambda nodes: graph("A:a B:b", *nodes, outputs=connections("C:c", "D:d")),
    st.lists(inner_nodes, min_size=1, max_size=4),
)


@given(graphs)
def test_expanding_twice_changes_nothing(inner: GraphConfig) -> None:
    """What is expanded has no subgraphs left."""
    subgraphs = {"Inner": inner}
    outer = graph("p", node("Inner", "A:p B:p", "D:q"), node("Inner", "A:q", "C:r"))
    once = expand(outer, subgraphs=subgraphs).config

    assert once == expand(once, subgraphs=subgraphs).config


@given(graphs)
def test_names_inside_do_not_matter(inner: GraphConfig) -> None:
    """Another name for a stream inside a graph changes no connection."""
    outer = graph("p", node("Inner", "A:p", "D:q"))
    swapped = _with_other_names(inner)

    assert _shape(expand(outer, subgraphs={"Inner": inner}).config) == _shape(
        expand(outer, subgraphs={"Inner": swapped}).config
    )


def _with_other_names(config: GraphConfig) -> GraphConfig:
    def other(ends: tuple[Connection, ...]) -> tuple[Connection, ...]:
        return tuple(replace(end, name=f"other_{end.name}") for end in ends)

    nodes = tuple(
        replace(one, inputs=other(one.inputs), outputs=other(one.outputs)) for one in config.nodes
    )
    return replace(config, nodes=nodes, inputs=other(config.inputs), outputs=other(config.outputs))


def _shape(config: GraphConfig) -> object:
    """A graph with its streams numbered as they come."""
    numbers: dict[str, int] = {}

    def number(name: str) -> int:
        return numbers.setdefault(name, len(numbers))

    return [
        (name, [(end.tag, end.index, number(end.name)) for end in (*one.inputs, *one.outputs)])
        for one, name in zip(config.nodes, node_names(config), strict=True)
    ]


def test_subgraphs_that_would_be_billions_of_nodes_are_refused() -> None:
    """Each of thirty holds the next one twice."""
    levels = {
        f"L{level}": GraphConfig((node(f"L{level + 1}"), node(f"L{level + 1}")), type=f"L{level}")
        for level in range(30)
    }

    with pytest.raises(GraphError, match="more than 20000 nodes with those of its subgraphs"):
        expanded(graph("", node("L0")), subgraphs=levels)
