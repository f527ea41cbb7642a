"""What MediaPipe answers for our samples, and what we do: the same calls on either.

    python tests/compat/answers.py FILE BUNDLE

on a Python that has mediapipe records the answers of its Tasks API, and of its legacy one if it has
that. BUNDLE is a hand_landmarker.task.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SAMPLES = Path(__file__).parent.parent.parent / "samples"
STILLS = ("open_palm", "pointing_back", "thumb_up", "two_hands", "three_hands", "no_hands")
ROTATIONS = (90, 180, 270)  # degrees; of open_palm


def read(name: str) -> Any:
    """A sample, RGB."""
    with Image.open(SAMPLES / f"{name}.jpg") as picture:
        return np.asarray(picture.convert("RGB"))


def legacy_answers(mp: str, **switches: Any) -> dict[str, Any]:
    """By sample: of each hand its label, score, landmarks and world landmarks."""
    module = import_module(mp)
    answers = {}
    with module.solutions.hands.Hands(static_image_mode=True, **switches) as hands:
        for name in STILLS:
            found = hands.process(read(name))
            answers[name] = [
                {
                    "label": handedness.classification[0].label,
                    "index": handedness.classification[0].index,
                    "score": handedness.classification[0].score,
                    "landmarks": [[p.x, p.y, p.z] for p in landmarks.landmark],
                    "world": [[p.x, p.y, p.z] for p in world.landmark],
                }
                for landmarks, world, handedness in zip(
                    found.multi_hand_landmarks or (),
                    found.multi_hand_world_landmarks or (),
                    found.multi_handedness or (),
                    strict=True,
                )
            ]
    return answers


def tasks_answers(mp: str, bundle: str, **switches: Any) -> dict[str, Any]:
    """As `legacy_answers`, and of open_palm in all rotations."""
    module = import_module(mp)
    vision = module.tasks.vision
    options = vision.HandLandmarkerOptions(
        base_options=module.tasks.BaseOptions(model_asset_path=bundle), num_hands=2, **switches
    )
    pictures = {name: (read(name), 0) for name in STILLS}
    for degrees in ROTATIONS:
        # Turned the other way round, it is upright again when MediaPipe turns it.
        turned = np.ascontiguousarray(np.rot90(read("open_palm"), degrees // 90))
        pictures[f"open_palm turned {degrees}"] = (turned, degrees)
    answers = {}
    with vision.HandLandmarker.create_from_options(options) as landmarker:
        for name, (pixels, degrees) in pictures.items():
            found = landmarker.detect(
                module.Image(image_format=module.ImageFormat.SRGB, data=pixels),
                vision.ImageProcessingOptions(rotation_degrees=degrees),
            )
            answers[name] = [
                {
                    "label": handedness[0].category_name,
                    "index": handedness[0].index,
                    "score": handedness[0].score,
                    "landmarks": [[p.x, p.y, p.z] for p in landmarks],
                    "world": [[p.x, p.y, p.z] for p in world],
                }
                for landmarks, world, handedness in zip(
                    found.hand_landmarks, found.hand_world_landmarks, found.handedness, strict=True
                )
            ]
    return answers


def rounded(value: Any) -> Any:
    """Numbers with seven digits behind the point, more than float32 has."""
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [rounded(entry) for entry in value]
    return round(value, 7) if isinstance(value, float) else value


def main(file: str, bundle: str) -> None:
    """Record the answers of MediaPipe."""
    recorded = {"tasks": tasks_answers("mediapipe", bundle)}
    if hasattr(import_module("mediapipe"), "solutions"):
        recorded["legacy"] = legacy_answers("mediapipe")
    Path(file).write_text(json.dumps(rounded(recorded), separators=(",", ":")))


if __name__ == "__main__":
    main(*sys.argv[1:])
