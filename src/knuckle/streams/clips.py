"""Offline tracking of a recorded clip: a forward and a backward pass, joined.

A hand that was found late is followed back to where it came from, short gaps are filled, and the
smoothing is zero-phase: it has no delay. Frames come out in order, about one second late. Memory
holds a window of frames, not the whole clip.

    frames -> forward pass -> backward pass over a window -> readings by track -> gaps -> smoothing
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from ..geometry.assignment import assign
from ..geometry.palm_lengths import hand_distance
from ..geometry.rois import roi_between
from ..stages.duplicates import is_same_hand
from ..values import Frame, Hand, Size, image_size
from .identity import FRAME_TIME
from .smoothing import Smoothing
from .step import Follower, TrackState, step
from .tracks import smooth

LOOK_AROUND = 1.0  # seconds of context on either side of a window
WINDOW = 3.0  # length of a window, in units of LOOK_AROUND
MEMORY = 256e6  # bytes of pictures to hold at most, about
SAME_HAND = 0.5  # palm sizes; readings of the two passes that are closer are the same hand
ALIKE = 0.15  # palm sizes; two readings of one hand that are closer show the same pose
LEAST_MEETINGS = 2  # frames in which both passes must read a hand before their tracks are joined

NO_PICTURE = np.empty((0, 0, 3), np.uint8)  # replaces the picture of a frame that was yielded
Readings = dict[int, Hand]  # by the frame's place in the window


@dataclass(slots=True)
class Look:
    """A frame, and the hands that each pass read in it."""

    frame: Frame
    time: float  # seconds; always increases
    size: Size
    forward: list[Hand]
    backward: list[Hand] = field(default_factory=list)


def follow(
    follower: Follower, frames: Iterable[Frame], gap: float
) -> Iterator[tuple[Frame, list[Hand]]]:
    """Every frame with its hands, in order.

    gap: fill in a hand that is lost for at most this many seconds.
    """
    read, failure = _forward(follower, frames), None
    looks: list[Look] = []  # the window, with its context before and after it
    done = 0  # how many of them were yielded
    born: dict[int, float] = {}
    while True:
        try:
            looks.append(next(read))
        except StopIteration:
            break
        except Exception as error:  # from the source; yield what was read before raising it
            failure = error
            break
        if _is_full(looks, done):
            stop = _last_within(looks, looks[-1].time - LOOK_AROUND, done)
            yield from _window(follower, looks, done, stop, gap, born)
            first = _first_within(looks, looks[stop - 1].time - LOOK_AROUND)
            looks, done = (
                [_without_picture(k) for k in looks[first:stop]] + looks[stop:],
                stop - first,
            )
    yield from _window(follower, looks, done, len(looks), gap, born)
    if failure is not None:
        raise failure


def _forward(follower: Follower, frames: Iterable[Frame]) -> Iterator[Look]:
    state, last, time = TrackState(), None, 0.0
    for frame in frames:
        if last is None:
            time = frame.time
        else:
            time += frame.time - last if frame.time > last else FRAME_TIME
        state, hands = step(follower, state, frame.image, time)
        last = frame.time
        yield Look(frame, time, image_size(frame.image), hands)


def _is_full(looks: Sequence[Look], done: int) -> bool:
    """Whether a window and the context after it are complete, or the memory is used up."""
    held = looks[done:]
    span = held[-1].time - held[0].time
    return span >= (WINDOW + 1) * LOOK_AROUND or len(held) * held[-1].frame.image.nbytes >= MEMORY


def _last_within(looks: Sequence[Look], time: float, done: int) -> int:
    """Where a window ends: before the context after it, but not before half of what is held."""
    stop = next((i for i, look in enumerate(looks) if look.time > time), len(looks))
    return max(stop, done + (len(looks) - done) // 2, done + 1)


def _first_within(looks: Sequence[Look], time: float) -> int:
    return next(i for i, look in enumerate(looks) if look.time >= time)


def _without_picture(look: Look) -> Look:
    frame = replace(look.frame, image=NO_PICTURE)
    return replace(look, frame=frame)


def _window(
    follower: Follower,
    looks: Sequence[Look],
    start: int,
    stop: int,
    gap: float,
    born: dict[int, float],
) -> Iterator[tuple[Frame, list[Hand]]]:
    """The frames of a window with their hands; notes in `born` when each hand was first seen."""
    state = TrackState()
    for look in reversed(looks[start:]):
        state, look.backward = step(follower, state, look.frame.image, -look.time)
    tracks = joined(looks, follower.detector.max_hands)
    for track_id, readings in tracks.items():
        tracks[track_id] = smoothed(filled(readings, looks, gap), looks, follower.smoothing)
    labels = {hand.track_id: hand for look in looks for hand in look.forward}
    for i in range(start, stop):
        hands = []
        for track_id in sorted(tracks):
            if hand := tracks[track_id].get(i):
                age = looks[i].time - born.setdefault(track_id, looks[i].time)
                hands.append(_named(hand, labels[track_id], track_id, age))
        yield looks[i].frame, hands


def _named(hand: Hand, label: Hand, track_id: int, age: float) -> Hand:
    """A hand with the identity of its track, and the handedness at the end of the window."""
    return replace(
        hand,
        track_id=track_id,
        age=age,
        handedness=label.handedness,
        handedness_score=label.handedness_score,
    )


def joined(looks: Sequence[Look], max_hands: int) -> dict[int, Readings]:
    """The readings of every track of the forward pass, joined with those of the backward pass.

    If both passes read the same pose, the result is the mean of the two readings. If they disagree,
    it is the forward one, because the mean of two poses is no pose. A hand that only the backward
    pass read belongs to the track that its backward track has met most often.
    """
    tracks: dict[int, Readings] = {}
    meetings: dict[int, Counter[int]] = {}
    alone: list[tuple[int, Hand]] = []
    for i, look in enumerate(looks):
        pairs = dict(_pairs(look.forward, look.backward))
        for k, hand in enumerate(look.forward):
            reading = hand.raw or hand
            if k in pairs:
                other = look.backward[pairs[k]]
                meetings.setdefault(_id(other), Counter())[_id(hand)] += 1
                if hand_distance(reading.points, (other.raw or other).points) < ALIKE:
                    reading = blended(reading, other.raw or other, 0.5)
            tracks.setdefault(_id(hand), {})[i] = reading
        alone += [(i, h) for k, h in enumerate(look.backward) if k not in pairs.values()]
    for i, hand in alone:
        met = meetings.get(_id(hand), Counter()).most_common(1)
        if not met or met[0][1] < LEAST_MEETINGS:
            continue
        here = [readings[i] for readings in tracks.values() if i in readings]
        is_new = not any(is_same_hand(hand.points, other.points) for other in here)
        if is_new and len(here) < max_hands and i not in tracks[met[0][0]]:
            tracks[met[0][0]][i] = replace(hand.raw or hand, status="tracked")
    return tracks


def _id(hand: Hand) -> int:
    assert hand.track_id is not None
    return hand.track_id


def _pairs(forward: Sequence[Hand], backward: Sequence[Hand]) -> list[tuple[int, int]]:
    """The readings of the two passes that are of the same hand, as pairs of indices."""
    if not forward or not backward:
        return []
    costs = [[hand_distance(a.points, b.points) for b in backward] for a in forward]
    return assign(costs, SAME_HAND)


def filled(readings: Readings, looks: Sequence[Look], gap: float) -> Readings:
    """The readings, with gaps of up to `gap` seconds filled by linear interpolation."""
    whole = dict(readings)
    for before, after in pairwise(sorted(readings)):
        span = looks[after].time - looks[before].time
        for i in range(before + 1, after) if span <= gap else ():
            share = (looks[i].time - looks[before].time) / span
            between = blended(readings[before], readings[after], share)
            whole[i] = replace(
                between,
                points=between.landmarks[:, :2] * np.array(looks[i].size, np.float32),
                image_size=looks[i].size,
                status="filled",
                palm_score=None,
                palm_box=None,
                confidence=np.minimum(readings[before].confidence, readings[after].confidence),
            )
    return whole


def blended(hand: Hand, other: Hand, share: float) -> Hand:
    """The hand between two hands; `share` 0 is the first, 1 the second."""
    part = np.float32(share)
    return replace(
        hand,
        landmarks=hand.landmarks + part * (other.landmarks - hand.landmarks),
        points=hand.points + part * (other.points_in(hand.image_size) - hand.points),
        world_landmarks=hand.world_landmarks
        + part * (other.world_landmarks - hand.world_landmarks),
        presence=hand.presence + share * (other.presence - hand.presence),
        confidence=hand.confidence + part * (other.confidence - hand.confidence),
        roi=roi_between(hand.roi, other.roi, share),
    )


def smoothed(readings: Readings, looks: Sequence[Look], smoothing: Smoothing | None) -> Readings:
    """Zero-phase smoothing: the mean of the filter run forwards and run backwards."""
    if smoothing is None:
        return {i: replace(hand, raw=hand) for i, hand in readings.items()}
    places = sorted(readings)
    there = _filtered(readings, places, looks, smoothing)
    back = _filtered(readings, places[::-1], looks, smoothing)
    return {i: replace(blended(there[i], back[i], 0.5), raw=readings[i]) for i in places}


def _filtered(
    readings: Readings, places: Sequence[int], looks: Sequence[Look], smoothing: Smoothing
) -> Readings:
    """The filter run along some frames in order; it starts again after each break."""
    found: Readings = {}
    for k, i in enumerate(places):
        found[i] = readings[i]
        if k and abs(i - places[k - 1]) == 1:
            last = places[k - 1]
            seconds = abs(looks[i].time - looks[last].time)
            found[i] = smooth(found[last], readings[i], seconds, smoothing)
    return found
