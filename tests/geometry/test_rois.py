"""Regions of interest: golden values, and what must hold for any hand."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.geometry.rois import letterbox_roi, roi_from_landmarks, roi_from_palm
from knuckle.stages.landmarks import picture_from_crops
from knuckle.values import FloatArray, Roi

SIZE = (640, 480)


def hand(angle: float = 0.0, scale: float = 1.0) -> FloatArray:
    """A flat open hand in pixels around (320, 240), fingers up at angle 0; (21, 2)."""
    points = [(0.0, 80.0)]
    for finger, x in enumerate((-50, -25, 0, 22, 44)):
        points += [(x * 1.1, 20.0 - 35 * joint + 12 * abs(finger - 2)) for joint in range(4)]
    turn = np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
    return (np.array(points) * scale @ turn.T + (320, 240)).astype(np.float32)


def normalised(points: FloatArray) -> FloatArray:
    """Points in pixels as landmarks with z = 0, (21, 3)."""
    unit = points / np.array(SIZE, np.float32)
    return np.column_stack([unit, np.zeros(21)]).astype(np.float32)


def test_roi_of_the_worked_example() -> None:
    """The specification's palm (mediapipe 0.10.21 on a 226x346 picture), to its last digit."""
    box = np.array([0.282063, 0.549162, 0.282063 + 0.133992, 0.549162 + 0.087519], np.float32)
    keypoints = np.zeros((7, 2), np.float32)
    keypoints[0], keypoints[2] = (0.347943, 0.636297), (0.340932, 0.557962)
    roi = roi_from_palm(box, keypoints, (226, 346))

    assert pytest.approx((0.345149, 0.549236, 0.348379, 0.227554, -0.0583923), abs=3e-6) == roi


def test_letterbox_is_the_square_around_the_picture() -> None:
    """As wide as the picture and so high as it is wide, in units of its height."""
    assert pytest.approx((0.5, 0.5, 1.0, 4 / 3, 0.0)) == letterbox_roi(SIZE)


@given(angle=st.floats(-3.1, 3.1))
def test_a_turned_hand_has_a_turned_roi(angle: float) -> None:
    """Turning the hand turns its ROI by as much and leaves its size alone."""
    upright, turned = (roi_from_landmarks(normalised(hand(a)), SIZE) for a in (0.0, angle))
    difference = turned.rotation - upright.rotation - angle

    assert pytest.approx(0, abs=1e-4) == (difference + pi) % (2 * pi) - pi
    assert pytest.approx(upright.width, rel=1e-4) == turned.width


@given(scale=st.floats(0.05, 4))
def test_a_larger_hand_has_a_larger_roi(scale: float) -> None:
    """Size grows with the hand; the ROI is square in pixels."""
    roi = roi_from_landmarks(normalised(hand(scale=scale)), SIZE)
    unit = roi_from_landmarks(normalised(hand()), SIZE)

    assert pytest.approx(scale * unit.width, rel=1e-3) == roi.width
    assert pytest.approx(roi.width * SIZE[0], rel=1e-5) == roi.height * SIZE[1]


def test_an_upright_hand_has_an_upright_roi_shifted_to_the_fingers() -> None:
    """Rotation 0, and the centre lies above the middle of the palm's landmarks."""
    points = hand()
    points[[5, 9, 13], 0] = 320  # straight above the wrist
    roi = roi_from_landmarks(normalised(points), SIZE)
    palm = points[[0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18]]
    middle = (palm[:, 1].min() + palm[:, 1].max()) / 2
    height = palm[:, 1].max() - palm[:, 1].min()

    assert pytest.approx(0, abs=1e-6) == roi.rotation
    assert pytest.approx(middle - 0.1 * height, abs=1e-2) == roi.y * SIZE[1]


@given(
    x=st.floats(-0.5, 1.5),
    y=st.floats(-0.5, 1.5),
    side=st.floats(20, 2000),
    rotation=st.floats(-3.14, 3.14),
)
def test_crop_corners_are_roi_corners(x: float, y: float, side: float, rotation: float) -> None:
    """The crop's middle is the ROI's centre, and its corners lie where the ROI's do."""
    roi = Roi(x, y, side / SIZE[0], side / SIZE[1], rotation)
    in_crop = np.zeros((21, 3), np.float32)
    in_crop[:3] = [(112, 112, 0), (224, 112, 0), (112, 224, 0)]
    landmarks, _ = picture_from_crops(in_crop[None], in_crop[None], [roi], 224)
    centre, right, below = landmarks[0, :3, :2] * SIZE

    np.testing.assert_allclose(centre, (x * SIZE[0], y * SIZE[1]), atol=1e-2)
    half = side / 2
    np.testing.assert_allclose(
        right - centre, (half * cos(rotation), half * sin(rotation)), atol=1e-2
    )
    np.testing.assert_allclose(
        below - centre, (-half * sin(rotation), half * cos(rotation)), atol=1e-2
    )


def test_z_is_in_image_widths() -> None:
    """A depth of the whole crop, as the network scales it, is 1 / 0.4 widths of the ROI."""
    in_crop = np.zeros((21, 3), np.float32)
    in_crop[4, 2] = -224
    roi = Roi(0.5, 0.5, 0.2, 0.3, 1.0)
    landmarks, _ = picture_from_crops(in_crop[None], in_crop[None], [roi], 224)

    assert pytest.approx(-0.2 / 0.4) == landmarks[0, 4, 2]


def test_world_landmarks_turn_with_the_roi() -> None:
    """They are rotated only; z stays."""
    world = np.random.default_rng(0).normal(size=(21, 3)).astype(np.float32)
    roi = Roi(0.2, 0.7, 0.1, 0.1, pi / 2)
    _, [turned] = picture_from_crops(world[None], world[None], [roi], 224)

    np.testing.assert_allclose(
        turned, np.column_stack([-world[:, 1], world[:, 0], world[:, 2]]), atol=1e-6
    )
