"""A caller's mistakes: one sentence that names the value and the cure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import knuckle
from knuckle.settings import Settings, checked_image
from knuckle.values import ImageArray


@pytest.mark.parametrize(
    ("option", "value", "kind", "says"),
    [
        ("max_hands", 0, ValueError, "max_hands must be at least 1, not 0"),
        ("max_hands", -3, ValueError, "max_hands must be at least 1, not -3"),
        ("max_hands", 2.0, TypeError, "max_hands must be a whole number, not 2.0"),
        ("max_hands", True, TypeError, "max_hands must be a whole number, not True"),
        ("max_hands", None, TypeError, "max_hands must be a whole number, not None"),
        ("threads", 0, ValueError, "threads must be at least 1, not 0"),
        ("threads", "2", TypeError, "threads must be a whole number, not '2'"),
        ("min_palm_score", float("nan"), ValueError, "min_palm_score must lie between 0 and 1"),
        ("min_palm_score", 1.5, ValueError, "must lie between 0 and 1, not 1.5"),
        ("min_presence", -0.1, ValueError, "min_presence must lie between 0 and 1, not -0.1"),
        ("min_presence", "0.5", TypeError, "min_presence must be a number from 0 to 1, not '0.5'"),
        ("mirrored", 1, TypeError, "mirrored must be True or False, not 1"),
        ("exact", "yes", TypeError, "exact must be True or False, not 'yes'"),
        (
            "camera",
            (600, 600, 320, 240),
            TypeError,
            r"camera must be a knuckle.Camera, .*not \(600",
        ),
        ("hand_size", 19, ValueError, "hand_size must lie between 0.05 and 0.4 metres, .*not 19"),
        ("hand_size", float("nan"), ValueError, "hand_size must lie between .*not nan"),
        ("hand_size", "0.19", TypeError, "hand_size must be a number of metres, not '0.19'"),
        ("hand_size", True, TypeError, "hand_size must be a number of metres, not True"),
        ("variant", "heavy", ValueError, "variant must be one of 'full', 'lite', not 'heavy'"),
        ("variant", ["full"], ValueError, "variant must be one of 'full', 'lite'"),
    ],
)
def test_bad_options_are_refused(
    option: str, value: Any, kind: type[Exception], says: str, open_palm: ImageArray
) -> None:
    """By `detect` and by `Tracker` alike, before anything else happens."""
    with pytest.raises(kind, match=says):
        knuckle.detect(open_palm, **{option: value})
    with pytest.raises(kind, match=says):
        knuckle.Tracker(**{option: value})


@pytest.mark.parametrize(
    ("image", "kind", "says"),
    [
        (None, TypeError, "image must be a numpy array, not NoneType"),
        ([[[0, 0, 0]]], TypeError, "image must be a numpy array, not list"),
        (np.zeros((9, 9, 3)), TypeError, "image must be uint8 .* not float64: .*astype"),
        (np.zeros((9, 9, 3), np.uint16), TypeError, "not uint16"),
        ("a.jpg", TypeError, r"not str: next\(knuckle.open_source\(path\)\).image"),
        (np.zeros((9, 9), np.uint8), ValueError, r"not \(9, 9\): np.stack"),
        (np.zeros((3, 9, 9), np.uint8), ValueError, r"not \(3, 9, 9\): image.transpose"),
        (np.zeros((9, 9, 4), np.uint8), ValueError, r"not \(9, 9, 4\): .*drops alpha"),
        (np.zeros((9, 9, 1), np.uint8), ValueError, r"not \(9, 9, 1\)"),
        (np.zeros((1, 9, 9, 3), np.uint8), ValueError, r"not \(1, 9, 9, 3\)"),
        (np.zeros((0, 9, 3), np.uint8), ValueError, r"must have pixels, but its shape is \(0,"),
    ],
)
def test_bad_pictures_are_refused(image: Any, kind: type[Exception], says: str) -> None:
    """By `detect`, by a tracker and by `draw` alike; a tracker goes on after it."""
    track = knuckle.Tracker()
    for use in (knuckle.detect, track, lambda picture: knuckle.draw(picture, [])):
        with pytest.raises(kind, match=says):
            use(image)

    assert [] == track(np.zeros((48, 64, 3), np.uint8))


def test_numpy_scalars_are_fine() -> None:
    """Options often come out of arrays."""
    settings = Settings(
        max_hands=np.int64(3),  # type: ignore[arg-type]
        min_presence=np.float32(0.5),  # type: ignore[arg-type]
        mirrored=np.bool_(True),  # type: ignore[arg-type]
    )

    assert (3, 0.5, True) == (settings.max_hands, settings.min_presence, settings.mirrored)


def test_a_view_is_copied_only_when_needed(open_palm: ImageArray) -> None:
    """A C-contiguous picture is used where it lies; a flipped one is copied."""
    assert checked_image(open_palm) is open_palm
    assert checked_image(open_palm[:, ::-1]).flags.c_contiguous
