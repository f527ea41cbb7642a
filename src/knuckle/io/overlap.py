"""Work that overlaps: an iterator that is read ahead, and calls that are made behind.

Both keep their order, hold a few items at most, and pass errors on to the caller. Decoding,
networks and encoding leave the interpreter free, so a second core can take one while the first is
busy with another.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Generic, NoReturn, ParamSpec, TypeVar
from weakref import finalize

from ..closing import Closing

T = TypeVar("T")
Arguments = ParamSpec("Arguments")


class _Queue(Generic[T]):
    """A bounded queue between two threads that either of them can end."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: deque[T] = deque()
        self._is_ended = False
        self._changed = threading.Condition()

    def put(self, item: T) -> bool:
        """Append an item as soon as there is room. Returns False when the queue has ended."""
        with self._changed:
            while len(self._items) >= self._most and not self._is_ended:
                self._changed.wait()
            if not self._is_ended:
                self._items.append(item)
                self._changed.notify_all()
            return not self._is_ended

    def get(self) -> T:
        """Take the oldest item as soon as there is one. Raises StopIteration after the last."""
        with self._changed:
            while not self._items and not self._is_ended:
                self._changed.wait()
            if not self._items:
                raise StopIteration
            self._changed.notify_all()
            return self._items.popleft()

    def end(self, *, discard: bool = False) -> None:
        """Take no more items. Those that wait can still be taken, unless they are discarded."""
        with self._changed:
            self._is_ended = True
            if discard:
                self._items.clear()
            self._changed.notify_all()


class ReadAhead(Iterator[T]):
    """The items of an iterator, worked out in a thread before they are asked for.

    An exception comes in its place, and the call after it goes on with what the iterator does then.
    The thread starts with the first call. It ends with the iterator, when this object is closed, or
    when nobody holds it any more.
    """

    def __init__(self, items: Iterator[T], most: int) -> None:
        """most: how many items may wait to be asked for, at least 1."""
        self._queue: _Queue[Callable[[], T]] = _Queue(most)
        self._thread = threading.Thread(
            target=_work_out, args=(items, self._queue), name="read ahead", daemon=True
        )
        self._has_started = False
        self._end = finalize(self, _end, self._queue, self._thread)

    def __next__(self) -> T:
        if not self._has_started:
            self._has_started = True
            self._thread.start()
        return self._queue.get()()

    def close(self) -> None:
        """End the thread. What was worked out and not asked for is lost."""
        self._end()


def _work_out(items: Iterator[T], queue: _Queue[Callable[[], T]]) -> None:
    """Put all that an iterator gives or raises into a queue."""
    is_wanted = True
    while is_wanted:
        try:
            item = next(items)
        except StopIteration:
            queue.end()
            return
        except BaseException as error:
            is_wanted = queue.put(_raising(error))
        else:
            is_wanted = queue.put(_giving(item))


def _giving(item: T) -> Callable[[], T]:
    return lambda: item


def _raising(error: BaseException) -> Callable[[], NoReturn]:
    def outcome() -> NoReturn:
        raise error

    return outcome


def _end(queue: _Queue[T], thread: threading.Thread) -> None:
    queue.end(discard=True)
    # The garbage collector may run in that very thread.
    if thread.is_alive() and thread is not threading.current_thread():
        thread.join()


class CallBehind(Closing, Generic[Arguments]):
    """Calls a function again and again, in a thread behind the caller.

    If a call fails, no other is made, and the next call here or `close` raises its exception.
    Leaving `with` waits for all calls; an exception discards those that wait.
    """

    def __init__(self, function: Callable[Arguments, None], most: int) -> None:
        """most: how many calls may wait, at least 1."""
        self._function = function
        self._queue: _Queue[Callable[[], None]] = _Queue(most)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="call behind", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            while True:
                self._queue.get()()
        except StopIteration:
            return
        except BaseException as error:
            self._error = error
            self._queue.end(discard=True)

    def __call__(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        """Have the function called with these arguments; waits while too many calls wait."""
        is_wanted = self._queue.put(partial(self._function, *args, **kwargs))
        if not is_wanted and self._error is not None:
            raise self._error

    def close(self) -> None:
        """Wait for all calls. Raises what one of them raised."""
        self._queue.end()
        try:
            self._thread.join()
        except BaseException:  # a second Ctrl-C
            self.abort()
            raise
        error, self._error = self._error, None
        if error is not None:
            raise error

    def abort(self) -> None:
        """Wait for the call that is being made, and make no other."""
        self._queue.end(discard=True)
        self._thread.join()
