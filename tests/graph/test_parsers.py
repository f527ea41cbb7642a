"""Both parsers on anything: graphs that come back as they were, and files that are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knuckle.errors import GraphError
from knuckle.graph.config import GraphConfig, Options
from knuckle.graph.library import FOLDER
from knuckle.graph.options.node_options import is_known
from knuckle.graph.texts.reading import graph_from_binary, graph_from_text, read_graph
from knuckle.graph.texts.writing import binary_of, text_of
from tests.graph.made_graphs import graphs

BOUND = timedelta(seconds=5)  # for one graph, on a machine with other work
OURS = sorted(FOLDER.glob("*.pbtxt"))
TOKENS = [
    *("{", "}", "<", ">", "[", "]", ":", ",", ";", "'", '"', "\\", "#", "-", "/", ".", "\n"),
    *("node", "options {", "node_options", "[a.b.ext]", "type_url", "value", "1e", "0x", "nan"),
    *("[type.googleapis.com/mediapipe.GateCalculatorOptions] {", "\\377", "99999999999", "é", "\0"),
]
Edits = list[tuple[int, int, str]]  # where, how much goes, what comes


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(graphs())
def test_any_graph_comes_back_from_its_text(graph: GraphConfig) -> None:
    """With all options, and the fields that they lack."""
    text = text_of(graph)

    assert graph == graph_from_text(text)
    assert text == text_of(graph_from_text(text))


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(graphs())
def test_any_graph_comes_back_from_its_bytes(graph: GraphConfig) -> None:
    """But for fields that only a text can have."""
    nodes = (replace(node, options=tuple(serial(node.options))) for node in graph.nodes)
    graph = replace(graph, nodes=tuple(nodes))

    assert graph == graph_from_binary(binary_of(graph))


def serial(options: Iterable[Options]) -> Iterator[Options]:
    """The options without what only a text can have."""
    for held in options:
        if held.form == "node_options" or is_known(held.type):
            yield replace(held, unknown=())


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_own_files_come_back(path: Path) -> None:
    """From text and from bytes."""
    graph = read_graph(path)

    assert graph == graph_from_text(text_of(graph)) == graph_from_binary(binary_of(graph))


def is_graph_or_error(read: Callable[[], GraphConfig]) -> None:
    """Fail unless a graph is read that can be written, or an error in one line is raised."""
    try:
        graph = read()
    except GraphError as error:
        assert "\n" not in str(error)  # noqa: PT017
        assert len(str(error)) < 1000  # noqa: PT017
        return
    text_of(graph)
    binary_of(graph)


EDITS = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 3) | st.integers(0, 200),
        st.just("") | st.sampled_from(TOKENS) | st.text(max_size=3),
    ),
    min_size=1,
    max_size=6,
)


def edited(text: str, edits: Edits) -> str:
    """A text with pieces cut out and put in."""
    for place, length, new in edits:
        start = place % (len(text) + 1)
        text = text[:start] + new + text[start + length :]
    return text


@settings(deadline=BOUND, max_examples=150)
@given(st.sampled_from(OURS), EDITS)
def test_a_mutated_text_is_a_graph_or_an_error(path: Path, edits: Edits) -> None:
    """With the line."""
    text = edited(path.read_text(encoding="utf-8"), edits)

    is_graph_or_error(lambda: graph_from_text(text, "mutated.pbtxt"))
    try:
        graph_from_text(text, "mutated.pbtxt")
    except GraphError as error:
        assert error.line > 0 or "missing required fields" in str(error)  # noqa: PT017


@settings(deadline=BOUND, max_examples=150)
@given(st.sampled_from(OURS), EDITS)
def test_a_mutated_binary_is_a_graph_or_an_error(path: Path, edits: Edits) -> None:
    """And never a crash."""
    data = binary_of(read_graph(path)).decode("latin-1")
    mutated = edited(data, edits).encode("latin-1", "replace")

    is_graph_or_error(lambda: graph_from_binary(mutated))


@settings(deadline=BOUND, max_examples=150)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_graph_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    """As text, as binary, and as a file."""
    path = tmp_path_factory.mktemp("any") / "graph"
    path.write_bytes(data)
    is_graph_or_error(lambda: graph_from_binary(data))
    is_graph_or_error(lambda: graph_from_text(data.decode("latin-1")))
    is_graph_or_error(lambda: read_graph(path))
