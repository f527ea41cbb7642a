"""Which slot a hand has. A column of a data set is then always about the same hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NOBODY = -1


def slots_of(
    frames: Sequence[int], tracks: Sequence[int], is_left: Sequence[bool], count: int
) -> NDArray[np.int64]:
    """The slot of each hand of a clip; -1 for those that find none.

    A hand keeps its slot as long as it is followed, also over frames in which it is not seen. A new
    one gets slot 0 if it is a left hand, 1 if it is a right one, or else the lowest that is free.
    If all are kept for hands that are not seen at the moment, it takes the one that it would get if
    they were free. When such a hand comes back, it is like a new one.
    frames: the frame of each hand, in order. tracks: its number. count: how many slots there are.
    """
    last_seen = {track: frame for frame, track in zip(frames, tracks, strict=True)}
    owner: list[int | None] = [None] * count
    found = np.full(len(frames), NOBODY, np.int64)
    start = 0
    for stop in _ends(frames):
        taken: set[int] = set()
        rows = range(start, stop)
        for row in rows:  # who has a slot keeps it
            if tracks[row] in owner:
                found[row] = owner.index(tracks[row])
                taken.add(int(found[row]))
        for row in rows:
            if found[row] == NOBODY:
                kept = {
                    i for i, t in enumerate(owner) if t is not None and last_seen[t] >= frames[row]
                }
                slot = _chosen(is_left[row], count, (taken | kept, taken))
                if slot != NOBODY:
                    found[row], owner[slot] = slot, tracks[row]
                    taken.add(slot)
        start = stop
    return found


def _ends(frames: Sequence[int]) -> list[int]:
    """Where the hands of each frame end."""
    changes = [i for i in range(1, len(frames)) if frames[i] != frames[i - 1]]
    return [*changes, len(frames)] if len(frames) else []


def _chosen(is_left: bool, count: int, barred: Sequence[set[int]]) -> int:
    """The best slot that is not barred. barred: sets to try one after the other."""
    preferred = 0 if is_left else 1
    for slots in barred:
        free = [i for i in range(count) if i not in slots]
        if free:
            return preferred if preferred in free else free[0]
    return NOBODY
