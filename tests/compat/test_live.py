"""LIVE_STREAM: one frame in hand, the newest waits, those between are dropped."""

from __future__ import annotations

import gc
import os
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import pytest

import knuckle.compat.mediapipe as mp
from knuckle.compat.mediapipe.live import LiveStream
from knuckle.values import ImageArray

vision = mp.tasks.vision
PATIENCE = 30  # seconds; far beyond the slowest


def wait_for(condition: Callable[[], Any]) -> None:
    """Until it holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def make(callback: Any, **options: Any) -> Any:
    """A HandLandmarker of LIVE_STREAM mode."""
    return vision.HandLandmarker.create_from_options(
        vision.HandLandmarkerOptions(
            mp.tasks.BaseOptions(),
            vision.RunningMode.LIVE_STREAM,
            result_callback=callback,
            **options,
        )
    )


@pytest.fixture
def palm(open_palm: ImageArray) -> mp.Image:
    """A picture with one right hand."""
    return mp.Image(mp.ImageFormat.SRGB, open_palm)


def test_a_result_comes_with_its_picture_and_time(palm: mp.Image) -> None:
    """As VIDEO mode gives them, in another thread."""
    results: list[Any] = []
    threads = set()

    def keep(result: Any, image: mp.Image, timestamp_ms: int) -> None:
        threads.add(threading.current_thread())
        results.append((result, image, timestamp_ms))

    with make(keep) as landmarker:
        for timestamp in (3, 5):
            landmarker.detect_async(palm, timestamp)
            wait_for(lambda: results and results[-1][2] == timestamp)  # noqa: B023
    video = vision.HandLandmarker.create_from_options(
        vision.HandLandmarkerOptions(mp.tasks.BaseOptions(), vision.RunningMode.VIDEO)
    )
    expected = [video.detect_for_video(palm, timestamp) for timestamp in (3, 5)]

    assert [(expected[0], palm, 3), (expected[1], palm, 5)] == results
    assert threading.current_thread() not in threads


def test_the_newest_waits_and_others_are_dropped() -> None:
    """The first is in hand while 2 to 5 come; then the last of them is."""
    started, go_on = threading.Event(), threading.Event()
    done: list[int] = []

    def work(item: int) -> None:
        started.set()
        go_on.wait(PATIENCE)
        done.append(item)

    stream = LiveStream(work)
    stream.put(1)
    assert started.wait(PATIENCE)
    for item in (2, 3, 4, 5):
        stream.put(item)
    go_on.set()
    stream.end()

    assert [1, 5] == done


def test_closing_waits_for_what_was_given(palm: mp.Image) -> None:
    """The result of the last frame comes before `close` returns."""
    times: list[int] = []
    landmarker = make(lambda result, image, timestamp: times.append(timestamp))
    landmarker.detect_async(palm, 7)
    landmarker.close()

    assert [7] == times
    with pytest.raises(ValueError, match="is closed"):
        landmarker.detect_async(palm, 8)


def test_closing_in_the_callback_is_no_deadlock(palm: mp.Image) -> None:
    """It stops after the frame in hand."""
    closed = threading.Event()

    def close(result: Any, image: mp.Image, timestamp_ms: int) -> None:
        landmarker.close()
        closed.set()

    landmarker = make(close)
    landmarker.detect_async(palm, 1)

    assert closed.wait(PATIENCE)


def test_an_error_of_the_callback_is_shown_and_the_stream_goes_on(
    palm: mp.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As that of any thread, by `threading.excepthook`."""
    shown: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", shown.append)
    times: list[int] = []

    def fail_once(result: Any, image: mp.Image, timestamp_ms: int) -> None:
        times.append(timestamp_ms)
        if len(times) == 1:
            raise RuntimeError("mine")

    with make(fail_once) as landmarker:
        for timestamp in (1, 2):
            landmarker.detect_async(palm, timestamp)
            wait_for(lambda: times and times[-1] == timestamp)  # noqa: B023

    assert ["mine"] == [str(report.exc_value) for report in shown]


def test_one_that_nobody_holds_is_collected_and_its_thread_ends(palm: mp.Image) -> None:
    """Without `close`, and from a reference cycle."""
    times: list[int] = []
    landmarker = make(lambda result, image, timestamp: times.append(timestamp))
    landmarker.detect_async(palm, 1)
    wait_for(lambda: times)
    landmarker.itself = landmarker
    [thread] = [t for t in threading.enumerate() if t.name == "knuckle live stream"]
    held = weakref.ref(landmarker)
    del landmarker
    gc.collect()
    thread.join(PATIENCE)

    assert None is held()
    assert not thread.is_alive()


def test_bad_frames_raise_where_they_are_given(palm: mp.Image) -> None:
    """Not in the thread; and the next frame is taken."""
    times: list[int] = []
    with make(lambda result, image, timestamp: times.append(timestamp)) as landmarker:
        with pytest.raises(ValueError, match="must be an"):
            landmarker.detect_async(None, 1)
        landmarker.detect_async(palm, 1)
        with pytest.raises(ValueError, match="greater than the last one"):
            landmarker.detect_async(palm, 1)

    assert [1] == times


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_begins_anew() -> None:
    """The thread, and whoever held the lock, are the parent's."""
    done: list[int] = []
    stream = LiveStream(done.append)
    stream.put(1)
    wait_for(lambda: done)
    child = os.fork()
    if not child:  # no test tools in here
        stream.put(2)
        stream.end()
        os._exit(0 if done == [1, 2] else 1)
    _, status = os.waitpid(child, 0)
    stream.put(3)
    stream.end()

    assert 0 == os.waitstatus_to_exitcode(status)
    assert [1, 3] == done


def test_ending_twice_and_unused() -> None:
    """Nothing happens."""
    stream = LiveStream(print)
    stream.end()
    stream.end()

    assert [] == [t for t in threading.enumerate() if t.name == "knuckle live stream"]
