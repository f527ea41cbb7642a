"""A clip as a whole: both passes joined, gaps filled, smoothed without a delay."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle.streams import clips as offline
from knuckle.streams.clips import Look, blended, filled, joined, smoothed
from knuckle.streams.search import EverySeconds
from knuckle.streams.smoothing import SMOOTHING
from knuckle.values import Frame, Hand, ImageArray
from tests.conftest import SAMPLES
from tests.made_hands import SIZE, hand

FPS = 30


def clip(*parts: tuple[ImageArray, int]) -> list[Frame]:
    """Frames of pictures, each shown so many times."""
    images = [image for image, count in parts for _ in range(count)]
    return [Frame(image, i, i / FPS) for i, image in enumerate(images)]


@pytest.fixture(scope="module")
def nothing(no_hands: ImageArray, open_palm: ImageArray) -> ImageArray:
    """A picture without hands, as large as the one with a hand."""
    return np.ascontiguousarray(no_hands[: open_palm.shape[0], : open_palm.shape[1]])


def statuses(frames: Sequence[Frame], **options: Any) -> list[str]:
    """What the only hand of each frame is; "" where there is none."""
    answers = [hands for _, hands in knuckle.track_clip(frames, variant="lite", **options)]
    assert max(map(len, answers)) <= 1
    return [hands[0].status if hands else "" for hands in answers]


def test_a_onethat_is_found_late_is_followed_back(
    open_palm: ImageArray, nothing: ImageArray
) -> None:
    """It came half a second before the search that found it, and is there from then on."""
    frames = clip((nothing, 5), (open_palm, 35))
    found = statuses(frames, search=EverySeconds(0.6))
    with knuckle.Tracker(variant="lite", search=EverySeconds(0.6)) as track:
        late = [len(track(frame)) for frame in frames]

    assert 18 == late.index(1)
    assert ["", "", "", "", ""] == found[:5]
    assert {"tracked", "detected"} == set(found[5:])


def test_a_gap_is_filled_and_marked(open_palm: ImageArray, nothing: ImageArray) -> None:
    """One of a third of a second; not one that is longer than is asked for."""
    frames = clip((open_palm, 8), (nothing, 9), (open_palm, 8))

    assert ["filled"] * 9 == statuses(frames)[8:17]
    assert [""] * 9 == statuses(frames, gap=0.3)[8:17]
    assert [""] * 9 == statuses(frames, gap=0)[8:17]


def test_every_frame_comes_out_in_order_whatever_the_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where the memory is too small for a second of frames, down to a frame by itself."""
    frames = list(knuckle.open_source(SAMPLES / "two_hands.mp4", start=1.0, stop=2.0))
    for held in (1, 2, 7):
        monkeypatch.setattr(offline, "MEMORY", held * frames[0].image.nbytes)
        parts = list(knuckle.track_clip(iter(frames), variant="lite"))
        assert [frame.index for frame in frames] == [frame.index for frame, _ in parts]
        for frame, (other, _) in zip(frames, parts, strict=True):
            np.testing.assert_array_equal(frame.image, other.image)


