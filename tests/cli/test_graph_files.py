"""`knuckle graph list`, `show`, `check` and `convert`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from knuckle.graph import GRAPHS, load, read_graph, text_of
from knuckle.graph.library import FOLDER
from tests.cli.conftest import Run

SMALL = """# Passes numbers on.
input_stream: "a"
output_stream: "b"

node {
  calculator: "PassThroughCalculator"
  input_stream: "a"
  output_stream: "b"
}
"""
WRONG = SMALL.replace("PassThrough", "PassTrough")
GATE = SMALL.replace(
    'calculator: "PassThroughCalculator"',
    """calculator: "GateCalculator"
  node_options: {
    [type.googleapis.com/mediapipe.GateCalculatorOptions] {
      allow: true
      sesame: true
    }
  }""",
)


@pytest.fixture
def small(workplace: Path) -> Path:
    """A graph of one node."""
    path = workplace / "small.pbtxt"
    path.write_text(SMALL)
    return path


def test_every_graph_is_listed(run: Run) -> None:
    """With what it does and what goes in and out."""
    out = run("graph", "list").out

    assert [] == [name for name in GRAPHS if name not in out]
    assert "{num_hands}" in out


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_is_shown_as_its_file_is(name: str, run: Run) -> None:
    """With its comments."""
    expected = (FOLDER / GRAPHS[name].file).read_text()

    result = run("graph", "show", name)

    assert (0, expected) == (result.status, result.out)


def test_an_expanded_graph_has_no_subgraphs(run: Run) -> None:
    """And inner nodes have their full names, by which --set calls them."""
    out = run("graph", "show", "hand_landmark_tracking", "--expanded").out

    assert 'name: "palmdetectioncpu__TensorsToDetectionsCalculator"' in out
    assert 'calculator: "PalmDetectionCpu"' not in out


def test_a_binary_graph_is_shown_as_text(run: Run, small: Path) -> None:
    """It has no comments."""
    run("graph", "convert", small, "small.binarypb")

    assert text_of(read_graph(small)) == run("graph", "show", "small.binarypb").out


def test_a_graph_that_does_not_exist_is_named(run: Run) -> None:
    """With names that are like it."""
    result = run("graph", "show", "palm_detektion")

    assert (1, "") == (result.status, result.out)
    assert 'there is no graph "palm_detektion"' in result.err
    assert "palm_detection" in result.err


@pytest.mark.parametrize("name", GRAPHS)
def test_our_own_graphs_have_no_problem(name: str, run: Run) -> None:
    """Nor a note."""
    result = run("graph", "check", name)

    assert (0, "", "1 graph, no problem\n") == (result.status, result.out, result.err)


def test_problems_are_told_with_their_lines(run: Run, small: Path) -> None:
    """A line for each, with the file, the line, the node and the cure."""
    small.write_text(WRONG.replace('"b"\n}', '"C:b"\n}'))
    result = run("graph", "check", small)
    lines = result.out.splitlines()

    assert 1 == result.status
    assert f"{small}:6: PassTroughCalculator: there is no calculator" in lines[0]
    assert "PassThroughCalculator" in lines[0]
    assert all(line.startswith(f"{small}:") for line in lines)


def test_a_file_that_cannot_be_read_is_a_problem(run: Run, small: Path) -> None:
    """The other files are checked all the same."""
    Path("broken.pbtxt").write_text("node {")
    small.write_text(WRONG)
    result = run("graph", "check", "broken.pbtxt", small, "none.pbtxt")
    first, second, third = result.out.splitlines()

    assert 1 == result.status
    assert first.startswith("broken.pbtxt:1: ")
    assert "none.pbtxt" in second or "none.pbtxt" in third


def test_notes_are_apart_and_no_problem(run: Run, small: Path) -> None:
    """The graph runs all the same."""
    small.write_text(GATE)
    result = run("graph", "check", small)

    assert (0, "") == (result.status, result.out)
    assert f"note: {small}:10: GateCalculator: " in result.err
    assert '"sesame"' in result.err


def test_calculators_of_ones_own_are_known(run: Run, small: Path) -> None:
    """Their classes are looked up in a Python file."""
    small.write_text(SMALL.replace("PassThroughCalculator", "Mine"))
    Path("mine.py").write_text(
        "from knuckle.graph import Calculator, Contract, Port\n\n"
        "class Mine(Calculator):\n"
        "    contract = Contract(inputs=(Port(),), outputs=(Port(),))\n"
    )
    without, given = (
        run("graph", "check", small),
        run("graph", "check", small, "--calculators", "mine.py"),
    )

    assert (1, 0) == (without.status, given.status)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("class Mine:\n    pass\n", "mine.py has no calculator: write a class"),
        ("x = (\n", "mine.py:1: '(' was never closed"),
        ("\nraise RuntimeError('not today')\n", "mine.py:2 cannot be run: not today"),
        ("import sys\nsys.exit()\n", "mine.py:2 cannot be run: SystemExit"),
        (None, "mine.py does not exist: name a Python file"),
    ],
)
def test_what_is_wrong_with_such_a_file_is_said(
    content: str | None, reason: str, run: Run, small: Path
) -> None:
    """In one line."""
    if content is not None:
        Path("mine.py").write_text(content)
    result = run("graph", "check", small, "--calculators", "mine.py")

    assert (1, "") == (result.status, result.out)
    assert f"knuckle: {reason}" in result.err
    assert 1 == result.err.count("\n")


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_survives_the_way_to_binary_and_back(name: str, run: Run) -> None:
    """Nothing is lost but its comments."""
    run("graph", "convert", FOLDER / GRAPHS[name].file, "a.binarypb")
    run("graph", "convert", "a.binarypb", "b.pbtxt")

    assert load(name) == read_graph("a.binarypb") == read_graph("b.pbtxt")


def test_a_dash_prints_the_text(run: Run, small: Path) -> None:
    """For pipes."""
    assert text_of(read_graph(small)) == run("graph", "convert", small, "-").out


def test_what_binary_files_cannot_have_is_said(run: Run, small: Path) -> None:
    """A field whose number is not known."""
    small.write_text(GATE)
    result = run("graph", "convert", small, "small.binarypb")

    assert 0 == result.status
    assert f"note: {small}:10: sesame is not in the binary file" in result.err


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("small.txt", "cannot write small.txt: its name must end in .pbtxt or .binarypb"),
        ("old.binarypb", "old.binarypb exists: --force replaces it"),
        ("small.pbtxt", "small.pbtxt is also an input: name another output"),
    ],
)
def test_targets_that_make_no_sense_are_refused(
    target: str, reason: str, run: Run, small: Path
) -> None:
    """And nothing is written."""
    Path("old.binarypb").write_bytes(b"old")
    result = run("graph", "convert", small, target)

    assert (1, f"knuckle: {reason}\n") == (result.status, result.err)
    assert b"old" == Path("old.binarypb").read_bytes()


def test_force_replaces_a_file(run: Run, small: Path) -> None:
    """Only then."""
    Path("old.binarypb").write_bytes(b"old")
    run("graph", "convert", small, "old.binarypb", "--force")

    assert read_graph(small) == read_graph("old.binarypb")


def test_help_needs_no_extra() -> None:
    """Protocol buffers are imported where they are used."""
    code = "import sys, knuckle.cli, knuckle.graph; print('google.protobuf' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "False" == done.stdout.strip()


def test_without_the_extra_it_is_named() -> None:
    """In one line, with what to type."""
    code = (
        "import sys; sys.modules['google.protobuf'] = None; from knuckle.cli import main; "
        "sys.exit(main(['graph', 'list']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (1, "") == (done.returncode, done.stdout)
    assert "a graph needs an optional package: pip install" in done.stderr
    assert 1 == done.stderr.count("\n")


def test_names_that_would_steer_the_terminal_are_written_out(run: Run, workplace: Path) -> None:
    """A graph of others may have them."""
    Path("bad.pbtxt").write_text(r'node { name: "\033]0;title\007" calculator: "Nope" }')
    result = run("graph", "check", "bad.pbtxt")

    assert r"\x1b]0;title\x07: there is no calculator" in result.out
    assert "\x1b" not in result.out
