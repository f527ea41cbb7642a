"""Calculators on pictures, up to the tensor for a network."""

from __future__ import annotations

import numpy as np
import pytest

from knuckle.errors import GraphError
from knuckle.graph.types import Letterbox
from knuckle.values import ImageArray, Roi

from .hand_pipeline import node
from .one_packet import one


def gradient(width: int, height: int) -> ImageArray:
    """A picture whose red grows to the right by 4 and whose green grows downwards by 4."""
    image = np.full((height, width, 3), 100, np.uint8)
    image[:, :, 0] = 4 * np.arange(width)
    image[:, :, 1] = 4 * np.arange(height)[:, None]
    return image


# What mediapipe 0.10.21 has in the four corners of a picture of 64x48, red and green.
CORNERS = {
    "": [(0, 0), (252, 0), (0, 188), (252, 188)],
    "flip_vertically: true": [(0, 188), (252, 188), (0, 0), (252, 0)],
    "flip_horizontally: true": [(252, 0), (0, 0), (252, 188), (0, 188)],
    "rotation_mode: ROTATION_90": [(252, 0), (252, 188), (0, 0), (0, 188)],
    "rotation_mode: ROTATION_270": [(0, 188), (0, 0), (252, 188), (252, 0)],
    "rotation_mode: ROTATION_90 flip_horizontally: true": [(252, 188), (252, 0), (0, 188), (0, 0)],
    "output_width: 32 output_height: 24": [(2, 2), (250, 2), (2, 186), (250, 186)],
}


@pytest.mark.parametrize("options", CORNERS)
def test_pictures_are_rotated_scaled_and_flipped(options: str) -> None:
    """The corners are where MediaPipe has them."""
    text = node("ImageTransformationCalculator", "IMAGE:i", "IMAGE:o", options)
    image = one(text, {"i": gradient(64, 48)}, "o")

    assert CORNERS[options] == [tuple(image[y, x, :2]) for y in (0, -1) for x in (0, -1)]


def test_a_picture_that_is_fitted_tells_its_padding() -> None:
    """An eighth above and below, as MediaPipe says it."""
    options = "output_width: 32 output_height: 32 scale_mode: FIT"
    outputs = "IMAGE:o LETTERBOX_PADDING:p"
    text = node("ImageTransformationCalculator", "IMAGE:i", outputs, options)
    letterbox = one(text, {"i": gradient(64, 48)}, "p")

    assert pytest.approx((0, 0.125, 0, 0.125)) == letterbox.padding
    image = one(text, {"i": gradient(64, 48)}, "o")
    assert [0, 0, 0] == image[3, 16].tolist()
    assert 100 == image[4, 16, 2]


def test_a_filled_picture_shows_the_middle() -> None:
    """FILL_AND_CROP leaves nothing black, and cuts the longer side."""
    options = "output_width: 24 output_height: 24 scale_mode: FILL_AND_CROP"
    image = one(
        node("ImageTransformationCalculator", "IMAGE:i", "IMAGE:o", options),
        {"i": gradient(64, 48)},
        "o",
    )

    assert (24, 24, 3) == image.shape
    assert pytest.approx([34, 218], abs=1) == image[12, [0, -1], 0].tolist()


def test_a_region_is_cut_out_at_the_scale_of_the_picture() -> None:
    """Half of the picture is a picture of half the size."""
    values = {"i": gradient(64, 48), "r": Roi(0.25, 0.5, 0.5, 1.0, 0.0)}
    text = node("ImageCroppingCalculator", "IMAGE:i NORM_RECT:r", "IMAGE:o", "")
    image = one(text, values, "o")

    assert (48, 32, 3) == image.shape
    assert np.array_equal(gradient(64, 48)[:, :32], image)


def test_a_tensor_knows_what_it_shows(two_hands: ImageArray) -> None:
    """The region and the square around it, and the picture for another size."""
    region = Roi(0.5, 0.5, 0.4, 0.1, 0.3)
    text = node(
        "ImageToTensorCalculator",
        "IMAGE:i NORM_RECT:r",
        "TENSORS:t LETTERBOX_PADDING:p",
        "output_tensor_width: 64 output_tensor_height: 64 keep_aspect_ratio: true",
    )
    letterbox = one(text, {"i": two_hands, "r": region}, "p")
    tensors = one(text, {"i": two_hands, "r": region}, "t")

    assert isinstance(letterbox, Letterbox)
    assert region == letterbox.within
    assert letterbox.roi == tensors.cut.roi
    assert (1, 64, 64, 3) == tensors[0].shape
    assert np.array_equal(tensors[0][0], tensors.cut.at((64, 64)))


