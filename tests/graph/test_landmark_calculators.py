"""Calculators on scores, landmarks, palms and rectangles: what MediaPipe's numbers do not show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.errors import GraphError
from knuckle.geometry.rois import hand_rectangle
from knuckle.graph.types import Classification, Letterbox
from knuckle.spec import ROI_LANDMARKS
from knuckle.stages.hands import handedness_of
from knuckle.values import Detections, FloatArray, ImageArray, Roi

from .hand_pipeline import LABELS, WEIGHTED, node, palms
from .one_packet import one

SIZE = (640, 480)
WHOLE = Roi(0.5, 0.5, 1.0, 1.0, 0.0)


def landmarks(seed: int = 0, count: int = 21) -> FloatArray:
    """Points anywhere in the picture."""
    return np.random.default_rng(seed).random((count, 3)).astype(np.float32)


def classes(options: str, *scores: float) -> Any:
    """What is made of scores."""
    text = node("TensorsToClassificationCalculator", "TENSORS:t", "CLASSIFICATIONS:o", options)
    return one(text, {"t": (np.array([scores], np.float32),)}, "o")


@given(probability=st.floats(0, 1, width=32).filter(lambda p: p != 0.5))
def test_a_class_is_the_hand_in_a_mirror(probability: float) -> None:
    """The graph and `handedness_of` say the same."""
    options = f"top_k: 1 binary_classification: true {LABELS}"
    [found] = classes(options, probability)
    side, score = handedness_of(probability, mirrored=True)

    assert Classification(int(side == "right"), score, side.capitalize()) == found


def test_classes_are_chosen() -> None:
    """By least score and by their index."""
    found = classes("min_score_threshold: 0.25 ignore_classes: 2", 0.1, 0.3, 0.9, 0.5)

    assert [1, 3] == [one.index for one in found]


def test_labels_come_from_a_file() -> None:
    """That of handedness needs not be there."""
    options = 'top_k: 1 binary_classification: true label_map_path: "a/b/handedness.txt"'

    assert "Left" == classes(options, 0.9)[0].label


def test_a_missing_file_of_labels_is_told() -> None:
    """The message has the option and the path."""
    with pytest.raises(GraphError, match=r"label_map_path: there is no file .faces\.txt"):
        classes('label_map_path: "faces.txt"', 0.9)


def test_several_numbers_are_no_float() -> None:
    """FLOAT is one number."""
    text = node("TensorsToFloatsCalculator", "TENSORS:t", "FLOAT:o", "")

    with pytest.raises(GraphError, match="the tensor has 3 numbers: use FLOATS"):
        one(text, {"t": (np.zeros((1, 3), np.float32),)}, "o")


@pytest.mark.parametrize(("value", "output"), [(0.5, "REJECT"), (0.51, "ACCEPT")])
def test_a_score_must_be_above_the_threshold(value: float, output: str) -> None:
    """One of two outputs has a packet."""
    text = node("ThresholdingCalculator", "FLOAT:f", f"{output}:o", "threshold: 0.5")

    assert (output == "ACCEPT") is one(text, {"f": value}, "o")


def test_a_side_packet_overrides_the_threshold() -> None:
    """It comes before the option."""
    text = node("ThresholdingCalculator", "FLOAT:f {THRESHOLD:t}", "FLAG:o", "threshold: 0.9")

    assert one(text, {"f": 0.5}, "o", t=0.1) is True


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("num_landmarks: 20 input_image_width: 224 input_image_height: 224", "not to 20"),
        ("num_landmarks: 21 input_image_width: 224", "are 224 and 0: set both to the side"),
        (
            "num_landmarks: 21 input_image_width: 1 input_image_height: 1 flip_vertically: true",
            "option flip_vertically is true, but only false is supported: set it to false",
        ),
    ],
)
def test_landmarks_that_cannot_be_read_are_told(options: str, message: str) -> None:
    """Another number of them, an unknown size, and what is not supported."""
    text = node("TensorsToLandmarksCalculator", "TENSORS:t", "NORM_LANDMARKS:o", options)

    with pytest.raises(GraphError, match=message):
        one(text, {"t": (np.zeros((1, 63), np.float32),)}, "o")


def test_landmarks_without_padding_stay_as_they_are() -> None:
    """To the last bit."""
    points = landmarks()
    text = node(
        "LandmarkLetterboxRemovalCalculator", "LANDMARKS:l LETTERBOX_PADDING:p", "LANDMARKS:o"
    )

    assert np.array_equal(points, one(text, {"l": points, "p": Letterbox(WHOLE, WHOLE)}, "o"))


def rectangle(points: FloatArray) -> Roi:
    """What HandLandmarksToRectCalculator makes of landmarks."""
    text = node("HandLandmarksToRectCalculator", "NORM_LANDMARKS:l IMAGE_SIZE:s", "NORM_RECT:o")
    found: Roi = one(text, {"l": points, "s": SIZE}, "o")
    return found


def test_a_rectangle_needs_only_twelve_landmarks() -> None:
    """Graphs of 2020 take them out before."""
    points = landmarks(5)

    assert hand_rectangle(points, SIZE) == rectangle(points)
    assert hand_rectangle(points, SIZE) == rectangle(points[list(ROI_LANDMARKS)])


def test_a_rectangle_equals_mediapipes() -> None:
    """What mediapipe 0.10.21 makes of the same landmarks."""
    expected = (0.61689508, 0.48864394, 0.80043107, 1.00429869, 0.23021674)

    assert pytest.approx(expected, abs=1e-6) == rectangle(landmarks(5))


def test_the_rectangle_of_early_2020_turns_with_the_hand() -> None:
    """Its box is that of the landmarks, and its rotation that of today's."""
    points = landmarks(5)[list(ROI_LANDMARKS)]
    text = node("LandmarksToDetectionCalculator", "NORM_LANDMARKS:l", "DETECTION:d", "") + node(
        "HandDetectionsToRectsCalculator", "DETECTION:d IMAGE_SIZE:s", "NORM_RECT:o"
    )
    found = one(text, {"l": points, "s": SIZE}, "o")
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)

    assert pytest.approx([*(low + high) / 2, *(high - low)]) == list(found[:4])
    assert pytest.approx(hand_rectangle(landmarks(5), SIZE).rotation) == found.rotation


