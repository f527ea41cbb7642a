"""How far each joint of the fingers is bent and spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..spec import Landmark
from .camera import Array
from .palm_frame import Side

FINGERS = ("thumb", "index", "middle", "ring", "pinky")
JOINTS = (("cmc", "mcp", "ip"), *((("mcp", "pip", "dip"),) * 4))

# The landmarks of each finger from the palm to the tip, (5, 4).
CHAINS = np.arange(1, 21).reshape(5, 4)

# Abduction moves a finger away from the middle one; the middle finger itself, towards the thumb.
SPREADS_TO_THUMB = np.array([1.0, 1.0, 1.0, -1.0, -1.0])


@dataclass(frozen=True, eq=False)
class JointAngles:
    """Angles of the fingers' joints, radians; the same for a hand and for its mirror image.

    Convention: all angles are zero for a straight finger that points along the middle metacarpal.
    Flexion is positive towards the palm; in the palm's frame it is a rotation about y. Abduction is
    positive when it spreads the finger away from the middle one; for the middle finger itself,
    towards the thumb. The thumb's first angles are those of its metacarpal: abduction in the plane
    of the palm, flexion out of it.
    """

    flexion: Array  # (5, 3): thumb to pinky; MCP, PIP, DIP, for the thumb CMC, MCP, IP
    abduction: Array  # (5,): of the first joint of each finger

    def __post_init__(self) -> None:
        for name in ("flexion", "abduction"):
            view = getattr(self, name).view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    def to_dict(self) -> dict[str, float]:
        """The angles by name, `index_mcp_flexion` and so on; radians."""
        angles: dict[str, float] = {}
        for i, (finger, joints) in enumerate(zip(FINGERS, JOINTS, strict=True)):
            angles[f"{finger}_{joints[0]}_abduction"] = float(self.abduction[i])
            for joint, angle in zip(joints, self.flexion[i].tolist(), strict=True):
                angles[f"{finger}_{joint}_flexion"] = angle
        return angles


def angles_of_landmarks(landmarks: Array, side: Side) -> JointAngles:
    """The joint angles of a hand.

    landmarks: (21, 3), in the palm's frame, any unit. A bone without length counts as straight.
    side: which hand it looks like.
    """
    [angles] = angles_of_hands(landmarks[None], np.array([side == "right"]))
    return angles


def angles_of_hands(landmarks: Array, is_right: NDArray[np.bool_]) -> list[JointAngles]:
    """The joint angles of n hands.

    landmarks: (n, 21, 3), as for `angles_of_landmarks`. is_right: (n,), which hand it looks like.
    """
    bones = _bones(landmarks)
    to_thumb = np.where(is_right, 1.0, -1.0)[:, None]
    forward, left, up = (bones[:, :, 0, i] for i in range(3))
    # Fingers bend past a right angle, and the thumb spreads past one. The angle that goes that far
    # uses arctan2, so that the other one stays meaningful.
    bend = np.arctan2(-up, forward)
    spread = np.arcsin(np.clip(left, -1, 1))
    bend[:, 0] = np.arcsin(np.clip(-up[:, 0], -1, 1))
    spread[:, 0] = np.arctan2(left[:, 0], forward[:, 0])
    hinges = _hinges(bend, spread)
    hinges[:, 0] = _thumb_hinges(landmarks, bones[:, 0, 0])
    flexion = np.concatenate([bend[..., None], _hinge_angles(bones, hinges)], axis=2)
    return list(map(JointAngles, flexion, to_thumb * SPREADS_TO_THUMB * spread))


def _bones(landmarks: Array) -> Array:
    """Directions of each finger's bones, from the palm outwards, (n, 5, 3, 3).

    A bone without length continues the one before it; the first one points straight ahead.
    """
    bones = _directions(np.diff(landmarks[:, CHAINS], axis=2))
    has_length = np.abs(bones).max(axis=3, keepdims=True) > 0
    bones[:, :, 0] = np.where(has_length[:, :, 0], bones[:, :, 0], (1, 0, 0))
    for i in (1, 2):
        bones[:, :, i] = np.where(has_length[:, :, i], bones[:, :, i], bones[:, :, i - 1])
    return bones


def _hinges(bend: Array, spread: Array) -> Array:
    """The axes of the fingers' two outer joints, (n, 5, 3): the palm's y, turned with them."""
    sin, cos = np.sin(spread), np.cos(spread)
    return np.stack([-sin * np.cos(bend), cos, sin * np.sin(bend)], axis=-1)


def _thumb_hinges(landmarks: Array, bones: Array) -> Array:
    """The axes of thumbs, (n, 3): the thumb bends towards the base of the little finger."""
    inward = landmarks[:, Landmark.PINKY_MCP] - landmarks[:, Landmark.THUMB_MCP]
    return _directions(np.cross(bones, inward))


def _hinge_angles(bones: Array, hinges: Array) -> Array:
    """Flexion at the two outer joints, (n, 5, 2), radians: of the outer bone about the hinge."""
    inner, outer = bones[:, :, :2], bones[:, :, 1:]
    inward = _directions(np.cross(hinges[:, :, None], inner))
    angles = np.arctan2((outer * inward).sum(axis=3), (outer * inner).sum(axis=3))
    # A finger that is folded all the way must not jump from 180 to -180 degrees; none bends back
    # by 90 degrees, so the jump is there.
    return np.where(angles < -np.pi / 2, angles + 2 * np.pi, angles)


def _directions(vectors: Array) -> Array:
    """The vectors scaled to length 1; those without length stay as they are."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)
