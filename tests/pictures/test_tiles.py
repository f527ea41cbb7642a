"""The parts of a picture that a search looks at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knuckle.geometry.rois import roi_corners
from knuckle.pictures.tiles import tiled_views
from knuckle.stages.palms import image_from_letterbox
from knuckle.values import Detections, Roi

SIDES = st.integers(1, 4000)


def test_tiles_of_a_worked_example() -> None:
    """640 x 480 in tiles of 384 pixels: two by two, in the corners."""
    tiles = tiled_views((640, 480), 0.6, 0.25)
    corners = np.array([roi_corners(tile, (640, 480))[[1, 3]].ravel() for tile in tiles])

    np.testing.assert_allclose(
        corners,
        [[0, 0, 384, 384], [256, 0, 640, 384], [0, 96, 384, 480], [256, 96, 640, 480]],
        atol=1e-3,
    )


def test_a_narrow_picture_has_one_row() -> None:
    """Of tiles that lie in the middle of its height and leave it above and below."""
    tiles = tiled_views((1000, 100), 0.6, 0.25)

    assert [0.5] * len(tiles) == [tile.y for tile in tiles]
    assert pytest.approx(6) == tiles[0].height


@given(width=SIDES, height=SIDES, share=st.floats(0.2, 1), overlap=st.floats(0, 0.5))
def test_tiles_cover_the_picture(width: int, height: int, share: float, overlap: float) -> None:
    """Without a gap, and neighbours have at least the overlap in common; all are square."""
    tiles = tiled_views((width, height), share, overlap)
    for centre, side, length in (("x", "width", width), ("y", "height", height)):
        extent = getattr(tiles[0], side)
        middles = sorted({getattr(tile, centre) for tile in tiles})
        steps = np.diff(middles)

        assert middles[0] - extent / 2 <= 1e-6
        assert middles[-1] + extent / 2 >= 1 - 1e-6
        assert (steps <= extent * (1 - overlap) + 1e-6).all()
        assert pytest.approx(share * max(width, height)) == extent * length


@given(x=st.floats(0, 1), y=st.floats(0, 1), index=st.integers(0, 3))
def test_a_palm_seen_in_a_tile_is_put_back(x: float, y: float, index: int) -> None:
    """The map from a tile's frame to the picture's inverts that into the tile's."""
    tile = tiled_views((640, 480), 0.6, 0.25)[index]
    inside = (np.array([x, y]) - (tile.x, tile.y)) / (tile.width, tile.height) + 0.5
    box = np.concatenate([inside, inside]).astype(np.float32)[None]
    points = np.broadcast_to(inside.astype(np.float32), (1, 7, 2))
    palm = image_from_letterbox(Detections(box, points, np.ones(1, np.float32)), tile)

    np.testing.assert_allclose(palm.keypoints[0], np.broadcast_to([x, y], (7, 2)), atol=1e-5)
    np.testing.assert_allclose(palm.boxes[0], [x, y, x, y], atol=1e-5)


def test_one_tile_is_the_whole_picture() -> None:
    """As high as it is wide, around the picture's middle."""
    assert (Roi(0.5, 0.5, 1.0, 4 / 3, 0.0),) == tiled_views((640, 480), 1.0, 0.25)
