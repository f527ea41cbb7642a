"""Cameras: what they say of points and rays, and what they refuse."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from knuckle import Camera

CAMERA = Camera(600, 610, 320, 240)


def test_rays_and_projections_are_inverse() -> None:
    """A point on a ray appears where the ray started, at any depth."""
    points = np.random.default_rng(0).uniform(0, 500, (50, 2))
    places = np.column_stack([CAMERA.rays(points), np.ones(50)]) * np.linspace(0.1, 9, 50)[:, None]

    np.testing.assert_allclose(points, CAMERA.project(places), atol=1e-9)


def test_a_point_straight_ahead_is_where_the_camera_looks() -> None:
    """To the right in the world is to the right in the picture, and down is down."""
    ahead, right, below = CAMERA.project(np.array([[0, 0, 2.0], [0.1, 0, 2.0], [0, 0.1, 2.0]]))

    assert [320, 240] == ahead.tolist()
    assert [350, 240] == right.tolist()
    assert [320, 270.5] == below.tolist()


def test_the_matrix_is_that_of_a_calibration() -> None:
    """There and back; a list of lists is one, too."""
    assert Camera.from_matrix(CAMERA.matrix) == CAMERA
    assert Camera.from_matrix([[600, 0, 320], [0, 610, 240], [0, 0, 1]]) == CAMERA


def test_a_guess_covers_its_angle() -> None:
    """The picture's edges are half the angle to the side; its middle is straight ahead."""
    camera = Camera.from_field_of_view(640, 480, degrees=90)

    assert (319.5, 239.5) == (camera.cx, camera.cy)
    assert pytest.approx([-1, 1]) == camera.rays(np.array([[-0.5, 0], [639.5, 0]]))[:, 0]


def test_numpy_scalars_are_fine() -> None:
    """Calibrations come out of arrays; fields are plain numbers."""
    camera = Camera(*np.array([600, 610, 320, 240], np.float32))

    assert camera == CAMERA
    assert {float} == {type(value) for value in (camera.fx, camera.fy, camera.cx, camera.cy)}


@pytest.mark.parametrize(
    ("numbers", "kind", "says"),
    [
        ((0, 600, 320, 240), ValueError, "fx must be a focal length above 0 pixels, not 0.0"),
        ((600, -600, 320, 240), ValueError, "fy must be a focal length above 0 pixels, not -600.0"),
        ((600, 600, float("nan"), 240), ValueError, "cx must be a number of pixels, not nan"),
        ((600, 600, 320, float("inf")), ValueError, "cy must be a number of pixels, not inf"),
        (("600", 600, 320, 240), TypeError, "fx must be a number of pixels, not '600'"),
        ((600, True, 320, 240), TypeError, "fy must be a number of pixels, not True"),
        ((600, 600, None, 240), TypeError, "cx must be a number of pixels, not None"),
    ],
)
def test_bad_numbers_are_refused(numbers: Any, kind: type[Exception], says: str) -> None:
    """With the name and the value."""
    with pytest.raises(kind, match=re.escape(says)):
        Camera(*numbers)


@pytest.mark.parametrize(
    "matrix",
    [
        None,
        "K",
        [[600, 0], [0, 600]],
        np.eye(4),
        [[600, 5, 320], [0, 600, 240], [0, 0, 1]],  # skew
        [[600, 0, 320], [0, 600, 240], [0, 0, 2]],
        [[600, 0, float("nan")], [0, 600, 240], [0, 0, 1]],
    ],
)
def test_other_matrices_are_refused(matrix: Any) -> None:
    """Also one with skew, which no camera of today has and which we would ignore."""
    with pytest.raises(ValueError, match=r"the matrix must be \[\[fx, 0, cx\]"):
        Camera.from_matrix(matrix)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((0, 480, 60), "a picture must have pixels, but its size is 0 x 480"),
        ((640, 480, 180), "degrees must lie between 0 and 180, not 180"),
        ((640, 480, 0), "degrees must lie between 0 and 180, not 0"),
    ],
)
def test_impossible_guesses_are_refused(arguments: tuple[int, int, float], says: str) -> None:
    """With the value."""
    with pytest.raises(ValueError, match=says):
        Camera.from_field_of_view(*arguments)
