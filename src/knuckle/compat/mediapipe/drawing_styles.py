"""The `drawing_styles` of both interfaces: a colour for each finger (BGR).

Source of colours and sizes: mediapipe/python/solutions/drawing_styles.py
"""

from __future__ import annotations

from collections.abc import Mapping

from knuckle.spec import CONNECTIONS

from .drawing_utils import Colour, DrawingSpec
from .hands import HandLandmark

_RADIUS = 5
_FILLED = -1
_PALM_DOTS: Colour = (48, 48, 255)
_PALM_LINES = DrawingSpec((128, 128, 128), thickness=3)
_FINGERS: dict[str, Colour] = {
    "thumb": (180, 229, 255),
    "index": (128, 64, 128),
    "middle": (0, 204, 255),
    "ring": (48, 255, 48),
    "pinky": (192, 101, 21),
}
# A finger has the colour from its first joint beyond the palm on.
_FIRST_OF_FINGER = {"thumb": 2, "index": 6, "middle": 10, "ring": 14, "pinky": 18}


def get_default_hand_landmarks_style() -> Mapping[int, DrawingSpec]:
    """How to draw each landmark; a new mapping each time."""
    dots = dict.fromkeys(HandLandmark, _PALM_DOTS)
    for finger, first in _FIRST_OF_FINGER.items():
        dots |= {HandLandmark(i): _FINGERS[finger] for i in range(first, first + 3)}
    return {i: DrawingSpec(colour, _FILLED, _RADIUS) for i, colour in dots.items()}


def get_default_hand_connections_style() -> Mapping[tuple[int, int], DrawingSpec]:
    """How to draw each line; a new mapping each time."""
    return {
        pair: _PALM_LINES if part == "palm" else DrawingSpec(_FINGERS[part], thickness=2)
        for part, pairs in CONNECTIONS.items()
        for pair in pairs
    }
