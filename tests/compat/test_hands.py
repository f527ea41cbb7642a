"""`mp.solutions.hands`: how it is made, asked, closed, and what it says of bad input."""

from __future__ import annotations

import inspect
import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import knuckle.compat.mediapipe as mp
from knuckle.compat.mediapipe.loops import Followed, legacy_step
from knuckle.pictures import detector as pipeline
from knuckle.spec import Landmark
from knuckle.stages.candidates import next_rois
from knuckle.values import ImageArray
from tests.conftest import SAMPLES, read_rgb
from tests.detectors import a_follower

Hands = mp.solutions.hands.Hands


def points_of(result: Any) -> Any:
    """Place of every landmark of every hand found."""
    return [[(p.x, p.y) for p in hand.landmark] for hand in result.multi_hand_landmarks or ()]


def test_names_are_those_of_mediapipe() -> None:
    """The landmarks and the lines between them."""
    names = mp.solutions.hands.HandLandmark
    fingers = {m.name.replace("_FINGER", ""): m.value for m in names}

    assert {m.name: m.value for m in Landmark} == fingers
    assert 12 == int(names.MIDDLE_FINGER_TIP)
    assert 21 == len(mp.solutions.hands.HAND_CONNECTIONS)
    assert mp.solutions.hands.HAND_CONNECTIONS is mp.solutions.hands_connections.HAND_CONNECTIONS
    groups = [name for name in vars(mp.solutions.hands) if name.startswith("HAND_")]
    assert 7 == len(groups)
    assert mp.solutions.hands.HAND_CONNECTIONS == {
        pair for name in groups for pair in getattr(mp.solutions.hands_connections, name)
    }
    assert ((0, 1), (0, 5), (9, 13), (13, 17), (5, 9), (0, 17)) == (
        mp.solutions.hands.HAND_PALM_CONNECTIONS
    )


def test_the_signature_is_that_of_mediapipe() -> None:
    """Names, order and defaults, then our own, by keyword only."""
    parameters = list(inspect.signature(Hands).parameters.values())

    assert [
        ("static_image_mode", False),
        ("max_num_hands", 2),
        ("model_complexity", 1),
        ("min_detection_confidence", 0.5),
        ("min_tracking_confidence", 0.5),
        ("exact", None),
        ("adaptive_search", None),
    ] == [(p.name, p.default) for p in parameters]
    assert inspect.Parameter.KEYWORD_ONLY == parameters[-1].kind


def test_a_hand_is_a_message(open_palm: ImageArray) -> None:
    """21 landmarks, twice, and a label of the mirrored picture; nothing else is set."""
    with Hands(static_image_mode=True) as hands:
        result = hands.process(open_palm)
    [hand] = result.multi_hand_landmarks or []
    [world] = result.multi_hand_world_landmarks or []
    [handedness] = result.multi_handedness or []

    assert [21, 21] == [len(hand.landmark), len(world.landmark)]
    assert not any(p.HasField("visibility") or p.HasField("presence") for p in hand.landmark)
    assert ["Left", 0] == [handedness.classification[0].label, handedness.classification[0].index]
    assert result.multi_hand_landmarks is result.multi_hand_landmarks


def test_no_hand_is_none(no_hands: ImageArray) -> None:
    """All three, as MediaPipe."""
    result = Hands().process(no_hands)

    assert (None, None, None) == (
        result.multi_hand_landmarks,
        result.multi_hand_world_landmarks,
        result.multi_handedness,
    )


def test_a_result_names_its_lists(open_palm: ImageArray) -> None:
    """As upstream, for programs that save all of them."""
    result = Hands(True).process(open_palm)

    assert result._fields == tuple(vars(result))


def test_a_result_is_printed_in_one_line(open_palm: ImageArray) -> None:
    """The words of mediapipe 0.10.21, which makes a class for each picture."""
    result = Hands(True).process(open_palm)

    assert "<class 'mediapipe.python.solution_base.SolutionOutputs'>" == str(result) == repr(result)


def test_a_program_may_look_whether_it_is_closed() -> None:
    """By the private name of upstream's graph, which is None then."""
    hands: Any = Hands()
    is_open = bool(hands._graph)
    hands.close()

    assert (True, None) == (is_open, hands._graph)


def test_results_can_be_changed_and_pickled(open_palm: ImageArray) -> None:
    """As programs do that filter hands or send them to another process."""
    result = Hands(True).process(open_palm)
    twin = pickle.loads(pickle.dumps(result))
    result.multi_hand_landmarks = None

    assert 1 == len(twin.multi_hand_landmarks)


