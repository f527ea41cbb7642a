"""Options of inner nodes are set by their address."""

from __future__ import annotations

from typing import Any

import pytest

from knuckle.graph.config import GraphConfig, connections
from knuckle.graph.library import load
from knuckle.graph.options.addressing import with_options
from knuckle.graph.options.node_options import options, options_message

from .small import graph, node

SPLIT = options("SplitVectorCalculatorOptions", {"ranges": [{"begin": 0, "end": 1}, {"begin": 1}]})
INNER = GraphConfig(
    (
        node("GateCalculator", "a", "b"),
        node("GateCalculator", "b", "c", options=(options("GateCalculatorOptions"),)),
        node("SplitTensorVectorCalculator", "c", "d", options=(SPLIT,)),
        node("ImageToTensorCalculator", options=(options("ImageToTensorCalculatorOptions"),)),
        node("InferenceCalculator", options=(options("InferenceCalculatorOptions"),)),
        node(
            "ConstantSidePacketCalculator",
            options=(options("ConstantSidePacketCalculatorOptions"),),
        ),
        node("SsdAnchorsCalculator", options=(options("SsdAnchorsCalculatorOptions"),)),
    ),
    inputs=connections("IMAGE:a"),
)
GRAPH = graph("x", node("PalmDetectionCpu", "IMAGE:x"), node("PassThroughCalculator", "x", "z"))


def _set(address: str, value: Any) -> Any:
    """The options of the node with this address when one of them is set."""
    changed = with_options(
        GRAPH, {f"palmdetectioncpu__{address}": value}, subgraphs={"PalmDetectionCpu": INNER}
    )
    name = "palmdetectioncpu__" + address.partition(".")[0]
    [held] = next(one.options for one in changed.nodes if one.name == name)
    return options_message(held.type, [held])


@pytest.mark.parametrize("value", [True, "true"])
def test_an_option_is_set(value: Any) -> None:
    """Also at a node that had none; a text stands for what it says."""
    assert _set("GateCalculator_1.allow", value).allow
    assert _set("GateCalculator_2.allow", value).allow


def test_the_other_options_stay() -> None:
    """Only what is addressed changes."""
    message = _set("SplitTensorVectorCalculator.element_only", True)

    assert message.element_only
    assert [0, 1] == [one.begin for one in message.ranges]


def test_parts_and_numbers() -> None:
    """Dots lead into messages, numbers into lists."""
    message = _set("ImageToTensorCalculator.output_tensor_float_range.max", "2.5")

    assert 2.5 == message.output_tensor_float_range.max
    assert 7 == _set("SplitTensorVectorCalculator.ranges.1.end", 7).ranges[1].end


@pytest.mark.parametrize("value", [[8, 16], "[8, 16]", (8, 16)])
def test_several_values(value: Any) -> None:
    """They replace what was there."""
    assert [8, 16] == list(_set("SsdAnchorsCalculator.strides", value).strides)


def test_an_enum_and_a_message() -> None:
    """By name, and as a mapping."""
    assert 2 == _set("ImageToTensorCalculator.border_mode", "BORDER_REPLICATE").border_mode
    [packet] = _set("ConstantSidePacketCalculator.packet", [{"string_value": "a"}]).packet
    assert "a" == packet.string_value


def test_the_name_that_mediapipe_gives_to_inference() -> None:
    """It has a subgraph of its own there, which the name shows."""
    address = "InferenceCalculator.delegate.xnnpack.num_threads"
    plain = _set(address, 2)

    assert 2 == plain.delegate.xnnpack.num_threads
    changed = with_options(
        GRAPH,
        {f"palmdetectioncpu__inferencecalculator__palmdetectioncpu__{address}": 2},
        subgraphs={"PalmDetectionCpu": INNER},
    )
    assert plain == options_message(
        "mediapipe.InferenceCalculatorOptions",
        next(one for one in changed.nodes if one.calculator == "InferenceCalculator").options,
    )


@pytest.mark.parametrize(
    ("address", "value", "message"),
    [
        ("GateCalculator.allow", True, 'several nodes "palmdetectioncpu__GateCalculator"'),
        ("GateCalculatr_1.allow", True, "did you mean palmdetectioncpu__GateCalculator_1"),
        ("GateCalculator_1.alow", True, 'has no "alow"; did you mean allow?'),
        ("GateCalculator_1.allow.x", True, '"allow" has no parts'),
        ("GateCalculator_1.allow", 0.5, "take true or false"),
        ("GateCalculator_1.allow", "maybe", "take true or false"),
        ("ImageToTensorCalculator.border_mode", "ROUND", "BORDER_ZERO"),
        ("ImageToTensorCalculator.output_tensor_width", "wide", "take a whole number"),
        ("SplitTensorVectorCalculator.ranges.2.end", 1, "the number below 2"),
        ("SplitTensorVectorCalculator.ranges.x", 1, "the number below 2"),
        ("SsdAnchorsCalculator.min_scale", "small", "take a number"),
    ],
)
def test_what_does_not_exist(address: str, value: Any, message: str) -> None:
    """The error names what there is."""
    with pytest.raises(ValueError, match="palmdetectioncpu__") as caught:
        _set(address, value)

    assert message in str(caught.value)


def test_a_node_without_options() -> None:
    """A calculator that takes none has nothing to set."""
    with pytest.raises(ValueError, match="PassThroughCalculator has no options"):
        with_options(GRAPH, {"PassThroughCalculator.x": 1}, subgraphs={"PalmDetectionCpu": INNER})


@pytest.mark.parametrize("value", ["nan", "1e400", "x"])
def test_what_is_no_number_is_refused_in_one_sentence(value: str) -> None:
    """Without words of the protobuf library."""
    address = "TensorsToDetectionsCalculator.min_score_thresh"
    with pytest.raises(ValueError, match=r'min_score_thresh" does not take \S+: take a number$'):
        with_options(load("palm_detection"), {address: value})
