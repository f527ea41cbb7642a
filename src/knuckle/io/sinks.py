"""Sinks: output files that are complete or absent, and folders of pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

from ..closing import Closing
from ..errors import OutputError
from ..values import Frame, Hand, ImageArray
from .pictures import write_picture
from .whole import PartialFile

Draw = Callable[[ImageArray, Sequence[Hand]], ImageArray]


class Sink(Closing):
    """An output of frames and their hands. Use it in `with`.

    Leaving the `with` block completes the file and gives it its name. After an exception, Ctrl-C
    included, no new file is left, and an old file of that name is unchanged.
    """

    path: Path
    goes_on = False  # whether it can still be written to after a frame that failed

    def write(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Append a frame and its hands. Raises OutputError, and ValueError after closing."""
        raise NotImplementedError

    def close(self) -> None:
        """Complete the output. Closing it twice is fine. Raises OutputError."""
        raise NotImplementedError

    def abort(self) -> None:
        """Discard the output, unless it is complete."""
        raise NotImplementedError


class FileSink(Sink):
    """An output that is one file. Each format's subclass opens, appends to and finishes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_closed = False
        self._target = PartialFile(path)
        try:
            with self._target.guard():
                self._open(self._target.partial)
        except BaseException:
            self.abort()
            raise

    def write(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Append a frame and its hands. Raises OutputError, and ValueError after closing."""
        if self._is_closed:
            raise ValueError(f"the sink of {self.path} is closed: open another one")
        with self._target.guard():
            self._append(frame, hands)

    def close(self) -> None:
        """Complete the file and give it its name. Closing it twice is fine. Raises OutputError."""
        if self._is_closed:
            return
        try:
            with self._target.guard():
                self._finish()
                self._release()
            self._target.commit()
        finally:
            self.abort()

    def abort(self) -> None:
        """Leave nothing behind, unless the file is complete."""
        self._is_closed = True
        # The file is deleted, so an error from closing it halfway does not matter.
        with suppress(Exception):
            self._release()
        self._target.discard()

    def _open(self, partial: Path) -> None:
        raise NotImplementedError

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        raise NotImplementedError

    def _finish(self) -> None:
        """Write what must come last in the file."""

    def _release(self) -> None:
        """Close the file. Closing it twice is fine."""
        raise NotImplementedError


class VideoSink(FileSink):
    """An annotated video with the source's size, frame rate and time stamps."""

    def __init__(self, path: Path, rate: Fraction, draw: Draw) -> None:
        self._rate = rate
        self._draw = draw
        self._is_empty = True
        super().__init__(path)

    def close(self) -> None:
        """Complete the video. Without a frame there is no file. Raises OutputError."""
        if self._is_empty:
            self.abort()
        super().close()

    def _open(self, partial: Path) -> None:
        from .video import VideoEncoder

        self._encoder = VideoEncoder(partial, self._rate)

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        self._encoder.write(self._draw(frame.image, hands), frame.time)
        self._is_empty = False

    def _finish(self) -> None:
        self._encoder.close()

    def _release(self) -> None:
        self._encoder.discard()


class PicturesSink(Sink):
    """Annotated pictures, each complete as soon as it is written."""

    goes_on = True

    def __init__(self, path: Path, target: Callable[[Frame], Path], draw: Draw) -> None:
        self.path = path
        self._target = target
        self._draw = draw
        self._last: Path | None = None

    def write(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Write the annotated picture.

        Raises OutputError, also when it would replace the picture written just before.
        """
        path = self._target(frame)
        if path == self._last:
            raise OutputError(f"{path} holds one picture: name a folder for more")
        write_picture(path, self._draw(frame.image, hands))
        self._last = path

    def close(self) -> None:
        """Do nothing: every picture is complete already."""

    def abort(self) -> None:
        """Do nothing: complete pictures stay."""
