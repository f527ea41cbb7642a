"""Calculators from pictures to pictures and to the tensors that networks take.

Source: mediapipe/calculators/image/, mediapipe/calculators/tensor/image_to_tensor_calculator.cc,
mediapipe/calculators/tflite/tflite_converter_calculator.cc (behaviour)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...geometry.rois import WHOLE, padded_roi
from ...stages.warp import Border, crop_to
from ...values import ImageArray, Roi, Size, image_size
from ..calculator import Calculator, Context
from ..contracts import Contract, Port
from ..services import Exact
from ..types import BOOL, IMAGE, LETTERBOX, RECT, SIZE, TENSORS, Letterbox
from .demands import GPU_NOTE, demand

_TAGS = ("IMAGE", "IMAGE_CPU", "IMAGE_GPU")
_PICTURES = tuple(Port(tag, IMAGE, optional=True) for tag in _TAGS)
LARGEST = 8192  # pixels in a row or a column of what options ask for: 200 MB
_ORDERS = ("RGB", "RGBA", "BGR", "BGRA")  # of colours in a picture
_BORDERS: dict[int, Border] = {0: "replicate", 1: "zero", 2: "replicate"}  # by border_mode


class Cut(NamedTuple):
    """Where a picture tensor was cut out, so that it can be cut out again at another size."""

    picture: ImageArray
    roi: Roi
    border: Border
    is_exact: bool

    def at(self, size: Size) -> ImageArray:
        """The region at a size, (width, height) pixels."""
        return crop_to(self.picture, self.roi, size, border=self.border, exact=self.is_exact)


class PictureTensors(tuple[ImageArray, ...]):
    """One picture tensor, uint8 (1, height, width, 3), that knows where it was cut out."""

    cut: Cut


def _connected(context: Context, purpose: str = "a picture") -> str:
    """The tag at which the picture comes. Raises ValueError unless it is exactly one."""
    tags = [tag for tag in _TAGS if context.has(tag)]
    if len(tags) != 1:
        raise ValueError(f"{purpose} comes by one of IMAGE and IMAGE_GPU, not by {len(tags)}")
    if tags == ["IMAGE_GPU"]:
        context.tell_once(GPU_NOTE)
    return tags[0]


class ImagePropertiesCalculator(Calculator):
    """Tells the width and height of a picture."""

    contract = Contract(inputs=_PICTURES, outputs=(Port("SIZE", SIZE),))

    def open(self, context: Context) -> None:
        """Find the picture."""
        self._tag = _connected(context)

    def process(self, context: Context) -> None:
        """Measure a picture."""
        image = context.get(self._tag)
        if image is not None:
            context.emit("SIZE", image_size(image))


class ImageToTensorCalculator(Calculator):
    """Crops a picture, or the region NORM_RECT of it, to the size that a network takes.

    The tensor stays uint8, because the networks scale it themselves. LETTERBOX_PADDING says which
    part of it shows the region.
    """

    contract = Contract(
        inputs=(*_PICTURES, Port("NORM_RECT", RECT, optional=True)),
        outputs=(Port("TENSORS", TENSORS), Port("LETTERBOX_PADDING", LETTERBOX, optional=True)),
        options="mediapipe.ImageToTensorCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options. Raises ValueError for a tensor without pixels."""
        options = context.options
        self._tag = _connected(context)
        self._size = (options.output_tensor_width, options.output_tensor_height)
        if min(self._size) <= 0 or max(self._size) > LARGEST:
            raise ValueError(
                f"options output_tensor_width and output_tensor_height are {self._size[0]} and "
                f"{self._size[1]}: set both to pixels, such as 192, and {LARGEST} at most"
            )
        self._aspect = self._size[1] / self._size[0]
        self._is_padded: bool = options.keep_aspect_ratio
        self._has_region = context.has("NORM_RECT")
        self._border = _BORDERS[options.border_mode]
        self._is_exact = (context.service(Exact) or Exact(False)).is_exact

    def process(self, context: Context) -> None:
        """Crop a picture. Raises ValueError for a region without area."""
        image = context.get(self._tag)
        region = context.get("NORM_RECT") if self._has_region else WHOLE
        if image is None or region is None:
            return
        size = image_size(image)
        if region.width <= 0 or region.height <= 0 or 0 in size:
            if region.width == region.height == 0:
                return  # nobody is there, as upstream says it
            raise ValueError(
                f"cannot crop {region} of a picture of {size[0]}x{size[1]}: "
                "the region must be larger than 0"
            )
        shown = padded_roi(region, size, self._aspect) if self._is_padded else region
        cut = Cut(np.ascontiguousarray(image), shown, self._border, self._is_exact)
        tensors = PictureTensors((cut.at(self._size)[None],))
        tensors.cut = cut
        context.emit("TENSORS", tensors)
        context.emit("LETTERBOX_PADDING", Letterbox(shown, region))


