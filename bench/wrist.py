"""The accuracy of hand poses and joint angles, on pictures with camera intrinsics and 3D truth.

    python bench/wrist.py FOLDER

FOLDER holds annotations.json in the common format, with keypoints_3d in the camera's frame and with
each image's `camera`: {"fx", "fy", "cx", "cy"}. It prints two Markdown tables. The first has
positions, with an average and with the true hand size, of our method and of those that we tried and
rejected. The second has joint angles. Then comes the CPU time of a pose.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np

import knuckle
from knuckle import Camera, Hand
from knuckle.evaluate.metrics.distances import landmark_box
from knuckle.geometry.average_hand import BONES, HAND_SIZE, PALM
from knuckle.geometry.boxes import box_iou
from knuckle.geometry.camera import Array
from knuckle.geometry.hand_pose import wrist_pose
from knuckle.geometry.joint_angles import CHAINS, angles_of_landmarks
from knuckle.geometry.palm_frame import Side, palm_axes
from knuckle.geometry.placement import (
    place_hand,
    refined,
    reprojection_error,
    translation,
    turn_to,
)
from knuckle.io.pictures import read_picture
from knuckle.spec import Landmark

FOUND = 0.3  # least IoU of the boxes
MM = 1000.0
PNP_STEPS = 15


class Case(NamedTuple):
    """A found hand, and its ground truth."""

    hand: Hand
    camera: Camera
    truth: Array  # (21, 3) metres, in the camera's frame
    side: Side  # as annotated
    width: int  # of the picture, pixels


class Figures(NamedTuple):
    """Errors of one method, an entry per hand."""

    joints: Array  # mean over the joints, mm
    depth: Array  # the same, along the joint's ray
    lateral: Array  # the same, across the ray
    wrist: Array  # mm
    turns: Array  # (n, 3, 3) rotation of the estimated palm's frame in the true one
    pixels: Array  # root mean square of the reprojection


Place = Callable[[Case, float], Array]  # from a case and the hand's size to (21, 3) metres


def world_moved(case: Case, size: float) -> Array:
    """World landmarks in the picture's axes, moved to fit their pixels."""
    return moved(case, scaled(case, size))


def world_turned(case: Case, size: float) -> Array:
    """World landmarks rotated to the ray along which the crop looked, then moved."""
    turn = turn_to(case.camera.rays(pixels(case)).mean(axis=0))
    return moved(case, scaled(case, size) @ turn.T)


def world_pnp(case: Case, size: float) -> Array:
    """All six degrees of freedom fitted to the pixels by least squares, from `world_turned`."""
    start = world_turned(case, size)
    place, hand = start.mean(axis=0), start - start.mean(axis=0)
    for _ in range(PNP_STEPS):
        x, y, z = (hand + place).T
        errors = (case.camera.project(hand + place) - pixels(case)).ravel()
        to_pixels = np.zeros((21, 2, 3))
        to_pixels[:, 0, 0], to_pixels[:, 1, 1] = case.camera.fx / z, case.camera.fy / z
        to_pixels[:, :, 2] = -case.camera.focal * np.column_stack([x, y]) / z[:, None] ** 2
        slopes = np.concatenate([-to_pixels @ crosses(hand), to_pixels], axis=2).reshape(42, 6)
        step = -np.linalg.solve(slopes.T @ slopes, slopes.T @ errors)
        hand, place = hand @ turn_about(step[:3]).T, place + step[3:]
    return hand + place


def ours(case: Case, size: float) -> Array:
    """The library's method."""
    placed = place_hand(
        deep_pixels(case), world(case), case.camera, side=case.hand.side, hand_size=size or None
    )
    assert placed is not None, "a hand cannot be placed"
    return placed.landmarks


WAYS: dict[str, Place] = {
    "world landmarks, moved": world_moved,
    "the same, turned to the ray": world_turned,
    "the same, full PnP": world_pnp,
    "**bones on rays (knuckle)**": ours,
}


def pixels(case: Case) -> Array:
    """Points of the hand, (21, 2) pixels."""
    return case.hand.points.astype(np.float64)


def deep_pixels(case: Case) -> Array:
    """The same with their depths, (21, 3) pixels."""
    return np.column_stack([pixels(case), case.width * case.hand.landmarks[:, 2]])


def world(case: Case) -> Array:
    """World landmarks of the hand, (21, 3) metres."""
    return case.hand.world_landmarks.astype(np.float64)


