"""Where answers go: files that are complete or not there, and folders of pictures."""

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
    """An output, to be used in `with`: every frame is written with its hands.

    A file has its name only when it is complete. Leaving the `with` block completes it; an
    exception, Ctrl-C included, leaves no file, and an old one as it was.
    """

    path: Path
    goes_on = False  # one frame that cannot be written does not spoil the others

    def write(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Append a frame and its hands. Raises OutputError, and ValueError after closing."""
        raise NotImplementedError

    def close(self) -> None:
        """Complete the output; closing again does nothing. Raises OutputError."""
        raise NotImplementedError

    def abort(self) -> None:
        """Give the output up, unless it is complete."""
        raise NotImplementedError


class FileSink(Sink):
    """An output that is one file; a subclass per format says how to open, append and finish it."""

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
        """Complete the file and give it its name; again does nothing. Raises OutputError."""
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
        # Whatever a library thinks of a file that is half written or closed: it goes.
        with suppress(Exception):
            self._release()
        self._target.discard()

    def _open(self, partial: Path) -> None:
        raise NotImplementedError

    def _append(self, frame: Frame, hands: Sequence[Hand]) -> None:
        raise NotImplementedError

    def _finish(self) -> None:
        """Write what belongs at the end."""

    def _release(self) -> None:
        """Close the file; again does nothing."""
        raise NotImplementedError


class VideoSink(FileSink):
    """An annotated video at the source's size, rate and time stamps."""

    def __init__(self, path: Path, rate: Fraction, draw: Draw) -> None:
        self._rate = rate
        self._draw = draw
        self._is_empty = True
        super().__init__(path)

    def close(self) -> None:
        """Complete the video; without a frame none is made. Raises OutputError."""
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

        Raises OutputError, also when its name is that of the one before.
        """
        path = self._target(frame)
        if path == self._last:
            raise OutputError(f"{path} holds one picture: name a folder for more")
        write_picture(path, self._draw(frame.image, hands))
        self._last = path

    def close(self) -> None:
        """Nothing is left to do."""

    def abort(self) -> None:
        """Pictures that are complete stay."""
