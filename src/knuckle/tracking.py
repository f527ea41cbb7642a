"""Hands from frame to frame: read where they are expected, look for new ones when it is time.

State is a value: `step` can be taken again, and gives the same. `Tracker` keeps it between calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .core.duplicates import is_on_hand
from .core.scene import has_changed, thumbnail
from .pipeline import (
    Candidate,
    Networks,
    candidates_from_palms,
    detect_palms,
    image_size,
    read_hands,
)
from .search import NEVER_SEARCHED, Adaptive, SearchState, is_due
from .settings import Settings
from .tracks import REFIND_SECONDS, Track, advance, begin, match, resume
from .values import Hand, ImageArray

FRAME_TIME = 1 / 30  # seconds, of a stream whose pictures bear no times


@dataclass(frozen=True, slots=True)
class TrackState:
    """What is carried from one frame to the next."""

    tracks: tuple[Track, ...] = ()  # hands of the last frame, the oldest first
    lost: tuple[Track, ...] = ()  # hands that were seen not long ago
    next_id: int = 1
    time: float | None = None  # of the last frame, seconds; it always grows
    stamp: float | None = None  # what the last frame said of its time
    search: SearchState = NEVER_SEARCHED


def step(
    networks: Networks,
    settings: Settings,
    state: TrackState,
    image: ImageArray,
    stamp: float | None = None,
) -> tuple[TrackState, list[Hand]]:
    """Hands in the next picture of a stream, the one that was first seen first.

    The palm network runs only while fewer than `max_hands` hands are tracked, when the search
    policy has it, and where a hand was lost.
    stamp: time of the picture, seconds; without one, or where it stands still, a picture comes
    1/30 s after the other. A time before the last one begins another stream.
    """
    if stamp is not None and state.stamp is not None and stamp < state.stamp:
        state = TrackState(next_id=state.next_id)
    time = _time_of(state, stamp)
    scene = thumbnail(image) if isinstance(settings.search, Adaptive) else None
    hands = read_hands(networks, settings, image, [Candidate(t.roi) for t in state.tracks])
    is_lost = len(hands) < len(state.tracks)
    is_free = len(hands) < settings.max_hands
    is_searched = is_lost or (is_free and _is_due(settings, state, scene, time))
    if is_searched:
        places = _new_places(networks, settings, image, hands)
        hands = read_hands(networks, settings, image, places, hands)
    search = SearchState(
        time=time if is_searched else state.search.time,
        frames=0 if is_searched else state.search.frames + 1,
        scene=scene if is_searched else state.search.scene,
        lost=time if is_lost else state.search.lost,
    )
    after = _identified(state, settings, image, hands, time)
    after = replace(after, time=time, stamp=stamp, search=search)
    return after, [track.hand for track in after.tracks]


def _time_of(state: TrackState, stamp: float | None) -> float:
    if state.time is None:
        return 0.0 if stamp is None else stamp
    if stamp is None or state.stamp is None or stamp == state.stamp:
        return state.time + FRAME_TIME
    return state.time + stamp - state.stamp


def _is_due(settings: Settings, state: TrackState, scene: ImageArray | None, time: float) -> bool:
    before = state.search.scene
    rois = [track.roi for track in state.tracks]
    moved = scene is None or before is None or has_changed(scene, before, rois)
    return is_due(settings.search, state.search, time, moved=moved)


def _new_places(
    networks: Networks, settings: Settings, image: ImageArray, known: Sequence[Hand]
) -> list[Candidate]:
    """Palms that are of none of the hands that are known already."""
    palms = detect_palms(networks, settings, image)
    size = image_size(image)
    points = palms.keypoints * size
    places = candidates_from_palms(palms, size)
    return [
        place
        for place, palm in zip(places, points, strict=True)
        if not any(is_on_hand(palm, hand.points) for hand in known)
    ]


def _identified(
    state: TrackState, settings: Settings, image: ImageArray, hands: Sequence[Hand], time: float
) -> TrackState:
    """The tracks with their hands of this frame."""
    size = image_size(image)
    known = [*state.tracks, *(t for t in state.lost if time - t.seen <= REFIND_SECONDS)]
    owner = {j: i for i, j in match(known, hands, time, size)}
    tracks, next_id = [], state.next_id
    for j, hand in enumerate(hands):
        if j not in owner:
            tracks.append(begin(hand, next_id, time, size))
            next_id += 1
        elif owner[j] < len(state.tracks):
            tracks.append(advance(known[owner[j]], hand, time, settings.smoothing, size))
        else:
            tracks.append(resume(known[owner[j]], hand, time, size))
    lost = tuple(track for i, track in enumerate(known) if i not in owner.values())
    return TrackState(tuple(sorted(tracks, key=lambda track: track.id)), lost, next_id)
