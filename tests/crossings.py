"""Clips in which one hand passes in front of another, put together from the sample clip."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knuckle.io.sources import open_source
from knuckle.values import Frame, ImageArray
from tests.conftest import SAMPLES

MIDDLE = 375  # column between the two hands of the clip
FIRST = 40  # frame from which both are there
LEAST_CHANGE = 24  # of 255, from the empty background


@cache
def _clip() -> tuple[list[ImageArray], Any]:
    frames = [frame.image for frame in open_source(SAMPLES / "two_hands.mp4")]
    return frames, json.loads((SAMPLES / "two_hands.json").read_text())["frames"]


def crossing(
    steps: list[int], fps: float = 30.0
) -> Iterator[tuple[Frame, dict[int, NDArray[np.float64]]]]:
    """Frames and the points of their hands by true identity: 1 stays, 2 passes in front of it.

    steps: how far the second hand has moved to the left, pixels, frame by frame.
    """
    images, truth = _clip()
    for index, left in enumerate(steps):
        # To and fro over the sixty frames in which both hands are there.
        source = FIRST + abs((index + 60) % 120 - 60)
        picture = images[source].copy()
        second = picture.copy()
        picture[:, MIDDLE:] = images[0][:, MIDDLE:]
        mask = np.abs(second.astype(np.int16) - images[0]).max(axis=2) > LEAST_CHANGE
        mask[:, :MIDDLE] = False
        rows, columns = np.nonzero(mask)
        inside = columns - left >= 0
        picture[rows[inside], columns[inside] - left] = second[rows[inside], columns[inside]]
        hands = {hand["id"]: np.array(hand["points"]) for hand in truth[source]["hands"]}
        hands[2] = hands[2] - (left, 0)
        yield Frame(picture, index, index / fps), hands
