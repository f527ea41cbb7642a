"""The one table."""

from __future__ import annotations

import numpy as np
import pytest

from knuckle.io.schema import COLUMNS, NAMES, SCHEMA, Cell, rows_of
from knuckle.spec import Landmark
from knuckle.values import Frame, Hand
from tests.io.files import make_frame, make_hand

JOINTS = [landmark.name.lower() for landmark in Landmark]


def row_of(hand: Hand) -> dict[str, Cell]:
    """The one row of a frame with one hand, by name."""
    (row,) = rows_of(make_frame(), [hand])
    return dict(zip(NAMES, row, strict=True))


def single(value: Cell) -> np.float32:
    """A cell as float32, as Parquet stores it and as readers of texts may."""
    assert isinstance(value, float)
    return np.float32(value)


def test_names_are_unique() -> None:
    """A column can be asked for by name."""
    assert len(NAMES) == len(set(NAMES))


def test_the_columns_come_in_the_documented_order() -> None:
    """Where from, which hand, scores, box, then normalised, pixels and metres."""
    start = [
        *("schema", "source", "frame", "time", "hand"),
        *("track_id", "status", "age"),
        *("handedness", "handedness_score", "presence", "palm_score"),
        *("box_x0", "box_y0", "box_x1", "box_y1"),
    ]
    landmarks = [f"{joint}_{axis}" for joint in JOINTS for axis in "xyz"]
    pixels = [f"{joint}_{axis}_px" for joint in JOINTS for axis in "xy"]
    metres = [f"{joint}_{axis}_m" for joint in JOINTS for axis in "xyz"]

    assert [*start, *landmarks, *pixels, *metres] == list(NAMES)


def test_every_column_says_what_it_means() -> None:
    """None is left out of the documentation."""
    assert [] == [column.name for column in COLUMNS if not column.meaning]


def test_a_row_has_a_cell_for_every_column() -> None:
    """With hands and without."""
    rows = [*rows_of(make_frame(), [make_hand(0), make_hand(1)]), *rows_of(make_frame(), [])]

    assert [len(COLUMNS)] * 3 == [len(row) for row in rows]


def test_a_frame_without_hands_is_one_row_with_an_empty_hand() -> None:
    """Where and when it was, and nothing else."""
    (row,) = rows_of(make_frame(7, "a.mp4"), [])

    assert [SCHEMA, "a.mp4", 7, 7 / 30] == row[:4]
    assert {None} == set(row[4:])


def test_hands_are_counted_from_zero() -> None:
    """In the order in which they came."""
    rows = rows_of(make_frame(), [make_hand(0), make_hand(1), make_hand(2)])

    assert [0, 1, 2] == [row[NAMES.index("hand")] for row in rows]


def test_a_tracked_hand_has_no_palm_score() -> None:
    """The palm detector did not see it."""
    assert row_of(make_hand(tracked=True))["palm_score"] is None


@pytest.mark.parametrize("name", ["handedness_score", "presence", "palm_score"])
def test_scores_are_the_hands(name: str) -> None:
    """To the last bit of a float32, for many hands."""
    hands = [make_hand(seed) for seed in range(50)]

    assert [np.float32(getattr(h, name)) for h in hands] == [single(row_of(h)[name]) for h in hands]


def test_the_box_is_the_hands() -> None:
    """To the last bit of a float32, for many hands."""
    hands = [make_hand(seed) for seed in range(50)]
    names = [f"box_{edge}" for edge in ("x0", "y0", "x1", "y1")]

    assert [[np.float32(edge) for edge in hand.box] for hand in hands] == [
        [single(row_of(hand)[name]) for name in names] for hand in hands
    ]


@pytest.mark.parametrize(
    ("field", "axes", "suffix"),
    [("landmarks", "xyz", ""), ("points", "xy", "_px"), ("world_landmarks", "xyz", "_m")],
)
def test_landmarks_are_the_hands(field: str, axes: str, suffix: str) -> None:
    """To the last bit of a float32."""
    hand = make_hand(3)
    row = row_of(hand)
    cells = [[single(row[f"{joint}_{axis}{suffix}"]) for axis in axes] for joint in JOINTS]

    assert np.array_equal(getattr(hand, field), np.array(cells))


def test_cells_are_short() -> None:
    """Nobody wants to read 0.10000000149011612 for 0.1."""
    hand = make_hand()
    lengths = [len(repr(cell)) for cell in row_of(hand).values() if isinstance(cell, float)]

    assert max(lengths) <= 14


def test_cells_are_plain_values() -> None:
    """Any writer takes them."""
    (row,) = rows_of(make_frame(), [make_hand()])

    assert {int, float, str} == {type(cell) for cell in row}


def test_time_keeps_all_digits() -> None:
    """Seconds are float64: hours of video at microseconds."""
    frame = Frame(make_frame().image, 1, 12_345.678_901_234, "a")

    assert rows_of(frame, [])[0][NAMES.index("time")] == 12_345.678_901_234


def test_the_kinds_fit_the_cells() -> None:
    """A column says what is in it."""
    (row,) = rows_of(make_frame(), [make_hand()])
    types = {"integer": int, "text": str, "double": float, "float": float}

    assert [types[column.kind] for column in COLUMNS] == [type(cell) for cell in row]
