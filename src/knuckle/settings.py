"""What a caller may choose, checked once."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from numbers import Real
from os import PathLike
from typing import Any, Literal, get_args

import numpy as np

from .geometry.camera import Camera
from .networks.models import Variant
from .spec import MAX_HANDS, MIN_PALM_SCORE, MIN_PRESENCE
from .streams.search import ADAPTIVE, SearchPolicy
from .values import Frame, ImageArray

HAND_SIZES = (0.05, 0.4)  # metres: a newborn's is 0.06, the largest known 0.32


MOST_SECONDS = 1e12  # beyond them a float has no milliseconds
LEAST, MOST = 1e-4, 1e4  # of a number of Smoothing; beyond them its arithmetic would overflow


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How the hands of a stream are smoothed; `docs/steadiness.md` has the curve behind it.

    A hand that rests is a low-pass filter's output. The farther a reading lies from it, the faster
    it follows: by `response` at `tolerance`, eight times that at twice the tolerance.
    """

    cutoff: float = 0.5  # Hz, of the filter of a hand that rests
    tolerance: float = 0.03  # palm sizes, about what the noise of a reading is
    response: float = 5.0  # Hz

    def __post_init__(self) -> None:
        for name in ("cutoff", "tolerance", "response"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (float, int, np.number)):
                raise TypeError(f"{name} must be a number, not {value!r}")
            if not LEAST <= value <= MOST:
                raise ValueError(f"{name} must be from {LEAST:g} to {MOST:g}, not {value!r}")


SMOOTHING = Smoothing()
Effort = Literal["normal", "high"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)
EFFORTS: tuple[Effort, ...] = get_args(Effort)


@dataclass(frozen=True, slots=True)
class Settings:
    """Options of the pipeline. Raises TypeError or ValueError when one makes no sense."""

    max_hands: int = MAX_HANDS  # hands to return at most, at least 1
    min_palm_score: float = MIN_PALM_SCORE  # 0 to 1: palms below it are not looked at
    min_presence: float = MIN_PRESENCE  # 0 to 1: hands at or below it are not returned
    mirrored: bool = False  # the picture is a mirror image: swaps the handedness label
    exact: bool = False  # repeat upstream's warp bit for bit, at some milliseconds per hand
    second_look: bool = True  # search a picture without hands once more, from farther away
    effort: Effort = "normal"  # high: search longer for hands, and read each several times
    search: SearchPolicy = ADAPTIVE  # when to look for palms in a stream with a free slot
    smoothing: Smoothing | None = SMOOTHING  # of a stream; None: hands as they are read
    camera: Camera | None = None  # that takes the pictures: gives hands their place, in metres
    hand_size: float | None = None  # metres, wrist to tip of the straight middle finger

    def __post_init__(self) -> None:
        object.__setattr__(self, "max_hands", checked_count("max_hands", self.max_hands))
        for name in ("min_palm_score", "min_presence"):
            object.__setattr__(self, name, checked_share(name, getattr(self, name)))
        for name in ("mirrored", "exact", "second_look"):
            object.__setattr__(self, name, checked_flag(name, getattr(self, name)))
        if self.effort not in EFFORTS:
            names = ", ".join(map(repr, EFFORTS))
            raise ValueError(f"effort must be one of {names}, not {self.effort!r}")
        if not isinstance(self.smoothing, Smoothing | None):
            raise TypeError(
                f"smoothing must be Smoothing(), or None for none, not {self.smoothing!r}"
            )
        if not isinstance(self.search, SearchPolicy):
            raise TypeError(
                "search must be EveryFrame(), EveryFrames(count), EverySeconds(seconds) or "
                f"Adaptive(), not {self.search!r}"
            )
        if not isinstance(self.camera, Camera | None):
            raise TypeError(
                "camera must be a knuckle.Camera, as Camera(fx, fy, cx, cy) or "
                f"Camera.from_matrix(K), not {self.camera!r}"
            )
        object.__setattr__(self, "hand_size", checked_hand_size(self.hand_size))


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
    if not 0 <= share <= 1:  # NaN is not, either
        raise ValueError(f"{name} must lie between 0 and 1, not {value!r}")
    return share


def checked_hand_size(value: Any) -> float | None:
    """Metres from the wrist to the tip of the straight middle finger, or None."""
    if value is None:
        return None
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"hand_size must be a number of metres, not {value!r}")
    least, most = HAND_SIZES
    if not least <= float(value) <= most:
        raise ValueError(
            f"hand_size must lie between {least} and {most} metres, from the wrist to the tip of "
            f"the middle finger, not {value!r}"
        )
    return float(value)


def checked_flag(name: str, value: Any) -> bool:
    """True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, not {value!r}")
    return bool(value)


def checked_variant(value: Any) -> Variant:
    """One of the variants there are networks for."""
    if value not in VARIANTS:
        raise ValueError(f"variant must be one of {', '.join(map(repr, VARIANTS))}, not {value!r}")
    variant: Variant = value
    return variant


def checked_engine(engine: Any) -> str:
    """The name of an engine."""
    if not isinstance(engine, str):
        raise TypeError(f"engine must be the name of one, as 'onnxruntime', not {engine!r}")
    return engine


def checked_time(time: Any) -> float:
    """The time stamp of a frame: a finite number of seconds."""
    if isinstance(time, bool) or not isinstance(time, (float, int, np.floating, np.integer)):
        raise TypeError(f"a frame's time must be a number of seconds, not {time!r}")
    if not -MOST_SECONDS < time < MOST_SECONDS:  # NaN is not, either
        raise ValueError(f"a frame's time must be a finite number of seconds, not {time!r}")
    return float(time)


def checked_image(image: Any) -> ImageArray:
    """The picture, C-contiguous; a copy only where its memory is laid out otherwise."""
    if not isinstance(image, np.ndarray):
        raise TypeError(
            f"image must be a numpy array, not {type(image).__name__}: {_array_cure(image)}"
        )
    if image.dtype != np.uint8:
        raise TypeError(
            f"image must be uint8 with values from 0 to 255, not {image.dtype}: "
            "image.astype(np.uint8) converts values from 0 to 255, "
            "(image * 255).astype(np.uint8) those from 0 to 1"
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
    """What makes a picture's array of something else."""
    if isinstance(value, Frame):
        return "frame.image is one"
    if isinstance(value, (str, bytes, PathLike)):
        return "next(knuckle.open_source(path)).image reads a file"
    return "np.asarray(image) makes one of a Pillow picture in mode RGB"


def _shape_cure(shape: tuple[int, ...]) -> str:
    """What makes (height, width, 3) of another shape."""
    if len(shape) == 4:
        return "give the pictures of a batch one by one, image[0] is the first"
    if len(shape) == 3 and shape[0] == 3:
        return "image.transpose(1, 2, 0) moves the channels to the end"
    return "np.stack([image] * 3, axis=-1) makes grey RGB, image[..., :3] drops alpha"
