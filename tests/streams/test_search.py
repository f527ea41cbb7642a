"""When palms are looked for in a stream while a slot is free."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import knuckle
from knuckle.io.sources import open_source
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
    after_frame,
    is_due,
    is_second_look_due,
    noticed,
)
from knuckle.values import Frame, ImageArray, Roi
from tests.conftest import SAMPLES, read_rgb


class Searches:
    """Counts how often palms are looked for, in the whole picture and from farther away."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = self.second = 0
        search = pipeline.find_palms_in

        def counted(detector: Any, images: Any, view: float = 1.0) -> Any:
            self.count += len(images) * (view == 1)
            self.second += len(images) * (view > 1)
            return search(detector, images, view)

        monkeypatch.setattr(tracking, "find_palms_in", counted)


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
    ("policy", "waited", "frames", "due"),
    [
        (EveryFrame(), 0.0, 0, True),
        (EveryFrames(4), 9.0, 2, False),
        (EveryFrames(4), 0.0, 3, True),
        (EveryFrames(1), 0.0, 0, True),
        (EverySeconds(0.2), 0.19, 9, False),
        (EverySeconds(0.2), 0.2, 0, True),
        (EverySeconds(0.0), 0.0, 0, True),
    ],
)
@pytest.mark.parametrize("moved", [False, True])
def test_a_policy_decides_by_time_or_frames(
    policy: SearchPolicy, waited: float, frames: int, due: bool, moved: bool
) -> None:
    """After a search ten seconds into the clip, whether something moves or not."""
    state = noticed(policy, SearchState(time=10.0, frames=frames), 10 + waited, moved=moved)

    assert [due, due] == [is_due(policy, state, 10 + waited, is_empty=e) for e in (False, True)]


# Seconds before the frame: of the last search, of the last motion and of its begin. None: never.
@pytest.mark.parametrize(
    ("searched", "moved", "began", "is_empty", "due"),
    [
        (1 / 30, 0, 0, True, True),  # something has moved
        (1 / 30, 0, 9, True, True),
        (1 / 30, 0.4, 0.4, True, True),  # and not long ago
        (1 / 30, 0.5, 0.5, True, False),
        (3.9, None, None, True, False),  # nothing moves
        (4.0, None, None, True, True),
        (1 / 30, 0, 0, False, True),  # a motion beside a hand begins
        (1 / 30, 0, 0.4, False, True),
        (3 / 30, 0, 0.5, False, False),  # and goes on
        (4 / 30, 0, 0.5, False, True),
        (2 / 25, 0, 0.5, False, False),
        (3 / 25, 0, 0.5, False, True),
        (0.5, 0.1, 0.1, False, False),  # and has stopped
        (0.6, 0.1, 0.1, False, True),
    ],
)
def test_the_default_decides_by_motion(
    searched: float, moved: float | None, began: float | None, is_empty: bool, due: bool
) -> None:
    """Ten seconds into the clip."""
    state = SearchState(
        time=10 - searched,
        moved=None if moved is None else 10 - moved,
        began=None if began is None else 10 - began,
    )

    assert due == is_due(ADAPTIVE, state, 10.0, is_empty=is_empty)


def test_a_motion_begins_after_half_a_second_of_rest() -> None:
    """A shorter rest does not interrupt it; other policies need not know."""
    state = SearchState(time=1.0)
    for time in (1.1, 1.2, 1.6):
        state = noticed(ADAPTIVE, state, time, moved=True)
    assert (1.6, 1.1) == (state.moved, state.began)
    assert state is noticed(ADAPTIVE, state, 1.7, moved=False)
    state = noticed(ADAPTIVE, state, 2.1, moved=True)

    assert (2.1, 2.1) == (state.moved, state.began)
    assert state is noticed(EveryFrame(), state, 9.0, moved=True)


@pytest.mark.parametrize("policy", [EveryFrames(100), EverySeconds(100), ADAPTIVE])
def test_the_first_frame_and_another_clip_are_searched(policy: SearchPolicy) -> None:
    """A time before that of the last search is of another clip."""
    assert is_due(policy, NEVER_SEARCHED, 7.0, is_empty=True)
    assert noticed(policy, SearchState(time=10.0), 9.9, moved=False) is NEVER_SEARCHED
    assert not is_due(policy, SearchState(time=10.0), 10.01, is_empty=True)


def test_after_a_loss_every_frame_is_searched() -> None:
    """For half a second, though nothing moves."""
    state = after_frame(SearchState(time=9.7), 9.8, None, is_searched=True, is_lost=True)

    for is_empty in (False, True):
        assert is_due(ADAPTIVE, state, 10.03, is_empty=is_empty)
        assert not is_due(ADAPTIVE, state, 10.31, is_empty=is_empty)


@pytest.mark.parametrize("phase", range(5))
def test_a_new_hand_is_found_soon(
    phase: int, one_hand: ImageArray, two_hands: ImageArray, searches: Searches
) -> None:
    """In the frame in which it comes; the hand that was there is followed all along."""
    with knuckle.Tracker(max_hands=2) as track:
        for _ in range(6 + phase):
            assert 1 == len(track(one_hand))
        before = searches.count
        counts = [len(track(two_hands)) for _ in range(6)]

    assert [2] * 6 == counts
    assert before == 1  # nothing moved in the first frames


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
    """In thirty still frames once; in thirty that change every one of them."""
    with knuckle.Tracker(variant="lite") as track:
        for _ in range(30):
            track(no_hands)
        still, searches.count = searches.count, 0
        track.reset()
        for shift in range(30):
            track(np.roll(no_hands, 40 * shift, axis=1))

    assert 1 == still
    assert 30 == searches.count
    assert 2 == searches.second  # in the first frame of each


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


