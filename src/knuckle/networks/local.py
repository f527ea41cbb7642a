"""Resources of an engine that each process, or each thread, must open for itself."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Opened = TypeVar("Opened")

# What a parent process opened. A forked child must not close it, because closing would wait for
# threads that only the parent has.
_abandoned: list[Any] = []


class PerProcess(Generic[Opened]):
    """Something that is opened once in each process; a forked child opens its own."""

    def __init__(self, open_one: Callable[[], Opened]) -> None:
        self._open = open_one
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._opened: Opened | None = open_one()

    def get(self) -> Opened:
        """The resource of the calling process."""
        if self._owner != os.getpid():
            # A fork may have happened while another thread of the parent held the lock.
            self._lock, self._owner = threading.Lock(), os.getpid()
            _abandoned.append(self._opened)
            self._opened = None
        with self._lock:
            if self._opened is None:
                self._opened = self._open()
            return self._opened


class PerThread(Generic[Opened]):
    """Something that is opened once in each thread of each process."""

    def __init__(self, open_one: Callable[[], Opened]) -> None:
        self._open = open_one
        self._here = threading.local()

    def get(self) -> Opened:
        """The resource of the calling thread."""
        owner = getattr(self._here, "owner", None)
        if owner != os.getpid():
            if owner is not None:
                _abandoned.append(self._here.opened)
            self._here.opened = self._open()
            self._here.owner = os.getpid()
        opened: Opened = self._here.opened
        return opened
