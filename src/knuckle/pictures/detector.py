"""The stages joined: find palms, read hands.

    picture -> Detections -> Candidate -> crop -> Prediction -> Hand

Nothing here keeps state between pictures. `streams/` carries hands from frame to frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ..geometry.rois import letterbox_roi, scaled_roi
from ..networks.engine import Networks
from ..spec import MAX_HANDS, MIN_PALM_SCORE, MIN_PRESENCE
from ..stages.augmentation import prediction_of
from ..stages.candidates import candidates_from_palms, later_of_overlapping
from ..stages.duplicates import is_same_hand
from ..stages.hands import hand_of
from ..stages.landmark_stage import LandmarkStage
from ..stages.palm_stage import PalmStage
from ..values import Candidate, Detections, Hand, ImageArray, image_size

Effort = Literal["normal", "high"]

# What the second look shows the network, in picture sizes. Decision 8 compares it with 1.5 and 3.
SECOND_VIEW = 2.0


@dataclass(frozen=True, slots=True)
class Detector:
    """The two stages, and the options for the hands that they should find."""

    palms: PalmStage
    landmarks: LandmarkStage
    max_hands: int = MAX_HANDS
    min_presence: float = MIN_PRESENCE  # 0 to 1: drop a hand unless its presence is higher
    mirrored: bool = False  # the pictures are mirror images: swap the handedness label
    second_look: bool = True  # search a picture without hands again, from farther away
    effort: Effort = "normal"

    @classmethod
    def of(
        cls,
        networks: Networks,
        *,
        min_palm_score: float = MIN_PALM_SCORE,
        exact: bool = False,
        effort: Effort = "normal",
        max_hands: int = MAX_HANDS,
        min_presence: float = MIN_PRESENCE,
        mirrored: bool = False,
        second_look: bool = True,
    ) -> Detector:
        """A detector that uses two networks. At high effort it uses test-time augmentation."""
        landmarks = LandmarkStage(networks.hand, exact)
        return cls(
            palms=PalmStage(networks.palm, min_palm_score, exact),
            landmarks=landmarks.augmented() if effort == "high" else landmarks,
            max_hands=max_hands,
            min_presence=min_presence,
            mirrored=mirrored,
            second_look=second_look,
            effort=effort,
        )


def find_palms(
    detector: Detector, image: ImageArray, view: float = 1.0, rotation: float = 0.0
) -> Detections:
    """Palms in a picture, strongest first, normalised image frame.

    view: how much the network sees. 1 is the whole picture; 2 is twice its width and height, with
        black around the picture.
    rotation: radians; the network sees what an ROI with this rotation covers.
    """
    [palms] = find_palms_in(detector, [image], view, rotation)
    return palms


def find_palms_in(
    detector: Detector, images: Sequence[ImageArray], view: float = 1.0, rotation: float = 0.0
) -> list[Detections]:
    """Palms in each of one or more pictures, which form one batch; see `find_palms`."""
    views = [
        scaled_roi(letterbox_roi(image_size(image)), view)._replace(rotation=rotation)
        for image in images
    ]
    return detector.palms(images, views)


def read_each(
    detector: Detector, image: ImageArray, candidates: Sequence[Candidate]
) -> list[Hand | None]:
    """The hand at each of one or more candidates, read in one batch; None where there is none."""
    return _read_at(detector, [image] * len(candidates), candidates)


def _read_at(
    detector: Detector, images: Sequence[ImageArray], candidates: Sequence[Candidate]
) -> list[Hand | None]:
    """The hand at each candidate, read in one batch. images: the picture of each candidate."""
    rois = [candidate.roi for candidate in candidates]
    hands: list[Hand | None] = []
    for image, candidate, readings in zip(
        images, candidates, detector.landmarks(images, rois), strict=True
    ):
        size = image_size(image)
        found = prediction_of(readings, size)
        is_hand = found.presence > detector.min_presence
        hand = hand_of(found, candidate, size, mirrored=detector.mirrored) if is_hand else None
        hands.append(hand)
    return hands


def read_hands(
    detector: Detector,
    image: ImageArray,
    candidates: Iterable[Candidate],
    known: Sequence[Hand] = (),
) -> list[Hand]:
    """The known hands, then the hands of the candidates, up to `max_hands` in all.

    Each round reads only as many candidates as hands are still missing, so no reading is wasted.
    """
    [hands] = read_hands_in(detector, [image], [candidates], [known])
    return hands


def read_hands_in(
    detector: Detector,
    images: Sequence[ImageArray],
    candidates: Sequence[Iterable[Candidate]],
    known: Sequence[Sequence[Hand]],
) -> list[list[Hand]]:
    """The hands in each of several pictures; see `read_hands`.

    The candidates of a round form one batch over all pictures.
    candidates, known: of each picture.
    """
    hands, waiting = [list(each) for each in known], [list(each) for each in candidates]
    while any(waiting):
        places: list[Candidate] = []
        owners: list[int] = []  # the picture of each place
        for i, queue in enumerate(waiting):
            count = max(detector.max_hands - len(hands[i]), 0)
            waiting[i] = queue[count:] if count else []
            places += queue[:count]
            owners += [i] * (len(places) - len(owners))
        if places:
            read = _read_at(detector, [images[i] for i in owners], places)
            for i, hand in zip(owners, read, strict=True):
                if hand is not None and not _is_among(hand, hands[i]):
                    hands[i].append(hand)
    return hands


def _is_among(hand: Hand, hands: Iterable[Hand]) -> bool:
    return any(is_same_hand(hand.points, other.points) for other in hands)


def detect(detector: Detector, image: ImageArray) -> list[Hand]:
    """Hands in one picture, highest presence first, at normal effort.

    If it finds no hand, it searches again at a smaller scale, because a palm that fills the picture
    is larger than any that the network knows.
    """
    hands = _look(detector, image, view=1.0)
    if not hands and detector.second_look:
        hands = _look(detector, image, view=SECOND_VIEW)
    return sorted(hands, key=lambda hand: -hand.presence)


def _look(detector: Detector, image: ImageArray, view: float) -> list[Hand]:
    palms = find_palms(detector, image, view)
    candidates = later_of_overlapping(candidates_from_palms(palms, image_size(image)))
    return read_hands(detector, image, candidates)


def with_weaker_palms(detector: Detector, share: float) -> Detector:
    """The same detector with its minimum palm score times `share`."""
    palms = replace(detector.palms, min_score=share * detector.palms.min_score)
    return replace(detector, palms=palms)
