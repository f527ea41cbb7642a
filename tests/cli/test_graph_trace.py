"""`knuckle graph trace`: where the time goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knuckle.graph import Trace, read_trace, write_trace
from knuckle.graph.traces.trace import Call, times_of
from tests.cli.conftest import Run
from tests.graph.test_profiles import NAMES, content, event, piece

CALLS = [Call("Palms", 0, 0.0, 30_000.0), Call("Hands", 0, 30_000.0, 40_000.0)]


@pytest.fixture
def ours(workplace: Path) -> Path:
    """A trace of ours: 30 ms of palms and 10 ms of hands."""
    path = workplace / "trace.json"
    write_trace(Trace(CALLS, times_of(CALLS), duration=40.0), path)
    return path


def _write_theirs(*paths: str) -> None:
    """Files of one run of MediaPipe, a call in each."""
    for number, path in enumerate(paths):
        called = event(number % 2, 33 * number, 100 * number, 100 * number + 50)
        Path(path).write_bytes(content(piece(called, names=NAMES)))


def test_the_node_that_took_longest_comes_first(run: Run, ours: Path) -> None:
    """With its calls, times and share."""
    result = run("graph", "trace", ours)
    rows = [line for line in result.out.splitlines() if "Palms" in line or "Hands" in line]

    assert (0, "") == (result.status, result.err)
    assert ["Palms", "1", "30.00", "30.000", "30.000", "75.0%"] == _cells(rows[0])
    assert ["Hands", "1", "10.00", "10.000", "10.000", "25.0%"] == _cells(rows[1])


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("│ ").split("│")]


def test_files_of_mediapipe_are_read_together(run: Run, workplace: Path) -> None:
    """All those of one run."""
    _write_theirs("mediapipe_trace_0.binarypb", "mediapipe_trace_1.binarypb")
    out = run("graph", "trace", *sorted(workplace.glob("*.binarypb"))).out

    assert "Palms" in out
    assert "Hands" in out


def test_a_trace_of_mediapipe_becomes_one_for_perfetto(run: Run, workplace: Path) -> None:
    """In the Chrome format."""
    _write_theirs("mediapipe_trace_0.binarypb")
    result = run("graph", "trace", "mediapipe_trace_0.binarypb", "-o", "out.json")
    events = json.loads(Path("out.json").read_text())["traceEvents"]

    assert (0, "", "wrote out.json\n") == (result.status, result.out, result.err)
    assert [50.0] == [event["dur"] for event in events if event["ph"] == "X"]
    assert {"Palms": 1} == {name: t.calls for name, t in read_trace("out.json").nodes.items()}


def test_a_file_that_was_cut_is_read_and_told(run: Run, workplace: Path) -> None:
    """As far as it is there."""
    called = [event(0, n, 10 * n, 10 * n + 5) for n in range(3)]
    whole = content(piece(*called, names=NAMES))
    Path("cut.binarypb").write_bytes(whole[:-5])
    result = run("graph", "trace", "cut.binarypb")

    assert 0 == result.status
    assert "note: cut.binarypb ends in the middle: what is there was read\n" == result.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["none.json"], "cannot read none.json: no such file or directory"),
        (["no_trace.json"], "no_trace.json is no trace: it has no traceEvents"),
        (["trace.json", "-o", "out.txt"], "cannot write out.txt: its name must end in .json"),
        (["trace.json", "-o", "no_trace.json"], "no_trace.json exists: --force replaces it"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    words: list[str], reason: str, run: Run, ours: Path
) -> None:
    """Without a traceback."""
    Path("no_trace.json").write_text("{}")
    result = run("graph", "trace", *words)

    assert (1, "", f"knuckle: {reason}\n") == (result.status, result.out, result.err)
