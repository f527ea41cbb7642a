"""The stages joined: find palms, read hands.

    picture -> Detections -> Roi -> crop -> raw landmarks -> Hand

Everything here is a function of its arguments. `tracking.py` carries hands from frame to frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import radians

import numpy as np

from ..geometry.boxes import roi_overlap
from ..geometry.rois import letterbox_roi, roi_from_landmarks, roi_from_palm, scaled_roi
from ..networks.engine import DEFAULT_ENGINE, Engine, load_engine
from ..networks.models import ModelSpec, Variant, model_for
from ..settings import Settings
from ..spec import ASSOCIATION_OVERLAP, UPRIGHT
from ..stages.augmentation import (
    Crop,
    Move,
    Readings,
    joined,
    mean_landmarks,
    mean_probability,
    mirrored,
    moved_crop,
    readings_from_outputs,
    spread,
)
from ..stages.confidence import joint_confidence
from ..stages.duplicates import is_same_hand
from ..stages.landmarks import image_from_crop, world_from_crop
from ..stages.nms import suppress
from ..stages.palms import decode_palms, image_from_letterbox
from ..stages.warp import crop
from ..values import Box, Detections, FloatArray, Hand, Handedness, ImageArray, Roi

# Of the second look, in pictures. Decision 8 has what 1.5 and 3 find.
SECOND_VIEW = 2.0

# Of one hand, to be averaged: decision 12 has what fewer and others give.
MOVES = (
    Move(),
    Move(mirrored=True),
    Move(rotation=radians(12)),
    Move(mirrored=True, rotation=radians(-12)),
)

Rois = tuple[Roi, ...]


@dataclass(frozen=True, slots=True)
class Networks:
    """The two networks of one variant."""

    palm: Engine
    hand: Engine


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where a hand may be."""

    roi: Roi
    palm_score: float | None = None  # None: the hand was there in the last frame
    palm_box: Box | None = None


@cache
def load_network(spec: ModelSpec, threads: int, engine: str = DEFAULT_ENGINE) -> Engine:
    """A network, opened once per process."""
    return load_engine(spec, threads, engine)


def load_networks(variant: Variant, threads: int, engine: str = DEFAULT_ENGINE) -> Networks:
    """The networks of a variant, opened once per process."""
    return Networks(
        palm=load_network(model_for("palm detection", variant), threads, engine),
        hand=load_network(model_for("hand landmarks", variant), threads, engine),
    )


def detect_palms(
    networks: Networks,
    settings: Settings,
    image: ImageArray,
    view: float = 1.0,
    rotation: float = 0.0,
) -> Detections:
    """Palms in a picture, strongest first, normalised image frame.

    view: how much the network is shown, 1 for the whole picture, 2 for twice its width and height,
    black around it.
    rotation: radians; the network is shown what an ROI of this rotation covers.
    """
    letterbox = scaled_roi(letterbox_roi(image_size(image)), view)._replace(rotation=rotation)
    [palms] = detect_palms_in(networks, settings, image, [letterbox])
    return palms


def detect_palms_in(
    networks: Networks, settings: Settings, image: ImageArray, views: Sequence[Roi]
) -> list[Detections]:
    """Palms in each of one or more views, one batch; strongest first, normalised image frame.

    views: square in pixels; black where they leave the picture.
    """
    size = networks.palm.spec.input_size
    pixels = [crop(image, view, size, border="zero", exact=settings.exact) for view in views]
    outputs = networks.palm(np.stack(pixels))
    return [
        image_from_letterbox(
            suppress(decode_palms(boxes, scores, size, settings.min_palm_score)), view
        )
        for boxes, scores, view in zip(outputs["boxes"], outputs["scores"], views, strict=True)
    ]


def candidates_from_palms(
    palms: Detections, size: tuple[int, int], upright: float = UPRIGHT
) -> list[Candidate]:
    """Where to read the hand of each palm.

    size: (width, height) of the picture, pixels. upright: see `roi_from_palm`.
    """
    return [
        Candidate(
            roi=roi_from_palm(box, keypoints, size, upright),
            palm_score=float(score),
            palm_box=Box(*(box.reshape(2, 2) * size).reshape(4).tolist()),
        )
        for box, keypoints, score in zip(palms.boxes, palms.keypoints, palms.scores, strict=True)
    ]


def associate(tracked: Sequence[Candidate], palms: Sequence[Candidate]) -> list[Candidate]:
    """Candidates that hold different hands: the tracked ones, then palms by score.

    Tracked ones count as later than palms, but come first: `max_hands` cuts the list, and a hand
    that is followed must not lose its place to a new one.
    """
    kept = later_of_overlapping([*palms, *tracked])
    return sorted(kept, key=lambda candidate: candidate.palm_score is not None)


