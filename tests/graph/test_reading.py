"""Graphs from files: what is read, and what is said of a file that is wrong."""

from __future__ import annotations

import copy
import os
import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from knuckle.errors import GraphError
from knuckle.graph.config import InputInfo, Node, UnknownField, connections
from knuckle.graph.options.node_options import message_in
from knuckle.graph.texts.reading import (
    LARGEST,
    contained_nodes,
    graph_from_binary,
    graph_from_message,
    graph_from_text,
    read_graph,
)
from knuckle.graph.texts.writing import binary_of, message_of
from knuckle.messages.graph_config import calculator_pb2

TEXT = """
# Lets pictures pass while nobody is followed.
type: "Gated"
input_stream: "IMAGE:image"
input_side_packet: "ALLOW:allow"
output_stream: "IMAGE:0:gated"
output_side_packet: "made"
max_queue_size: 3

node {
  calculator: "GateCalculator"  # ours
  name: 'gate'
  input_stream: "image"
  input_stream: "DISALLOW:1:followed"
  input_side_packet: "ALLOW:allow"
  output_stream: "gated"
  output_side_packet: "made"
  input_stream_info: { tag_index: "DISALLOW:1" back_edge: true }
  input_stream_handler { input_stream_handler: "ImmediateInputStreamHandler" }
  node_options: {
    [type.googleapis.com/mediapipe.GateCalculatorOptions] {
      empty_packets_as_allow: true
    }
  }
}
"""


def test_a_text_is_read() -> None:
    """Every field, with the line of the node."""
    graph = graph_from_text(TEXT, "gate.pbtxt")
    expected = Node(
        "GateCalculator",
        "gate",
        inputs=connections("image", "DISALLOW:1:followed"),
        outputs=connections("gated"),
        side_inputs=connections("ALLOW:allow"),
        side_outputs=connections("made"),
        input_info=(InputInfo("DISALLOW:1", True),),
        input_handler="ImmediateInputStreamHandler",
        options=graph.nodes[0].options,
    )

    assert (expected,) == graph.nodes
    assert ("gate.pbtxt", 10) == (graph.nodes[0].file, graph.nodes[0].line)
    assert ("Gated", 3, "gate.pbtxt") == (graph.type, graph.max_queue_size, graph.file)
    assert connections("IMAGE:image") == graph.inputs
    assert connections("IMAGE:0:gated") == graph.outputs
    assert connections("ALLOW:allow") == graph.side_inputs
    assert connections("made") == graph.side_outputs


@pytest.mark.parametrize("form", ["options", "node_options"])
@pytest.mark.parametrize("colon", ["", ":"])
@pytest.mark.parametrize("braces", ["{}", "<>"])
def test_both_forms_of_options_are_read(form: str, colon: str, braces: str) -> None:
    """With and without colons, in either braces."""
    name = {
        "options": "mediapipe.GateCalculatorOptions.ext",
        "node_options": "type.googleapis.com/mediapipe.GateCalculatorOptions",
    }[form]
    first, last = braces[0], braces[1]
    graph = graph_from_text(
        f"node{colon} {first} {form}{colon} {first} [{name}]{colon} {first} allow: true "
        f"{last} {last} {last}"
    )
    (held,) = graph.nodes[0].options

    assert form == held.form
    assert message_in(held).allow


def test_the_grammar_is_that_of_the_library() -> None:
    """Texts side by side, commas and semicolons, lists, comments, numbers of all kinds."""
    graph = graph_from_text(
        "type: 'a' # comment\n \"b\"; input_stream: ['x', \"T:y\"],\n"
        "node: [{calculator: 'A'}, <calculator: 'B' options {\n"
        "[mediapipe.SsdAnchorsCalculatorOptions.ext] { strides: [8, 0x10] min_scale: -.5e-1f } }>]"
    )

    assert ("ab", connections("x", "T:y")) == (graph.type, graph.inputs)
    assert [("A", 3), ("B", 3)] == [(node.calculator, node.line) for node in graph.nodes]
    anchors = message_in(graph.nodes[1].options[0])
    assert [8, 16] == list(anchors.strides)
    assert anchors.min_scale == pytest.approx(-0.05)


def test_fields_that_options_lack_are_kept() -> None:
    """With their line and their place."""
    (held,) = (
        graph_from_text("""
        node { options { [mediapipe.InferenceCalculatorOptions.ext] {
            delegate { gpu { speed: [1, -2] # comment
                             api: OPENCL } }
            model_path: "a.tflite"
            more { x: "y" } } } }
    """)
        .nodes[0]
        .options
    )
    expected = (
        UnknownField("more", 'more { x: "y" }'),
        UnknownField("speed", "speed: [1, -2]", within="delegate.gpu"),
    )

    assert expected == held.unknown
    assert [6, 3] == [one.line for one in held.unknown]
    assert ("a.tflite", 2) == (message_in(held).model_path, message_in(held).delegate.gpu.api)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("options", "other.Options.ext"),
        ("options", "other.some_options"),
        ("node_options", "type.googleapis.com/other.Options"),
        ("node_options", "my-types.example/other.Options"),
    ],
)
def test_options_that_we_lack_are_kept(field: str, name: str) -> None:
    """All their fields are unknown."""
    (held,) = graph_from_text(f"node {{ {field} {{ [{name}] {{ a: 1 b <> }} }} }}").nodes[0].options

    assert field == held.form
    assert (UnknownField("a", "a: 1"), UnknownField("b", "b {}")) == held.unknown


