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

from ..geometry.boxes import roi_overlap
from ..geometry.rois import letterbox_roi, roi_from_landmarks, scaled_roi
from ..settings import Settings
from ..spec import ASSOCIATION_OVERLAP
from ..stages.augmentation import Crop, Readings
from ..stages.duplicates import is_same_hand
from ..values import Hand, ImageArray, Roi
from .detector import (
    SECOND_VIEW,
    Candidate,
    Networks,
    candidates_from_palms,
    detect_palms_in,
    image_size,
    read_crops,
    read_hand_over,
)
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


def detect(networks: Networks, settings: Settings, image: ImageArray) -> list[Hand]:
    """Hands in one picture, strongest presence first, as the means of several readings."""
    found: list[Sighting] = []
    for views in search_steps(image_size(image)):
        found = merged([*found, *_look(networks, settings, image, views, found)])
        if is_enough(found, settings.max_hands, image_size(image)):
            break
    hands = [sighting.hand for sighting in found if sighting.counts]
    return sorted(hands[: settings.max_hands], key=lambda hand: -hand.presence)


def search_steps(size: tuple[int, int]) -> Iterator[tuple[Roi, ...]]:
    """Where to look for palms, until it is enough; each step is one batch.

    size: (width, height) of the picture, pixels.
    """
    whole = letterbox_roi(size)
    yield (whole,)
    yield (scaled_roi(whole, SECOND_VIEW),)
    for share in TILES:
        if share * max(size) >= LEAST_TILE:
            yield tiled_views(size, share, TILE_OVERLAP)


def is_enough(found: Sequence[Sighting], max_hands: int, size: tuple[int, int]) -> bool:
    """Whether a search may stop: what it found is beyond doubt, and near enough.

    Where the nearest hand is small there may be others like it that only tiles show.
    size: (width, height) of the picture, pixels.
    """
    sure = [sighting.hand for sighting in found if sighting.is_sure]
    if len(sure) >= max_hands:
        return True
    nearest = max(map(_palm_length, sure), default=0.0)
    return len(sure) == len(found) and nearest > DISTANT_PALM * max(size)


def _palm_length(hand: Hand) -> float:
    """From the wrist to the middle MCP, pixels."""
    return math.dist(hand.wrist.tolist(), hand.middle_mcp.tolist())


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
    networks: Networks,
    settings: Settings,
    image: ImageArray,
    views: Sequence[Roi],
    found: Sequence[Sighting],
) -> list[Sighting]:
    """What the views of a step show that is not known for sure."""
    sure = [sighting.hand for sighting in found if sighting.is_sure]
    are_tiles = len(views) > 1
    is_plain = not are_tiles and not any(sighting.counts for sighting in found)
    places = distinct(_places(networks, settings, image, views), [hand.roi for hand in sure])
    if not places:
        return []
    first = read_crops(networks, settings, image, [Crop(place.roi) for place in places])
    least = min(FIRST_PRESENCE, settings.min_presence)
    seen: list[Sighting] = []
    for i in (-first.presence).argsort(kind="stable").tolist():
        if len(sure) == settings.max_hands or not first.presence[i] > least:
            break
        hand = _read_again(networks, settings, image, places[i], first.at(i), sure)
        if hand is not None:
            is_strong = (
                is_plain
                and (hand.palm_score or 0.0) >= settings.min_palm_score
                and bool(first.presence[i] > settings.min_presence)
            )
            most = SURE_SPREAD_IN_TILES if are_tiles else SURE_SPREAD
            seen.append(Sighting(hand, is_sure(hand, most), is_strong))
            sure += [hand] if seen[-1].is_sure else []
    return seen


def _places(
    networks: Networks, settings: Settings, image: ImageArray, views: Sequence[Roi]
) -> list[Candidate]:
    """Where the views show palms, also weak ones."""
    weak = replace(settings, min_palm_score=WEAK_PALM * settings.min_palm_score)
    palms = detect_palms_in(networks, weak, image, views)
    return [place for p in palms for place in candidates_from_palms(p, image_size(image))]


def distinct(places: Iterable[Candidate], taken: Iterable[Roi] = ()) -> list[Candidate]:
    """Candidates that overlap neither a place that is taken nor one with a stronger palm."""
    rois, kept = list(taken), []
    for place in sorted(places, key=lambda p: (-(p.palm_score or 0.0), p.roi)):
        if all(roi_overlap(place.roi, roi) <= ASSOCIATION_OVERLAP for roi in rois):
            rois.append(place.roi)
            kept.append(place)
    return kept


def _read_again(
    networks: Networks,
    settings: Settings,
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
    return read_hand_over(networks, settings, image, place, known=first)


def is_sure(hand: Hand, most_spread: float = SURE_SPREAD) -> bool:
    """Whether its readings are all but certain of a hand, and agree on where its joints are.

    most_spread: palm lengths, the mean over joints.
    """
    spread = math.inf if hand.spread is None else float(hand.spread.mean())
    return hand.presence > SURE_PRESENCE and spread < most_spread