def later_of_overlapping(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates in their order, without those that a later one overlaps.

    Source: mediapipe/calculators/util/association_calculator.h
    """
    kept: list[Candidate] = []
    for candidate in candidates:
        kept = [k for k in kept if roi_overlap(k.roi, candidate.roi) <= ASSOCIATION_OVERLAP]
        kept.append(candidate)
    return kept


def read_hand(
    networks: Networks, settings: Settings, image: ImageArray, candidate: Candidate
) -> Hand | None:
    """The hand at a candidate's place, or None when there is none."""
    return read_each(networks, settings, image, [candidate])[0]


def read_each(
    networks: Networks, settings: Settings, image: ImageArray, candidates: Sequence[Candidate]
) -> list[Hand | None]:
    """The hand at each of one or more places, one batch; None where there is none."""
    side, size = networks.hand.spec.input_size, image_size(image)
    pixels = [
        crop(image, c.roi, side, border="replicate", exact=settings.exact) for c in candidates
    ]
    outputs = networks.hand(np.stack(pixels) if len(pixels) > 1 else pixels[0][None])
    landmarks = outputs["landmarks"].reshape(-1, 21, 3)
    world = outputs["world_landmarks"].reshape(-1, 21, 3)
    presences, rights = outputs["presence"][:, 0].tolist(), outputs["handedness"][:, 0].tolist()
    return [
        hand_of(
            settings,
            size,
            candidate,
            landmarks=image_from_crop(landmarks[i], candidate.roi, side),
            world=world_from_crop(world[i], candidate.roi),
            presence=presence,
            right=rights[i],
        )
        if presence > settings.min_presence
        else None
        for i, (candidate, presence) in enumerate(zip(candidates, presences, strict=True))
    ]


def hand_of(
    settings: Settings,
    size: tuple[int, int],
    candidate: Candidate,
    *,
    landmarks: FloatArray,
    world: FloatArray,
    presence: float,
    right: float,
    spread: FloatArray | None = None,
) -> Hand:
    """A hand with all that follows from its landmarks and scores.

    size: (width, height) of the picture, pixels. right: the network's probability of a right hand.
    """
    handedness, score = read_handedness(right, settings.mirrored)
    return Hand(
        landmarks=landmarks,
        points=landmarks[:, :2] * np.array(size, np.float32),
        world_landmarks=world,
        handedness=handedness,
        handedness_score=score,
        presence=presence,
        palm_score=candidate.palm_score,
        palm_box=candidate.palm_box,
        roi=candidate.roi,
        confidence=joint_confidence(
            landmarks, world, roi=candidate.roi, size=size, presence=presence, spread=spread
        ),
        status="tracked" if candidate.palm_score is None else "detected",
        mirrored=settings.mirrored,
        hand_size=settings.hand_size,
        camera=settings.camera,
        spread=spread,
    )


def read_hand_over(
    networks: Networks,
    settings: Settings,
    image: ImageArray,
    candidate: Candidate,
    moves: Sequence[Move] = MOVES,
    known: Readings | None = None,
) -> Hand | None:
    """The hand at a candidate's place as the mean of several readings, with their spread, or None.

    moves: the crops to read it in, one batch. known: readings of the same hand to count, too.
    """
    crops = [moved_crop(candidate.roi, move, image_size(image)) for move in moves]
    readings = read_crops(networks, settings, image, crops)
    if known is not None:
        readings = joined(known, readings)
    return mean_hand(settings, image, candidate, readings)


def read_crops(
    networks: Networks, settings: Settings, image: ImageArray, crops: Sequence[Crop]
) -> Readings:
    """What the landmark network says in one or more crops, one batch."""
    size = networks.hand.spec.input_size
    pixels = [crop(image, roi, size, border="replicate", exact=settings.exact) for roi, _ in crops]
    shown = [mirrored(p) if c.mirrored else p for p, c in zip(pixels, crops, strict=True)]
    return readings_from_outputs(networks.hand(np.stack(shown)), crops, size)


def mean_hand(
    settings: Settings, image: ImageArray, candidate: Candidate, readings: Readings
) -> Hand | None:
    """One hand of all its readings, or None when on average they see none."""
    presence = float(readings.presence.mean())
    if not presence > settings.min_presence:
        return None
    size = np.array(image_size(image), np.float32)
    return hand_of(
        settings,
        image_size(image),
        candidate,
        landmarks=mean_landmarks(readings.landmarks, readings.presence),
        world=mean_landmarks(readings.world_landmarks, readings.presence),
        presence=presence,
        right=mean_probability(readings.right),
        spread=spread(readings.landmarks[..., :2] * size, readings.presence),
    )


def read_handedness(probability: float, mirrored: bool) -> tuple[Handedness, float]:
    """The person's own hand and the score of that answer.

    probability: of a right hand in a picture that is not mirrored, as the network gives it.
    """
    is_right = (probability > 0.5) != mirrored
    return "right" if is_right else "left", max(probability, 1 - probability)


def read_hands(
    networks: Networks,
    settings: Settings,
    image: ImageArray,
    candidates: Iterable[Candidate],
    known: Sequence[Hand] = (),
) -> list[Hand]:
    """Hands that are known, then those at the candidates' places, until there are `max_hands`.

    As many places are read at a time as hands are wanted yet, so none is read in vain.
    """
    hands, waiting = list(known), list(candidates)
    while waiting and len(hands) < settings.max_hands:
        count = settings.max_hands - len(hands)
        places, waiting = waiting[:count], waiting[count:]
        for hand in read_each(networks, settings, image, places):
            if hand is not None and not any(is_same_hand(hand.points, h.points) for h in hands):
                hands.append(hand)
    return hands


def detect(networks: Networks, settings: Settings, image: ImageArray) -> list[Hand]:
    """Hands in one picture, strongest presence first.

    A picture in which none is found is searched once more from farther away: palms that fill it
    are larger than those that the network knows.
    """
    hands = _look(networks, settings, image, view=1.0)
    if not hands and settings.second_look:
        hands = _look(networks, settings, image, view=SECOND_VIEW)
    return sorted(hands, key=lambda hand: -hand.presence)


def _look(networks: Networks, settings: Settings, image: ImageArray, view: float) -> list[Hand]:
    palms = detect_palms(networks, settings, image, view)
    candidates = associate((), candidates_from_palms(palms, image_size(image)))
    return read_hands(networks, settings, image, candidates)


def next_rois(hands: Iterable[Hand], size: tuple[int, int]) -> Rois:
    """Where the hands of a picture of (width, height) are expected in the next one."""
    return tuple(roi_from_landmarks(hand.landmarks, size) for hand in hands)


def image_size(image: ImageArray) -> tuple[int, int]:
    """Width and height, pixels."""
    return image.shape[1], image.shape[0]
