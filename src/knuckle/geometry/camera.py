"""The pinhole camera: where a point in front of it appears in its picture."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, radians, tan
from numbers import Real
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FIELD_OF_VIEW = 60.0  # degrees across the width, between those of a laptop's and a phone's camera


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera without distortion; in pixels of the picture that shows the hands.

    Convention: the same as in the calibrations of OpenCV and ROS. (0, 0) is the centre of the top
    left pixel, so the middle of a picture is ((width - 1) / 2, (height - 1) / 2). The camera looks
    along z, with x to the right and y down. If the lens bends straight lines, undistort the
    picture first. If you resize or crop the picture, change these numbers with it.
    """

    fx: float  # focal length along x, pixels
    fy: float  # focal length along y, pixels
    cx: float  # principal point, where the camera looks: pixels from the left
    cy: float  # the same: pixels from the top

    def __post_init__(self) -> None:
        for name in ("fx", "fy", "cx", "cy"):
            object.__setattr__(self, name, _pixels(name, getattr(self, name)))
        for name in ("fx", "fy"):
            if getattr(self, name) <= 0:
                value = getattr(self, name)
                raise ValueError(f"{name} must be a focal length above 0 pixels, not {value!r}")

    @classmethod
    def from_matrix(cls, matrix: Any) -> Camera:
        """The camera of a calibration's matrix, [[fx, 0, cx], [0, fy, cy], [0, 0, 1]].

        Raises ValueError for a matrix of another form.
        """
        try:
            k = np.asarray(matrix, np.float64)
        except (TypeError, ValueError):
            k = np.empty(0)
        expected = np.eye(3)
        is_pinhole = k.shape == (3, 3) and bool(np.isfinite(k).all())
        if is_pinhole:
            expected[[0, 1, 0, 1], [0, 1, 2, 2]] = k[[0, 1, 0, 1], [0, 1, 2, 2]]
        if not is_pinhole or not np.allclose(k, expected):
            raise ValueError(
                f"the matrix must be [[fx, 0, cx], [0, fy, cy], [0, 0, 1]], not {matrix!r}"
            )
        return cls(*k[[0, 1, 0, 1], [0, 1, 2, 2]].tolist())

    @classmethod
    def from_field_of_view(cls, width: int, height: int, degrees: float = FIELD_OF_VIEW) -> Camera:
        """A guess for a camera without a calibration: square pixels, centred on the picture.

        All distances from the camera are proportional to the guessed focal length.
        width, height: of the picture, pixels.
        degrees: the angle that the width covers.
        """
        across, down = _pixels("width", width), _pixels("height", height)
        angle = _number("degrees", degrees, "an angle in degrees")
        if not (across >= 1 and down >= 1):
            raise ValueError(f"a picture must have pixels, but its size is {width!r} x {height!r}")
        if not 0 < angle < 180:
            raise ValueError(f"degrees must lie between 0 and 180, not {degrees!r}")
        focal = across / 2 / tan(radians(angle) / 2)
        return cls(focal, focal, (across - 1) / 2, (down - 1) / 2)

    @property
    def matrix(self) -> Array:
        """The calibration's matrix, (3, 3)."""
        return np.array([[self.fx, 0, self.cx], [0, self.fy, self.cy], [0, 0, 1]])

    @property
    def focal(self) -> Array:
        """(fx, fy)."""
        return np.array([self.fx, self.fy])

    def rays(self, points: Array) -> Array:
        """Where the rays through points of the picture meet the plane one metre ahead.

        points: (..., 2), pixels.
        Returns (..., 2), metres.
        """
        return (points - (self.cx, self.cy)) / self.focal

    def project(self, points: Array) -> Array:
        """Where points in front of the camera appear in its picture.

        points: (..., 3), metres, z above 0.
        Returns (..., 2), pixels.
        """
        return points[..., :2] / points[..., 2:] * self.focal + (self.cx, self.cy)


class Lens(Protocol):
    """What maps points in front of a camera to its picture and back: of one, or of several."""

    @property
    def focal(self) -> Array:
        """(2,), or (n, 1, 2): fx and fy."""
        ...

    def rays(self, points: Array) -> Array:
        """See `Camera.rays`."""
        ...

    def project(self, points: Array) -> Array:
        """See `Camera.project`."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Lenses:
    """n cameras at once, for points (n, m, 2) and (n, m, 3)."""

    focal: Array  # (n, 1, 2)
    centre: Array  # (n, 1, 2)

    @classmethod
    def like(cls, camera: Camera, count: int) -> Lenses:
        """So many cameras that are the same."""
        shape = (count, 1, 2)
        centre = np.array([camera.cx, camera.cy])
        return cls(np.broadcast_to(camera.focal, shape), np.broadcast_to(centre, shape))

    def only(self, which: NDArray[np.bool_]) -> Lenses:
        """Some of them. which: (n,)."""
        return Lenses(self.focal[which], self.centre[which])

    def rays(self, points: Array) -> Array:
        """See `Camera.rays`."""
        return (points - self.centre) / self.focal

    def project(self, points: Array) -> Array:
        """See `Camera.project`."""
        return points[..., :2] / points[..., 2:] * self.focal + self.centre


def _pixels(name: str, value: Any) -> float:
    return _number(name, value, "a number of pixels")


def _number(name: str, value: Any, what: str) -> float:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} must be {what}, not {value!r}")
    if not isfinite(value):
        raise ValueError(f"{name} must be {what}, not {value!r}")
    return float(value)
