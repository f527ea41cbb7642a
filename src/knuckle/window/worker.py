"""The thread that tracks: it takes frames from a feed and puts what it found into an outbox."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from ..closing import Closing
from ..values import Frame
from .feeds import Feed
from .finder import Answer, Finder
from .state import Orders


@dataclass(frozen=True, slots=True, eq=False)
class Tracked:
    """A frame with what was found in it."""

    frame: Frame
    answer: Answer
    captured: float  # when the frame was in our memory, on the monotonic clock
    seconds: float  # that tracking took


@dataclass(frozen=True, slots=True)
class End:
    """The clip has no more frames."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The source, or a network, has failed. A clip may go on after a damaged part."""

    error: Exception


Item = Tracked | End | Failure


class Worker(Closing):
    """Tracks frames while the window draws others. `Orders` say which ones, and how."""

    def __init__(
        self,
        feed: Feed,
        finder: Finder,
        orders: Orders,
        changed: threading.Condition,
        *,
        most: int,
        wake: Callable[[], None],
    ) -> None:
        """changed: the feed's condition. most: how many items may wait. wake: called for each."""
        self._feed, self._finder, self._orders = feed, finder, orders
        self._changed, self._most, self._wake = changed, most, wake
        self._outbox: deque[Item] = deque()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="track", daemon=True)
        self._thread.start()

    def order(self, orders: Orders) -> None:
        """Work by these orders from now on. A jump discards what waits from before it."""
        with self._changed:
            if orders.jump.number != self._orders.jump.number:
                self._outbox.clear()
            self._orders = orders
            self._changed.notify_all()

    def peek(self) -> Item | None:
        """The oldest item that waits."""
        with self._changed:
            return self._outbox[0] if self._outbox else None

    def take(self) -> Item:
        """Take the oldest item; only after `peek` has seen it."""
        with self._changed:
            self._changed.notify_all()
            return self._outbox.popleft()

    def _run(self) -> None:
        while (orders := self._awaited()) is not None:
            item: Item
            try:
                item = self._work(orders)
            except StopIteration:
                item = End()
            except Exception as error:  # the window's thread raises what is no KnuckleError
                item = Failure(error)
            self._put(item, orders)

    def _awaited(self) -> Orders | None:
        """The orders, as soon as there is something to do; None when there is no more."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._is_closed
                    or (len(self._outbox) < self._most and self._feed.has_next(self._orders))
                )
            )
            return None if self._is_closed else self._orders

    def _work(self, orders: Orders) -> Tracked:
        frame, captured = self._feed.next(orders)
        began = time.monotonic()
        answer = self._finder(orders.settings, frame)
        return Tracked(frame, answer, captured, time.monotonic() - began)

    def _put(self, item: Item, orders: Orders) -> None:
        with self._changed:
            if orders.jump.number == self._orders.jump.number:
                self._outbox.append(item)
        self._wake()

    def close(self) -> None:
        """End the threads."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._feed.close()
        self._thread.join(timeout=5)
