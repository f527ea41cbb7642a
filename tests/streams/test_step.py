"""A stream from frame to frame, on the samples and on engines that answer by rote."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle.networks.setup import Precision
from knuckle.pictures import detector as pipeline
from knuckle.stages.duplicates import is_on_hand
from knuckle.streams import step as tracking
from knuckle.streams.search import EverySeconds
from knuckle.streams.step import TrackState
from knuckle.streams.tracks import REFIND_SECONDS
from knuckle.values import Frame, Hand, ImageArray, image_size
from tests.conftest import SAMPLES, read_rgb
from tests.crossings import crossing
from tests.detectors import a_detector, a_follower
from tests.made_hands import hand


def no_palm(images: Any, views: Any) -> Any:
    """A palm stage that must not run."""
    raise AssertionError("the palm stage ran")


def test_the_palm_network_rests_while_all_hands_are_tracked(two_hands: ImageArray) -> None:
    """With as many hands as slots nothing is searched; tracked hands have no palm score."""
    follower = a_follower("lite")
    state, first = tracking.step(follower, TrackState(), two_hands)
    detector = replace(follower.detector, palms=no_palm)  # type: ignore[arg-type]
    _, hands = tracking.step(replace(follower, detector=detector), state, two_hands)

    assert ["detected", "detected"] == [hand.status for hand in first]
    assert ["tracked", "tracked"] == [hand.status for hand in hands]
    assert [None, None] == [hand.palm_score for hand in hands]


def test_step_does_not_change_the_state_it_is_given(two_hands: ImageArray) -> None:
    """State is a value: a step can be taken again and gives the same."""
    follower = a_follower("lite")
    state, _ = tracking.step(follower, TrackState(), two_hands)
    first, again = (tracking.step(follower, state, two_hands) for _ in range(2))

    assert first[0].tracks.moment == again[0].tracks.moment
    assert [t.roi for t in first[0].tracks.now] == [t.roi for t in again[0].tracks.now]
    assert first[0].search.scene is state.search.scene is again[0].search.scene
    assert [h.to_dict() for h in first[1]] == [h.to_dict() for h in again[1]]


def owners(steps: list[int], **options: Any) -> dict[int, list[int | None]]:
    """By true hand, the track that is on it in each frame of a crossing; None: there is none."""
    found: dict[int, list[int | None]] = {1: [], 2: []}
    with knuckle.Tracker(**options) as track:
        for frame, truth in crossing(steps):
            hands = track(frame)
            for true_id, points in truth.items():
                palm = np.linalg.norm(points[0] - points[9])
                on = [h for h in hands if _distance(h, points) < 0.35 * palm]
                found[true_id].append(on[0].track_id if on else None)
    return found


def _distance(hand: Hand, points: Any) -> float:
    return float(np.linalg.norm(hand.points - points, axis=1).mean())


@pytest.mark.parametrize(
    "steps",
    [
        [0] * 6 + list(range(0, 620, 20)),
        [0] * 6 + list(range(0, 400, 16)) + list(range(400, 0, -16)),
    ],
    ids=["passes by", "comes back"],
)
def test_hands_that_cross_keep_their_identity(steps: list[int]) -> None:
    """One is hidden by the other for half a second; no identity is on both, none is new."""
    found = owners(steps)
    identities = {true_id: set(ids) - {None} for true_id, ids in found.items()}

    assert [1, 1] == [len(ids) for ids in identities.values()]
    assert identities[1] != identities[2]
    assert None not in (found[1][0], found[2][0], found[1][-1], found[2][-1])
    assert None in found[1]  # it was hidden


def test_the_order_of_hands_is_that_of_their_coming(two_hands: ImageArray) -> None:
    """Whatever the palms score: the first one stays the first."""
    one = two_hands.copy()
    one[:, : one.shape[1] // 2] = 128
    with knuckle.Tracker() as track:
        [first] = track(one)
        for _ in range(5):
            hands = track(two_hands)

    assert [1, 2] == [hand.track_id for hand in hands]
    np.testing.assert_allclose(first.points, hands[0].points, atol=15)


@pytest.fixture(scope="module")
def gone(no_hands: ImageArray, open_palm: ImageArray) -> ImageArray:
    """A picture without hands, as large as the one with a hand."""
    return np.ascontiguousarray(no_hands[: open_palm.shape[0], : open_palm.shape[1]])


@pytest.mark.parametrize(
    ("away", "same"), [(0.2, True), (REFIND_SECONDS - 0.1, True), (REFIND_SECONDS + 0.5, False)]
)
def test_a_hand_that_is_soon_back_is_the_same(
    away: float, same: bool, open_palm: ImageArray, gone: ImageArray
) -> None:
    """Its identity and age go on; after the time that is stated it is a new hand."""
    frames = [(open_palm, 0.0), (gone, 0.1), (gone, 0.2), (open_palm, 0.1 + away)]
    with knuckle.Tracker(search=EverySeconds(0)) as track:
        answers = [track(Frame(image, i, time)) for i, (image, time) in enumerate(frames)]

    [first], [last] = answers[0], answers[-1]
    assert [[], []] == answers[1:3]
    assert same == (first.track_id == last.track_id)
    assert pytest.approx(0.1 + away if same else 0) == last.age
    assert "detected" == last.status


def test_time_that_goes_back_begins_another_stream(open_palm: ImageArray) -> None:
    """Hands of before are others; an identity is given once."""
    with knuckle.Tracker() as track:
        [first] = track(Frame(open_palm, 0, 5.0))
        [second] = track(Frame(open_palm, 0, 0.0))
        track.reset()
        [third] = track(Frame(open_palm, 0, 0.0))

    assert [(1, 0.0), (2, 0.0), (1, 0.0)] == [(h.track_id, h.age) for h in (first, second, third)]


def test_a_time_that_stands_still_is_a_frame_later(open_palm: ImageArray) -> None:
    """Some sources stamp two frames alike."""
    with knuckle.Tracker() as track:
        for _ in range(3):
            [hand] = track(Frame(open_palm, 0, 5.0))

    assert pytest.approx(2 / 30) == hand.age


@pytest.mark.parametrize(
    ("precision", "moves", "raw_moves"), [("float32", 0.02, 0.1), ("fast", 0.15, 1.5)]
)
def test_a_still_picture_gives_a_hand_at_rest(
    open_palm: ImageArray, precision: Precision, moves: float, raw_moves: float
) -> None:
    """The ROI comes to rest, and with it all that is read in it.

    In int8 the rounding answers to the slightest move of the ROI; smoothing leaves little of that.
    moves, raw_moves: pixels of a picture of 1080.
    """
    with knuckle.Tracker(variant="lite", precision=precision) as track:
        for _ in range(60):
            [hand] = track(open_palm)
        before = hand
        [hand] = track(open_palm)

    assert before.raw is not None
    assert hand.raw is not None
    assert np.abs(hand.points - before.points).max() < moves
    assert np.abs(hand.raw.points - before.raw.points).max() < raw_moves


def test_smoothing_is_off_by_one_argument(open_palm: ImageArray) -> None:
    """Then a hand is its own reading."""
    noisy = np.clip(open_palm + np.random.default_rng(0).normal(0, 8, open_palm.shape), 0, 255)
    with knuckle.Tracker(smoothing=None) as plain, knuckle.Tracker() as smooth:
        for image in (open_palm, noisy.astype(np.uint8)):
            [raw], [smoothed] = plain(image), smooth(image)

    assert raw.raw is not None
    assert smoothed.raw is not None
    np.testing.assert_array_equal(raw.raw.points, raw.points)
    assert np.abs(smoothed.raw.points - smoothed.points).max() > 0.1


@pytest.mark.parametrize(
    ("value", "error", "says"),
    [
        (True, TypeError, r"smoothing must be Smoothing\(\), or None for none, not True"),
        (0.5, TypeError, "smoothing must be"),
    ],
)
def test_bad_smoothing_is_refused(value: Any, error: type[Exception], says: str) -> None:
    """In one sentence."""
    with pytest.raises(error, match=says):
        knuckle.Tracker(smoothing=value)
    with pytest.raises(ValueError, match=r"tolerance must be from 0\.0001 to 10000, not 0"):
        knuckle.Smoothing(tolerance=0)
    with pytest.raises(TypeError, match="cutoff must be a number, not '1'"):
        knuckle.Smoothing(cutoff="1")  # type: ignore[arg-type]


def test_a_palm_is_on_the_hand_that_has_it(two_hands: ImageArray) -> None:
    """And not on the other one, whatever their boxes."""
    palms = pipeline.find_palms(a_detector(), two_hands)
    size = np.array(image_size(two_hands), np.float32)
    hands = knuckle.detect(two_hands)
    table = [[is_on_hand(palm * size, h.points) for h in hands] for palm in palms.keypoints]

    assert (
        [1, 1]
        == [sum(row) for row in table]
        == [sum(column) for column in zip(*table, strict=True)]
    )


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_camera_sees_the_same_hands(quarters: int, two_hands: ImageArray) -> None:
    """Nothing has to be told: turned back they lie where they were, to a tenth of a palm."""
    upright, turned = two_hands, np.ascontiguousarray(np.rot90(two_hands, quarters))
    with knuckle.Tracker() as track, knuckle.Tracker() as other:
        for _ in range(3):
            hands, others = track(upright), other(turned)
    centre, middle = (np.array(p.shape[1::-1]) / 2 for p in (upright, turned))
    angle = np.pi / 2 * quarters
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])

    for one in hands:
        place = (one.points - centre) @ turn.T + middle
        palm = float(np.linalg.norm(one.wrist - one.middle_mcp))
        nearest = min(others, key=lambda h: float(np.linalg.norm(h.points - place)))
        assert np.linalg.norm(nearest.points - place, axis=1).mean() < 0.1 * palm
        assert one.handedness == nearest.handedness
    assert len(hands) == len(others) == 2


def test_what_a_hand_left_behind_is_no_hand() -> None:
    """Hardly there, and near one that a palm was found for; what is sure, or another, stays."""
    left = replace(hand(200), status="tracked", presence=0.5)
    found = replace(hand(225), status="detected", presence=0.99)
    others = [
        replace(left, presence=0.95),
        replace(left, handedness="left"),
        replace(hand(100), status="tracked", presence=0.5),
        replace(left, status="detected"),
    ]

    assert [found] == tracking.without_ghosts([left, found])
    assert [left] == tracking.without_ghosts([left])
    for other in others:
        assert [other, found] == tracking.without_ghosts([other, found])


def test_high_effort_reads_a_followed_hand_once_live_and_several_times_offline(
    two_hands: ImageArray,
) -> None:
    """A live stream has no time for more."""
    frames = [Frame(two_hands, i, i / 30) for i in range(2)]
    with knuckle.Tracker(effort="high", variant="lite") as track:
        live = [hand for frame in frames for hand in track(frame)]
    offline = [
        hand
        for _, hands in knuckle.track_clip(frames, effort="high", variant="lite")
        for hand in hands
    ]

    assert [True] * 4 == [hand.spread is None for hand in live]
    assert [False] * 4 == [hand.spread is None for hand in offline]
    assert ["detected"] * 2 + ["tracked"] * 2 == [hand.status for hand in live]


def test_high_effort_finds_a_hand_that_normal_effort_never_finds() -> None:
    """The third hand of a sample, in the first round over the tiles."""
    image = read_rgb(SAMPLES / "three_hands.jpg")
    found = {}
    for effort in ("normal", "high"):
        with knuckle.Tracker(max_hands=4, effort=effort) as track:
            found[effort] = max(len(track(image)) for _ in range(80))

    assert {"normal": 2, "high": 3} == found


@pytest.mark.parametrize("factor", [2, 3])
def test_a_stream_may_change_its_resolution(factor: int, open_palm: ImageArray) -> None:
    """A hand at rest stays where it is, in the pixels of the new size."""
    large = np.repeat(np.repeat(open_palm[::2, ::2], factor, axis=0), factor, axis=1)
    small = np.ascontiguousarray(open_palm[::2, ::2])
    with knuckle.Tracker() as track:
        for _ in range(10):
            [before] = track(small)
        [after] = track(large)
    palm = float(np.linalg.norm(after.wrist - after.middle_mcp))

    assert before.track_id == after.track_id
    assert np.abs(after.landmarks[:, :2] * after.image_size - after.points).max() < 1e-2
    assert np.abs(after.points - factor * before.points).max() < 0.1 * palm
