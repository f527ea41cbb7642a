"""Where a hand is in front of a camera: picture and world landmarks -> metres in its frame.

Neither is enough alone. World landmarks are a shape without a position; their size wavers from
picture to picture, and a palm seen from the fingertips collapses in them. The picture has no
metres. So we combine them:

1. Send each landmark out along its ray, to its depth within the hand. The network gives this depth
   twice, with the points in the picture and with the world landmarks. The mean is better than
   either.
2. Lay the bones of a hand of known size into these points.
3. Move that hand so that it appears where the picture shows it.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from .average_hand import BONES, HAND_SIZE, PALM, PALM_JOINTS
from .camera import Array, Camera, Lens, Lenses
from .joint_angles import CHAINS
from .kabsch import kabsch
from .palm_frame import FLAT, Side

ROUNDS = 3  # after two the landmarks move by less than a millimetre
STEPS = 2  # of Gauss-Newton, which starts close to the solution
NEAREST = 0.01  # metres; no hand is closer to a camera

PALM_INDICES = np.array(PALM_JOINTS)
PALMS: dict[Side, Array] = {"right": PALM, "left": PALM * (1, -1, 1)}


class Placement(NamedTuple):
    """A hand in the camera's frame."""

    landmarks: Array  # (21, 3) metres
    error: float  # reprojection error, root mean square over the landmarks, pixels


class Placements(NamedTuple):
    """Hands in their cameras' frames; NaN for those that cannot be placed."""

    landmarks: Array  # (n, 21, 3) metres
    errors: Array  # (n,) reprojection errors, root mean square over the landmarks, pixels


class _Seen(NamedTuple):
    """Hands as their cameras see them, those that can be placed so far."""

    numbers: NDArray[np.intp]  # (n,) of each among all
    pixels: Array  # (n, 21, 2)
    slopes: Array  # (n, 21) depths relative to the middle of the hand, per metre of distance
    rays: Array  # (n, 21, 2)
    palms: Array  # (n, 6, 3) of the average hand
    lenses: Lenses
    hand: Array  # (n, 21, 3) metres, around its own middle
    depths: Array  # (n, 21) metres, relative to the middle of the hand

    def only(self, which: NDArray[np.bool_]) -> Self:
        """Some of them. which: (n,)."""
        if which.all():
            return self
        arrays = {name: value[which] for name, value in self._asdict().items() if name != "lenses"}
        return self._replace(**arrays, lenses=self.lenses.only(which))


def place_hand(
    points: Array,
    world_landmarks: Array,
    camera: Camera,
    *,
    side: Side,
    hand_size: float | None = None,
) -> Placement | None:
    """The hand in the camera's frame; None if it cannot be placed.

    points: (21, 3), pixels; z also in pixels, away from the camera, relative to any joint.
    world_landmarks: (21, 3), metres, axes as the picture's.
    side: which hand it looks like.
    hand_size: metres from the wrist to the tip of the straight middle finger; None: the average.
    """
    [landmarks], [error] = place_hands(
        points[None],
        world_landmarks[None],
        Lenses.like(camera, 1),
        is_right=np.array([side == "right"]),
        hand_size=hand_size,
    )
    return None if np.isnan(error) else Placement(landmarks, float(error))


