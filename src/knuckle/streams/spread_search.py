"""High effort in a stream: the search for far hands, spread over frames.

    a tile -> its palms wait in the state -> a closer look at them -> the next tile

A turn is one of these looks, and costs about one run of the palm network. The likeliest tile comes
first: one in which a hand was lost, then the one in which most has moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..pictures.closer_look import confirmed
from ..pictures.detector import Detector
from ..pictures.high_effort import far_hands, far_places, tiles_of
from ..values import Candidate, Hand, ImageArray, Roi, image_size

# Seconds between turns, at least. They keep the time within 1.3 of that of normal effort.
PAUSE = 0.16  # while no hand is followed: every fifth frame at 30 frames a second
PAUSE_BESIDE = 0.32  # beside a hand that is followed: every tenth frame
CLOSER_LOOKS = 4  # places of a tile: as many as one run of the palm network shows
_ROUNDING = 1e-3  # seconds


@dataclass(frozen=True, slots=True, eq=False)
class SpreadState:
    """What a stream remembers about its search for far hands. Times are of frames, seconds."""

    time: float | None = None  # of the last turn
    began: float | None = None  # when the last round over all tiles began
    left: tuple[int, ...] = ()  # tiles that the round has not shown yet, by index
    places: tuple[Candidate, ...] = ()  # palms of the last tile, which wait for a closer look
    scene: ImageArray | None = None  # thumbnail of the picture when the round began


NEVER_SPREAD = SpreadState()


def is_turn_due(state: SpreadState, time: float, moved: float | None, *, is_empty: bool) -> bool:
    """Whether a frame gets a turn: some time after the last one, while there is something to do.

    time: the time of the frame, seconds. moved: when something last moved outside the hands; None
        if nothing has. is_empty: whether no hand is followed.
    """
    if state.time is None or time < state.time:
        return True
    if time - state.time + _ROUNDING < (PAUSE if is_empty else PAUSE_BESIDE):
        return False
    has_moved = moved is not None and state.began is not None and moved > state.began
    return bool(state.left or state.places or has_moved)


def turn(
    detector: Detector,
    image: ImageArray,
    state: SpreadState,
    time: float,
    scene: ImageArray | None,
    known: Sequence[Hand],
    lost: Iterable[Roi] = (),
) -> tuple[SpreadState, list[Hand]]:
    """The state after one turn, and the new hands that it found.

    time: the time of the frame, seconds. scene: its thumbnail; None if there is none.
    known: the hands that are followed. lost: where hands were lost recently.
    """
    if state.places:
        sure = confirmed(detector.palms, image, state.places)
        hands = far_hands(detector, image, sure, known)
        return replace(state, time=time, places=()), hands
    tiles = tiles_of(image_size(image), sides=1)
    if not tiles:
        return replace(state, time=time, began=time, scene=scene), []
    if not state.left:
        state = replace(state, began=time, left=tuple(range(len(tiles))))
    best = likeliest([tiles[i] for i in state.left], lost, scene, state.scene)
    index = state.left[best]
    places = far_places(detector, image, [tiles[index]], [hand.roi for hand in known])
    left = tuple(i for i in state.left if i != index)
    state = replace(state, time=time, left=left, places=tuple(places[:CLOSER_LOOKS]))
    return (state if left else replace(state, scene=scene)), []


def likeliest(
    tiles: Sequence[Roi],
    lost: Iterable[Roi],
    scene: ImageArray | None,
    before: ImageArray | None,
) -> int:
    """The index of the tile in which a new hand is likeliest; the first of equals.

    lost: where hands were lost recently. scene, before: thumbnails of now and of the last round.
    """
    lost = list(lost)
    losses = [sum(_contains(tile, roi) for roi in lost) for tile in tiles]
    if scene is None or before is None or scene.shape != before.shape:
        motions = [0.0] * len(tiles)
    else:
        change = np.abs(scene.astype(np.int16) - before).max(axis=2)
        motions = [_mean_in(change, tile) for tile in tiles]
    return max(range(len(tiles)), key=lambda i: (losses[i], motions[i], -i))


def _contains(tile: Roi, roi: Roi) -> bool:
    """Whether the middle of an ROI is in a tile."""
    is_beside = 2 * abs(roi.x - tile.x) > tile.width
    return not is_beside and 2 * abs(roi.y - tile.y) <= tile.height


def _mean_in(change: NDArray[np.int16], tile: Roi) -> float:
    height, width = change.shape
    x0, x1 = ((tile.x + side * tile.width / 2) * width for side in (-1, 1))
    y0, y1 = ((tile.y + side * tile.height / 2) * height for side in (-1, 1))
    rows, columns = (slice(max(round(a), 0), max(round(b), 1)) for a, b in ((y0, y1), (x0, x1)))
    return float(change[rows, columns].mean())
