"""The tiles of a picture in which a search looks for palms."""

from __future__ import annotations

from math import ceil

from ..values import Roi


def tiled_views(image_size: tuple[int, int], share: float, overlap: float) -> tuple[Roi, ...]:
    """Square tiles that cover a picture, row by row, in the normalised image frame.

    image_size: (width, height), pixels.
    share: the side of a tile, as a share of the picture's longer side.
    overlap: the least overlap of neighbours, as a share of a tile's side.
    """
    width, height = image_size
    side = share * max(image_size)
    return tuple(
        Roi(x / width, y / height, side / width, side / height, 0.0)
        for y in _middles(height, side, overlap)
        for x in _middles(width, side, overlap)
    )


def _middles(length: int, side: float, overlap: float) -> list[float]:
    """The centres of evenly spaced tiles along one axis; a single tile lies in the middle."""
    count = max(ceil((length - side) / (side * (1 - overlap))) + 1, 1)
    if count == 1:
        return [length / 2]
    return [side / 2 + i * (length - side) / (count - 1) for i in range(count)]
