"""The second stage: pictures, and the places where their hands may be -> landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import radians

import numpy as np

from ..networks.engine import Engine
from ..values import ImageArray, Roi
from .augmentation import Move, Readings, mirrored, moved_crop, readings_from_outputs
from .warp import crop

ONCE = (Move(),)

# The moves of test-time augmentation. Decision 12 compares them with fewer and with other moves.
AUGMENTED = (
    Move(),
    Move(mirrored=True),
    Move(rotation=radians(12)),
    Move(mirrored=True, rotation=radians(-12)),
)


@dataclass(frozen=True, slots=True)
class LandmarkStage:
    """A landmark network with its options."""

    network: Engine
    exact: bool = False  # reproduce MediaPipe's warp bit for bit
    moves: tuple[Move, ...] = ONCE  # each hand is read once for each move

    def __call__(self, images: Sequence[ImageArray], rois: Sequence[Roi]) -> list[Readings]:
        """What the network reads in each ROI, one reading per move; all crops form one batch.

        rois: the place in each image where a hand may be.
        """
        size, count = self.network.spec.input_size, len(self.moves)
        pixels, crops = [], []
        for image, roi in zip(images, rois, strict=True):
            for move in self.moves:
                moved = moved_crop(roi, move)
                shown = crop(image, moved.roi, size, border="replicate", exact=self.exact)
                pixels.append(mirrored(shown) if moved.mirrored else shown)
                crops.append(moved)
        batch = np.stack(pixels) if len(pixels) > 1 else pixels[0][None]
        readings = readings_from_outputs(self.network(batch), crops, size)
        return [readings.part(i * count, (i + 1) * count) for i in range(len(rois))]

    def augmented(self) -> LandmarkStage:
        """The same stage with test-time augmentation: it reads each hand several times."""
        return replace(self, moves=AUGMENTED)
