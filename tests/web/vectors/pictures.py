"""Whole pictures: the hands that Python's `detect` finds with the recorded networks.

`tests/web/recording.py` writes the recording. It needs the real networks, and this does not.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from knuckle.pictures.detector import detect

from ..recording import recorded, replaying_detector
from . import hand_of


def vectors() -> dict[str, Any]:
    """One value per file. The recording itself is one of them, as it stands."""
    recording = recorded()
    return {
        "recording": recording,
        "hands": {name: _hands(scene) for name, scene in recording.items()},
    }


def _hands(scene: Mapping[str, Any]) -> list[dict[str, Any]]:
    pixels = np.frombuffer(base64.b64decode(scene["pixels"]), np.uint8)
    picture = pixels.reshape(scene["height"], scene["width"], 3)
    options = scene["options"]
    detector = replaying_detector(
        scene["turns"], {"max_hands": options["maxHands"], "mirrored": options["mirrored"]}
    )
    return [hand_of(hand) for hand in detect(detector, picture)]