class TfLiteConverterCalculator(Calculator):
    """Makes a tensor of a picture, which stays uint8: the networks scale it themselves."""

    contract = Contract(
        inputs=_PICTURES,
        outputs=(
            Port("TENSORS", TENSORS, optional=True),
            Port("TENSORS_GPU", TENSORS, optional=True),
        ),
        options="mediapipe.TfLiteConverterCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options."""
        demand(context.options, flip_vertically=False, row_major_matrix=False)
        self._tag = _connected(context)

    def process(self, context: Context) -> None:
        """Hand on a picture."""
        image = context.get(self._tag)
        if image is not None:
            for tag in ("TENSORS", "TENSORS_GPU"):
                context.emit(tag, (image[None],))


class ImageCroppingCalculator(Calculator):
    """Cuts a rotated region out of a picture, upright and at the picture's own scale."""

    contract = Contract(
        inputs=(*_PICTURES, Port("NORM_RECT", RECT, optional=True)),
        outputs=(Port("IMAGE", IMAGE, optional=True), Port("IMAGE_GPU", IMAGE, optional=True)),
        options="mediapipe.ImageCroppingCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options: the region, if it does not come by NORM_RECT."""
        options = context.options
        demand(options, output_max_width=0, output_max_height=0)
        self._tag = _connected(context)
        self._border = _BORDERS[options.border_mode]
        self._is_exact = (context.service(Exact) or Exact(False)).is_exact
        self._region = None
        if not context.has("NORM_RECT"):
            demand(options, width=0, height=0, cure="set norm_width and norm_height")
            self._region = Roi(
                options.norm_center_x,
                options.norm_center_y,
                options.norm_width,
                options.norm_height,
                options.rotation,
            )

    def process(self, context: Context) -> None:
        """Cut a region out."""
        image, region = context.get(self._tag), self._region or context.get("NORM_RECT")
        if image is None or region is None:
            return
        size = image_size(image)
        width, height = round(region.width * size[0]), round(region.height * size[1])
        if width <= 0 or height <= 0:
            return
        cut = Cut(np.ascontiguousarray(image), region, self._border, self._is_exact)
        pixels = cut.at((width, height))
        for tag in ("IMAGE", "IMAGE_GPU"):
            context.emit(tag, pixels)


class ImageTransformationCalculator(Calculator):
    """Rotates, scales and flips a picture.

    It is rotated first, counter-clockwise. LETTERBOX_PADDING tells what the scale mode FIT added.
    """

    contract = Contract(
        inputs=(
            *_PICTURES,
            Port("FLIP_HORIZONTALLY", BOOL, optional=True),
            Port("FLIP_VERTICALLY", BOOL, optional=True),
        ),
        outputs=(
            Port("IMAGE", IMAGE, optional=True),
            Port("IMAGE_GPU", IMAGE, optional=True),
            Port("LETTERBOX_PADDING", LETTERBOX, optional=True),
        ),
        side_inputs=(
            Port("FLIP_HORIZONTALLY", BOOL, optional=True),
            Port("FLIP_VERTICALLY", BOOL, optional=True),
        ),
        options="mediapipe.ImageTransformationCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options. Raises ValueError for a size that no picture has."""
        options = context.options
        self._tag = _connected(context)
        self._turns = (0, 0, 1, 2, 3)[options.rotation_mode]
        self._size = (options.output_width, options.output_height)
        if max(self._size) > LARGEST:
            raise ValueError(
                f"options output_width and output_height are {self._size[0]} and {self._size[1]}: "
                f"set both to pixels, {LARGEST} at most"
            )
        self._mode = ("STRETCH", "STRETCH", "FIT", "FILL_AND_CROP")[options.scale_mode]
        self._border: Border = "zero" if options.constant_padding else "replicate"
        self._flips = {}
        for tag, is_flipped in (
            ("FLIP_HORIZONTALLY", options.flip_horizontally),
            ("FLIP_VERTICALLY", options.flip_vertically),
        ):
            given = context.side(tag)
            self._flips[tag] = is_flipped if given is None else given

    def process(self, context: Context) -> None:
        """Transform a picture."""
        image = context.get(self._tag)
        if image is None:
            return
        image = np.rot90(image, self._turns)
        region = WHOLE
        if min(self._size) > 0:
            region = self._shown(image_size(image))
            image = _scaled(image, region, self._size, self._border)
        if self._is_flipped(context, "FLIP_HORIZONTALLY"):
            image = image[:, ::-1]
        if self._is_flipped(context, "FLIP_VERTICALLY"):
            image = image[::-1]
        pixels = np.ascontiguousarray(image)
        for tag in ("IMAGE", "IMAGE_GPU"):
            context.emit(tag, pixels)
        context.emit("LETTERBOX_PADDING", Letterbox(region, WHOLE))

    def _is_flipped(self, context: Context, tag: str) -> bool:
        told = context.get(tag)
        return bool(self._flips[tag] if told is None else told)

    def _shown(self, size: Size) -> Roi:
        """What the result shows of a picture of a size."""
        aspect = self._size[1] / self._size[0]
        if self._mode == "STRETCH":
            return WHOLE
        padded = padded_roi(WHOLE, size, aspect)
        if self._mode == "FIT":
            return padded
        larger = max(padded.width, padded.height)
        return padded._replace(width=padded.width / larger, height=padded.height / larger)


def _scaled(image: ImageArray, region: Roi, size: Size, border: Border) -> ImageArray:
    """A region of a picture at a size; the middles of pixels are mapped to each other."""
    width, height = image_size(image)
    moved = region._replace(
        x=region.x + (region.width / size[0] - 1 / width) / 2,
        y=region.y + (region.height / size[1] - 1 / height) / 2,
    )
    return crop_to(np.ascontiguousarray(image), moved, size, border=border)


class ToImageCalculator(Calculator):
    """Makes one type of picture of several; all are the same here."""

    contract = Contract(inputs=_PICTURES, outputs=(Port("IMAGE", IMAGE),))

    def open(self, context: Context) -> None:
        """Find the picture."""
        self._tag = _connected(context)

    def process(self, context: Context) -> None:
        """Hand on a picture."""
        image = context.get(self._tag)
        if image is not None:
            context.emit("IMAGE", image)


class FromImageCalculator(Calculator):
    """Makes a picture for the processor or the GPU; both are the same here."""

    contract = Contract(
        inputs=(Port("IMAGE", IMAGE),),
        outputs=(
            Port("IMAGE_CPU", IMAGE, optional=True),
            Port("IMAGE_GPU", IMAGE, optional=True),
            Port("SOURCE_ON_GPU", BOOL, optional=True),
        ),
    )

    def process(self, context: Context) -> None:
        """Hand on a picture."""
        image = context.get("IMAGE")
        if image is not None:
            context.emit("IMAGE_CPU", image)
            context.emit("IMAGE_GPU", image)
            context.emit("SOURCE_ON_GPU", False)


class CopyImageCalculator(Calculator):
    """Copies pictures between processor and GPU, which are the same here."""

    contract = Contract(inputs=(Port("", IMAGE),), outputs=(Port("", IMAGE),))

    def process(self, context: Context) -> None:
        """Hand on a picture."""
        image = context.get()
        if image is not None:
            context.emit("", image)


class ColorConvertCalculator(Calculator):
    """Hands a picture on: whatever order of colours the graph asks for, all are RGB here."""

    contract = Contract(
        inputs=tuple(Port(f"{order}_IN", IMAGE, optional=True) for order in _ORDERS),
        outputs=tuple(Port(f"{order}_OUT", IMAGE, optional=True) for order in _ORDERS),
    )

    def process(self, context: Context) -> None:
        """Hand on a picture."""
        for order in _ORDERS:
            image = context.get(f"{order}_IN")
            if image is not None:
                for other in _ORDERS:
                    context.emit(f"{other}_OUT", image)
