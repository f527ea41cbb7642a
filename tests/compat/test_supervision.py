"""Results handed to supervision, which knows MediaPipe's."""

from __future__ import annotations

import numpy as np
import pytest

import knuckle.compat.mediapipe as mp
from knuckle.values import ImageArray

supervision = pytest.importorskip("supervision", reason="supervision is not installed")


def test_a_legacy_result_becomes_key_points(two_hands: ImageArray) -> None:
    """As it is: places in pixels, hand by hand, and they can be drawn."""
    height, width = two_hands.shape[:2]
    result = mp.solutions.hands.Hands(static_image_mode=True).process(two_hands)
    points = supervision.KeyPoints.from_mediapipe(result, (width, height))
    expected = [
        [(point.x * width, point.y * height) for point in hand.landmark]
        for hand in result.multi_hand_landmarks or ()
    ]
    annotated = supervision.VertexAnnotator().annotate(two_hands.copy(), points)

    assert (2, 21, 2) == points.xy.shape
    np.testing.assert_allclose(points.xy, expected, atol=0.01)
    assert (annotated != two_hands).any()


def test_a_tasks_result_becomes_key_points(two_hands: ImageArray) -> None:
    """As it is, too."""
    height, width = two_hands.shape[:2]
    options = mp.tasks.vision.HandLandmarkerOptions(
        base_options=mp.tasks.BaseOptions(), num_hands=2
    )
    landmarker = mp.tasks.vision.HandLandmarker.create_from_options(options)
    result = landmarker.detect(mp.Image(mp.ImageFormat.SRGB, two_hands))

    assert 2 == len(result.hand_landmarks)
    assert (2, 21, 2) == supervision.KeyPoints.from_mediapipe(result, (width, height)).xy.shape
