"""Where the worker gets its next frame: the newest of a camera, or the next of a clip."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

from ..errors import KnuckleError, SourceError
from ..io.stream import Source
from ..values import Frame
from .reel import Open, Reel
from .state import Orders

MOST_SKIPPED = 8  # late frames in a row that a clip leaves out before it shows one again


class Captured(NamedTuple):
    """A frame, and when it was in our memory, on the monotonic clock."""

    frame: Frame
    at: float


class Feed(Protocol):
    """Frames for the worker, who calls it with the lock of `changed` held for `has_next` only."""

    def has_next(self, orders: Orders) -> bool:
        """Whether `next` would have something to give or to raise."""

    def next(self, orders: Orders) -> Captured:
        """The next frame. Raises StopIteration at the end of a clip, KnuckleError."""

    def close(self) -> None:
        """End reading."""


class LiveFeed:
    """A camera: a thread takes every frame and keeps only the newest."""

    def __init__(
        self, open_camera: Callable[[], Source], first: Source, changed: threading.Condition
    ) -> None:
        """changed: notified when a frame is there."""
        self._open, self._source, self._changed = open_camera, first, changed
        self._slot: Captured | KnuckleError | None = None
        self._jump = 0
        self._steps = 0
        self._start()

    def _start(self) -> None:
        self._thread = threading.Thread(
            target=self._capture, args=(self._source,), name="capture", daemon=True
        )
        self._thread.start()

    def _capture(self, source: Source) -> None:
        try:
            for frame in source:
                self._put(Captured(frame, time.monotonic()), source)
            raise SourceError(f"{source.name} stopped sending pictures")
        except KnuckleError as error:
            self._put(error, source)

    def _put(self, item: Captured | KnuckleError, source: Source) -> None:
        with self._changed:
            if source is self._source:  # not one that was closed meanwhile
                self._slot = item
                self._changed.notify_all()

    def has_next(self, orders: Orders) -> bool:
        """Whether a frame is there and wanted, or the camera is to be opened again."""
        if orders.jump.number != self._jump or isinstance(self._slot, KnuckleError):
            return True
        return self._slot is not None and (orders.is_running or orders.steps > self._steps)

    def next(self, orders: Orders) -> Captured:
        """The newest frame; waits for one after opening the camera again."""
        if orders.jump.number != self._jump:
            self._jump = orders.jump.number
            self._reopen()
        with self._changed:
            self._changed.wait_for(lambda: self._slot is not None)
            item, self._slot = self._slot, None
        self._steps = orders.steps
        assert item is not None
        if isinstance(item, KnuckleError):
            raise item
        return item

    def _reopen(self) -> None:
        self.close()
        source = self._open()
        with self._changed:
            self._source, self._slot = source, None
        self._start()

    def close(self) -> None:
        """Close the camera and end its thread."""
        self._source.close()
        self._thread.join(timeout=2)  # a camera that hangs must not keep the window open


class ClipFeed:
    """A clip: its frames in order, without those that would come too late."""

    def __init__(self, open_at: Open, first: Source) -> None:
        self._reel = Reel(open_at, first)
        self._jump = 0
        self._is_ended = False
        self._error: KnuckleError | None = None

    def has_next(self, orders: Orders) -> bool:
        """Whether the clip goes on."""
        return not self._is_ended or orders.jump.number != self._jump

    def next(self, orders: Orders) -> Captured:
        """The next frame that is not late. Raises StopIteration at the end."""
        if orders.jump.number != self._jump:
            self._jump = orders.jump.number
            self._is_ended = False
            self._reel.go(orders.jump.target)
        try:
            return Captured(self._not_late(orders), time.monotonic())
        except StopIteration:
            self._is_ended = True
            raise
        except KnuckleError as error:
            self._is_ended = error is self._error  # it would come again and again
            self._error = error
            raise

    def _not_late(self, orders: Orders) -> Frame:
        frame = self._reel.next()
        if orders.clock is None:
            return frame
        for _ in range(MOST_SKIPPED):
            if frame.time >= orders.clock.media_at(time.monotonic()):
                break
            try:
                frame = self._reel.next()
            except StopIteration:  # the last frame is shown, however late
                break
        return frame

    def close(self) -> None:
        """Close the clip."""
        self._reel.close()
