"""The palm's frame."""

from __future__ import annotations

import numpy as np
import pytest

from knuckle.geometry.camera import Array
from knuckle.geometry.palm_frame import Side, palm_axes
from knuckle.spec import Landmark
from tests.geometry.hands import FLAT, MIRROR, SIDES, known, posed, random_angles, random_turn

SEEDS = range(20)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("seed", SEEDS)
def test_it_is_a_rotation(seed: int, side: Side) -> None:
    """Orthonormal and right-handed for both hands, whatever the points."""
    axes = known(palm_axes(np.random.default_rng(seed).normal(size=(21, 3)), side))

    np.testing.assert_allclose(np.eye(3), axes.T @ axes, atol=1e-12)
    assert pytest.approx(1) == np.linalg.det(axes)


@pytest.mark.parametrize("side", SIDES)
def test_a_hand_on_the_table(side: Side) -> None:
    """Fingers along x, back up, and y to the left: to the thumb or to the little finger."""
    hand = posed(*FLAT, side)
    axes = known(palm_axes(hand, side))
    left_end = Landmark.INDEX_MCP if side == "right" else Landmark.PINKY_MCP

    np.testing.assert_allclose(np.eye(3), axes, atol=2e-3)  # the average hand's table is rounded
    assert hand[left_end, 1] > 0


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("seed", SEEDS)
def test_it_turns_with_the_hand(seed: int, side: Side) -> None:
    """And depends neither on its place nor on its size."""
    rng = np.random.default_rng(seed)
    hand, turn = posed(*random_angles(rng), side), random_turn(rng)
    axes = known(palm_axes(hand, side))
    turned = known(palm_axes(3 * hand @ turn.T + rng.normal(size=3), side))

    np.testing.assert_allclose(turn @ axes, turned, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_of_a_mirror_image_it_is_the_mirror_image_but_for_y(seed: int) -> None:
    """Fingers and back stay fingers and back; left is not mirrored, or it were no rotation."""
    rng = np.random.default_rng(seed)
    hand = posed(*random_angles(rng)) @ random_turn(rng).T
    axes, mirrored = known(palm_axes(hand, "right")), known(palm_axes(hand * MIRROR, "left"))

    np.testing.assert_allclose(MIRROR[:, None] * axes * (1, -1, 1), mirrored, atol=1e-12)


def test_the_wrong_side_turns_it_over() -> None:
    """By half a turn about x, which is what taking one hand for the other means."""
    hand = posed(*FLAT, "right")
    right, wrong = known(palm_axes(hand, "right")), known(palm_axes(hand, "left"))

    np.testing.assert_allclose(right * (1, -1, -1), wrong, atol=1e-12)


@pytest.mark.parametrize("hand", [np.zeros((21, 3)), np.outer(np.arange(21.0), (1, 2, 3))])
def test_a_palm_that_is_none_has_no_frame(hand: Array) -> None:
    """A point, or a line."""
    assert palm_axes(hand, "left") is None
