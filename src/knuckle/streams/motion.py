"""Motion detection: whether something in the picture has changed."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, sin

import numpy as np
from numpy.typing import NDArray

from ..values import ImageArray, Roi

ROWS = 32  # pixels of a thumbnail's shorter side, about
MOST_CHANGE = 32  # of 255, in any channel: more than the noise of a camera or a codec
LEAST_CHANGE = 5  # of 255: the steps of 8 bits and of a codec
DARK = 0.4  # of the mean brightness: a hand in a dark picture changes less than in a bright one
NOISE = 3.0  # times the median change, which is noise wherever most of the picture stands still
LEAST_PIXELS = 4  # of the thumbnail; every hand that the palm network can see has as many


def thumbnail(image: ImageArray) -> ImageArray:
    """A small copy of a picture: every n-th pixel, without averaging."""
    step = max(min(image.shape[:2]) // ROWS, 1)
    return image[step // 2 :: step, step // 2 :: step].copy()


def has_changed(now: ImageArray, before: ImageArray, rois: Iterable[Roi]) -> bool:
    """Whether two thumbnails of a stream differ outside `rois`."""
    if now.shape != before.shape:
        return True
    difference = np.abs(now.astype(np.int16) - before).max(axis=2)
    change = difference > least_change(now, difference)
    height, width = change.shape
    for roi in rois:
        # The bounds of a rotated square. It is square in pixels, not in fractions of the picture.
        reach = (abs(cos(roi.rotation)) + abs(sin(roi.rotation))) / 2
        x0, x1 = ((roi.x + side * reach * roi.width) * width for side in (-1, 1))
        y0, y1 = ((roi.y + side * reach * roi.height) * height for side in (-1, 1))
        rows, columns = (slice(max(round(a), 0), max(round(b), 0)) for a, b in ((y0, y1), (x0, x1)))
        change[rows, columns] = False
    return bool(np.count_nonzero(change) >= LEAST_PIXELS)


def least_change(scene: ImageArray, difference: NDArray[np.int16]) -> float:
    """The change of a pixel that counts, of 255; less in a dark picture without noise.

    scene: a thumbnail. difference: of its pixels to another one, (height, width).
    """
    least = DARK * float(scene.mean())
    if least < MOST_CHANGE:
        least = max(least, NOISE * float(np.median(difference)), LEAST_CHANGE)
    return min(least, MOST_CHANGE)
