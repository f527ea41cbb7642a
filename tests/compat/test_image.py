"""`mp.Image`: a copy of an array, and what it means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags
from PIL import Image as PillowImage

import knuckle.compat.mediapipe as mp

F = mp.ImageFormat
RGB = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)


def test_an_image_is_a_copy_that_cannot_be_written() -> None:
    """What the program does with its array later changes nothing."""
    data = RGB.copy()
    image = mp.Image(image_format=F.SRGB, data=data)
    data[:] = 0

    np.testing.assert_array_equal(RGB, image.numpy_view())
    assert not image.numpy_view().flags.writeable
    assert not image.numpy_view().flags.owndata or image.numpy_view().base is None
    assert (6, 4, 3, 18) == (image.width, image.height, image.channels, image.step)
    assert (F.SRGB, 1) == (image.image_format, image.image_format)
    assert 26 == image[1, 2, 2]
    assert (False, True, False) == (image.uses_gpu(), image.is_contiguous(), image.is_empty())
    assert image.is_aligned(1)
    assert "SRGB 6x4" in repr(image)
    with pytest.raises(IndexError):
        image[4, 0, 0]


@pytest.mark.parametrize(
    ("image_format", "data", "shape"),
    [
        (F.SRGB, RGB, (4, 6, 3)),
        (F.SRGB, np.zeros((4, 12, 3), np.uint8)[:, ::2], (4, 6, 3)),
        (F.SRGBA, np.zeros((4, 6, 4), np.uint8), (4, 6, 4)),
        (F.GRAY8, np.zeros((4, 6), np.uint8), (4, 6, 1)),
        (F.GRAY8, np.zeros((4, 6, 1), np.uint8), (4, 6, 1)),
        (F.GRAY16, np.zeros((4, 6), np.uint16), (4, 6, 1)),
        (F.VEC32F1, np.zeros((4, 6), np.float32), (4, 6, 1)),
        (F.VEC32F4, np.zeros((4, 6, 4), np.float32), (4, 6, 4)),
        (F.SRGB, np.zeros((0, 0, 3), np.uint8), (0, 0, 3)),
    ],
)
def test_formats_have_their_shapes(image_format: Any, data: Any, shape: tuple[int, ...]) -> None:
    """By position as by keyword."""
    assert shape == mp.Image(image_format, data).numpy_view().shape


@pytest.mark.parametrize(
    ("image_format", "data", "error", "message"),
    [
        (F.SRGB, RGB.astype(np.float32), ValueError, "must be uint8, not float32"),
        (F.SRGB, RGB[..., 0], ValueError, r"shape \(height, width, 3\), not \(4, 6\)"),
        (F.SRGBA, RGB, ValueError, r"\(height, width, 4\), not \(4, 6, 3\)"),
        (F.SRGB, None, TypeError, "numpy array, not NoneType"),  # in 0.10.21
        (F.SRGB, None, AttributeError, "numpy array, not NoneType"),  # in 1.2.2
        (F.UNKNOWN, RGB, ValueError, "must say what the pixels mean"),
        (99, RGB, ValueError, "99 is not a valid ImageFormat"),
    ],
)
def test_what_does_not_fit_is_named(
    image_format: Any, data: Any, error: type[Exception], message: str
) -> None:
    """Four channels as three are taken by 0.10.21, and read as another picture."""
    with pytest.raises(error, match=message):
        mp.Image(image_format=image_format, data=data)


@pytest.mark.parametrize(
    ("mode", "image_format", "channels"),
    [("RGB", F.SRGB, 3), ("RGBA", F.SRGBA, 4), ("L", F.GRAY8, 1), ("P", F.SRGB, 3)],
)
def test_a_file_is_read_as_it_is_stored(
    mode: str, image_format: Any, channels: int, tmp_path: Path
) -> None:
    """Grey, RGB, with alpha; a palette becomes RGB."""
    path = tmp_path / "picture.png"
    PillowImage.fromarray(RGB).convert(mode).save(path)
    image = mp.Image.create_from_file(str(path))

    assert (image_format, channels) == (image.image_format, image.channels)


WAVES = np.add.outer(np.arange(32, dtype=np.uint8) * 3, np.arange(48, dtype=np.uint8) * 2)


def save_turned(path: Path, orientation: int, mode: str) -> None:
    """WAVES as a camera stores it that is held in another way."""
    turns = {1: 0, 2: 0, 3: 2, 4: 2, 5: 1, 6: 1, 7: 3, 8: 3}  # quarter turns of the camera
    stored = np.rot90(WAVES, turns[orientation])
    if orientation in (2, 4):
        stored = stored[:, ::-1]
    if orientation in (5, 7):
        stored = stored[::-1]
    exif = PillowImage.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    picture = PillowImage.fromarray(np.ascontiguousarray(stored)).convert(mode)
    picture.save(path, exif=exif, quality=100)


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright(orientation: int, mode: str, tmp_path: Path) -> None:
    """By its EXIF orientation, as from 1.2.2 on."""
    save_turned(tmp_path / "photo.jpg", orientation, mode)
    image = mp.Image.create_from_file(str(tmp_path / "photo.jpg"))

    assert (48, 32) == (image.width, image.height)
    np.testing.assert_allclose(image.numpy_view()[..., 0], WAVES, atol=3)


def test_a_png_is_not_turned(tmp_path: Path) -> None:
    """As in 1.2.2, whatever its EXIF says."""
    save_turned(tmp_path / "picture.png", 6, "RGB")
    image = mp.Image.create_from_file(str(tmp_path / "picture.png"))

    assert (32, 48) == (image.width, image.height)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """With the errors of both releases: 0.10.21 has a RuntimeError, 1.2.2 a FileNotFoundError."""
    bad = tmp_path / "bad.png"
    bad.write_text("hello")
    for error in (FileNotFoundError, RuntimeError):
        with pytest.raises(error, match=r"no picture at '.*absent\.png'"):
            mp.Image.create_from_file(str(tmp_path / "absent.png"))
    with pytest.raises(RuntimeError, match=r"'.*bad\.png' is not a picture"):
        mp.Image.create_from_file(str(bad))
