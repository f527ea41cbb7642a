"""High effort: a search that goes on until it is sure, and hands that are read several times.

    whole picture -> wider -> tiles -> smaller tiles
    each: palms -> candidates -> first readings -> several readings -> merged with what was found

It stops after the first of these steps that leaves no question open. A hand that one reading alone
would not be trusted with is believed when several agree.
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

# What these numbers find and cost: decision 12.
TILES = (0.6, 0.34)  # sides of the two kinds, of the picture's longer side
TILE_OVERLAP = 0.25  # of a tile's side, at least
LEAST_TILE = 96.0  # pixels: magnified more than twice, a part shows no more than the whole
WEAK_PALM = 0.6  # of min_palm_score: a palm from here on is looked at
FIRST_PRESENCE = 0.3  # of one reading: a place from here on is read again
SURE_PRESENCE = 0.9  # of the mean of all readings
DISTANT_PALM = 0.075  # of the picture's longer side: where hands are smaller, some are missed
SURE_SPREAD = 0.1  # palm lengths, the mean over joints: readings of no hand differ by more
SURE_SPREAD_IN_TILES = 0.07  # there are many tiles, and what is in them is small


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A hand that a search has found."""

    hand: Hand
    is_sure: bool  # many readings agree that it is one
    is_strong: bool  # one at normal effort, too: a look at the whole picture saw its palm

    @property
    def counts(self) -> bool:
        """Whether it is a hand; else it is a question that keeps the search going."""
        return self.is_sure or self.is_strong


def detect(detector: Detector, image: ImageArray) -> list[Hand]:
    """Hands in one picture, highest presence first, as the means of several readings."""
    return sorted(search(detector, image), key=lambda hand: -hand.presence)


def search(detector: Detector, image: ImageArray, known: Sequence[Hand] = ()) -> list[Hand]:
    """Hands in a picture besides the known ones, so that together they are at most `max_hands`."""
    found = [Sighting(hand, is_sure=True, is_strong=True) for hand in known]
    for views in search_steps(image_size(image)):
        is_plain = len(views) == 1 and sum(s.counts for s in found) == len(known)
        found = merged([*found, *_look(detector, image, views, found, is_plain=is_plain)])
        if is_enough(found, detector.max_hands, image_size(image)):
            break
    hands = [sighting.hand for sighting in found if sighting.counts][: detector.max_hands]
    return [hand for hand in hands if not any(hand is other for other in known)]


def search_steps(size: Size) -> Iterator[tuple[Roi, ...]]:
    """Where to look for palms, until it is enough; each step is one batch.

    size: (width, height) of the picture, pixels.
    """
    whole = letterbox_roi(size)
    yield (whole,)
    yield (scaled_roi(whole, SECOND_VIEW),)
    for share in TILES:
        if share * max(size) >= LEAST_TILE:
            yield tiled_views(size, share, TILE_OVERLAP)


def is_enough(found: Sequence[Sighting], max_hands: int, size: Size) -> bool:
    """Whether a search may stop: what it found is beyond doubt, and near enough.

    Where the nearest hand is small there may be others like it that only tiles show.
    size: (width, height) of the picture, pixels.
    """
    sure = [sighting.hand for sighting in found if sighting.is_sure]
    if len(sure) >= max_hands:
        return True
    nearest = max((palm_length(hand.points) for hand in sure), default=0.0)
    return len(sure) == len(found) and nearest > DISTANT_PALM * max(size)


def merged(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Each hand once, by its strongest sighting; sure ones first, then strong ones, by presence."""
    kept: list[Sighting] = []
    for sighting in sorted(sightings, key=_strength, reverse=True):
        points = sighting.hand.points
        if not any(is_same_hand(points, other.hand.points) for other in kept):
            kept.append(sighting)
    return kept


def _strength(sighting: Sighting) -> tuple[bool, bool, float, float, Roi]:
    """By what sightings are ranked; the place last, so that their order never matters."""
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
    """What the views of a step show that is not known for sure.

    is_plain: normal effort would see it, too, so that a hand need not be sure to be strong.
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
    """Where the views show palms, also weak ones."""
    palms = with_weaker_palms(detector, WEAK_PALM).palms([image] * len(views), views)
    return [place for p in palms for place in candidates_from_palms(p, image_size(image))]


def distinct(places: Iterable[Candidate], taken: Iterable[Roi] = ()) -> list[Candidate]:
    """Candidates that overlap neither a place that is taken nor one with a stronger palm."""
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
    """The hand of a first reading, with others at its landmarks; None if it is none, or known."""
    size = image_size(image)
    points = first.landmarks[0, :, :2] * np.array(size, np.float32)
    if any(is_same_hand(points, hand.points) for hand in known):
        return None
    place = replace(place, roi=roi_from_landmarks(first.landmarks[0], size))
    [again] = detector.landmarks.augmented()([image], [place.roi])
    found = prediction_of(joined(first, again), size)
    if not found.presence > detector.min_presence:
        return None
    return hand_of(found, place, size, mirrored=detector.mirrored)


def is_sure(hand: Hand, most_spread: float = SURE_SPREAD) -> bool:
    """Whether its readings are all but certain of a hand, and agree on where its joints are.

    most_spread: palm lengths, the mean over joints.
    """
    spread = math.inf if hand.spread is None else float(hand.spread.mean())
    return hand.presence > SURE_PRESENCE and spread < most_spread
