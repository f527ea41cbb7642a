"""Whose hands were read: the tracks of a stream from one frame to the next, and its time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..values import Candidate, Hand
from .smoothing import Smoothing
from .tracks import REFIND_SECONDS, Track, advance, begin, match, resume

FRAME_TIME = 1 / 30  # seconds per frame of a stream without time stamps


class Moment(NamedTuple):
    """When a picture of a stream was taken.

    time: seconds; always increases.
    stamp: the time stamp that it came with, seconds; None without one.
    """

    time: float
    stamp: float | None = None


@dataclass(frozen=True, slots=True)
class Tracks:
    """The hands that are followed in a stream."""

    now: tuple[Track, ...] = ()  # hands of the last frame, the oldest first
    lost: tuple[Track, ...] = ()  # hands that were lost recently, for re-identification
    next_id: int = 1
    moment: Moment | None = None  # of the last frame; None before the first


NO_TRACKS = Tracks()


def next_moment(last: Moment | None, stamp: float | None) -> Moment:
    """When a picture was taken that comes after another one; `step` says how stamps count.

    last: of the picture before; None for the first one.
    """
    if last is None or is_back_in_time(last, stamp):
        return Moment(0.0 if stamp is None else stamp, stamp)
    if stamp is None or last.stamp is None or stamp == last.stamp:
        return Moment(last.time + FRAME_TIME, stamp)
    return Moment(last.time + stamp - last.stamp, stamp)


def is_back_in_time(last: Moment | None, stamp: float | None) -> bool:
    """Whether a time stamp is before that of the last picture, so that a new stream begins."""
    return last is not None and last.stamp is not None and stamp is not None and stamp < last.stamp


def expected(tracks: Tracks) -> list[Candidate]:
    """Where to read the hands that are followed in the next picture."""
    return [Candidate(track.roi) for track in tracks.now]


@dataclass(frozen=True, slots=True, eq=False)
class Owned:
    """A reading of a hand, and whose it is."""

    hand: Hand
    id: int
    track: Track | None = None  # None: it is seen for the first time
    is_back: bool = False  # it was lost, and has come back


@dataclass(frozen=True, slots=True, eq=False)
class Identities:
    """The hands of one picture with their identities."""

    hands: tuple[Owned, ...]
    lost: tuple[Track, ...]  # known hands that were not read
    next_id: int


def identified(tracks: Tracks, hands: Sequence[Hand], time: float) -> Identities:
    """Whose hands were read in a picture.

    tracks: of the picture before. time: of the picture, seconds.
    """
    known = [*tracks.now, *(t for t in tracks.lost if time - t.seen <= REFIND_SECONDS)]
    owner = {j: i for i, j in match(known, hands, time)}
    owned, next_id = [], tracks.next_id
    for j, hand in enumerate(hands):
        if j in owner:
            track = known[owner[j]]
            owned.append(Owned(hand, track.id, track, is_back=owner[j] >= len(tracks.now)))
        else:
            owned.append(Owned(hand, next_id))
            next_id += 1
    lost = tuple(track for i, track in enumerate(known) if i not in owner.values())
    return Identities(tuple(owned), lost, next_id)


def continued(identities: Identities, moment: Moment, smoothing: Smoothing | None) -> Tracks:
    """The tracks, continued, resumed or begun with the hands of a picture."""
    tracks, time = [], moment.time
    for owned in identities.hands:
        if owned.track is None:
            tracks.append(begin(owned.hand, owned.id, time))
        elif owned.is_back:
            tracks.append(resume(owned.track, owned.hand, time))
        else:
            tracks.append(advance(owned.track, owned.hand, time, smoothing))
    now = tuple(sorted(tracks, key=lambda track: track.id))
    return Tracks(now, identities.lost, identities.next_id, moment)
