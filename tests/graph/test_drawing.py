"""Drawings of graphs as files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from knuckle.errors import ExtraMissing, GraphError
from knuckle.graph.drawings import drawing as drawings
from knuckle.graph.drawings.drawing import html_of, svg_of
from knuckle.graph.drawings.picture import drawing_of_text, graph_texts
from knuckle.graph.library import FOLDER, GRAPHS

PORT = {"tag": "", "index": 0, "stream": "in", "type": "IMAGE", "backEdge": False}
NODE = {
    "id": "PassThroughCalculator",
    "name": "PassThroughCalculator",
    "calculator": "PassThroughCalculator",
    "inputs": [PORT],
    "outputs": [PORT | {"stream": "out"}],
    "sideInputs": [],
    "sideOutputs": [],
    "options": [],
    "about": "Lets packets pass.",
    "file": "x.pbtxt",
    "line": 3,
    "graph": None,
    "isUnknown": False,
}
GRAPH = {
    "type": "",
    "inputs": [PORT],
    "outputs": [PORT | {"stream": "out"}],
    "sideInputs": [],
    "sideOutputs": [],
    "nodes": [NODE],
}
DRAWING: dict[str, Any] = {
    "title": "a <graph>",
    "file": "x.pbtxt",
    "graph": GRAPH,
    "problems": [{"file": "", "line": 1, "node": "", "text": "</script> ends nothing\u2028"}],
    "trace": None,
}
ROOT = Path(__file__).parents[2]
PLACES = (drawings.PAGE, ROOT / "web/dist-graph")  # where a build may have put the files
BUILT = next((place for place in PLACES if (place / "viewer.js").exists()), None)
FILES = {
    "viewer.js": "var knuckleGraph = { svgOf: (d, o) => d.title + JSON.stringify(o) };",
    "viewer.css": "p { color: red }",
    "notice.txt": "It contains elkjs.",
    "viewer.html": "<head>{{policy}}<title>{{title}}</title><!-- {{notice}} -->{{style}}</head>"
    '<script type="application/json">"{{drawing}}"</script>{{script}}',
}


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files as the build makes them, but small."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(drawings, "PAGE", tmp_path)
    return tmp_path


def drawing_in(text: str) -> Any:
    """The drawing that a page holds."""
    start = text.index('json">') + len('json">')
    return json.loads(text[start : text.index("</script>", start)])


def test_a_page_holds_its_drawing(page: Path) -> None:
    """Whatever the words in it are, they end no script."""
    text = html_of(DRAWING)

    assert DRAWING == drawing_in(text)


def test_a_page_holds_its_script_and_its_notice(page: Path) -> None:
    """It asks for no other file, and the layout library's licence asks for the notice."""
    text = html_of(DRAWING)

    assert FILES["viewer.js"] in text
    assert FILES["viewer.css"] in text
    assert "<!-- It contains elkjs. -->" in text
    assert "<title>a &lt;graph&gt;</title>" in text


def test_a_page_runs_no_other_script(page: Path) -> None:
    """Its policy names the script by its hash."""
    text = html_of(DRAWING)

    assert "default-src 'none'; script-src 'sha256-" in text


def test_pages_can_share_a_script(page: Path) -> None:
    """Ten pages of a site need not hold it ten times."""
    text = html_of(DRAWING, script="../viewer.js")

    assert '<script id="knuckle-graph-script" src="../viewer.js"></script>' in text
    assert FILES["viewer.js"] not in text


def test_a_picture_is_what_the_script_draws(page: Path) -> None:
    """The options reach it."""
    pytest.importorskip("py_mini_racer")
    assert 'a <graph>{"theme":"dark","open":"all"}' == svg_of(
        DRAWING, theme="dark", subgraphs="open"
    )
    assert 'a <graph>{"theme":"light","open":["a","b"]}' == svg_of(DRAWING, subgraphs=["a", "b"])


def test_what_cannot_be_drawn_is_a_graph_error(page: Path) -> None:
    """It says what the script says."""
    pytest.importorskip("py_mini_racer")
    (page / "viewer.js").write_text(
        "var knuckleGraph = { svgOf() { throw new Error('too odd') } };"
    )

    with pytest.raises(GraphError, match=r"^the graph cannot be drawn: .*too odd"):
        svg_of(DRAWING)


def test_without_the_files_a_command_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clone has none until it builds them."""
    monkeypatch.setattr(drawings, "PAGE", tmp_path / "none")

    with pytest.raises(GraphError, match="run scripts/page graph in a clone"):
        html_of(DRAWING)


def test_without_the_engine_an_extra_is_named(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page needs no engine; a picture does."""
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)

    with pytest.raises(ExtraMissing, match="drawing a graph without a browser needs"):
        svg_of(DRAWING)


@pytest.mark.skipif(BUILT is None, reason="neither scripts/page nor scripts/web has built it")
@pytest.mark.parametrize("name", GRAPHS)
def test_each_graph_of_the_package_is_drawn(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the real script in the real engine: all nodes, as well-formed XML."""
    pytest.importorskip("py_mini_racer")
    monkeypatch.setattr(drawings, "PAGE", BUILT)
    drawing = drawing_of_text(graph_texts()[name], file=str(FOLDER / GRAPHS[name].file))
    root = ElementTree.fromstring(svg_of(drawing))
    drawn = {found.get("data-id") for found in root.iter() if "data-id" in found.attrib}

    assert {node["id"] for node in drawing["graph"]["nodes"]} <= drawn
