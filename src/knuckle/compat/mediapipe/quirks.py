"""A table of MediaPipe's quirks that the compatibility layer repeats, and of differences.

`graph_quirks.py` has those of graphs. `docs/coming-from-mediapipe.md` shows both, and
tests/compat/test_quirks.py checks that each row has its test. "Observed" means that the behaviour
was seen by running the release.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Api = Literal["legacy", "Tasks", "both", "graphs"]  # "both": legacy and Tasks


@dataclass(frozen=True, slots=True)
class Quirk:
    """One row."""

    what: str
    api: Api
    upstream: str
    here: str  # "the same" if a quirk is repeated
    source: str  # a file of MediaPipe, or the observed release
    test: str  # file::function under tests/compat/


SAME = "the same"

_ASSOCIATION = "mediapipe/calculators/util/association_calculator.h"
_LEGACY_GRAPH = "mediapipe/modules/hand_landmark/hand_landmark_tracking_cpu.pbtxt"
_TASKS_GRAPH = "mediapipe/tasks/cc/vision/hand_landmarker/hand_landmarker_graph.cc"
_DRAWING = "mediapipe/python/solutions/drawing_utils.py"
_OLD = "observed, 0.10.21"
_NEW = "observed, 1.2.2"
_BOTH = "observed, 0.10.21 and 1.2.2"

REPEATED = (
    Quirk(
        "handedness",
        "legacy",
        'the label of a mirrored picture: a right hand in a photo is "Left"',
        SAME,
        "mediapipe/modules/hand_landmark/handedness.txt",
        "test_hands.py::test_a_hand_is_a_message",
    ),
    Quirk(
        "handedness",
        "Tasks",
        "the person's own hand in a picture that is not mirrored, with the same index and score",
        SAME,
        _TASKS_GRAPH,
        "test_tasks.py::test_a_result_has_what_mediapipe_gives",
    ),
    Quirk(
        "number of hands",
        "legacy",
        "one tracked hand and two new palms give three hands for `max_num_hands=2`",
        SAME,
        _LEGACY_GRAPH,
        "test_hands.py::test_three_hands_for_two",
    ),
    Quirk(
        "order of hands",
        "legacy",
        "new hands by palm score, then tracked ones; the order changes from frame to frame",
        SAME,
        _ASSOCIATION,
        "test_hands.py::test_three_hands_for_two",
    ),
    Quirk(
        "palms that overlap",
        "legacy",
        "if two overlap by more than half, the weaker one is read",
        SAME,
        _ASSOCIATION,
        "test_parity.py::test_pictures_have_the_hands_of_mediapipe",
    ),
    Quirk(
        "a hand that is found twice",
        "legacy",
        "is returned twice",
        SAME,
        _LEGACY_GRAPH,
        "test_parity.py::test_a_video_has_as_many_hands_as_in_mediapipe",
    ),
    Quirk(
        "min_tracking_confidence",
        "legacy",
        "a threshold of presence, even if nothing is tracked",
        SAME,
        _OLD,
        "test_hands.py::test_the_presence_threshold_holds_in_static_mode",
    ),
    Quirk(
        "min_tracking_confidence",
        "Tasks",
        "an overlap: a palm that overlaps a tracked hand by more counts as that hand",
        SAME,
        _TASKS_GRAPH,
        "test_tasks.py::test_an_overlap_decides_whether_a_palm_is_new",
    ),
    Quirk(
        "search for palms",
        "both",
        "in every frame with a free slot, which doubles its time",
        "the same; `adaptive_search=True` looks only when a new hand may have appeared",
        _LEGACY_GRAPH,
        "test_hands.py::test_palms_rest_while_enough_hands_are_followed",
    ),
    Quirk(
        "no hand",
        "legacy",
        "None instead of lists; in the Tasks API empty lists",
        SAME,
        _OLD,
        "test_hands.py::test_no_hand_is_none",
    ),
    Quirk(
        "visibility, presence",
        "both",
        "never set on a hand's landmarks",
        "the same; in the Tasks API None as in 1.2.2, where 0.10.21 has 0.0",
        _BOTH,
        "test_tasks.py::test_landmarks_become_messages",
    ),
    Quirk(
        "bad pictures",
        "legacy",
        "AttributeError, IndexError, ValueError, TypeError or RuntimeError, some by accident",
        "the same types, each with a sentence that names the cure",
        _OLD,
        "test_hands.py::test_bad_pictures_raise_what_mediapipe_raises",
    ),
    Quirk(
        "time stamps",
        "Tasks",
        "must increase; a repeated one is a ValueError, one that is not a whole number a TypeError "
        "(1.2.2: ctypes.ArgumentError)",
        "the same, a TypeError",
        _BOTH,
        "test_tasks.py::test_time_goes_forward",
    ),
    Quirk(
        "LIVE_STREAM",
        "Tasks",
        "the newest frame waits, and older waiting ones are dropped; 0.10.21 answers all, late",
        "the same, as in 1.2.2",
        "mediapipe/calculators/core/flow_limiter_calculator.cc",
        "test_live.py::test_the_newest_waits_and_others_are_dropped",
    ),
    Quirk(
        "rotation_degrees",
        "Tasks",
        "turns the picture only for the palm detector; landmarks refer to the given picture",
        SAME,
        _BOTH,
        "test_tasks.py::test_quarter_turns_are_taken",
    ),
    Quirk(
        "EXIF orientation",
        "Tasks",
        "`mp.Image.create_from_file` turns a JPEG upright (1.2.2) and a PNG never; 0.10.21 turns "
        "none",
        "the same, as in 1.2.2",
        _BOTH,
        "test_image.py::test_a_photo_is_turned_upright",
    ),
    Quirk(
        "lines and dots",
        "both",
        "as OpenCV draws: thickness 3 is five pixels, thickness 2 three; points outside the "
        "picture are left out, together with their lines",
        "the same within a pixel, without OpenCV, and on arrays of any layout",
        _DRAWING,
        "test_drawing.py::test_every_edge_is_within_a_pixel_of_mediapipe",
    ),
)

DIFFERENT = (
    Quirk(
        "the warp",
        "both",
        "OpenCV's, in steps of 1/32 px",
        "a faster one, within 0.1 px of the crop; `exact=True` repeats MediaPipe's",
        "mediapipe/calculators/tensor/image_to_tensor_converter_opencv.cc",
        "test_answers.py::test_legacy_answers_are_those_of_mediapipe",
    ),
    Quirk(
        "the palm angle",
        "Tasks",
        "rotates the ROI of every detected palm 26.6 degrees too far: error 0.106 instead of 0.093 "
        "palms on 318 pictures",
        "the correct angle; `upstream_palm_angle=True` repeats MediaPipe's",
        "mediapipe/tasks/cc/vision/hand_detector/hand_detector_graph.cc",
        "test_answers.py::test_the_right_palm_angle_is_the_default",
    ),
    Quirk(
        "model_complexity=2",
        "legacy",
        "aborts the process",
        "ValueError",
        _OLD,
        "test_failures.py::test_nothing_hangs_aborts_or_complains",
    ),
    Quirk(
        "counts below 1, confidences outside 0 to 1",
        "both",
        "mostly accepted; nothing or everything is found",
        "ValueError or TypeError that names the option",
        _BOTH,
        "test_hands.py::test_bad_options_are_named",
    ),
    Quirk(
        "calls as up to 0.8.8",
        "legacy",
        "`Hands(False, 2, 0.5, 0.5)` is a TypeError since 0.8.9",
        "a float as third argument is min_detection_confidence",
        _OLD,
        "test_hands.py::test_old_and_new_calls_mean_what_they_meant",
    ),
    Quirk(
        "an empty picture",
        "legacy",
        "a RuntimeError, after which every call fails",
        "a RuntimeError, after which calls work as before",
        _OLD,
        "test_hands.py::test_bad_pictures_raise_what_mediapipe_raises",
    ),
    Quirk(
        "close",
        "both",
        "a second call is a ValueError (0.10.21) or hangs (1.2.2); 1.2.2 still answers after it",
        "a second call does nothing; use after it is a ValueError",
        _BOTH,
        "test_tasks.py::test_use_after_close_is_an_error",
    ),
    Quirk(
        "a method of another mode",
        "Tasks",
        "`detect_async` in the IMAGE mode hangs (1.2.2)",
        "ValueError, in each mode",
        _NEW,
        "test_tasks.py::test_a_method_is_for_one_mode",
    ),
    Quirk(
        "fork, threads, reference cycles, exit without close",
        "both",
        "hangs, aborts or tracebacks",
        "none of these; a child forked after its parent found hands uses the exact warp: up to "
        "0.1 px",
        _BOTH,
        "test_failures.py::test_nothing_hangs_aborts_or_complains",
    ),
    Quirk(
        "an error in result_callback",
        "Tasks",
        "aborts the process (0.10.21)",
        "is shown like that of any thread (`threading.excepthook`), and the stream goes on",
        _OLD,
        "test_live.py::test_an_error_of_the_callback_is_shown_and_the_stream_goes_on",
    ),
    Quirk(
        "pickling",
        "both",
        "neither detectors nor pictures",
        "options, detectors, results, pictures and messages",
        _BOTH,
        "test_failures.py::test_nothing_hangs_aborts_or_complains",
    ),
    Quirk(
        "the result",
        "legacy",
        "a new class for each picture",
        "an object of the class SolutionOutputs; `print` shows the same line",
        _OLD,
        "test_hands.py::test_results_can_be_changed_and_pickled",
    ),
    Quirk(
        "messages",
        "both",
        "in protobuf's default pool",
        "in a pool of their own, so mediapipe can be imported as well; its `CopyFrom` refuses ours "
        "(TypeError), but `ParseFromString(ours.SerializeToString())` takes them",
        _OLD,
        "test_messages.py::test_bytes_go_between_the_pools",
    ),
    Quirk(
        "no model",
        "Tasks",
        "ValueError",
        "our own networks",
        _BOTH,
        "test_tasks.py::test_a_bundle_with_our_networks_is_run_by_us",
    ),
    Quirk(
        "models",
        "Tasks",
        "an uncompressed .task with metadata, run by TensorFlow Lite",
        "known networks, such as those of Google's own bundle, run on our engine, others on LiteRT "
        "(an extra); compressed bundles and lite palms work, too; input from 0 to 1 only",
        _BOTH,
        "test_tasks.py::test_what_mediapipe_refuses_is_run",
    ),
    Quirk(
        "delegate",
        "Tasks",
        "processor or GPU",
        "always the processor",
        _BOTH,
        "test_tasks.py::test_a_bundle_with_our_networks_is_run_by_us",
    ),
    Quirk(
        "mp.Image",
        "Tasks",
        "four channels as SRGB (both) or three as SRGBA (0.10.21) are accepted and misread",
        "ValueError that names shape and type; strided views are accepted; grey is (h, w, 1) as in "
        "1.2.2",
        _BOTH,
        "test_image.py::test_what_does_not_fit_is_named",
    ),
    Quirk(
        "draw_detection beyond the picture",
        "legacy",
        "fails in OpenCV",
        "what is outside is left out",
        _DRAWING,
        "test_drawing.py::test_a_detection_beyond_the_picture_is_no_crash",
    ),
    Quirk(
        "the next ROI of a hand to the left of the picture",
        "both",
        "maxima begin at the smallest positive float, so a hand wholly outside is misplaced",
        "plain maxima",
        "mediapipe/modules/hand_landmark/calculators/hand_landmarks_to_rect_calculator.cc",
        "test_hands.py::test_a_hand_outside_keeps_its_place",
    ),
    Quirk(
        "other solutions and tasks",
        "both",
        "face, pose, holistic and more",
        "can be imported; using one raises an error with one sentence: an AttributeError, or an "
        "ImportError for `from ... import`, and in both cases a NotImplementedError",
        _BOTH,
        "test_tasks.py::test_what_is_no_hand_says_so_when_touched",
    ),
    Quirk(
        "telemetry and logs",
        "both",
        "1.2.2 opens a network socket when a detector is made; all print warnings at every start",
        "nothing is sent, printed or written to the home folder",
        _BOTH,
        "test_offline.py::test_everything_works_without_a_network_and_leaves_the_home_folder_empty",
    ),
)


def markdown_table(quirks: tuple[Quirk, ...]) -> str:
    """The table for the documentation."""
    lines = ["| what | interface | mediapipe | knuckle | source |", "|---|---|---|---|---|"]
    lines += [f"| {q.what} | {q.api} | {q.upstream} | {q.here} | {q.source} |" for q in quirks]
    return "\n".join(lines)
