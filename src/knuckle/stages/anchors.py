"""The anchors of the palm network: the places to which its outputs are relative."""

from __future__ import annotations

from functools import cache
from itertools import groupby

import numpy as np

from ..spec import PALM_ANCHORS_PER_CELL, PALM_STRIDES
from ..values import FloatArray


@cache
def anchor_centres(
    input_size: int,
    strides: tuple[int, ...] = PALM_STRIDES,
    per_cell: int = PALM_ANCHORS_PER_CELL,
) -> FloatArray:
    """The centres of all anchors, (n, 2), fractions of the input; every anchor has size 1.

    Layers of equal stride share their cells. The order is layer, row, column, anchor.
    Source: mediapipe/calculators/tflite/ssd_anchors_calculator.cc with fixed_anchor_size.
    """
    layers = []
    for stride, equal in groupby(strides):
        cells = -(-input_size // stride)
        axis = (np.arange(cells, dtype=np.float32) + np.float32(0.5)) / np.float32(cells)
        y, x = np.meshgrid(axis, axis, indexing="ij")
        centres = np.stack([x, y], axis=-1).reshape(-1, 2)
        layers.append(np.repeat(centres, per_cell * len(list(equal)), axis=0))
    anchors = np.concatenate(layers)
    anchors.flags.writeable = False
    return anchors
