"""The calculator that draws: annotations and a picture become a picture.

Source: mediapipe/calculators/util/annotation_overlay_calculator.cc (behaviour)
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...render.annotations import Annotation
from ...render.overlay import overlay
from ...values import ImageArray
from ..calculator import Calculator, Context
from ..contracts import Contract, Port
from ..types import IMAGE, RENDER_DATA, RENDER_DATA_VECTOR
from .demands import GPU_NOTE

# The ports of pictures. Those of frames are the names until early 2020.
_INPUTS = ("IMAGE", "IMAGE_GPU", "INPUT_FRAME", "INPUT_FRAME_GPU")
_OUTPUTS = ("IMAGE", "IMAGE_GPU", "OUTPUT_FRAME", "OUTPUT_FRAME_GPU")


class AnnotationOverlayCalculator(Calculator):
    """Draws annotations on a copy of the picture, or on an empty canvas if it gets no pictures.

    First come those of the inputs without a tag, then those of VECTOR, each in their order.
    """

    contract = Contract(
        inputs=(
            *(Port(tag, IMAGE, optional=True) for tag in _INPUTS),
            Port("", RENDER_DATA, optional=True, repeated=True),
            Port("VECTOR", RENDER_DATA_VECTOR, optional=True, repeated=True),
        ),
        outputs=tuple(Port(tag, IMAGE, optional=True) for tag in _OUTPUTS),
        options="mediapipe.AnnotationOverlayCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options. Raises ValueError for two inputs of pictures."""
        tags = [tag for tag in _INPUTS if context.has(tag)]
        if len(tags) > 1:
            raise ValueError(
                f"an overlay takes pictures from one input, not from {' and '.join(tags)}"
            )
        self._tag = tags[0] if tags else ""
        options, colour = context.options, context.options.canvas_color
        size = options.canvas_height_px, options.canvas_width_px
        self._canvas = np.full((*size, 3), (colour.r, colour.g, colour.b), np.uint8)
        # On a graphics card the picture lies upside down while it is drawn, and so do its letters.
        is_gpu = self._tag.endswith("_GPU")
        if is_gpu:
            context.tell_once(GPU_NOTE)
        self._is_flipped = options.flip_text_vertically and not is_gpu

    def process(self, context: Context) -> None:
        """Draw what came for one picture; without a picture there is nothing."""
        image: ImageArray | None = context.get(self._tag) if self._tag else self._canvas
        if image is None:
            return
        drawn = image.copy()
        overlay(drawn, self._annotations(context), is_text_flipped=self._is_flipped)
        for tag in _OUTPUTS:
            context.emit(tag, drawn)

    @staticmethod
    def _annotations(context: Context) -> Iterator[Annotation]:
        for data in context.all():
            yield from () if data is None else data.annotations
        for vector in context.all("VECTOR"):
            for data in vector or ():
                yield from data.annotations