def place_hands(
    points: Array,
    world_landmarks: Array,
    lenses: Lenses,
    *,
    is_right: NDArray[np.bool_],
    hand_size: float | None = None,
) -> Placements:
    """Hands in their cameras' frames, each as if it were the only one.

    points: (n, 21, 3), pixels, as for `place_hand`. world_landmarks: (n, 21, 3), metres.
    lenses: of n cameras. is_right: (n,), which hand it looks like.
    """
    scale = 1.0 if hand_size is None else hand_size / HAND_SIZE
    landmarks, errors = np.full(points.shape, np.nan), np.full(len(points), np.nan)
    seen = _seen(points, world_landmarks, lenses, is_right, scale)
    for _ in range(ROUNDS):
        place = translation(seen.hand, seen.rays, seen.lenses)
        depths = place[:, 2:] + (seen.depths + place[:, 2:] * seen.slopes) / 2
        is_ahead = _each(depths > NEAREST)  # refuses NaN, too
        seen, depths = seen.only(is_ahead), depths[is_ahead]
        laid = lay_bones(on_rays(seen.rays, depths), seen.palms, scale)
        seen = seen._replace(hand=laid).only(_each(np.isfinite(laid)))
    place = translation(seen.hand, seen.rays, seen.lenses)
    is_placed = _each(np.isfinite(place))
    seen, place = seen.only(is_placed), place[is_placed]
    placed = seen.hand + refined(seen.hand, place, seen.pixels, seen.lenses)[:, None]
    is_ahead = _each(placed[..., 2] > NEAREST)
    seen, placed = seen.only(is_ahead), placed[is_ahead]
    landmarks[seen.numbers] = placed
    errors[seen.numbers] = reprojection_error(placed, seen.pixels, seen.lenses)
    return Placements(landmarks, errors)


