"""Batches for networks that take one picture at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..values import FloatArray, ImageArray
from .models import ModelSpec

Run = Callable[[ImageArray], Sequence[FloatArray]]  # (1, side, side, 3) -> outputs in their order


def run_one_by_one(spec: ModelSpec, images: ImageArray, run: Run) -> dict[str, FloatArray]:
    """Outputs by name for images (batch, side, side, 3), which run one by one.

    Upstream's palm network gives wrong boxes when it is resized to a batch.
    """
    columns = zip(*(run(image[None]) for image in images), strict=True)
    return {
        tensor.name: np.concatenate(column)
        for tensor, column in zip(spec.outputs, columns, strict=True)
    }
