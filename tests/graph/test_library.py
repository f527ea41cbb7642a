"""Graphs are found by name, by path and by the type that a node names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from knuckle.errors import GraphError
from knuckle.graph.checking.validation import problems
from knuckle.graph.drawings.picture import about_file
from knuckle.graph.expanding.expansion import expanded
from knuckle.graph.library import FOLDER, GRAPHS, SUBGRAPHS, load, subgraphs_beside
from knuckle.graph.texts.reading import graph_from_text

MAIN = 'input_stream: "a" node { calculator: "HandRendererSubgraph" input_stream: "%s:a" }'
RENDERER = """
# Draws.
type: "HandRendererSubgraph"
input_stream: "%s:picture"
node { calculator: "PassThroughCalculator" input_stream: "picture" name: "%s" }
"""


def test_the_tables_are_complete() -> None:
    """Each row has a file, each file of a subgraph its row, and the type is that of the file."""
    files = {path.name for path in FOLDER.glob("*.pbtxt")}
    types = {load(path).type: path.name for path in sorted(FOLDER.glob("*.pbtxt"))}
    types.pop("", None)

    assert types.items() >= SUBGRAPHS.items()
    assert set(types) == set(SUBGRAPHS)
    assert files >= {graph.file for graph in GRAPHS.values()}


@pytest.mark.parametrize("file", sorted(path.name for path in FOLDER.glob("*.pbtxt")))
def test_our_graphs_are_sound(file: str) -> None:
    """Nothing is wrong with them, not even a note, and each says what it is."""
    assert [] == problems(load(FOLDER / file))
    assert about_file(str(FOLDER / file))


def test_a_name_a_stem_and_a_path_give_the_same() -> None:
    """People use all three."""
    name = "palm_detection"
    file = FOLDER / GRAPHS[name].file

    assert load(name) == load(file) == load(file.stem)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "hand_tracking_mobil",
            'no graph "hand_tracking_mobil".*did you mean hand_tracking_mobile',
        ),
        ("no_such", 'no graph "no_such".*: `knuckle graph list` names those'),
        ("nowhere/hands.pbtxt", 'no graph file "nowhere/hands.pbtxt": the folder "nowhere"'),
    ],
)
def test_what_is_not_there(name: str, message: str) -> None:
    """The error names the nearest graph, or the folder that is missing."""
    with pytest.raises(GraphError, match=message):
        load(name)


def test_a_file_beside_the_wrong_name(tmp_path: Path) -> None:
    """The nearest file of the folder is named."""
    (tmp_path / "renderer.pbtxt").write_text(RENDERER)

    with pytest.raises(GraphError, match=r"did you mean .*renderer\.pbtxt"):
        load(tmp_path / "rendere.pbtxt")


def test_files_beside_a_graph_come_before_ours(tmp_path: Path) -> None:
    """Also in the folder `subgraphs`; of two, the one whose ports fit."""
    (tmp_path / "main.pbtxt").write_text(MAIN % "GPU")
    (tmp_path / "subgraphs").mkdir()
    (tmp_path / "subgraphs" / "cpu.pbtxt").write_text(RENDERER % ("IMAGE", "cpu"))
    (tmp_path / "subgraphs" / "gpu.pbtxt").write_text(RENDERER % ("GPU", "gpu"))

    assert ["handrenderersubgraph__gpu"] == [
        node.name for node in expanded(load(tmp_path / "main.pbtxt")).nodes
    ]


def test_a_tree_like_mediapipe_s(tmp_path: Path) -> None:
    """The graphs in `modules` are found from the graphs of the programs, the nearer ones first."""
    graphs = tmp_path / "mediapipe" / "graphs" / "hand_tracking"
    module = tmp_path / "mediapipe" / "modules" / "hand"
    for folder in (graphs, module):
        folder.mkdir(parents=True)
    (module / "renderer.pbtxt").write_text(RENDERER % ("IMAGE", "far"))
    main = graphs / "main.pbtxt"
    main.write_text(MAIN % "IMAGE")

    assert {"HandRendererSubgraph": (module / "renderer.pbtxt",)} == subgraphs_beside(main)
    (graphs / "renderer.pbtxt").write_text(RENDERER % ("IMAGE", "near"))
    assert {"HandRendererSubgraph": (graphs / "renderer.pbtxt",)} == subgraphs_beside(main)


def test_a_broken_file_beside_is_a_problem_with_its_line(tmp_path: Path) -> None:
    """It is not passed over for ours."""
    main, renderer = tmp_path / "main.pbtxt", tmp_path / "renderer.pbtxt"
    main.write_text(MAIN % "IMAGE")
    renderer.write_text('type: "HandRendererSubgraph"\n\nnode { calculator "X" \n')

    [problem] = problems(load(main))
    assert (str(renderer), 3) == (problem.file, problem.line)
    assert "HandRendererSubgraph" == problem.node


def test_given_subgraphs_come_first() -> None:
    """A value, or the name of a graph."""
    config = graph_from_text(MAIN % "IMAGE")
    given = graph_from_text(RENDERER % ("IMAGE", "given"))

    assert ["handrenderersubgraph__given"] == [
        node.name for node in expanded(config, subgraphs={"HandRendererSubgraph": given}).nodes
    ]


def test_a_file_that_was_edited_is_read_again(tmp_path: Path) -> None:
    """People edit a subgraph while its graph is drawn."""
    main, renderer = tmp_path / "main.pbtxt", tmp_path / "renderer.pbtxt"
    main.write_text(MAIN % "IMAGE")
    names = []
    for name in ("first", "the_second"):
        renderer.write_text(RENDERER % ("IMAGE", name))
        names += [node.name for node in expanded(load(main)).nodes]

    assert ["handrenderersubgraph__first", "handrenderersubgraph__the_second"] == names


def test_what_is_no_file_beside_a_graph_is_passed_over(tmp_path: Path) -> None:
    """A pipe would be read for ever."""
    os.mkfifo(tmp_path / "pipe.pbtxt")
    (tmp_path / "main.pbtxt").write_text("")

    assert {} == subgraphs_beside(tmp_path / "main.pbtxt")


def test_a_folder_is_no_graph(tmp_path: Path) -> None:
    """The message does not suggest it again."""
    folder = tmp_path / "graphs.pbtxt"
    folder.mkdir()

    with pytest.raises(GraphError, match="is a folder: name a file in it"):
        load(folder)