def _each(values: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether all values of a hand are true, (n,). values: (n, ...)."""
    return np.asarray(values.all(axis=tuple(range(1, values.ndim))))


def _seen(
    points: Array, world: Array, lenses: Lenses, is_right: NDArray[np.bool_], scale: float
) -> _Seen:
    """The hands before they are placed: turned from the middle of their crops to their rays."""
    pixels, depths = points[..., :2], points[..., 2]
    rays = lenses.rays(pixels)
    # The network saw the hand in the middle of a crop, as if the camera looked straight at it.
    # Turn it to the ray on which it really lies.
    turns = turn_to(rays.mean(axis=1))
    hands = scale * (world - world.mean(axis=1, keepdims=True)) @ np.swapaxes(turns, 1, 2)
    return _Seen(
        numbers=np.arange(len(points)),
        pixels=pixels,
        slopes=(depths - depths.mean(axis=1, keepdims=True)) / lenses.focal[..., 0],
        rays=rays,
        palms=np.where(is_right[:, None, None], PALMS["right"], PALMS["left"]),
        lenses=lenses,
        hand=hands,
        depths=hands[..., 2],
    )


# Below, "..." stands for nothing, or for n if the function does n hands at once.


def turn_to(ray: Array) -> Array:
    """The shortest rotation from the camera's axis to a ray, (..., 3, 3).

    ray: (..., 2), where it meets the plane one metre ahead.
    """
    length = np.hypot(1.0, np.hypot(ray[..., 0], ray[..., 1]))
    x, y, z = ray[..., 0] / length, ray[..., 1] / length, 1 / length
    rows = [
        [1 - x * x / (1 + z), -x * y / (1 + z), x],
        [-x * y / (1 + z), 1 - y * y / (1 + z), y],
        [-x, -y, z],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def on_rays(rays: Array, depths: Array) -> Array:
    """Points on rays, (..., 21, 3), metres.

    rays: (..., 21, 2), where they meet the plane one metre ahead. depths: (..., 21), along z,
        metres.
    """
    ones = np.ones((*depths.shape, 1))
    return np.concatenate([rays, ones], axis=-1) * depths[..., None]


def translation(hand: Array, rays: Array, camera: Lens) -> Array:
    """The translation that puts a hand on its rays, (..., 3), in the least-squares sense; or NaN.

    Each landmark wants tx - rx tz = rx z - x, and the same for y. These equations are linear, and
    the best tx and ty are means, so there is a closed form. NaN if all rays are the same.
    hand: (..., 21, 3), metres. rays: (..., 21, 2), where they meet the plane one metre ahead.
    """
    wanted = rays * hand[..., 2:] - hand[..., :2]
    weights = camera.focal**2
    middle = rays.mean(axis=-2)
    from_mean = rays - middle[..., None, :]
    spread = _sum(weights * from_mean**2)
    is_spread = spread > FLAT**2 * weights.sum(axis=-1).reshape(spread.shape)
    z = -_sum(weights * from_mean * wanted) / np.where(is_spread, spread, np.nan)
    xy = wanted.mean(axis=-2) + middle * z[..., None]
    return np.concatenate([xy, z[..., None]], axis=-1)


def _sum(values: Array) -> Array:
    """The sum for each hand, (...,). values: (..., n, 2)."""
    rows, columns = values.shape[-2:]
    return np.asarray(values.reshape(*values.shape[:-2], rows * columns).sum(axis=-1))


def lay_bones(points: Array, palm: Array, scale: float) -> Array:
    """The average hand's bones in the pose of the points, (..., 21, 3), with the mean at 0.

    The palm is rotated as a whole, in the least-squares sense; the fingers follow bone by bone.
    NaN if the palm's points are a line.
    points: (..., 21, 3). palm: (..., 6, 3), of PALMS.
    scale: in sizes of the average hand.
    """
    targets = points[..., PALM_INDICES, :]
    rotation = turn_between(
        palm - palm.mean(axis=-2, keepdims=True), targets - targets.mean(axis=-2, keepdims=True)
    )
    hand = np.empty(points.shape)
    hand[..., PALM_INDICES, :] = scale * palm @ np.swapaxes(rotation, -1, -2)
    steps = points[..., CHAINS[:, 1:], :] - points[..., CHAINS[:, :-1], :]
    lengths = np.linalg.norm(steps, axis=-1, keepdims=True)
    bones = steps / np.where(lengths > 0, lengths, 1) * (scale * BONES[:, :, None])
    hand[..., CHAINS[:, 1:], :] = hand[..., CHAINS[:, :1], :] + np.cumsum(bones, axis=-2)
    return hand - hand.mean(axis=-2, keepdims=True)


def turn_between(points: Array, targets: Array) -> Array:
    """The rotation that brings points closest to their targets, (..., 3, 3); NaN for a line.

    points, targets: (..., n, 3), with their means at the origin.
    """
    rotation, strengths = kabsch(points, targets)
    is_plane = strengths[..., 1] > FLAT * strengths[..., 0]
    return np.where(is_plane[..., None, None], rotation, np.nan)


def refined(hand: Array, place: Array, points: Array, camera: Lens) -> Array:
    """The translation with the least squared error in pixels, (..., 3), metres.

    It takes Gauss-Newton steps from `place`, as long as the hand is ahead of the camera.
    """
    for _ in range(STEPS):
        placed = hand + place[..., None, :]
        is_ahead = np.all(placed[..., 2] > NEAREST, axis=-1, keepdims=True)
        placed[..., 2] = np.where(is_ahead, placed[..., 2], 1.0)
        x, y, z = (placed[..., i] for i in range(3))
        errors = np.swapaxes(camera.project(placed) - points, -1, -2)
        none = np.zeros_like(z)
        along_x = np.stack([1 / z, none, -x / z**2], axis=-1)
        along_y = np.stack([none, 1 / z, -y / z**2], axis=-1)
        focal = camera.focal[..., None]
        slopes = np.concatenate([focal[..., 0, :] * along_x, focal[..., 1, :] * along_y], axis=-2)
        across = np.swapaxes(slopes, -1, -2)
        right = across @ errors.reshape(*slopes.shape[:-1], 1)
        step = np.linalg.solve(across @ slopes, right)[..., 0]
        place = np.where(is_ahead, place - step, place)
    return place


def reprojection_error(landmarks: Array, points: Array, camera: Lens) -> Array:
    """How far from the points the landmarks appear, (...,), root mean square, pixels.

    landmarks: (..., n, 3), metres, in the camera's frame. points: (..., n, 2), pixels.
    """
    squares = ((camera.project(landmarks) - points) ** 2).sum(axis=-1)
    return np.asarray(np.sqrt(squares.mean(axis=-1)))
