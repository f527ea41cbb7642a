"""Reading pictures the way they were meant to be seen, and writing them completely."""

from __future__ import annotations

import os
import struct
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, features

import knuckle
from knuckle.errors import ExtraMissing, OutputError, SourceError
from knuckle.io.pictures import is_picture, read_picture, write_picture
from tests.io.files import (
    colour_distance,
    disk_full,
    fill_disk_for,
    names_in,
    quadrants,
    write_png,
)

ORIENTATION = 0x0112
FAITHFUL: dict[str, Any] = {"quality": 95, "subsampling": 0, "lossless": True}

# EXIF orientation -> how the stored picture is turned to be upright. Source: EXIF 2.3, 4.6.4 A.
UPRIGHT_FROM_STORED: dict[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    1: lambda stored: stored,
    2: np.fliplr,
    3: lambda stored: np.rot90(stored, 2),
    4: np.flipud,
    5: lambda stored: stored.transpose(1, 0, 2),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: np.rot90(stored, 2).transpose(1, 0, 2),
    8: lambda stored: np.rot90(stored, 1),
}


@pytest.fixture
def jpeg(tmp_path: Path) -> Path:
    """A JPEG of a few kilobytes."""
    path = tmp_path / "noise.jpg"
    noise = np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8)
    Image.fromarray(noise).save(path)
    return path


def sentence_of(path: Path) -> str:
    """Why a picture cannot be read."""
    with pytest.raises(SourceError) as caught:
        read_picture(path)
    return str(caught.value)


def save(path: Path, picture: Image.Image, **options: Any) -> Path:
    """Write a picture with Pillow and return its path."""
    picture.save(path, **options)
    return path


@pytest.mark.parametrize(
    "name", ["a.jpg", "A.JPG", "a.jpeg", "a.png", "a.tif", "a.webp", "a.bmp", "a.b.ppm"]
)
def test_pictures_are_known_by_their_ending(name: str) -> None:
    """The endings of pictures, in either case."""
    assert is_picture(Path(name))


@pytest.mark.parametrize("name", ["a.mp4", "a.txt", "jpg", "a", ".jpg", "a.jpg.part"])
def test_other_files_are_no_pictures(name: str) -> None:
    """Anything else is not a picture."""
    assert not is_picture(Path(name))


def test_rgb_is_read_unchanged(tmp_path: Path) -> None:
    """A lossless RGB picture comes back value for value."""
    path = save(tmp_path / "a.png", Image.fromarray(quadrants()))

    assert np.array_equal(quadrants(), read_picture(path))


def test_pictures_are_contiguous_uint8_rgb(tmp_path: Path) -> None:
    """What the pipeline takes without a copy, also after a turn."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    image = read_picture(save(tmp_path / "a.jpg", Image.fromarray(quadrants()), exif=exif))

    assert (np.dtype(np.uint8), (64, 48, 3)) == (image.dtype, image.shape)
    assert image.flags.c_contiguous
    assert image.flags.writeable


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
@pytest.mark.parametrize("orientation", sorted(UPRIGHT_FROM_STORED))
def test_exif_orientation_is_applied(orientation: int, suffix: str, tmp_path: Path) -> None:
    """All eight orientations of EXIF come out upright, whichever format carries them."""
    stored, exif = quadrants(), Image.Exif()
    exif[ORIENTATION] = orientation
    path = save(tmp_path / f"a.{suffix}", Image.fromarray(stored), exif=exif, **FAITHFUL)

    assert colour_distance(UPRIGHT_FROM_STORED[orientation](stored), read_picture(path)) < 25


def test_exif_orientation_of_deep_grey_is_applied(tmp_path: Path) -> None:
    """A 16-bit picture is turned, too."""
    grey, exif = np.arange(12, dtype=np.uint16).reshape(3, 4) * 257, Image.Exif()
    exif[ORIENTATION] = 6
    path = save(tmp_path / "a.png", Image.fromarray(grey), exif=exif)

    assert np.array_equal(np.rot90(grey // 257, -1), read_picture(path)[..., 0])


@pytest.mark.parametrize("orientation", [0, 9, 300])
def test_an_unknown_orientation_is_no_turn(orientation: int, tmp_path: Path) -> None:
    """Values that EXIF does not define leave the picture as it is."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    path = save(tmp_path / "a.png", Image.fromarray(quadrants()), exif=exif)

    assert np.array_equal(quadrants(), read_picture(path))


