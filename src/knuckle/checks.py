"""Checks of what a caller passes in. An error is one sentence with the value and the cure."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from math import inf
from numbers import Real
from os import PathLike
from typing import Any

import numpy as np

from .values import Frame, ImageArray

MOST_SECONDS = 1e12  # a float beyond this cannot resolve milliseconds


def checked_count(name: str, value: Any) -> int:
    """A whole number of at least 1."""
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be a whole number, not {value!r}")
    try:
        count = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, not {value!r}") from None
    if count < 1:
        raise ValueError(f"{name} must be at least 1, not {value!r}")
    return count


def checked_share(name: str, value: Any) -> float:
    """A number from 0 to 1."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number from 0 to 1, not {value!r}")
    share = float(value)
    if not 0 <= share <= 1:  # also refuses NaN
        raise ValueError(f"{name} must lie between 0 and 1, not {value!r}")
    return share


def checked_flag(name: str, value: Any) -> bool:
    """True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, not {value!r}")
    return bool(value)


def checked_choice(name: str, value: Any, choices: Sequence[str]) -> str:
    """One of the strings in `choices`."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, not {value!r}")
    return str(value)


def checked_seconds(name: str, value: Any) -> float:
    """A finite number of seconds, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number of seconds, not {value!r}")
    try:
        seconds = float(value)
    except OverflowError:  # a whole number too large for a float
        seconds = inf
    if not 0 <= seconds < inf:
        raise ValueError(f"{name} must be a finite number of seconds, 0 or more, not {value!r}")
    return seconds


def checked_time(time: Any) -> float:
    """The time stamp of a frame: a finite number of seconds."""
    if isinstance(time, bool) or not isinstance(time, (float, int, np.floating, np.integer)):
        raise TypeError(f"a frame's time must be a number of seconds, not {time!r}")
    if not -MOST_SECONDS < time < MOST_SECONDS:  # also refuses NaN
        raise ValueError(f"a frame's time must be a finite number of seconds, not {time!r}")
    return float(time)


def checked_image(image: Any) -> ImageArray:
    """The picture, C-contiguous; copied only if its memory has another layout."""
    if not isinstance(image, np.ndarray):
        raise TypeError(
            f"image must be a numpy array, not {type(image).__name__}: {_array_cure(image)}"
        )
    if image.dtype != np.uint8:
        raise TypeError(
            f"image must be uint8 with values from 0 to 255, not {image.dtype}: "
            "image.astype(np.uint8) converts values from 0 to 255, "
            "(image * 255).astype(np.uint8) values from 0 to 1"
        )
    if image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(
            f"image must be RGB of shape (height, width, 3), not {image.shape}: "
            f"{_shape_cure(image.shape)}"
        )
    if 0 in image.shape:
        raise ValueError(f"image must have pixels, but its shape is {image.shape}")
    return np.ascontiguousarray(image)


def _array_cure(value: Any) -> str:
    """How to turn something else into a picture's array."""
    if isinstance(value, Frame):
        return "frame.image is one"
    if isinstance(value, (str, bytes, PathLike)):
        return "knuckle.read_image(path) reads a file"
    return "np.asarray(image) turns a Pillow picture in mode RGB into one"


def _shape_cure(shape: tuple[int, ...]) -> str:
    """How to turn another shape into (height, width, 3)."""
    if len(shape) == 4:
        return "pass the pictures of a batch one by one, image[0] is the first"
    if len(shape) == 3 and shape[0] == 3:
        return "image.transpose(1, 2, 0) moves the channels to the end"
    return "np.stack([image] * 3, axis=-1) makes grey RGB, image[..., :3] drops alpha"