def test_identities_and_ages_go_on_from_window_to_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hands, two identities; an age is the time since the first frame."""
    monkeypatch.setattr(offline, "LOOK_AROUND", 0.2)
    frames = list(knuckle.open_source(SAMPLES / "two_hands.mp4", start=1.0, stop=3.0))
    answers = list(knuckle.track_clip(frames, variant="lite"))
    born: dict[int | None, float] = {}

    for frame, hands in answers:
        assert [h.track_id for h in hands] == sorted(h.track_id or 0 for h in hands)
        for one in hands:
            start = born.setdefault(one.track_id, frame.time)
            assert pytest.approx(frame.time - start) == one.age
    assert {1, 2} == set(born)


def test_no_frames_give_nothing() -> None:
    """An empty clip is no mistake."""
    assert [] == list(knuckle.track_clip([]))


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"gap": -1}, ValueError, "gap must be a finite number of seconds, 0 or more, not -1"),
        ({"gap": "1"}, TypeError, "gap must be a number of seconds, not '1'"),
        ({"max_hands": 0}, ValueError, "max_hands must be at least 1, not 0"),
    ],
)
def test_bad_options_are_refused_at_the_call(
    options: Any, error: type[Exception], says: str
) -> None:
    """And not with the first frame."""
    with pytest.raises(error, match=says):
        knuckle.track_clip([], **options)


def test_arrays_are_no_frames(open_palm: ImageArray) -> None:
    """Without times nothing could be joined."""
    with pytest.raises(TypeError, match="frames must be Frames, not ndarray"):
        list(knuckle.track_clip([open_palm]))  # type: ignore[list-item]


def looks(forward: Sequence[Sequence[Hand]], backward: Sequence[Sequence[Hand]]) -> list[Look]:
    """What two passes read, frame by frame."""
    image = np.zeros((0, 0, 3), np.uint8)
    return [
        Look(Frame(image, i, i / FPS), i / FPS, SIZE, list(a), list(b))
        for i, (a, b) in enumerate(zip(forward, backward, strict=True))
    ]


def looks_at(times: Sequence[float]) -> list[Look]:
    """Frames at some times."""
    return [
        replace(look, time=time)
        for look, time in zip(looks([[]] * len(times), [[]] * len(times)), times, strict=True)
    ]


def tracked(x: float, track_id: int) -> Hand:
    """A hand at a place with an identity."""
    return replace(hand(x), track_id=track_id)


def test_where_both_passes_read_a_oneit_is_their_mean() -> None:
    """Whatever identity the backward pass gave it."""
    tracks = joined(looks([[tracked(200, 1)]] * 3, [[tracked(204, 7)]] * 3), max_hands=2)

    assert [1] == list(tracks)
    np.testing.assert_allclose(tracks[1][1].points, hand(202).points, atol=1e-3)


def test_what_one_pass_read_is_of_the_track_that_it_met() -> None:
    """Before the forward pass had the hand; a stranger to all tracks is left out."""
    forward: list[list[Hand]] = [[], [], *[[tracked(220, 1)]] * 3]
    backward = [[tracked(200, 4), tracked(500, 5)]] * 2 + [[tracked(220, 4)]] * 3
    tracks = joined(looks(forward, backward), max_hands=2)

    assert {1: [0, 1, 2, 3, 4]} == {k: sorted(readings) for k, readings in tracks.items()}
    assert "tracked" == tracks[1][0].status


def test_no_more_hands_than_asked_for() -> None:
    """A slot that is taken is not given to what only the backward pass read."""
    forward = [[tracked(500, 2)]] * 2 + [[tracked(500, 2), tracked(220, 1)]] * 3
    backward = [[tracked(500, 8), tracked(200, 9)]] * 2 + [[tracked(500, 8), tracked(220, 9)]] * 3

    for most, expected in ((1, [2, 3, 4]), (2, [0, 1, 2, 3, 4])):
        tracks = joined(looks(forward, backward), max_hands=most)
        assert expected == sorted(tracks[1])


def test_what_is_filled_in_lies_on_the_way() -> None:
    """In time, not in frames; scores of a palm are not made up."""
    times = looks_at([0.0, 0.1, 0.4])
    before = replace(hand(200), palm_score=0.9, presence=0.8)
    whole = filled({0: before, 2: replace(hand(240), presence=1.0)}, times, gap=0.5)

    np.testing.assert_allclose(whole[1].points, hand(210).points, atol=1e-3)
    assert ("filled", None) == (whole[1].status, whole[1].palm_score)
    assert pytest.approx(0.85) == whole[1].presence
    assert [0, 2] == sorted(filled({0: before, 2: hand(240)}, times, gap=0.3))


def test_smoothing_knows_no_direction() -> None:
    """A clip that is played backwards gives the same hands."""
    rng = np.random.default_rng(0)
    readings = {i: hand(200 + 3 * i + float(rng.normal(0, 1))) for i in range(20)}
    frames = looks([[]] * 20, [[]] * 20)
    there = smoothed(readings, frames, SMOOTHING)
    back = smoothed({19 - i: h for i, h in readings.items()}, frames, SMOOTHING)

    for i in range(20):
        np.testing.assert_allclose(there[i].points, back[19 - i].points, atol=1e-3)
    assert readings[3] is there[3].raw
    assert readings[3] is smoothed(readings, frames, None)[3].raw


def test_the_ends_of_a_blend_are_its_hands() -> None:
    """And the middle is between them."""
    a, b = hand(200), hand(240)

    np.testing.assert_array_equal(a.points, blended(a, b, 0.0).points)
    np.testing.assert_allclose(b.landmarks, blended(a, b, 1.0).landmarks, atol=1e-6)
    np.testing.assert_allclose(hand(220).points, blended(a, b, 0.5).points, atol=1e-3)


def test_passes_that_disagree_are_not_mixed() -> None:
    """Half of two poses is none: the forward pass is believed, and they are one hand still."""
    forward, backward = tracked(200, 1), tracked(212, 7)  # a fifth of a palm apart
    tracks = joined(looks([[forward]] * 3, [[backward]] * 3), max_hands=2)

    assert [1] == list(tracks)
    np.testing.assert_array_equal(forward.points, tracks[1][1].points)


@pytest.mark.parametrize("stamps", [[0.0] * 12, [i // 2 / 15 for i in range(12)], [5.0, 4.0] * 6])
def test_time_that_does_not_grow_is_made_to(stamps: list[float]) -> None:
    """A frame whose stamp stands still or goes back is 1/30 s later; hands move as they do."""
    shown = list(knuckle.open_source(SAMPLES / "two_hands.mp4", start=2.0, stop=2.4))
    frames = [Frame(f.image, f.index, t) for f, t in zip(shown, stamps, strict=True)]
    answers = [hands for _, hands in knuckle.track_clip(frames, variant="lite", max_hands=1)]
    away = [np.abs(h.points - h.raw.points).max() for [h] in answers if h.raw]

    assert len(shown) == len(away)
    assert max(away) < 6
    assert answers[-1][0].age > 10 / FPS


def test_what_was_read_comes_out_before_the_source_fails(open_palm: ImageArray) -> None:
    """And then its own error."""

    def source() -> Iterator[Frame]:
        yield from clip((open_palm, 5))
        raise OSError("the disk is gone")

    answers = knuckle.track_clip(source(), variant="lite")

    assert [(i, 1) for i in range(5)] == [(f.index, len(h)) for f, h in islice(answers, 5)]
    with pytest.raises(OSError, match="the disk is gone"):
        next(answers)


def test_what_is_filled_in_fits_a_picture_of_another_size(
    open_palm: ImageArray, nothing: ImageArray
) -> None:
    """Its pixels are those of its own frame."""
    small = np.ascontiguousarray(nothing[::2, ::2])
    frames = clip((open_palm, 6), (small, 4), (open_palm, 6))
    for frame, hands in knuckle.track_clip(frames, variant="lite"):
        size = frame.image.shape[1::-1]
        for one in hands:
            np.testing.assert_allclose(one.landmarks[:, :2] * size, one.points, atol=1e-2)


def test_pictures_that_were_given_out_are_let_go(
    nothing: ImageArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind the window hands are remembered, and no pictures."""
    monkeypatch.setattr(offline, "LOOK_AROUND", 0.2)
    shown: list[weakref.ref[ImageArray]] = []
    most = 0

    def source() -> Iterator[Frame]:
        for i in range(60):
            picture = nothing[::4, ::4].copy()
            shown.append(weakref.ref(picture))
            yield Frame(picture, i, i / FPS)

    for _ in knuckle.track_clip(source(), variant="lite"):
        most = max(most, sum(picture() is not None for picture in shown))

    assert most <= 0.2 * 4 * FPS + 3


@pytest.mark.parametrize(
    ("time", "error", "says"),
    [
        (float("nan"), ValueError, "a frame's time must be a finite number of seconds, not nan"),
        (float("inf"), ValueError, "not inf"),
        ("0", TypeError, "a frame's time must be a number of seconds, not '0'"),
    ],
)
def test_bad_times_are_refused(
    time: Any, error: type[Exception], says: str, open_palm: ImageArray
) -> None:
    """By clips and streams; the tracker goes on with the next frame."""
    with pytest.raises(error, match=says):
        list(knuckle.track_clip([Frame(open_palm, 0, time)]))
    with knuckle.Tracker(variant="lite") as track:
        with pytest.raises(error, match=says):
            track(Frame(open_palm, 0, time))
        assert 1 == len(track(Frame(open_palm, 0, 0.0)))
