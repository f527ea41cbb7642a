"""Hands from frame to frame: read them where they are expected, and search for new ones when due.

State is a value: the same `step` from the same state gives the same result. `Tracker` keeps the
state between calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..geometry.palm_lengths import hand_distance
from ..pictures import high_effort
from ..pictures.detector import SECOND_VIEW, Detector, find_palms, read_hands
from ..stages.candidates import candidates_from_palms
from ..stages.duplicates import is_on_hand
from ..values import Candidate, Hand, ImageArray, Roi, image_size
from .motion import has_changed, thumbnail
from .search import (
    ADAPTIVE,
    NEVER_SEARCHED,
    Adaptive,
    SearchPolicy,
    SearchState,
    after_frame,
    is_due,
    is_second_look_due,
    noticed,
)
from .smoothing import SMOOTHING, Smoothing
from .spread_search import NEVER_SPREAD, SpreadState, is_turn_due, turn
from .tracks import REFIND_SECONDS, Track, advance, begin, match, resume

FRAME_TIME = 1 / 30  # seconds per frame of a stream without time stamps
GHOST_PRESENCE = 0.8  # a real hand nearly always has more
GHOST_REACH = 0.8  # palm sizes, mean over the landmarks, from a ghost to its hand


@dataclass(frozen=True, slots=True)
class Follower:
    """The detector that reads the hands of a stream, and the options for following them."""

    detector: Detector
    search: SearchPolicy = ADAPTIVE  # when to search for palms while a slot is free
    smoothing: Smoothing | None = SMOOTHING  # None: return hands as they were read
    is_live: bool = True  # at high effort: spread the search for far hands over frames

    @property
    def searches_at_once(self) -> bool:
        """Whether a search shows the network every view of high effort in one frame."""
        return self.detector.effort == "high" and not self.is_live

    @property
    def spreads_search(self) -> bool:
        """Whether the search for far hands is spread over frames."""
        return self.detector.effort == "high" and self.is_live


@dataclass(frozen=True, slots=True)
class TrackState:
    """Everything that one frame passes on to the next."""

    tracks: tuple[Track, ...] = ()  # hands of the last frame, the oldest first
    lost: tuple[Track, ...] = ()  # hands that were lost recently, for re-identification
    next_id: int = 1
    time: float | None = None  # of the last frame, seconds; always increases
    stamp: float | None = None  # the time stamp that the last frame came with
    search: SearchState = NEVER_SEARCHED
    spread: SpreadState = NEVER_SPREAD


def step(
    follower: Follower,
    state: TrackState,
    image: ImageArray,
    stamp: float | None = None,
) -> tuple[TrackState, list[Hand]]:
    """The hands in the next picture of a stream, in the order in which they were first seen.

    The palm network runs when a hand was lost. It also runs when the search policy says so, while
    fewer than `max_hands` hands are tracked.
    stamp: the time of the picture, seconds. Without a stamp, or if it repeats the last one, the
        picture counts as 1/30 s later. A stamp before the last one starts a new stream.
    """
    if stamp is not None and state.stamp is not None and stamp < state.stamp:
        state = TrackState(next_id=state.next_id)
    detector, time = follower.detector, _time_of(state, stamp)
    hands = read_hands(detector, image, [Candidate(t.roi) for t in state.tracks])
    is_lost = len(hands) < len(state.tracks)
    is_free = len(hands) < detector.max_hands
    scene = scene_for(follower.search, image) if is_free or is_lost else None
    rois = [track.roi for track in state.tracks]
    search = before_search(follower.search, state.search, scene, rois, time)
    is_searched = is_lost or (
        is_free and is_due(follower.search, search, time, is_empty=not state.tracks)
    )
    is_second = False
    if is_searched:
        hands = without_ghosts(_with_new_hands(follower, image, hands))
        # The search at high effort has looked from farther away already.
        is_second = (
            not hands
            and not follower.searches_at_once
            and is_second_look_due(follower.search, search, time)
        )
        if is_second:
            hands = _with_new_hands(follower, image, hands, SECOND_VIEW)
    spread = state.spread
    is_open = follower.spreads_search and len(hands) < detector.max_hands
    moved = time if scene is None else search.moved
    if is_open and is_turn_due(spread, time, moved, is_empty=not hands):
        lost = [t.roi for t in state.lost if time - t.seen <= REFIND_SECONDS]
        spread, found = turn(detector, image, spread, time, scene, hands, lost)
        hands = [*hands, *found]
    search = after_frame(
        search, time, scene, is_searched=is_searched, is_lost=is_lost, is_second=is_second
    )
    after = _identified(state, hands, time, follower.smoothing)
    after = replace(after, time=time, stamp=stamp, search=search, spread=spread)
    return after, [track.hand for track in after.tracks]


def without_ghosts(hands: Sequence[Hand]) -> list[Hand]:
    """The hands without ghosts.

    A hand that moves far between two frames may leave enough of itself in its old region to be read
    there again. Such a ghost is a tracked hand with a low presence, near a newly detected hand.
    """
    return [hand for hand in hands if not any(_is_ghost(hand, other) for other in hands)]


def _is_ghost(hand: Hand, other: Hand) -> bool:
    if hand.status != "tracked" or other.status != "detected" or hand.presence > GHOST_PRESENCE:
        return False
    is_near = hand_distance(hand.points, other.points) < GHOST_REACH
    return is_near and other.presence > hand.presence and hand.handedness == other.handedness


def _time_of(state: TrackState, stamp: float | None) -> float:
    if state.time is None:
        return 0.0 if stamp is None else stamp
    if stamp is None or state.stamp is None or stamp == state.stamp:
        return state.time + FRAME_TIME
    return state.time + stamp - state.stamp


def scene_for(policy: SearchPolicy, image: ImageArray) -> ImageArray | None:
    """A thumbnail of a picture, if the policy needs one."""
    return thumbnail(image) if isinstance(policy, Adaptive) else None


def before_search(
    policy: SearchPolicy,
    state: SearchState,
    scene: ImageArray | None,
    rois: Sequence[Roi],
    time: float,
) -> SearchState:
    """The search state with what a frame shows: a thumbnail, and `rois` of the hands followed."""
    before = state.scene
    moved = scene is not None and before is not None and has_changed(scene, before, rois)
    return noticed(policy, state, time, moved=moved)


def _with_new_hands(
    follower: Follower, image: ImageArray, known: Sequence[Hand], view: float = 1.0
) -> list[Hand]:
    """The known hands, and the hands of detected palms that belong to none of them.

    view: how much the palm network sees in a single look, see `find_palms`.
    """
    detector = follower.detector
    if follower.searches_at_once:
        return [*known, *high_effort.search(detector, image, known)]
    palms, size = find_palms(detector, image, view), image_size(image)
    places = [
        place
        for place, palm in zip(
            candidates_from_palms(palms, size), palms.keypoints * size, strict=True
        )
        if not any(is_on_hand(palm, hand.points) for hand in known)
    ]
    return read_hands(detector, image, places, known)


def _identified(
    state: TrackState, hands: Sequence[Hand], time: float, smoothing: Smoothing | None
) -> TrackState:
    """The tracks, continued, resumed or begun with the hands of this frame."""
    known = [*state.tracks, *(t for t in state.lost if time - t.seen <= REFIND_SECONDS)]
    owner = {j: i for i, j in match(known, hands, time)}
    tracks, next_id = [], state.next_id
    for j, hand in enumerate(hands):
        if j not in owner:
            tracks.append(begin(hand, next_id, time))
            next_id += 1
        elif owner[j] < len(state.tracks):
            tracks.append(advance(known[owner[j]], hand, time, smoothing))
        else:
            tracks.append(resume(known[owner[j]], hand, time))
    lost = tuple(track for i, track in enumerate(known) if i not in owner.values())
    return TrackState(tuple(sorted(tracks, key=lambda track: track.id)), lost, next_id)
