"""A clip forwards and backwards shows the same pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import knuckle
from knuckle.errors import SourceError
from knuckle.values import Frame
from knuckle.window import reel
from knuckle.window.reel import Reel
from knuckle.window.state import Target
from tests.conftest import SAMPLES

from .conftest import RATE, MadeClip

CLIP = SAMPLES / "two_hands.mp4"


def indices(made: Reel, count: int) -> list[int]:
    """The indices of the next frames."""
    return [made.next().index for _ in range(count)]


def test_it_reads_forwards_to_the_end() -> None:
    """Each frame once."""
    clip = MadeClip(5)
    made = Reel(clip, clip(0.0))

    assert [0, 1, 2, 3, 4] == indices(made, 5)
    with pytest.raises(StopIteration):
        made.next()


def test_a_step_back_needs_no_decoding() -> None:
    """The last frames are kept."""
    clip = MadeClip(100)
    made = Reel(clip, clip(0.0))
    indices(made, 50)
    made.go(Target(47 / RATE, 47))

    assert [47, 48, 49, 50] == indices(made, 4)
    assert [0.0] == clip.opened
    assert list(range(51)) == clip.decoded


def test_far_back_it_opens_the_clip_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second before, so that the next steps back need no decoding."""
    monkeypatch.setattr(reel, "KEPT_BYTES", 40 * 8 * 12 * 3)  # forty frames
    clip = MadeClip(300)
    made = Reel(clip, clip(0.0))
    indices(made, 200)
    shown = []
    for index in range(110, 90, -1):
        made.go(Target(index / RATE, index))
        shown.append(made.next().index)

    assert list(range(110, 90, -1)) == shown
    assert 2 == len(clip.opened)


def test_a_seek_opens_the_clip_there() -> None:
    """The first frame from that time on."""
    clip = MadeClip(300)
    made = Reel(clip, clip(0.0))
    made.go(Target(4.0))

    assert [120, 121] == indices(made, 2)
    assert [0.0, 4.0] == clip.opened


def test_past_the_end_it_shows_the_last_frame() -> None:
    """A file may promise more frames than it has."""
    clip = MadeClip(10)
    made = Reel(clip, clip(0.0))
    made.go(Target(5.0, 150))
    with pytest.raises(StopIteration):
        made.next()
    made.go(Target(9 / RATE, 12))

    assert 9 == made.next().index


def test_it_goes_on_after_a_damaged_frame() -> None:
    """As the source does."""
    clip = MadeClip(5, broken=2)
    made = Reel(clip, clip(0.0))
    indices(made, 2)
    with pytest.raises(SourceError):
        made.next()

    assert [3, 4] == indices(made, 2)


@pytest.fixture(scope="module")
def forwards() -> list[Frame]:
    """The frames of the sample clip, in order."""
    with knuckle.open_source(CLIP) as source:
        return list(source)


@pytest.mark.parametrize("kept", [2, 1000])
def test_a_real_clip_backwards(
    forwards: list[Frame], kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same pictures at the same times, whether they are kept or decoded again."""
    monkeypatch.setattr(reel, "KEPT_BYTES", kept * forwards[0].image.nbytes)
    open_at: Callable[[float], knuckle.Source] = lambda at: knuckle.open_source(CLIP, start=at)  # noqa: E731
    with Reel(open_at, open_at(0.0)) as made:
        indices(made, 100)
        for index in (99, 98, 97, 60, 59, 0):
            made.go(Target(forwards[index].time, index))
            shown = made.next()

            assert (index, forwards[index].time) == (shown.index, shown.time)
            np.testing.assert_array_equal(forwards[index].image, shown.image)
