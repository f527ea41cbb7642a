"""Hands from the parts that MediaPipe's graphs give: landmarks, world landmarks, handedness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...geometry.rois import roi_from_landmarks
from ...io.schema import OF_HAND
from ...values import FloatArray, Hand, Handedness, Size
from .ends import Ends

_FIRST_OF_WORLD = "wrist_x_m"
_ANGLES = tuple(block.names[0] for block in OF_HAND if block.names[0].endswith("_abduction"))
# What no graph of MediaPipe gives for each hand.
_NEVER = ("track_id", "status", "age", "presence", "palm_score", "wrist_confidence")


def unknown_columns(ends: Ends) -> frozenset[str]:
    """The columns of the table that a graph does not know, by the first of each block."""
    if ends.hands is not None:
        return frozenset()
    missing = [*_NEVER]
    if ends.world is None:
        missing += [_FIRST_OF_WORLD, *_ANGLES]
    if ends.handedness is None:
        missing += ["handedness", "handedness_score"]
    return frozenset(missing)


def hands_of(
    landmarks: Any, world: Any, handedness: Any, *, size: Size, mirrored: bool
) -> list[Hand]:
    """The hands of one picture.

    landmarks, world: the packets' values: an array for each hand, or one array; None without hands.
    handedness: for each hand its answers, the best first; or the answers of one hand.
    size: (width, height) of the picture, pixels.
    mirrored: whether it is a mirror image, which MediaPipe takes for granted.

    What the graph does not know is 0 or empty in them; see `unknown_columns`.
    """
    points = _each(landmarks)
    worlds = _each(world)
    answers = _answers(handedness)
    hands = []
    for number, row in enumerate(points):
        array = np.asarray(row, np.float32)
        label, score = _label(answers[number] if number < len(answers) else (), mirrored)
        hands.append(
            Hand(
                landmarks=array,
                points=array[:, :2] * np.array(size, np.float32),
                world_landmarks=(
                    np.asarray(worlds[number], np.float32)
                    if number < len(worlds)
                    else np.zeros((len(array), 3), np.float32)
                ),
                handedness=label,
                handedness_score=score,
                presence=0.0,
                palm_score=None,
                palm_box=None,
                roi=roi_from_landmarks(array, size),
                image_size=size,
                confidence=np.zeros(len(array), np.float32),
                mirrored=mirrored,
            )
        )
    return hands


def _each(value: Any) -> Sequence[FloatArray]:
    if value is None:
        return ()
    return (value,) if isinstance(value, np.ndarray) else tuple(value)


def _answers(value: Any) -> Sequence[Any]:
    if not value:
        return ()
    return tuple(value) if isinstance(value[0], list | tuple) else (value,)


def _label(answers: Sequence[Any], mirrored: bool) -> tuple[Handedness, float]:
    """The person's own hand, and how sure that is.

    MediaPipe's label names the hand as if the picture were a mirror image.
    """
    if not answers:
        return "right", 0.0
    is_left = answers[0].label.lower() == "left" or (not answers[0].label and not answers[0].index)
    return "left" if is_left == mirrored else "right", answers[0].score
