"""Calculators for video files: pictures come out of one, and go into another.

Source: mediapipe/calculators/video/opencv_video_{decoder,encoder}_calculator.cc (behaviour)
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from ...io.sinks import VideoSink
from ...io.sources import open_source
from ...io.stream import Source
from ...values import Frame, Hand, ImageArray, image_size
from ..calculator import Calculator, Context
from ..contracts import Contract, Port
from ..packets import PRE_STREAM
from ..types import IMAGE, STRING, VIDEO_HEADER, VideoHeader

SECOND = 1_000_000  # microseconds
H264 = ("", "avc1", "h264", "x264")
MP4 = ("", "mp4", "m4v", "mov")


def _path(value: Any) -> Path:
    """A path from a string packet."""
    return Path(value.decode() if isinstance(value, bytes) else value)


class OpenCvVideoDecoderCalculator(Calculator):
    """Reads the pictures of a video file, with their times in the file.

    VIDEO_PRESTREAM has one packet before all pictures: what is known of the video.
    """

    contract = Contract(
        outputs=(Port("VIDEO", IMAGE), Port("VIDEO_PRESTREAM", VIDEO_HEADER, optional=True)),
        side_inputs=(Port("INPUT_FILE_PATH", STRING),),
        offset=None,
    )

    _source: Source | None = None

    def open(self, context: Context) -> None:
        """Open the file and look at its first picture. Raises SourceError, ExtraMissing."""
        self._source = source = open_source(_path(context.side("INPUT_FILE_PATH")))
        self._next: Frame | None = next(source, None)
        self._last = -1
        if self._next is not None:
            rate, count = source.rate, source.frame_count
            width, height = image_size(self._next.image)
            header = VideoHeader(width, height, float(rate), float((count or 0) / rate))
            context.emit("VIDEO_PRESTREAM", header, timestamp=PRE_STREAM)
        context.close_output("VIDEO_PRESTREAM")

    def process(self, context: Context) -> None:
        """Send the next picture. Raises SourceError where the file is damaged."""
        assert self._source is not None
        frame = self._next or next(self._source, None)
        self._next = None
        if frame is None:
            context.stop()
            return
        time = round(frame.time * SECOND)
        if time > self._last:  # otherwise the file says it is shown when another one is
            self._last = time
            context.emit("VIDEO", frame.image, timestamp=time)

    def close(self, context: Context) -> None:
        """Close the file."""
        if self._source is not None:
            self._source.close()


class OpenCvVideoEncoderCalculator(Calculator):
    """Writes pictures to a video file. It gets its name when it is complete.

    A graph that fails leaves a file with the pictures that were finished. The frame rate is that of
    VIDEO_PRESTREAM, else the option fps; times of the pictures that differ from it are kept.
    """

    contract = Contract(
        inputs=(Port("VIDEO", IMAGE), Port("VIDEO_PRESTREAM", VIDEO_HEADER, optional=True)),
        side_inputs=(
            Port("OUTPUT_FILE_PATH", STRING),
            Port("AUDIO_FILE_PATH", STRING, optional=True),
        ),
        options="mediapipe.OpenCvVideoEncoderCalculatorOptions",
    )

    _sink: VideoSink | None = None

    def open(self, context: Context) -> None:
        """Read the options."""
        options = context.options
        self._size = options.width, options.height
        self._rate: float = options.fps
        if options.codec.lower() not in H264:
            context.tell_once(f'there is no codec "{options.codec}": videos are written in H.264')
        if options.video_format.lower() not in MP4:
            context.tell_once(f'there is no format "{options.video_format}": videos are MP4 files')
        if context.side("AUDIO_FILE_PATH") is not None:
            context.tell_once("videos are written without sound: AUDIO_FILE_PATH is not used")

    def process(self, context: Context) -> None:
        """Append a picture. Raises OutputError, ExtraMissing, ValueError without a frame rate."""
        header = context.get("VIDEO_PRESTREAM")
        if header is not None:
            self._rate, self._size = header.frame_rate, (0, 0)
        image: ImageArray | None = context.get("VIDEO")
        if image is None:
            return
        if self._sink is None:
            self._sink = self._opened(context)
        width, height = image_size(image)
        if 0 not in self._size and self._size != (width, height):
            raise ValueError(
                f"a picture is {width}x{height}, but the options width and height say otherwise: "
                "leave them out, or scale the pictures"
            )
        self._sink.write(Frame(image, 0, context.timestamp / SECOND), ())

    def _opened(self, context: Context) -> VideoSink:
        if self._rate <= 0:
            raise ValueError("the frame rate is not known: connect VIDEO_PRESTREAM or set fps")
        rate = Fraction(self._rate).limit_denominator(60_000)
        return VideoSink(_path(context.side("OUTPUT_FILE_PATH")), rate, _as_it_is)

    def close(self, context: Context) -> None:
        """Complete the file. Raises OutputError."""
        if self._sink is not None:
            self._sink.close()


def _as_it_is(image: ImageArray, hands: Sequence[Hand]) -> ImageArray:
    return image