@pytest.mark.parametrize(
    ("arguments", "options", "palm", "presence"),
    [
        ((False, 2, 0.7, 0.6), {}, 0.7, 0.6),  # up to 0.8.8
        ((False, 2, 0.7), {}, 0.7, 0.5),
        ((False, 2, np.float32(0.75)), {"min_tracking_confidence": 0.3}, 0.75, 0.3),
        ((False, 2, 1, 0.7, 0.6), {}, 0.7, 0.6),  # from 0.8.9 on
        ((False, 2, 1, 0.7), {}, 0.7, 0.5),
        ((), {"min_detection_confidence": 1}, 1.0, 0.5),
    ],
)
def test_old_and_new_calls_mean_what_they_meant(
    arguments: Any, options: Any, palm: float, presence: float
) -> None:
    """A float in third place is a confidence, an int a complexity."""
    hands = Hands(*arguments, **options)

    detector = hands._follower.detector
    assert (palm, presence) == (detector.palms.min_score, detector.min_presence)
    assert ("full", 2) == (detector.landmarks.network.spec.variant, detector.max_hands)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"model_complexity": 2}, ValueError, "model_complexity must be 0 or 1, not 2"),
        ({"model_complexity": -1}, ValueError, r"model_complexity must be 0 or 1, not -1"),
        ({"model_complexity": 1.0}, TypeError, "model_complexity must be 0 or 1"),
        ({"max_num_hands": 0}, ValueError, r"max_num_hands must be at least 1, not 0"),
        ({"max_num_hands": 2.0}, TypeError, "max_num_hands must be a whole number"),
        ({"min_detection_confidence": 2.0}, ValueError, "min_detection_confidence must lie"),
        ({"min_tracking_confidence": -1}, ValueError, "min_tracking_confidence must lie"),
        ({"min_tracking_confidence": "high"}, TypeError, "min_tracking_confidence must be a"),
        ({"exact": 1}, TypeError, "exact must be True or False, not 1"),
    ],
)
def test_bad_options_are_named(options: Any, error: type[Exception], message: str) -> None:
    """Where MediaPipe aborts the process or finds nothing for ever."""
    with pytest.raises(error, match=message):
        Hands(**options)


@pytest.mark.parametrize(
    ("image", "error"),
    [
        (None, AttributeError),
        ([[[1, 2, 3]]], AttributeError),
        (np.zeros((8, 8), np.uint8), IndexError),
        (np.zeros((8, 8, 4), np.uint8), ValueError),
        (np.zeros((1, 8, 8, 3), np.uint8), ValueError),
        (np.zeros((8, 8, 3), np.float32), TypeError),
        (np.zeros((8, 8, 3), np.int64), TypeError),
        (np.zeros((0, 0, 3), np.uint8), RuntimeError),
    ],
)
def test_bad_pictures_raise_what_mediapipe_raises(
    image: Any, error: type[Exception], open_palm: ImageArray
) -> None:
    """In a sentence that begins with the name; and the object goes on working."""
    hands = Hands()
    with pytest.raises(error, match=r"^image must "):
        hands.process(image)

    assert 1 == len(points_of(hands.process(open_palm)))


def test_odd_layouts_are_taken(open_palm: ImageArray) -> None:
    """A view with steps, a read-only array, Fortran order; booleans, which are 8 bits, too."""
    hands = Hands(True)
    wide = np.zeros((*open_palm.shape[:2], 6), np.uint8)
    wide[..., ::2] = open_palm
    frozen = open_palm.copy()
    frozen.flags.writeable = False
    expected = points_of(hands.process(open_palm))

    for image in (wide[..., ::2], frozen, np.asfortranarray(open_palm)):
        assert expected == points_of(hands.process(image))
    assert None is hands.process(np.zeros((64, 64, 3), bool)).multi_handedness


def test_use_after_close_is_an_error_and_closing_again_is_none(open_palm: ImageArray) -> None:
    """As upstream, which lets one be reset."""
    with Hands() as hands:
        hands.close()
    hands.close()

    hands.reset()
    with pytest.raises(ValueError, match="this Hands is closed"):
        hands.process(open_palm)


