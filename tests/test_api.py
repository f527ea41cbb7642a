"""Streams: state from frame to frame, threads, forks, and the end of a tracker."""

from __future__ import annotations

import gc
import json
import os
import pickle
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

import knuckle
from knuckle.streams import step as tracking
from knuckle.values import Hand, ImageArray
from tests.conftest import SAMPLES
from tests.detectors import a_follower

CLIP = SAMPLES / "two_hands.mp4"


@pytest.fixture(scope="module")
def frames() -> list[knuckle.Frame]:
    """Two seconds of the sample clip."""
    return list(knuckle.open_source(CLIP, stop=2.0))


def answers(hands: list[list[Hand]]) -> list[list[dict[str, object]]]:
    """Hands as values that compare."""
    return [[hand.to_dict() for hand in frame] for frame in hands]


def test_the_tracker_is_the_step(frames: list[knuckle.Frame]) -> None:
    """Its answers are those of the pure function, bit for bit."""
    follower, state = a_follower("lite"), tracking.TrackState()
    expected = []
    for frame in frames[:20]:
        state, hands = tracking.step(follower, state, frame.image, frame.time)
        expected.append(hands)
    with knuckle.Tracker(variant="lite", precision="float32") as track:
        assert answers(expected) == answers([track(frame) for frame in frames[:20]])


def test_tracking_follows_the_truth(frames: list[knuckle.Frame]) -> None:
    """In every frame the right hand lies within a fifth of a palm of the rendered one."""
    truth = json.loads((SAMPLES / "two_hands.json").read_text())["frames"]
    with knuckle.Tracker() as track:
        errors = []
        for frame in frames:
            hands = track(frame)
            points = np.array(truth[frame.index]["hands"][0]["points"])
            distances = [np.linalg.norm(h.points - points, axis=1).mean() for h in hands]
            errors.append(min(distances) / np.linalg.norm(points[0] - points[9]))

    assert 60 == len(errors)
    assert np.mean(errors) < 0.1
    assert max(errors) < 0.2


def test_the_palm_score_is_there_only_where_a_hand_was_detected(
    frames: list[knuckle.Frame],
) -> None:
    """The first frame detects, later ones track."""
    with knuckle.Tracker(max_hands=1) as track:
        first, second = track(frames[0]), track(frames[1])

    assert first[0].palm_score is not None
    assert second[0].palm_score is None


def test_a_frame_and_its_picture_are_the_same(frames: list[knuckle.Frame]) -> None:
    """A tracker takes either."""
    one, other = knuckle.Tracker(variant="lite"), knuckle.Tracker(variant="lite")

    assert answers([one(frames[0])]) == answers([other(frames[0].image)])


def test_reset_forgets(frames: list[knuckle.Frame]) -> None:
    """After a reset a stream begins anew."""
    track = knuckle.Tracker(variant="lite")
    first = track(frames[0])
    track(frames[1])
    track.reset()

    assert answers([first]) == answers([track(frames[0])])


def test_a_closed_tracker_says_so(frames: list[knuckle.Frame]) -> None:
    """Closing twice does nothing; using it is a mistake with a cure."""
    with knuckle.Tracker() as track:
        pass
    track.close()
    track.reset()

    with pytest.raises(ValueError, match="this Tracker is closed: make a new one"):
        track(frames[0])


def test_the_picture_may_change_its_size(open_palm: ImageArray) -> None:
    """A stream that switches resolution goes on; ROIs are fractions of the picture."""
    track = knuckle.Tracker(max_hands=1)
    [large] = track(open_palm)
    [small] = track(open_palm[::2, ::2])

    assert small.palm_score is None
    np.testing.assert_allclose(large.points / 2, small.points, atol=6)


def test_threads_share_the_networks(frames: list[knuckle.Frame]) -> None:
    """Eight trackers in eight threads, and as many detections, answer as one does alone."""

    def run(_: int) -> list[list[dict[str, object]]]:
        with knuckle.Tracker(variant="lite") as track:
            tracked = [track(frame) for frame in frames[:6]]
        return answers([*tracked, knuckle.detect(frames[0].image, variant="lite")])

    expected = run(0)
    with ThreadPoolExecutor(8) as pool:
        assert [expected] * 8 == list(pool.map(run, range(8)))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.parametrize("threads", [1, 2])
def test_a_forked_child_finds_hands(threads: int) -> None:
    """With everything in use before the fork, the child neither hangs nor fails.

    The child's warp is the exact one, so its points may differ by parts of a pixel.
    """
    program = f"""
import multiprocessing, sys, numpy as np, knuckle
from PIL import Image
picture = np.asarray(Image.open({str(SAMPLES / "open_palm.jpg")!r}))
def work(_):
    with knuckle.Tracker(threads={threads}) as track:
        return knuckle.detect(picture, threads={threads})[0].points, track(picture)[0].points
expected = work(0)
with multiprocessing.get_context("fork").Pool(2) as pool:
    for points in pool.map(work, range(4)):
        assert np.abs(np.subtract(points, expected)).max() < 2, points
child = multiprocessing.get_context("fork").Process(target=sys.exit)
child.start()
child.join()
assert child.exitcode == 0
print("same")
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ("same\n", "", 0) == (done.stdout, done.stderr, done.returncode)


def test_exit_without_close_is_quiet() -> None:
    """A program that ends with an open tracker and an open video ends without a word."""
    program = f"""
import knuckle
track = knuckle.Tracker(threads=2)
source = knuckle.open_source({str(CLIP)!r})
track(next(source))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ("", "", 0) == (done.stdout, done.stderr, done.returncode)


def _go_on(track: knuckle.Tracker, frames: list[knuckle.Frame]) -> list[list[dict[str, object]]]:
    return answers([track(frame) for frame in frames])


@pytest.mark.parametrize("engine", ["onnxruntime", "litert", "openvino"])
def test_a_tracker_goes_on_in_another_process(engine: str, frames: list[knuckle.Frame]) -> None:
    """Pickled in the middle of a clip and sent to a process that was spawned, exactly."""
    with knuckle.Tracker(variant="lite", engine=engine) as track:
        for frame in frames[:10]:
            track(frame)
        with get_context("spawn").Pool(1) as pool:
            there = pool.apply(_go_on, (track, frames[10:15]))
        here = _go_on(track, frames[10:15])

    assert here == there


def test_a_detector_opens_its_networks_once(open_palm: ImageArray) -> None:
    """It answers as `detect` does, and its networks go with the last one who holds them."""
    detector = knuckle.Detector(variant="lite", max_hands=1)
    [hand] = detector(open_palm)
    [other] = knuckle.detect(open_palm, variant="lite", max_hands=1)
    copy = pickle.loads(pickle.dumps(detector))

    assert hand.to_dict() == other.to_dict()
    assert copy._detector.palms.network is detector._detector.palms.network
    knuckle.detect(open_palm)  # which forgets the lite networks
    network = weakref.ref(detector._detector.palms.network)
    del detector, copy
    gc.collect()
    assert network() is None