def scaled(case: Case, size: float) -> Array:
    """World landmarks scaled to the bones of a hand of this size; 0 leaves them unscaled."""
    scale = size / size_of(world(case)) if size else 1.0
    return scale * (world(case) - world(case).mean(axis=0))


def moved(case: Case, hand: Array) -> Array:
    """Move a hand to fit its pixels by least squares."""
    place = translation(hand, case.camera.rays(pixels(case)), case.camera)
    assert np.isfinite(place).all(), "a hand of one point"
    for _ in range(PNP_STEPS):
        place = refined(hand, place, pixels(case), case.camera)
    return hand + place


def crosses(vectors: Array) -> Array:
    """Cross-product matrices of vectors, (n, 3, 3)."""
    x, y, z = vectors.T
    none = np.zeros_like(x)
    return np.stack([none, -z, y, z, none, -x, -y, x, none], axis=1).reshape(-1, 3, 3)


def turn_about(axis: Array) -> Array:
    """The rotation about an axis by the axis's length in radians."""
    angle = float(np.linalg.norm(axis))
    [cross] = crosses(axis[None] / max(angle, 1e-12))
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def bone_length(landmarks: Array) -> float:
    """The length of all bones without wrist and thumb CMC, which hgc_realworld puts elsewhere."""
    steps = np.linalg.norm(np.diff(landmarks[CHAINS], axis=1), axis=2)
    knuckles = landmarks[[Landmark.INDEX_MCP, Landmark.MIDDLE_MCP, Landmark.RING_MCP, 17]]
    return float(
        steps.sum() - steps[0, 0] + np.linalg.norm(np.diff(knuckles, axis=0), axis=1).sum()
    )


AVERAGE_LENGTH = float(
    BONES.sum() - BONES[0, 0] + np.linalg.norm(np.diff(PALM[2:], axis=0), axis=1).sum()
)


def size_of(landmarks: Array) -> float:
    """The size of a hand with these bones, from the wrist to the middle finger's tip; metres."""
    return HAND_SIZE * bone_length(landmarks) / AVERAGE_LENGTH


def measure(cases: Sequence[Case], place: Place, size: float) -> Figures:
    """The errors of one method."""
    rows = []
    for case in cases:
        landmarks = place(case, size)
        off = landmarks - case.truth
        rays = case.truth / np.linalg.norm(case.truth, axis=1, keepdims=True)
        along = (off * rays).sum(axis=1)
        across = np.linalg.norm(off - along[:, None] * rays, axis=1)
        truth, answer = (axes_of(points, case.side) for points in (case.truth, landmarks))
        rows.append(
            (
                MM * np.linalg.norm(off, axis=1).mean(),
                MM * np.abs(along).mean(),
                MM * across.mean(),
                MM * np.linalg.norm(off[0]),
                truth.T @ answer,
                reprojection_error(landmarks, pixels(case), case.camera),
            )
        )
    return Figures(*(np.array(column) for column in zip(*rows, strict=True)))


def axes_of(landmarks: Array, side: Side) -> Array:
    """The palm's frame, which every real hand has."""
    axes = palm_axes(landmarks, side)
    assert axes is not None, "a palm that is a line"
    return axes


def degrees_of(turns: Array) -> Array:
    """The angles of rotations in degrees, (n,)."""
    cosines = (np.trace(turns, axis1=1, axis2=2) - 1) / 2
    return np.degrees(np.arccos(np.clip(cosines, -1, 1)))


def without_constant(turns: Array) -> Array:
    """Remove the constant rotation that rotations share, by least squares."""
    left, _, right = np.linalg.svd(turns.sum(axis=0))
    left[:, 2] *= np.sign(np.linalg.det(left @ right))
    return (left @ right).T @ turns


def row_of(title: str, figures: Figures) -> str:
    """A line of the table of positions."""
    joints, turns = figures.joints, degrees_of(figures.turns)
    rest = degrees_of(without_constant(figures.turns))
    cells = [
        title,
        f"{joints.mean():.1f}",
        f"{np.median(joints):.1f}",
        f"{np.percentile(joints, 95):.1f}",
        f"{figures.depth.mean():.1f}",
        f"{figures.lateral.mean():.1f}",
        f"{figures.wrist.mean():.1f}",
        f"{turns.mean():.1f} ({np.median(turns):.1f})",
        f"{rest.mean():.1f} ({np.median(rest):.1f})",
        f"{figures.pixels.mean():.1f}",
    ]
    return f"| {' | '.join(cells)} |"