@pytest.mark.parametrize(
    ("policy", "second", "moved", "due"),
    [
        (ADAPTIVE, None, None, True),
        (ADAPTIVE, 9.0, 9.5, True),
        (ADAPTIVE, 9.1, 10.0, False),  # not long ago
        (ADAPTIVE, 5.0, 4.9, False),  # nothing has moved since
        (ADAPTIVE, 5.0, None, False),
        (EveryFrame(), None, None, False),
    ],
)
def test_a_second_look_is_due_once_a_second_while_something_moves(
    policy: SearchPolicy, second: float | None, moved: float | None, due: bool
) -> None:
    """Ten seconds into the clip; policies that do as MediaPipe does take none."""
    state = SearchState(time=9.97, second=second, moved=moved)
    after = after_frame(state, 10.0, None, is_searched=True, is_lost=False, is_second=due)

    assert due == is_second_look_due(policy, state, 10.0)
    assert (10.0 if due else second) == after.second


def test_a_hand_that_fills_the_picture_is_found_in_a_stream(no_hands: ImageArray) -> None:
    """Within a second; a search in every frame never finds it."""
    near = np.ascontiguousarray(read_rgb(SAMPLES / "thumb_up.jpg")[206:445, 416:655])
    empty = np.ascontiguousarray(no_hands[: near.shape[0], : near.shape[1]])
    found = {}
    for policy in (ADAPTIVE, EveryFrame()):
        with knuckle.Tracker(search=policy) as track:
            track(empty)
            moved = [np.roll(near, 4 * (i % 2), axis=1) for i in range(32)]
            found[policy] = [len(track(image)) for image in moved]

    assert 1 == found[ADAPTIVE][-1]
    assert 1 <= found[ADAPTIVE].index(1) <= 30
    assert not any(found[EveryFrame()])


def test_times_are_those_of_the_frames(no_hands: ImageArray, searches: Searches) -> None:
    """At one frame a second every fourth one is searched, though nothing moves."""
    with knuckle.Tracker(variant="lite") as track:
        for index in range(9):
            track(Frame(no_hands, index, index))

    assert 3 == searches.count


def missed(frames: Sequence[Frame]) -> tuple[int, int, int]:
    """Of two trackers, one of which searches every frame.

    Returns how many hands that one found, how many of them the default missed, and in how many
    frames the default missed the only one.
    """
    hands = gone = bare = 0
    with knuckle.Tracker(search=EveryFrame()) as every, knuckle.Tracker() as track:
        for frame in frames:
            all_of_them, mine = len(every(frame)), len(track(frame))
            hands += all_of_them
            gone += max(all_of_them - mine, 0)
            bare += all_of_them > 0 and mine == 0
    return hands, gone, bare


def test_the_default_finds_what_a_search_in_every_frame_finds() -> None:
    """A second hand comes in beside the first, which is followed."""
    with open_source(SAMPLES / "two_hands.mp4", start=0.5, stop=2.0) as source:
        hands, gone, bare = missed(list(source))

    assert hands >= 50
    assert (0, 0) == (gone, bare)


@pytest.mark.data
@pytest.mark.parametrize(
    "clip",
    [f"ti1k/{what}_{i}.mp4" for what in ("rotation", "scale", "translation") for i in (1, 2)],
)
@pytest.mark.parametrize("seconds", [1 / 10, 1 / 30])
def test_fast_hands_are_not_lost(clip: str, seconds: float, data: Path) -> None:
    """At the clips' own rate, and three times as slow in the picture."""
    with open_source(data / clip) as source:
        frames = [Frame(f.image, i, seconds * i) for i, f in enumerate(source)]
    hands, gone, bare = missed(frames)

    assert hands >= 27
    assert (0, 0) == (gone, bare)


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


@pytest.mark.parametrize("light", [1.0, 0.3, 0.12])
def test_a_hand_moves_a_dark_picture_too(
    light: float, no_hands: ImageArray, open_palm: ImageArray
) -> None:
    """As little light as the palm network needs, and noise that is no motion."""
    height, width = no_hands.shape[0] // 2, no_hands.shape[1] // 2
    with_hand = no_hands.copy()
    with_hand[:height, :width] = np.asarray(
        Image.fromarray(open_palm).resize((width, height)), np.uint8
    )
    rng = np.random.default_rng(0)
    shown = [
        thumbnail(
            np.clip(light * picture + rng.normal(0, 5 * light + 1, picture.shape), 0, 255).astype(
                np.uint8
            )
        )
        for picture in (no_hands, no_hands, with_hand)
    ]

    assert not has_changed(shown[1], shown[0], ())
    assert has_changed(shown[2], shown[1], ())


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 700, 3), (2000, 31, 3)])
def test_any_picture_has_a_thumbnail(shape: tuple[int, int, int]) -> None:
    """Also narrow ones, and ROIs far outside."""
    image = np.zeros(shape, np.uint8)
    small = thumbnail(image)

    assert 0 not in small.shape
    assert not has_changed(small, small, [Roi(-5, 9, 1, 1, 1.0), Roi(0.5, 0.5, 40, 40, 0.0)])
