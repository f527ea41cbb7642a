"""The one table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from knuckle.geometry.camera import Camera
from knuckle.geometry.hand_pose import joint_angles, wrist_pose
from knuckle.io.schema import (
    BLOCKS,
    COLUMNS,
    NAMES,
    SCHEMA,
    TOGETHER,
    Block,
    Cell,
    WaitingRows,
    cells_of,
    rows_of,
)
from knuckle.spec import Landmark
from knuckle.values import Frame, Hand
from tests.conftest import ROOT
from tests.geometry.hands import random_seen
from tests.io.files import make_frame, make_hand

JOINTS = [landmark.name.lower() for landmark in Landmark]


FINGERS = [*("mcp_abduction", "mcp_flexion", "pip_flexion", "dip_flexion")]
ANGLES = [
    *("thumb_cmc_abduction", "thumb_cmc_flexion", "thumb_mcp_flexion", "thumb_ip_flexion"),
    *(f"{finger}_{angle}" for finger in ("index", "middle", "ring", "pinky") for angle in FINGERS),
]
CAMERA = Camera(600, 600, 320, 240)


@pytest.fixture(scope="module")
def posed_hand() -> Hand:
    """A hand that a camera saw."""
    seen = random_seen(1, "left")
    return replace(
        make_hand(1),
        landmarks=(seen.points / (640, 480, 640)).astype(np.float32),
        points=seen.points[:, :2].astype(np.float32),
        world_landmarks=seen.world_landmarks.astype(np.float32),
        image_size=(640, 480),
    )


def row_of(hand: Hand, camera: Camera | None = None) -> dict[str, Cell]:
    """The one row of a frame with one hand, by name."""
    (row,) = rows_of(make_frame(), [hand], camera)
    return dict(zip(NAMES, row, strict=True))


def single(value: Cell) -> np.float32:
    """A cell as float32, as Parquet stores it and as readers of texts may."""
    assert isinstance(value, float)
    return np.float32(value)


def test_names_are_unique() -> None:
    """A column can be asked for by name."""
    assert len(NAMES) == len(set(NAMES))


def test_the_columns_come_in_the_documented_order() -> None:
    """Where from, which hand, scores, box; landmarks thrice, confidences, pose and angles."""
    start = [
        *("schema", "source", "frame", "time", "hand"),
        *("track_id", "status", "age"),
        *("handedness", "handedness_score", "presence", "palm_score"),
        *("box_x0", "box_y0", "box_x1", "box_y1"),
    ]
    landmarks = [f"{joint}_{axis}" for joint in JOINTS for axis in "xyz"]
    pixels = [f"{joint}_{axis}_px" for joint in JOINTS for axis in "xy"]
    metres = [f"{joint}_{axis}_m" for joint in JOINTS for axis in "xyz"]
    pose = [f"pose_{part}" for part in ("tx", "ty", "tz", "qx", "qy", "qz", "qw", "error")]

    confidences = [f"{joint}_confidence" for joint in JOINTS]

    assert [*start, *landmarks, *pixels, *metres, *confidences, *pose, *ANGLES] == list(NAMES)


def test_every_column_says_what_it_means() -> None:
    """None is left out of the documentation."""
    assert [] == [column.name for column in COLUMNS if not column.meaning]


def line_of(block: Block[Any]) -> str:
    """A block's line in the table of docs/table.md."""
    shown = " ".join(f"`{name}`" for name in block.names)
    if len(block.names) > 5:  # of all joints: the first one's, and the last of all
        first = [f"`{name}`" for name in block.names if name.startswith("wrist_")]
        shown = f"{' '.join(first)}, ... `{block.names[-1]}`"
    return f"| {shown} | {block.kind} | {block.meaning} |"


def test_the_page_has_the_table_of_the_blocks() -> None:
    """docs/table.md says what the code says, line by line."""
    page = (ROOT / "docs" / "table.md").read_text().splitlines()
    start = page.index("| columns | type | meaning |") + 2

    assert [line_of(block) for block in BLOCKS] == page[start : start + len(BLOCKS)]
    assert not page[start + len(BLOCKS)]


def test_only_floats_share_a_block() -> None:
    """A whole number or a text has a block of its own."""
    assert [] == [b.names for b in BLOCKS if len(b.names) > 1 and b.kind != "float"]


