"""The loop of legacy mediapipe 0.10.21 on real videos, beside what it answered itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knuckle.compat.mediapipe.loops import Followed, legacy_step
from knuckle.io.sources import open_source
from knuckle.streams.search import EveryFrame
from knuckle.streams.step import Follower
from knuckle.values import Hand
from tests.conftest import Say
from tests.detectors import a_follower

pytestmark = pytest.mark.data


def track(path: Path, follower: Follower) -> list[list[Hand]]:
    """The hands of every frame of a clip."""
    state = Followed()
    answers = []
    for frame in open_source(path):
        state, hands = legacy_step(follower, state, frame.image)
        answers.append(hands)
    return answers


@pytest.mark.parametrize("exact", [False, True], ids=["fast", "exact"])
def test_asl_video_has_the_expected_landmarks(exact: bool, data: Path, say: Say) -> None:
    """A hand in every frame, half a pixel or less from upstream's own expected landmarks.

    Free-running tracking is chaotic: one changed bit moves a frame by pixels for a while, so the
    bound is on the mean, and loose. mediapipe 0.10.21 itself is at 0.27 px.
    """
    expected = json.loads((data / "videos" / "asl_hand.full.json").read_text())
    answers = track(data / "videos" / "asl_hand.25fps.mp4", a_follower(max_hands=1, exact=exact))
    deviations = [
        np.linalg.norm(hands[0].points - np.array(theirs)[:, :2], axis=1).mean()
        for hands, theirs in zip(answers, expected, strict=True)
        if hands
    ]
    say(
        f"asl {'exact' if exact else 'fast'}: a hand in {len(deviations)} of {len(expected)} "
        f"frames, mean {np.mean(deviations):.3f} px, worst frame {np.max(deviations):.2f} px"
    )

    assert len(deviations) == 325
    assert np.mean(deviations) <= 0.5


@pytest.mark.parametrize("name", ["asl_hand.25fps.mp4", "thumb_up_woman.mp4", "reaching_hand.mp4"])
def test_videos_have_as_many_hands_as_mediapipe_finds(name: str, data: Path, say: Say) -> None:
    """The number of hands agrees in nearly every frame: the decoders of the two differ a little."""
    path = data / "videos" / name
    recorded: Any = json.loads(path.with_name(f"{name}.mediapipe_0.10.21.json").read_text())
    answers = track(path, a_follower(max_hands=2, exact=True, search=EveryFrame()))
    same = sum(len(a) == len(b) for a, b in zip(answers, recorded, strict=True))
    say(f"{name}: as many hands in {same} of {len(recorded)} frames")

    assert same >= 0.97 * len(recorded)
