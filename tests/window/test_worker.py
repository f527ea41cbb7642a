"""Frames are tracked once, in order, and as the orders say."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from knuckle.errors import SourceError
from knuckle.io.stream import Source
from knuckle.values import Frame
from knuckle.window import finder as finders
from knuckle.window.feeds import ClipFeed, Feed, LiveFeed
from knuckle.window.finder import Answer, Finder
from knuckle.window.state import Clock, Jump, Orders, Settings, Target
from knuckle.window.worker import End, Failure, Item, Tracked, Worker

from .conftest import RATE, MadeClip, frame, settings

ORDERS = Orders(settings(), Jump(0, Target(0.0)), is_running=True, steps=0, clock=None)
Start = Callable[..., Worker]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The indices of the frames in which hands were looked for."""
    indices: list[int] = []

    def find_for(settings: Settings) -> finders.Find:
        def find(frame: Frame) -> Answer:
            indices.append(frame.index)
            return Answer()

        return find

    monkeypatch.setattr(finders, "find_for", find_for)
    return indices


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a worker on a feed; it is closed after the test."""
    workers: list[Worker] = []

    def start_one(
        make_feed: Callable[[threading.Condition], Feed],
        orders: Orders = ORDERS,
        *,
        remembers: bool = False,
        most: int = 4,
    ) -> Worker:
        changed = threading.Condition()
        worker = Worker(
            make_feed(changed),
            Finder(remembers=remembers),
            orders,
            changed,
            most=most,
            wake=lambda: None,
        )
        workers.append(worker)
        return worker

    yield start_one
    for worker in workers:
        worker.close()
        assert not worker._thread.is_alive()


def item_of(worker: Worker) -> Item:
    """The next item, as soon as it is there."""
    until = time.monotonic() + 10
    while worker.peek() is None:
        assert time.monotonic() < until
        time.sleep(0.001)
    return worker.take()


def index_of(worker: Worker) -> int:
    """The index of the next frame."""
    item = item_of(worker)
    assert isinstance(item, Tracked)
    return item.frame.index


class TestClip:
    """Every frame of a clip."""

    def test_all_frames_in_order_then_the_end(self, start: Start, asked: list[int]) -> None:
        """Each is tracked once."""
        clip = MadeClip(20)
        worker = start(lambda changed: ClipFeed(clip, clip(0.0)))

        assert list(range(20)) == [index_of(worker) for _ in range(20)]
        assert End() == item_of(worker)
        assert list(range(20)) == asked

    def test_it_stays_a_few_frames_ahead(self, start: Start, asked: list[int]) -> None:
        """Nothing is tracked that nobody takes: a paused window costs nothing."""
        clip = MadeClip(100)
        worker = start(lambda changed: ClipFeed(clip, clip(0.0)))
        index_of(worker)
        time.sleep(0.1)

        assert [0, 1, 2, 3, 4] == asked

    def test_no_frame_is_tracked_twice(self, start: Start, asked: list[int]) -> None:
        """Not after steps back, and not in a replay."""
        clip = MadeClip(12)
        worker = start(lambda changed: ClipFeed(clip, clip(0.0)), remembers=True)
        for _ in range(8):
            index_of(worker)
        worker.order(replace(ORDERS, jump=Jump(1, Target(3 / RATE, 3))))
        shown = [index_of(worker) for _ in range(9)]
        assert End() == item_of(worker)
        worker.order(replace(ORDERS, jump=Jump(2, Target(0.0))))
        again = [index_of(worker) for _ in range(12)]

        assert list(range(3, 12)) == shown
        assert list(range(12)) == again
        assert list(range(12)) == asked

    def test_other_settings_ask_again(self, start: Start, asked: list[int]) -> None:
        """What was found by other networks does not count."""
        clip = MadeClip(12)
        worker = start(lambda changed: ClipFeed(clip, clip(0.0)), remembers=True, most=1)
        index_of(worker)
        lite = replace(ORDERS, settings=settings(variant="lite"), jump=Jump(1, Target(0.0, 0)))
        worker.order(lite)

        assert 0 == index_of(worker)
        assert 2 == asked.count(0)

    def test_late_frames_are_left_out(self, start: Start, asked: list[int]) -> None:
        """At most eight in a row, so that there is always something to see."""
        clip = MadeClip(300)
        late = Clock(time.monotonic() - 5, 0.0, 1.0)  # it should be at 5 seconds
        worker = start(
            lambda changed: ClipFeed(clip, clip(0.0)), replace(ORDERS, clock=late), most=1
        )

        assert [8, 17] == [index_of(worker), index_of(worker)]

    def test_the_last_frame_is_shown_however_late(self, start: Start, asked: list[int]) -> None:
        """Then comes the end."""
        clip = MadeClip(5)
        late = Clock(time.monotonic() - 5, 0.0, 1.0)
        worker = start(lambda changed: ClipFeed(clip, clip(0.0)), replace(ORDERS, clock=late))

        assert 4 == index_of(worker)
        assert End() == item_of(worker)

    def test_a_damaged_frame_is_told_and_passed(self, start: Start, asked: list[int]) -> None:
        """The clip goes on."""
        clip = MadeClip(4, broken=1)
        worker = start(lambda changed: ClipFeed(clip, clip(0.0)))
        first, problem, second = index_of(worker), item_of(worker), index_of(worker)

        assert isinstance(problem, Failure)
        assert (0, 2) == (first, second)
        assert "clip is damaged" == str(problem.error)


class Camera:
    """A camera whose frames the test sends, one by one."""

    def __init__(self) -> None:
        self.opened = 0
        self._ready = threading.Condition()
        self._next = 0
        self._sent = 0
        self._is_gone = False

    def __call__(self) -> Source:
        """Plug it in."""
        self.opened += 1
        self._is_gone = False
        return Source(
            self._frames(), name="camera 0", rate=Fraction(30), frame_count=None, close=self.unplug
        )

    def _frames(self) -> Iterator[Frame]:
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._sent > self._next or self._is_gone)
                if self._is_gone:
                    raise SourceError("camera 0 stopped sending pictures")
                index, self._next = self._next, self._next + 1
            yield frame(index)

    def send(self, count: int = 1) -> None:
        """Have it take pictures."""
        with self._ready:
            self._sent += count
            self._ready.notify_all()

    def unplug(self) -> None:
        """No more pictures."""
        with self._ready:
            self._is_gone = True
            self._ready.notify_all()

    def wait_until_read(self) -> None:
        """Until all pictures are in our memory."""
        until = time.monotonic() + 10
        while self._next < self._sent:
            assert time.monotonic() < until
            time.sleep(0.001)
        time.sleep(0.02)


class TestCamera:
    """The newest frame of a camera."""

    def test_a_slow_window_gets_the_newest_frame(self, start: Start, asked: list[int]) -> None:
        """Those that came meanwhile are never tracked."""
        camera = Camera()
        worker = start(lambda changed: LiveFeed(camera, camera(), changed), most=1)
        camera.send()
        camera.wait_until_read()
        camera.send(10)
        camera.wait_until_read()

        assert [0, 10] == [index_of(worker), index_of(worker)]
        assert [0, 10] == asked

    def test_a_paused_camera_costs_nothing(self, start: Start, asked: list[int]) -> None:
        """It is read on, so that the first frame after the pause is a new one."""
        camera = Camera()
        paused = replace(ORDERS, is_running=False)
        worker = start(lambda changed: LiveFeed(camera, camera(), changed), paused, most=1)
        camera.send(50)
        camera.wait_until_read()
        assert [] == asked
        worker.order(ORDERS)

        assert 49 == index_of(worker)

    def test_a_step_is_one_frame(self, start: Start, asked: list[int]) -> None:
        """The newest one."""
        camera = Camera()
        paused = replace(ORDERS, is_running=False)
        worker = start(lambda changed: LiveFeed(camera, camera(), changed), paused, most=1)
        worker.order(replace(paused, steps=1))
        for _ in range(3):
            camera.send()
            camera.wait_until_read()

        assert 0 == index_of(worker)
        time.sleep(0.05)
        assert None is worker.peek()

    def test_an_unplugged_camera_can_be_opened_again(self, start: Start, asked: list[int]) -> None:
        """Its failure comes once."""
        camera = Camera()
        worker = start(lambda changed: LiveFeed(camera, camera(), changed), most=1)
        camera.send()
        assert 0 == index_of(worker)
        camera.unplug()
        failure = item_of(worker)
        time.sleep(0.05)
        assert None is worker.peek()
        worker.order(replace(ORDERS, jump=Jump(1, Target(0.0))))
        camera.send()

        assert isinstance(failure, Failure)
        assert 1 == index_of(worker)
        assert 2 == camera.opened
