"""What is wrong with a graph is told before it runs, with the place and the cure."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.errors import GraphError
from knuckle.graph.calculator import Calculator
from knuckle.graph.calculators import CALCULATORS
from knuckle.graph.checking.problems import GraphInvalid, Problem, located, located_in_files
from knuckle.graph.checking.validation import checked, problems
from knuckle.graph.config import Connection, GraphConfig, Node, Options, UnknownField, connections
from knuckle.graph.contracts import Contract, Port
from knuckle.graph.library import load
from knuckle.graph.types import IMAGE, INT, LANDMARKS, RECTS

from .small import graph, node


def made(**parts: object) -> type[Calculator]:
    """A calculator with this contract."""
    return type("Made", (Calculator,), {"contract": Contract(**parts)})  # type: ignore[arg-type]


ALL = {
    **CALCULATORS,
    "Finder": made(
        inputs=(Port("IMAGE", IMAGE),),
        outputs=(Port("RECTS", RECTS), Port("SIZE", INT, optional=True)),
        side_inputs=(Port("NUM_HANDS", INT),),
    ),
    "Reader": made(
        inputs=(Port("IMAGE", IMAGE), Port("RECTS", RECTS, optional=True)),
        outputs=(Port("LANDMARKS", LANDMARKS),),
        side_inputs=(Port("NUM_HANDS", INT, optional=True),),
        options="mediapipe.ThresholdingCalculatorOptions",
    ),
    "Number": made(side_outputs=(Port("PACKET", INT),)),
    "Pair": made(inputs=(Port(), Port()), outputs=(Port(),)),
}
FINDER = node("Finder", "IMAGE:image", "RECTS:rects", side_inputs="NUM_HANDS:n", name="finder")
READER = node("Reader", "IMAGE:image RECTS:rects", "LANDMARKS:points", name="reader")
GOOD = graph("image", FINDER, READER, side_inputs="n", outputs=connections("LANDMARKS:points"))


def found(config: GraphConfig) -> list[Problem]:
    """The problems of a graph of these calculators."""
    return problems(config, calculators=ALL)


def only(config: GraphConfig) -> str:
    """The text of the only problem."""
    [problem] = found(config)
    return problem.text


def test_a_graph_without_problems() -> None:
    """It is given back, expanded."""
    assert [] == found(GOOD)
    assert GOOD == checked(GOOD, calculators=ALL)


def test_an_unknown_calculator() -> None:
    """The nearest names are told, and where the node stands."""
    [problem] = found(graph("image", node("Reder", "IMAGE:image", line=4, file="a.pbtxt")))

    assert 'there is no calculator or subgraph "Reder": did you mean Reader?' == problem.text
    assert 'a.pbtxt:4: Reder: there is no calculator or subgraph "Reder"' in str(problem)


def test_an_unknown_calculator_like_no_other() -> None:
    """Then it is the caller's own, and has not been given to the graph."""
    [problem] = found(graph("image", node("Own", "IMAGE:image")))

    assert 'as in calculators={"Own": Own}' in problem.text


def test_a_calculator_that_only_mediapipe_has() -> None:
    """It is no typing error, so the cure is another."""
    text = only(graph("image", node("FaceLandmarkCpu", "IMAGE:image")))

    assert text.startswith("MediaPipe's FaceLandmarkCpu has no part in hand tracking")


def test_an_input_that_nobody_feeds() -> None:
    """The end is named, and the nearest stream."""
    text = only(graph("image", node("Reader", "IMAGE:imgae", "LANDMARKS:x")))

    assert (
        'no node gives the stream "imgae" that input "IMAGE" of Reader reads: did you mean image?'
        == text
    )


def test_an_output_of_the_graph_that_nobody_gives() -> None:
    """The problem is the graph's, and of no node."""
    [problem] = found(replace(GOOD, outputs=connections("LANDMARKS:pionts")))

    assert "" == problem.node
    assert "LANDMARKS:pionts" == problem.words
    assert (
        'no node gives the stream "pionts", which is an output of the graph: did you mean points?'
        == problem.text
    )


def test_a_stream_that_comes_from_two_nodes() -> None:
    """Both are named."""
    twice = node("Reader", "IMAGE:image", "LANDMARKS:points", name="again")

    assert (
        'the stream "points" comes from output "LANDMARKS" of again and output "LANDMARKS" of '
        "reader: give each a name of its own"
    ) == only(replace(GOOD, nodes=(FINDER, READER, twice)))


def test_a_stream_that_comes_from_a_node_and_from_outside() -> None:
    """The graph's own inputs count as well."""
    text = only(replace(GOOD, inputs=connections("image", "points")))

    assert 'comes from an input of the graph and output "LANDMARKS" of reader' in text


