"""Hands before a camera: found again where they were put."""

from __future__ import annotations

import numpy as np
import pytest

from knuckle.geometry.average_hand import HAND_SIZE
from knuckle.geometry.camera import Camera
from knuckle.geometry.palm_frame import Side
from knuckle.geometry.placement import (
    PALMS,
    lay_bones,
    place_hand,
    refined,
    translation,
    turn_between,
    turn_to,
)
from tests.geometry.hands import (
    CAMERA,
    FLAT,
    SIDES,
    known,
    posed,
    random_seen,
    random_turn,
    seen,
    turn_about,
)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("seed", range(30))
def test_a_hand_is_where_it_was_put(seed: int, side: Side) -> None:
    """To a micrometre, and no pixel off."""
    truth = random_seen(seed, side)
    placed = known(place_hand(truth.points, truth.world_landmarks, CAMERA, side=side))

    np.testing.assert_allclose(truth.landmarks, placed.landmarks, atol=1e-6)
    assert placed.error < 1e-6


@pytest.mark.parametrize("scale", [0.5, 0.9, 1.3])
def test_a_hand_of_known_size_is_where_it_was_put(scale: float) -> None:
    """A child's, too."""
    truth = random_seen(3, "left", scale=scale)
    placed = known(
        place_hand(
            truth.points,
            truth.world_landmarks,
            CAMERA,
            side="left",
            hand_size=scale * HAND_SIZE,
        )
    )

    np.testing.assert_allclose(truth.landmarks, placed.landmarks, atol=1e-6)


def test_distance_is_in_proportion_to_the_size() -> None:
    """Nothing else changes with it: one hand cannot be told from a larger one farther away."""
    truth = random_seen(5, "right")
    one, two = (
        known(place_hand(truth.points, truth.world_landmarks, CAMERA, side="right", hand_size=size))
        for size in (0.15, 0.3)
    )

    np.testing.assert_allclose(2 * one.landmarks, two.landmarks, atol=1e-9)
    assert pytest.approx(one.error, abs=1e-9) == two.error


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("seed", range(10))
def test_errors_of_the_network_become_small_errors(seed: int, side: Side) -> None:
    """Points off by a pixel and landmarks by 3 mm: less than 6% of the distance, for each hand."""
    rng = np.random.default_rng(seed)
    truth = random_seen(seed, side)
    points = truth.points + rng.normal(0, 1, (21, 3))
    world = truth.world_landmarks + rng.normal(0, 0.003, (21, 3))
    placed = known(place_hand(points, world, CAMERA, side=side))

    off = np.linalg.norm(placed.landmarks - truth.landmarks, axis=1).mean()
    assert off < 0.06 * truth.landmarks[:, 2].mean()


def test_a_palm_that_collapsed_is_opened_by_the_picture() -> None:
    """What the network does to a palm seen from its fingertips: its breadth to a quarter."""
    tips_first = turn_about(np.array([0, 1.0, 0]), 1.2) @ turn_about(np.array([1.0, 0, 0]), 0.2)
    truth = seen(posed(*FLAT, "left"), tips_first, np.array([0.02, 0.01, 0.4]))
    across = truth.rotation[:, 1]
    collapsed = truth.world_landmarks @ (np.eye(3) - 0.75 * np.outer(across, across))
    placed = known(place_hand(truth.points, collapsed, CAMERA, side="left"))

    assert np.linalg.norm(placed.landmarks - truth.landmarks, axis=1).mean() < 0.01


def test_no_place_is_none() -> None:
    """A picture of one point, or a hand of one."""
    truth = random_seen(0, "left")
    still = np.full((21, 3), 100.0)

    assert place_hand(still, truth.world_landmarks, CAMERA, side="left") is None
    assert place_hand(truth.points, np.zeros((21, 3)), CAMERA, side="left") is None


@pytest.mark.parametrize("seed", range(40))
def test_nonsense_gives_numbers_or_none(seed: int) -> None:
    """Never NaN, a hand behind the camera, or a warning."""
    rng = np.random.default_rng(seed)
    points = rng.normal(300, 10.0 ** rng.integers(-3, 6), (21, 3))
    world = rng.normal(0, 10.0 ** rng.integers(-6, 2), (21, 3))
    placed = place_hand(points, world, Camera(1, 9000, -50, 1e6), side="right")

    assert placed is None or (np.isfinite(placed.landmarks).all() and placed.error >= 0)
    assert placed is None or (placed.landmarks[:, 2] > 0).all()


@pytest.mark.parametrize("ray", [(0, 0), (0.3, -0.2), (-2, 1)])
def test_the_turn_to_a_ray(ray: tuple[float, float]) -> None:
    """Takes the camera's axis there, and what is square to both nowhere."""
    turn = turn_to(np.array(ray, np.float64))
    across = np.array([-ray[1], ray[0], 0.0])

    np.testing.assert_allclose((*ray, 1) / np.hypot(1, np.hypot(*ray)), turn[:, 2], atol=1e-12)
    np.testing.assert_allclose(across, turn @ across, atol=1e-12)
    np.testing.assert_allclose(np.eye(3), turn @ turn.T, atol=1e-12)


def test_the_turn_between_points_is_no_mirror_image() -> None:
    """Found again where there is one; NaN for a line."""
    rng = np.random.default_rng(0)
    points, turn = rng.normal(size=(6, 3)), random_turn(rng)
    points -= points.mean(axis=0)
    mirrored = turn_between(points, points * (-1, 1, 1))

    np.testing.assert_allclose(turn, turn_between(points, points @ turn.T), atol=1e-12)
    assert pytest.approx(1) == np.linalg.det(mirrored)
    assert np.isnan(turn_between(points, np.outer(np.arange(6.0), (1, 2, 3)))).all()


@pytest.mark.parametrize("side", SIDES)
def test_bones_of_the_right_length_stay(side: Side) -> None:
    """The average hand laid into its own points is itself, whatever their scale."""
    hand = posed(*FLAT, side)
    centred = hand - hand.mean(axis=0)

    for scale in (0.7, 1.0):
        laid = lay_bones(3 * hand, PALMS[side], scale)
        np.testing.assert_allclose(scale * centred, laid, atol=1e-12)


def test_refining_lowers_the_error_in_pixels() -> None:
    """From the closed form, which weighs near joints less than pixels do."""
    rng = np.random.default_rng(2)
    truth = random_seen(2, "right")
    hand = truth.landmarks - truth.landmarks.mean(axis=0)
    points = truth.points[:, :2] + rng.normal(0, 5, (21, 2))
    start = translation(hand, CAMERA.rays(points), CAMERA)
    end = refined(hand, start, points, CAMERA)
    before, after = (((CAMERA.project(hand + place) - points) ** 2).sum() for place in (start, end))

    assert after < before
