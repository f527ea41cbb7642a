"""What the compatibility layer's loop and the tracking graph say about the same pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from knuckle.compat.mediapipe.loops import Followed, legacy_step
from knuckle.graph.config import GraphConfig
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.graph.running.observing import Output
from knuckle.graph.services import Exact
from knuckle.io.sources import open_source
from knuckle.networks.engine import open_networks
from knuckle.networks.models import BY_COMPLEXITY
from knuckle.networks.setup import Wanted
from knuckle.pictures.detector import Detector, find_palms
from knuckle.stages.candidates import candidates_from_palms
from knuckle.streams.search import EveryFrame
from knuckle.streams.step import Follower
from knuckle.values import Detections, Hand, ImageArray, Roi, image_size

STREAMS = (
    "multi_hand_landmarks",
    "multi_hand_world_landmarks",
    "multi_handedness",
    "palm_detections",
    "hand_rects_from_landmarks",
    "hand_rects_from_palm_detections",
)


NO_PALMS = Detections(
    np.zeros((0, 4), np.float32), np.zeros((0, 7, 2), np.float32), np.zeros(0, np.float32)
)


class Answer(NamedTuple):
    """What is known of one picture, as plain values; () where there is nothing."""

    landmarks: tuple[bytes, ...] = ()
    world_landmarks: tuple[bytes, ...] = ()
    handedness: tuple[tuple[int, str, float], ...] = ()
    palms: tuple[bytes, ...] = ()
    rois_from_landmarks: tuple[Roi, ...] = ()
    rois_from_palms: tuple[Roi, ...] = ()


def pictures(path: Path, count: int | None = None) -> list[ImageArray]:
    """The first pictures of a video."""
    with open_source(path) as source:
        return [frame.image for frame, _ in zip(source, range(count or 10**6), strict=False)]


def answers_of_loop(
    images: Iterable[ImageArray],
    *,
    complexity: int = 1,
    hands: int = 2,
    follows: bool = True,
    min_palm_score: float = 0.5,
    min_presence: float = 0.5,
    exact: bool = False,
) -> Iterator[Answer]:
    """What the loop of `mp.solutions.hands` says."""
    networks = open_networks(BY_COMPLEXITY[complexity], Wanted(precision="float32"))
    detector = Detector.of(
        networks,
        max_hands=hands,
        min_palm_score=min_palm_score,
        min_presence=min_presence,
        mirrored=True,
        exact=exact,
    )
    state, follower = Followed(), Follower(detector, EveryFrame())
    for image in images:
        before = state if follows else Followed()
        palms = NO_PALMS
        if len(before.rois) < hands:
            palms = find_palms(detector, image).strongest(hands)
        state, found = legacy_step(follower, before, image)
        yield _answer(found, palms, state.rois, image)


def _answer(
    hands: list[Hand], palms: Detections, rois: tuple[Roi, ...], image: ImageArray
) -> Answer:
    places = candidates_from_palms(palms, image_size(image))
    return Answer(
        tuple(hand.landmarks.tobytes() for hand in hands),
        tuple(hand.world_landmarks.tobytes() for hand in hands),
        tuple(
            (int(hand.handedness == "right"), hand.handedness.capitalize(), hand.handedness_score)
            for hand in hands
        ),
        _palms(palms),
        rois,
        tuple(place.roi for place in places),
    )


def _palms(palms: Detections) -> tuple[bytes, ...]:
    return tuple(
        part.tobytes()
        for row in zip(palms.boxes, palms.keypoints, palms.scores, strict=True)
        for part in row
    )


def answers_of_graph(
    config: GraphConfig,
    images: Iterable[ImageArray],
    *,
    complexity: int = 1,
    hands: int = 2,
    follows: bool | None = None,
    exact: bool = False,
    **sides: Any,
) -> Iterator[Answer]:
    """What a tracking graph says.

    follows: None leaves the side packet out.
    """
    given = {"num_hands": hands, "model_complexity": complexity, **sides}
    if follows is not None:
        given["use_prev_landmarks"] = follows
    with CalculatorGraph(config, services=[Exact(exact)]) as graph:
        outputs = [graph.observe(name) for name in STREAMS]
        graph.start(given)
        for index, image in enumerate(images):
            graph.add_packet("image", image, index * 33_333)
            graph.wait_until_idle()
            landmarks, world, handedness, palms, rois, palm_rois = map(_taken, outputs)
            yield Answer(
                tuple(points.tobytes() for points in landmarks),
                tuple(points.tobytes() for points in world),
                tuple((one.index, one.label, one.score) for [one] in handedness),
                () if isinstance(palms, tuple) else _palms(palms),
                rois,
                palm_rois,
            )


def _taken(output: Output) -> Any:
    """The value that came, or () if none did."""
    packets = output.take()
    return packets[0].value if packets else ()