def test_a_side_packet_that_comes_from_two_nodes() -> None:
    """Side packets as streams."""
    number = node("Number", side_outputs=connections("PACKET:n"))

    assert 'the side packet "n" comes from an input of the graph and output "PACKET"' in only(
        replace(GOOD, nodes=(number, *GOOD.nodes))
    )


@pytest.mark.parametrize(
    ("inputs", "outputs", "text"),
    [
        ("IMGE:image", "LANDMARKS:a", 'Reader has no input stream "IMGE": did you mean IMAGE?'),
        ("IMAGE:image", "LAND:a", 'Reader has no output stream "LAND": did you mean LANDMARKS?'),
        ("IMAGE:image image", "LANDMARKS:a", "Reader has no input stream without a tag"),
        (
            "IMAGE:image IMAGE:1:image",
            "LANDMARKS:a",
            'Reader takes 1 input stream "IMAGE", not 2: take the others out',
        ),
        ("", "LANDMARKS:a", 'Reader needs an input stream "IMAGE": connect it'),
        ("IMAGE:image", "", 'Reader needs an output stream "LANDMARKS": connect it'),
    ],
)
def test_ports_that_the_calculator_lacks_or_needs(inputs: str, outputs: str, text: str) -> None:
    """Unknown, surplus and missing ports."""
    assert any(text in one.text for one in found(graph("image", node("Reader", inputs, outputs))))


def test_a_missing_input_without_a_tag() -> None:
    """Those without a tag are counted."""
    text = only(graph("a", node("Pair", "a", "b")))

    assert "Pair needs an input stream without a tag (1): connect it" == text


def test_a_node_without_any_of_its_inputs() -> None:
    """Each may be missing, but not all."""
    either = made(
        inputs=(Port("A", optional=True), Port("B", optional=True)), outputs=(Port("OUT"),)
    )
    [problem] = problems(graph("a", node("Either", "", "OUT:b")), calculators={"Either": either})

    assert "Either has no input stream to work on: connect A or B, or take the node out" == (
        problem.text
    )


def test_a_gap_between_indices() -> None:
    """Indices count from 0."""
    text = only(graph("a", node("PassThroughCalculator", "X:0:a X:2:a")))

    assert 'the input stream "X:2" is there, but not "X:1": count from 0 without gaps' == text


def test_a_port_that_is_connected_twice() -> None:
    """Only one stream can come to a port."""
    text = only(graph("a", node("PassThroughCalculator", "X:a X:a")))

    assert 'the input stream "X" is there twice: take one of them out' == text


def test_an_output_that_repeats_no_input() -> None:
    """A gate with more outputs than inputs."""
    text = only(graph("a", node("GateCalculator", "a", "b c")))

    assert 'output "1" of GateCalculator repeats the input of the same tag and index' in text


def test_types_that_do_not_fit() -> None:
    """Both ends and both types are named."""
    wrong = node("Reader", "IMAGE:rects", "LANDMARKS:other", name="wrong")

    assert (
        'input "IMAGE" of wrong takes ImageFrame, but output "RECTS" of finder gives '
        'std::vector<NormalizedRect> (the stream "rects"): connect another or put a calculator '
        "between"
    ) == only(replace(GOOD, nodes=(FINDER, READER, wrong)))


def test_types_are_followed_through_calculators_that_take_any() -> None:
    """A gate and a loop pass on what they get."""
    nodes = (
        node("GateCalculator", "rects", "gated"),
        node("PreviousLoopbackCalculator", "MAIN:image LOOP:gated", "PREV_LOOP:old", back="LOOP"),
        node("Reader", "IMAGE:old", "LANDMARKS:other", name="wrong"),
    )
    text = only(replace(GOOD, nodes=(*GOOD.nodes, *nodes)))

    assert 'input "IMAGE" of wrong takes ImageFrame, but output "RECTS" of finder gives' in text
    assert '(the stream "rects" and on as "old")' in text


def test_two_readers_that_want_different_types_of_an_input() -> None:
    """Nobody can feed such a stream."""
    config = graph("x", node("Reader", "IMAGE:x RECTS:x", "LANDMARKS:y"))

    assert "takes std::vector<NormalizedRect>, but input" in only(config)


def test_types_of_side_packets() -> None:
    """Side packets are typed as well."""
    wrong = made(side_outputs=(Port("PACKET", RECTS),))
    nodes = (node("Wrong", side_outputs=connections("PACKET:n")), FINDER)
    config = graph("image", *nodes)

    [problem] = problems(config, calculators={**ALL, "Wrong": wrong})
    assert 'input "NUM_HANDS" of finder takes int, but output "PACKET" of Wrong' in problem.text
    assert '(the side packet "n")' in problem.text


