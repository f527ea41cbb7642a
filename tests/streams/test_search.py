"""When palms are looked for in a stream while a slot is free."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle.pictures import detector as pipeline
from knuckle.streams import step as tracking
from knuckle.streams.motion import has_changed, thumbnail
from knuckle.streams.search import (
    ADAPTIVE,
    NEVER_SEARCHED,
    Adaptive,
    EveryFrame,
    EveryFrames,
    EverySeconds,
    SearchPolicy,
    SearchState,
    is_due,
)
from knuckle.values import Frame, ImageArray, Roi

FPS = 30
SOON = 150  # ms, in which a new hand has to be found at 30 frames a second


class Searches:
    """Counts how often palms are looked for, frame by frame."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        search = pipeline.find_palms

        def counted(*arguments: Any, **options: Any) -> Any:
            self.count += 1
            return search(*arguments, **options)

        monkeypatch.setattr(tracking, "find_palms", counted)


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> Searches:
    """A counter, from 0."""
    return Searches(monkeypatch)


@pytest.fixture(scope="module")
def one_hand(two_hands: ImageArray) -> ImageArray:
    """The sample with two hands, its right half hidden."""
    picture = two_hands.copy()
    picture[:, picture.shape[1] // 2 :] = 128
    return picture


@pytest.mark.parametrize(
    ("policy", "waited", "frames", "moved", "due"),
    [
        (EveryFrame(), 0.0, 0, False, True),
        (EveryFrames(4), 9.0, 2, True, False),
        (EveryFrames(4), 0.0, 3, False, True),
        (EveryFrames(1), 0.0, 0, False, True),
        (EverySeconds(0.2), 0.19, 9, True, False),
        (EverySeconds(0.2), 0.2, 0, False, True),
        (EverySeconds(0.0), 0.0, 0, False, True),
        (ADAPTIVE, 3 / 30, 2, True, False),
        (ADAPTIVE, 4 / 30, 3, True, True),
        (ADAPTIVE, 3 / 25, 2, True, True),
        (ADAPTIVE, 11 / 30, 10, False, False),
        (ADAPTIVE, 12 / 30, 11, False, True),
    ],
)
def test_a_policy_decides_by_time_frames_and_motion(
    policy: SearchPolicy, waited: float, frames: int, moved: bool, due: bool
) -> None:
    """After a search ten seconds into the clip."""
    state = SearchState(time=10.0, frames=frames)

    assert due == is_due(policy, state, 10 + waited, moved=moved)


@pytest.mark.parametrize("policy", [EveryFrames(100), EverySeconds(100), ADAPTIVE])
def test_the_first_frame_and_another_clip_are_searched(policy: SearchPolicy) -> None:
    """A time before that of the last search is of another clip."""
    assert is_due(policy, NEVER_SEARCHED, 7.0, moved=False)
    assert is_due(policy, SearchState(time=10.0), 9.9, moved=False)
    assert not is_due(policy, SearchState(time=10.0), 10.01, moved=True)


def test_after_a_loss_every_frame_is_searched() -> None:
    """For half a second."""
    state = SearchState(time=10.0, lost=9.8)

    assert is_due(ADAPTIVE, state, 10.03, moved=False)
    assert not is_due(ADAPTIVE, state, 10.31, moved=False)


@pytest.mark.parametrize("phase", range(5))
def test_a_new_hand_is_found_soon(
    phase: int, one_hand: ImageArray, two_hands: ImageArray, searches: Searches
) -> None:
    """Whenever it comes after the first frame; the hand that was there is followed all along."""
    with knuckle.Tracker(max_hands=2) as track:
        for _ in range(6 + phase):
            assert 1 == len(track(one_hand))
        before = searches.count
        counts = [len(track(two_hands)) for _ in range(6)]

    assert 2 in counts
    assert counts.index(2) * 1000 / FPS <= SOON
    assert before <= 2  # nothing moved in the first frames


@pytest.mark.parametrize(
    ("policy", "most"), [(EveryFrame(), 30), (EveryFrames(5), 6), (EverySeconds(0.2), 5)]
)
def test_policies_are_kept_by_a_tracker(
    policy: SearchPolicy, most: int, no_hands: ImageArray, searches: Searches
) -> None:
    """In thirty frames without hands."""
    with knuckle.Tracker(search=policy, variant="lite") as track:
        for _ in range(30):
            track(no_hands)

    assert most == searches.count


def test_an_empty_stretch_is_searched_seldom(no_hands: ImageArray, searches: Searches) -> None:
    """In thirty still frames three times, in thirty that change every fourth frame."""
    with knuckle.Tracker(variant="lite") as track:
        for _ in range(30):
            track(no_hands)
        still, searches.count = searches.count, 0
        track.reset()
        for shift in range(30):
            track(np.roll(no_hands, 40 * shift, axis=1))

    assert 3 == still
    assert 8 == searches.count


def test_a_hand_that_jumps_is_found_in_the_same_frame(
    one_hand: ImageArray, searches: Searches
) -> None:
    """The frame in which it is lost is searched, even with a policy that would wait."""
    jumped = np.ascontiguousarray(one_hand[:, ::-1])
    with knuckle.Tracker(max_hands=2, search=EverySeconds(60)) as track:
        [first], [second] = track(one_hand), track(jumped)

    assert 2 == searches.count
    assert None is not second.palm_score
    assert 300 < abs(first.points[0, 0] - second.points[0, 0])


def test_times_are_those_of_the_frames(no_hands: ImageArray, searches: Searches) -> None:
    """At five frames a second every one is searched once something moves."""
    with knuckle.Tracker(variant="lite") as track:
        for index in range(4):
            image = np.roll(no_hands, 60 * index, axis=1)
            track(Frame(image, index, index / 5))

    assert 4 == searches.count


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: knuckle.Tracker(engine=[]), ValueError, r"engine must be one of.*not \[\]"),  # type: ignore[arg-type]
        (lambda: EverySeconds(10**400), ValueError, "seconds must be a finite number of seconds"),
        (lambda: EveryFrames(0), ValueError, "count must be at least 1, not 0"),
        (lambda: EveryFrames(1.5), TypeError, r"count must be a whole number, not 1\.5"),  # type: ignore[arg-type]
        (lambda: EverySeconds(-1), ValueError, "seconds must be a finite number of seconds, 0 or"),
        (lambda: EverySeconds(float("nan")), ValueError, "0 or more, not nan"),
        (lambda: Adaptive(still="1"), TypeError, "still must be a number of seconds, not '1'"),  # type: ignore[arg-type]
        (lambda: knuckle.Tracker(search=4), TypeError, r"search must be .*Adaptive\(\), not 4"),  # type: ignore[arg-type]
    ],
)
def test_policies_that_make_no_sense_are_refused(
    make: Any, error: type[Exception], says: str
) -> None:
    """In one sentence."""
    with pytest.raises(error, match=says):
        make()


