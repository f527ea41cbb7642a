"""`knuckle graph view` and `edit`: graphs drawn."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from knuckle.graph import GRAPHS, Trace, write_trace
from knuckle.graph.drawings.drawing import PAGE
from knuckle.graph.traces.trace import Call, times_of
from tests.cli.conftest import Run, command
from tests.io.files import names_in

GRAPH = "knuckle_tracking"
needs_page = pytest.mark.skipif(
    not (PAGE / "viewer.js").is_file(), reason="the page is not built: scripts/page graph"
)
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")


@needs_page
@pytest.mark.parametrize("name", GRAPHS)
def test_every_graph_is_drawn_as_a_page(name: str, run: Run) -> None:
    """One file with all it needs."""
    result = run("graph", "view", name, "-o", "graph.html")
    page = Path("graph.html").read_text()

    assert (0, "", "wrote graph.html\n") == (result.status, result.out, result.err)
    assert "<html" in page
    assert "http-equiv" in page


@needs_page
def test_several_forms_are_written_at_once(run: Run) -> None:
    """A page, a picture and a flowchart."""
    result = run("graph", "view", GRAPH, "-o", "a.html", "-o", "a.svg", "-o", "a.mmd")

    assert 0 == result.status
    assert ["a.html", "a.mmd", "a.svg"] == names_in(Path())
    assert "<svg" in Path("a.svg").read_text()


def test_a_flowchart_can_show_what_is_in_subgraphs(run: Run) -> None:
    """Closed, a subgraph is one box."""
    for state in ("open", "closed"):
        words = ["-o", f"{state}.mmd", "--subgraphs", state]
        run("graph", "view", "hand_landmark_tracking", *words)
    opened, closed = (Path(f"{state}.mmd").read_text() for state in ("open", "closed"))

    assert closed.startswith("flowchart")
    assert "NonMaxSuppressionCalculator" in opened
    assert "NonMaxSuppressionCalculator" not in closed


@needs_page
def test_a_trace_is_laid_over_the_drawing(run: Run) -> None:
    """Its times are in the page."""
    calls = [Call("FollowedHands", 0, 0.0, 1234.0)]
    write_trace(Trace(calls, times_of(calls), duration=1.234), "t.json")
    result = run("graph", "view", GRAPH, "-o", "a.html", "--trace", "t.json")

    assert 0 == result.status
    assert '"total": 1.234' in Path("a.html").read_text()


def test_a_trace_of_another_graph_is_refused(run: Run) -> None:
    """It has no node of this one."""
    calls = [Call("Somebody", 0, 0.0, 1.0)]
    write_trace(Trace(calls, times_of(calls)), "t.json")
    result = run("graph", "view", GRAPH, "-o", "a.mmd", "--trace", "t.json")

    assert 1 == result.status
    assert "knuckle: t.json has no node of this graph: give a trace of its run\n" == result.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([GRAPH, "-o", "a.png"], "cannot write a.png: its name must end in one of .html, .svg"),
        ([GRAPH, "-o", "old.mmd"], "old.mmd exists: --force replaces it"),
        (["none.pbtxt", "-o", "a.mmd"], 'there is no graph file "none.pbtxt"'),
    ],
)
def test_what_cannot_be_drawn_is_said(words: list[str], reason: str, run: Run) -> None:
    """In one line."""
    Path("old.mmd").write_text("old")
    result = run("graph", "view", *words)

    assert 1 == result.status
    assert reason in result.err
    assert 1 == result.err.count("\n")


def test_a_wrong_graph_is_drawn(run: Run) -> None:
    """Its problems are part of the drawing."""
    Path("wrong.pbtxt").write_text('input_stream: "a"\nnode { calculator: "Nobody" }\n')
    result = run("graph", "view", "wrong.pbtxt", "-o", "a.mmd")

    assert 0 == result.status
    assert "Nobody" in Path("a.mmd").read_text()


@needs_page
@on_posix
def test_the_editor_serves_the_text_until_it_is_stopped(workplace: Path) -> None:
    """On loopback, and it says where."""
    Path("mine.pbtxt").write_text('input_stream: "a"\n')
    words = command("graph", "edit", "mine.pbtxt", "--no-browser")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout
        address = run.stdout.readline().strip()
        try:
            with urllib.request.urlopen(f"{address}api/start", timeout=30) as answer:
                start = json.load(answer)
            run.send_signal(signal.SIGINT)
            status = run.wait(30)
        finally:
            run.kill()

    assert address.startswith("http://127.0.0.1:")
    assert {"name": "mine.pbtxt", "text": 'input_stream: "a"\n'} == start
    assert 130 == status


def test_the_editor_names_a_graph_that_does_not_exist(run: Run) -> None:
    """In one line."""
    result = run("graph", "edit", "none.pbtxt", "--no-browser")

    assert 1 == result.status
    assert 'there is no graph file "none.pbtxt"' in result.err
