"""Angles of the joints, and their signs."""

from __future__ import annotations

import numpy as np
import pytest

from knuckle.geometry.joint_angles import CHAINS, angles_of_landmarks
from knuckle.geometry.palm_frame import Side
from knuckle.spec import Landmark
from tests.geometry.hands import FLAT, SIDES, posed, random_angles


@pytest.mark.parametrize("side", SIDES)
def test_a_flat_hand_has_zeros(side: Side) -> None:
    """All fingers and the thumb straight, pointing as the palm does."""
    angles = angles_of_landmarks(posed(*FLAT, side), side)

    np.testing.assert_allclose(0, angles.flexion, atol=1e-9)
    np.testing.assert_allclose(0, angles.abduction, atol=1e-9)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("seed", range(30))
def test_a_hand_has_the_angles_that_it_was_given(seed: int, side: Side) -> None:
    """On either side: the mirror image of a hand has the same angles."""
    flexion, abduction = random_angles(np.random.default_rng(seed))
    angles = angles_of_landmarks(posed(flexion, abduction, side), side)

    np.testing.assert_allclose(flexion, angles.flexion, atol=1e-9)
    np.testing.assert_allclose(abduction, angles.abduction, atol=1e-9)


@pytest.mark.parametrize("side", SIDES)
def test_flexion_is_towards_the_palm(side: Side) -> None:
    """Positive where the tip is on the palm's side of the palm, which is below it."""
    flexion = np.zeros((5, 3))
    flexion[1:, 1] = 0.5
    hand = posed(flexion, np.zeros(5), side)

    assert (hand[CHAINS[1:, 3], 2] < hand[CHAINS[1:, 0], 2]).all()
    assert (angles_of_landmarks(hand, side).flexion[1:, 1] > 0).all()


@pytest.mark.parametrize(("finger", "to_thumb"), [(1, True), (2, True), (3, False), (4, False)])
@pytest.mark.parametrize("side", SIDES)
def test_abduction_is_away_from_the_middle_finger(finger: int, to_thumb: bool, side: Side) -> None:
    """Of the middle finger itself, to the thumb."""
    abduction = np.zeros(5)
    abduction[finger] = 0.3
    hand = posed(np.zeros((5, 3)), abduction, side)
    thumb = hand[Landmark.INDEX_MCP, 1] - hand[Landmark.PINKY_MCP, 1]  # its side, by the sign
    moved = hand[CHAINS[finger, 3], 1] - hand[CHAINS[finger, 0], 1]

    assert to_thumb == (np.sign(moved) == np.sign(thumb))


def test_a_thumb_at_a_right_angle_has_its_abduction() -> None:
    """Where the fingers' way of counting would have no flexion."""
    abduction = np.array([np.pi / 2, 0, 0, 0, 0])
    angles = angles_of_landmarks(posed(np.zeros((5, 3)), abduction), "right")

    assert pytest.approx(np.pi / 2) == angles.abduction[0]
    assert pytest.approx(0, abs=1e-9) == angles.flexion[0, 0]


def test_a_fist_bends_past_a_right_angle() -> None:
    """100 degrees at the knuckles are 100 degrees."""
    flexion = np.zeros((5, 3))
    flexion[1:, 0] = np.radians(100)

    np.testing.assert_allclose(
        np.radians(100), angles_of_landmarks(posed(flexion, np.zeros(5)), "right").flexion[1:, 0]
    )


def test_bones_without_length_are_straight() -> None:
    """No NaN from a hand of zeros, nor from a finger whose joints are in one place."""
    hand = posed(*FLAT)
    hand[CHAINS[1, 2:]] = hand[CHAINS[1, 1]]

    for landmarks in (hand, np.zeros((21, 3))):
        angles = angles_of_landmarks(landmarks, "right")
        np.testing.assert_allclose(0, angles.flexion, atol=1e-9)
        np.testing.assert_allclose(0, angles.abduction, atol=1e-9)


def test_names_say_which_is_which() -> None:
    """Twenty angles by name, in the table's order."""
    angles = angles_of_landmarks(posed(*random_angles(np.random.default_rng(1))), "right")
    named = angles.to_dict()

    assert 20 == len(named)
    assert named["thumb_ip_flexion"] == angles.flexion[0, 2]
    assert named["ring_pip_flexion"] == angles.flexion[3, 1]
    assert named["pinky_mcp_abduction"] == angles.abduction[4]


def test_they_are_frozen() -> None:
    """As all values are."""
    angles = angles_of_landmarks(posed(*FLAT), "right")

    with pytest.raises(ValueError, match="read-only"):
        angles.flexion[0, 0] = 1


@pytest.mark.parametrize("degrees", [-80, 0, 100, 179, 185, 200])
def test_a_finger_folded_all_the_way_has_no_jump(degrees: float) -> None:
    """Past 180 degrees it goes on, as the noise of a closed fist may have it."""
    flexion = np.zeros((5, 3))
    flexion[1:, 1] = np.radians(degrees)
    angles = angles_of_landmarks(posed(flexion, np.zeros(5)), "right")

    np.testing.assert_allclose(degrees, np.degrees(angles.flexion[1:, 1]), atol=1e-3)
