"""The `drawing_styles` of both interfaces: a BGR colour for each finger.

Names with an underscore are private upstream, but programs use them.
Source of names, colours and sizes: mediapipe/python/solutions/drawing_styles.py
"""

from __future__ import annotations

from collections.abc import Mapping

from . import hands as hands_connections
from .drawing_utils import Colour, DrawingSpec
from .hands import HandLandmark

_RADIUS = 5
_RED: Colour = (48, 48, 255)
_GREEN: Colour = (48, 255, 48)
_BLUE: Colour = (192, 101, 21)
_YELLOW: Colour = (0, 204, 255)
_GRAY: Colour = (128, 128, 128)
_PURPLE: Colour = (128, 64, 128)
_PEACH: Colour = (180, 229, 255)
_WHITE: Colour = (224, 224, 224)
_CYAN: Colour = (192, 255, 48)
_MAGENTA: Colour = (192, 48, 255)
_THICKNESS_WRIST_MCP = 3
_THICKNESS_FINGER = 2
_THICKNESS_DOT = -1

_PALM_LANDMARKS = tuple(HandLandmark(i) for i in (0, 1, 5, 9, 13, 17))
_THUMP_LANDMARKS = tuple(HandLandmark(i) for i in (2, 3, 4))
_INDEX_FINGER_LANDMARKS = tuple(HandLandmark(i) for i in (6, 7, 8))
_MIDDLE_FINGER_LANDMARKS = tuple(HandLandmark(i) for i in (10, 11, 12))
_RING_FINGER_LANDMARKS = tuple(HandLandmark(i) for i in (14, 15, 16))
_PINKY_FINGER_LANDMARKS = tuple(HandLandmark(i) for i in (18, 19, 20))

_HAND_LANDMARK_STYLE = {
    landmarks: DrawingSpec(colour, _THICKNESS_DOT, _RADIUS)
    for landmarks, colour in (
        (_PALM_LANDMARKS, _RED),
        (_THUMP_LANDMARKS, _PEACH),
        (_INDEX_FINGER_LANDMARKS, _PURPLE),
        (_MIDDLE_FINGER_LANDMARKS, _YELLOW),
        (_RING_FINGER_LANDMARKS, _GREEN),
        (_PINKY_FINGER_LANDMARKS, _BLUE),
    )
}
_HAND_CONNECTION_STYLE = {
    hands_connections.HAND_PALM_CONNECTIONS: DrawingSpec(_GRAY, _THICKNESS_WRIST_MCP),
    hands_connections.HAND_THUMB_CONNECTIONS: DrawingSpec(_PEACH, _THICKNESS_FINGER),
    hands_connections.HAND_INDEX_FINGER_CONNECTIONS: DrawingSpec(_PURPLE, _THICKNESS_FINGER),
    hands_connections.HAND_MIDDLE_FINGER_CONNECTIONS: DrawingSpec(_YELLOW, _THICKNESS_FINGER),
    hands_connections.HAND_RING_FINGER_CONNECTIONS: DrawingSpec(_GREEN, _THICKNESS_FINGER),
    hands_connections.HAND_PINKY_FINGER_CONNECTIONS: DrawingSpec(_BLUE, _THICKNESS_FINGER),
}


def get_default_hand_landmarks_style() -> Mapping[int, DrawingSpec]:
    """How to draw each landmark, in a new mapping each time."""
    return {i: spec for landmarks, spec in _HAND_LANDMARK_STYLE.items() for i in landmarks}


def get_default_hand_connections_style() -> Mapping[tuple[int, int], DrawingSpec]:
    """How to draw each line, in a new mapping each time."""
    return {pair: spec for pairs, spec in _HAND_CONNECTION_STYLE.items() for pair in pairs}
