"""The table: a row for every hand of every frame, with the same columns in every format.

BLOCKS describes each column once: its name, kind and meaning, and how to read its value from a
hand. Rows, the columns of Parquet and the page docs/table.md follow from BLOCKS. A frame without
hands is one row in which `hand` and all columns after it are empty. SCHEMA grows by one whenever a
column is removed or changes its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..geometry.camera import Camera
from ..geometry.hand_pose import angles_in_poses, wrist_poses
from ..geometry.joint_angles import FINGERS, JOINTS, JointAngles
from ..geometry.wrist_pose import WristPose
from ..spec import Landmark
from ..values import FloatArray, Frame, Hand

SCHEMA = 1
TOGETHER = 100  # frames whose hands are read at once

Kind = Literal["integer", "text", "double", "float"]
Cell = int | float | str | None
Record = list[Cell | FloatArray]  # one row: for every block a cell, or an array of floats
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. "float" is a float32 with seven digits, "double" a float64."""

    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class Block(Generic[T]):
    """Columns that are read together. Only a block of kind "float" has more than one."""

    names: tuple[str, ...]
    kind: Kind
    meaning: str  # Markdown, for docs/table.md
    read: Callable[[T], Any]  # a cell, or an array with a value per name; None if all are empty

    def value(self, row: T) -> Cell | FloatArray:
        """The block's value in a row: a cell or (len(names),) float32; None when all are empty."""
        found = self.read(row)
        if found is None or self.kind != "float":
            return found
        floats: FloatArray = np.asarray(found, np.float32).reshape(len(self.names))
        return floats


@dataclass(frozen=True, slots=True)
class Reading:
    """What the row of a hand is read from."""

    index: int  # of the hand in its frame, from 0
    hand: Hand
    pose: WristPose | None  # None without a camera
    angles: JointAngles | None


_JOINTS = [landmark.name.lower() for landmark in Landmark]


def _of_joints(*endings: str) -> tuple[str, ...]:
    return tuple(f"{joint}_{ending}" for joint in _JOINTS for ending in endings)


def _of_pose(*parts: str) -> tuple[str, ...]:
    return tuple(f"pose_{part}" for part in parts)


def _source(frame: Frame) -> str:
    # A file name may hold bytes that are not UTF-8; a table may not.
    return frame.source.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _of_finger(i: int) -> Block[Reading]:
    """The angles of one finger's joints."""

    def read(row: Reading) -> NDArray[np.floating] | None:
        if row.angles is None:
            return None
        return np.append(row.angles.abduction[i], row.angles.flexion[i])

    names = (f"{JOINTS[i][0]}_abduction", *(f"{joint}_flexion" for joint in JOINTS[i]))
    return Block(
        tuple(f"{FINGERS[i]}_{name}" for name in names),
        "float",
        "[angles of the joints](wrist.md#angles), radians",
        read,
    )


OF_FRAME: tuple[Block[Frame], ...] = (
    Block(("schema",), "integer", f"version of this table, now {SCHEMA}", lambda frame: SCHEMA),
    Block(
        ("source",),
        "text",
        "path of the picture or video; for a folder or glob, the path of each picture",
        _source,
    ),
    Block(
        ("frame",),
        "integer",
        "index in the video, folder or glob that is tracked, from 0; skipped frames count; "
        "always 0 with `detect`",
        lambda frame: frame.index,
    ),
    Block(
        ("time",),
        "double",
        "seconds from the start; a tracked folder plays at 30 pictures per second; "
        "always 0 with `detect`",
        lambda frame: frame.time,
    ),
)

OF_HAND: tuple[Block[Reading], ...] = (
    Block(
        ("hand",),
        "integer",
        "index of the hand in its frame, from 0; empty: no hand",
        lambda row: row.index,
    ),
    Block(
        ("track_id",),
        "integer",
        "number of the hand, the same throughout a video, from 1; empty with `detect`",
        lambda row: row.hand.track_id,
    ),
    Block(
        ("status",),
        "text",
        "`detected` by its palm (always with `detect`), `tracked` from the frame before or after, "
        "or `filled` in between two readings",
        lambda row: row.hand.status,
    ),
    Block(
        ("age",),
        "float",
        "seconds since the hand was first seen; 0 with `detect`",
        lambda row: row.hand.age,
    ),
    Block(
        ("handedness",),
        "text",
        "`left` or `right`: the person's own hand",
        lambda row: row.hand.handedness,
    ),
    Block(
        ("handedness_score",),
        "float",
        "how sure that label is, 0.5 to 1",
        lambda row: row.hand.handedness_score,
    ),
    Block(("presence",), "float", "0 to 1, that a hand is there", lambda row: row.hand.presence),
    Block(
        ("palm_score",),
        "float",
        "score of the palm detector, 0 to 1; empty when the hand was tracked, or without a hand",
        lambda row: row.hand.palm_score,
    ),
    Block(
        ("box_x0", "box_y0", "box_x1", "box_y1"),
        "float",
        "box around the landmarks, pixels",
        lambda row: row.hand.box,
    ),
    Block(
        _of_joints("x", "y", "z"),
        "float",
        "landmarks, normalised by width and height; z by width",
        lambda row: row.hand.landmarks,
    ),
    Block(
        _of_joints("x_px", "y_px"),
        "float",
        "landmarks in pixels",
        lambda row: row.hand.points,
    ),
    Block(
        _of_joints("x_m", "y_m", "z_m"),
        "float",
        "world landmarks in metres",
        lambda row: row.hand.world_landmarks,
    ),
    Block(
        _of_joints("confidence"),
        "float",
        "0 to 1, [the probability](confidence.md) that the landmark is within 0.1 palm lengths of "
        "its joint",
        lambda row: row.hand.confidence,
    ),
    Block(
        _of_pose("tx", "ty", "tz"),
        "float",
        "the wrist in the camera's frame, metres; empty without `--camera`",
        lambda row: row.pose and row.pose.translation,
    ),
    Block(
        _of_pose("qx", "qy", "qz", "qw"),
        "float",
        "[the palm's axes](wrist.md) in the camera's frame, as a quaternion; "
        "empty without `--camera`",
        lambda row: row.pose and row.pose.quaternion,
    ),
    Block(
        _of_pose("error"),
        "float",
        "distance of the landmarks from the posed hand in the picture, root mean square, pixels; "
        "empty without `--camera`",
        lambda row: row.pose and row.pose.reprojection_error,
    ),
    *map(_of_finger, range(len(FINGERS))),
)

