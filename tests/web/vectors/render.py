"""Drawing: the strokes of hands, and where their labels lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np

from knuckle.render import draw as drawing
from knuckle.render.raster import Coat, Stroke, text_stencil
from knuckle.values import Box, Hand, Roi

from ...made_hands import SIZE, hand
from . import hand_of

CASES: tuple[dict[str, Any], ...] = (
    {},
    {"style": "depth", "confidence": True, "score": True},
    {"palm_box": True, "roi": True, "handedness": False},
    {"handedness": False, "score": True, "style": "depth"},
)


def vectors() -> dict[str, Any]:
    """One value per file."""
    hands = _hands()
    return {
        "hands": [*map(hand_of, hands)],
        "drawings": [{"options": case, **_drawn(hands, case)} for case in CASES],
    }


def _hands() -> list[Hand]:
    """Three hands that differ in all that a drawing shows; one is partly outside the picture."""
    generator = np.random.default_rng(3)
    found = []
    for i, (x, y) in enumerate([(150, 300), (260, 330), (630, 470)]):
        shape = hand(x, y, "left" if i == 1 else "right")
        depths = np.cumsum(generator.normal(0, 0.02, 21)).astype(np.float32)
        found.append(
            replace(
                shape,
                landmarks=np.column_stack([shape.landmarks[:, :2], depths]),
                confidence=generator.uniform(0, 1, 21).astype(np.float32),
                presence=(0.5, 0.876, 1.0)[i],
                track_id=(None, 2, 13)[i],
                palm_box=Box(x - 50.0, y - 70.0, x + 30.0, y + 10.0) if i else None,
                roi=Roi(x / SIZE[0], y / SIZE[1], 0.25, 0.25 * SIZE[0] / SIZE[1], 0.4 * i),
            )
        )
    return found


def _drawn(hands: Sequence[Hand], options: dict[str, Any]) -> dict[str, Any]:
    """What the public `draw` paints and stamps."""
    strokes: list[Stroke] = []
    image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    measured: dict[str, dict[str, int]] = {}

    def measure(text: str, size: int) -> Any:
        stencil = text_stencil(text, size)
        measured[text] = {"fontSize": size, "width": stencil.shape[1], "height": stencil.shape[0]}
        return stencil

    with (
        patch.object(drawing, "paint", lambda _, painted: strokes.extend(painted)),
        patch.object(drawing, "text_stencil", measure),
    ):
        drawing.draw(image, hands, **options)
    first = len(strokes) - len(measured)  # the plates of the labels come last
    return {
        "texts": [{"text": text, **size} for text, size in measured.items()],
        "strokes": [*map(_stroke, strokes[:first])],
        "plates": [*map(_stroke, strokes[first:])],
    }


def _stroke(stroke: Stroke) -> list[Any]:
    return [*stroke.start, *stroke.end, [_coat(coat) for coat in stroke.coats]]


def _coat(coat: Coat) -> list[Any]:
    end = None if coat.end_colour is None else list(coat.end_colour)
    return [coat.radius, list(coat.colour), coat.opacity, end]
