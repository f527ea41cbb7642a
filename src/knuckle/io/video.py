"""Videos and cameras, read and written with PyAV. Only this module imports PyAV."""

from __future__ import annotations

import errno
import math
import os
import queue
import sys
import threading
import time
from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..errors import OutputError, SourceError
from ..extras import import_extra
from ..values import Frame, ImageArray
from .overlap import ReadAhead
from .stream import PICTURE_RATE, Decoding, Source, Span

# The timescale that MPEG uses itself, fine enough for any frame rate.
TIME_BASE = Fraction(1, 90_000)

NETWORK_TIMEOUT = 10.0  # seconds to wait for a stream to open, or for its next part

AHEAD = 4  # frames of a file that are decoded before they are asked for

# Formats (FFmpeg's names) that store no presentation times, or none that can be trusted.
UNTIMED = frozenset({"avi", "h264", "hevc", "m4v", "mpeg"})
# Formats whose packets all have the time of their frame, so seeking to a time is exact.
INDEXED = frozenset({"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"})
# Formats that are no videos: text, which FFmpeg shows as the screen of a terminal.
NO_VIDEOS = frozenset({"tty"})

# How FFmpeg names cameras on each system: the format, and the name of camera {index}.
CAMERAS = {
    "linux": ("v4l2", "/dev/video{index}"),
    "darwin": ("avfoundation", "{index}"),
    "win32": ("dshow", "video={name}"),
}

CAMERA_CURES = {
    errno.EBUSY: "close the other program that uses it",
    errno.EACCES: "you may not use it; on Linux, join the group that owns it, often video",
    errno.EPERM: "you may not use it; allow cameras in the settings of the system",
}


def _import_av() -> Any:
    return import_extra("av", purpose="reading and writing videos", extra="video")


def open_video(
    name: str, target: str | BinaryIO, span: Span, decoding: Decoding | None = None
) -> Source:
    """A video file, or the address of a stream.

    name: what messages and frames call it. target: what FFmpeg opens, a path, an address or an open
        file; FFmpeg takes a relative name with a colon in it for an address.
    Raises SourceError, ExtraMissing.
    """
    decoding = decoding or Decoding()
    is_address = isinstance(target, str) and "://" in target
    # Without a timeout, an address that does not answer would block for ever.
    limits = {"timeout": NETWORK_TIMEOUT} if is_address else {}
    container, stream = _open_container(name, target, **limits)
    video = _Video(container, stream, name)
    rate, count = video.rate / span.every, video.count(span)
    frames = video.shown(span)
    if is_address:  # its next frame may never come, and then a thread would wait for ever
        return Source(frames, name=name, rate=rate, frame_count=count, close=container.close)
    # FFmpeg would take as many threads as there are cores. Then networks that run meanwhile would
    # have to share theirs.
    stream.codec_context.thread_count = decoding.threads or max((os.cpu_count() or 1) - 1, 1)
    files = [Path(name)] if isinstance(target, str) else []
    if not decoding.is_ahead:
        return Source(
            frames, name=name, rate=rate, frame_count=count, close=container.close, files=files
        )
    ahead = ReadAhead(frames, AHEAD)

    def close() -> None:
        ahead.close()
        container.close()

    return Source(ahead, name=name, rate=rate, frame_count=count, close=close, files=files)


def _open_container(name: str, target: str | BinaryIO, **options: Any) -> tuple[Any, Any]:
    av = _import_av()
    try:
        container = av.open(target, **options)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise SourceError(f"{name} cannot be opened: {_reason(error)}") from error
    if not container.streams.video or container.format.name in NO_VIDEOS:
        container.close()
        raise SourceError(f"{name} holds no pictures")
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    return container, stream


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


