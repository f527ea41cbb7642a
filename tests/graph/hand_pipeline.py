"""Graphs of the hand pipeline with varied options, which MediaPipe has run, too.

golden/hand_pipeline.json has what mediapipe 0.10.21 answered to these texts for two_hands.jpg; "i"
is the picture and "r" a region of it.
"""

from __future__ import annotations

from typing import NamedTuple

from knuckle.values import Roi

REGION = Roi(0.31, 0.53, 0.34, 0.6049, -0.16)  # square around the left hand
NO_SQUARE = Roi(0.31, 0.53, 0.34, 0.40, -0.16)

DIRECTION = (
    "rotation_vector_start_keypoint_index: 0 rotation_vector_end_keypoint_index: 2 "
    "rotation_vector_target_angle_degrees: 90"
)
WEIGHTED = "min_suppression_threshold: 0.3 algorithm: WEIGHTED"
EMPTY = WEIGHTED + " return_empty_detections: true"
LABELS = 'label_map { entries { id: 0 label: "Left" } entries { id: 1 label: "Right" } }'


class Case(NamedTuple):
    """A graph and what is observed in it.

    region: what "r" is, if the graph has it.
    """

    text: str
    outputs: tuple[str, ...]
    region: Roi | None = None


def node(calculator: str, inputs: str, outputs: str, options: str | None = None) -> str:
    """A node as text; {names} in braces are side packets."""
    fields = [f'calculator: "{calculator}"']
    for kind, names in (("input", inputs), ("output", outputs)):
        for name in names.split():
            what = "side_packet" if name.startswith("{") else "stream"
            fields.append(f'{kind}_{what}: "{name.strip("{}")}"')
    if options is not None:
        fields.append(f"options {{ [mediapipe.{calculator}Options.ext] {{ {options} }} }}")
    return f"node {{ {' '.join(fields)} }}\n"


def vector_node(calculator: str, options_type: str, inputs: str, outputs: str, options: str) -> str:
    """A node whose options are named otherwise than itself."""
    text = node(calculator, inputs, outputs, options)
    return text.replace(f"mediapipe.{calculator}Options", f"mediapipe.{options_type}")


def palms(
    *,
    crop: str = "keep_aspect_ratio: true border_mode: BORDER_ZERO",
    decoding: str = "min_score_thresh: 0.5",
    clip: str = "score_clipping_thresh: 100",
    suppression: str = WEIGHTED,
    model: str = "full",
    region: bool = False,
) -> str:
    """From the picture to "o", palms."""
    path = f"mediapipe/modules/palm_detection/palm_detection_{model}.tflite"
    return "".join(
        (
            node(
                "ImageToTensorCalculator",
                "IMAGE:i NORM_RECT:r" if region else "IMAGE:i",
                "TENSORS:t LETTERBOX_PADDING:padding",
                "output_tensor_width: 192 output_tensor_height: 192 "
                "output_tensor_float_range { min: 0 max: 1 } " + crop,
            ),
            node(
                "InferenceCalculator",
                "TENSORS:t",
                "TENSORS:d",
                f'model_path: "{path}" delegate {{ xnnpack {{}} }}',
            ),
            node(
                "SsdAnchorsCalculator",
                "",
                "{anchors}",
                "num_layers: 4 min_scale: 0.1484375 max_scale: 0.75 "
                "input_size_width: 192 input_size_height: 192 "
                "anchor_offset_x: 0.5 anchor_offset_y: 0.5 strides: 8 strides: 16 strides: 16 "
                "strides: 16 aspect_ratios: 1 fixed_anchor_size: true",
            ),
            node(
                "TensorsToDetectionsCalculator",
                "TENSORS:d {ANCHORS:anchors}",
                "DETECTIONS:u",
                "num_classes: 1 num_boxes: 2016 num_coords: 18 keypoint_coord_offset: 4 "
                "num_keypoints: 7 num_values_per_keypoint: 2 sigmoid_score: true "
                "reverse_output_order: true x_scale: 192 y_scale: 192 w_scale: 192 h_scale: 192 "
                f"{clip} {decoding}",
            ),
            node(
                "NonMaxSuppressionCalculator",
                "u",
                "f",
                "overlap_type: INTERSECTION_OVER_UNION " + suppression,
            ),
            node(
                "DetectionLetterboxRemovalCalculator",
                "DETECTIONS:f LETTERBOX_PADDING:padding",
                "DETECTIONS:o",
            ),
            node("ImagePropertiesCalculator", "IMAGE_CPU:i", "SIZE:s"),
        )
    )


