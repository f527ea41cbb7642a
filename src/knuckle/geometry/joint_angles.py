"""How far each joint of the fingers is bent and spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..spec import Landmark
from .camera import Array
from .palm_frame import Side

FINGERS = ("thumb", "index", "middle", "ring", "pinky")
JOINTS = (("cmc", "mcp", "ip"), *((("mcp", "pip", "dip"),) * 4))

# From the wrist's end to the tip, (5, 4): the landmarks of each finger.
CHAINS = np.arange(1, 21).reshape(5, 4)

# Spreading is away from the middle finger, which itself counts as spread towards the thumb.
SPREADS_TO_THUMB = np.array([1.0, 1.0, 1.0, -1.0, -1.0])


@dataclass(frozen=True, eq=False)
class JointAngles:
    """Angles of the fingers' joints, radians; the same for a hand and for its mirror image.

    Convention: a straight finger that points as the middle metacarpal does has zeros. Flexion is
    positive towards the palm, in the palm's frame a turn about y. Abduction is positive when it
    spreads the finger away from the middle one; for the middle itself, towards the thumb. The
    thumb's are those of its metacarpal: abduction in the plane of the palm, flexion out of it.
    """

    flexion: Array  # (5, 3): thumb to pinky; MCP, PIP, DIP, and CMC, MCP, IP of the thumb
    abduction: Array  # (5,): of the first of these joints

    def __post_init__(self) -> None:
        for name in ("flexion", "abduction"):
            view = getattr(self, name).view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    def to_dict(self) -> dict[str, float]:
        """By name, `index_mcp_flexion` and so on; radians."""
        angles: dict[str, float] = {}
        for i, (finger, joints) in enumerate(zip(FINGERS, JOINTS, strict=True)):
            angles[f"{finger}_{joints[0]}_abduction"] = float(self.abduction[i])
            for joint, angle in zip(joints, self.flexion[i].tolist(), strict=True):
                angles[f"{finger}_{joint}_flexion"] = angle
        return angles


def angles_of_landmarks(landmarks: Array, side: Side) -> JointAngles:
    """The angles of a hand.

    landmarks: (21, 3), in the palm's frame, any unit. A bone without length counts as straight.
    """
    bones = _bones(landmarks)
    to_thumb = 1.0 if side == "right" else -1.0
    forward, left, up = bones[:, 0].T
    # The fingers bend past a right angle, the thumb spreads past one: neither may be where the
    # other angle loses its meaning.
    bend = np.arctan2(-up, forward)
    spread = np.arcsin(np.clip(left, -1, 1))
    bend[0] = np.arcsin(np.clip(-up[0], -1, 1))
    spread[0] = np.arctan2(left[0], forward[0])
    hinges = _hinges(bend, spread)
    hinges[0] = _thumb_hinge(landmarks, bones[0, 0])
    flexion = np.column_stack([bend, _hinge_angles(bones, hinges)])
    return JointAngles(flexion, to_thumb * SPREADS_TO_THUMB * spread)


def _bones(landmarks: Array) -> Array:
    """Directions of the bones by finger, from the palm on, (5, 3, 3).

    One without length goes on as the one before it, the first one straight ahead.
    """
    bones = _directions(np.diff(landmarks[CHAINS], axis=1))
    has_length = np.abs(bones).max(axis=2, keepdims=True) > 0
    bones[:, 0] = np.where(has_length[:, 0], bones[:, 0], (1, 0, 0))
    for i in (1, 2):
        bones[:, i] = np.where(has_length[:, i], bones[:, i], bones[:, i - 1])
    return bones


def _hinges(bend: Array, spread: Array) -> Array:
    """The axes about which the fingers' other joints bend, (5, 3): the palm's y, carried along."""
    sin, cos = np.sin(spread), np.cos(spread)
    return np.column_stack([-sin * np.cos(bend), cos, sin * np.sin(bend)])


def _thumb_hinge(landmarks: Array, bone: Array) -> Array:
    """The axis of the thumb, (3,): it bends towards the root of the little finger."""
    inward = landmarks[Landmark.PINKY_MCP] - landmarks[Landmark.THUMB_MCP]
    return _directions(np.cross(bone, inward))


def _hinge_angles(bones: Array, hinges: Array) -> Array:
    """Bends at the two outer joints, (5, 2), radians: of the outer bone about the hinge."""
    inner, outer = bones[:, :2], bones[:, 1:]
    inward = _directions(np.cross(hinges[:, None], inner))
    return np.arctan2((outer * inward).sum(axis=2), (outer * inner).sum(axis=2))


def _directions(vectors: Array) -> Array:
    """Vectors of length 1; those without length as they are."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)
