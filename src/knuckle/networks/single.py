"""Networks whose files are for one picture, given a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..values import FloatArray, ImageArray
from .models import ModelSpec

Run = Callable[[ImageArray], Sequence[FloatArray]]  # (1, side, side, 3) -> outputs in their order


def run_one_by_one(spec: ModelSpec, images: ImageArray, run: Run) -> dict[str, FloatArray]:
    """Outputs by name for images (batch, side, side, 3), each picture by itself.

    Resized to a batch, upstream's palm network gives wrong boxes.
    """
    columns = zip(*(run(image[None]) for image in images), strict=True)
    return {
        tensor.name: np.concatenate(column)
        for tensor, column in zip(spec.outputs, columns, strict=True)
    }
