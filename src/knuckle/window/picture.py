"""A tracked frame -> the picture of it, for the screen or for a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..render.draw import draw
from ..render.palms import draw_palms
from ..values import Box, Detections, Hand, ImageArray, Roi, Size, image_size
from .finder import Answer
from .state import Look

Scale = Callable[[ImageArray, Size], ImageArray]  # a picture in another size


def annotated(image: ImageArray, answer: Answer, look: Look) -> ImageArray:
    """What was found in a picture, drawn onto a copy of it."""
    if answer.palms is not None:
        return draw_palms(image, answer.palms)
    return draw(
        image,
        answer.hands,
        style=look.style,
        confidence=look.confidence,
        palm_box=look.boxes,
        roi=look.boxes,
    )


def on_screen(
    image: ImageArray, answer: Answer, look: Look, size: Size, scale: Scale
) -> ImageArray:
    """The same in another size, so that lines and text are sharp there, and mirrored if asked."""
    if look.is_mirrored:
        image, answer = np.ascontiguousarray(image[:, ::-1]), mirrored(answer)
    if size != image_size(image):
        image = scale(image, size)
    hands = tuple(scaled(hand, size) for hand in answer.hands)
    return annotated(image, replace(answer, hands=hands), look)


def scaled(hand: Hand, size: Size) -> Hand:
    """A hand in its picture's copy of another size."""
    x, y = size[0] / hand.image_size[0], size[1] / hand.image_size[1]
    box = hand.palm_box
    return replace(
        hand,
        points=hand.points_in(size),
        palm_box=box and Box(box.x0 * x, box.y0 * y, box.x1 * x, box.y1 * y),
        image_size=size,
    )


def mirrored(answer: Answer) -> Answer:
    """What was found, in the mirror image of its picture."""
    palms = answer.palms
    return Answer(
        tuple(map(_mirrored_hand, answer.hands)), None if palms is None else _mirrored_palms(palms)
    )


def _mirrored_hand(hand: Hand) -> Hand:
    """The same hand in the mirror image; only what is drawn is mirrored."""
    width, box, roi = hand.image_size[0], hand.palm_box, hand.roi
    flip, shift = np.array([-1, 1, 1], np.float32), np.array([1, 0, 0], np.float32)
    landmarks = hand.landmarks * flip + shift
    return replace(
        hand,
        landmarks=landmarks,
        points=landmarks[:, :2] * np.array(hand.image_size, np.float32),
        palm_box=box and Box(width - box.x1, box.y0, width - box.x0, box.y1),
        roi=Roi(1 - roi.x, roi.y, roi.width, roi.height, -roi.rotation),
        mirrored=not hand.mirrored,
    )


def _mirrored_palms(palms: Detections) -> Detections:
    boxes = palms.boxes.copy()
    boxes[:, [0, 2]] = 1 - palms.boxes[:, [2, 0]]
    keypoints = palms.keypoints.copy()
    keypoints[..., 0] = 1 - palms.keypoints[..., 0]
    return Detections(boxes, keypoints, palms.scores)