def rectangles(options: str) -> str:
    """From "o" to "rs", raw rectangles."""
    inputs = "DETECTIONS:o IMAGE_SIZE:s"
    return node("DetectionsToRectsCalculator", inputs, "NORM_RECTS:rs", options)


def regions(options: str) -> str:
    """From "rs" to "tr", regions of interest."""
    return node("RectTransformationCalculator", "NORM_RECTS:rs IMAGE_SIZE:s", "tr", options)


def landmarks(
    *,
    crop: str = "keep_aspect_ratio: true",
    floats: str = "",
    threshold: str = "threshold: 0.5",
    classes: str = f"top_k: 1 binary_classification: true {LABELS}",
    depth: str = "normalize_z: 0.4",
    projection: str = "",
) -> str:
    """From the picture and a region to "l", landmarks, and to what else the network says."""
    path = "mediapipe/modules/hand_landmark/hand_landmark_full.tflite"
    return "".join(
        (
            node(
                "ImageToTensorCalculator",
                "IMAGE:i NORM_RECT:r",
                "TENSORS:t LETTERBOX_PADDING:padding",
                "output_tensor_width: 224 output_tensor_height: 224 "
                "output_tensor_float_range { min: 0 max: 1 } " + crop,
            ),
            node(
                "InferenceCalculator",
                "TENSORS:t",
                "TENSORS:d",
                f'model_path: "{path}" delegate {{ xnnpack {{}} }}',
            ),
            vector_node(
                "SplitTensorVectorCalculator",
                "SplitVectorCalculatorOptions",
                "d",
                "a b c w",
                " ".join(f"ranges {{ begin: {i} end: {i + 1} }}" for i in range(4)),
            ),
            node("TensorsToFloatsCalculator", "TENSORS:b", "FLOAT:presence", floats),
            node("ThresholdingCalculator", "FLOAT:presence", "FLAG:flag", threshold),
            node("TensorsToClassificationCalculator", "TENSORS:c", "CLASSIFICATIONS:side", classes),
            node(
                "TensorsToLandmarksCalculator",
                "TENSORS:a",
                "NORM_LANDMARKS:unit LANDMARKS:pixels",
                f"num_landmarks: 21 input_image_width: 224 input_image_height: 224 {depth}",
            ),
            node(
                "LandmarkLetterboxRemovalCalculator",
                "LANDMARKS:unit LETTERBOX_PADDING:padding",
                "LANDMARKS:m",
            ),
            node(
                "LandmarkProjectionCalculator",
                "NORM_LANDMARKS:m NORM_RECT:r",
                "NORM_LANDMARKS:l",
                projection,
            ),
            node("TensorsToLandmarksCalculator", "TENSORS:w", "LANDMARKS:v", "num_landmarks: 21"),
            node("WorldLandmarkProjectionCalculator", "LANDMARKS:v NORM_RECT:r", "LANDMARKS:world"),
        )
    )


def _palms(text: str, region: Roi | None = None) -> Case:
    return Case(text, ("o",), region)


def _hand(text: str, region: Roi = NO_SQUARE, *, outputs: str = "l") -> Case:
    return Case(text, tuple(outputs.split()), region)


