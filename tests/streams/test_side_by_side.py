"""Several streams at once: each is what it is alone, whatever becomes of the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle.values import Frame
from tests.conftest import SAMPLES

CLIP = SAMPLES / "two_hands.mp4"


def part(start: float, stop: float) -> list[Frame]:
    """A stretch of the sample clip."""
    return list(knuckle.open_source(CLIP, start=start, stop=stop))


def still(name: str, count: int) -> list[Frame]:
    """A sample picture, shown so often."""
    picture = knuckle.read_image(SAMPLES / name)
    return [Frame(picture, i, i / 25) for i in range(count)]


def alone(stream: list[Frame], **options: Any) -> list[Any]:
    """What a tracker finds."""
    with knuckle.Tracker(**options) as track:
        return [(frame.index, [hand.to_dict() for hand in track(frame)]) for frame in stream]


def together(streams: Any, **options: Any) -> Iterator[tuple[int, int, Any]]:
    """Stream, frame and hands as values that compare."""
    for index, frame, hands in knuckle.track_many(streams, **options):
        yield index, frame.index, [hand.to_dict() for hand in hands]


def test_each_stream_is_what_it_is_alone() -> None:
    """Streams of other sizes, rates and lengths beside it change nothing, nor does an empty one."""
    streams = [
        part(1.8, 2.0),
        still("open_palm.jpg", 4),
        [],
        part(0.0, 0.3),
        still("no_hands.jpg", 2),
    ]
    options: dict[str, Any] = {"variant": "lite", "precision": "float32", "max_hands": 3}
    found = list(together((iter(stream) for stream in streams), **options))

    for i, stream in enumerate(streams):
        for (frame, hands), (other, others) in zip(
            alone(stream, **options),
            [(frame, hands) for index, frame, hands in found if index == i],
            strict=True,
        ):
            assert frame == other
            assert len(hands) == len(others)
            for hand, same in zip(hands, others, strict=True):
                assert hand["track_id"] == same["track_id"]
                assert hand["status"] == same["status"]
                np.testing.assert_allclose(hand["points"], same["points"], atol=0.01)


def test_streams_take_turns() -> None:
    """In their order, those that have ended left out."""
    streams = [still("no_hands.jpg", count) for count in (1, 3, 2)]
    turns = [(index, frame) for index, frame, _ in together(streams, variant="lite")]

    assert [(0, 0), (1, 0), (2, 0), (1, 1), (2, 1), (1, 2)] == turns


def test_no_streams_give_nothing() -> None:
    """Nor is that a mistake."""
    assert [] == list(knuckle.track_many([]))


def broken(frames: list[Frame], error: Exception) -> Iterator[Frame]:
    """A stream that fails after its frames."""
    yield from frames
    raise error


def test_a_stream_that_fails_ends_alone() -> None:
    """The others go on to their ends; then one error says which failed and why."""
    good = still("no_hands.jpg", 5)
    streams = [
        broken(good[:2], knuckle.SourceError("left.mp4 ends too early")),
        iter(good),
        broken([], OSError("the camera was unplugged")),
    ]
    found: list[tuple[int, int]] = []
    turns = map(found.append, ((i, frame) for i, frame, _ in together(streams, variant="lite")))
    with pytest.raises(knuckle.SourceError) as raised:
        list(turns)

    assert [(1, i) for i in range(5)] == [turn for turn in found if turn[0] == 1]
    assert [(0, 0), (0, 1)] == [turn for turn in found if turn[0] == 0]
    assert (
        "2 of 3 streams failed: stream 0: left.mp4 ends too early; "
        "stream 2: OSError: the camera was unplugged"
    ) == str(raised.value)
    cause = raised.value.__cause__
    assert isinstance(cause, ExceptionGroup)
    assert [knuckle.SourceError, OSError] == [type(error) for error in cause.exceptions]


def test_a_message_names_three_streams() -> None:
    """And counts the others."""
    streams = [broken([], knuckle.SourceError(f"{i}.mp4 is empty")) for i in range(5)]
    says = r"^5 of 5 streams failed: stream 0: .*; stream 2: 2\.mp4 is empty; and 2 more$"
    with pytest.raises(knuckle.SourceError, match=says):
        list(knuckle.track_many(streams, variant="lite"))


@pytest.mark.parametrize(
    ("streams", "says"),
    [
        (CLIP, "streams must be several streams of Frames, not .*two_hands.mp4"),
        ([CLIP], "each stream must give Frames, not be a .*Path: knuckle.open_source"),
        (still("no_hands.jpg", 1), "not be a Frame: .* for one stream there is knuckle.Tracker"),
    ],
    ids=["a path", "paths", "one stream"],
)
def test_what_gives_no_frames_is_refused_at_the_call(streams: Any, says: str) -> None:
    """In one sentence with the cure."""
    with pytest.raises(TypeError, match=says):
        knuckle.track_many(streams)


def test_a_frame_that_is_none_ends_all() -> None:
    """It is the caller's mistake: nobody has to wait for the end to hear of it."""
    streams: Any = [still("no_hands.jpg", 3), ["clip.mp4"]]
    with pytest.raises(TypeError, match=r"frames must be Frames, not str: knuckle\.open_source"):
        list(knuckle.track_many(streams, variant="lite"))


def test_frames_are_read_when_their_turn_comes() -> None:
    """One of each stream at a time, so that memory holds one picture of each."""
    read = []

    def watched(name: str) -> Iterator[Frame]:
        for frame in still("no_hands.jpg", 2):
            read.append((name, frame.index))
            yield frame

    turns = knuckle.track_many([watched("a"), watched("b")], variant="lite")
    assert [] == read
    next(turns)
    assert [("a", 0), ("b", 0)] == read
