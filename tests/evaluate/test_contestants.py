from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import knuckle
from knuckle.evaluate import contestants
from knuckle.evaluate.contestants import Knuckle, Slots, open_peer
from knuckle.evaluate.peers import Peer, process
from knuckle.values import Frame, ImageArray
from tests.evaluate.test_clips import OPTIONS


def test_knuckle_answers_as_its_users_see_it(two_hands: ImageArray) -> None:
    """A picture is that of `detect`, with as many hands as slots."""
    both = Knuckle(Slots(2, 1), OPTIONS).read("a", two_hands)
    one = Knuckle(Slots(1, 1), OPTIONS).read("a", two_hands)
    expected = knuckle.detect(two_hands, max_hands=2)

    assert [hand.handedness for hand in expected] == [prediction.handedness for prediction in both]
    np.testing.assert_array_equal(expected[0].points, both[0].points)
    np.testing.assert_array_equal(expected[0].confidence, both[0].confidence)
    assert 1 == len(one)


def test_every_stream_begins_anew(two_hands: ImageArray, open_palm: ImageArray) -> None:
    """A second clip does not know the hands of the first; slots are those of clips."""
    ours = Knuckle(Slots(4, 1), OPTIONS)
    first, second = ours.follow("a"), ours.follow("b")
    first(Frame(two_hands, 0, 0.0))
    [alone] = ours.follow("c")(Frame(open_palm, 0, 0.0)) or []
    [after] = second(Frame(open_palm, 0, 0.0)) or []

    np.testing.assert_array_equal(alone.points, after.points)


def test_palms_are_shown_at_any_score(open_palm: ImageArray) -> None:
    """Strongest first; below the threshold of detection, too."""
    palms = Knuckle(Slots(4, 2), OPTIONS).palms(open_palm)
    scores = [palm.score for palm in palms]

    assert sorted(scores, reverse=True) == scores
    assert scores[0] > 0.5
    x0, y0, x1, y1 = palms[0].box
    assert 0 < x0 < x1 < open_palm.shape[1]
    assert 0 < y0 < y1 < open_palm.shape[0]


def test_a_peer_answers_from_its_own_process(
    open_palm: ImageArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Knuckle as its own peer, through the whole way there and back, says the same."""
    monkeypatch.setattr(contestants, "peer_python", lambda peer, tell: Path(sys.executable))
    monkeypatch.setattr(process, "versions", lambda python: {"mediapipe": "0"})
    itself = Peer("itself", "knuckle", "knuckle", ())
    ours = Knuckle(Slots(2, 2), OPTIONS)
    with open_peer(itself, "full", Slots(2, 2)) as peer:
        [theirs] = peer.read("a", open_palm)
        streamed = [peer.follow("a")(Frame(open_palm, 0, 0.0)) for _ in range(2)]
    [own] = ours.read("a", open_palm)

    np.testing.assert_array_equal(own.points, theirs.points)
    assert own.handedness == theirs.handedness
    assert streamed[0] is not None
    assert streamed[1] is not None
    np.testing.assert_array_equal(streamed[0][0].points, streamed[1][0].points)