CASES = {
    "palms": _palms(palms()),
    "palms, lite": _palms(palms(model="lite")),
    "palms, low score": _palms(palms(decoding="min_score_thresh: 0.1")),
    "palms, no score": _palms(
        palms(decoding="", suppression=WEIGHTED + " min_score_threshold: 0.2")
    ),
    "palms, none": _palms(palms(decoding="min_score_thresh: 0.99")),
    "palms, none but sent": _palms(palms(decoding="min_score_thresh: 0.99", suppression=EMPTY)),
    "palms, clipped": _palms(palms(clip="score_clipping_thresh: 1.5")),
    "palms, not clipped": _palms(palms(clip="")),
    "palms, not merged": _palms(palms(suppression="min_suppression_threshold: 0.3")),
    "palms, not merged, one": _palms(
        palms(suppression="min_suppression_threshold: 0.3 max_num_detections: 1")
    ),
    "palms, merged, one does nothing": _palms(
        palms(suppression=WEIGHTED + " max_num_detections: 1")
    ),
    "palms, suppressed by score": _palms(
        palms(suppression=WEIGHTED + " min_score_threshold: 0.93")
    ),
    "palms, hardly merged": _palms(
        palms(suppression="min_suppression_threshold: 0.95 algorithm: WEIGHTED")
    ),
    "palms, stretched": _palms(palms(crop="border_mode: BORDER_ZERO")),
    "palms, edges repeated": _palms(palms(crop="keep_aspect_ratio: true")),
    "palms, in a region": _palms(palms(region=True), NO_SQUARE),
    "palms, in a stretched region": _palms(palms(region=True, crop=""), NO_SQUARE),
    "rectangles": Case(palms() + rectangles(DIRECTION), ("rs",)),
    "rectangles, not rotated": Case(palms() + rectangles(""), ("rs",)),
    "rectangles, from keypoints": Case(
        palms() + rectangles(DIRECTION + " conversion_mode: USE_KEYPOINTS"), ("rs",)
    ),
    "rectangles, other direction": Case(
        palms()
        + rectangles(
            "rotation_vector_start_keypoint_index: 5 rotation_vector_end_keypoint_index: 1 "
            "rotation_vector_target_angle: 90"
        ),
        ("rs",),
    ),
    "rectangles, of nothing": Case(
        palms(decoding="min_score_thresh: 0.99", suppression=EMPTY)
        + rectangles(DIRECTION + " output_zero_rect_for_empty_detections: true"),
        ("rs",),
    ),
    "regions": Case(
        palms()
        + rectangles(DIRECTION)
        + regions("scale_x: 2.6 scale_y: 2.6 shift_y: -0.5 square_long: true"),
        ("tr",),
    ),
    "regions, as they are": Case(palms() + rectangles(DIRECTION) + regions(""), ("tr",)),
    "regions, short": Case(
        palms() + rectangles(DIRECTION) + regions("square_short: true scale_x: 2"), ("tr",)
    ),
    "regions, turned shift": Case(
        palms()
        + rectangles(DIRECTION)
        + regions("scale_x: 2 scale_y: 3 shift_x: 0.2 shift_y: -0.3 rotation_degrees: 30"),
        ("tr",),
    ),
    "landmarks": _hand(landmarks(), REGION, outputs="l world side presence flag"),
    "landmarks, padded": _hand(landmarks(), outputs="l world"),
    "landmarks, stretched": _hand(landmarks(crop="")),
    "landmarks, black edges": _hand(landmarks(crop="border_mode: BORDER_ZERO")),
    "landmarks, flat": _hand(landmarks(depth=""), outputs="l pixels"),
    "landmarks, not rotated": _hand(landmarks(projection="ignore_rotation: true")),
    "classes, both": _hand(
        landmarks(classes="top_k: 2 binary_classification: true"), outputs="side"
    ),
    "classes, sorted": _hand(
        landmarks(classes="binary_classification: true sort_by_descending_score: true"),
        outputs="side",
    ),
    "classes, threshold does nothing": _hand(
        landmarks(classes="binary_classification: true min_score_threshold: 0.6"), outputs="side"
    ),
    "classes, not binary": _hand(landmarks(classes="top_k: 1"), outputs="side"),
    "presence, sigmoid": _hand(landmarks(floats="activation: SIGMOID"), outputs="presence"),
    "presence, strict": _hand(landmarks(threshold="threshold: 0.999999"), outputs="flag"),
}