def test_nonsense_in_exif_does_not_refuse_a_picture(tmp_path: Path) -> None:
    """A width that is a word, beside an orientation: the picture is there, and upright."""
    width = struct.pack("<HHI4s", 0x0100, 2, 4, b"abc")
    orientation = struct.pack("<HHII", ORIENTATION, 3, 1, 6)
    block = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + width + orientation + bytes(4)
    path = save(tmp_path / "a.png", Image.fromarray(quadrants()), exif=block)

    assert np.array_equal(np.rot90(quadrants(), -1), read_picture(path))


def test_a_strange_exif_block_does_not_refuse_a_picture(tmp_path: Path) -> None:
    """EXIF that is no EXIF at all: the picture as it is stored."""
    path = save(tmp_path / "a.png", Image.fromarray(quadrants()), exif=b"Exif\x00\x00nonsense")

    assert np.array_equal(quadrants(), read_picture(path))


def test_rgba_is_laid_over_white(tmp_path: Path) -> None:
    """Transparent is white, half transparent red is half way to white, opaque stays."""
    pixels = np.array([[[255, 0, 0, 0], [255, 0, 0, 128], [255, 0, 0, 255]]], np.uint8)
    path = save(tmp_path / "a.png", Image.fromarray(pixels))
    expected = np.array([[[255, 255, 255], [255, 127, 127], [255, 0, 0]]])

    assert colour_distance(expected, read_picture(path)) <= 1


def test_grey_with_alpha_is_laid_over_white(tmp_path: Path) -> None:
    """Transparent is white, half transparent black is grey, opaque stays."""
    pixels = np.array([[[0, 0], [0, 128], [0, 255]]], np.uint8)
    path = save(tmp_path / "a.png", Image.fromarray(pixels, "LA"))

    assert colour_distance(np.array([[255, 127, 0]]), read_picture(path)[..., 0]) <= 1


def test_a_transparent_palette_colour_is_white(tmp_path: Path) -> None:
    """One colour of a palette is transparent, the other stays."""
    picture = Image.fromarray(np.array([[0, 1]], np.uint8), "P")
    picture.putpalette([200, 0, 0, 0, 0, 200])
    path = save(tmp_path / "a.png", picture, transparency=0)

    assert [[[255, 255, 255], [0, 0, 200]]] == read_picture(path).tolist()


def test_palette_colours_of_part_transparency_are_mixed_with_white(tmp_path: Path) -> None:
    """A palette with an alpha for each colour."""
    picture = Image.fromarray(np.array([[0, 1]], np.uint8), "P")
    picture.putpalette([200, 0, 0, 0, 0, 200])
    path = save(tmp_path / "a.png", picture, transparency=bytes([255, 0]))

    assert [[[200, 0, 0], [255, 255, 255]]] == read_picture(path).tolist()


def test_an_rgb_colour_key_is_white(tmp_path: Path) -> None:
    """One RGB colour is declared to be transparent."""
    pixels = np.array([[[1, 2, 3], [9, 8, 7]]], np.uint8)
    path = save(tmp_path / "a.png", Image.fromarray(pixels), transparency=(1, 2, 3))

    assert [[[255, 255, 255], [9, 8, 7]]] == read_picture(path).tolist()


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_deep_grey_is_scaled_and_not_clipped(suffix: str, tmp_path: Path) -> None:
    """A 16-bit value v is v / 257, rounded."""
    values = np.array([[0, 128, 129, 255, 256, 257, 30_000, 65_406, 65_407, 65_535]], np.uint16)
    path = save(tmp_path / f"a.{suffix}", Image.fromarray(values))

    assert [0, 0, 1, 1, 1, 1, 117, 254, 255, 255] == read_picture(path)[0, :, 0].tolist()


@pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
def test_dark_deep_grey_stays_dark(suffix: str, tmp_path: Path) -> None:
    """A 16-bit picture whose values would fit into 8 bits is nearly black, not bright."""
    values = np.full((4, 4), 200, np.uint16)
    path = tmp_path / f"a.{suffix}"
    if suffix == "pgm":
        path.write_bytes(b"P5 4 4 65535\n" + values.astype(">u2").tobytes())
    else:
        save(path, Image.fromarray(values))

    assert {1} == set(read_picture(path).ravel().tolist())


def test_grey_of_ten_bits_is_scaled_by_its_own_white(tmp_path: Path) -> None:
    """A PGM names the value of white; 1023 is one of them."""
    values = np.array([[0, 512, 1023]], ">u2")
    path = tmp_path / "a.pgm"
    path.write_bytes(b"P5 3 1 1023\n" + values.tobytes())

    assert colour_distance(np.array([[0, 128, 255]]), read_picture(path)[..., 0]) <= 1


def test_deep_grey_has_three_equal_channels(tmp_path: Path) -> None:
    """Grey is grey in RGB."""
    values = np.linspace(0, 65_535, 100).astype(np.uint16).reshape(10, 10)
    image = read_picture(save(tmp_path / "a.png", Image.fromarray(values)))

    assert np.array_equal(image[..., 0], image[..., 1])
    assert np.array_equal(image[..., 0], image[..., 2])


