"""Programs with the graphs of MediaPipe Hands, as they were written from 2020 to 2023."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import knuckle.compat.mediapipe as mp
from knuckle.compat.mediapipe.solution_base import SolutionBase
from knuckle.values import ImageArray
from tests.compat.conftest import OURS
from tests.conftest import ROOT

create: Any = mp.packet_creator
get: Any = mp.packet_getter
TRACKING = "mediapipe/modules/hand_landmark/hand_landmark_tracking_cpu.binarypb"
MIN_SCORE = "palmdetectioncpu__TensorsToDetectionsCalculator.min_score_thresh"
THRESHOLD = "handlandmarkcpu__ThresholdingCalculator.threshold"
HANDS = ("multi_hand_landmarks", "multi_hand_world_landmarks", "multi_handedness")

DESKTOP = """
input_stream: "input_video"
output_stream: "output_video"
node {
  calculator: "ConstantSidePacketCalculator"
  output_side_packet: "PACKET:num_hands"
  node_options: {
    [type.googleapis.com/mediapipe.ConstantSidePacketCalculatorOptions]: {
      packet { int_value: 2 }
    }
  }
}
node {
  calculator: "HandLandmarkTrackingCpu"
  input_stream: "IMAGE:input_video"
  input_side_packet: "NUM_HANDS:num_hands"
  output_stream: "LANDMARKS:landmarks"
  output_stream: "HANDEDNESS:handedness"
  output_stream: "PALM_DETECTIONS:palms"
  output_stream: "HAND_ROIS_FROM_LANDMARKS:hand_rects"
  output_stream: "HAND_ROIS_FROM_PALM_DETECTIONS:palm_rects"
}
node {
  calculator: "HandRendererSubgraph"
  input_stream: "IMAGE:input_video"
  input_stream: "DETECTIONS:palms"
  input_stream: "LANDMARKS:landmarks"
  input_stream: "HANDEDNESS:handedness"
  input_stream: "NORM_RECTS:0:palm_rects"
  input_stream: "NORM_RECTS:1:hand_rects"
  output_stream: "IMAGE:output_video"
}
"""
ONE_HAND = """
input_stream: "image" input_stream: "palm" output_stream: "landmarks"
node {
  calculator: "ImagePropertiesCalculator" input_stream: "IMAGE:image" output_stream: "SIZE:size"
}
node {
  calculator: "PalmDetectionDetectionToRoi"
  input_stream: "DETECTION:palm" input_stream: "IMAGE_SIZE:size" output_stream: "ROI:roi"
}
node {
  calculator: "HandLandmarkCpu"
  input_stream: "IMAGE:image" input_stream: "ROI:roi" output_stream: "LANDMARKS:landmarks"
}
"""


class BoxedHands(SolutionBase):
    """Hands with their regions, which MediaPipe's own class does not return."""

    def __init__(self, min_score: float = 0.5, threshold: float = 0.5, static: bool = True) -> None:
        super().__init__(
            binary_graph_path=TRACKING,
            side_inputs={
                "model_complexity": 1,
                "num_hands": 2,
                "use_prev_landmarks": not static,
            },
            calculator_params={MIN_SCORE: min_score, THRESHOLD: threshold},
            outputs=[*HANDS, "hand_rects", "palm_detections"],
        )

    def process(self, image: ImageArray) -> Any:
        """Find the hands in a picture."""
        return super().process(input_data={"image": image})


@pytest.mark.parametrize("static", [False, True])
def test_a_subclass_finds_what_hands_finds(static: bool, two_hands: ImageArray) -> None:
    """Bit for bit, and gives the regions, too."""
    frames = [two_hands, np.roll(two_hands, 4, axis=1), two_hands[::-1].copy(), two_hands]
    hands = mp.solutions.hands.Hands(static)
    with BoxedHands(static=static) as boxed:
        for frame in frames:
            expected, found = hands.process(frame), boxed.process(frame)

            for name in HANDS:
                assert getattr(expected, name) == getattr(found, name)
            rects = found.hand_rects or []
            assert len(expected.multi_hand_landmarks or []) == len(rects)


def test_palms_are_messages(two_hands: ImageArray) -> None:
    """With a box and seven keypoints; without a search there are none."""
    boxed = BoxedHands(static=False)
    first, second = boxed.process(two_hands), boxed.process(two_hands)
    palm = first.palm_detections[0]

    assert 2 == len(first.palm_detections)
    assert [0] == list(palm.label_id)
    assert 7 == len(palm.location_data.relative_keypoints)
    assert 0.9 < palm.score[0] < 1
    assert 0 < palm.location_data.relative_bounding_box.xmin < 1
    assert second.palm_detections is None