class _Video:
    """Decodes one stream into upright RGB frames with their index and time."""

    def __init__(self, container: Any, stream: Any, name: str) -> None:
        self.container = container
        self.stream = stream
        self.name = name
        self.rate: Fraction = stream.average_rate or stream.guessed_rate or PICTURE_RATE
        self._origin = stream.start_time or 0
        # Of the file; Matroska does not know that of its streams.
        self._seconds = Fraction(max(container.duration or 0, 0), 1_000_000)
        self._picture = _Pictures()
        self._is_timed = container.format.name not in UNTIMED
        self._is_indexed = container.format.name in INDEXED
        self._stamps: list[int] = []  # sorted time stamps of the frames that were read so far
        self._packets = 0
        self._broken = 0

    def count(self, span: Span) -> int | None:
        """How many frames the span has according to the file; None if the file does not say."""
        stream = self.stream
        known = stream.duration and stream.time_base
        seconds = stream.duration * stream.time_base if known else self._seconds
        count = stream.frames or int(seconds * self.rate)
        if not count:
            return None
        end = count if span.stop is None else min(count, span.stop * self.rate)
        return max(0, math.ceil((end - span.start * self.rate) / span.every))

    def shown(self, span: Span) -> Iterator[Frame]:
        """Yield the frames of a span. Raises SourceError after the last, see `frames`."""
        yield from span.select(self.frames(span.start))
        self._check_damage()  # where the span ends before the file does

    def frames(self, start: float) -> Iterator[Frame]:
        """Yield frames, starting at `start` seconds or shortly before.

        Raises SourceError after the last frame when some could not be decoded.
        """
        if start and self._is_indexed:
            self._seek(start)
        count = 0
        for decoded in self._decoded():
            index, stamp = count, decoded.pts
            if self._is_indexed and stamp is not None:
                index = bisect_left(self._stamps, stamp)  # damaged frames before it count, too
            seconds = float(index / self.rate)
            if self._is_timed and stamp is not None:
                seconds = float((stamp - self._origin) * decoded.time_base)
            image = self._picture(decoded) if seconds >= start else _NOTHING
            yield Frame(image, index, seconds, self.name)
            count += 1
        self._check_end(count)

    def _check_damage(self) -> None:
        if self._broken:
            what = "1 packet" if self._broken == 1 else f"{self._broken} packets"
            raise SourceError(f"{self.name} is damaged: {what} of it could not be decoded")

    def _check_end(self, count: int) -> None:
        self._check_damage()
        if not count:
            raise SourceError(f"{self.name} holds no frame that can be decoded")
        if self._packets < self.stream.frames:
            share = f"{self._packets} of its {self.stream.frames} frames"
            raise SourceError(f"{self.name} breaks off: {share} are there")

    def _decoded(self) -> Iterator[Any]:
        """Decode the frames, and count the damaged parts."""
        errors = _import_av().error.FFmpegError
        is_known = self._packets > 0
        packets = self.container.demux(self.stream)
        while True:
            packet = None
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                if not is_known:
                    self._note(packet)
                yield from packet.decode()
            except errors:
                self._broken += 1
                if packet is None:
                    return

    def _note(self, packet: Any) -> None:
        """Count a packet and note the time stamp of its frame."""
        self._packets += packet.size > 0  # an empty one flushes the decoder
        if packet.pts is not None and not packet.is_discard:
            insort(self._stamps, packet.pts)

    def _seek(self, start: float) -> None:
        """Go to the last key frame before `start`, after noting the time stamps of all frames.

        Reading packets without decoding them is quick, and right when the frame rate varies.
        """
        for packet in self.container.demux(self.stream):
            self._note(packet)
        target = self._origin + int(start / self.stream.time_base)
        self.container.seek(target, stream=self.stream, backward=True)


_NOTHING = np.zeros((0, 0, 3), np.uint8)  # the picture of a frame before the span


class _Pictures:
    """Decoded frames -> pictures. It keeps FFmpeg's converter, which takes long to set up."""

    def __init__(self) -> None:
        self._converter = _import_av().video.reformatter.VideoReformatter()
        self._rotation: float | None = None  # degrees, of the frame before
        self._signs: list[int] = []  # of the matrix; none without one

    def __call__(self, decoded: Any) -> ImageArray:
        """The picture in RGB and upright. Phones store it sideways, with its rotation as metadata.

        Source: ISO/IEC 14496-12, the matrix of a track header. Here its elements count as 0 or +-1.
        """
        converted = self._converter.reformat(decoded, format="rgb24")
        image = converted.to_ndarray()  # its rows may be padded
        # A frame and its side data refer to each other, so a frame whose side data was looked at
        # stays in memory until Python collects garbage. The matrix is that of the whole stream.
        rotation = getattr(decoded, "rotation", math.nan)  # PyAV 14 does not tell
        if rotation != self._rotation:
            self._rotation = rotation
            matrix = decoded.side_data.get("DISPLAYMATRIX")
            is_given = matrix is not None
            self._signs = np.sign(np.frombuffer(matrix, np.int32)[:5]).tolist() if is_given else []
        if self._signs:
            a, b, _, c, d = self._signs
            if not a:  # x and y are swapped
                image, a, d = image.transpose(1, 0, 2), c, b
            image = image[:: d or 1, :: a or 1]
        upright: ImageArray = np.ascontiguousarray(image)
        return upright


def open_camera(index: int, span: Span) -> Source:
    """Open a camera by its number. A slow reader skips frames and never lags behind."""
    kind, pattern = CAMERAS.get(sys.platform, CAMERAS["linux"])
    name = f"camera {index}"
    try:
        target = pattern.format(index=index, name=_camera_name(index, kind))
        container, stream = _open_container(target, target, format=kind)
    except SourceError as error:
        number = getattr(error.__cause__, "errno", None)
        cure = CAMERA_CURES.get(number or 0, "is it plugged in?")
        raise SourceError(f"{name} cannot be opened ({error}): {cure}") from error
    rate = stream.average_rate or PICTURE_RATE
    newest = _Newest(container, stream, name)
    return Source(span.select(newest), name=name, rate=rate, frame_count=None, close=newest.close)


