"""Overlaps of boxes."""

from __future__ import annotations

import numpy as np
import pytest

from knuckle.geometry.boxes import box_iou, roi_iou
from knuckle.values import Roi


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ((0, 0, 2, 2), 1.0),
        ((1, 0, 3, 2), 1 / 3),
        ((2, 0, 4, 2), 0.0),  # they touch
        ((5, 5, 6, 6), 0.0),
        ((0.5, 0.5, 1.5, 1.5), 0.25),
    ],
)
def test_overlap_of_a_square(other: tuple[float, ...], expected: float) -> None:
    """Intersection over union with the square from 0 to 2."""
    boxes = np.array([(0, 0, 2, 2), other], np.float32)

    assert [1.0, expected] == pytest.approx(box_iou(boxes[0], boxes).tolist())


def test_no_boxes_have_no_overlaps() -> None:
    """An empty list of boxes gives an empty list of shares."""
    assert (0,) == box_iou(np.zeros(4, np.float32), np.zeros((0, 4), np.float32)).shape


def test_a_box_without_area_overlaps_nothing() -> None:
    """Not even itself, and without a division by zero."""
    point = np.array([1, 1, 1, 1], np.float32)

    assert [0.0] == box_iou(point, point[None]).tolist()


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Roi(0.5, 0.5, 0.2, 0.4, 0.0), 1.0),
        (Roi(0.5, 0.5, 0.2, 0.4, 1.0), 1.0),  # upstream ignores the rotation
        (Roi(0.6, 0.5, 0.2, 0.4, 0.0), 1 / 3),
        (Roi(0.5, 0.6, 0.1, 0.2, 0.0), 1 / 4),
        (Roi(0.7, 0.5, 0.2, 0.4, 0.0), 0.0),
        (Roi(0.9, 0.9, 0.2, 0.4, 0.0), 0.0),
    ],
)
def test_overlap_of_rois(other: Roi, expected: float) -> None:
    """With one of 0.2 by 0.4 in the middle, either way round."""
    roi = Roi(0.5, 0.5, 0.2, 0.4, 0.3)

    assert pytest.approx(expected, abs=1e-9) == roi_iou(roi, other) == roi_iou(other, roi)


def test_rois_without_area_overlap_nothing() -> None:
    """Not even themselves."""
    point = Roi(0.5, 0.5, 0.0, 0.0, 0.0)

    assert 0.0 == roi_iou(point, point)
