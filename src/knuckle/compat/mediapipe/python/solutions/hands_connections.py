"""Lines between landmarks.

Source: mediapipe/python/solutions/hands_connections.py
"""

from __future__ import annotations

from knuckle.spec import CONNECTIONS

HAND_PALM_CONNECTIONS = CONNECTIONS["palm"]
HAND_THUMB_CONNECTIONS = CONNECTIONS["thumb"]
HAND_INDEX_FINGER_CONNECTIONS = CONNECTIONS["index"]
HAND_MIDDLE_FINGER_CONNECTIONS = CONNECTIONS["middle"]
HAND_RING_FINGER_CONNECTIONS = CONNECTIONS["ring"]
HAND_PINKY_FINGER_CONNECTIONS = CONNECTIONS["pinky"]
HAND_CONNECTIONS = frozenset(pair for pairs in CONNECTIONS.values() for pair in pairs)
