"""Calculators that only graphs of 2019 and 2020 use, and those that only graphs since 2023 do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from knuckle.errors import GraphError
from knuckle.geometry.rois import hand_rectangle
from knuckle.graph.calculator import Calculator, Context
from knuckle.graph.config import connections
from knuckle.graph.contracts import Contract, Port
from knuckle.graph.options.node_options import options
from knuckle.networks.models import MODELS
from knuckle.spec import ROI_LANDMARKS
from knuckle.values import Detections, Roi

from .small import graph, node, run

HAND = np.random.default_rng(1).uniform(0.3, 0.6, (21, 3)).astype(np.float32)
SIZE = (640, 480)
FILTER = graph(
    "r b",
    node("FilterNormalizedRectCollectionCalculator", "ITERABLE:r CONDITION:b", "ITERABLE:o"),
)


def rois(*widths: float) -> tuple[Roi, ...]:
    """Regions of these widths."""
    return tuple(Roi(0.5, 0.5, width, width, 0.0) for width in widths)


def test_items_are_kept_by_bools() -> None:
    """Those whose bool is true stay, in order; if none is, the vector is empty."""
    sent = [
        *(("r", rois(0.1, 0.2, 0.3), time) for time in (1, 2)),
        ("b", (True, False, True), 1),
        ("b", (False, False, False), 2),
    ]

    assert [rois(0.1, 0.3), ()] == [packet.value for packet in run(FILTER, sent, "o")]


def test_a_condition_of_another_length() -> None:
    """It is refused with both lengths."""
    with pytest.raises(GraphError, match="CONDITION has 1 bools for 2 items"):
        run(FILTER, [("r", rois(0.1, 0.2), 1), ("b", (True,), 1)], "o")


@pytest.mark.parametrize("selected", [ROI_LANDMARKS, range(21)])
def test_the_landmarks_of_a_detection_turn_its_box(selected: Sequence[int]) -> None:
    """The rectangle is the box of the landmarks, turned as that of the hand is."""
    held = options(
        "LandmarksToDetectionCalculatorOptions", {"selected_landmark_indices": list(selected)}
    )
    config = graph(
        "hand size",
        node(
            "LandmarksToDetectionCalculator", "NORM_LANDMARKS:hand", "DETECTION:d", options=(held,)
        ),
        node("HandDetectionsToRectsCalculator", "DETECTION:d IMAGE_SIZE:size", "NORM_RECT:roi"),
    )

    [packet] = run(config, [("hand", HAND, 1), ("size", SIZE, 1)], "roi")
    points = HAND[list(selected), :2]
    middle, sides = (points.min(0) + points.max(0)) / 2, points.max(0) - points.min(0)
    expected = (*middle, *sides, hand_rectangle(HAND, SIZE).rotation)
    np.testing.assert_allclose(packet.value, expected, rtol=1e-5)


def test_labels_of_detections_change_nothing() -> None:
    """Palms have but one label."""
    palms = Detections(*(np.zeros(shape, np.float32) for shape in ((1, 4), (1, 7, 2), 1)))
    config = graph("d", node("DetectionLabelIdToTextCalculator", "d", "o"))

    assert [palms] == [packet.value for packet in run(config, [("d", palms, 1)], "o")]


def test_pictures_go_to_the_gpu_and_back() -> None:
    """Nothing happens to them."""
    image = np.zeros((4, 4, 3), np.uint8)
    config = graph(
        "a",
        node("ImageFrameToGpuBufferCalculator", "a", "b"),
        node("GpuBufferToImageFrameCalculator", "b", "c"),
    )

    (packet,) = run(config, [("a", image, 1)], "c")
    assert np.shares_memory(image, packet.value)


class Side(Calculator):
    """The side packet, for each packet."""

    contract = Contract(inputs=(Port(),), outputs=(Port(),), side_inputs=(Port(),))

    def process(self, context: Context) -> None:
        """Send it."""
        context.emit("", context.side())


def test_a_network_as_a_resource() -> None:
    """A resource is what the file of its name holds."""
    path = "mediapipe/modules/hand_landmark/hand_landmark_lite.tflite"
    held = options("ConstantSidePacketCalculatorOptions", {"packet": [{"string_value": path}]})
    rows = [
        ("ConstantSidePacketCalculator", "", "PACKET:path"),
        ("ResourceProviderCalculator", "RESOURCE_ID:path", "RESOURCE:blob"),
        ("TfLiteModelCalculator", "MODEL_RESOURCE:blob", "MODEL:model"),
    ]
    loader = [
        node(
            kind,
            side_inputs=given,
            side_outputs=connections(made),
            options=() if given else (held,),
        )
        for kind, given, made in rows
    ]
    config = graph("a", *loader, node("Side", "a", "b", side_inputs="model"))

    [packet] = run(config, [("a", 1, 1)], "b", calculators={"Side": Side})
    assert MODELS["hand_landmark_lite"] == packet.value
