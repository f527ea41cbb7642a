from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import knuckle
from knuckle.errors import PeerError
from knuckle.evaluate.peers.process import Contestant, Process, Request, versions
from knuckle.values import ImageArray


@pytest.fixture
def pictures(open_palm: ImageArray, tmp_path: Path) -> Path:
    """A file with the same picture twice."""
    path = tmp_path / "pictures.npy"
    np.save(path, np.stack([open_palm, open_palm]))
    return path


def test_the_process_answers_as_the_library_does(pictures: Path, open_palm: ImageArray) -> None:
    """Stills in another process are those of `knuckle.detect` here, to the last bit."""
    with Process(Contestant("knuckle", sys.executable)) as process:
        reply = process.ask(Request("still", 2, True, str(pictures), [0, 1]))
    [hand] = knuckle.detect(open_palm)

    assert [1, 1] == [len(hands) for hands in reply.hands]
    assert hand.points.tolist() == reply.hands[1][0]["points"]
    assert hand.world_landmarks.tolist() == reply.hands[1][0]["world"]
    assert hand.handedness == reply.hands[1][0]["handedness"]
    assert min(reply.wall_ms + reply.cpu_ms) > 0
    assert reply.peak_mib > 30


def test_a_stream_goes_on_from_request_to_request(pictures: Path, open_palm: ImageArray) -> None:
    """The third picture of a stream is tracked: the same as the third call of a Tracker."""
    with Process(Contestant("knuckle", sys.executable)) as process:
        process.ask(Request("stream", 1, False, str(pictures), [0]))
        reply = process.ask(Request("stream", 1, False, str(pictures), [0, 1]))
    track = knuckle.Tracker(max_hands=1)
    [hand] = [track(open_palm) for _ in range(3)][-1]

    assert hand.points.tolist() == reply.hands[1][0]["points"]


def test_a_process_that_ends_gives_its_last_words(tmp_path: Path) -> None:
    """A file that is not there: the error that the process died of."""
    with (
        Process(Contestant("knuckle", sys.executable)) as process,
        pytest.raises(PeerError, match=r"ended without an answer: FileNotFoundError"),
    ):
        process.ask(Request("still", 1, True, str(tmp_path / "none.npy"), [0]))


def test_a_python_that_does_not_run_is_named() -> None:
    """Versions are asked of a Python that is not there."""
    with pytest.raises(PeerError, match="no-such-python does not run"):
        versions("no-such-python")


def test_versions_are_those_of_the_other_python() -> None:
    """Python's own, and those of the packages that are there."""
    found = versions(sys.executable)

    assert sys.version.split()[0] == found["python"]
    assert np.__version__ == found["numpy"]
