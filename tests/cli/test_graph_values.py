"""Values of packets as JSON."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from knuckle.cli.graph.values import json_value, line_of
from knuckle.graph.packets import PRE_STREAM
from knuckle.graph.types import Classification
from knuckle.values import Detections, Roi


def _palms() -> Detections:
    return Detections(
        np.full((1, 4), 0.5, np.float32), np.zeros((1, 7, 2), np.float32), np.ones(1, np.float32)
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3),
        (True, True),
        ("text", "text"),
        (float("inf"), None),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7),
        (b"four", {"bytes": 4}),
        (np.zeros((2, 2), np.float32), [[0, 0], [0, 0]]),
        (np.zeros((4, 6, 3), np.uint8), {"shape": [4, 6, 3], "dtype": "uint8"}),
        (np.zeros((1, 200_000)), {"shape": [1, 200_000], "dtype": "float64"}),
        ((Roi(0, 0, 1, 1, 0),), [{"x": 0, "y": 0, "width": 1, "height": 1, "rotation": 0}]),
        (Classification(0, 0.5, "Left"), {"index": 0, "score": 0.5, "label": "Left"}),
        ({"a": (1, 2)}, {"a": [1, 2]}),
        (_palms(), [{"box": [0.5] * 4, "keypoints": [[0, 0]] * 7, "score": 1}]),
        (object(), {"type": "object"}),
    ],
)
def test_what_json_says_of_a_value(value: Any, expected: Any) -> None:
    """Numbers and what is made of them; pictures and large arrays by their shape."""
    assert expected == json_value(value)


def test_a_line_names_the_stream_and_the_time() -> None:
    """In one object."""
    expected = {"stream": "hands", "timestamp": 33333, "value": [1.5]}

    assert expected == json.loads(line_of("hands", 33333, [1.5]))


def test_a_special_time_goes_by_its_name() -> None:
    """A header comes before all times."""
    assert "PreStream" == json.loads(line_of("header", PRE_STREAM, 1))["timestamp"]