@pytest.mark.parametrize("region", [Roi(0.5, 0.5, 0, 0.1, 0), Roi(0.5, 0.5, 0.1, -0.1, 0)])
def test_a_region_without_area_is_refused(region: Roi, two_hands: ImageArray) -> None:
    """As in MediaPipe; the message names it."""
    options = "output_tensor_width: 64 output_tensor_height: 64"
    text = node("ImageToTensorCalculator", "IMAGE:i NORM_RECT:r", "TENSORS:t", options)

    with pytest.raises(GraphError, match="the region must be larger than 0"):
        one(text, {"i": two_hands, "r": region}, "t")


def test_a_region_of_nobody_is_left_out(two_hands: ImageArray) -> None:
    """Both sides are 0 where no detection was."""
    options = "output_tensor_width: 64 output_tensor_height: 64"
    text = node("ImageToTensorCalculator", "IMAGE:i NORM_RECT:r", "TENSORS:t", options)

    assert one(text, {"i": two_hands, "r": Roi(0, 0, 0, 0, 0)}, "t") is None


@pytest.mark.parametrize("tag", ["IMAGE", "IMAGE_CPU", "IMAGE_GPU"])
def test_a_picture_comes_by_any_of_its_tags(tag: str) -> None:
    """Those for GPUs run on the same code."""
    text = node("ImagePropertiesCalculator", f"{tag}:i", "SIZE:s")

    assert (64, 48) == one(text, {"i": gradient(64, 48)}, "s")


def test_a_picture_comes_by_one_tag_only() -> None:
    """Two would be one too many."""
    text = node("ImagePropertiesCalculator", "IMAGE:i IMAGE_GPU:i", "SIZE:s")

    with pytest.raises(GraphError, match="a picture comes by one of IMAGE and IMAGE_GPU, not by 2"):
        one(text, {"i": gradient(64, 48)}, "s")


PASSES = [
    node("ToImageCalculator", "IMAGE_CPU:i", "IMAGE:o"),
    node("FromImageCalculator", "IMAGE:i", "IMAGE_CPU:o"),
    node("TfLiteConverterCalculator", "IMAGE:i", "TENSORS:o", "zero_center: true"),
    node("ImageFrameToGpuBufferCalculator", "i", "o"),
    node("ColorConvertCalculator", "RGBA_IN:i", "RGB_OUT:o"),
]


@pytest.mark.parametrize("text", PASSES)
def test_conversions_change_nothing(text: str) -> None:
    """There is one kind of picture only, RGB in the processor's memory."""
    image = gradient(8, 8)
    found = one(text, {"i": image}, "o")

    assert np.array_equal(image, found[0][0] if isinstance(found, tuple) else found)


@pytest.mark.parametrize(
    ("calculator", "output", "options"),
    [
        (
            "ImageToTensorCalculator",
            "TENSORS:o",
            "output_tensor_width: 100000000 output_tensor_height: 192",
        ),
        ("ImageTransformationCalculator", "IMAGE:o", "output_width: 9 output_height: 100000000"),
    ],
)
def test_a_size_beyond_the_memory_is_refused(
    calculator: str, output: str, options: str, two_hands: ImageArray
) -> None:
    """Before anything fails in native code."""
    with pytest.raises(GraphError, match=f"node {calculator}: options .* 8192 at most"):
        one(node(calculator, "IMAGE:i", output, options), {"i": two_hands}, "o")


def test_a_tensor_needs_a_size(two_hands: ImageArray) -> None:
    """Without it the message says which options to set."""
    text = node("ImageToTensorCalculator", "IMAGE:i", "TENSORS:o", "keep_aspect_ratio: true")

    with pytest.raises(GraphError, match="output_tensor_height are 0 and 0: set both to pixels"):
        one(text, {"i": two_hands}, "o")