def test_thresholds_are_set_by_node(two_hands: ImageArray) -> None:
    """As programs do that know the names of the inner nodes."""
    assert BoxedHands(min_score=0.99).process(two_hands).palm_detections is None
    assert 2 == len(BoxedHands(threshold=0.99).process(two_hands).multi_hand_landmarks)
    assert BoxedHands(threshold=0.9999).process(two_hands).multi_hand_landmarks is None


def test_any_option_can_be_set(two_hands: ImageArray) -> None:
    """Here the regions of palms are not made larger."""
    prefix = "palmdetectiondetectiontoroi__RectTransformationCalculator"
    small = SolutionBase(
        binary_graph_path=TRACKING,
        side_inputs={"num_hands": 2},
        calculator_params={f"{prefix}.scale_x": 1.3, f"{prefix}.scale_y": 1.3},
        outputs=["hand_rects"],
    ).process(two_hands)
    large = BoxedHands().process(two_hands)

    for less, more in zip(small.hand_rects, large.hand_rects, strict=True):
        assert less.width == pytest.approx(more.width / 2)


def test_inner_streams_can_be_looked_at(two_hands: ImageArray) -> None:
    """By their full names. In a loop over hands, the last one is what is left."""
    inner = SolutionBase(
        binary_graph_path=TRACKING,
        side_inputs={"num_hands": 2},
        outputs=[
            "handlandmarkcpu__hand_presence_score",
            "single_handedness",
            "prev_has_enough_hands",
            "palm_detection_image",
            "palmdetectioncpu__letterbox_padding",
            "multi_handedness",
        ],
    )
    first, second = inner.process(two_hands), inner.process(two_hands)

    assert 0.9 < first.handlandmarkcpu__hand_presence_score < 1
    assert first.multi_handedness[-1] == first.single_handedness
    assert (None, True) == (first.prev_has_enough_hands, second.prev_has_enough_hands)
    assert two_hands.shape == first.palm_detection_image.shape
    assert second.palm_detection_image is None
    height, width = two_hands.shape[:2]
    margin = (1 - height / width) / 2
    assert [0, margin, 0, margin] == pytest.approx(first.palmdetectioncpu__letterbox_padding)


def test_the_number_of_hands_is_a_side_packet(two_hands: ImageArray) -> None:
    """Without it, one."""
    for sides, count in (({}, 1), ({"num_hands": 1}, 1), ({"num_hands": 2}, 2)):
        solution = SolutionBase(TRACKING, side_inputs=sides)

        assert count == len(solution.process(two_hands).multi_hand_landmarks)


@pytest.mark.parametrize("static", [False, True])
def test_programs_of_2021_run(static: bool, two_hands: ImageArray) -> None:
    """They chose between pictures and a stream by an option of a node inside the graph."""
    options = import_module(f"{OURS}.calculators.core.constant_side_packet_calculator_pb2")
    packet = options.ConstantSidePacketCalculatorOptions.ConstantSidePacket
    old = SolutionBase(
        binary_graph_path=TRACKING,
        side_inputs={"num_hands": 2},
        calculator_params={
            "ConstantSidePacketCalculator.packet": [packet(bool_value=not static)],
            MIN_SCORE: 0.5,
            THRESHOLD: 0.5,
        },
        outputs=["multi_hand_landmarks", "multi_handedness", "palm_detections"],
    )
    results = [old.process(two_hands) for _ in range(2)]

    assert [2, 2] == [len(result.multi_hand_landmarks) for result in results]
    assert static == (results[1].palm_detections is not None)


@pytest.mark.parametrize("exact", [False, True])
def test_the_exact_warp_is_a_choice(exact: bool, two_hands: ImageArray) -> None:
    """As for Hands."""
    expected = mp.solutions.hands.Hands(True, exact=exact).process(two_hands)
    found = SolutionBase(TRACKING, side_inputs={"num_hands": 2}, exact=exact).process(two_hands)

    assert expected.multi_hand_landmarks == found.multi_hand_landmarks


