from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knuckle.evaluate.metrics.distances import box_ious
from knuckle.evaluate.metrics.palm_squares import (
    PALM,
    SIDE,
    average_precision,
    match_palms,
    palm_square,
)
from knuckle.pictures import detector as pipeline
from tests.conftest import read_rgb
from tests.detectors import a_detector
from tests.evaluate.hands import POINTS


def test_the_square_of_a_known_hand() -> None:
    """The seven points span x 26..69 and y 60..100: 43 is the longer side."""
    x0, y0, x1, y1 = palm_square(POINTS).tolist()

    assert pytest.approx(47.5) == (x0 + x1) / 2
    assert pytest.approx(80) == (y0 + y1) / 2
    assert pytest.approx(SIDE * 43) == x1 - x0 == pytest.approx(y1 - y0)


def test_fingers_do_not_count_and_the_palm_must_be_known() -> None:
    """Unknown tips change nothing; an unknown MCP leaves no square."""
    tips, knuckle = POINTS.copy(), POINTS.copy()
    tips[[4, 8, 12, 16, 20]] = np.nan
    knuckle[13] = np.nan

    assert palm_square(POINTS).tolist() == palm_square(tips).tolist()
    assert np.isnan(palm_square(knuckle)).all()


@pytest.mark.data
def test_the_square_is_the_detectors(data: Path) -> None:
    """From the detector's own points it is, in the middle, the detector's own box."""
    detector, found = a_detector(), []
    for path in sorted((data / "hgc_realworld" / "images").iterdir())[::16]:
        image = read_rgb(path)
        size = np.array([image.shape[1], image.shape[0]])
        palms = pipeline.find_palms(detector, image)
        for box, keypoints in zip(palms.boxes, palms.keypoints, strict=True):
            points = np.full((21, 2), np.nan)
            # The detector gives the thumb's two last.
            points[PALM] = keypoints * size
            own = (box.reshape(2, 2) * size).reshape(1, 4).astype(np.float64)
            found.append(box_ious(own, palm_square(points)[None])[0, 0])

    assert len(found) > 15
    assert np.median(found) > 0.85


def test_a_square_is_taken_once() -> None:
    """The stronger of two detections on one palm is true; one between two goes to the nearer."""
    truth = np.array([[0, 0, 10, 10], [20, 0, 30, 10]], np.float64)
    detected = np.array([[1, 0, 11, 10], [0, 0, 10, 10], [19, 0, 29, 10], [50, 50, 60, 60]], float)

    assert [True, False, True, False] == match_palms(truth, detected).tolist()
    assert [False] == match_palms(truth[:0], detected[:1]).tolist()


def test_average_precision_of_a_known_ranking() -> None:
    """Right, wrong, right of three palms: (1 + 2/3) / 3; the order given does not matter."""
    scores, true = np.array([0.7, 0.9, 0.8]), np.array([True, True, False])

    assert pytest.approx((1 + 2 / 3) / 3) == float(average_precision(scores, true, 3, np.ones(3)))


def test_precision_only_falls() -> None:
    """Wrong before right: the envelope gives the first recall the later precision."""
    scores, true = np.array([0.9, 0.8, 0.7]), np.array([False, True, True])

    assert pytest.approx(2 / 3) == float(average_precision(scores, true, 2, np.ones(3)))


def test_nothing_expected_is_undefined_and_nothing_found_is_zero() -> None:
    """NaN without palms; 0 without detections."""
    none = np.array([])

    assert np.isnan(average_precision(np.array([0.9]), np.array([False]), 0, np.ones(1)))
    assert 0 == average_precision(none, none.astype(bool), 3, none)


def test_weights_repeat_pictures() -> None:
    """A picture drawn twice counts as two pictures with the same palms and detections."""
    scores, true = np.array([0.9, 0.8]), np.array([True, False])
    weights = np.array([[2.0, 1.0], [1.0, 1.0], [0.0, 2.0]])
    found = average_precision(scores, true, np.array([3.0, 2.0, 1.0]), weights)

    np.testing.assert_allclose([2 / 3, 1 / 2, 0], found)
