"""Calculators that open and run networks, and constants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knuckle.errors import GraphError
from knuckle.graph.calculator import Calculator, Context
from knuckle.graph.contracts import ANY, Contract, Port
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.graph.types import Classification
from knuckle.networks.engine import open_networks
from knuckle.networks.models import MODELS
from knuckle.networks.setup import Wanted
from knuckle.stages.anchors import anchor_centres
from knuckle.values import ImageArray

from .hand_pipeline import node, palms
from .one_packet import config, one, run

INFERENCE = "mediapipe/modules/hand_landmark/hand_landmark_{}.tflite"


def inference(file: str, more: str = "") -> str:
    """A node that runs a network on "t"."""
    return node("InferenceCalculator", "TENSORS:t", "TENSORS:o", f'model_path: "{file}" {more}')


@pytest.mark.parametrize("variant", ["lite", "full"])
def test_a_network_is_found_by_the_name_of_its_file(variant: Any, open_palm: ImageArray) -> None:
    """Its tensors come in the order of the file, in float32 by default."""
    picture = np.ascontiguousarray(open_palm[:224, :224])[None]
    found = one(inference(INFERENCE.format(variant)), {"t": (picture,)}, "o")
    outputs = open_networks(variant, Wanted(precision="float32")).hand(picture)

    expected = [outputs[tensor.name] for tensor in MODELS[f"hand_landmark_{variant}"].outputs]
    assert all(map(np.array_equal, expected, found))


def test_a_service_says_how_networks_are_run(open_palm: ImageArray) -> None:
    """`Wanted` is given to the graph, not written into its file."""
    picture = np.ascontiguousarray(open_palm[:224, :224])[None]
    wanted = Wanted(engine="litert")
    with CalculatorGraph(
        config(inference("hand_landmark_lite.tflite"), "t"), services=[wanted]
    ) as graph:
        found = graph.observe("o")
        graph.start()
        graph.add_packet("t", (picture,), 0)
        graph.wait_until_idle()
        landmarks = found.take()[0].value[0]

    assert np.array_equal(open_networks("lite", wanted).hand(picture)["landmarks"], landmarks)


def test_a_former_network_is_replaced_and_says_so(two_hands: ImageArray) -> None:
    """Pictures of another size are cut out again, and pixels stay those of the tensor."""
    known = palms()
    former = (
        known.replace("palm_detection_full.tflite", "palm_detection.tflite")
        .replace("192", "128")
        .replace("2016", "896")
    )
    expected = one(known, {"i": two_hands}, "o")
    found, notes = run(former, {"i": two_hands}, "o")

    np.testing.assert_allclose(found.boxes, expected.boxes, atol=1e-6)
    np.testing.assert_allclose(found.keypoints, expected.keypoints, atol=1e-6)
    assert 3 == len(notes)
    assert notes[0].startswith("palm_detection.tflite is in no release any more: palm_detection_f")


def test_a_tensor_from_elsewhere_is_scaled(open_palm: ImageArray) -> None:
    """A plain picture of twice the size gives landmarks in its own pixels."""
    small = np.ascontiguousarray(open_palm[:224, :224])
    large = np.repeat(np.repeat(small, 2, axis=0), 2, axis=1)
    text = inference("hand_landmark_full.tflite")
    expected = one(text, {"t": (small[None],)}, "o")[0]
    found = one(text, {"t": (large[None],)}, "o")[0]

    np.testing.assert_allclose(found, 2 * expected, atol=6)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("my_network.tflite", "is none of knuckle's networks: use one of palm_detection_full"),
        ("", "no network is given: set model_path, or connect MODEL"),
    ],
)
def test_another_network_is_refused(path: str, message: str) -> None:
    """The message names those that there are."""
    with pytest.raises(GraphError, match=message):
        one(inference(path), {"t": (np.zeros((1, 224, 224, 3), np.uint8),)}, "o")


@pytest.mark.parametrize(
    ("tensor", "message"),
    [
        (np.zeros((1, 224, 224, 3), np.float32), "takes a picture, uint8"),
        (np.zeros((1, 100, 224, 3), np.uint8), "takes a square picture, not 224x100"),
    ],
)
def test_another_tensor_is_refused(tensor: Any, message: str) -> None:
    """A network takes square pictures only."""
    with pytest.raises(GraphError, match=message):
        one(inference("hand_landmark_lite.tflite"), {"t": (tensor,)}, "o")


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ("delegate { xnnpack { num_threads: 4 } }", 0),
        ("delegate { gpu {} }", 1),
        ("use_gpu: true", 1),
    ],
)
def test_delegates_are_accepted(more: str, count: int) -> None:
    """One for a GPU is told to the user, once."""
    picture = np.zeros((1, 224, 224, 3), np.uint8)
    _, notes = run(inference("hand_landmark_lite.tflite", more), {"t": (picture,)}, "o")

    assert count == len(notes)


def test_the_options_say_how_many_threads() -> None:
    """In the delegate or beside it; numbers stay the same."""
    picture = np.full((1, 224, 224, 3), 90, np.uint8)
    one_thread, two, three = (
        one(inference("hand_landmark_lite.tflite", more), {"t": (picture,)}, "o")[0]
        for more in ("", "delegate { xnnpack { num_threads: 2 } }", "cpu_num_thread: 3")
    )

    np.testing.assert_allclose(two, one_thread, atol=1e-3)
    np.testing.assert_allclose(three, one_thread, atol=1e-3)


LOADED = (
    node("LocalFileContentsCalculator", "{FILE_PATH:path}", "{CONTENTS:blob}")
    + node("TfLiteModelCalculator", "{MODEL_BLOB:blob}", "{MODEL:model}")
    + node("InferenceCalculator", "TENSORS:t {MODEL:model}", "TENSORS:o", "")
)


def test_a_network_is_recognised_by_its_contents(tmp_path: Path, open_palm: ImageArray) -> None:
    """A copy under another name is the same network."""
    copy = tmp_path / "renamed.tflite"
    copy.write_bytes(MODELS["hand_landmark_lite"].tflite.read_bytes())
    picture = np.ascontiguousarray(open_palm[:224, :224])[None]
    by_name = one(LOADED, {"t": (picture,)}, "o", path="somewhere/hand_landmark_lite.tflite")
    by_contents = one(LOADED, {"t": (picture,)}, "o", path=str(copy))

    assert np.array_equal(by_name[0], by_contents[0])


def test_a_resource_is_a_network_too(open_palm: ImageArray) -> None:
    """As graphs from 2024 on open them."""
    text = (
        node("ResourceProviderCalculator", "{RESOURCE_ID:path}", "{RESOURCE:resource}")
        + node("TfLiteModelCalculator", "{MODEL_RESOURCE:resource}", "{MODEL:model}")
        + node("InferenceCalculator", "TENSORS:t {MODEL:model}", "TENSORS:o", "")
    )
    picture = np.ascontiguousarray(open_palm[:224, :224])[None]
    found = one(text, {"t": (picture,)}, "o", path="hand_landmark_lite.tflite")

    assert 4 == len(found)


def test_a_file_that_is_not_there_is_told() -> None:
    """The message has the path."""
    with pytest.raises(GraphError, match=r"there is no file .labels\.txt.: correct the path"):
        one(LOADED, {"t": ()}, "o", path="labels.txt")


def test_a_damaged_network_is_refused(tmp_path: Path) -> None:
    """A file that is no network that we know."""
    other = tmp_path / "other.tflite"
    other.write_bytes(b"something")

    with pytest.raises(GraphError, match=r"other\.tflite.* is none of knuckle's networks"):
        one(LOADED, {"t": ()}, "o", path=str(other))


def side_packet(text: str) -> Any:
    """The value of the side packet "p" that a graph makes."""
    seen: list[Any] = []

    class Sees(Calculator):
        """Takes a side packet."""

        contract = Contract(side_inputs=(Port("", ANY),))

        def open(self, context: Context) -> None:
            """Note it."""
            seen.append(context.side())

    with CalculatorGraph(
        config(text + node("Sees", "{p}", ""), ""), calculators={"Sees": Sees}
    ) as graph:
        graph.start()
    return seen[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("int_value: 0", 0),
        ("bool_value: true", True),
        ('string_value: "x"', "x"),
        ("float_value: 0.5", 0.5),
        (
            'classification_list_value { classification { index: 1 score: 0.5 label: "Right" } }',
            (Classification(1, 0.5, "Right"),),
        ),
    ],
)
def test_constants_become_side_packets(value: str, expected: Any) -> None:
    """Each has the type of its field."""
    options = f"packet {{ {value} }}"

    found = side_packet(node("ConstantSidePacketCalculator", "", "{PACKET:p}", options))
    assert expected == found


def test_each_constant_needs_a_value() -> None:
    """The message says what to write."""
    text = node("ConstantSidePacketCalculator", "", "{PACKET:0:p} {PACKET:1:q}", "packet { }")

    with pytest.raises(GraphError, match="2 output side packets and 1 values: write one `packet`"):
        side_packet(text)


def anchors(size: int, strides: tuple[int, ...], more: str = "fixed_anchor_size: true") -> str:
    """A node that lays out anchors."""
    options = f"num_layers: {len(strides)} input_size_width: {size} input_size_height: {size} "
    options += "min_scale: 0.1 max_scale: 0.75 aspect_ratios: 1 " + more
    options += "".join(f" strides: {stride}" for stride in strides)
    return node("SsdAnchorsCalculator", "", "{p}", options)


@pytest.mark.parametrize(
    ("size", "strides", "count"),
    [
        (192, (8, 16, 16, 16), 2016),
        (128, (8, 16, 16, 16), 896),
        (256, (8, 16, 32, 32, 32), 2944),
    ],
)
def test_anchors_are_laid_out(size: int, strides: tuple[int, ...], count: int) -> None:
    """Those of today's palm network, and of both former ones."""
    found = side_packet(anchors(size, strides))

    assert (count, 2) == found.shape
    assert np.array_equal(anchor_centres(size, strides), found)


def test_anchors_for_a_network_without_pictures_are_refused() -> None:
    """The message is about the side that is wrong."""
    text = anchors(192, (8,)).replace("input_size_width: 192", "input_size_width: 0")

    with pytest.raises(GraphError, match="input_size_width is 0: give the side of the picture"):
        side_packet(text)


def test_anchors_of_another_kind_are_refused() -> None:
    """The message has the option and its value."""
    with pytest.raises(GraphError, match="fixed_anchor_size is false, but only true is supported"):
        side_packet(anchors(192, (8,), ""))


@pytest.mark.parametrize("stride", [0, -8])
def test_a_stride_has_pixels(stride: int) -> None:
    """The message has the strides."""
    with pytest.raises(GraphError, match=rf"strides are \[{stride}\]: each is 1 pixel or more"):
        side_packet(anchors(192, (stride,)))
