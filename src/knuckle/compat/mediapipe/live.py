"""Work on what comes last: one item in hand, the newest waits, those between are dropped."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")

PATIENCE = 10  # seconds to wait for the item in hand when the stream ends


class LiveStream(Generic[Item]):
    """A thread that works on items; it begins with the first one and anew after a fork.

    An error in the work is shown as that of any thread, and the next item is worked on.
    """

    def __init__(self, work: Callable[[Item], None]) -> None:
        self._work = work
        self._begin()

    def _begin(self) -> None:
        self._owner = os.getpid()
        self._change = threading.Condition()
        self._waiting: list[Item] = []  # at most one
        self._ended = False
        self._thread: threading.Thread | None = None

    def put(self, item: Item) -> None:
        """Have an item worked on as soon as the one in hand is done, unless a newer one comes."""
        if self._owner != os.getpid():
            self._begin()  # the thread, and maybe the holder of the lock, are the parent's
        with self._change:
            self._waiting = [item]
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="knuckle live stream", daemon=True
                )
                self._thread.start()
            self._change.notify()

    def end(self) -> None:
        """Finish what is in hand and what waits, then stop; safe to call again and from the work.

        Waits for `PATIENCE` seconds at most, so that work that never ends does not hold the
        program's exit.
        """
        if self._owner != os.getpid():
            return
        with self._change:
            self._ended = True
            self._change.notify()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(PATIENCE)

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._ended)
                if not self._waiting:
                    return
                item = self._waiting.pop()
            try:
                self._work(item)
            except BaseException:
                report = threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread()))
                threading.excepthook(report)
            del item  # it may hold the last reference to a picture
