"""What people write with OpenCV and MediaPipe, fully typed: checked by mypy, run by test_typing.py.

MatLike is what OpenCV's own types call a picture (`cv2.typing.MatLike`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

import knuckle.compat.mediapipe as mp

MatLike = np.ndarray[Any, np.dtype[np.integer[Any] | np.floating[Any]]]


def follow(frames: Iterable[MatLike]) -> list[int]:
    """How many hands each RGB frame has, drawn on it, by the legacy interface."""
    counts: list[int] = []
    with mp.solutions.hands.Hands(max_num_hands=2) as hands:
        for frame in frames:
            found = hands.process(frame)
            for hand in found.multi_hand_landmarks or ():
                mp.solutions.drawing_utils.draw_landmarks(
                    frame, hand, mp.solutions.hands.HAND_CONNECTIONS
                )
            counts.append(len(found.multi_handedness or ()))
    return counts


def look(frame: MatLike) -> list[str | None]:
    """The handedness of each hand in an RGB picture, by the Tasks API."""
    options = mp.tasks.vision.HandLandmarkerOptions(
        base_options=mp.tasks.BaseOptions(), num_hands=2
    )
    with mp.tasks.vision.HandLandmarker.create_from_options(options) as landmarker:
        found = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=frame))
    return [categories[0].category_name for categories in found.handedness]
