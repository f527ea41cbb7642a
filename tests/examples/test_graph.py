"""The example that puts a calculator of its own into the tracking graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import knuckle
from examples.graph_finger_counter import GRAPH, FingerCounter
from knuckle.cli import main
from knuckle.graph import CalculatorGraph, GraphConfig, load
from tests.conftest import read_rgb

from .programs import CLIP, EXAMPLES, Run

SECONDS = 3.4  # of the clip: fist, one, two, three fingers of one hand, while the other shows five


def outputs_of(graph: GraphConfig, *names: str) -> list[dict[int, Any]]:
    """What comes out of streams for the clip, by time."""
    calculators = {"FingerCounter": FingerCounter}
    with CalculatorGraph(graph, calculators=calculators) as running:
        outputs = [running.observe(name) for name in names]
        running.start()
        for frame in knuckle.open_source(CLIP, stop=SECONDS):
            running.add_packet("image", frame.image, round(frame.time * 1e6))
        running.wait_until_idle()
    return [{packet.timestamp: packet.value for packet in output.take()} for output in outputs]


def test_fingers_are_counted_in_the_graph() -> None:
    """A count for each hand of each picture."""
    hands, counts = outputs_of(GRAPH, "hands", "counts")
    firsts = [found[0] for found in counts.values()]

    assert [*hands] == [*counts]
    assert [len(found) for found in hands.values()] == [len(found) for found in counts.values()]
    assert {0, 1, 2, 3} <= set(firsts)
    assert {5} == {found[1] for found in list(counts.values())[40:]}


def test_numbers_are_drawn_above_hands() -> None:
    """In the colour of the annotation, and nowhere else."""
    hands, video = outputs_of(GRAPH, "hands", "video")
    frames = {round(f.time * 1e6): f.image for f in knuckle.open_source(CLIP, stop=SECONDS)}
    time = list(frames)[-1]
    changed = (frames[time] != video[time]).any(axis=2)
    left = [int(hand.box.x0) for hand in hands[time]]
    top = [int(hand.box.y0) for hand in hands[time]]

    assert [(255, 190, 46)] == list({tuple(pixel) for pixel in video[time][changed].tolist()})
    for x, y in zip(left, top, strict=True):
        assert changed[y - 80 : y, x - 10 : x + 60].any()
        changed[y - 80 : y, x - 10 : x + 60] = False
    assert not changed.any()


def test_the_file_is_the_same_graph() -> None:
    """It has the tracker as one node."""
    graph = load(EXAMPLES / "graph_finger_counter.pbtxt")

    assert [GRAPH.nodes[-2], GRAPH.nodes[-1]] == list(graph.nodes[1:])
    assert outputs_of(GRAPH, "counts") == outputs_of(graph, "counts")


def test_the_program_writes_a_video(run: Run, tmp_path: Path) -> None:
    """Hands and numbers are drawn on it."""
    run("graph_finger_counter", CLIP.parent / "open_palm.jpg", tmp_path / "counted")
    [path] = (tmp_path / "counted").iterdir()
    change = np.abs(read_rgb(path).astype(int) - read_rgb(CLIP.parent / "open_palm.jpg"))

    assert change.max() > 100


def test_the_command_runs_the_file(tmp_path: Path) -> None:
    """With the program as the file of the calculator."""
    graph, program = (EXAMPLES / f"graph_finger_counter.{ending}" for ending in ("pbtxt", "py"))
    picture, output = str(CLIP.parent / "open_palm.jpg"), tmp_path / "counted"
    arguments = ["graph", "run", str(graph), "--calculators", str(program)]
    status = main([*arguments, "--input", picture, "-o", str(output)])
    [path] = output.iterdir()
    change = np.abs(read_rgb(path).astype(int) - read_rgb(CLIP.parent / "open_palm.jpg"))

    assert 0 == status
    assert change.max() > 100


def test_the_calculator_fits_in_twenty_lines() -> None:
    """Without its head and the blank lines."""
    text = (EXAMPLES / "graph_finger_counter.py").read_text()
    body = text[text.index("class FingerCounter") : text.index("GRAPH = ")]

    assert 20 >= len([line for line in body.splitlines()[1:] if line.strip()])