HEAD = """
| hands' places | joints, mean mm | median | p95 | depth | lateral | wrist | \
palm, degrees (median) | without constant | reprojection px |
|---|---|---|---|---|---|---|---|---|---|"""


def posed(case: Case, camera: Camera | None) -> Array:
    """The landmarks of the hand's pose in the picture's axes, (21, 3)."""
    pose = wrist_pose(case.hand, camera=camera)
    assert pose is not None, "a palm that is a line"
    return pose.landmarks @ pose.rotation.T


def angle_row(title: str, cases: Sequence[Case], hand: Callable[[Case], Array]) -> str:
    """A line of the table of angles: mean absolute errors in degrees, without the thumb."""
    flexion, abduction, turns = [], [], []
    for case in cases:
        landmarks = (hand(case), case.truth)
        answer, truth = (axes_of(points, case.side) for points in landmarks)
        ours, theirs = (
            angles_of_landmarks(points @ axes, case.side)
            for points, axes in zip(landmarks, (answer, truth), strict=True)
        )
        flexion.append(np.abs(ours.flexion - theirs.flexion)[1:])
        abduction.append(np.abs(ours.abduction - theirs.abduction)[1:])
        turns.append(truth.T @ answer)
    values = [*np.degrees(np.mean(flexion, axis=(0, 1))), np.degrees(np.mean(abduction))]
    palm = degrees_of(np.array(turns))
    cells = [title, *(f"{value:.1f}" for value in values), f"{palm.mean():.1f}"]
    return f"| {' | '.join(cells)} |"


ANGLE_HEAD = """
| mean error, degrees | MCP flexion | PIP | DIP | abduction | palm's rotation |
|---|---|---|---|---|---|"""


def cost(cases: Sequence[Case], use: Callable[[Case], object]) -> float:
    """The CPU time per hand in microseconds, the least of five runs."""
    times = []
    for _ in range(5):
        start = time.process_time()
        for case in cases:
            use(case)
        times.append((time.process_time() - start) / len(cases))
    return min(times) * 1e6


def read_cases(folder: Path) -> list[Case]:
    """Read the hands of a set that are found, and print which are left out."""
    cases = []
    for picture in json.loads((folder / "annotations.json").read_text())["images"]:
        image = read_picture(folder / picture["image"])
        found = knuckle.detect(image, max_hands=4)
        for annotation in picture["hands"]:
            if not annotation.get("keypoints_3d") or "camera" not in picture:
                print(f"left out, no 3D truth or camera: {picture['image']}")
                continue
            true_box = landmark_box(np.array(annotation["keypoints_2d"])).astype(np.float32)
            boxes = np.array([hand.box for hand in found], np.float32).reshape(-1, 4)
            shares = box_iou(true_box, boxes).tolist()
            if max(shares, default=0.0) < FOUND:
                print(f"left out, hand not found: {picture['image']}")
                continue
            hand = found[int(np.argmax(shares))]
            truth = np.array(annotation["keypoints_3d"]) / MM
            camera, side = Camera(**picture["camera"]), annotation["handedness"]
            cases.append(Case(hand, camera, truth, side, image.shape[1]))
    return cases


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(folder: Path) -> None:
    """Print the errors of positions and angles on a set of hands."""
    cases = read_cases(folder)
    true_size = float(np.median([size_of(case.truth) for case in cases]))
    wrong = sum(case.hand.side != case.side for case in cases)
    distance = np.mean([case.truth[:, 2].mean() for case in cases])
    print(f"{len(cases)} hands, {distance * MM:.0f} mm away; {wrong} with the wrong handedness.")
    print(f"Their true size is {true_size:.3f} m, that of an average hand {HAND_SIZE:.3f} m.")
    print(HEAD)
    for note, size in (("", 0.0), (", true size", true_size)):
        for name, place in WAYS.items():
            print(row_of(name + note, measure(cases, place, size)))
    print(ANGLE_HEAD)
    print(angle_row("world landmarks alone", cases, world))
    print(angle_row("**no camera known**", cases, lambda case: posed(case, None)))
    print(angle_row("**camera known**", cases, lambda case: posed(case, case.camera)))
    posing = cost(cases, lambda case: posed(case, case.camera))
    poses = {id(case): posed(case, case.camera) for case in cases}
    bending = cost(cases, lambda case: angles_of_landmarks(poses[id(case)], case.side))
    print(f"\nCPU time per hand: pose {posing:.0f} us, joint angles {bending:.0f} us more")


if __name__ == "__main__":
    main()
