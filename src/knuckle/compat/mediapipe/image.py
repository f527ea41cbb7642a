"""`mp.Image` and `mp.ImageFrame`: pixels with their format."""

from __future__ import annotations

from enum import IntEnum
from os import PathLike, fspath
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageOps, UnidentifiedImageError

from knuckle.values import ImageArray

from .errors import AssetMissing, AssetUnusable, FlatImage, NoArray, Unusable


class ImageFormat(IntEnum):
    """The format of pixels.

    Source: mediapipe/framework/formats/image_format.proto
    """

    UNKNOWN = 0
    SRGB = 1
    SRGBA = 2
    GRAY8 = 3
    GRAY16 = 4
    SRGB48 = 7
    SRGBA64 = 8
    VEC32F1 = 9
    SBGRA = 11
    VEC32F2 = 12
    VEC32F4 = 13


class _Layout(NamedTuple):
    channels: int
    dtype: type[np.generic]


_LAYOUTS = {
    ImageFormat.SRGB: _Layout(3, np.uint8),
    ImageFormat.SRGBA: _Layout(4, np.uint8),
    ImageFormat.GRAY8: _Layout(1, np.uint8),
    ImageFormat.GRAY16: _Layout(1, np.uint16),
    ImageFormat.SRGB48: _Layout(3, np.uint16),
    ImageFormat.SRGBA64: _Layout(4, np.uint16),
    ImageFormat.VEC32F1: _Layout(1, np.float32),
    ImageFormat.SBGRA: _Layout(4, np.uint8),
    ImageFormat.VEC32F2: _Layout(2, np.float32),
    ImageFormat.VEC32F4: _Layout(4, np.float32),
}
_FORMAT_OF_MODE = {"RGB": ImageFormat.SRGB, "RGBA": ImageFormat.SRGBA, "L": ImageFormat.GRAY8}


class _Pixels:
    """What `Image` and `ImageFrame` have in common."""

    def __init__(self, image_format: ImageFormat | int, data: NDArray[Any]) -> None:
        self._format = ImageFormat(image_format)
        self._pixels = _laid_out(self._format, data).copy()
        self._pixels.flags.writeable = False

    @classmethod
    def sharing(cls, image_format: ImageFormat | int, data: NDArray[Any]) -> Self:
        """A picture of the array itself, which must not be changed any more."""
        made = cls.__new__(cls)
        made._format = ImageFormat(image_format)
        made._pixels = _laid_out(made._format, data).view()
        made._pixels.flags.writeable = False
        return made

    def numpy_view(self) -> NDArray[Any]:
        """The pixels, read-only: (height, width, channels)."""
        return self._pixels

    @property
    def image_format(self) -> ImageFormat:
        """The format of the pixels."""
        return self._format

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self._pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self._pixels.shape[0])

    @property
    def channels(self) -> int:
        """Values per pixel."""
        return int(self._pixels.shape[2])

    def is_contiguous(self) -> bool:
        """Whether there is no gap between rows; always True."""
        return True

    def is_empty(self) -> bool:
        """Whether there are no pixels."""
        return self._pixels.size == 0

    def is_aligned(self, alignment_boundary: int) -> bool:
        """Whether every row begins at a multiple of this many bytes."""
        address = int(self._pixels.ctypes.data)
        step = int(self._pixels.strides[0])
        return address % alignment_boundary == 0 == step % alignment_boundary

    def __getitem__(self, place: tuple[int, ...]) -> Any:
        """One value, by row, column and channel."""
        return self._pixels[place].item()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._format.name} {self.width}x{self.height}>"


class Image(_Pixels):
    """An immutable picture, copied from an array.

    image_format: the format of the pixels.
    data: (height, width, channels) of that format, or (height, width) for one channel.

    Raises TypeError or ValueError when the array does not fit the format.
    """

    @classmethod
    def create_from_file(cls, file_name: str | PathLike[str]) -> Self:
        """Read a picture, grey, RGB or with alpha, turned upright by its EXIF orientation.

        Raises FileNotFoundError or RuntimeError when it cannot be read.
        """
        try:
            with PillowImage.open(fspath(file_name)) as picture:
                alpha = "A" in picture.getbands() or "transparency" in picture.info
                grey = picture.mode in ("1", "L") and not alpha
                mode = "RGBA" if alpha else "L" if grey else "RGB"
                # A PNG can have an orientation, too, but MediaPipe ignores it.
                upright = picture if picture.format == "PNG" else ImageOps.exif_transpose(picture)
                pixels = np.asarray(upright.convert(mode))
        except FileNotFoundError as error:
            raise AssetMissing(f"there is no picture at {fspath(file_name)!r}") from error
        except (OSError, UnidentifiedImageError, ValueError) as error:
            raise AssetUnusable(f"{fspath(file_name)!r} is not a picture: {error}") from error
        return cls(_FORMAT_OF_MODE[mode], pixels)

    @property
    def step(self) -> int:
        """Bytes per row."""
        return int(self._pixels.strides[0])

    def uses_gpu(self) -> bool:
        """Never."""
        return False


