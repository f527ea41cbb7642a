"""One step in several streams at once, compared with a step in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knuckle.io.sources import open_source
from knuckle.networks.engine import Engine
from knuckle.streams import step as tracking
from knuckle.streams.search import EveryFrame
from knuckle.streams.step import Follower, TrackState, step, step_many
from knuckle.values import FloatArray, ImageArray
from tests.conftest import SAMPLES, read_rgb
from tests.detectors import a_follower

# What other kernels for larger batches may change, in pixels and all other units. Here: nothing.
TOLERANCE = 2e-3
Pictures = Sequence[tuple[ImageArray, float | None]]  # of a stream, each with its time, seconds


@cache
def clip() -> list[ImageArray]:
    """The sample clip; the second hand comes into it in frame 40."""
    return [frame.image for frame in open_source(SAMPLES / "two_hands.mp4", stop=2.5)]


def stretch(start: int, length: int, begin: float | None = 0.0, scale: int = 1) -> Pictures:
    """Frames of the sample clip at 1/scale of its size; begin: their first time, if they have."""
    return [
        (
            np.ascontiguousarray(clip()[start + i][::scale, ::scale]),
            None if begin is None else begin + i / 30,
        )
        for i in range(length)
    ]


def one_by_one(follower: Follower, streams: Sequence[Pictures]) -> list[list[Any]]:
    """What each picture of each stream gives: its state and its hands."""
    found = []
    for pictures in streams:
        state, answers = TrackState(), []
        for image, stamp in pictures:
            state, hands = step(follower, state, image, stamp)
            answers.append((state, hands))
        found.append(answers)
    return found


def together(follower: Follower, streams: Sequence[Pictures]) -> list[list[Any]]:
    """The same, one step in all streams that have not ended at once."""
    found: list[list[Any]] = [[] for _ in streams]
    for number in range(max(map(len, streams), default=0)):
        live = [i for i, pictures in enumerate(streams) if number < len(pictures)]
        states = [found[i][-1][0] if found[i] else TrackState() for i in live]
        images, stamps = zip(*(streams[i][number] for i in live), strict=True)
        after = step_many(follower, states, images, stamps)
        for i, answer in zip(live, after, strict=True):
            found[i].append(answer)
    return found


def assert_alike(one: Any, other: Any) -> None:
    """Values with the same shape, whose numbers differ by no more than TOLERANCE."""
    assert type(one) is type(other)
    if is_dataclass(one):
        for field in fields(one):
            assert_alike(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_alike(a, b)
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, atol=TOLERANCE, rtol=0)
    elif isinstance(one, float):
        assert pytest.approx(one, abs=TOLERANCE) == other
    else:
        assert one == other


EMPTY = [(np.zeros((120, 200, 3), np.uint8), i / 30) for i in range(3)]
STREAMS = st.lists(
    st.one_of(
        st.builds(
            stretch,
            st.integers(0, 70),
            st.integers(0, 5),
            st.sampled_from([None, 0.0, 7.5]),
            st.sampled_from([1, 2, 3]),
        ),
        st.just(EMPTY),
        st.just(EMPTY[::-1]),  # time goes back: each picture begins another stream
    ),
    max_size=6,
)


@given(streams=STREAMS)
@settings(max_examples=12)
def test_steps_together_are_single_steps(streams: list[Pictures]) -> None:
    """States, hands, identities, everything: whatever the streams' sizes, times and lengths."""
    follower = a_follower("lite")

    assert_alike(one_by_one(follower, streams), together(follower, streams))


def crowd(length: int) -> Pictures:
    """A stream with three hands, of which the smallest is hard to find."""
    return [(read_rgb(SAMPLES / "three_hands.jpg"), i * 0.2) for i in range(length)]


@pytest.mark.parametrize(
    ("options", "is_live", "length"),
    [
        ({"exact": True}, True, 2),
        ({"max_hands": 4}, True, 4),
        ({"max_hands": 4, "effort": "high"}, True, 6),
        ({"effort": "high"}, False, 2),
        ({"search": EveryFrame(), "smoothing": None, "min_presence": 0.9}, True, 4),
    ],
    ids=["exact", "many hands", "high effort", "offline", "plain"],
)
def test_it_has_every_option(options: dict[str, Any], is_live: bool, length: int) -> None:
    """Also those whose searches go stream by stream."""
    follower = replace(a_follower("lite", **options), is_live=is_live)
    streams = [stretch(58, length), crowd(length), stretch(0, length, scale=2), EMPTY]

    alone = one_by_one(follower, streams)
    assert_alike(alone, together(follower, streams))
    assert sum(len(hands) for answers in alone for _, hands in answers) > 2 * length


def test_no_streams_have_no_hands() -> None:
    """A batch that is empty is not shown to a network."""
    assert [] == step_many(a_follower("lite"), [], [], [])


def test_each_stream_needs_its_state_and_stamp() -> None:
    """Lists that differ in length are a mistake."""
    [(image, _)] = stretch(0, 1)
    with pytest.raises(ValueError, match=r"zip\(\) argument"):
        step_many(a_follower("lite"), [TrackState()], [image, image], [None, None])


class Counted:
    """A network that writes down how many pictures each of its calls has."""

    def __init__(self, network: Engine) -> None:
        self.spec, self.setup = network.spec, network.setup
        self.calls: list[int] = []
        self._network = network

    def __call__(self, images: ImageArray) -> Mapping[str, FloatArray]:
        """The network's outputs."""
        self.calls.append(len(images))
        return self._network(images)


def counted(follower: Follower) -> tuple[Follower, Counted, Counted]:
    """The same follower with networks that count, and those."""
    detector = follower.detector
    palm, hand = Counted(detector.palms.network), Counted(detector.landmarks.network)
    detector = replace(
        detector,
        palms=replace(detector.palms, network=palm),
        landmarks=replace(detector.landmarks, network=hand),
    )
    return replace(follower, detector=detector), palm, hand


def steps(follower: Follower, images: Sequence[ImageArray], count: int) -> Iterable[list[int]]:
    """How many hands each stream has, step by step, where no picture changes."""
    states = [TrackState()] * len(images)
    for _ in range(count):
        after = step_many(follower, states, images, [None] * len(images))
        states = [state for state, _ in after]
        yield [len(hands) for _, hands in after]


def test_each_network_runs_once_for_all_streams() -> None:
    """A search, a second look where nothing was found, and the hands of all streams in one batch.

    While all hands are followed, only the landmark network runs.
    """
    follower, palm, hand = counted(a_follower("lite"))
    first, second = steps(follower, [clip()[60], EMPTY[0][0], clip()[65], EMPTY[0][0]], 2)

    assert [2, 0, 2, 0] == first == second
    assert [4, 2] == palm.calls
    assert [4, 4] == hand.calls


def test_a_device_gets_all_streams_in_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processor gets fewer at a time, because larger batches take longer there."""
    images = [EMPTY[0][0]] * 5
    monkeypatch.setattr(tracking, "MOST_ON_PROCESSOR", 2)
    follower, palm, hand = counted(a_follower("lite", search=EveryFrame()))
    list(steps(follower, images, 1))
    on_processor = list(palm.calls)
    palm.calls.clear()
    for network in (palm, hand):
        network.setup = replace(network.setup, device="cuda")
    list(steps(follower, images, 1))

    assert [2, 2, 1] == on_processor
    assert [5] == palm.calls
