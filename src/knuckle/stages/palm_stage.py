"""The first stage: pictures, and the parts of them to search -> palms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..networks.engine import Engine
from ..spec import MIN_PALM_SCORE
from ..values import Detections, ImageArray, Roi
from .nms import weighted_nms
from .palms import decode_palms, image_from_letterbox
from .warp import crop


@dataclass(frozen=True, slots=True)
class PalmStage:
    """A palm network with its options."""

    network: Engine
    min_score: float = MIN_PALM_SCORE  # 0 to 1: drop palms with a lower score
    exact: bool = False  # reproduce MediaPipe's warp bit for bit

    def __call__(self, images: Sequence[ImageArray], views: Sequence[Roi]) -> list[Detections]:
        """The palms in each view, strongest first, normalised image frame; one batch for all views.

        views: the part of each image that the network sees, square in pixels; outside the image it
            sees black.
        """
        size = self.network.spec.input_size
        pixels = [
            crop(image, view, size, border="zero", exact=self.exact)
            for image, view in zip(images, views, strict=True)
        ]
        outputs = self.network(np.stack(pixels))
        return [
            image_from_letterbox(
                weighted_nms(decode_palms(boxes, scores, size, self.min_score)), view
            )
            for boxes, scores, view in zip(outputs["boxes"], outputs["scores"], views, strict=True)
        ]
