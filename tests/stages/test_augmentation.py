"""Several readings of one hand, and what becomes of them."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.stages.augmentation import (
    Crop,
    Move,
    Readings,
    joined,
    mean_landmarks,
    mean_probability,
    mirrored,
    moved_crop,
    readings_from_outputs,
    spread,
)
from knuckle.values import FloatArray, Roi

SIZE = (640, 480)
ROI = Roi(0.5, 0.25, 0.3, 0.4, 0.3)


def outputs(n: int, seed: int = 0) -> dict[str, FloatArray]:
    """What a network might give for n crops of 224 pixels."""
    rng = np.random.default_rng(seed)
    return {
        "landmarks": rng.uniform(0, 223, (n, 63)).astype(np.float32),
        "world_landmarks": rng.uniform(-0.1, 0.1, (n, 63)).astype(np.float32),
        "presence": rng.uniform(0, 1, (n, 1)).astype(np.float32),
        "handedness": rng.uniform(0, 1, (n, 1)).astype(np.float32),
    }


def test_a_move_that_does_nothing_is_the_rois_own_crop() -> None:
    """To the last bit."""
    assert Crop(ROI) == moved_crop(ROI, Move())


@given(rotation=st.floats(-pi, pi), flip=st.booleans())
def test_moves_there_and_back(rotation: float, flip: bool) -> None:
    """A turn and its opposite leave the ROI where it was."""
    roi, mirror = moved_crop(ROI, Move(flip, rotation=rotation))
    roi, _ = moved_crop(roi, Move(rotation=-rotation))

    assert flip is mirror
    assert pytest.approx(ROI) == roi


def test_mirrored_twice_is_itself() -> None:
    """Pixels are; and the reading of a mirrored crop is that of the plain one, mirrored."""
    pixels = np.random.default_rng(0).integers(0, 255, (224, 224, 3), np.uint8)
    raw = outputs(1)
    other = {name: values.copy() for name, values in raw.items()}
    other["landmarks"].reshape(21, 3)[:, 0] = 223 - other["landmarks"].reshape(21, 3)[:, 0]
    other["world_landmarks"].reshape(21, 3)[:, 0] *= -1
    other["handedness"] = 1 - other["handedness"]
    plain = readings_from_outputs(raw, [Crop(ROI)], 224)
    back = readings_from_outputs(other, [Crop(ROI, mirrored=True)], 224)

    np.testing.assert_array_equal(pixels, mirrored(mirrored(pixels)))
    for column, same in zip(plain, back, strict=True):
        np.testing.assert_allclose(column, same, atol=1e-4)


def test_a_batch_is_its_readings_one_by_one() -> None:
    """Each crop is moved to the picture by its own ROI."""
    raw, crops = outputs(3), [Crop(ROI), Crop(ROI, True), Crop(ROI._replace(x=0.1, rotation=2.0))]
    batch = readings_from_outputs(raw, crops, 224)
    for i, crop in enumerate(crops):
        single = readings_from_outputs({k: v[i : i + 1] for k, v in raw.items()}, [crop], 224)
        for column, row in zip(batch.part(i, i + 1), single, strict=True):
            np.testing.assert_array_equal(column, row)


def test_reading_does_not_change_the_outputs() -> None:
    """They may be a view of the engine's own memory."""
    raw = outputs(1)
    readings_from_outputs(raw, [Crop(ROI, mirrored=True)], 224)

    np.testing.assert_array_equal(outputs(1)["landmarks"], raw["landmarks"])


def test_joined_readings_keep_their_order() -> None:
    """First the ones, then the others."""
    crops = [Crop(ROI)] * 2
    first, second = (readings_from_outputs(outputs(2, seed), crops, 224) for seed in (0, 1))
    both = joined(first, second)

    assert isinstance(both, Readings)
    np.testing.assert_array_equal(second.landmarks[1], both.part(3, 3 + 1).landmarks[0])


def test_the_mean_counts_a_reading_by_its_presence() -> None:
    """Three quarters of the way to one that is three times as sure."""
    low, high = np.zeros((21, 3), np.float32), np.ones((21, 3), np.float32)
    mean = mean_landmarks(np.stack([low, high]), np.array([0.25, 0.75], np.float32))

    np.testing.assert_allclose(mean, 0.75)


def test_the_mean_of_probabilities_is_that_of_their_log_odds() -> None:
    """Opposite ones cancel out, and certainty outweighs doubt but not for ever."""
    assert pytest.approx(0.5) == mean_probability(np.array([0.9, 0.1], np.float32))
    assert mean_probability(np.array([0.999, 0.3], np.float32)) > 0.9
    assert mean_probability(np.array([1.0, 0.0, 0.0], np.float32)) < 0.5


def test_the_spread_is_in_palm_lengths() -> None:
    """Two readings of one joint, 20 px apart on a palm of 100 px: each 0.1 from their mean."""
    points = np.zeros((2, 21, 2), np.float32)
    points[:, 9] = (0, 100)
    points[1, 8] = (20, 0)
    deviation = spread(points, np.array([1, 1], np.float32))

    assert pytest.approx(0.1) == deviation[8]
    assert 0 == np.delete(deviation, 8).max()


def test_one_reading_has_no_spread() -> None:
    """Even one whose palm has no length."""
    points = np.ones((1, 21, 2), np.float32)

    assert [0.0] * 21 == spread(points, np.array([0.7], np.float32)).tolist()
