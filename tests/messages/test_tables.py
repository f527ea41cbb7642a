"""Tables of messages: what a row says, and what the classes made from it do."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from typing import Any

import pytest
from google.protobuf import descriptor_pool, text_format

from knuckle.errors import install_command
from knuckle.messages.formats import color_pb2, landmark_pb2
from knuckle.messages.graph_config import calculator_pb2
from knuckle.messages.graph_options import (
    constant_side_packet_calculator_pb2,
    gate_calculator_pb2,
    switch_container_pb2,
)
from knuckle.messages.tables import POOL, enum, message, message_class


def read(text: str) -> Any:
    """A graph from text, as protobuf reads it."""
    return text_format.Parse(text, calculator_pb2.CalculatorGraphConfig(), descriptor_pool=POOL)


def test_defaults_are_read_where_nothing_is_set() -> None:
    """An enum's by its name."""
    options = gate_calculator_pb2.GateCalculatorOptions()

    assert options.GATE_UNINITIALIZED == options.initial_gate_state
    assert not options.HasField("initial_gate_state")


def test_one_of_several_fields_is_set() -> None:
    """The last one wins."""
    packet = constant_side_packet_calculator_pb2.ConstantSidePacketCalculatorOptions().packet.add()
    packet.int_value, packet.bool_value = 1, True

    assert "bool_value" == packet.WhichOneof("value")


def test_both_forms_of_options_are_read() -> None:
    """As an extension of proto2, and as google.protobuf.Any."""
    graph = read("""
        node { options { [mediapipe.GateCalculatorOptions.ext] { allow: true } } }
        node { node_options { [type.googleapis.com/mediapipe.GateCalculatorOptions] { allow: true }
        } }
    """)
    expected = gate_calculator_pb2.GateCalculatorOptions(allow=True)
    kind = gate_calculator_pb2.GateCalculatorOptions
    contained = kind()

    assert expected == graph.node[0].options.Extensions[kind.ext]
    assert graph.node[1].node_options[0].Unpack(contained)
    assert expected == contained


def test_nodes_are_contained_in_options() -> None:
    """Those of a switch."""
    switch = switch_container_pb2.SwitchContainerOptions()
    switch.contained_node.add().calculator = "GateCalculator"

    assert ["GateCalculator"] == [node.calculator for node in switch.contained_node]


def test_maps_are_read() -> None:
    """By key."""
    colours = text_format.Parse(
        'label_to_color { key: "palm" value { g: 255 } }', color_pb2.ColorMap()
    )

    assert 255 == colours.label_to_color["palm"].g


def test_classes_are_found_by_name() -> None:
    """And other names are not."""
    assert landmark_pb2.LandmarkList is message_class("mediapipe.LandmarkList")
    with pytest.raises(KeyError):
        message_class("mediapipe.NoSuchOptions")


def test_the_default_pool_stays_free() -> None:
    """Mediapipe registers the same names there."""
    with pytest.raises(KeyError):
        descriptor_pool.Default().FindMessageTypeByName("mediapipe.GateCalculatorOptions")


def test_rows_that_are_no_fields_are_named() -> None:
    """With the message."""
    with pytest.raises(ValueError, match='"bool allow" in the table of Gate is no field'):
        message("Gate", "bool open 1; bool allow")


def test_enums_count_from_the_last_number() -> None:
    """From 0, or from the one given."""
    values = [(value.name, value.number) for value in enum("Kind", "A B=5 C").value]

    assert [("A", 0), ("B", 5), ("C", 6)] == values


def test_older_pickles_are_read() -> None:
    """Those that name the compatibility layer's function."""
    hand = landmark_pb2.NormalizedLandmarkList(landmark=[landmark_pb2.NormalizedLandmark(x=0.5)])
    before = pickle.dumps(hand, protocol=0).replace(
        b"knuckle.messages.tables", b"knuckle.compat.mediapipe.formats"
    )

    assert b"knuckle.compat.mediapipe.formats" in before
    assert hand == pickle.loads(before)


def test_without_protobuf_the_extra_is_named() -> None:
    """And knuckle itself does without it."""
    program = (
        "import sys\n"
        "sys.modules['google.protobuf'] = None\n"
        "import knuckle, knuckle.api\n"
        "import knuckle.messages.graph_config\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stderr.endswith(f"a graph needs an optional package: {install_command('graph')}\n")


def test_protobuf_in_pure_python_makes_the_same() -> None:
    """Which some programs of MediaPipe's ask for, and machines without a wheel have."""
    program = (
        "from knuckle.graph.library import load\n"
        "from knuckle.graph.texts.reading import graph_from_text\n"
        "from knuckle.graph.texts.writing import binary_of, text_of\n"
        "graph = load('hand_landmark_tracking')\n"
        "assert graph == graph_from_text(text_of(graph))\n"
        "print(binary_of(graph).hex())\n"
    )
    made = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": kind},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
        for kind in ("python", "upb")
    ]

    assert made[0] == made[1] != "\n"
