"""Palms -> a picture to look at: what the palm detector alone knows."""

from __future__ import annotations

from math import sqrt

import numpy as np

from ..checks import checked_image
from ..values import Detections, ImageArray, Picture, image_size
from . import style as look
from .raster import Coat, Point, Stroke, disc, paint, polygon


def draw_palms(image: Picture, palms: Detections) -> ImageArray:
    """Draw the box of each palm and its seven keypoints on a copy of a picture.

    image: RGB uint8 (height, width, 3).
    palms: the palms that were found in it.
    """
    canvas = np.array(checked_image(image))
    width, height = image_size(canvas)
    line = max(look.LINE_PER_PICTURE * sqrt(width * height), look.MIN_LINE)
    size = np.array([width, height], np.float32)
    strokes: list[Stroke] = []
    for box, keypoints in zip(palms.boxes, palms.keypoints, strict=True):
        x0, y0, x1, y1 = (box.reshape(2, 2) * size).ravel().tolist()
        corners = [Point(x0, y0), Point(x1, y0), Point(x1, y1), Point(x0, y1)]
        rim = Coat(line * (0.5 + look.RIM), look.NIGHT, look.RIM_OPACITY)
        strokes += polygon(corners, rim, Coat(line / 2, look.PALM_BOX_COLOUR))
        strokes += [
            disc(
                Point(x, y),
                Coat((look.DOT_RADIUS + look.RING) * line, look.NIGHT, look.RIM_OPACITY),
                Coat(look.DOT_RADIUS * line, look.WHITE),
            )
            for x, y in (keypoints * size).tolist()
        ]
    if strokes:
        paint(canvas, strokes)
    return canvas