BLOCKS: tuple[Block[Any], ...] = (*OF_FRAME, *OF_HAND)
COLUMNS = tuple(Column(name, b.kind, b.meaning) for b in BLOCKS for name in b.names)
NAMES = tuple(column.name for column in COLUMNS)


def read_hands(
    hands: Sequence[Hand], camera: Camera | None = None, hand_size: float | None = None
) -> list[tuple[WristPose | None, JointAngles | None]]:
    """Compute the pose and the joint angles of hands for their rows. All tables get them from here.

    camera, hand_size: see `wrist_pose`. Without a camera the pose is None.
    """
    poses = wrist_poses(hands, camera=camera, hand_size=hand_size)
    placed = (pose if pose and pose.translation is not None else None for pose in poses)
    return list(zip(placed, angles_in_poses(poses, hands), strict=True))


def records_of(
    frame: Frame,
    hands: Sequence[Hand],
    camera: Camera | None = None,
    hand_size: float | None = None,
    unknown: Container[str] = (),
) -> list[Record]:
    """The rows of a frame, with one value for each of BLOCKS.

    unknown: the first column of each block to leave empty, because nothing is known of it.
    """
    waiting = WaitingRows(camera, hand_size, unknown)
    waiting.add(frame, hands)
    return waiting.taken()


class WaitingRows:
    """The rows of frames until they are written.

    Hands are read together, some frames at a time, which takes a third of the time. It keeps no
    pictures. camera, hand_size, unknown: see `records_of`.
    """

    def __init__(
        self,
        camera: Camera | None = None,
        hand_size: float | None = None,
        unknown: Container[str] = (),
    ) -> None:
        self._camera, self._hand_size = camera, hand_size
        self._blocks = [None if b.names[0] in unknown else b for b in OF_HAND]
        self._frames: list[tuple[Record, Sequence[Hand]]] = []  # whose hands are to be read
        self._rows: list[Record] = []
        self.count = 0  # of rows that wait

    def add(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Put the rows of a frame after those that wait."""
        self._frames.append(([block.value(frame) for block in OF_FRAME], hands))
        self.count += max(1, len(hands))
        if len(self._frames) >= TOGETHER:
            self._read()

    def taken(self) -> list[Record]:
        """The rows of all frames that wait; none waits any more."""
        self._read()
        rows, self._rows, self.count = self._rows, [], 0
        return rows

    def _read(self) -> None:
        frames, self._frames = self._frames, []
        every = [hand for _, hands in frames for hand in hands]
        read = iter(read_hands(every, self._camera, self._hand_size))
        for start, hands in frames:
            if not hands:
                self._rows.append(start + [None] * len(OF_HAND))
            for i, hand in enumerate(hands):
                reading = Reading(i, hand, *next(read))
                self._rows.append(start + [b.value(reading) if b else None for b in self._blocks])


def rows_of(
    frame: Frame,
    hands: Sequence[Hand],
    camera: Camera | None = None,
    hand_size: float | None = None,
    unknown: Container[str] = (),
) -> list[list[Cell]]:
    """The rows of a frame for text formats, with cells in the order of COLUMNS."""
    return [cells_of(record) for record in records_of(frame, hands, camera, hand_size, unknown)]


def cells_of(record: Record) -> list[Cell]:
    """A row for text formats, with cells in the order of COLUMNS."""
    row: list[Cell] = []
    for block, value in zip(BLOCKS, record, strict=True):
        if isinstance(value, np.ndarray):
            # The shortest text that identifies this float32, half as long as a float64's.
            row += map(float, value.astype(str))
        else:
            row += [value] * len(block.names)
    return row