def test_a_cycle_without_a_back_edge() -> None:
    """The nodes are named in order, and the input that is made to be declared."""
    nodes = (
        node("PassThroughCalculator", "gated", "b", name="pass"),
        node("PreviousLoopbackCalculator", "MAIN:a LOOP:b", "PREV_LOOP:old", name="loop"),
        node("GateCalculator", "old", "gated", name="gate"),
    )

    assert (
        "the nodes wait for each other in a cycle (loop > gate > pass > loop): declare where it is "
        'closed, as in loop: input_stream_info { tag_index: "LOOP" back_edge: true }'
    ) == only(graph("a", *nodes))


def test_a_node_that_reads_its_own_output() -> None:
    """The shortest cycle."""
    text = only(graph("a", node("PassThroughCalculator", "a X:b", "c X:b", name="self")))

    assert "in a cycle (self > self)" in text
    assert 'tag_index: "X"' in text


def test_a_declared_back_edge_closes_no_cycle() -> None:
    """That is what it is for."""
    nodes = (
        node("PreviousLoopbackCalculator", "MAIN:a LOOP:b", "PREV_LOOP:old", back="LOOP"),
        node("PassThroughCalculator", "old", "b"),
    )

    assert [] == found(graph("a", *nodes))


def test_side_packets_in_a_cycle() -> None:
    """There is no back edge for them."""
    swap = made(side_inputs=(Port("A"),), side_outputs=(Port("B"),))
    nodes = (
        node("Swap", side_inputs="A:x", side_outputs=connections("B:y"), name="one"),
        node("Swap", side_inputs="A:y", side_outputs=connections("B:x"), name="two"),
    )

    [problem] = problems(graph("", *nodes), calculators={"Swap": swap})
    assert "in a cycle" in problem.text
    assert "must come from elsewhere" in problem.text


@pytest.mark.parametrize(
    ("tag_index", "text"),
    [
        ("LOPO", 'the input "LOPO" that input_stream_info speaks of does not exist: did you mean'),
        ("a:b", '"a:b" is no port: write "TAG" or "TAG:index"'),
    ],
)
def test_a_back_edge_at_a_port_that_is_not_there(tag_index: str, text: str) -> None:
    """What a node says of its inputs must be of its inputs."""
    looped = node("PreviousLoopbackCalculator", "MAIN:a LOOP:b", "PREV_LOOP:c", back=tag_index)

    assert only(graph("a b", looped)).startswith(text)


def test_a_missing_side_packet() -> None:
    """It is missing when it is known which are given, and the calculator needs it."""
    nodes = (FINDER, node("Reader", "IMAGE:image", "LANDMARKS:y", side_inputs="NUM_HANDS:m"))
    config = graph("image", *nodes)

    assert [] == problems(config, calculators=ALL)
    assert [] == problems(config, calculators=ALL, side_packets=["n"])
    [problem] = problems(config, calculators=ALL, side_packets=[])
    assert problem.text.startswith(
        'the side packet "n" is missing, which input "NUM_HANDS" of finder reads: give it when'
    )


def test_a_stream_in_the_place_of_a_side_packet() -> None:
    """And the other way round: the cure is the other field."""
    config = graph("a n", node("Finder", "IMAGE:a", "RECTS:r", side_inputs="NUM_HANDS:n"))
    other = graph("a", node("Reader", "IMAGE:a RECTS:r", "LANDMARKS:y"), side_inputs="r")

    assert "which is a stream: write input_stream in place of input_side_packet" in only(config)
    assert "which is a side packet: write input_side_packet in place of input_stream" in only(other)


def test_names_that_are_none() -> None:
    """Graphs made in Python may have any text as a name."""
    one = replace(READER, inputs=(Connection("image", 0, "Image"),))
    texts = [problem.text for problem in found(graph("", one))]

    assert '"image" is no tag: write capitals, digits and underscores' in texts
    assert '"Image" is no name: write small letters, digits and underscores' in texts


def test_options_of_another_calculator() -> None:
    """The type that the calculator takes is named."""
    options = (Options("mediapipe.GateCalculatorOptions"),)

    assert (
        "Reader takes ThresholdingCalculatorOptions, not GateCalculatorOptions: write "
        "ThresholdingCalculatorOptions in its place"
    ) == only(graph("image", replace(READER, inputs=connections("IMAGE:image"), options=options)))


def _with_option(name: str) -> GraphConfig:
    unknown = UnknownField(name, f"{name}: 1", 12)
    options = Options("mediapipe.ThresholdingCalculatorOptions", unknown=(unknown,))
    return replace(GOOD, nodes=(FINDER, replace(READER, options=(options,))))


def test_an_option_that_is_a_typing_error() -> None:
    """It is as like a known one as a slip of the pen, and stands at its own line."""
    [problem] = found(_with_option("treshold"))

    assert (
        'ThresholdingCalculatorOptions has no "treshold": did you mean threshold?' == problem.text
    )
    assert (12, False) == (problem.line, problem.is_note)