def test_the_hand_size_of_an_output_scales_the_place(posed_hand: Hand) -> None:
    """Twice the hand is twice as far away."""
    near, far = (
        dict(zip(NAMES, rows_of(make_frame(), [posed_hand], CAMERA, size)[0], strict=True))
        for size in (0.1, 0.2)
    )

    assert 2 * float(near["pose_tz"] or 0) == pytest.approx(float(far["pose_tz"] or 0))


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


def test_the_pose_and_the_angles_are_the_hands(posed_hand: Hand) -> None:
    """To the last bit of a float32."""
    row, pose = row_of(posed_hand, CAMERA), wrist_pose(posed_hand, camera=CAMERA)
    angles = joint_angles(posed_hand, camera=CAMERA)
    assert pose is not None
    assert pose.translation is not None
    assert pose.reprojection_error is not None
    assert angles is not None

    assert pose.quaternion.astype(np.float32).tolist() == [
        single(row[f"pose_q{part}"]) for part in "xyzw"
    ]
    assert pose.translation.astype(np.float32).tolist() == [
        single(row[f"pose_t{a}"]) for a in "xyz"
    ]
    assert np.float32(pose.reprojection_error) == single(row["pose_error"])
    assert {k: np.float32(v) for k, v in angles.to_dict().items()} == {
        name: single(row[name]) for name in ANGLES
    }


def test_without_a_camera_there_is_no_pose(posed_hand: Hand) -> None:
    """But there are angles."""
    row = row_of(posed_hand)

    assert {None} == {cell for name, cell in row.items() if name.startswith("pose_")}
    assert {float} == {type(row[name]) for name in ANGLES}


def test_a_hand_without_a_palm_has_neither_pose_nor_angles() -> None:
    """As many empty cells as there are columns."""
    hand = replace(make_hand(), world_landmarks=np.zeros((21, 3), np.float32))
    (row,) = rows_of(make_frame(), [hand], CAMERA)

    assert len(COLUMNS) == len(row)
    assert {None} == set(row[NAMES.index("pose_tx") :])


def test_confidences_are_the_hands() -> None:
    """To the last bit of a float32."""
    hand = make_hand(3)
    row = row_of(hand)

    assert hand.confidence.tolist() == [single(row[f"{joint}_confidence"]) for joint in JOINTS]


def test_cells_are_short(posed_hand: Hand) -> None:
    """Nobody wants to read 0.10000000149011612 for 0.1."""
    lengths = [
        len(repr(cell)) for cell in row_of(posed_hand, CAMERA).values() if isinstance(cell, float)
    ]

    assert max(lengths) <= 14


def test_cells_are_plain_values(posed_hand: Hand) -> None:
    """Any writer takes them."""
    (row,) = rows_of(make_frame(), [posed_hand], CAMERA)

    assert {int, float, str} == {type(cell) for cell in row}


def test_time_keeps_all_digits() -> None:
    """Seconds are float64: hours of video at microseconds."""
    frame = Frame(make_frame().image, 1, 12_345.678_901_234, "a")

    assert rows_of(frame, [])[0][NAMES.index("time")] == 12_345.678_901_234


def test_the_kinds_fit_the_cells(posed_hand: Hand) -> None:
    """A column says what is in it."""
    (row,) = rows_of(make_frame(), [posed_hand], CAMERA)
    types = {"integer": int, "text": str, "double": float, "float": float}

    assert [types[column.kind] for column in COLUMNS] == [type(cell) for cell in row]


def test_rows_that_wait_are_those_of_each_frame(posed_hand: Hand) -> None:
    """In their order, to the last bit, with as many frames as are read at once and one more."""
    hands = [replace(posed_hand, points=posed_hand.points + shift) for shift in (0, 1, 2)]
    frames = [(make_frame(i), hands[: i % 4]) for i in range(TOGETHER + 1)]
    waiting = WaitingRows(CAMERA)
    for frame, shown in frames:
        waiting.add(frame, shown)
    count = waiting.count
    taken = waiting.taken()
    alone = [row for frame, shown in frames for row in rows_of(frame, shown, CAMERA)]

    assert alone == [cells_of(record) for record in taken]
    assert len(alone) == count
    assert 0 == waiting.count
    assert [] == waiting.taken()
