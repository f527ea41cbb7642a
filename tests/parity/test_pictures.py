"""Our answers on real pictures beside those of legacy mediapipe 0.10.21."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from knuckle.pictures import detector as pipeline
from knuckle.values import Hand
from tests.conftest import Say, read_rgb
from tests.detectors import a_detector

pytestmark = pytest.mark.data


@dataclass
class Agreement:
    """How two sets of answers compare, over many pictures."""

    pictures: int = 0
    same_count: int = 0
    deviations: list[float] = field(default_factory=list)  # per hand, mean px of the 224 crop
    world: list[float] = field(default_factory=list)  # per hand, mean mm
    scores: list[float] = field(default_factory=list)  # per hand, difference of handedness score
    labels: list[bool] = field(default_factory=list)  # per hand, the same handedness


def crop_pixels(hand: Hand, landmarks: NDArray[Any], size: tuple[int, int]) -> float:
    """Mean distance of a hand's points from other landmarks, in pixels of its 224 px crop."""
    distances = np.linalg.norm(hand.points - landmarks[:, :2] * size, axis=1)
    return float(distances.mean() / (hand.roi.width * size[0]) * 224)


def compare(folder: Path, *, exact: bool, variant: Any = "full") -> Agreement:
    """Answers with 4 hands and one look beside the recorded ones of a set."""
    detector = a_detector(variant, max_hands=4, exact=exact, second_look=False)
    agreement = Agreement()
    for name, expected in json.loads((folder / "mediapipe_0.10.21.json").read_text()).items():
        image = read_rgb(folder / name)
        size = (image.shape[1], image.shape[0])
        hands = pipeline.detect(detector, image)
        agreement.pictures += 1
        agreement.same_count += len(hands) == len(expected)
        for theirs in expected:
            landmarks = np.array(theirs["landmarks"])
            if not hands:
                continue
            ours = min(hands, key=lambda h: crop_pixels(h, landmarks, size))
            if crop_pixels(ours, landmarks, size) > 20:
                continue  # another hand: counted by same_count
            agreement.deviations.append(crop_pixels(ours, landmarks, size))
            world = np.linalg.norm(ours.world_landmarks - np.array(theirs["world"]), axis=1)
            agreement.world.append(float(world.mean() * 1000))
            agreement.scores.append(abs(ours.handedness_score - theirs["score"]))
            # Upstream's label assumes a mirrored picture.
            agreement.labels.append(ours.handedness != theirs["handedness"].lower())
    return agreement


@pytest.mark.parametrize("exact", [False, True], ids=["fast", "exact"])
@pytest.mark.parametrize("name", ["hgc_realworld", "linto_boxes"])
def test_hands_are_those_of_mediapipe(name: str, exact: bool, data: Path, say: Say) -> None:
    """The same hands in 99 pictures of 100, at the same places.

    Tolerances: the fast warp samples without OpenCV's 1/32 px steps (0.10 px measured); the exact
    one leaves the order of float32 sums inside the networks (0.002 px).
    """
    found = compare(data / name, exact=exact)
    say(
        f"{name} {'exact' if exact else 'fast'}: same number of hands in "
        f"{found.same_count} of {found.pictures}; {len(found.deviations)} hands matched, "
        f"mean deviation {np.mean(found.deviations):.4f} px of the crop "
        f"(worst hand {np.max(found.deviations):.3f}), world {np.mean(found.world):.4f} mm, "
        f"handedness score {np.mean(found.scores):.5f}"
    )

    assert found.same_count >= 0.99 * found.pictures
    assert np.mean(found.deviations) <= (0.01 if exact else 0.15)
    assert np.mean(found.scores) <= 0.01
    assert np.mean(found.labels) >= 0.99
