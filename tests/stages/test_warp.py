"""The two warps: against arithmetic done by hand, and against each other."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knuckle.geometry.rois import letterbox_roi, roi_corners
from knuckle.stages import warp
from knuckle.stages.warp import Border, crop, crop_to
from knuckle.values import ImageArray, Roi
from tests.conftest import SAMPLES, read_rgb

PHOTO = read_rgb(SAMPLES / "open_palm.jpg")
SIZE = (PHOTO.shape[1], PHOTO.shape[0])


def square(x: float, y: float, side: float, rotation: float = 0.0) -> Roi:
    """An ROI given in pixels of the sample picture."""
    return Roi(x / SIZE[0], y / SIZE[1], side / SIZE[0], side / SIZE[1], rotation)


def sample(image: ImageArray, x: float, y: float, border: Border) -> float:
    """The red value of a picture between pixels, one tap at a time."""
    left, top = int(np.floor(x)), int(np.floor(y))
    total = 0.0
    for dx, dy in product((0, 1), (0, 1)):
        column, row = left + dx, top + dy
        inside = 0 <= column < image.shape[1] and 0 <= row < image.shape[0]
        if not inside and border == "zero":
            continue
        weight = (1 - abs(x - column)) * (1 - abs(y - row))
        column, row = np.clip(column, 0, image.shape[1] - 1), np.clip(row, 0, image.shape[0] - 1)
        total += weight * float(image[row, column, 0])
    return total


@pytest.mark.parametrize("border", ["zero", "replicate"])
def test_pixels_of_a_turned_crop_at_the_edge(border: Border) -> None:
    """The exact warp samples where the convention says, to the 1/32 px of its steps.

    A step of 1/64 px changes a value by at most 4 levels on this picture's gradients of 255.
    """
    roi = square(30, 40, 200, 0.5)
    cropped = crop(PHOTO, roi, 64, border=border, exact=True)
    bottom_left, top_left, top_right, _ = roi_corners(roi, SIZE).astype(float)
    for u, v in product(range(0, 64, 9), repeat=2):
        x, y = top_left + u / 64 * (top_right - top_left) + v / 64 * (bottom_left - top_left)
        assert sample(PHOTO, x, y, border) == pytest.approx(float(cropped[v, u, 0]), abs=4)


@pytest.mark.parametrize("exact", [False, True])
def test_an_upright_roi_of_the_same_size_is_a_copy(exact: bool) -> None:
    """No scale, no turn: the pixels themselves."""
    cropped = crop(PHOTO, square(512, 256, 128), 128, border="replicate", exact=exact)

    np.testing.assert_array_equal(PHOTO[192:320, 448:576], cropped)


@settings(max_examples=40, deadline=None)
@given(
    x=st.floats(-100, SIZE[0] + 100),
    y=st.floats(-100, SIZE[1] + 100),
    side=st.floats(30, 900),
    rotation=st.floats(-3.14, 3.14),
)
@example(x=0.0, y=0.0, side=30.0, rotation=5e-18)  # samples on the very edge of the patch
def test_both_warps_agree(x: float, y: float, side: float, rotation: float) -> None:
    """Inside the picture, over its edge and outside, within steps of 1/32 px.

    The exact warp's rounding moves a sample by up to 1/64 px each way: on average a small part of
    a level, on a hard edge several levels.
    """
    roi = square(x, y, side, rotation)
    fast, exact = (crop(PHOTO, roi, 224, border="replicate", exact=e) for e in (False, True))
    difference = np.abs(fast.astype(int) - exact.astype(int))

    assert difference.mean() < 0.5
    assert np.percentile(difference, 99.9) <= 8


def test_both_warps_letterbox_alike() -> None:
    """The whole picture on black, but for the one row of pixels where it meets the black."""
    fast, exact = (
        crop(PHOTO, letterbox_roi(SIZE), 192, border="zero", exact=e) for e in (False, True)
    )
    difference = np.abs(fast.astype(int) - exact.astype(int)).max(axis=(1, 2))

    assert np.count_nonzero(difference > 8) <= 2
    assert 0 == fast[:30].max() == exact[:30].max()


@pytest.mark.parametrize(("x", "y"), [(-900, 300), (3000, 300), (500, -900), (500, 2000)])
def test_an_roi_far_outside_shows_the_edge(x: float, y: float) -> None:
    """What lies beyond the border is the border, however far."""
    fast, exact = (
        crop(PHOTO, square(x, y, 200), 32, border="replicate", exact=e) for e in (False, True)
    )

    assert np.abs(fast.astype(int) - exact.astype(int)).max() <= 3


def test_a_vast_roi_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a padded copy would be huge it is not made."""
    monkeypatch.setattr(warp, "_replicated_patch", lambda *_: pytest.fail("padded"))
    cropped = crop(PHOTO, square(500, 300, 40_000, 0.3), 224, border="replicate")

    assert (224, 224, 3) == cropped.shape


def test_one_pixel_is_enough() -> None:
    """A picture of one pixel has a crop of its colour."""
    pixel = np.array([[[10, 20, 30]]], np.uint8)
    for exact in (False, True):
        cropped = crop(pixel, Roi(0.5, 0.5, 2.6, 2.6, 0.7), 224, border="replicate", exact=exact)
        assert [[10, 20, 30]] == np.unique(cropped.reshape(-1, 3), axis=0).tolist()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_crops_with_numpy() -> None:
    """After a fork the library's thread pool is dead, and the exact warp takes over."""
    roi = square(512, 256, 300, 0.4)
    crop(PHOTO, roi, 224, border="replicate")  # the pool of the parent is in use
    expected = crop(PHOTO, roi, 224, border="replicate", exact=True)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, crop(PHOTO, roi, 224, border="replicate").tobytes()[:4096])
        os._exit(0)
    os.waitpid(child, 0)

    assert expected.tobytes()[:4096] == os.read(read, 4096)


FRESH_FORK = """
import os, sys
import numpy as np
from knuckle.stages import warp
from knuckle.values import Roi

photo = np.random.default_rng(0).integers(0, 255, (240, 320, 3), np.uint8)
roi = Roi(0.5, 0.5, 0.5, 0.6, 0.4)
child = os.fork()
crops = [warp.crop(photo, roi, 64, border="replicate", exact=exact) for exact in (False, True)]
sys.stdout.write(f"{warp._has_lost_pool} {(crops[0] != crops[1]).any()}\\n")
sys.stdout.flush()
if child:
    os.waitpid(child, 0)
else:
    os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_child_that_was_forked_before_any_warp_has_the_fast_one() -> None:
    """Parent and child give the same crops, for neither has lost a pool."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FRESH_FORK],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert ["False True"] * 2 == done.stdout.splitlines()


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("size", [(40, 20), (20, 50)])
def test_a_crop_may_be_wider_than_high(size: tuple[int, int], exact: bool) -> None:
    """It shows the ROI from corner to corner, as squares of each side show it."""
    small = np.random.default_rng(3).integers(0, 255, (6, 8, 3))
    image = np.kron(small, np.ones((40, 40, 1))).astype(np.uint8)
    roi = Roi(0.45, 0.55, 0.5, 0.4, 0.4)
    found = crop_to(image, roi, size, border="zero", exact=exact)
    whole = crop(image, roi, size[0] * size[1], border="zero", exact=exact)
    expected = whole[:: size[0], :: size[1]]

    assert (size[1], size[0], 3) == found.shape
    assert np.abs(expected.astype(int) - found).mean() < 1
