"""Prints the table of src/knuckle/geometry/average_hand.py, the hand that the network assumes.

    python studies/average_hand.py SET/annotations.json...

It reads all pictures of the sets and uses the hands that the network is sure of. A set that the
table was made from should not be evaluated with it later.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np

import knuckle
from knuckle.geometry.average_hand import PALM_JOINTS
from knuckle.geometry.camera import Array
from knuckle.geometry.joint_angles import CHAINS
from knuckle.geometry.palm_frame import palm_axes
from knuckle.geometry.placement import turn_between
from knuckle.io.pictures import read_picture

SURE = 0.9  # least presence and handedness score
ROUNDS = 20


def right_hands(annotations: Path) -> Iterator[Array]:
    """World landmarks of the hands of a set, (21, 3) metres. Left hands are mirrored."""
    for picture in json.loads(annotations.read_text())["images"]:
        for hand in knuckle.detect(read_picture(annotations.parent / picture["image"])):
            if min(hand.presence, hand.handedness_score) > SURE:
                sign = 1 if hand.handedness == "right" else -1
                yield hand.world_landmarks * np.array([sign, 1.0, 1.0])


def average_palm(hands: Sequence[Array]) -> Array:
    """The palm's joints in its frame, (6, 3) metres: medians after aligning the rotations."""
    palms = [hand[list(PALM_JOINTS)] for hand in hands]
    palms = [palm - palm.mean(axis=0) for palm in palms]
    average = max(palms, key=lambda palm: float(np.linalg.norm(palm[2] - palm[5])))
    for _ in range(ROUNDS):
        turns = [turn_between(palm, average) for palm in palms]
        pairs = zip(palms, turns, strict=True)
        average = np.median([p @ t.T for p, t in pairs if np.isfinite(t).all()], axis=0)
    hand = np.zeros((21, 3))
    hand[list(PALM_JOINTS)] = average - average[0]
    axes = palm_axes(hand, "right")
    assert axes is not None
    return hand[list(PALM_JOINTS)] @ axes


def average_bones(hands: Sequence[Array]) -> Array:
    """Median lengths of the fingers' bones, from the palm outwards, (5, 3) metres."""
    steps = [np.diff(hand[CHAINS], axis=1) for hand in hands]
    return np.median(np.linalg.norm(steps, axis=3), axis=0)


@click.command()
@click.argument("sets", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
def main(sets: tuple[Path, ...]) -> None:
    """Print the joints of the average palm and the bones of the average fingers, metres."""
    hands = [hand for annotations in sets for hand in right_hands(annotations)]
    print(f"{len(hands)} hands")
    for title, table in (("PALM", average_palm(hands)), ("BONES", average_bones(hands))):
        print(title)
        print("\n".join(str([round(value, 4) for value in row]) for row in table.tolist()))


if __name__ == "__main__":
    main()