class ImageFrame(_Pixels):
    """An immutable picture for a graph. Arguments and errors are those of `Image`."""

    def numpy_view(self) -> NDArray[Any]:
        """The pixels, read-only: (height, width, channels), or (height, width) for one channel."""
        return self._pixels[..., 0] if self.channels == 1 else self._pixels

    def __getitem__(self, place: tuple[int, ...]) -> Any:
        """One value, by row, column and, if there are several, channel."""
        return self.numpy_view()[place].item()

    @property
    def byte_depth(self) -> int:
        """Bytes per value."""
        return int(self._pixels.itemsize)


def cast(image_format: ImageFormat, data: NDArray[Any]) -> NDArray[Any]:
    """The array in the type of a format. Raises TypeError if its values might not fit."""
    dtype = _LAYOUTS[image_format].dtype if image_format in _LAYOUTS else data.dtype
    if not np.can_cast(data.dtype, dtype, "safe"):
        raise TypeError(
            f"pixels of the format {image_format.name} must be {np.dtype(dtype)}, not "
            f"{data.dtype}: image.astype(np.{np.dtype(dtype)}) converts them"
        )
    return data.astype(dtype, copy=False)


def rgb_of(image: Image | ImageFrame) -> ImageArray:
    """The pixels as RGB for the pipeline.

    Raises Unusable for other formats: a ValueError up to 1.2.2, a RuntimeError from 1.2.3 on.
    """
    if image.image_format not in (ImageFormat.SRGB, ImageFormat.SRGBA):
        raise Unusable(f"image must be of format SRGB or SRGBA, not {image.image_format.name}")
    pixels: ImageArray = image.numpy_view()
    return np.ascontiguousarray(pixels[..., :3])


def checked_pixels(image: Any) -> ImageArray:
    """A picture for the pipeline. Raises the types of error that MediaPipe's solutions raise."""
    if not isinstance(image, np.ndarray):
        cure = (
            "the file or camera that it comes from returned no picture"
            if image is None
            else "np.asarray(image) makes one of most pictures"
        )
        raise NoArray(f"image must be a numpy array, not {type(image).__name__}: {cure}")
    if image.ndim < 3:
        raise FlatImage(
            f"image must be RGB of shape (height, width, 3), not {image.shape}: "
            "cv2.cvtColor(image, cv2.COLOR_GRAY2RGB) makes it of a grey one"
        )
    if image.ndim > 3 or image.shape[2] != 3:
        raise ValueError(f"image must be RGB of shape (height, width, 3), not {image.shape}")
    if not np.can_cast(image.dtype, np.uint8, "safe"):
        raise TypeError(
            f"image must be uint8 with values from 0 to 255, not {image.dtype}: "
            "image.astype(np.uint8) converts it"
        )
    if 0 in image.shape:
        raise Unusable(f"image must have pixels, but its shape is {image.shape}")
    return np.ascontiguousarray(image, np.uint8)


def _laid_out(image_format: ImageFormat, data: Any) -> NDArray[Any]:
    if image_format not in _LAYOUTS:
        raise ValueError(f"image_format must say what the pixels mean, not {image_format.name}")
    if not isinstance(data, np.ndarray):
        raise NoArray(f"data must be a numpy array, not {type(data).__name__}")
    layout = _LAYOUTS[image_format]
    pixels = data[..., None] if data.ndim == 2 and layout.channels == 1 else data
    if data.dtype != layout.dtype:
        raise ValueError(
            f"data of an {image_format.name} image must be {np.dtype(layout.dtype)}, "
            f"not {data.dtype}"
        )
    if pixels.ndim != 3 or pixels.shape[2] != layout.channels:
        raise ValueError(
            f"data of an {image_format.name} image must have the shape "
            f"(height, width, {layout.channels}), not {data.shape}"
        )
    return pixels
