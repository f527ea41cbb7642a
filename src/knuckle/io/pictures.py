"""Reading pictures as upright 8-bit RGB arrays, and writing them."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from ..errors import ExtraMissing, OutputError, SourceError
from ..extras import import_extra
from ..values import ImageArray
from .whole import write_whole

PICTURE_SUFFIXES = frozenset(
    {".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jpeg", ".jpg", ".pgm", ".png"}
    | {".pnm", ".ppm", ".tif", ".tiff", ".webp"}
)
# Pictures that may be animated. `detect` reads the first frame, `track` plays them as videos.
ANIMATED_SUFFIXES = frozenset({".gif"})
# Brands at the start of an ISO media file of HEVC pictures. Source: ISO/IEC 23008-12, annex B.
HEIF_BRANDS = frozenset({b"heic", b"heim", b"heis", b"heix", b"mif1"})
JPEG_QUALITY = 92
# What `decode_picture` reads besides HEIC. Fewer decoders leave less to attack.
SENT_FORMATS = ("JPEG", "PNG", "WEBP")

# EXIF orientation -> the operation that turns the picture upright. Source: Exif 2.3, tag 0x0112.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def is_picture(path: Path) -> bool:
    """Whether the file name has a picture's ending."""
    return path.suffix.lower() in PICTURE_SUFFIXES


def read_image(path: str | os.PathLike[str]) -> ImageArray:
    """Read a picture as RGB uint8 (height, width, 3), as `knuckle.detect` takes it.

        hands = knuckle.detect(knuckle.read_image("photo.jpg"))

    The picture is turned upright by its EXIF orientation. Transparent parts become white, and 16
    bits become 8. An animated GIF gives its first frame.
    path: a file in any format that Pillow reads; HEIC needs the extra `heic`.

    Raises SourceError when the file is missing, broken or not a picture, ExtraMissing for HEIC
    without its package, TypeError when path is not a str or a path.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"path must be a str or a path, not {path!r}")
    return read_picture(Path(path))


class UnknownFormat(SourceError):
    """The bytes are no picture in a format that is read."""


class TooManyPixels(SourceError):
    """The picture has more pixels than the caller allows."""


def read_picture(path: Path, data: bytes | None = None, name: str = "") -> ImageArray:
    """Read a picture as RGB uint8 (height, width, 3), in the same way as `read_image`.

    data: its bytes, if they were read from elsewhere. name: what messages call it, if not `path`.
    Raises SourceError when the file is missing, broken or not a picture, ExtraMissing for HEIC.
    """
    name = name or str(path)
    try:
        with _honest(name), _open(path if data is None else io.BytesIO(data), name) as picture:
            picture.load()
            return np.array(_rgb(_upright(picture)))
    except FileNotFoundError:
        address = "; it is an address: download it first" if ":/" in name else ""
        raise SourceError(f"{name} does not exist{address}") from None
    except IsADirectoryError:
        raise SourceError(f"{name} is a folder: knuckle.open_source reads folders") from None
    except UnidentifiedImageError:
        hint = "" if is_picture(path) else "; knuckle track and knuckle.open_source read videos"
        raise SourceError(f"{name} is not a picture in a format that can be read{hint}") from None


def decode_picture(data: bytes, *, most_pixels: int) -> ImageArray:
    """Decode a picture that somebody sent as RGB uint8 (height, width, 3), as `read_image` does.

    data: a JPEG, PNG or WebP file; a HEIC file with the extra `heic`.
    most_pixels: larger pictures are refused before they are decoded.

    Raises UnknownFormat, TooManyPixels, SourceError for a damaged picture, ExtraMissing for HEIC.
    """
    try:
        with _honest("the picture"), _open_bytes(data) as picture:
            width, height = picture.size
            if width * height > most_pixels:
                raise TooManyPixels(
                    f"the picture has {width} x {height} pixels, and at most {most_pixels} are "
                    "taken: scale it down"
                )
            picture.load()
            return np.array(_rgb(_upright(picture)))
    except UnidentifiedImageError:
        raise UnknownFormat(
            f"these {len(data)} bytes are no picture in a format that is read here: "
            "JPEG, PNG, WebP or HEIC"
        ) from None


@contextmanager
def _honest(name: str) -> Iterator[None]:
    """Turn what Pillow raises for a damaged or huge picture into a SourceError that names it."""
    try:
        with warnings.catch_warnings():
            # Do not warn of a large picture, which is no attack here, or of odd metadata.
            warnings.simplefilter("ignore")
            yield
    except (
        SourceError,
        ExtraMissing,
        FileNotFoundError,
        IsADirectoryError,
        UnidentifiedImageError,
    ):
        raise
    except Image.DecompressionBombError as error:
        raise TooManyPixels(f"{name} is too large to open safely: {error}") from error
    except MemoryError as error:
        raise SourceError(f"{name} does not fit into memory: scale it down") from error
    # Pillow can raise almost any exception for a damaged file.
    except Exception as error:
        raise SourceError(f"{name} cannot be read: {_reason(error)}") from error


def _open(file: Path | io.BytesIO, name: str) -> Image.Image:
    """Open a picture without loading its pixels."""
    try:
        return Image.open(file)
    except UnidentifiedImageError:
        if not _is_heif(_start(file)):
            raise
    return _open_heif(file, f"reading {name}")


def _start(file: Path | io.BytesIO) -> bytes:
    """The first 12 bytes."""
    if isinstance(file, io.BytesIO):
        return file.getvalue()[:12]
    with file.open("rb") as opened:
        return opened.read(12)


def _open_bytes(data: bytes) -> Image.Image:
    """Open a picture that was sent without loading its pixels."""
    if _is_heif(data[:12]):
        return _open_heif(io.BytesIO(data), "reading a HEIC picture")
    return Image.open(io.BytesIO(data), formats=SENT_FORMATS)


def _open_heif(file: Path | io.BytesIO, purpose: str) -> Image.Image:
    heif = import_extra("pillow_heif", purpose=purpose, extra="heic")
    picture: Image.Image = heif.HeifImageFile(file)
    return picture


def _is_heif(start: bytes) -> bool:
    """Whether a file is HEIC by its first 12 bytes."""
    return start[4:8] == b"ftyp" and start[8:] in HEIF_BRANDS


def _reason(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(reason.lower().split())


def _upright(picture: Image.Image) -> Image.Image:
    """The picture turned by its EXIF orientation, or as stored when that makes no sense."""
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # as above
        return picture
    turn = TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _rgb(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith(("I", "F")):
        return _eight_bit(picture).convert("RGB")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(white, picture).convert("RGB")
    return picture.convert("RGB")


def _eight_bit(picture: Image.Image) -> Image.Image:
    """Scale 16-bit or floating-point grey to 8 bits (Pillow's own conversion clips)."""
    values = np.nan_to_num(np.asarray(picture, np.float64))
    full_scale = 65535.0
    if picture.mode == "F":
        full_scale = 1.0 if values.max(initial=0) <= 1 else 255.0
    return Image.fromarray(np.rint(np.clip(values / full_scale, 0, 1) * 255).astype(np.uint8))


def write_picture(path: Path, image: ImageArray) -> None:
    """Write an RGB picture in the format of its ending, completely or not at all.

    Raises OutputError.
    """
    kind = Image.registered_extensions().get(path.suffix.lower())
    if kind is None:
        raise OutputError(f"cannot write {path}: its ending must be a picture's, such as .png")
    with write_whole(path) as partial:
        Image.fromarray(image).save(partial, format=kind, quality=JPEG_QUALITY)