def _camera_name(index: int, kind: str) -> str:
    """The camera's name on Windows; other systems need only the number."""
    if kind != "dshow":
        return ""
    cameras = [d for d in _import_av().enumerate_input_devices(kind) if "video" in d.media_types]
    if index >= len(cameras):
        raise SourceError(f"there are {len(cameras)} cameras")
    return str(cameras[index].name)


class _Newest(Iterator[Frame]):
    """The newest frame of a camera. A thread reads every frame and keeps only the last."""

    def __init__(self, container: Any, stream: Any, name: str) -> None:
        self._slot: queue.Queue[Frame | Exception] = queue.Queue(maxsize=1)
        self._closing = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(container, stream, name), name=name, daemon=True
        )
        self._thread.start()

    def _run(self, container: Any, stream: Any, name: str) -> None:
        began, picture = time.monotonic(), _Pictures()
        try:
            for index, decoded in enumerate(container.decode(stream)):
                if self._closing.is_set():
                    break
                seconds = time.monotonic() - began
                self._put(Frame(picture(decoded), index, seconds, name))
            else:
                self._put(SourceError(f"{name} stopped sending pictures"))
        except Exception as error:
            self._put(SourceError(f"{name} failed: {_reason(error)}"))
        finally:
            container.close()

    def _put(self, item: Frame | Exception) -> None:
        while True:
            try:
                self._slot.put_nowait(item)
                return
            except queue.Full:
                with suppress(queue.Empty):  # the reader took it first
                    self._slot.get_nowait()

    def __next__(self) -> Frame:
        item = self._slot.get()
        if isinstance(item, Exception):
            self._slot.put(item)  # to raise it at the next call, too
            raise item
        return item

    def close(self) -> None:
        """Release the camera. A reader that waits for a frame gets StopIteration."""
        self._closing.set()
        self._thread.join(timeout=2)
        self._put(StopIteration())


class VideoEncoder:
    """Writes pictures to an H.264 file that browsers play. Raises OSError if the system refuses.

    options: of the encoder, by FFmpeg's names, beside or instead of our own.
    """

    def __init__(
        self, path: Path, rate: Fraction, options: Mapping[str, str] | None = None
    ) -> None:
        self._av = _import_av()
        self._rate = Fraction(rate).limit_denominator(60_000)
        self._options = {"preset": "veryfast", "crf": "20", **(options or {})}
        self._stream: Any = None
        self._start = 0.0
        self._last_stamp = -1
        self._converter = self._av.video.reformatter.VideoReformatter()
        self._container = self._av.open(
            str(path), "w", format="mp4", options={"movflags": "+faststart"}
        )

    def write(self, image: ImageArray, seconds: float) -> None:
        """Append an RGB picture shown at `seconds`. The video starts at the first picture's time.

        Raises OutputError when the picture's size differs from that of the first one.
        """
        image = _even(image)
        height, width = image.shape[:2]
        if self._stream is None:
            self._start = seconds
            self._stream = self._new_stream(width, height)
        if (width, height) != (self._stream.width, self._stream.height):
            raise OutputError(
                f"a video needs pictures of one size, but {width}x{height} follows "
                f"{self._stream.width}x{self._stream.height}: write them to a folder"
            )
        frame = self._converter.reformat(
            self._av.VideoFrame.from_ndarray(image, format="rgb24"),
            format="yuv420p",
            dst_colorspace="ITU709",
        )
        self._last_stamp = max(self._last_stamp + 1, round((seconds - self._start) / TIME_BASE))
        frame.pts, frame.time_base = self._last_stamp, TIME_BASE
        try:
            self._container.mux(self._stream.encode(frame))
        except self._av.error.ExternalError as error:
            raise OutputError(f"H.264 cannot hold pictures of {width}x{height}") from error

    def _new_stream(self, width: int, height: int) -> Any:
        stream = self._container.add_stream("libx264", rate=self._rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = self._options
        context = stream.codec_context
        context.time_base = TIME_BASE
        # The file names BT.709, so players need not guess the colours.
        context.colorspace = context.color_primaries = context.color_trc = 1
        context.color_range = 1
        return stream

    def close(self) -> None:
        """Complete the file."""
        if self._stream is not None:
            self._container.mux(self._stream.encode(None))
        self.discard()

    def discard(self) -> None:
        """Close the file as it is. Closing it twice is fine."""
        self._container.close()


def _even(image: ImageArray) -> ImageArray:
    """The picture with its last row or column repeated if needed: H.264 wants an even size."""
    odd = [(0, side % 2) for side in image.shape[:2]]
    return np.pad(image, (*odd, (0, 0)), mode="edge") if any(o[1] for o in odd) else image
