"""Iterators that are read ahead, and calls that are made behind."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

import knuckle
from knuckle.errors import SourceError
from knuckle.io.overlap import CallBehind, ReadAhead
from tests.io.files import damage, greys, write_clip

PATIENCE = 10  # seconds until a test that hangs fails


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Whatever happened in a test, its threads have ended."""
    before = set(threading.enumerate())
    yield
    gc.collect()
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)
    assert set() == set(threading.enumerate()) - before


class Counted(Iterator[int]):
    """Counts from 0 on, remembers how far it came, and fails at some numbers."""

    def __init__(self, *, fails_at: frozenset[int] = frozenset(), stop: int | None = None) -> None:
        self.given = -1
        self.came = threading.Condition()
        self._fails_at = fails_at
        self._stop = stop

    def __next__(self) -> int:
        with self.came:
            if self.given + 1 == self._stop:
                raise StopIteration
            self.given += 1
            self.came.notify_all()
        if self.given in self._fails_at:
            raise SourceError(f"number {self.given} is damaged")
        return self.given

    def wait_for(self, number: int) -> bool:
        """Wait until it has given a number."""
        with self.came:
            return self.came.wait_for(lambda: self.given >= number, PATIENCE)


class TestReadAhead:
    """Items that are worked out before they are asked for."""

    def test_items_keep_their_order(self) -> None:
        """All of them, and then the end, again and again."""
        items = ReadAhead(iter(range(1000)), 3)

        assert list(range(1000)) == list(items)
        assert [] == list(items)

    def test_nothing_is_read_before_the_first_is_asked_for(self) -> None:
        """A source that is opened and given to another process has no thread yet."""
        numbers = Counted()
        ReadAhead(numbers, 3)

        assert -1 == numbers.given

    def test_some_are_read_ahead_and_no_more(self) -> None:
        """Memory holds those that wait, and the one that finds no room."""
        numbers = Counted()
        items = ReadAhead(numbers, 3)

        assert 0 == next(items)
        assert numbers.wait_for(4)
        assert 1 == next(items)
        assert numbers.wait_for(5)
        assert 5 == numbers.given
        items.close()

    def test_an_error_comes_in_its_place_and_reading_goes_on(self) -> None:
        """As with the iterator itself: a picture that is damaged is one of many."""
        items = ReadAhead(Counted(fails_at=frozenset({1}), stop=4), 3)
        assert 0 == next(items)
        with pytest.raises(SourceError, match="number 1 is damaged"):
            next(items)

        assert [2, 3] == list(items)

    def test_a_generator_that_fails_has_ended(self) -> None:
        """Its items come first, then its error, then the end."""

        def numbers() -> Iterator[int]:
            yield from range(5)
            raise SourceError("breaks off")

        items = ReadAhead(numbers(), 2)
        assert list(range(5)) == [next(items) for _ in range(5)]
        with pytest.raises(SourceError, match="breaks off"):
            next(items)

        assert [] == list(items)

    def test_closing_ends_it_at_once(self) -> None:
        """Also while the thread waits for room. What waits is lost."""
        numbers = Counted()
        items = ReadAhead(numbers, 2)
        next(items)
        assert numbers.wait_for(3)
        items.close()
        items.close()

        assert [] == list(items)

    def test_closing_before_the_first_item_starts_no_thread(self) -> None:
        """And no item comes."""
        items = ReadAhead(count(), 2)
        items.close()

        assert [] == list(items)

    def test_nobody_needs_to_close_it(self) -> None:
        """The thread ends when the object is gone; the fixture looks."""
        items = ReadAhead(count(), 2)
        next(items)
        del items


class TestCallBehind:
    """Calls that are made while the caller goes on."""

    def test_calls_keep_their_order(self) -> None:
        """All are made before the block ends, in another thread."""
        made: list[tuple[int, int]] = []

        def make(number: int) -> None:
            made.append((number, threading.get_ident()))

        with CallBehind(make, 3) as call:
            for number in range(500):
                call(number)

        assert list(range(500)) == [number for number, _ in made]
        assert threading.get_ident() not in {thread for _, thread in made}

    def test_the_caller_waits_for_room(self) -> None:
        """No more than one in work and those that may wait are ahead of the calls."""
        made: list[int] = []
        ahead: list[int] = []
        with CallBehind(made.append, 2) as call:
            for number in range(300):
                call(number)
                ahead.append(number + 1 - len(made))

        assert max(ahead) <= 4  # two that wait, one in work, one that was made meanwhile

    def test_an_error_stops_the_caller(self) -> None:
        """At a later call or at the end; no call is made after the one that failed."""
        made: list[int] = []

        def fail(number: int) -> None:
            made.append(number)
            if number == 3:
                raise OSError("disk is full")

        def run(numbers: Iterator[int]) -> None:
            with CallBehind(fail, 2) as call:
                for number in numbers:
                    call(number)

        for numbers in (iter(range(4)), count()):
            made.clear()
            with pytest.raises(OSError, match="disk is full"):
                run(numbers)

            assert [0, 1, 2, 3] == made

    def test_an_exception_of_the_caller_discards_what_waits(self) -> None:
        """The call that is being made is finished."""
        going_on, begun = threading.Event(), threading.Event()
        made: list[int] = []

        def wait(number: int) -> None:
            begun.set()
            assert going_on.wait(PATIENCE)
            made.append(number)

        def run() -> None:
            with CallBehind(wait, 3) as call:
                for number in range(3):
                    call(number)
                assert begun.wait(PATIENCE)
                threading.Timer(0.05, going_on.set).start()
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run()

        assert [0] == made


class TestSources:
    """Files are decoded ahead; what comes is the same."""

    def test_a_clip_that_is_left_early_is_let_go(self, tmp_path: Path) -> None:
        """Neither a loop that breaks nor a block that ends leaves a thread; the fixture looks."""
        path = write_clip(tmp_path / "a.mp4", greys(40))
        for frame in knuckle.open_source(path):
            assert 0 == frame.index
            break
        with knuckle.open_source(path) as frames:
            next(frames)

    def test_an_error_comes_after_all_frames(self, tmp_path: Path) -> None:
        """Of a damaged clip, all that can be decoded comes first."""
        path = write_clip(tmp_path / "a.mp4", greys(40))
        damage(path, length=200)
        shown: list[int] = []
        with pytest.raises(SourceError, match="is damaged"), knuckle.open_source(path) as frames:
            shown.extend(frame.index for frame in frames)

        assert sorted(set(shown)) == shown
        assert len(shown) > 5
