"""The comparison with mediapipe, with knuckle on both sides."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from bench.parity import Agreement, Material, Pair, compare, materials
from knuckle.evaluate.peers.process import Contestant
from knuckle.values import ImageArray

OURS = "knuckle.compat.mediapipe"


def contestant(*switches: str) -> Contestant:
    """Our legacy interface."""
    return Contestant("mediapipe-legacy", sys.executable, library=OURS, switches=switches)


def test_switches_make_the_difference(
    tmp_path: Path, open_palm: ImageArray, no_hands: ImageArray
) -> None:
    """The exact numbers beside themselves, and beside the quick ones."""
    path = tmp_path / "pictures.npy"
    np.save(path, np.stack([open_palm, no_hands]))
    shown = [Material("samples", path, 2, still=True)]
    same = compare(Pair("", contestant("exact"), contestant("exact")), shown)["samples"]
    near = compare(Pair("", contestant("exact"), contestant()), shown)["samples"]

    assert [2, 2, 1, 1, 1] == [
        same.pictures,
        same.same_count,
        same.upstream_hands,
        same.our_hands,
        same.same_label,
    ]
    assert [0.0] == same.points
    assert 0.001 < near.points[0] < 0.5


def test_another_number_of_hands_is_counted_and_not_compared() -> None:
    """There is no telling which hand is which."""
    agreement = Agreement()
    agreement.add([{}], [])

    assert [1, 0, 1, 0, 0] == [
        agreement.pictures,
        agreement.same_count,
        agreement.upstream_hands,
        agreement.our_hands,
        len(agreement.points),
    ]
    assert ["0/1", "1 / 0", "0/0"] == agreement.row()[:3]


def test_samples_are_shown_where_there_is_no_data(tmp_path: Path) -> None:
    """All pictures of a size in one file, and the clip in parts."""
    shown = list(materials(None, 1, tmp_path))

    assert [(6, True), (100, False), (50, False)] == [(m.length, m.still) for m in shown]
    assert ["samples", "two_hands.mp4", "two_hands.mp4"] == [m.name for m in shown]
