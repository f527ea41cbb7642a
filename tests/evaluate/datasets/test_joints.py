from __future__ import annotations

import random

import pytest

from knuckle.evaluate.datasets.joints import order_from_names
from knuckle.spec import Landmark

WHOLEBODY = [
    "left_hand_root",
    *(f"left_{finger}{i}" for finger in ("thumb", "forefinger") for i in range(1, 5)),
    *(f"left_{finger}_finger{i}" for finger in ("middle", "ring", "pinky") for i in range(1, 5)),
]
MEDIAPIPE = [
    name.replace("_", "_FINGER_") if name[:2] in ("IN", "MI", "RI") else name
    for name in (landmark.name for landmark in Landmark)
]


@pytest.mark.parametrize(
    "names",
    [[landmark.name for landmark in Landmark], MEDIAPIPE, WHOLEBODY],
    ids=["knuckle", "mediapipe", "wholebody"],
)
def test_names_in_mediapipes_order_stay(names: list[str]) -> None:
    """The names of three sources, each in the order that MediaPipe has."""
    assert list(range(21)) == order_from_names(names)


def test_any_order_comes_back_to_mediapipes() -> None:
    """Shuffled names: the index of each landmark's name."""
    shuffled = random.Random(0).sample(WHOLEBODY, 21)

    assert WHOLEBODY == [shuffled[i] for i in order_from_names(shuffled)]


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ([*WHOLEBODY[:20], "elbow"], "'elbow'"),
        ([*WHOLEBODY[:20], "wrist"], "'left_hand_root' and 'wrist' are the same joint"),
        (WHOLEBODY[:20], "PINKY_TIP is missing"),
    ],
)
def test_what_is_no_hand_is_named(names: list[str], reason: str) -> None:
    """A joint that no hand has, one that is there twice, one that is not there."""
    with pytest.raises(ValueError, match=reason):
        order_from_names(names)
