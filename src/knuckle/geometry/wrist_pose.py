"""The pose of a wrist: the palm's frame, the hand in it, and its place in front of a camera."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..spec import Landmark
from .camera import Array, Camera, Lenses
from .palm_frame import Side, palm_frames
from .placement import place_hands

# The assumed distance of an unknown camera, in diagonals of the hand's box: an arm's length. Any
# value from 2 to 5 gives joint angles on hgc_realworld that are equally accurate.
ONLOOKER = 3.0

FLIPPED_X = np.array([-1.0, 1.0, 1.0])
FLIPPED_Y = np.array([1.0, -1.0, 1.0])


@dataclass(frozen=True, eq=False)
class WristPose:
    """The palm's frame: origin in the wrist, x to the middle MCP, y to the left, z out of the back.

    "Left" is the left of a hand that lies on its palm, fingers forward: y points to the thumb on a
    right hand and to the little finger on a left one. The frame is right-handed for both. The
    camera's frame has x to the right, y down and z away from the camera, as in OpenCV.
    """

    rotation: Array  # (3, 3): the palm's axes as columns, in the camera's frame
    landmarks: Array  # (21, 3) metres, in the palm's frame, with the wrist at 0
    translation: Array | None  # (3,) metres: the wrist in the camera's frame; None without a camera
    reprojection_error: float | None  # pixels, root mean square; None without a camera

    def __post_init__(self) -> None:
        for name in ("rotation", "landmarks", "translation"):
            if getattr(self, name) is not None:
                view = getattr(self, name).view()
                view.flags.writeable = False
                object.__setattr__(self, name, view)

    @property
    def quaternion(self) -> Array:
        """The rotation as a unit quaternion (x, y, z, w), the order of ROS and scipy; w >= 0."""
        return _quaternion(self.rotation)

    @property
    def matrix(self) -> Array | None:
        """camera_from_palm, the homogeneous transform, (4, 4), metres; None without a camera."""
        if self.translation is None:
            return None
        matrix = np.eye(4)
        matrix[:3, :3], matrix[:3, 3] = self.rotation, self.translation
        return matrix

    @property
    def camera_landmarks(self) -> Array | None:
        """The landmarks in the camera's frame, (21, 3) metres; None without a camera."""
        if self.translation is None:
            return None
        return self.landmarks @ self.rotation.T + self.translation

    def mirrored(self) -> WristPose:
        """The pose of the mirror image: the person's own hand, if the picture is mirrored.

        The camera's x changes its sign.
        """
        return replace(
            self,
            rotation=FLIPPED_X[:, None] * self.rotation * FLIPPED_Y,
            landmarks=self.landmarks * FLIPPED_Y,
            translation=None if self.translation is None else self.translation * FLIPPED_X,
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain lists and numbers, ready for JSON."""
        return {
            "rotation": self.rotation.tolist(),
            "quaternion": self.quaternion.tolist(),
            "translation": None if self.translation is None else self.translation.tolist(),
            "reprojection_error": self.reprojection_error,
            "landmarks": self.landmarks.tolist(),
        }


def pose_of_points(
    points: NDArray[np.floating],
    world_landmarks: NDArray[np.floating],
    *,
    side: Side,
    camera: Camera | None = None,
    hand_size: float | None = None,
) -> WristPose | None:
    """The pose of a hand; None if its palm is a line, or a coordinate is not finite.

    Without a camera, the rotation is the one for a camera that looks straight at the hand, and
    there is no translation. If a hand cannot be placed on its rays, rotation and geometry come from
    the world landmarks alone, again without a translation.
    points: (21, 3), pixels; z also in pixels, away from the camera, relative to any joint.
    world_landmarks: (21, 3), metres, axes as the picture's.
    side: which hand it looks like.
    hand_size: metres from the wrist to the tip of the straight middle finger.
    """
    [pose] = poses_of_points(
        points[None],
        world_landmarks[None],
        is_right=np.array([side == "right"]),
        camera=camera,
        hand_size=hand_size,
    )
    return pose


def poses_of_points(
    points: NDArray[np.floating],
    world_landmarks: NDArray[np.floating],
    *,
    is_right: NDArray[np.bool_],
    camera: Camera | None = None,
    hand_size: float | None = None,
) -> list[WristPose | None]:
    """The poses of n hands, each as `pose_of_points` gives it.

    points, world_landmarks: (n, 21, 3). is_right: (n,), which hand it looks like.
    """
    pixels, world = points.astype(np.float64), world_landmarks.astype(np.float64)
    is_sound = np.isfinite(pixels).all(axis=(1, 2)) & np.isfinite(world).all(axis=(1, 2))
    if not is_sound.all():
        pixels, world, is_right = pixels[is_sound], world[is_sound], is_right[is_sound]
    lenses = onlookers(pixels) if camera is None else Lenses.like(camera, len(pixels))
    placed = place_hands(pixels, world, lenses, is_right=is_right, hand_size=hand_size)
    is_placed = np.isfinite(placed.errors)
    landmarks = np.where(is_placed[:, None, None], placed.landmarks, world)
    axes = palm_frames(landmarks, is_right)
    wrists = landmarks[:, Landmark.WRIST]
    geometry = (landmarks - wrists[:, None]) @ axes
    poses: list[WristPose | None] = [None] * len(points)
    for i, row in enumerate(np.flatnonzero(is_sound)):
        if not np.isnan(axes[i, 0, 0]):
            has_place = camera is not None and is_placed[i]
            place = (wrists[i], float(placed.errors[i])) if has_place else (None, None)
            poses[row] = WristPose(axes[i], geometry[i], *place)
    return poses


def onlookers(points: Array) -> Lenses:
    """A camera for each of n hands that looks straight at it.

    Its focal length is NaN if all points of the hand are the same.
    points: (n, 21, 3), pixels.
    """
    low, high = points[..., :2].min(axis=1), points[..., :2].max(axis=1)
    width, height = (high - low).T
    focal = ONLOOKER * np.hypot(width, height)
    focal = np.where(focal > 0, focal, np.nan)
    return Lenses(np.stack([focal, focal], axis=-1)[:, None], ((low + high) / 2)[:, None])


def _quaternion(rotation: Array) -> Array:
    """The quaternion (x, y, z, w), w >= 0: the eigenvector of the largest eigenvalue.

    Source: Bar-Itzhack 2000, which never divides by a number close to 0.
    """
    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = rotation.tolist()
    form = np.array(
        [
            [xx - yy - zz, yx + xy, zx + xz, zy - yz],
            [yx + xy, yy - xx - zz, zy + yz, xz - zx],
            [zx + xz, zy + yz, zz - xx - yy, yx - xy],
            [zy - yz, xz - zx, yx - xy, xx + yy + zz],
        ]
    )
    vector = np.linalg.eigh(form)[1][:, -1]
    return vector if vector[3] >= 0 else -vector