def test_a_change_is_seen_beside_the_hands(no_hands: ImageArray) -> None:
    """Of a twelfth of the picture's height; not under an ROI, and not a camera's noise."""
    height, width = no_hands.shape[:2]
    side = height // 12
    changed = no_hands.copy()
    changed[height // 2 : height // 2 + side, width // 2 : width // 2 + side] ^= 0x80
    noise = np.random.default_rng(0).normal(0, 6, no_hands.shape)
    noisy = np.clip(no_hands + noise, 0, 255).astype(np.uint8)
    before = thumbnail(no_hands)
    here = Roi(0.53, 0.55, 0.2 * height / width, 0.2, 0.4)
    elsewhere = here._replace(x=0.1)

    assert has_changed(thumbnail(changed), before, ())
    assert has_changed(thumbnail(changed), before, (elsewhere,))
    assert not has_changed(thumbnail(changed), before, (here,))
    assert not has_changed(thumbnail(noisy), before, ())
    assert not has_changed(before, before, ())
    assert has_changed(thumbnail(no_hands[::2]), before, ())


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 700, 3), (2000, 31, 3)])
def test_any_picture_has_a_thumbnail(shape: tuple[int, int, int]) -> None:
    """Also narrow ones, and ROIs far outside."""
    image = np.zeros(shape, np.uint8)
    small = thumbnail(image)

    assert 0 not in small.shape
    assert not has_changed(small, small, [Roi(-5, 9, 1, 1, 1.0), Roi(0.5, 0.5, 40, 40, 0.0)])