def test_deep_rgb_is_scaled_and_not_clipped(tmp_path: Path) -> None:
    """A 16-bit RGB PNG, within the one level that Pillow's rounding down costs."""
    values = np.array([[[0, 30_000, 65_535], [256, 40_000, 1000]]], np.uint16)
    image = read_picture(write_png(tmp_path / "a.png", values))

    assert colour_distance(values // 257, image) <= 1


def test_deep_rgba_is_laid_over_white(tmp_path: Path) -> None:
    """A 16-bit RGBA PNG: transparent is white, opaque stays."""
    values = np.array([[[0, 0, 0, 0], [65_535, 30_000, 0, 65_535]]], np.uint16)
    image = read_picture(write_png(tmp_path / "a.png", values))

    assert colour_distance(np.array([[[255, 255, 255], [255, 117, 0]]]), image) <= 1


def test_deep_grey_with_alpha_is_laid_over_white(tmp_path: Path) -> None:
    """A 16-bit grey PNG with alpha: transparent is white, opaque stays."""
    values = np.array([[[0, 0], [30_000, 65_535]]], np.uint16)
    image = read_picture(write_png(tmp_path / "a.png", values))

    assert colour_distance(np.array([[255, 117]]), image[..., 0]) <= 1


@pytest.mark.parametrize("full_scale", [1.0, 255.0])
def test_floating_point_grey_is_scaled(full_scale: float, tmp_path: Path) -> None:
    """Values from 0 to 1, or from 0 to 255."""
    values = np.array([[0, 0.25, 0.5, 1]], np.float32) * np.float32(full_scale)
    path = save(tmp_path / "a.tif", Image.fromarray(values))

    assert colour_distance(np.array([[0, 64, 128, 255]]), read_picture(path)[..., 0]) <= 1


def test_floating_point_nonsense_is_black_or_white(tmp_path: Path) -> None:
    """NaN and what lies outside the scale give a picture, not an error."""
    values = np.array([[np.nan, -1, 0, 1]], np.float32)
    path = save(tmp_path / "a.tif", Image.fromarray(values))

    assert [0, 0, 0, 255] == read_picture(path)[0, :, 0].tolist()


def test_one_bit_is_black_and_white(tmp_path: Path) -> None:
    """A picture of bits."""
    picture = Image.fromarray(np.array([[False, True]]))
    path = save(tmp_path / "a.png", picture)

    assert [[[0, 0, 0], [255, 255, 255]]] == read_picture(path).tolist()


def test_grey_is_three_equal_channels(tmp_path: Path) -> None:
    """An 8-bit grey picture."""
    path = save(tmp_path / "a.png", Image.fromarray(np.array([[0, 77, 255]], np.uint8)))

    assert [[[0] * 3, [77] * 3, [255] * 3]] == read_picture(path).tolist()


def test_cmyk_is_converted(tmp_path: Path) -> None:
    """A JPEG for printing, whose four channels are stored inverted."""
    picture = Image.fromarray(quadrants()).convert("CMYK")
    path = save(tmp_path / "a.jpg", picture, **FAITHFUL)

    assert colour_distance(quadrants(), read_picture(path)) < 25


def test_the_first_picture_of_several_is_read(tmp_path: Path) -> None:
    """An animation shows its first picture."""
    first, second = Image.fromarray(quadrants()), Image.fromarray(255 - quadrants())
    path = save(tmp_path / "a.png", first, save_all=True, append_images=[second])

    assert np.array_equal(quadrants(), read_picture(path))


def test_the_content_counts_and_not_the_ending(tmp_path: Path) -> None:
    """A PNG that is named .jpg is read."""
    path = save(tmp_path / "a.jpg", Image.fromarray(quadrants()), format="PNG")

    assert np.array_equal(quadrants(), read_picture(path))


def test_large_pictures_give_no_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow's limit for warnings is no concern of the user's."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 48 * 64 - 1)
    path = save(tmp_path / "a.png", Image.fromarray(quadrants()))

    assert (48, 64, 3) == read_picture(path).shape


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture of more pixels than Pillow dares to open is an error of one sentence."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    path = save(tmp_path / "a.png", Image.fromarray(quadrants()))

    assert f"{path} is too large to open safely" in sentence_of(path)


def test_reading_leaves_the_warning_filters_alone(jpeg: Path) -> None:
    """A library sets no global state."""
    before = list(warnings.filters)
    read_picture(jpeg)

    assert before == list(warnings.filters)


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    """The sentence says which file does not exist."""
    path = tmp_path / "nowhere.jpg"

    assert f"{path} does not exist" == sentence_of(path)


def test_a_text_is_no_picture(tmp_path: Path) -> None:
    """A text that is named .jpg."""
    path = tmp_path / "letter.jpg"
    path.write_text("Dear reader")

    assert f"{path} is not a picture in a format that can be read" == sentence_of(path)


def test_an_empty_file_is_no_picture(tmp_path: Path) -> None:
    """Nothing at all, named .jpg."""
    path = tmp_path / "nothing.jpg"
    path.touch()

    assert f"{path} is not a picture in a format that can be read" == sentence_of(path)


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    """A folder that is named .jpg."""
    path = tmp_path / "folder.jpg"
    path.mkdir()

    assert f"{path} is a folder: knuckle.open_source reads folders" == sentence_of(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_forbidden_picture_is_named(jpeg: Path) -> None:
    """The sentence says that permission is missing."""
    jpeg.chmod(0)

    assert f"{jpeg} cannot be read: permission denied" == sentence_of(jpeg)


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp", "bmp", "ppm", "avif"])
@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_a_truncated_picture_is_one_sentence(share: float, suffix: str, tmp_path: Path) -> None:
    """A file that was cut off, in every format, at several places."""
    if suffix == "avif" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    noise = np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8)
    path = save(tmp_path / f"a.{suffix}", Image.fromarray(noise))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    sentence = sentence_of(path)

    assert sentence.startswith(str(path))
    assert "\n" not in sentence


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")
def test_a_damaged_avif_is_one_sentence(tmp_path: Path) -> None:
    """Pillow's AVIF reader raises RuntimeError for contents that make no sense."""
    path = save(tmp_path / "a.avif", Image.fromarray(quadrants()))
    content = bytearray(path.read_bytes())
    start = content.find(b"mdat") + 4
    content[start:] = b"\xff" * (len(content) - start)
    path.write_bytes(content)

    assert sentence_of(path).startswith(f"{path} cannot be read: ")


def test_a_written_picture_reads_back(tmp_path: Path) -> None:
    """PNG is lossless."""
    path = tmp_path / "a.png"
    write_picture(path, quadrants())

    assert np.array_equal(quadrants(), read_picture(path))


@pytest.mark.parametrize(
    ("name", "kind"), [("a.jpg", "JPEG"), ("a.JPG", "JPEG"), ("a.jpeg", "JPEG"), ("a.png", "PNG")]
)
def test_the_ending_says_the_format(name: str, kind: str, tmp_path: Path) -> None:
    """Each ending writes its format."""
    write_picture(tmp_path / name, quadrants())
    with Image.open(tmp_path / name) as picture:
        written = picture.format

    assert kind == written


def test_missing_folders_are_made(tmp_path: Path) -> None:
    """A picture's folder comes with it."""
    write_picture(tmp_path / "a" / "b" / "c.png", quadrants())

    assert (tmp_path / "a" / "b" / "c.png").is_file()


def test_a_written_picture_is_alone(tmp_path: Path) -> None:
    """No temporary file stays beside it."""
    write_picture(tmp_path / "a.png", quadrants())

    assert ["a.png"] == names_in(tmp_path)


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says, with the name of the picture."""
    path = tmp_path / "a.png"
    fill_disk_for(path, monkeypatch)

    with pytest.raises(OutputError, match=f"^cannot write {path}: no space left on device$"):
        write_picture(path, quadrants())


def test_a_picture_that_cannot_be_completed_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old picture is whole, and nothing lies beside it."""
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    monkeypatch.setattr(Image.Image, "save", disk_full)
    with pytest.raises(OutputError):
        write_picture(path, quadrants())

    assert ["a.png"] == names_in(tmp_path)
    assert b"old" == path.read_bytes()


def test_an_interrupted_picture_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the midst of writing."""

    def interrupted(picture: Image.Image, path: Path, **_: Any) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(Image.Image, "save", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_picture(tmp_path / "a.png", quadrants())

    assert [] == names_in(tmp_path)


def test_a_picture_is_read_by_its_name(tmp_path: Path) -> None:
    """A string or a path; upright, as read_picture has it."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    path = save(tmp_path / "a.png", Image.fromarray(quadrants()), exif=exif)

    assert np.array_equal(np.rot90(quadrants(), -1), knuckle.read_image(path))
    assert np.array_equal(knuckle.read_image(path), knuckle.read_image(str(path)))


@pytest.mark.parametrize("path", [None, 3, b"a.png", np.zeros((2, 2, 3), np.uint8)])
def test_what_is_no_path_is_a_type_error(path: Any) -> None:
    """The sentence says what is one."""
    with pytest.raises(TypeError, match="path must be a str or a path, not "):
        knuckle.read_image(path)


def test_a_moving_picture_is_its_first_frame(tmp_path: Path) -> None:
    """A GIF of two."""
    first, second = (Image.new("RGB", (8, 6), colour) for colour in ("white", "black"))
    path = save(tmp_path / "a.gif", first, save_all=True, append_images=[second])

    assert is_picture(path)
    assert 255 == read_picture(path).min()


@pytest.fixture
def heic(tmp_path: Path) -> Path:
    """A picture as phones take it."""
    heif = pytest.importorskip("pillow_heif")
    heif.from_pillow(Image.fromarray(quadrants())).save(tmp_path / "a.heic", quality=95)
    return tmp_path / "a.heic"


@pytest.mark.parametrize("name", ["a.heic", "A.HEIC", "a.jpg"])
def test_heic_is_read_where_its_package_is(name: str, heic: Path) -> None:
    """Whatever the file is called."""
    image = read_picture(heic.rename(heic.with_name(name)))

    assert (np.dtype(np.uint8), (48, 64, 3)) == (image.dtype, image.shape)
    assert colour_distance(quadrants()[8:16, 8:16], image[8:16, 8:16]) < 25


def test_heic_without_its_package_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the file and the line to type."""
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    path = tmp_path / "a.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(12))

    with pytest.raises(ExtraMissing, match=f"^reading {path} needs an optional package: pip "):
        read_picture(path)


def test_a_damaged_heic_is_one_sentence(heic: Path) -> None:
    """As any other picture."""
    heic.write_bytes(heic.read_bytes()[:300])

    assert sentence_of(heic).startswith(f"{heic} cannot be read: ")


def test_an_ending_that_is_no_pictures_is_refused(tmp_path: Path) -> None:
    """Nothing is written."""
    with pytest.raises(OutputError, match=r"a\.txt: its ending must be a picture's, such as \.png"):
        write_picture(tmp_path / "a.txt", quadrants())

    assert [] == names_in(tmp_path)