def run(text: str, packets: Iterable[tuple[str, Any]], *outputs: str) -> dict[str, list[Any]]:
    """The packets that come out of a graph for some that go in at one time."""
    graph = mp.CalculatorGraph(graph_config=text)
    seen: dict[str, list[Any]] = {name: [] for name in outputs}
    for name in outputs:
        graph.observe_output_stream(name, lambda stream, packet: seen[stream].append(packet))
    graph.start_run()
    for stream, packet in packets:
        graph.add_packet_to_input_stream(stream, packet.at(1000))
    graph.wait_until_idle()
    graph.close()
    return seen


def picture_of(image: ImageArray) -> Any:
    """A picture as a packet."""
    return create.create_image_frame(image_format=mp.ImageFormat.SRGB, data=image)


def test_a_program_of_the_desktop_runs(two_hands: ImageArray) -> None:
    """With the text of its graph, which MediaPipe's wheel refuses for lack of a renderer."""
    seen = run(DESKTOP, [("input_video", picture_of(two_hands))], "output_video", "landmarks")
    drawn = get.get_image_frame(seen["output_video"][0]).numpy_view()
    expected = mp.solutions.hands.Hands(True).process(two_hands)

    assert expected.multi_hand_landmarks == get.get_proto_list(seen["landmarks"][0])
    assert two_hands.shape == drawn.shape
    assert (drawn != two_hands).any()


def test_messages_go_into_a_graph(two_hands: ImageArray) -> None:
    """A palm that a program has found is read by the rest of the pipeline."""
    palm = BoxedHands().process(two_hands).palm_detections[0]
    packets = [("image", picture_of(two_hands)), ("palm", create.create_proto(palm))]
    seen = run(ONE_HAND, packets, "landmarks")
    found = get.get_proto(seen["landmarks"][0])
    expected = BoxedHands().process(two_hands).multi_hand_landmarks[0]

    assert 21 == len(found.landmark)
    for point, other in zip(found.landmark, expected.landmark, strict=True):
        assert (other.x, other.y) == pytest.approx((point.x, point.y), abs=1e-4)


@pytest.mark.parametrize(
    "path",
    [
        "calculators.core.constant_side_packet_calculator_pb2",
        "calculators.core.gate_calculator_pb2",
        "calculators.core.split_vector_calculator_pb2",
        "calculators.tensor.image_to_tensor_calculator_pb2",
        "calculators.tensor.inference_calculator_pb2",
        "calculators.tensor.tensors_to_classification_calculator_pb2",
        "calculators.tensor.tensors_to_detections_calculator_pb2",
        "calculators.tensor.tensors_to_landmarks_calculator_pb2",
        "calculators.tflite.ssd_anchors_calculator_pb2",
        "calculators.util.association_calculator_pb2",
        "calculators.util.detections_to_rects_calculator_pb2",
        "calculators.util.logic_calculator_pb2",
        "calculators.util.non_max_suppression_calculator_pb2",
        "calculators.util.rect_transformation_calculator_pb2",
        "calculators.util.thresholding_calculator_pb2",
        "framework.calculator_pb2",
        "framework.calculator_options_pb2",
        "framework.tool.switch_container_pb2",
        "util.render_data_pb2",
    ],
)
def test_messages_of_options_have_their_paths(path: str) -> None:
    """Programs import them although few use them."""
    module: Any = import_module(f"{OURS}.{path}")

    assert (
        f"mediapipe/{path.replace('.', '/').removesuffix('_pb2')}.proto" == module.DESCRIPTOR.name
    )


def test_the_page_shows_programs_that_run(tmp_path: Path, two_hands: ImageArray) -> None:
    """Both of its section about graphs, by the command that redirects `import mediapipe`."""
    page = (ROOT / "docs" / "coming-from-mediapipe.md").read_text(encoding="utf-8")
    section = page.partition("\n## Graphs\n")[2].partition("\n## ")[0]
    programs = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    (tmp_path / "hand_tracking_desktop_live.pbtxt").write_text(DESKTOP)
    np.save(tmp_path / "rgb.npy", two_hands)
    program = tmp_path / "program.py"
    lines = ["import numpy as np", 'rgb = np.load("rgb.npy")', *programs, "print(picture.shape)"]
    program.write_text("\n".join(lines))
    done = subprocess.run(
        [sys.executable, "-m", OURS, str(program)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        timeout=120,
    )

    assert 2 == len(programs)
    assert re.fullmatch(r"2 -?0\.\d+\n\(720, 1080, 3\)\n", done.stdout)
