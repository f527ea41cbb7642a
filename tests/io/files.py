"""Pictures, clips and answers that the tests make themselves."""

from __future__ import annotations

import errno
import os
import struct
import threading
import zlib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from knuckle.io.whole import PartialFile
from knuckle.values import Box, Frame, Hand, ImageArray, Roi

RED, GREEN, BLUE, WHITE = (230, 20, 30), (20, 200, 40), (30, 40, 220), (255, 255, 255)

# Codec -> options by which tests need not wait for it.
QUICK = {
    "libx264": {"preset": "ultrafast", "bf": "3"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
}


def quadrants(height: int = 48, width: int = 64) -> ImageArray:
    """A picture that looks different in every orientation: red, green over blue, white."""
    image = np.empty((height, width, 3), np.uint8)
    image[: height // 2, : width // 2] = RED
    image[: height // 2, width // 2 :] = GREEN
    image[height // 2 :, : width // 2] = BLUE
    image[height // 2 :, width // 2 :] = WHITE
    return image


def greys(count: int, height: int = 48, width: int = 64) -> list[ImageArray]:
    """Pictures of one grey level each, no two neighbours alike."""
    levels = [30 + i * 37 % 200 for i in range(count)]
    return [np.full((height, width, 3), level, np.uint8) for level in levels]


def colour_distance(image: NDArray[Any], other: NDArray[Any]) -> int:
    """The largest difference of any value of two pictures of one size."""
    assert image.shape == other.shape
    return int(np.abs(image.astype(int) - other.astype(int)).max())


def write_clip(
    path: Path,
    images: Sequence[ImageArray],
    *,
    codec: str = "libx264",
    file_format: str | None = None,
    times: Sequence[float] | None = None,
    key_frames_every: int = 12,
    codec_options: dict[str, str] | None = None,
    file_options: dict[str, str] | None = None,
    first_stamp: int = 0,
) -> Path:
    """A clip of 30 frames per second, or with the given time stamps in seconds."""
    container: Any = av.open(str(path), "w", format=file_format, options=file_options or {})
    stream = container.add_stream(codec, rate=30)
    stream.height, stream.width = images[0].shape[:2]
    stream.pix_fmt = "yuv420p"
    stream.options = {**QUICK.get(codec, {}), **(codec_options or {})}
    stream.codec_context.gop_size = key_frames_every
    unit = Fraction(1, 30) if times is None else Fraction(1, 90_000)
    stream.codec_context.time_base = unit
    for i, image in enumerate(images):
        frame: Any = av.VideoFrame.from_ndarray(image, format="rgb24")
        frame.time_base = unit
        frame.pts = i + first_stamp if times is None else round(times[i] / unit)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
    container.close()
    return path


def write_sound(path: Path) -> Path:
    """A file with sound and no pictures."""
    container: Any = av.open(str(path), "w")
    stream = container.add_stream("pcm_s16le", rate=8000)
    sound: Any = av.AudioFrame.from_ndarray(
        np.zeros((1, 8000), np.int16), format="s16", layout="mono"
    )
    sound.rate = 8000
    container.mux(stream.encode(sound))
    container.mux(stream.encode(None))
    container.close()
    return path


def set_display_matrix(path: Path, matrix: tuple[int, int, int, int]) -> None:
    """Note in an MP4 how its pictures are to be shown, as phones do.

    matrix: a, b, c, d; the stored point (x, y) is shown at (a x + c y, b x + d y), moved into view.
    Source: ISO/IEC 14496-12, track header box, version 0.
    """
    data = bytearray(path.read_bytes())
    start = data.find(b"tkhd") + 44
    a, b, c, d = (value << 16 for value in matrix)
    data[start : start + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)


def damage(path: Path, *, share: float = 0.5, length: int = 400) -> None:
    """Overwrite bytes in the middle of a clip's pictures."""
    data = bytearray(path.read_bytes())
    first = data.find(b"mdat") + 4
    start = first + int((len(data) - first) * share)
    data[start : start + length] = b"\xa5" * length
    path.write_bytes(data)


def write_png(path: Path, values: NDArray[np.uint16]) -> Path:
    """A PNG of 16 bit per value, which Pillow cannot write in colour.

    values: (height, width, channels): 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.
    """
    height, width, channels = values.shape
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    rows = values.astype(">u2").reshape(height, -1)
    raw = b"".join(b"\x00" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks))
    return path


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + checksum


def make_hand(seed: int = 0, *, tracked: bool = False) -> Hand:
    """A hand of random numbers, each a float32 that few decimal digits cannot hold."""
    rng = np.random.default_rng(seed)
    return Hand(
        landmarks=rng.normal(0.5, 0.3, (21, 3)).astype(np.float32),
        points=rng.normal(640, 300, (21, 2)).astype(np.float32),
        world_landmarks=rng.normal(0, 0.05, (21, 3)).astype(np.float32),
        handedness="left" if seed % 2 else "right",
        handedness_score=float(np.float32(rng.uniform(0.5, 1))),
        presence=float(np.float32(rng.uniform(0.5, 1))),
        palm_score=None if tracked else float(np.float32(rng.uniform(0.5, 1))),
        palm_box=None if tracked else Box(1.0, 2.0, 3.0, 4.0),
        roi=Roi(0.5, 0.5, 0.3, 0.4, 0.1),
        image_size=(1280, 720),
        confidence=rng.random(21, np.float32),
        status="tracked" if tracked else "detected",
        track_id=seed + 1,
        age=seed / 3,
    )


def make_frame(index: int = 0, source: str = "clip.mp4", image: ImageArray | None = None) -> Frame:
    """A frame of a source that plays at 30 per second."""
    return Frame(quadrants() if image is None else image, index, index / 30, source)


def decoded_picture(level: int) -> av.VideoFrame:
    """A decoded frame of one grey level."""
    return av.VideoFrame.from_ndarray(np.full((2, 2, 3), level, np.uint8), format="rgb24")


class FakeCamera:
    """A camera that sends pictures, waits until it may go on, sends one more, and waits to end."""

    def __init__(self, count: int, *, fails: bool = False) -> None:
        self.count = count
        self.fails = fails
        self.gave_up = False
        self.sent = threading.Event()
        self.going_on = threading.Event()
        self.ending = threading.Event()
        self.closed = threading.Event()

    def decode(self, _: object) -> Iterator[av.VideoFrame]:
        """What PyAV's container gives."""
        yield from map(decoded_picture, range(self.count))
        self.sent.set()
        self.gave_up = not self.going_on.wait(8)
        if self.fails:
            raise OSError(19, "No such device")
        yield decoded_picture(self.count)
        self.ending.wait(10)

    def close(self) -> None:
        """The device is given back."""
        self.closed.set()


def fill_disk_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the disk be full for this one file: its temporary file is the device that always is."""
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    begin = PartialFile.__init__

    def begin_on_full_disk(file: PartialFile, begun: Path) -> None:
        begin(file, begun)
        if begun == path:
            file.partial.unlink()
            file.partial.symlink_to("/dev/full")

    monkeypatch.setattr(PartialFile, "__init__", begin_on_full_disk)


def disk_full(*_: object, **__: object) -> None:
    """A write that fails as on a full disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def names_in(folder: Path) -> list[str]:
    """Everything in a folder, hidden files too."""
    return sorted(os.listdir(folder))
