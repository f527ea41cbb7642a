"""`mediapipe.python.solution_base` on small graphs."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from knuckle.compat.mediapipe.packets import Packet
from knuckle.compat.mediapipe.solution_base import PacketDataType, SolutionBase
from knuckle.messages.formats import landmark_pb2
from knuckle.messages.graph_options import gate_calculator_pb2
from knuckle.messages.tensor_options import inference_calculator_pb2

PASS = """
input_stream: "in" output_stream: "out"
node { calculator: "PassThroughCalculator" input_stream: "in" output_stream: "out" }
"""
GATE = """
input_stream: "in" output_stream: "IN:0:out" input_side_packet: "open"
node {
  name: "the_gate"
  calculator: "GateCalculator" input_stream: "in" output_stream: "out"
  node_options: { [type.googleapis.com/mediapipe.GateCalculatorOptions] { allow: true } }
}
"""
LOGIC = """
input_stream: "a" input_stream: "b" output_stream: "both"
node {
  name: "logic" calculator: "LogicCalculator" input_stream: "a" input_stream: "b"
  output_stream: "both"
  options: { [mediapipe.LogicCalculatorOptions.ext] { op: AND } }
}
"""
PIXELS = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)


def passing(kind: PacketDataType, text: str = PASS, **options: Any) -> SolutionBase:
    """A graph whose streams hold something by hints, because no calculator says it."""
    return SolutionBase(graph_config=text, stream_type_hints={"in": kind, "out": kind}, **options)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (PacketDataType.STRING, "text"),
        (PacketDataType.BOOL, False),
        (PacketDataType.INT, 3),
        (PacketDataType.FLOAT_LIST, [0.5, 1.0]),
        (PacketDataType.PROTO, landmark_pb2.NormalizedLandmark(x=0.5)),
    ],
)
def test_values_go_in_and_come_out(kind: PacketDataType, value: Any) -> None:
    """As hints say."""
    assert value == passing(kind).process({"in": value}).out


def test_a_picture_may_come_alone() -> None:
    """To a graph with one input; what comes out is an array that cannot be written to."""
    with passing(PacketDataType.IMAGE_FRAME) as solution:
        pixels = PIXELS.copy()
        found = solution.process(pixels).out
        pixels[:] = 0

    assert (PIXELS == found).all()
    assert not found.flags.writeable


@pytest.mark.parametrize(
    ("picture", "error"),
    [
        (PIXELS[..., 0], IndexError),
        (PIXELS[..., :2], ValueError),
        (PIXELS / 255, TypeError),
        (None, AttributeError),
        ({"other": PIXELS}, KeyError),
    ],
)
def test_bad_pictures_raise_what_mediapipe_raises(picture: Any, error: type[Exception]) -> None:
    """And the next picture is taken."""
    solution = passing(PacketDataType.IMAGE)
    with pytest.raises(error):
        solution.process(picture)

    assert (PIXELS == solution.process(PIXELS).out).all()


def test_options_of_nodes_are_set_by_name() -> None:
    """None clears one; the default of this is to stay shut."""
    opened = passing(PacketDataType.INT, GATE)
    shut = passing(PacketDataType.INT, GATE, calculator_params={"the_gate.allow": False})
    cleared = passing(PacketDataType.INT, GATE, calculator_params={"the_gate.allow": None})

    assert [1, None, None] == [s.process({"in": 1}).out for s in (opened, shut, cleared)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("allow", True),
        ("other_gate.allow", True),
        ("the_gate.other", True),
        ("the_gate.allow", "yes"),
    ],
)
def test_an_option_that_is_not_there_is_a_value_error(name: str, value: Any) -> None:
    """So is a value that does not fit."""
    with pytest.raises(ValueError, match=name.replace(".", r"\.")):
        passing(PacketDataType.INT, GATE, calculator_params={name: value})


def test_several_inputs_are_given_by_name() -> None:
    """At one time. What streams hold follows from the calculators."""
    solution = SolutionBase(graph_config=LOGIC, calculator_params={"logic.negate": np.bool_(True)})
    with pytest.raises(ValueError, match="2 inputs: give a dict"):
        solution.process(PIXELS)

    assert [True, False] == [solution.process({"a": True, "b": b}).both for b in (False, True)]


def test_outputs_are_named_or_those_of_the_graph() -> None:
    """Any stream may be named; one without a packet is None."""
    solution = SolutionBase(graph_config=LOGIC, outputs=["b", "both"])
    result = solution.process({"b": True})

    assert ("b", "both") == result._fields
    assert (True, None) == (result.b, result.both)
    with pytest.raises(AttributeError, match="name it in outputs"):
        _ = result.a


def test_results_can_be_changed_and_pickled() -> None:
    """They are printed as in MediaPipe."""
    result = passing(PacketDataType.INT).process({"in": 4})
    copy = pickle.loads(pickle.dumps(result))
    copy.more = 5

    assert (4, ("out", "more")) == (copy.out, copy._fields)
    assert "<class 'mediapipe.python.solution_base.SolutionOutputs'>" == str(result)


def test_time_starts_anew_after_a_reset() -> None:
    """Pictures are a thirtieth of a second apart."""
    solution = passing(PacketDataType.INT)
    seen: list[Packet] = []
    for _ in range(2):
        solution.process({"in": 1})
        seen.append(solution._graph_outputs["out"])
    solution.reset()

    assert [33_333, 66_666] == [packet.timestamp for packet in seen]
    assert 2 == solution.process({"in": 2}).out


def test_use_after_close_is_an_error() -> None:
    """Closing again, or a reset, is none."""
    solution = passing(PacketDataType.INT)
    solution.close()
    solution.close()
    solution.reset()

    with pytest.raises(ValueError, match="this SolutionBase is closed"):
        solution.process({"in": 1})


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({}, ValueError, "and not both"),
        ({"graph_config": PASS, "binary_graph_path": "a"}, ValueError, "and not both"),
        ({"binary_graph_path": "absent.binarypb"}, FileNotFoundError, r"absent\.binarypb"),
        ({"graph_config": PASS}, RuntimeError, 'what the stream "in" is'),
        ({"graph_config": LOGIC, "outputs": ["c"]}, ValueError, 'no stream "c"'),
        ({"graph_config": LOGIC, "side_inputs": {"c": 1}}, ValueError, 'no side packet "c"'),
    ],
)
def test_what_does_not_fit_is_named(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    """By the type of error that MediaPipe raises."""
    with pytest.raises(error, match=message):
        SolutionBase(**options)


def test_lists_of_messages_cannot_be_given() -> None:
    """MediaPipe has no packets for them either."""
    with pytest.raises(NotImplementedError, match="takes PROTO_LIST"):
        passing(PacketDataType.PROTO_LIST).process({"in": []})


def test_messages_are_filled_by_name() -> None:
    """With dots for the fields inside others."""
    solution = passing(PacketDataType.INT)
    options = inference_calculator_pb2.InferenceCalculatorOptions()
    filled = solution.create_graph_options(
        options, {"model_path": "hand.tflite", "delegate.xnnpack.num_threads": 3}
    )

    assert filled is options
    assert ("hand.tflite", 3) == (filled.model_path, filled.delegate.xnnpack.num_threads)
    with pytest.raises(AttributeError):
        solution.create_graph_options(options, [("absent", 1)])


def test_options_of_the_graph_are_kept() -> None:
    """No calculator of ours reads them."""
    options = gate_calculator_pb2.GateCalculatorOptions(allow=False)
    solution = passing(PacketDataType.INT, graph_options=options)

    assert solution._graph is not None
    assert "GateCalculatorOptions" in solution._graph.text_config
    assert 1 == solution.process({"in": 1}).out
