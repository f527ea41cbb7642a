"""Several small views in one input of the palm network, side by side.

A view of one place needs few pixels: a palm that is 16 pixels wide is wide enough. Four such views
fill one input, and the network reads all four in the time of one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..values import Detections, ImageArray, Roi
from .nms import weighted_nms
from .palm_stage import PalmStage
from .palms import decode_palms, image_from_letterbox
from .warp import crop


def palms_in_mosaic(
    stage: PalmStage, image: ImageArray, views: Sequence[Roi], side: int, *, mirrored: bool = False
) -> list[Detections]:
    """The palms in each view, strongest first, normalised image frame.

    A palm belongs to the view in which its box has its centre.
    views: parts of the image, square in pixels; outside the image the network sees its edge pixels.
    side: the views in a row of a mosaic, and the rows; 1 shows each view alone.
    mirrored: show the network the mirror image of each view.
    """
    pixels = stage.network.spec.input_size
    cells = [
        crop(image, view, pixels // side, border="replicate", exact=stage.exact) for view in views
    ]
    if mirrored:
        cells = [cell[:, ::-1] for cell in cells]
    outputs = stage.network(np.stack(_mosaics(cells, side, pixels)))
    count = side * side
    found: list[Detections] = []
    for i, (boxes, scores) in enumerate(zip(outputs["boxes"], outputs["scores"], strict=True)):
        palms = weighted_nms(decode_palms(boxes, scores, pixels, stage.min_score))
        for cell, view in enumerate(views[i * count : (i + 1) * count]):
            inside = _in_cell(palms, cell, side)
            found.append(image_from_letterbox(_flipped(inside) if mirrored else inside, view))
    return found


def _mosaics(cells: Sequence[ImageArray], side: int, pixels: int) -> list[ImageArray]:
    """Pictures with `side` x `side` cells each, row by row; the last one may have black cells."""
    mosaics, cell, count = [], pixels // side, side * side
    for start in range(0, len(cells), count):
        mosaic = np.zeros((pixels, pixels, 3), np.uint8)
        for i, picture in enumerate(cells[start : start + count]):
            row, column = divmod(i, side)
            mosaic[row * cell : (row + 1) * cell, column * cell : (column + 1) * cell] = picture
        mosaics.append(mosaic)
    return mosaics


def _in_cell(palms: Detections, cell: int, side: int) -> Detections:
    """The palms with their centre in a cell, as fractions of the cell."""
    row, column = divmod(cell, side)
    corner = np.array([column, row], np.float32)
    boxes = palms.boxes.reshape(-1, 2, 2) * np.float32(side) - corner
    keypoints = palms.keypoints * np.float32(side) - corner
    centres = boxes.mean(axis=1)
    inside = np.all((centres >= 0) & (centres < 1), axis=1)
    return Detections(boxes[inside].reshape(-1, 4), keypoints[inside], palms.scores[inside])


def _flipped(palms: Detections) -> Detections:
    """The palms of a mirror image, mirrored back."""
    boxes = palms.boxes[:, [2, 1, 0, 3]]
    boxes[:, [0, 2]] = 1 - boxes[:, [0, 2]]
    keypoints = palms.keypoints.copy()
    keypoints[..., 0] = 1 - keypoints[..., 0]
    return Detections(boxes, keypoints, palms.scores)
