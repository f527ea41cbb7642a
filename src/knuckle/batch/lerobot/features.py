"""What a LeRobot data set holds of each hand: one table of features.

A hand has a slot, from 0 to the most hands less one, and a slot has these features. Where a slot
has no hand, all of them are 0: a NaN would spoil every mean that is taken of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...geometry.joint_angles import FINGERS, JOINTS
from ...spec import Landmark

_JOINTS = tuple(landmark.name.lower() for landmark in Landmark)

Kind = Literal["float32", "int64"]


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of a slot.

    name: what follows the slot's name. dimensions: the name of each of its numbers.
    columns: of a clip's table that they are read from; none for what is made of other columns.
    meaning: Markdown, for docs/lerobot.md.
    """

    name: str
    dimensions: tuple[str, ...]
    meaning: str
    columns: tuple[str, ...] = ()
    kind: Kind = "float32"


def _of_joints(*endings: str) -> tuple[str, ...]:
    return tuple(f"{joint}_{ending}" for joint in _JOINTS for ending in endings)


_POSE = ("tx", "ty", "tz", "qx", "qy", "qz", "qw")
_ANGLES = tuple(
    name
    for finger, joints in zip(FINGERS, JOINTS, strict=True)
    for name in (
        f"{finger}_{joints[0]}_abduction",
        *(f"{finger}_{joint}_flexion" for joint in joints),
    )
)

LANDMARKS, POSE = "landmarks", "wrist_pose"
HANDEDNESS, PRESENCE, HAS_POSE, TRACK_ID = "handedness", "presence", "has_pose", "track_id"

FEATURES: tuple[Feature, ...] = (
    Feature(
        LANDMARKS,
        _of_joints("x", "y", "z"),
        "the 21 landmarks: x and y as fractions of the picture's width and height, z in widths",
        _of_joints("x", "y", "z"),
    ),
    Feature(
        "world_landmarks",
        _of_joints("x", "y", "z"),
        "the 21 landmarks in metres, around the middle of the hand",
        _of_joints("x_m", "y_m", "z_m"),
    ),
    Feature(
        POSE,
        _POSE,
        "the wrist in the camera's frame: metres and a quaternion; needs a camera, else 0",
        tuple(f"pose_{name}" for name in _POSE),
    ),
    Feature("joint_angles", _ANGLES, "abduction and flexion of each joint, radians", _ANGLES),
    Feature(
        "confidence",
        _JOINTS,
        "of each landmark, 0 to 1",
        _of_joints("confidence"),
    ),
    Feature(HANDEDNESS, (HANDEDNESS,), "-1: a left hand; 1: a right one; 0: no hand"),
    Feature(PRESENCE, (PRESENCE,), "1: there is a hand; 0: there is none"),
    Feature(HAS_POSE, (HAS_POSE,), "1: `wrist_pose` is known; 0: it is not"),
    Feature(
        TRACK_ID, (TRACK_ID,), "the hand's number in its clip, from 1; 0: no hand", kind="int64"
    ),
)

# What LeRobot wants of every frame, and fills in itself: the names and kinds.
STANDARD: Mapping[str, str] = {
    "timestamp": "float32",
    "frame_index": "int64",
    "episode_index": "int64",
    "index": "int64",
    "task_index": "int64",
}


def prefix_of(slot: int, camera: str | None = None) -> str:
    """The start of the names of a slot's features; camera: whose pictures show the hand."""
    seen_by = "" if camera is None else f"hands.{camera}."
    return f"observation.{seen_by}hand_{slot}"


def described(slots: int, camera: str | None = None) -> dict[str, dict[str, Any]]:
    """The features of all slots as `meta/info.json` lists them."""
    return {
        f"{prefix_of(slot, camera)}.{feature.name}": {
            "dtype": feature.kind,
            "shape": [len(feature.dimensions)],
            "names": list(feature.dimensions),
        }
        for slot in range(slots)
        for feature in FEATURES
    }


def standard_described() -> dict[str, dict[str, Any]]:
    """The features of every data set as `meta/info.json` lists them."""
    return {name: {"dtype": k, "shape": [1], "names": None} for name, k in STANDARD.items()}


def arrow_type(arrow: Any, feature: Mapping[str, Any]) -> Any:
    """The Arrow type of a feature's column. One number is a scalar, more are a list of that length.

    arrow: the module. feature: as `meta/info.json` lists it.
    """
    kind = {"float32": arrow.float32(), "int64": arrow.int64()}[feature["dtype"]]
    shape: Sequence[int] = feature["shape"]
    return kind if list(shape) == [1] else arrow.list_(kind, shape[0])


def standard_columns(length: int, episode: int, start: int, fps: int) -> dict[str, NDArray[Any]]:
    """The values of the features that every data set has, (length,) each.

    episode: its number. start: how many frames the episodes before have. There is one task.
    """
    order = np.arange(length, dtype=np.int64)
    return {
        "timestamp": (order / fps).astype(np.float32),
        "frame_index": order,
        "episode_index": np.full(length, episode, np.int64),
        "index": order + start,
        "task_index": np.zeros(length, np.int64),
    }
