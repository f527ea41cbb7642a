"""The loop that joins the window, the worker and the files."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import chain

from ..errors import KnuckleError, SourceError
from ..io.stream import Source
from ..values import Frame, ImageArray, Size, image_size
from .feeds import ClipFeed, Feed, LiveFeed
from .figures import Stages
from .finder import Answer, Finder
from .picture import on_screen
from .reel import Open
from .saving import Files, Saver
from .scene import fitted, scene
from .screen import Screen
from .state import Look, Media, Place, Settings, State, orders_of
from .update import (
    Closed,
    Ended,
    Event,
    Failed,
    RecordingStopped,
    Shown,
    Ticked,
    Told,
    update,
)
from .worker import End, Failure, Item, Tracked, Worker

PATIENCE = 0.25  # seconds without an event after which the loop looks around
AHEAD = 4  # frames of a clip that wait for their time
NOTHING = Answer()


def run(
    open_at: Open,
    settings: Settings,
    look: Look,
    files: Files,
    *,
    is_live: bool,
    speed: float = 1.0,
    start: float = 0.0,
    is_full_screen: bool = False,
    tell: Callable[[str], None],
    is_interrupted: Callable[[], bool] = lambda: False,
) -> list[str]:
    """Show a source in a window until it is closed. Returns what went wrong meanwhile.

    open_at: opens the source at a time; a camera ignores it. speed: 1 is the clip's own.
    start: seconds. tell: prints a line.
    Raises SourceError before the window opens when there is nothing to show, CannotRunHere without
    a display, ExtraMissing, OutputError.
    """
    with Screen() as screen:
        source, first = _with_first(open_at(start), is_live=is_live)
        media = _media(source, is_live=is_live, start=start)
        state = State(media, settings, look, speed=speed, is_full_screen=is_full_screen)
        changed = threading.Condition()
        feed: Feed = (
            LiveFeed(lambda: open_at(0.0), source, changed)
            if is_live
            else ClipFeed(open_at, source)
        )
        with Worker(
            feed,
            Finder(remembers=not is_live),
            orders_of(state),
            changed,
            most=1 if is_live else AHEAD,
            wake=screen.wake,
        ) as worker:
            screen.open(f"{media.name} - knuckle", image_size(first.image))
            loop = Loop(screen, worker, state, files, tell)
            loop.run(is_interrupted)
    return loop.problems


def _with_first(source: Source, *, is_live: bool) -> tuple[Source, Frame]:
    """A source and its first frame, which it will give, too. Raises SourceError without one."""
    problem = None
    while True:
        try:
            first = next(source)
            break
        except StopIteration:
            source.close()
            raise problem or SourceError(f"{source.name} has no frames there") from None
        except SourceError as error:
            if is_live or error is problem:
                source.close()
                raise
            problem = error
    again = Source(
        chain([first], source),
        name=source.name,
        rate=source.rate,
        frame_count=source.frame_count,
        close=source.close,
        files=source.files,
    )
    return again, first


def _media(source: Source, *, is_live: bool, start: float) -> Media:
    rate = float(source.rate)
    count = None if is_live else source.frame_count
    return Media(source.name, is_live, rate, None if count is None else start + count / rate)


class Loop:
    """What happens -> `update` -> what is to be done about it."""

    def __init__(
        self,
        screen: Screen,
        worker: Worker,
        state: State,
        files: Files,
        tell: Callable[[str], None],
    ) -> None:
        self.problems: list[str] = []
        self._screen, self._worker = screen, worker
        self._state = state
        self._posted: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._saver = Saver(state.media, files, self._post, tell)
        self._records_first = bool(files.outputs)
        self._tracked: Tracked | None = None
        self._drawn: tuple[Tracked, Look, Size, ImageArray] | None = None
        self._is_stale = True

    def _post(self, event: Event) -> None:
        """Take an event from any thread."""
        self._posted.put(event)
        self._screen.wake()

    def run(self, is_interrupted: Callable[[], bool]) -> None:
        """Until the window is closed. Files are completed, whatever ends it."""
        with self._saver:
            try:
                if self._state.is_full_screen:
                    self._screen.set_full(True)
                if self._records_first:
                    self._change(replace(self._state, is_recording=True))
                while not self._state.is_quitting:
                    self._turn(is_interrupted)
            finally:
                self._saver.stop()

    def _turn(self, is_interrupted: Callable[[], bool]) -> None:
        for event in self._screen.events(self._patience()):
            self._do(event)
        while not self._posted.empty():
            event = self._posted.get()
            if isinstance(event, RecordingStopped):
                self.problems.append(event.text)
            self._do(event)
        if is_interrupted():
            self._do(Closed())
        if self._has_old_message():
            self._do(Ticked())
        is_fresh = self._next_shown()
        if is_fresh or self._is_stale or self._screen.is_stale:
            self._show(is_fresh=is_fresh)

    def _patience(self) -> float:
        """How long to wait for an event, seconds."""
        if self._is_stale or not self._posted.empty():
            return 0.0
        now, ends = time.monotonic(), [PATIENCE]
        item = self._worker.peek()
        if item is not None and self._is_wanted(item):
            ends.append(self._due(item) - now)
        if self._state.message is not None:
            ends.append(self._state.message.until - now)
        return max(min(ends), 0.0)

    def _has_old_message(self) -> bool:
        message = self._state.message
        return message is not None and time.monotonic() >= message.until

    def _is_wanted(self, item: Item) -> bool:
        """Whether an item is to be taken, sooner or later: not while a clip stands still."""
        state = self._state
        return state.media.is_live or not state.is_paused or state.is_waiting_for_step

    def _due(self, item: Item) -> float:
        clock = self._state.clock
        if not isinstance(item, Tracked) or clock is None or self._state.media.is_live:
            return 0.0
        return clock.due(item.frame.time)

    def _next_shown(self) -> bool:
        """Take what is due, and record it. Whether there is a frame to show."""
        is_fresh = False
        while (item := self._worker.peek()) is not None and self._is_wanted(item):
            if self._due(item) > time.monotonic():
                break
            if is_fresh and not isinstance(item, Tracked):
                break  # the last frame is shown before the end is told
            self._worker.take()
            if not isinstance(item, Tracked):
                self._ended(item)
                break
            self._tracked, is_fresh = item, True
            if self._state.is_recording:
                self._saver.record(item, self._state.look)
            if self._state.is_paused or self._state.clock is None:
                break
        return is_fresh

    def _ended(self, item: End | Failure) -> None:
        if isinstance(item, End):
            self._do(Ended())
            return
        if not isinstance(item.error, KnuckleError):
            raise item.error
        text = str(item.error)
        self.problems.append(text)
        self._do(Failed(text) if self._state.media.is_live else Told(text))

    def _do(self, event: Event) -> None:
        self._change(update(self._state, event, time.monotonic()))

    def _change(self, after: State) -> None:
        """Take over a state, and do what it asks for."""
        before, self._state = self._state, after
        if orders_of(after) != orders_of(before):
            self._worker.order(orders_of(after))
        if after.snapshots != before.snapshots and self._tracked is not None:
            self._saver.snapshot(self._tracked, after.look)
        if after.is_recording and not before.is_recording:
            self._saver.start()
        if before.is_recording and not after.is_recording:
            self._saver.stop()
        if after.is_full_screen != before.is_full_screen:
            self._screen.set_full(after.is_full_screen)
        self._is_stale = self._is_stale or after != before

    def _show(self, *, is_fresh: bool) -> None:
        began = time.monotonic()
        tracked, size = self._tracked, self._screen.size
        picture = None if tracked is None else self._picture(tracked, size)
        drawn = time.monotonic()
        self._screen.show(
            scene(
                self._state,
                NOTHING if tracked is None else tracked.answer,
                None if tracked is None else image_size(tracked.frame.image),
                size,
            ),
            picture,
        )
        is_first, self._is_stale = self._state.place is None, False
        if is_fresh and tracked is not None:
            now = time.monotonic()
            times = Stages(tracked.seconds, drawn - began, now - drawn, now - tracked.captured)
            place = Place(tracked.frame.index, tracked.frame.time)
            self._do(Shown(place, times))
            # A moving picture is drawn again soon enough.
            self._is_stale = self._state.is_paused or is_first

    def _picture(self, tracked: Tracked, window: Size) -> ImageArray:
        """The frame with its hands in the window's size; drawn again only when it changes."""
        look = self._state.look
        if self._drawn is None or self._drawn[:3] != (tracked, look, window):
            frame, answer = tracked.frame, tracked.answer
            rect = fitted(image_size(frame.image), window)
            size = (rect.width, rect.height)
            image = on_screen(frame.image, answer, look, size, self._screen.scaled)
            self._drawn = tracked, look, window, image
        return self._drawn[3]
