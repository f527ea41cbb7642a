"""Hands from frame to frame: read where they are expected, look for new ones when it is time.

State is a value: `step` can be taken again, and gives the same. `Tracker` keeps it between calls.
"""

from __future__ import annotations

from dataclasses import dataclass

from .core.scene import has_changed, thumbnail
from .pipeline import (
    Candidate,
    Networks,
    Rois,
    associate,
    candidates_from_palms,
    detect_palms,
    image_size,
    next_rois,
    read_hands,
)
from .search import NEVER_SEARCHED, Adaptive, SearchState, is_due
from .settings import Settings
from .values import Hand, ImageArray

FRAME_TIME = 1 / 30  # seconds, of a stream whose pictures bear no times


@dataclass(frozen=True, slots=True)
class TrackState:
    """What is carried from one frame to the next."""

    rois: Rois = ()  # where the hands of the last frame are expected
    time: float | None = None  # of the last frame, seconds
    search: SearchState = NEVER_SEARCHED


def step(
    networks: Networks,
    settings: Settings,
    state: TrackState,
    image: ImageArray,
    time: float | None = None,
) -> tuple[TrackState, list[Hand]]:
    """Hands in the next picture of a stream: those of the last one first, then new ones.

    The palm network runs only while fewer than `max_hands` hands are tracked, when the search
    policy has it, and where a hand was lost.
    time: of the picture, seconds; without it one comes 1/30 s after the other.
    """
    if time is None:
        time = 0.0 if state.time is None else state.time + FRAME_TIME
    tracked = [Candidate(roi) for roi in state.rois]
    scene = thumbnail(image) if isinstance(settings.search, Adaptive) else None
    is_searched = len(tracked) < settings.max_hands and _is_due(settings, state, scene, time)
    palms = _palms(networks, settings, image) if is_searched else []
    hands = read_hands(networks, settings, image, associate(tracked, palms))
    is_lost = sum(hand.palm_score is None for hand in hands) < len(tracked)
    if is_lost and not is_searched:
        is_searched = True
        kept = [Candidate(hand.roi) for hand in hands]
        places = associate(kept, _palms(networks, settings, image))
        new = [place for place in places if place.palm_score is not None]
        hands = read_hands(networks, settings, image, new, hands)
    search = SearchState(
        time=time if is_searched else state.search.time,
        frames=0 if is_searched else state.search.frames + 1,
        scene=scene if is_searched else state.search.scene,
        lost=time if is_lost else state.search.lost,
    )
    return TrackState(next_rois(hands, image_size(image)), time, search), hands


def _is_due(settings: Settings, state: TrackState, scene: ImageArray | None, time: float) -> bool:
    before = state.search.scene
    moved = scene is None or before is None or has_changed(scene, before, state.rois)
    return is_due(settings.search, state.search, time, moved=moved)


def _palms(networks: Networks, settings: Settings, image: ImageArray) -> list[Candidate]:
    return candidates_from_palms(detect_palms(networks, settings, image), image_size(image))