ERRORS = [
    ('node {\n calculater: "A" }', 'line 2: a node has no field "calculater": did you mean calc'),
    ("\nnodes { }", 'line 2: a graph has no field "nodes": did you mean node'),
    ("node { options { allow: true } }", r'options have no "allow": name their message, \['),
    ("node { options {\n [mediapipe.GateCalculatorOptions.ext] { allow: 2 } } }", "line 2: allow"),
    ("node {\n calculator: 'A'\n", r'line 1: "node \{" is not closed: add "\}"'),
    ("node { }\n }", r'line 2: "\}" closes nothing'),
    ("node <\n }", r'line 2: "\}" closes the "<" of line 1: write ">"'),
    ("type: 'a\n'", "line 1: a text in ' is not closed"),
    ("node { calculator }", "calculator.* has no value"),
    ("type:\n", '"type" has no value'),
    ("\x7f", r'"\\x7f" has no meaning here'),
    ("type: Gated", 'type holds a text: write type: "Gated"'),
    ("type { }", "type holds no fields"),
    ("node: 3", r"node holds fields: write node \{"),
    ("max_queue_size: '3'", "max_queue_size holds no text: write max_queue_size: 3"),
    ("\ntype: 'C:\\models'", r"line 2: \\m stands for nothing in a text: write a backslash as"),
    ("type: '\\ud800'", r"\\u stands for nothing"),
    ("max_queue_size: many", "line 1: max_queue_size is a whole number, not many: write one"),
    ("node { options { [mediapipe.ThresholdingCalculatorOptions.ext]\n { threshold: a } } }",
     "line 2: threshold is a number, not a"),
    ("node { node_options { [Options] { } } }", r'options have no "\[Options\]": name their'),
    ("node { options { [a b.ext] { } } }", r'options have no "\[a b.ext\]": name their'),
    ("node { options { [a-b.ext] { } } }", r'options have no "\[a-b.ext\]": name their'),
    ("type: -'a'", '"type" has no value'),
    ("max_queue_size: 99999999999", "line 1: .*99999999999: correct it"),
    ("type: 'a'\ntype: 'b'", 'line 2: "type" stands here a second time'),
    ("node {" * 200, "more than 100 braces"),
    ("node { input_stream: 'a'\n input_stream: 'Tag:a' }", 'line 2: input_stream of .*"Tag:a"'),
    ("node { name: 'n' input_stream_info { tag_index: 'a b' } }", 'node "n": "a b" is no port'),
    ("[a.b]: 1", r'a graph has no field "\[a.b\]"'),
    ("type: '\\xff'", "line 1: .*utf-8"),
    ("type: '\ud800'", "line 1: half a character"),
    ("graph_options { [b.c } ", r'the name "\[b.c" is not closed'),
    ("input_stream: ['a', 'b'", 'the list of "input_stream" is not closed'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), ERRORS)
def test_errors_have_a_line_and_a_cure(text: str, words: str) -> None:
    """One sentence each."""
    with pytest.raises(GraphError, match=words) as caught:
        graph_from_text(text, "wrong.pbtxt")

    assert str(caught.value).startswith("wrong.pbtxt, line ")
    assert caught.value.line > 0
    assert "wrong.pbtxt" == caught.value.file
    assert "\n" not in str(caught.value)


def test_an_enum_names_its_values() -> None:
    """When none of them is meant."""
    text = (
        "node { options { [mediapipe.TensorsToFloatsCalculatorOptions.ext] { activation: TANH } } }"
    )
    with pytest.raises(GraphError, match="activation cannot be TANH: there are NONE, SIGMOID"):
        graph_from_text(text)


def test_errors_are_copied_with_their_place() -> None:
    """For worker processes."""
    with pytest.raises(GraphError) as caught:
        graph_from_text("\n\nfoo: 1", "a.pbtxt")
    for twin in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):
        assert ("a.pbtxt", 3, str(caught.value)) == (twin.file, twin.line, str(twin))


def test_text_and_binary_are_told_by_their_content(tmp_path: Path) -> None:
    """Whatever the ending is."""
    graph = graph_from_text(TEXT)
    text, binary = tmp_path / "a.binarypb", tmp_path / "a.pbtxt"
    text.write_text(TEXT)
    binary.write_bytes(binary_of(graph))

    assert graph == read_graph(text) == read_graph(str(binary))


