"""Views side by side in one input: each palm is found in its own view, and where it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from knuckle.geometry.rois import scaled_roi
from knuckle.networks.engine import open_networks
from knuckle.stages.palm_mosaic import palms_in_mosaic
from knuckle.stages.palm_stage import PalmStage
from knuckle.values import ImageArray, Roi, image_size


@pytest.fixture(scope="module")
def stage() -> PalmStage:
    """The full palm network."""
    return PalmStage(open_networks("full").palm)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_mosaic_finds_what_single_views_find(
    stage: PalmStage, open_palm: ImageArray, no_hands: ImageArray, mirrored: bool
) -> None:
    """Five views of a small hand or of a wall, in two mosaics: palms only in views of the hand."""
    scene = Image.fromarray(no_hands).resize((640, 480))
    scene.paste(Image.fromarray(open_palm).resize((128, 96)), (300, 200))
    image = np.asarray(scene)
    near = Roi(364 / 640, 248 / 480, 96 / 640, 96 / 480, 0.0)
    wall = near._replace(x=100 / 640, y=60 / 480)
    views = [near, wall, scaled_roi(near, 1.2), wall, near]
    weak = replace(stage, min_score=0.1)
    [single] = palms_in_mosaic(weak, image, [near], 1)
    found = palms_in_mosaic(weak, image, views, 2, mirrored=mirrored)

    assert [True, False, True, False, True] == [len(palms) > 0 for palms in found]
    for palms in (found[0], found[2], found[4]):
        palm = np.ptp(single.boxes[0, [0, 2]])
        assert np.abs(palms.keypoints[0] - single.keypoints[0]).max() < 0.4 * palm


def test_one_view_in_a_mosaic_is_that_view(stage: PalmStage, open_palm: ImageArray) -> None:
    """In a square inside the picture the border does not matter."""
    width, height = image_size(open_palm)
    side = min(width, height)
    view = Roi(0.5, 0.5, side / width, side / height, 0.0)
    [single] = stage([open_palm], [view])
    [palms] = palms_in_mosaic(stage, open_palm, [view], 1)

    np.testing.assert_allclose(palms.boxes, single.boxes, atol=1e-3)
    np.testing.assert_allclose(palms.scores, single.scores, atol=1e-2)
