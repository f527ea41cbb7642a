"""The worst cases as small pictures, with ground truth and prediction drawn into them."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw

from ...errors import SourceError
from ...io.pictures import read_picture
from ...spec import CONNECTIONS
from ..results import Case
from ..values import Array
from .plots import COLOURS

# The colours differ in lightness as well as in hue, so colour-blind people can tell them apart.
# The ground truth is thin and on top, so both are visible where they coincide.
TRUTH = "#ffe14d"
PREDICTION = COLOURS[0]
TRUTH_WIDTH = 1.5  # pixels
PREDICTION_WIDTH = 3.5
SIDE = 320  # pixels of the longer side
FINER = 2  # the drawing is this many times larger and scaled down, which smooths the lines
MARGIN = 0.25  # on every side, as a share of the hands' box
LEAST = 60.0  # pixels of the picture to show, at least
QUALITY = 82

LINES = [pair for group in CONNECTIONS.values() for pair in group]


def case_picture(case: Case) -> str | None:
    """The part of the picture with hands, with ground truth and first prediction; a JPEG data URI.

    None when the picture cannot be read any more.
    """
    try:
        image = Image.fromarray(read_picture(case.picture.path))
    except SourceError:
        return None
    truth = [h.points for h in case.picture.hands if h.points is not None]
    boxes = [np.array(h.box).reshape(2, 2) for h in case.picture.hands if h.points is None]
    predictions = [prediction.points for prediction in case.predictions[0]]
    low, high = _part([*truth, *boxes, *predictions], image.size)
    scale = FINER * SIDE / float(max(high - low))
    width, height = (max(FINER, round(float(side) * scale)) for side in high - low)
    picture = image.crop((*low.astype(int), *high.astype(int))).resize((width, height))
    draw = ImageDraw.Draw(picture)
    for box in boxes:
        corners = (box - low.astype(int)) * scale
        draw.rectangle(
            [tuple(corner) for corner in corners], outline=TRUTH, width=round(TRUTH_WIDTH * FINER)
        )
    for points in predictions:
        _skeleton(draw, (points - low.astype(int)) * scale, PREDICTION, PREDICTION_WIDTH)
    for points in truth:
        _skeleton(draw, (points - low.astype(int)) * scale, TRUTH, TRUTH_WIDTH)
    return _data_uri(picture.resize((width // FINER, height // FINER), Image.Resampling.BOX))


def _part(groups: Iterable[Array], size: tuple[int, int]) -> tuple[Array, Array]:
    """The corners of the part to show: the hands with a margin, or everything without hands."""
    whole = np.zeros(2), np.array(size, np.float64)
    points = np.concatenate([np.zeros((0, 2)), *groups])
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return whole
    low, high = points.min(axis=0), points.max(axis=0)
    half = np.maximum((high - low) * (0.5 + MARGIN), LEAST / 2)
    middle = (low + high) / 2
    low, high = np.maximum(middle - half, 0), np.minimum(middle + half, size)
    # If all hands are outside the picture, show all of it.
    return (np.floor(low), np.ceil(high)) if (high - low >= 2).all() else whole


def _skeleton(draw: ImageDraw.ImageDraw, points: Array, colour: str, width: float) -> None:
    """Draw a hand.

    points: (21, 2), pixels of `draw`. width: pixels of the picture as shown.
    """
    known = np.asarray(np.isfinite(points).all(axis=1))
    for start, end in LINES:
        if known[start] and known[end]:
            draw.line(
                [tuple(points[start]), tuple(points[end])], fill=colour, width=round(width * FINER)
            )
    radius = 0.8 * width * FINER
    for x, y in points[known]:
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=colour)


def _data_uri(picture: Image.Image) -> str:
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(content.getvalue()).decode()
