"""High effort: tiled, multi-scale detection, with test-time augmentation for each hand.

    whole picture -> wider -> tiles -> smaller tiles
    each: palms -> candidates -> first readings -> several readings -> merged with what was found

The search stops at the first step that leaves no doubt. A hand that is uncertain in one reading
counts if several readings agree.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..geometry.boxes import roi_iou
from ..geometry.palm_lengths import palm_length
from ..geometry.rois import letterbox_roi, roi_from_landmarks, scaled_roi
from ..spec import ASSOCIATION_OVERLAP
from ..stages.augmentation import Readings, joined, prediction_of
from ..stages.candidates import candidates_from_palms
from ..stages.duplicates import is_same_hand
from ..stages.hands import hand_of
from ..stages.landmark_stage import ONCE
from ..values import Candidate, Hand, ImageArray, Roi, Size, image_size
from .detector import SECOND_VIEW, Detector, with_weaker_palms
from .tiles import tiled_views

# Decision 12 shows what these numbers find and cost.
TILES = (0.6, 0.34)  # sides of the large and small tiles, as shares of the picture's longer side
TILE_OVERLAP = 0.25  # of a tile's side, at least
LEAST_TILE = 96.0  # pixels: a part that is magnified more than twice shows nothing new
WEAK_PALM = 0.6  # times min_palm_score: the search considers palms with at least this score
FIRST_PRESENCE = 0.3  # of the first reading: above it, a candidate is read again
SURE_PRESENCE = 0.9  # mean over all readings
DISTANT_PALM = 0.075  # of the picture's longer side: hands smaller than this may be missed
SURE_SPREAD = 0.1  # palm lengths, mean over the joints: readings of something else differ by more
SURE_SPREAD_IN_TILES = 0.07  # stricter, because there are many tiles and their content is small


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A hand, or what may be one, that a search has found."""

    hand: Hand
    is_sure: bool  # its readings agree that it is a hand
    is_strong: bool  # normal effort would return it: its palm shows in the whole picture

    @property
    def counts(self) -> bool:
        """Whether it counts as a hand. If not, it is a doubt that keeps the search going."""
        return self.is_sure or self.is_strong


def detect(detector: Detector, image: ImageArray) -> list[Hand]:
    """Hands in one picture, highest presence first, each the mean of several readings."""
    return sorted(search(detector, image), key=lambda hand: -hand.presence)


def search(detector: Detector, image: ImageArray, known: Sequence[Hand] = ()) -> list[Hand]:
    """New hands in a picture; with the known ones they are at most `max_hands`."""
    found = [Sighting(hand, is_sure=True, is_strong=True) for hand in known]
    for views in search_steps(image_size(image)):
        is_plain = len(views) == 1 and sum(s.counts for s in found) == len(known)
        found = merged([*found, *_look(detector, image, views, found, is_plain=is_plain)])
        if is_enough(found, detector.max_hands, image_size(image)):
            break
    hands = [sighting.hand for sighting in found if sighting.counts][: detector.max_hands]
    return [hand for hand in hands if not any(hand is other for other in known)]


def search_steps(size: Size) -> Iterator[tuple[Roi, ...]]:
    """The views in which to look for palms, step by step; each step is one batch.

    size: (width, height) of the picture, pixels.
    """
    whole = letterbox_roi(size)
    yield (whole,)
    yield (scaled_roi(whole, SECOND_VIEW),)
    for share in TILES:
        if share * max(size) >= LEAST_TILE:
            yield tiled_views(size, share, TILE_OVERLAP)


def is_enough(found: Sequence[Sighting], max_hands: int, size: Size) -> bool:
    """Whether a search may stop: there are enough sure hands, or no doubt is left.

    If even the nearest hand is small, the search goes on, because tiles may show others like it.
    size: (width, height) of the picture, pixels.
    """
    sure = [sighting.hand for sighting in found if sighting.is_sure]
    if len(sure) >= max_hands:
        return True
    nearest = max((palm_length(hand.points) for hand in sure), default=0.0)
    return len(sure) == len(found) and nearest > DISTANT_PALM * max(size)


