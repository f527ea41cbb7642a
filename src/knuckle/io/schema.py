"""The one table: a row for every hand of every frame, the same columns in every format.

A frame without hands is one row whose `hand` and everything after it are empty. docs/table.md
describes the columns; SCHEMA grows by one whenever one changes its meaning or goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..geometry.hand_pose import angles_in_pose, wrist_pose
from ..geometry.joint_angles import FINGERS, JOINTS
from ..spec import Landmark
from ..values import Frame, Hand

SCHEMA = 1

Kind = Literal["integer", "text", "double", "float"]
Cell = int | float | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column; "float" has the seven digits of float32, "double" all of float64."""

    name: str
    kind: Kind
    meaning: str


_JOINTS = [landmark.name.lower() for landmark in Landmark]

COLUMNS = (
    Column("schema", "integer", "version of this table, now 1"),
    Column("source", "text", "path of the picture or video"),
    Column("frame", "integer", "index in the video or folder, from 0; 0 for a picture"),
    Column("time", "double", "seconds from the start of the source; 0 for a picture"),
    Column("hand", "integer", "index of the hand in its frame, from 0; empty: no hand"),
    Column("track_id", "integer", "the same for one hand all through a video; empty: a picture"),
    Column("status", "text", "detected by its palm, tracked, or filled in"),
    Column("age", "float", "seconds since the hand was first seen"),
    Column("handedness", "text", "left or right: the person's own hand"),
    Column("handedness_score", "float", "0.5 to 1"),
    Column("presence", "float", "0 to 1, that a hand is there"),
    Column("palm_score", "float", "0 to 1, of the palm detector; empty: the hand was tracked"),
    *(
        Column(f"box_{edge}", "float", "box around the landmarks, pixels")
        for edge in ("x0", "y0", "x1", "y1")
    ),
    *(
        Column(f"{joint}_{axis}", "float", "normalised: fractions of width and height, z of width")
        for joint in _JOINTS
        for axis in "xyz"
    ),
    *(
        Column(f"{joint}_{axis}_px", "float", "pixels from the top left corner")
        for joint in _JOINTS
        for axis in "xy"
    ),
    *(
        Column(f"{joint}_{axis}_m", "float", "world landmarks: metres from the hand's middle")
        for joint in _JOINTS
        for axis in "xyz"
    ),
    *(
        Column(f"{joint}_confidence", "float", "0 to 1, that it is within 0.1 palm lengths")
        for joint in _JOINTS
    ),
    *(
        Column(f"pose_t{axis}", "float", "the wrist before the camera, metres; empty: no camera")
        for axis in "xyz"
    ),
    *(
        Column(f"pose_q{part}", "float", "the palm's axes in the camera's, as a quaternion")
        for part in "xyzw"
    ),
    Column("pose_error", "float", "root mean square of the posed hand's points, pixels"),
    *(
        Column(f"{finger}_{joint}_{angle}", "float", "radians; docs/wrist.md has the signs")
        for finger, joints in zip(FINGERS, JOINTS, strict=True)
        for joint, angle in ((joints[0], "abduction"), *((j, "flexion") for j in joints))
    ),
)
_POSE = 8  # cells of a pose
_ANGLES = 20  # cells of the joints' angles
NAMES = tuple(column.name for column in COLUMNS)


def rows_of(frame: Frame, hands: Sequence[Hand]) -> list[list[Cell]]:
    """The rows of a frame, cells in the order of COLUMNS."""
    # A file name may hold bytes that are no text; a table may not.
    source = frame.source.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    start: list[Cell] = [SCHEMA, source, frame.index, frame.time]
    if not hands:
        return [start + [None] * (len(COLUMNS) - len(start))]
    return [[*start, i, *_hand_cells(hand)] for i, hand in enumerate(hands)]


def _hand_cells(hand: Hand) -> Iterator[Cell]:
    yield from (hand.track_id, hand.status, *_cells(hand.age))
    yield hand.handedness
    yield from _cells(hand.handedness_score, hand.presence)
    yield from [None] if hand.palm_score is None else _cells(hand.palm_score)
    yield from _cells(*hand.box)
    for array in (hand.landmarks, hand.points, hand.world_landmarks, hand.confidence):
        yield from _cells(*array.ravel())
    pose = wrist_pose(hand)
    angles = angles_in_pose(pose, hand)
    if pose is None or pose.translation is None or pose.reprojection_error is None:
        yield from [None] * _POSE
    else:
        yield from _cells(*pose.translation, *pose.quaternion, pose.reprojection_error)
    yield from [None] * _ANGLES if angles is None else _cells(*angles.to_dict().values())


def _cells(*values: float) -> Iterable[float]:
    # The shortest text that is this float32 and no other: half as long as that of a float64.
    return map(float, np.array(values, np.float32).astype(str))
