"""Hands from frame to frame: read them where they are expected, and search for new ones when due.

    tracks -> expected places -> hands read there -> a search, if one is due -> new hands
    -> whose hands they are -> tracks

State is a value: the same `step` from the same state gives the same result. `Tracker` keeps the
state between calls. The nodes of the graph `knuckle_tracking` call the same functions. `step_many`
takes one step in each of several streams, and each network runs once for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..geometry.palm_lengths import hand_distance
from ..pictures import high_effort
from ..pictures.detector import SECOND_VIEW, Detector, find_palms_in, read_hands_in
from ..stages.candidates import candidates_from_palms
from ..stages.duplicates import is_on_hand
from ..values import Candidate, Detections, Hand, ImageArray, Roi, Size, image_size
from .identity import (
    NO_TRACKS,
    Moment,
    Tracks,
    continued,
    expected,
    identified,
    is_back_in_time,
    next_moment,
)
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
from .tracks import REFIND_SECONDS

GHOST_PRESENCE = 0.8  # a real hand nearly always has more
GHOST_REACH = 0.8  # palm sizes, mean over the landmarks, from a ghost to its hand
MOST_ON_PROCESSOR = 4  # streams that share a batch; more fill its caches


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

    tracks: Tracks = NO_TRACKS
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
    [after] = _step_together(follower, [state], [image], [stamp])
    return after


def step_many(
    follower: Follower,
    states: Sequence[TrackState],
    images: Sequence[ImageArray],
    stamps: Sequence[float | None],
) -> list[tuple[TrackState, list[Hand]]]:
    """One `step` in each of several streams; the networks run on all streams at once.

    The crops of the hands that are followed are one batch, and so are all pictures that are
    searched. Exceptions are the searches for far hands at high effort: they go stream by stream.
    The results are those of single steps, to within what a network's outputs depend on the size of
    a batch: not at all with ONNX Runtime on the processors that we have tried.
    states, images, stamps: of each stream; the pictures may differ in size.
    """
    streams = list(zip(states, images, stamps, strict=True))
    count = _streams_at_once(follower, len(streams))
    parts = (streams[start : start + count] for start in range(0, len(streams), count))
    return [after for part in parts for after in _step_together(follower, *zip(*part, strict=True))]


def _streams_at_once(follower: Follower, count: int) -> int:
    """How many of `count` streams share a batch."""
    devices = {
        stage.network.setup.device
        for stage in (follower.detector.palms, follower.detector.landmarks)
    }
    return max(MOST_ON_PROCESSOR if devices == {"cpu"} else count, 1)


def _step_together(
    follower: Follower,
    states: Sequence[TrackState],
    images: Sequence[ImageArray],
    stamps: Sequence[float | None],
) -> list[tuple[TrackState, list[Hand]]]:
    """The same, all streams in one batch."""
    frames = list(map(_frame, states, images, stamps))
    places = [expected(frame.state.tracks) for frame in frames]
    hands = read_hands_in(follower.detector, images, places, [()] * len(frames))
    searches = [
        planned(
            follower.search,
            frame.state.search,
            frame.image,
            tracks=frame.state.tracks,
            hands=found,
            time=frame.moment.time,
            max_hands=follower.detector.max_hands,
        )
        for frame, found in zip(frames, hands, strict=True)
    ]
    due = [i for i, search in enumerate(searches) if search.is_due]
    second: list[int] = []
    if due:
        for i, found in _with_new_hands(follower, images, hands, due):
            hands[i] = without_ghosts(found)
        # The search at high effort has looked from farther away already.
        if not follower.searches_at_once:
            second = [i for i in due if needs_second_look(searches[i], hands[i])]
        for i, found in _with_new_hands(follower, images, hands, second, SECOND_VIEW):
            hands[i] = found
    return [
        _finished(follower, frame, search, hands[i], is_second=i in second)
        for i, (frame, search) in enumerate(zip(frames, searches, strict=True))
    ]


class _Frame(NamedTuple):
    """The next picture of a stream, when it was taken, and the state before it."""

    state: TrackState
    image: ImageArray
    moment: Moment


def _frame(state: TrackState, image: ImageArray, stamp: float | None) -> _Frame:
    """The next picture of a stream. A stamp before the last one starts a new stream."""
    before = state.tracks
    moment = next_moment(before.moment, stamp)
    if is_back_in_time(before.moment, stamp):
        state = TrackState(Tracks(next_id=before.next_id))
    return _Frame(state, image, moment)


def _finished(
    follower: Follower, frame: _Frame, search: Search, hands: Sequence[Hand], *, is_second: bool
) -> tuple[TrackState, list[Hand]]:
    """The state after a picture, and its hands, when the networks have read and searched it."""
    spread, found = _spread_on(follower, frame.state, frame.image, hands, search)
    owned = identified(frame.state.tracks, [*hands, *found], frame.moment.time)
    tracks = continued(owned, frame.moment, follower.smoothing)
    after = TrackState(tracks, remembered(search, is_second=is_second), spread)
    return after, [track.hand for track in tracks.now]


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """Whether a picture is searched for new hands, and why."""

    policy: SearchPolicy
    state: SearchState  # of the stream, with what this picture shows
    time: float  # of the picture, seconds
    scene: ImageArray | None  # a thumbnail of the picture, if the policy needs one
    is_lost: bool  # a hand that was followed is gone
    is_due: bool  # search the picture


def planned(
    policy: SearchPolicy,
    state: SearchState,
    image: ImageArray,
    *,
    tracks: Tracks,
    hands: Sequence[Hand],
    time: float,
    max_hands: int,
) -> Search:
    """Whether to search a picture: if a hand was lost, or if one is free and the policy says so.

    tracks: of the picture before. hands: what was read of them. time: of the picture, seconds.
    """
    is_lost, is_free = len(hands) < len(tracks.now), len(hands) < max_hands
    scene = scene_for(policy, image) if is_free or is_lost else None
    state = before_search(policy, state, scene, [track.roi for track in tracks.now], time)
    is_searched = is_lost or (is_free and is_due(policy, state, time, is_empty=not tracks.now))
    return Search(policy, state, time, scene, is_lost, is_searched)


def needs_second_look(search: Search, hands: Sequence[Hand]) -> bool:
    """Whether to search a picture again, from farther away. hands: all that the search left."""
    return not hands and is_second_look_due(search.policy, search.state, search.time)


def remembered(search: Search, *, is_second: bool) -> SearchState:
    """What a stream remembers of its searches after a picture.

    is_second: whether it was searched again, from farther away.
    """
    return after_frame(
        search.state,
        search.time,
        search.scene,
        is_searched=search.is_due,
        is_lost=search.is_lost,
        is_second=is_second,
    )


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
    follower: Follower,
    images: Sequence[ImageArray],
    hands: Sequence[Sequence[Hand]],
    due: Sequence[int],
    view: float = 1.0,
) -> list[tuple[int, list[Hand]]]:
    """The hands in pictures that are searched, each with the picture's index.

    They are those that are known, and those of detected palms that belong to none of them.
    images, hands: of all streams, the hands that are known. due: which to search.
    view: how much the palm network sees in a single look, see `find_palms`.
    """
    if not due:
        return []
    detector = follower.detector
    if follower.searches_at_once:
        return [(i, [*hands[i], *high_effort.search(detector, images[i], hands[i])]) for i in due]
    searched, known = [images[i] for i in due], [hands[i] for i in due]
    places = [
        new_places(palms, image_size(image), those)
        for palms, image, those in zip(
            find_palms_in(detector, searched, view), searched, known, strict=True
        )
    ]
    return list(zip(due, read_hands_in(detector, searched, places, known), strict=True))


def new_places(palms: Detections, size: Size, known: Sequence[Hand]) -> list[Candidate]:
    """A candidate for each palm that belongs to no known hand.

    size: (width, height) of the picture, pixels.
    """
    return [
        place
        for place, palm in zip(
            candidates_from_palms(palms, size), palms.keypoints * size, strict=True
        )
        if not any(is_on_hand(palm, hand.points) for hand in known)
    ]


def _spread_on(
    follower: Follower,
    state: TrackState,
    image: ImageArray,
    hands: Sequence[Hand],
    search: Search,
) -> tuple[SpreadState, list[Hand]]:
    """The next turn of the search for far hands, if it is due: its state, and the new hands."""
    time = search.time
    is_open = follower.spreads_search and len(hands) < follower.detector.max_hands
    moved = time if search.scene is None else search.state.moved
    if not (is_open and is_turn_due(state.spread, time, moved, is_empty=not hands)):
        return state.spread, []
    lost = [t.roi for t in state.tracks.lost if time - t.seen <= REFIND_SECONDS]
    return turn(follower.detector, image, state.spread, time, search.scene, hands, lost)
