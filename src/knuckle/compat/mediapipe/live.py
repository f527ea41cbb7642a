"""A worker thread for live streams. The newest item waits, and older waiting ones are dropped."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")

PATIENCE = 10  # seconds to wait for the present item when the stream ends


class LiveStream(Generic[Item]):
    """A thread that works on items. It starts with the first item, and again after a fork.

    An error in the work is shown like that of any thread, and the thread goes on.
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
        """Work on an item after the present one, unless a newer item replaces it first."""
        if self._owner != os.getpid():
            self._begin()  # after a fork, the thread and maybe the lock's holder are the parent's
        with self._change:
            self._waiting = [item]
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="knuckle live stream", daemon=True
                )
                self._thread.start()
            self._change.notify()

    def end(self) -> None:
        """Finish the present and the waiting item, then stop. Can be called twice, and by the work.

        It waits for `PATIENCE` seconds at most, so that endless work does not block the program's
        exit.
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
