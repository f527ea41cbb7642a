"""Options of nodes: made by programs, and handed to calculators."""

from __future__ import annotations

import numpy as np
import pytest

from knuckle.errors import GraphError
from knuckle.graph.config import Options
from knuckle.graph.options.node_options import message_in, options, options_message


def test_options_are_made_by_name() -> None:
    """Of scalars, enums by name, messages and lists."""
    made = message_in(
        options(
            "InferenceCalculatorOptions",
            {"model_path": "a.tflite", "delegate": {"gpu": {"api": "OPENCL"}}},
        )
    )

    assert "a.tflite" == made.model_path
    assert made.delegate.gpu.OPENCL == made.delegate.gpu.api


def test_numbers_of_numpy_are_taken() -> None:
    """And its arrays, and tuples."""
    fields = {
        "num_layers": np.int64(4),
        "min_scale": np.float32(0.5),
        "fixed_anchor_size": np.bool_(True),
        "strides": np.array([8, 16]),
        "aspect_ratios": (1.0, np.float64(2)),
    }
    made = message_in(options("SsdAnchorsCalculatorOptions", fields))

    assert (4, 0.5, True) == (made.num_layers, made.min_scale, made.fixed_anchor_size)
    assert ([8, 16], [1.0, 2.0]) == (list(made.strides), list(made.aspect_ratios))


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("GateOptions", {}, 'there are no options "GateOptions"'),
        ("GateCalculatorOptions", {"alow": True}, 'no field "alow": did you mean allow'),
        ("GateCalculatorOptions", {"allow": "x"}, "does not take this: .*allow"),
        ("ClipVectorSizeCalculatorOptions", {"q": 1}, 'no field "q": there is max_vec_size'),
    ],
)
def test_wrong_options_are_named(kind: str, fields: dict[str, object], words: str) -> None:
    """With the nearest name, or all of them."""
    with pytest.raises(ValueError, match=words):
        options(kind, fields)


def test_a_calculator_gets_defaults() -> None:
    """Where its node says nothing."""
    assert 1 == options_message("mediapipe.FlowLimiterCalculatorOptions").max_in_flight


def test_a_calculator_gets_what_its_node_says() -> None:
    """Of the message that it reads."""
    held = [
        options("GateCalculatorOptions"),
        options("ThresholdingCalculatorOptions", {"threshold": 2}),
    ]

    assert 2 == options_message("mediapipe.ThresholdingCalculatorOptions", held).threshold


def test_options_that_we_lack_are_named() -> None:
    """When somebody asks for their message."""
    with pytest.raises(GraphError, match=r'"other\.Options", which knuckle does not know'):
        message_in(Options("other.Options"))


def test_damaged_options_are_named() -> None:
    """With the message that they should be."""
    with pytest.raises(GraphError, match=r"do not hold a mediapipe\.GateCalculatorOptions"):
        message_in(Options("mediapipe.GateCalculatorOptions", content=b"\xff"))
