"""The graphs of MediaPipe Hands as a whole, beside the tracking graph of the processor."""

from __future__ import annotations

import numpy as np
import pytest

from knuckle.graph.library import FOLDER, load
from knuckle.graph.packets import Packet
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.graph.texts.reading import graph_from_text
from knuckle.values import Detections, ImageArray
from tests.conftest import SAMPLES

from .tracking import answers_of_graph, pictures

CLIP = SAMPLES / "two_hands.mp4"


def observed(
    name: str, images: list[ImageArray], *streams: str, **sides: object
) -> tuple[list[list[Packet]], tuple[str, ...]]:
    """The packets of streams of a graph, and what it told its user."""
    with CalculatorGraph(load(name)) as graph:
        outputs = [graph.observe(stream) for stream in streams]
        graph.start(sides)
        for index, image in enumerate(images):
            graph.add_packet(load(name).inputs[0].name, image, index * 33_333)
            graph.wait_until_idle()
        return [output.take() for output in outputs], graph.notes


def test_the_graph_for_a_gpu_finds_the_same_hands() -> None:
    """Its regions are those of the picture itself: with tracked hands, the last picture's next."""
    images = pictures(CLIP, 20)
    expected = list(answers_of_graph(load("hand_landmark_tracking"), images))
    streams = ("multi_hand_landmarks", "hand_rects", "hand_rects_from_palm_detections")
    (landmarks, rois, palm_rois), notes = observed(
        "hand_landmark_tracking_gpu", images, *streams, num_hands=2
    )

    assert [answer.landmarks for answer in expected] == [
        tuple(points.tobytes() for points in packet.value) for packet in landmarks
    ]
    assert palm_rois[0].value == rois[0].value
    assert set(expected[-2].rois_from_landmarks) <= set(rois[-1].value)
    assert 1 == len(notes)


@pytest.mark.parametrize("kind", ["cpu", "gpu"])
def test_graphs_of_images_find_the_same_hands(kind: str) -> None:
    """Nothing is left out when each picture is waited for."""
    images = pictures(CLIP, 6)
    expected = list(answers_of_graph(load("hand_landmark_tracking"), images))
    name = str(FOLDER / f"hand_landmark_tracking_{kind}_image.pbtxt")
    (landmarks, passed), _ = observed(
        name, images, "multi_hand_landmarks", "throttled_image", num_hands=2
    )

    assert len(images) == len(passed)
    assert [answer.landmarks for answer in expected] == [
        tuple(points.tobytes() for points in packet.value) for packet in landmarks
    ]


@pytest.mark.parametrize("name", ["hand_detection_desktop_live", "hand_detection_mobile"])
def test_palms_are_found_and_drawn(name: str, two_hands: ImageArray) -> None:
    """In green, onto a copy."""
    (drawn, found), _ = observed(name, [two_hands], "output_video", "palm_detections")
    palms, picture = found[0].value, drawn[0].value
    x, y = (palms.keypoints[0, 0] * (two_hands.shape[1], two_hands.shape[0])).round().astype(int)

    assert isinstance(palms, Detections)
    assert 2 == len(palms)
    assert [0, 255, 0] == picture[y, x].tolist()
    assert not np.array_equal(two_hands, picture)


@pytest.mark.parametrize(
    "name", ["hand_tracking_desktop_live", "hand_tracking_desktop_live_gpu", "hand_tracking_mobile"]
)
def test_hands_are_tracked_and_drawn(name: str, two_hands: ImageArray) -> None:
    """Two of them; the number is in the graph or comes from outside."""
    sides = {"num_hands": 2} if name == "hand_tracking_mobile" else {}
    stream = "landmarks" if name == "hand_tracking_desktop_live" else "hand_landmarks"
    (drawn, found), _ = observed(name, [two_hands], "output_video", stream, **sides)

    assert 2 == len(found[0].value)
    assert not np.array_equal(two_hands, drawn[0].value)


@pytest.mark.parametrize("count", [1, 2])
def test_the_number_of_hands_is_set_in_the_file(count: int, two_hands: ImageArray) -> None:
    """As MediaPipe's guide says: in the ConstantSidePacketCalculator."""
    text = (FOLDER / "hand_tracking_desktop_live.pbtxt").read_text(encoding="utf-8")
    edited = text.replace("int_value: 2", f"int_value: {count}")
    with CalculatorGraph(graph_from_text(edited)) as graph:
        landmarks = graph.observe("landmarks")
        graph.start()
        graph.add_packet("input_video", two_hands, 0)
        graph.wait_until_idle()
        found = landmarks.take()[0].value

    assert edited.count("int_value:") == 1
    assert count == len(found)


def test_the_complexity_chooses_the_networks(open_palm: ImageArray) -> None:
    """By default the full ones."""
    streams = ("multi_hand_landmarks",)
    lite, full, default = (
        observed("hand_landmark_tracking", [open_palm], *streams, num_hands=1, **more)[0][0][0]
        for more in ({"model_complexity": 0}, {"model_complexity": 1}, {})
    )

    assert np.array_equal(full.value[0], default.value[0])
    assert not np.array_equal(lite.value[0], full.value[0])


def test_a_picture_without_hands_gives_nothing(no_hands: ImageArray) -> None:
    """No packet at all, as in MediaPipe."""
    streams = ("multi_hand_landmarks", "multi_handedness", "palm_detections")
    packets, _ = observed("hand_landmark_tracking", [no_hands, no_hands], *streams, num_hands=2)

    assert [[], [], []] == packets
