"""Anchors beside the golden values of the specification."""

from __future__ import annotations

import numpy as np

from knuckle.stages.anchors import anchor_centres


def test_anchors_of_the_192_px_network() -> None:
    """2016 anchors: two per cell of 8 px, six per cell of 16 px, the fine ones first."""
    anchors = anchor_centres(192)

    assert (2016, 2) == anchors.shape
    np.testing.assert_allclose(anchors[[0, 1]], 0.0208333, atol=1e-6)
    np.testing.assert_allclose(anchors[2], [0.0625, 0.0208333], atol=1e-6)
    np.testing.assert_allclose(anchors[1150:1152], 0.9791667, atol=1e-6)
    np.testing.assert_allclose(anchors[1152:1158], 0.0416667, atol=1e-6)
    np.testing.assert_allclose(anchors[-3:], 0.9583333, atol=1e-6)
    np.testing.assert_allclose(anchors.sum(axis=0, dtype=np.float64), [1008, 1008], atol=1e-3)


def test_anchors_of_the_128_px_network() -> None:
    """The same rule gives the 896 anchors of 2020's network."""
    anchors = anchor_centres(128)

    assert (896, 2) == anchors.shape
    np.testing.assert_allclose(anchors[0], [0.03125, 0.03125])
    np.testing.assert_allclose(anchors[2], [0.09375, 0.03125])
    np.testing.assert_allclose(anchors[-1], [0.9375, 0.9375])
