"""A picture made by a formula, which `web/test/made_picture.ts` repeats, and crops of it."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knuckle.geometry.rois import letterbox_roi, scaled_roi
from knuckle.stages.warp import Border, crop
from knuckle.values import ImageArray, Roi

SIZE = (64, 48)
CROP_SIZE = 16


def made_picture(width: int, height: int) -> ImageArray:
    """Ramps in all directions, and squares with sharp edges; RGB."""
    y, x = np.mgrid[:height, :width]
    red, green = _ramp(3 * x + 5 * y), _ramp(7 * x - 4 * y + 100)
    blue = np.where((x // 8 + y // 8) % 2 == 0, _ramp(2 * x + 60), 255 - _ramp(9 * y))
    return np.ascontiguousarray(np.stack([red, green, blue], axis=-1).astype(np.uint8))


def _ramp(steps: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]]:
    """0 to 255 and back, again and again."""
    return np.abs((steps % 510) - 255)


CROPS = {
    "inside": Roi(0.5, 0.5, 0.3, 0.4, 0.0),
    "rotated": Roi(0.5, 0.5, 0.45, 0.6, 0.6),
    "over_the_left_edge": Roi(0.1, 0.5, 0.45, 0.6, 0.3),
    "over_the_right_edge": Roi(0.95, 0.4, 0.45, 0.6, -0.3),
    "over_the_top": Roi(0.4, 0.05, 0.45, 0.6, 2.0),
    "over_the_bottom": Roi(0.6, 1.0, 0.45, 0.6, -2.5),
    "over_a_corner": Roi(0.02, 0.03, 0.6, 0.8, 0.8),
    "outside": Roi(1.6, 1.7, 0.3, 0.4, 0.4),
    "tiny": Roi(0.513, 0.471, 0.015, 0.02, 1.0),
    "upside_down": Roi(0.5, 0.5, 0.6, 0.8, -np.pi),
    "around_the_picture": Roi(0.5, 0.5, 2.0, 8 / 3, 0.5),
    "letterbox": letterbox_roi(SIZE),
    "second_view": scaled_roi(letterbox_roi(SIZE), 2),
}


def crop_case(name: str, border: Border) -> dict[str, Any]:
    """A crop of the made picture: its RGB values, in base64."""
    pixels = crop(made_picture(*SIZE), CROPS[name], CROP_SIZE, border=border)
    return {
        "name": name,
        "roi": CROPS[name],
        "border": border,
        "rgb": base64.b64encode(pixels.tobytes()).decode(),
    }