def test_a_short_binary_without_strange_characters_is_read(tmp_path: Path) -> None:
    """It could be a text, but is none."""
    graph = graph_from_text('input_stream: "' + "a" * 40 + '" max_queue_size: 65')
    path = tmp_path / "graph"
    path.write_bytes(binary_of(graph))

    assert path.read_text().isprintable()
    assert graph == read_graph(path)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace("nobody", "für niemanden").encode("latin-1"),
        TEXT.replace("nobody", "für niemanden").encode(),
        TEXT.encode("utf-16"),
        TEXT.replace("nobody", "no\rbody").encode(),
    ],
    ids=["byte order mark", "CRLF", "CR", "Latin-1", "UTF-8", "UTF-16", "CR in a comment"],
)
def test_texts_of_other_editors_are_read(tmp_path: Path, data: bytes) -> None:
    """The lines are the same."""
    path = tmp_path / "graph.pbtxt"
    path.write_bytes(data)

    assert graph_from_text(TEXT) == read_graph(path)
    assert 10 == read_graph(path).nodes[0].line


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\n\x10\x01", "neither as text nor as binary"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100), "neither as text nor as binary"),
        (b"#" * (LARGEST + 1), "more than 1 MB"),
        (
            b"node {\n  calculator: \"A\x01\"\n  colculator: 'B'\n}" + b" " * 100,
            "line 3: a node has",
        ),
    ],
    ids=["empty", "blank", "damaged", "picture", "huge", "stray character"],
)
def test_files_that_are_no_graphs_are_named(tmp_path: Path, data: bytes, words: str) -> None:
    """And what is wrong with them."""
    path = tmp_path / "graph.pbtxt"
    path.write_bytes(data)
    with pytest.raises(GraphError, match=words) as caught:
        read_graph(path)

    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize("name", ["", "missing.pbtxt", "\0"])
def test_files_that_cannot_be_read_are_named(tmp_path: Path, name: str) -> None:
    """A folder, a name without a file, a name that cannot be."""
    with pytest.raises(GraphError, match=r"cannot be read .*: name a graph's file"):
        read_graph(tmp_path / name if name != "\0" else "a\0b")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs /dev/zero")
def test_a_file_without_an_end_is_refused() -> None:
    """After the largest size of a graph."""
    with pytest.raises(GraphError, match="more than 1 MB"):
        read_graph("/dev/zero")


def test_damaged_binaries_are_refused() -> None:
    """At every length that is no graph."""
    data = binary_of(graph_from_text(TEXT))
    read = 0
    for end in range(1, len(data)):
        try:
            graph_from_binary(data[:end], "cut.binarypb")
            read += 1
        except GraphError as error:
            assert str(error).startswith("cut.binarypb")  # noqa: PT017

    assert read < len(data) / 10


def test_unknown_fields_of_a_binary_survive() -> None:
    """Of the graph, of nodes, and of options."""
    message = message_of(graph_from_text(TEXT))
    strange = b"\x8a\xf1\x04\x03abc"  # field 9999
    message.MergeFromString(strange)
    message.node[0].MergeFromString(strange)
    message.node[0].options.MergeFromString(strange)
    message.node[0].node_options[0].value += strange
    data = message.SerializeToString(deterministic=True)

    assert 4 == data.count(strange)
    assert data == binary_of(graph_from_binary(data))


def test_messages_of_mediapipe_are_read() -> None:
    """Of a class of another pool."""
    pool = descriptor_pool.DescriptorPool()
    _copy_file(pool, calculator_pb2.DESCRIPTOR)
    kind = pool.FindMessageTypeByName("mediapipe.CalculatorGraphConfig")
    message = message_factory.GetMessageClass(kind)()
    message.node.add(calculator="A").input_stream.append("IMAGE:image")

    assert connections("IMAGE:image") == graph_from_message(message).nodes[0].inputs


def _copy_file(pool: descriptor_pool.DescriptorPool, file: Any) -> None:
    for other in file.dependencies:
        with suppress(TypeError):  # it is there
            _copy_file(pool, other)
    copied = descriptor_pb2.FileDescriptorProto()
    file.CopyToProto(copied)
    pool.AddSerializedFile(copied.SerializeToString())


def test_other_messages_are_refused() -> None:
    """By name."""
    with pytest.raises(TypeError, match=r"not mediapipe\.CalculatorGraphConfig\.Node"):
        graph_from_message(calculator_pb2.CalculatorGraphConfig.Node())
    with pytest.raises(TypeError, match="not str"):
        graph_from_message("node {}")


def test_nodes_in_options_keep_what_their_options_lack() -> None:
    """In either form, and options that we do not have."""
    (held,) = (
        graph_from_text("""
        node { node_options { [type.googleapis.com/mediapipe.SwitchContainerOptions] {
            contained_node { calculator: "A" }
            contained_node { calculator: "B"
                options { [mediapipe.InferenceCalculatorOptions.ext] { delegate { speed: 1 } } }
                node_options { [type.googleapis.com/a.B] { c: 2 } }
            } } } }
    """)
        .nodes[0]
        .options
    )
    first, second = contained_nodes(held, "contained_node")

    assert ("A", (), "B") == (first.calculator, first.options, second.calculator)
    assert [
        (UnknownField("speed", "speed: 1", within="delegate"),),
        (UnknownField("c", "c: 2"),),
    ] == [one.unknown for one in second.options]
    assert [5, 6] == [one.unknown[0].line for one in second.options]
