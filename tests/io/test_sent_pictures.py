"""Pictures that somebody sent: bytes in, the same array out as from a file."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from knuckle.errors import SourceError
from knuckle.io.pictures import TooManyPixels, UnknownFormat, decode_picture, read_picture
from tests.conftest import SAMPLES

MOST = 1_000_000


def encoded(kind: str, size: tuple[int, int] = (32, 24), **options: object) -> bytes:
    """A picture of noise in a format."""
    noise = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_bytes_are_read_as_a_file_is(kind: str, tmp_path: Path) -> None:
    """Every format that is taken."""
    path = tmp_path / f"noise.{kind.lower()}"
    path.write_bytes(encoded(kind))

    assert np.array_equal(read_picture(path), decode_picture(path.read_bytes(), most_pixels=MOST))


def test_a_picture_is_turned_upright() -> None:
    """By its EXIF orientation, as from a file."""
    exif = Image.Exif()
    exif[0x0112] = 6

    image = decode_picture(encoded("JPEG", exif=exif), most_pixels=MOST)

    assert (32, 24, 3) == image.shape


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP"])
def test_other_formats_are_not_decoded(kind: str) -> None:
    """Their decoders stay out of reach."""
    with pytest.raises(UnknownFormat, match="JPEG, PNG, WebP or HEIC"):
        decode_picture(encoded(kind), most_pixels=MOST)


@pytest.mark.parametrize("data", [b"", b"no picture", b"%!PS-Adobe-3.0 EPSF-3.0\n"])
def test_what_is_no_picture_is_named(data: bytes) -> None:
    """With its size."""
    with pytest.raises(UnknownFormat, match=f"these {len(data)} bytes"):
        decode_picture(data, most_pixels=MOST)


def bomb(side: int) -> bytes:
    """A small PNG file that says it holds side x side white pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000), 9)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [1001, 20_000, 2**31 - 1])
def test_a_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    """By what its header says."""
    with pytest.raises(TooManyPixels, match=r"scale it down|too large"):
        decode_picture(bomb(side), most_pixels=MOST)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_damaged_picture_is_a_source_error(share: float) -> None:
    """One sentence."""
    data = (SAMPLES / "open_palm.jpg").read_bytes()

    with pytest.raises(SourceError, match="the picture cannot be read"):
        decode_picture(data[: int(len(data) * share)], most_pixels=MOST * 30)


def test_heic_is_read_with_its_extra(tmp_path: Path) -> None:
    """As phones send it."""
    heif = pytest.importorskip("pillow_heif")
    path = tmp_path / "grey.heic"
    heif.from_pillow(Image.new("RGB", (64, 64), "grey")).save(path)

    assert np.array_equal(read_picture(path), decode_picture(path.read_bytes(), most_pixels=MOST))