def test_an_option_that_knuckle_does_not_know() -> None:
    """It is a note, and the graph may run."""
    [problem] = found(_with_option("use_telepathy"))

    assert problem.is_note
    assert GraphConfig is type(checked(_with_option("use_telepathy"), calculators=ALL))


def test_fields_that_belong_to_no_options() -> None:
    """Of the graph and of a node, they are notes as well."""
    unknown = (UnknownField("[a.ext]", "[a.ext] {}", 7, within="options"),)
    changed = replace(GOOD, nodes=(FINDER, replace(READER, unknown=unknown)), unknown=unknown)

    assert [("", 7, True), ("reader", 7, True)] == [
        (problem.node, problem.line, problem.is_note) for problem in found(changed)
    ]


def test_an_input_policy_that_knuckle_lacks() -> None:
    """It is a note as well."""
    handled = replace(READER, input_handler="FixedSizeInputStreamHandler")
    [problem] = found(replace(GOOD, nodes=(FINDER, handled)))

    assert problem.is_note


def test_everything_is_told_at_once() -> None:
    """The error's message is the first and the number of others; the error has all."""
    config = graph("image", node("Raeder", "IMAGE:a"), node("Reader", "IMAGE:b", "LANDMARKS:c"))

    with pytest.raises(GraphError, match=r"Raeder.*\(and 2 more problems\)") as caught:
        checked(config, calculators=ALL)
    assert found(config) == list(getattr(caught.value, "problems", ()))


def test_what_a_broken_subgraph_would_have_given_is_not_missed() -> None:
    """One mistake is told once."""
    inner = graph("A:a", node("Reader", "IMAGE:a", "LANDMARKS:b"), outputs=connections("B:b"))
    nodes = (node("Inner", "A:image X:image", "B:c"), node("PassThroughCalculator", "c"))

    [problem] = problems(graph("image", *nodes), subgraphs={"Inner": inner}, calculators=ALL)
    assert 'the subgraph Inner has no input stream "X": there is A' == problem.text


broken = st.lists(
    st.sampled_from(
        [
            FINDER,
            READER,
            node("Reader", "IMAGE:rects", "LANDMARKS:other", name="wrong"),
            node("Reader", "IMAGE:nothing", "LANDMARKS:more", name="loose"),
            node("Raeder", "IMAGE:image", name="unknown"),
            node("GateCalculator", "x ALLOW:z", "y", name="gate"),
            node("PassThroughCalculator", "y X:image", "x X:z", name="pass"),
        ]
    ),
    unique=True,
)


@given(broken, st.randoms())
def test_the_order_of_nodes_does_not_matter(nodes: list[Node], mixer: random.Random) -> None:
    """The same problems, in another order."""
    mixed = mixer.sample(nodes, len(nodes))

    assert sorted(map(str, found(graph("image", *nodes)))) == sorted(
        map(str, found(graph("image", *mixed)))
    )


def test_problems_find_their_line_in_the_text() -> None:
    """The line of the connection within its node, or anywhere for the graph's own."""
    text = 'output_stream: "A:b"\nnode {  # {\n  calculator: "X"\n  input_stream: "IMAGE:c"\n}\n'
    inside = Problem("wrong", "X", line=2, words="IMAGE:c")
    outside = Problem("wrong", words="A:b")
    absent = Problem("wrong", "X", line=2, words="A:b")

    assert [4, 1, 2] == [one.line for one in located([inside, outside, absent], text)]


def test_problems_find_their_lines_in_files(tmp_path: Path) -> None:
    """Each in its own; a file that is no text changes nothing."""
    text, binary = tmp_path / "a.pbtxt", tmp_path / "b.binarypb"
    text.write_text('node {\n  input_stream: "X:a"\n}\n')
    binary.write_bytes(b"\xff\x00")
    found = [Problem("wrong", file=str(file), line=1, words="X:a") for file in (text, binary)]

    assert [2, 1] == [one.line for one in located_in_files(found)]


def test_an_invalid_graph_says_the_line_when_it_is_run(tmp_path: Path) -> None:
    """As the problems of a check do."""
    file = tmp_path / "g.pbtxt"
    file.write_text('input_stream: "a"\noutput_stream: "b"\n')
    with pytest.raises(GraphInvalid) as error:
        checked(load(file))

    assert 2 == error.value.line


def test_a_long_cycle_is_told_in_short() -> None:
    """Its beginning and its end."""
    ring = [node("PassThroughCalculator", f"s{n}", f"s{(n + 1) % 50}") for n in range(50)]
    [problem] = problems(graph("", *ring))

    assert len(problem.text) < 700
    assert " > ... > PassThroughCalculator_50 > PassThroughCalculator_1)" in problem.text