def test_a_detection_of_some_landmarks() -> None:
    """Those that the options name, in their order."""
    options = "selected_landmark_indices: 3 selected_landmark_indices: 1"
    text = node("LandmarksToDetectionCalculator", "NORM_LANDMARKS:l", "DETECTION:o", options)
    found = one(text, {"l": landmarks()}, "o")

    assert np.array_equal(landmarks()[[3, 1], :2], found.keypoints[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("square_long: true square_short: true", "exclude each other: remove one"),
        ("rotation: 1 square_long: true", ""),
    ],
)
def test_a_square_has_one_side(options: str, message: str) -> None:
    """Both options at once are refused."""
    text = node("RectTransformationCalculator", "NORM_RECT:r IMAGE_SIZE:s", "o", options)
    values = {"r": Roi(0.5, 0.5, 0.2, 0.2, 0.0), "s": SIZE}
    if message:
        with pytest.raises(GraphError, match=message):
            one(text, values, "o")
    else:
        assert one(text, values, "o") is not None


def detections(*scores: float) -> Detections:
    """Palms at one place, a little apart, with 7 keypoints."""
    n = len(scores)
    boxes = np.array([[0.1, 0.1, 0.3, 0.3 + 0.01 * i] for i in range(n)], np.float32)
    keypoints = np.full((n, 7, 2), 0.2, np.float32)
    return Detections(boxes, keypoints, np.array(scores, np.float32))


def test_suppression_sorts_before_it_merges() -> None:
    """The best score stays, also if it came last."""
    options = f"overlap_type: INTERSECTION_OVER_UNION {WEIGHTED}"
    text = node("NonMaxSuppressionCalculator", "d", "o", options)
    found = one(text, {"d": detections(0.5, 0.9)}, "o")

    assert pytest.approx([0.9]) == found.scores.tolist()


def test_another_overlap_is_refused() -> None:
    """The message has both."""
    text = node("NonMaxSuppressionCalculator", "d", "o", "overlap_type: MODIFIED_JACCARD")
    message = "overlap_type is MODIFIED_JACCARD, but only INTERSECTION_OVER_UNION is supported"

    with pytest.raises(GraphError, match=message):
        one(text, {"d": detections(0.5)}, "o")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("num_keypoints: 7", "num_keypoints: 6", "num_keypoints is 6, but only 7 is supported"),
        ("x_scale: 192", "x_scale: 256", "h_scale are 192, 256: set all four to the side"),
        ("num_classes: 1", "num_classes: 1 max_results: 3", "ClipDetectionVectorSizeCalculator"),
        ("reverse_output_order: true", "", "reverse_output_order is false, but only true"),
    ],
)
def test_options_of_another_network_are_refused(
    old: str, new: str, message: str, two_hands: ImageArray
) -> None:
    """Each with what to do."""
    with pytest.raises(GraphError, match=message):
        one(palms().replace(old, new), {"i": two_hands}, "o")


@pytest.mark.parametrize("angle", ["nan", "inf"])
def test_an_upright_that_is_no_angle_is_refused(angle: str) -> None:
    """Before the first picture."""
    options = (
        "rotation_vector_start_keypoint_index: 0 rotation_vector_end_keypoint_index: 2 "
        f"rotation_vector_target_angle_degrees: {angle}"
    )
    text = node("DetectionsToRectsCalculator", "DETECTIONS:d IMAGE_SIZE:s", "NORM_RECTS:o", options)

    with pytest.raises(GraphError, match=f"rotation_vector_target_angle is {angle}: give an angle"):
        one(text, {"d": (), "s": (640, 480)}, "o")


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_a_rectangle_is_moved_by_numbers_only(value: str) -> None:
    """Before the first rectangle."""
    text = node(
        "RectTransformationCalculator", "NORM_RECT:r IMAGE_SIZE:s", "o", f"scale_x: {value}"
    )

    with pytest.raises(GraphError, match=f"option scale_x is {value}: give a number"):
        one(text, {"r": WHOLE, "s": SIZE}, "o")
