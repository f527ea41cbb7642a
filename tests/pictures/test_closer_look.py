"""The closer look: a real palm stays, and what only looks like one goes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from knuckle.networks.engine import open_networks
from knuckle.pictures.closer_look import confirmed
from knuckle.pictures.detector import Detector
from knuckle.pictures.high_effort import far_places, tiles_of
from knuckle.values import Box, Candidate, ImageArray, Roi


@pytest.fixture(scope="module")
def detector() -> Detector:
    """At high effort."""
    return Detector.of(open_networks("full"), effort="high")


@pytest.fixture
def scene(open_palm: ImageArray, no_hands: ImageArray) -> ImageArray:
    """640 x 480 without hands, and in it a picture of an open hand, 96 pixels high."""
    picture = Image.fromarray(no_hands).resize((640, 480))
    width = round(96 * open_palm.shape[1] / open_palm.shape[0])
    picture.paste(Image.fromarray(open_palm).resize((width, 96)), (420, 200))
    return np.asarray(picture)


def test_the_hand_stays_and_its_surroundings_go(detector: Detector, scene: ImageArray) -> None:
    """Of all weak palms in the tiles, one, on the hand."""
    places = far_places(detector, scene, tiles_of((640, 480)), [])
    [place] = confirmed(detector.palms, scene, places)
    roi = place.candidate.roi

    assert len(places) > 1
    assert place.vote > 0
    assert 420 < 640 * roi.x < 420 + 96 * scene.shape[1] / scene.shape[0]
    assert 200 < 480 * roi.y < 296


def test_a_place_is_corrected(detector: Detector, scene: ImageArray) -> None:
    """A palm box that is a little off and too large comes out nearer to the palm."""
    places = far_places(detector, scene, tiles_of((640, 480)), [])
    [good] = confirmed(detector.palms, scene, places)
    box = good.candidate.palm_box
    assert box is not None
    side = box.x1 - box.x0
    worse = Box(box.x0 - 0.15 * side, box.y0, box.x1 + 0.15 * side, box.y1 + 0.3 * side)
    [again] = confirmed(detector.palms, scene, [replace(good.candidate, palm_box=worse)])

    assert again.candidate.palm_box is not None
    assert abs(again.candidate.palm_box.x1 - again.candidate.palm_box.x0 - side) < 0.2 * side


def test_nothing_comes_of_nothing(detector: Detector, no_hands: ImageArray) -> None:
    """No candidates, and candidates on a wall or outside the picture."""
    roi = Roi(0.5, 0.5, 0.1, 0.1, 0.0)
    boxes = [Box(10, 10, 30, 30), Box(-50, -50, -20, -20)]

    assert [] == confirmed(detector.palms, no_hands, [])
    assert [] == confirmed(detector.palms, no_hands, [Candidate(roi, 0.3, box) for box in boxes])
