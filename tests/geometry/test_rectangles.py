"""Raw rectangles and what makes regions of interest of them, as two steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.geometry.rois import (
    WHOLE,
    hand_rectangle,
    letterbox_roi,
    padded_roi,
    palm_rectangle,
    roi_from_landmarks,
    roi_from_palm,
    transformed_roi,
)
from knuckle.spec import LANDMARK_ROI, PALM_ROI, RoiTransform
from knuckle.values import Roi

SIZE = (640, 480)
RAW = Roi(0.4, 0.6, 0.2, 0.35, 0.7)

# What RectTransformationCalculator of mediapipe 0.10.21 makes of RAW: centre and sides.
TRANSFORMED = [
    (RoiTransform(0, 2, scale_y=3, square="no"), (0.4, 0.6, 0.4, 1.05)),
    (RoiTransform(0, 1, shift_x=0.25, square="no"), (0.4382421, 0.6429479, 0.2, 0.35)),
    (RoiTransform(-0.5, 1, square="no"), (0.4845536, 0.4661526, 0.2, 0.35)),
    (RoiTransform(0, 1), (0.4, 0.6, 0.2625, 0.35)),
    (RoiTransform(0, 1, square="short"), (0.4, 0.6, 0.2, 0.2666667)),
    (RoiTransform(-0.5, 1, square="no", turn=np.pi / 2), (0.5003855, 0.7127381, 0.2, 0.35)),
    (RoiTransform(0.2, 1.5, 0.3, 2, turn=3), (0.3769304, 0.4982461, 0.39375, 0.7)),
]


@pytest.mark.parametrize(("transform", "expected"), TRANSFORMED)
def test_a_rectangle_is_transformed_as_by_mediapipe(
    transform: RoiTransform, expected: tuple[float, float, float, float]
) -> None:
    """Shift, square and scale; the rotation stays, even if the shift is turned."""
    found = transformed_roi(RAW, SIZE, transform)

    assert pytest.approx((*expected, 0.7), abs=3e-7) == found


@given(seed=st.integers(0, 2**32 - 1))
def test_two_steps_make_the_same_roi_of_landmarks(seed: int) -> None:
    """The rectangle as a value loses nothing: equal to the last bit."""
    landmarks = np.random.default_rng(seed).random((21, 3)).astype(np.float32)
    rectangle = hand_rectangle(landmarks, SIZE)

    assert roi_from_landmarks(landmarks, SIZE) == transformed_roi(rectangle, SIZE, LANDMARK_ROI)


@given(seed=st.integers(0, 2**32 - 1))
def test_two_steps_make_the_same_roi_of_a_palm(seed: int) -> None:
    """As for landmarks."""
    points = np.random.default_rng(seed).random((9, 2)).astype(np.float32)
    box, keypoints = np.append(points[0], points[0] + points[1]), points[2:]
    rectangle = palm_rectangle(box, SIZE, start=keypoints[0], end=keypoints[2])

    assert roi_from_palm(box, keypoints, SIZE) == transformed_roi(rectangle, SIZE, PALM_ROI)


@given(width=st.integers(1, 5000), height=st.integers(1, 5000), aspect=st.floats(0.2, 5))
def test_padding_gives_the_aspect_and_keeps_the_whole(
    width: int, height: int, aspect: float
) -> None:
    """One side stays, the other grows, and the centre stays."""
    padded = padded_roi(WHOLE, (width, height), aspect)

    assert (0.5, 0.5) == padded[:2]
    assert pytest.approx(aspect, rel=2e-5) == padded.height * height / (padded.width * width)
    assert pytest.approx(1, abs=2e-5) == min(padded.width, padded.height)


def test_a_square_is_not_padded() -> None:
    """Rounding does not count: a letterbox is its own letterbox, to the last bit."""
    square = letterbox_roi((641, 479))._replace(rotation=0.3)

    assert square == padded_roi(square, (641, 479))