def test_a_reset_forgets_the_hands(open_palm: ImageArray) -> None:
    """The next picture is as the first one: found by its palm."""
    hands = Hands()
    first = points_of(hands.process(open_palm))
    second = points_of(hands.process(open_palm))
    hands.reset()

    assert first != second
    assert first == points_of(hands.process(open_palm))


def test_a_stream_is_pickled_with_its_hands(open_palm: ImageArray) -> None:
    """The copy goes on where the original was."""
    hands = Hands(max_num_hands=1, model_complexity=0)
    hands.process(open_palm)
    twin = pickle.loads(pickle.dumps(hands))

    assert points_of(hands.process(open_palm)) == points_of(twin.process(open_palm))


def test_the_presence_threshold_holds_in_static_mode(open_palm: ImageArray) -> None:
    """`min_tracking_confidence` drops a hand there, too, though upstream's documentation denies."""
    assert 1 == len(points_of(Hands(True, min_tracking_confidence=0.9).process(open_palm)))
    assert None is Hands(True, min_tracking_confidence=0.9999).process(open_palm).multi_handedness


@pytest.fixture(scope="module")
def three_hands() -> ImageArray:
    """A sample with one hand above one with two, half as large."""
    pictures = [read_rgb(SAMPLES / f"{name}.jpg")[::2, ::2] for name in ("open_palm", "two_hands")]
    return np.concatenate(pictures)


def test_three_hands_for_two(three_hands: ImageArray) -> None:
    """One hand followed, two new palms: all three, new ones first."""
    _, found = legacy_step(a_follower(max_hands=3), Followed(), three_hands)
    weakest = min(found, key=lambda hand: hand.palm_score or 0)  # its palm is not looked at again
    rois = next_rois([weakest])
    state, hands = legacy_step(a_follower(max_hands=2), Followed(rois), three_hands)

    assert [False, False, True] == [hand.palm_score is None for hand in hands]
    assert 3 == len(found) == len(state.rois)


def test_palms_rest_while_enough_hands_are_followed(
    open_palm: ImageArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one hand and one slot; with a free slot they are searched in every frame."""
    looks: list[int] = []

    def search(*arguments: Any, **options: Any) -> Any:
        looks.append(1)
        return pipeline.find_palms(*arguments, **options)

    monkeypatch.setattr("knuckle.compat.mediapipe.loops.find_palms", search)
    for slots, expected in ((1, 1), (2, 3)):
        looks.clear()
        hands = Hands(max_num_hands=slots)
        for _ in range(3):
            hands.process(open_palm)

        assert expected == len(looks)


def test_a_hand_outside_keeps_its_place(open_palm: ImageArray) -> None:
    """Wholly left of and above the picture; upstream's running maxima would begin at 0 there."""
    _, [hand] = legacy_step(a_follower(), Followed(), open_palm)
    [inside] = next_rois([hand])
    [outside] = next_rois([replace(hand, landmarks=hand.landmarks - 2)])

    np.testing.assert_allclose(np.array(inside) - [2, 2, 0, 0, 0], outside, atol=1e-5)


def test_adaptive_search_rests_when_asked_to(
    open_palm: ImageArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing moves both look once in a third of a second, and the hands are the same."""
    looks: list[int] = []

    def search(*arguments: Any, **options: Any) -> Any:
        looks.append(1)
        return pipeline.find_palms(*arguments, **options)

    monkeypatch.setattr("knuckle.compat.mediapipe.loops.find_palms", search)
    hands = Hands(max_num_hands=2, adaptive_search=True)
    vision = mp.tasks.vision
    landmarker = vision.HandLandmarker.create_from_options(
        vision.HandLandmarkerOptions(
            base_options=mp.tasks.BaseOptions(),
            running_mode=vision.RunningMode.VIDEO,
            num_hands=2,
            adaptive_search=True,
        )
    )
    picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=open_palm)
    for i in range(10):
        assert 1 == len(hands.process(open_palm).multi_hand_landmarks or ())
        assert 1 == len(landmarker.detect_for_video(picture, 33 * i).hand_landmarks)

    assert 2 == len(looks)


@settings(deadline=None, max_examples=15)
@given(
    height=st.integers(1, 300),
    width=st.integers(1, 300),
    seed=st.integers(0, 10),
)
def test_any_picture_is_answered(height: int, width: int, seed: int) -> None:
    """Also of one pixel, and long ones."""
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    result = Hands(model_complexity=0).process(noise)

    assert result.multi_handedness is None or len(result.multi_handedness) <= 2