def merged(sightings: Iterable[Sighting]) -> list[Sighting]:
    """The strongest sighting of each hand; sure ones first, then strong ones, then by presence."""
    kept: list[Sighting] = []
    for sighting in sorted(sightings, key=_strength, reverse=True):
        points = sighting.hand.points
        if not any(is_same_hand(points, other.hand.points) for other in kept):
            kept.append(sighting)
    return kept


def _strength(sighting: Sighting) -> tuple[bool, bool, float, float, Roi]:
    """The sort key of a sighting. The ROI comes last, so that the input order never matters."""
    hand = sighting.hand
    return (
        sighting.is_sure,
        sighting.is_strong,
        hand.presence,
        hand.palm_score or 0.0,
        hand.roi,
    )


def _look(
    detector: Detector,
    image: ImageArray,
    views: Sequence[Roi],
    found: Sequence[Sighting],
    *,
    is_plain: bool,
) -> list[Sighting]:
    """The sightings in the views of one step, besides the hands that are sure already.

    is_plain: normal effort would look at this view too, so its hands may be strong.
    """
    sure = [sighting.hand for sighting in found if sighting.is_sure]
    places = distinct(_places(detector, image, views), [hand.roi for hand in sure])
    if not places:
        return []
    once = replace(detector.landmarks, moves=ONCE)
    firsts = once([image] * len(places), [place.roi for place in places])
    presences = np.concatenate([first.presence for first in firsts])
    least = min(FIRST_PRESENCE, detector.min_presence)
    seen: list[Sighting] = []
    for i in (-presences).argsort(kind="stable").tolist():
        if len(sure) == detector.max_hands or not presences[i] > least:
            break
        hand = _read_again(detector, image, places[i], firsts[i], sure)
        if hand is not None:
            is_strong = (
                is_plain
                and (hand.palm_score or 0.0) >= detector.palms.min_score
                and bool(presences[i] > detector.min_presence)
            )
            most = SURE_SPREAD if len(views) == 1 else SURE_SPREAD_IN_TILES
            seen.append(Sighting(hand, is_sure(hand, most), is_strong))
            sure += [hand] if seen[-1].is_sure else []
    return seen


def _places(detector: Detector, image: ImageArray, views: Sequence[Roi]) -> list[Candidate]:
    """The candidates of all palms in the views, weak ones included."""
    palms = with_weaker_palms(detector, WEAK_PALM).palms([image] * len(views), views)
    return [place for p in palms for place in candidates_from_palms(p, image_size(image))]


def distinct(places: Iterable[Candidate], taken: Iterable[Roi] = ()) -> list[Candidate]:
    """The candidates that overlap neither a taken ROI nor a candidate with a stronger palm."""
    rois, kept = list(taken), []
    for place in sorted(places, key=lambda p: (-(p.palm_score or 0.0), p.roi)):
        if all(roi_iou(place.roi, roi) <= ASSOCIATION_OVERLAP for roi in rois):
            rois.append(place.roi)
            kept.append(place)
    return kept


def _read_again(
    detector: Detector,
    image: ImageArray,
    place: Candidate,
    first: Readings,
    known: Sequence[Hand],
) -> Hand | None:
    """The hand of a first reading and more readings around its landmarks.

    None if the readings show no hand, or one that is known already.
    """
    size = image_size(image)
    points = first.landmarks[0, :, :2] * np.array(size, np.float32)
    if any(is_same_hand(points, hand.points) for hand in known):
        return None
    place = replace(place, roi=roi_from_landmarks(first.landmarks[0], size))
    [again] = detector.landmarks([image], [place.roi])
    found = prediction_of(joined(first, again), size)
    if not found.presence > detector.min_presence:
        return None
    return hand_of(found, place, size, mirrored=detector.mirrored)


def is_sure(hand: Hand, most_spread: float = SURE_SPREAD) -> bool:
    """Whether the presence is high and the readings agree on where the joints are.

    most_spread: the limit for the mean standard deviation of the joints, palm lengths.
    """
    spread = math.inf if hand.spread is None else float(hand.spread.mean())
    return hand.presence > SURE_PRESENCE and spread < most_spread
