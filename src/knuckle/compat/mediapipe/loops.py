"""MediaPipe's loops over the stages, which differ from those in `knuckle.streams`.

The stages are the same functions. Their order, the thresholds and the association differ. State is
a value here, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians

from knuckle.geometry.boxes import roi_iou
from knuckle.pictures.detector import Detector, find_palms, read_each
from knuckle.spec import TASKS_UPRIGHT, UPRIGHT
from knuckle.stages.candidates import candidates_from_palms, later_of_overlapping, next_rois
from knuckle.stages.duplicates import is_duplicate
from knuckle.streams.identity import FRAME_TIME
from knuckle.streams.search import NEVER_SEARCHED, SearchState, after_frame, is_due
from knuckle.streams.step import Follower, before_search, scene_for
from knuckle.values import Candidate, Hand, ImageArray, Roi, image_size


@dataclass(frozen=True, slots=True)
class Followed:
    """The state carried from one picture of a stream to the next."""

    rois: tuple[Roi, ...] = ()  # where the hands of the last picture are expected
    time: float | None = None  # of the last picture, seconds
    search: SearchState = NEVER_SEARCHED


@dataclass(frozen=True, slots=True)
class _Frame:
    """The next picture of a stream, and whether to search it for palms."""

    before: Followed
    time: float  # seconds
    scene: ImageArray | None
    search: SearchState  # with what the picture shows before it is searched
    is_searched: bool

    @classmethod
    def after(
        cls, follower: Follower, before: Followed, image: ImageArray, time: float | None = None
    ) -> _Frame:
        if time is None:
            time = 0.0 if before.time is None else before.time + FRAME_TIME
        scene = scene_for(follower.search, image)
        search = before_search(follower.search, before.search, scene, before.rois, time)
        is_searched = len(before.rois) < follower.detector.max_hands and is_due(
            follower.search, search, time, is_empty=not before.rois
        )
        return cls(before, time, scene, search, is_searched)

    def followed(self, hands: Sequence[Hand]) -> Followed:
        """The state after this picture with these hands."""
        search = after_frame(
            self.search,
            self.time,
            self.scene,
            is_searched=self.is_searched,
            is_lost=sum(hand.palm_score is None for hand in hands) < len(self.before.rois),
        )
        return Followed(next_rois(hands), self.time, search)


def legacy_step(
    follower: Follower, state: Followed, image: ImageArray
) -> tuple[Followed, list[Hand]]:
    """The hands in the next picture of a stream. A single picture is a stream of one.

    New hands come before tracked ones, and together they may be more than `max_hands`.
    Source: mediapipe/modules/hand_landmark/hand_landmark_tracking_cpu.pbtxt
    """
    detector, frame = follower.detector, _Frame.after(follower, state, image)
    palms: list[Candidate] = []
    if frame.is_searched:
        found = find_palms(detector, image).strongest(detector.max_hands)
        palms = candidates_from_palms(found, image_size(image))
    places = later_of_overlapping([*palms, *map(Candidate, state.rois)])
    hands = _read(detector, image, places)
    return frame.followed(hands), hands


def tasks_detect(
    detector: Detector,
    image: ImageArray,
    *,
    rotation_degrees: int = 0,
    upstream_palm_angle: bool = False,
) -> list[Hand]:
    """The hands in a single picture, that of the strongest palm first.

    rotation_degrees: how far to turn the picture clockwise to make it upright, a multiple of 90.
    Source: mediapipe/tasks/cc/vision/hand_landmarker/hand_landmarker_graph.cc
    """
    places = _tasks_palms(detector, image, rotation_degrees, upstream_palm_angle)
    return _distinct(_read(detector, image, places))


def tasks_step(
    follower: Follower,
    state: Followed,
    image: ImageArray,
    time: float | None = None,
    *,
    max_overlap: float,
    rotation_degrees: int = 0,
    upstream_palm_angle: bool = False,
) -> tuple[Followed, list[Hand]]:
    """The hands in the next picture of a stream: tracked ones first, then new ones.

    time: seconds.
    max_overlap: a palm whose ROI overlaps that of a tracked hand by more belongs to that hand.
    The other arguments are as in `tasks_detect`.
    """
    detector, frame = follower.detector, _Frame.after(follower, state, image, time)
    places = [Candidate(roi) for roi in state.rois]
    if frame.is_searched:
        palms = _tasks_palms(detector, image, rotation_degrees, upstream_palm_angle)
        for palm in palms:
            if all(roi_iou(palm.roi, place.roi) <= max_overlap for place in places):
                places.append(palm)
    hands = _distinct(_read(detector, image, places[: detector.max_hands]))
    return frame.followed(hands), hands


def _tasks_palms(
    detector: Detector, image: ImageArray, degrees: int, upstream_angle: bool
) -> list[Candidate]:
    found = find_palms(detector, image, rotation=-radians(degrees % 360))
    return candidates_from_palms(
        found.strongest(detector.max_hands),
        image_size(image),
        TASKS_UPRIGHT if upstream_angle else UPRIGHT,
    )


def _read(detector: Detector, image: ImageArray, places: Sequence[Candidate]) -> list[Hand]:
    """Read the hands one by one, as MediaPipe does."""
    hands = (read_each(detector, image, [place])[0] for place in places)
    return [hand for hand in hands if hand is not None]


def _distinct(hands: Sequence[Hand]) -> list[Hand]:
    """The hands in their order, without duplicates of earlier ones."""
    kept: list[Hand] = []
    for hand in hands:
        if not any(is_duplicate(hand.points, other.points) for other in kept):
            kept.append(hand)
    return kept
