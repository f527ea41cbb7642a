"""Joining the tables of a clip's parts: whose hand in one part is whose in the next.

A part is read from a little before its start, so both parts know the frames before the seam. Hands
that lie in the same places there are the same hand, and keep the number that they have in the
earlier part. A hand that was lost before the seam and is found after it is the same if it comes
back soon and near, as within a part. All others get new numbers.

The result is never equal to that of the unsplit clip: a tracker that begins in the middle reads
each hand a little otherwise, for some frames or for the rest of the part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...extras import import_extra
from ...geometry.assignment import assign
from ...geometry.palm_lengths import hand_distance
from ...spec import Landmark
from ...streams.clips import LEAST_MEETINGS, SAME_HAND
from ...streams.tracks import REACH, REACH_PER_SECOND, REFIND_SECONDS, WRONG_HAND
from ...values import FloatArray

MOST_MEETINGS = 10  # frames, the last ones before the seam, in which two hands are compared
NOBODY = 0  # the number of a hand that is not in the joined table; numbers begin with 1

_POINTS = [f"{landmark.name.lower()}_{axis}_px" for landmark in Landmark for axis in "xy"]
_COLUMNS = ("frame", "time", "track_id", "age", "handedness", *_POINTS)


@dataclass(frozen=True, slots=True)
class Hands:
    """The rows of a part that have a hand, in order of time. n is their number.

    frame: (n,) the index of the frame. time: (n,) seconds. id: (n,) the number of the hand.
    born: (n,) seconds, when it was first seen. is_right: (n,). points: (n, 21, 2) pixels.
    """

    frame: NDArray[np.int64]
    time: NDArray[np.float64]
    id: NDArray[np.int64]
    born: NDArray[np.float64]
    is_right: NDArray[np.bool_]
    points: FloatArray

    def where(self, rows: NDArray[Any]) -> Hands:
        """Some of the rows. rows: (n,) booleans, or indices."""
        values = (self.frame, self.time, self.id, self.born, self.is_right, self.points)
        return Hands(*(value[rows] for value in values))

    def of(self, id: int) -> Hands:
        """The rows of one hand."""
        return self.where(self.id == id)

    @property
    def ids(self) -> list[int]:
        """The numbers of the hands, ascending."""
        return [int(id) for id in np.unique(self.id)]


def hands_of(table: Any) -> Hands:
    """The hands in an Arrow table of a clip."""
    compute = import_extra("pyarrow.compute", purpose="joining parts", extra="batch")
    rows = table.select(_COLUMNS).filter(compute.is_valid(table["track_id"]))
    columns = {name: rows[name].to_numpy() for name in _COLUMNS if name != "handedness"}
    points = np.stack([columns[name] for name in _POINTS], axis=1)
    return Hands(
        columns["frame"],
        columns["time"],
        columns["track_id"],
        columns["time"] - columns["age"],
        compute.equal(rows["handedness"], "right").to_numpy(),
        np.asarray(points, np.float32).reshape(-1, len(Landmark), 2),
    )


@dataclass(frozen=True, slots=True)
class Joined:
    """What is known of the parts so far.

    hands: of the last of them, with their numbers in the joined table; None before the first.
    count: the highest number so far. born: when each was first seen, by number; seconds.
    """

    hands: Hands | None = None
    count: int = 0
    born: Mapping[int, float] = field(default_factory=dict)


def with_part(before: Joined, table: Any, start: float) -> tuple[Joined, Any]:
    """Join the next part.

    table: the Arrow table of the part, with the frames before its start.
    start: seconds; where the part begins.
    Returns what is known now, and the rows of the part: frames from its start on, with the numbers
    and ages that the hands have in the whole clip.
    """
    hands, times = hands_of(table), table["time"].to_numpy()
    overlap = len(np.unique(times[times < start]))
    known = {} if before.hands is None else same_hands(before.hands, hands, start, overlap)
    numbers, count = dict(known), before.count
    for id in dict.fromkeys(hands.id[hands.time >= start].tolist()):  # as they come
        if id not in numbers:
            count += 1
            numbers[id] = count
    named = _renamed(hands, numbers, {number: before.born[number] for number in known.values()})
    born = dict(before.born)
    for number, since in zip(named.id.tolist()[::-1], named.born.tolist()[::-1], strict=True):
        born[number] = since
    after = Joined(named.where(named.id != NOBODY), count, born)
    return after, _kept(table, named, start)


def _renamed(hands: Hands, numbers: Mapping[int, int], born: Mapping[int, float]) -> Hands:
    """Hands with other numbers. born: of those that an earlier part has seen before."""
    ids = np.array([numbers.get(id, NOBODY) for id in hands.id.tolist()], np.int64)
    since = [born.get(id, own) for id, own in zip(ids.tolist(), hands.born.tolist(), strict=True)]
    return Hands(
        hands.frame, hands.time, ids, np.array(since, np.float64), hands.is_right, hands.points
    )


def _kept(table: Any, named: Hands, start: float) -> Any:
    """The rows of a table from a time on, with new numbers and ages, in the order of numbers."""
    arrow = import_extra("pyarrow", purpose="joining parts", extra="batch")
    compute = import_extra("pyarrow.compute", purpose="joining parts", extra="batch")
    has_hand = compute.is_valid(table["track_id"]).to_numpy()
    ids, ages = np.zeros(len(has_hand), np.int64), np.zeros(len(has_hand), np.float32)
    ids[has_hand], ages[has_hand] = named.id, named.time - named.born
    frames, times = table["frame"].to_numpy(), table["time"].to_numpy()
    order = np.lexsort((ids, frames))
    order = order[times[order] >= start]
    frames, has_hand = frames[order], has_hand[order]
    is_first = np.diff(frames, prepend=frames[:1] - 1) != 0
    places = np.arange(len(frames))
    places -= np.maximum.accumulate(np.where(is_first, places, 0))
    kept = table.take(order)
    for name, values in (("hand", places), ("track_id", ids[order]), ("age", ages[order])):
        i = kept.column_names.index(name)
        kind = kept.schema.field(i)
        kept = kept.set_column(i, kind, arrow.array(values, kind.type, mask=~has_hand))
    return kept


def same_hands(earlier: Hands, later: Hands, start: float, overlap: int) -> dict[int, int]:
    """Which hands of a part are which of the part before it: number there by number here.

    start: seconds; where the later part begins. overlap: how many frames it has before that.
    """
    met = _met(earlier, later.where(later.time < start), min(overlap, LEAST_MEETINGS))
    hands = [id for id in later.ids if id not in met]
    others = [id for id in earlier.ids if id not in met.values()]
    return met | _refound(earlier, others, later, hands)


def _met(earlier: Hands, overlap: Hands, least: int) -> dict[int, int]:
    """The hands that lie in the same places in so many of the frames that both parts know."""
    earlier = earlier.where(np.isin(earlier.frame, overlap.frame))
    rows, columns = overlap.ids, earlier.ids
    costs = [[_distance(earlier.of(c), overlap.of(r), least) for c in columns] for r in rows]
    return {rows[i]: columns[j] for i, j in assign(costs, SAME_HAND)}


def _distance(hand: Hands, other: Hands, least: int) -> float:
    """The mean distance of two hands in the last frames that have both, in palm sizes."""
    _, here, there = np.intersect1d(hand.frame, other.frame, return_indices=True)
    if len(here) < least:
        return inf
    pairs = zip(here[-MOST_MEETINGS:], there[-MOST_MEETINGS:], strict=True)
    return float(np.mean([hand_distance(hand.points[i], other.points[j]) for i, j in pairs]))


def _refound(
    earlier: Hands, others: Sequence[int], later: Hands, hands: Sequence[int]
) -> dict[int, int]:
    """The hands that were lost in one part and found in the next, as `streams.tracks` finds them.

    others: numbers of hands in the earlier part; hands: in the later one.
    """
    costs = [[_way_back(earlier.of(o), later.of(h)) for o in others] for h in hands]
    return {hands[i]: others[j] for i, j in assign(costs, 1.0)}


def _way_back(lost: Hands, found: Hands) -> float:
    """How far from its last place a hand was found again, as a share of what is allowed."""
    has_met = bool(np.isin(found.frame, lost.frame).any())
    if has_met and _distance(lost, found, 1) > SAME_HAND:
        return inf
    after = found.where(found.time > lost.time[-1])
    if not len(after.time) or after.time[0] - lost.time[-1] > REFIND_SECONDS:
        return inf
    distance = hand_distance(lost.points[-1], after.points[0])
    distance += WRONG_HAND * bool(lost.is_right[-1] != after.is_right[0])
    return distance / (REACH + REACH_PER_SECOND * float(after.time[0] - lost.time[-1]))
