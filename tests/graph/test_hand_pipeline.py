"""The calculators of the hand pipeline answer as MediaPipe's, whatever their options."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knuckle.graph.running.graph import CalculatorGraph
from knuckle.graph.services import Exact
from knuckle.graph.texts.reading import graph_from_text
from knuckle.graph.types import Classification
from knuckle.values import Detections, ImageArray, Roi

from .hand_pipeline import CASES, Case

GOLDEN = json.loads((Path(__file__).parent / "golden" / "hand_pipeline.json").read_text())
TOLERANCE = 3e-5  # of the picture; networks and padding are rounded differently


@pytest.mark.parametrize("name", CASES)
def test_calculators_answer_as_mediapipe(name: str, two_hands: ImageArray) -> None:
    """The same graph gives the same numbers, or nothing where MediaPipe gives nothing."""
    case = CASES[name]
    found = answers(case, two_hands)

    for output, expected in GOLDEN[name].items():
        assert_close(expected, found[output])


def answers(case: Case, image: ImageArray) -> dict[str, Any]:
    """What a graph gives for a picture, as lists and numbers."""
    inputs = {"i": image, **({} if case.region is None else {"r": in_float32(case.region)})}
    head = "".join(f'input_stream: "{name}" ' for name in inputs)
    with CalculatorGraph(graph_from_text(head + case.text), services=[Exact()]) as graph:
        outputs = {name: graph.observe(name) for name in case.outputs}
        graph.start()
        for name, value in inputs.items():
            graph.add_packet(name, value, 0)
        graph.wait_until_idle()
        packets = {name: output.take() for name, output in outputs.items()}
    return {name: plain(found[0].value) if found else None for name, found in packets.items()}


def in_float32(roi: Roi) -> Roi:
    """The region as a message of MediaPipe holds it."""
    return Roi(*np.array(roi, np.float32).tolist())


def plain(value: Any) -> Any:
    """A payload as lists, numbers and strings."""
    if isinstance(value, Detections):
        rows = (value.boxes, value.keypoints.reshape(len(value), 14), value.scores[:, None])
        return np.concatenate(rows, axis=1).tolist()
    if isinstance(value, Classification):
        return [value.index, value.score, value.label]
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def assert_close(expected: Any, found: Any) -> None:
    """Numbers are equal up to the tolerance, everything else is equal."""
    if isinstance(expected, list):
        assert len(expected) == len(found)
        for one, other in zip(expected, found, strict=True):
            assert_close(one, other)
    elif isinstance(expected, float):
        assert pytest.approx(expected, rel=TOLERANCE, abs=TOLERANCE) == found
    else:
        assert expected == found
