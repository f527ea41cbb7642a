"""High effort: tiled, multi-scale detection, with test-time augmentation for each hand.

    whole picture -> wider:  palms -> candidates -> first readings -> several readings -> merged
    -> tiles:                palms -> candidates -> closer look    -> several readings -> merged

The search stops at the first step that leaves no doubt. A hand that is uncertain in one reading
counts if several readings agree. A hand that only a tile shows counts if a closer look shows its
palm at several scales.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..geometry.boxes import roi_iou
from ..geometry.palm_lengths import palm_length
from ..geometry.rois import letterbox_roi, roi_from_landmarks, scaled_roi
from ..spec import ASSOCIATION_OVERLAP
from ..stages.augmentation import LEAST_PROBABILITY, Readings, joined, prediction_of
from ..stages.candidates import candidates_from_palms
from ..stages.duplicates import is_same_hand
from ..stages.hands import hand_of
from ..stages.landmark_stage import ONCE
from ..values import Candidate, Hand, ImageArray, Roi, Size, image_size
from .closer_look import Confirmed, confirmed
from .detector import SECOND_VIEW, Detector, with_weaker_palms
from .tiles import tiled_views

# Decision 12 shows what these numbers find and cost.
TILES = (0.6, 0.4)  # sides of large and small tiles, as shares of the picture's longer side
TILE_OVERLAP = 0.1  # of a tile's side, at least
LEAST_TILE = 96.0  # pixels: smaller tiles have nothing that the whole picture does not show
WEAK_PALM = 0.6  # times min_palm_score: the search considers palms with at least this score
WEAK_PALM_IN_TILES = 0.04  # the same for tiles: nearly all, because a closer look follows
CLOSER_LOOKS = 16  # places of a picture that get a closer look, at most
FIRST_PRESENCE = 0.3  # of the first reading: above it, a candidate is read again
SURE_PRESENCE = 0.9  # mean over all readings
DISTANT_PALM = 0.075  # of the picture's longer side: hands smaller than this may be missed
SURE_SPREAD = 0.1  # palm lengths, mean over the joints: readings of something else differ by more
SURE_VOTE = 0.4  # log-odds, of a closer look: with less, the readings must agree, too
SURE_SPREAD_IN_TILES = 0.07  # palm lengths; stricter, because there are many places in tiles
# A hand without an arm may fail the closer look. Then its readings must leave no doubt at all.
CERTAIN_PRESENCE = 0.993
CERTAIN_SPREAD = 0.04  # palm lengths
KEPT_PRESENCE = 0.67  # of the highest: a crop of a small hand that shows less has missed the hand


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
    size = image_size(image)
    for view in whole_views(size):
        is_plain = sum(s.counts for s in found) == len(known)
        found = merged([*found, *_look(detector, image, view, found, is_plain=is_plain)])
        if is_enough(found, detector.max_hands, size):
            break
    else:
        doubts = [sighting.hand for sighting in found if is_doubtful(sighting, size)]
        found = [sighting for sighting in found if not is_doubtful(sighting, size)]
        found = merged([*found, *look_in_tiles(detector, image, tiles_of(size), found, doubts)])
    hands = [sighting.hand for sighting in found if sighting.counts][: detector.max_hands]
    return [hand for hand in hands if not any(hand is other for other in known)]


def whole_views(size: Size) -> tuple[Roi, ...]:
    """The views that show the whole picture, in the order of the search.

    size: (width, height) of the picture, pixels.
    """
    whole = letterbox_roi(size)
    return whole, scaled_roi(whole, SECOND_VIEW)


def tiles_of(size: Size, sides: int = len(TILES)) -> tuple[Roi, ...]:
    """The tiles of a picture, the large ones first, row by row; small pictures have fewer or none.

    size: (width, height) of the picture, pixels.
    sides: how many sizes of tiles.
    """
    shares = [share for share in TILES[:sides] if share * max(size) >= LEAST_TILE]
    return tuple(tile for share in shares for tile in tiled_views(size, share, TILE_OVERLAP))


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
    detector: Detector, image: ImageArray, view: Roi, found: Sequence[Sighting], *, is_plain: bool
) -> list[Sighting]:
    """The sightings in a view of the whole picture, besides the hands that are sure already.

    is_plain: normal effort would look at this view too, so its hands may be strong.
    """
    sure = [sighting.hand for sighting in found if sighting.is_sure]
    palms = _places(detector, image, [view], WEAK_PALM)
    places = distinct(palms, [hand.roi for hand in sure])
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
            seen.append(Sighting(hand, is_sure(hand), is_strong))
            sure += [hand] if seen[-1].is_sure else []
    return seen


def is_doubtful(sighting: Sighting, size: Size) -> bool:
    """Whether a sighting needs a closer look: it is small, and its readings do not agree.

    size: (width, height) of the picture, pixels.
    """
    return not sighting.is_sure and palm_length(sighting.hand.points) < DISTANT_PALM * max(size)


def look_in_tiles(
    detector: Detector,
    image: ImageArray,
    tiles: Sequence[Roi],
    found: Sequence[Sighting] = (),
    doubts: Sequence[Hand] = (),
) -> list[Sighting]:
    """The sightings in tiles that a closer look confirms, besides the hands that are sure already.

    doubts: hands that need a closer look, too.
    """
    sure = [sighting.hand for sighting in found if sighting.is_sure]
    doubtful = [Candidate(hand.roi, hand.palm_score, hand.palm_box) for hand in doubts]
    places = far_places(detector, image, tiles, [hand.roi for hand in sure], doubtful)
    sure_places = confirmed(detector.palms, image, places[:CLOSER_LOOKS])
    hands = far_hands(detector, image, sure_places, sure)
    taken = [place.candidate.roi for place in sure_places]
    strong = [p for p in places if (p.palm_score or 0.0) >= detector.palms.min_score]
    hands += _certain_hands(detector, image, distinct(strong, taken), [*sure, *hands])
    return [Sighting(hand, is_sure=True, is_strong=False) for hand in hands]


def far_places(
    detector: Detector,
    image: ImageArray,
    tiles: Sequence[Roi],
    taken: Iterable[Roi],
    more: Sequence[Candidate] = (),
) -> list[Candidate]:
    """The candidates in tiles, and some more, that deserve a closer look; strongest palms first.

    taken: where hands are known.
    """
    palms = _places(detector, image, tiles, WEAK_PALM_IN_TILES) if tiles else []
    return distinct([*palms, *more], taken)


def far_hands(
    detector: Detector, image: ImageArray, places: Sequence[Confirmed], known: Sequence[Hand]
) -> list[Hand]:
    """The hands at places that a closer look has confirmed, besides the known ones.

    With the known hands they are at most `max_hands`. The presence of each is the mean of what both
    networks say, because the landmark network alone says little about so small a hand.
    """
    landmarks = detector.landmarks
    once = replace(landmarks, moves=ONCE)
    augmented = replace(detector, landmarks=landmarks.augmented(), min_presence=0.0)
    hands: list[Hand] = []
    for place in places:
        if len(known) + len(hands) >= detector.max_hands:
            break
        [first] = once([image], [place.candidate.roi])
        hand = _read_again(
            augmented, image, place.candidate, first, [*known, *hands], kept_presence=KEPT_PRESENCE
        )
        if hand is None:
            continue
        hand = replace(hand, presence=_joint_presence(hand.presence, place.vote))
        agrees = place.vote > SURE_VOTE or _mean_spread(hand) < SURE_SPREAD_IN_TILES
        if agrees and hand.presence > detector.min_presence:
            hands.append(hand)
    return hands


def _certain_hands(
    detector: Detector, image: ImageArray, places: Sequence[Candidate], known: Sequence[Hand]
) -> list[Hand]:
    """The hands at places that failed the closer look, if their readings leave no doubt.

    With the known hands they are at most `max_hands`.
    """
    hands: list[Hand] = []
    if not places:
        return hands
    once = replace(detector.landmarks, moves=ONCE)
    firsts = once([image] * len(places), [place.roi for place in places])
    for place, first in zip(places, firsts, strict=True):
        if len(known) + len(hands) >= detector.max_hands:
            break
        if not first.presence[0] > SURE_PRESENCE:
            continue
        hand = _read_again(detector, image, place, first, [*known, *hands])
        if hand is None or _mean_spread(hand) >= CERTAIN_SPREAD:
            continue
        hands += [hand] if hand.presence > CERTAIN_PRESENCE else []
    return hands


def _joint_presence(presence: float, vote: float) -> float:
    """The mean, as log-odds, of the presence of a hand and the vote for its palm (log-odds)."""
    odds = min(max(presence, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY)
    return 1 / (1 + math.exp(-(math.log(odds / (1 - odds)) + vote) / 2))


def _places(
    detector: Detector, image: ImageArray, views: Sequence[Roi], share: float
) -> list[Candidate]:
    """The candidates of all palms in the views, weak ones included.

    share: of the detector's minimum palm score.
    """
    palms = with_weaker_palms(detector, share).palms([image] * len(views), views)
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
    kept_presence: float = 0.0,
) -> Hand | None:
    """The hand of a first reading and more readings around its landmarks.

    None if the readings show no hand, or one that is known already.
    kept_presence: leave out readings with less than this share of the highest presence, but keep
        two.
    """
    size = image_size(image)
    points = first.landmarks[0, :, :2] * np.array(size, np.float32)
    if any(is_same_hand(points, hand.points) for hand in known):
        return None
    place = replace(place, roi=roi_from_landmarks(first.landmarks[0], size))
    [again] = detector.landmarks([image], [place.roi])
    readings = joined(first, again)
    highest, second = np.sort(readings.presence)[:-3:-1]
    kept = readings.presence >= min(kept_presence * highest, second)
    found = prediction_of(Readings(*(column[kept] for column in readings)), size)
    if not found.presence > detector.min_presence:
        return None
    return hand_of(found, place, size, mirrored=detector.mirrored)


def is_sure(hand: Hand) -> bool:
    """Whether the presence is high and the readings agree on where the joints are."""
    return hand.presence > SURE_PRESENCE and _mean_spread(hand) < SURE_SPREAD


def _mean_spread(hand: Hand) -> float:
    """The mean standard deviation of the joints, palm lengths; infinite if it was read once."""
    return math.inf if hand.spread is None else float(hand.spread.mean())
