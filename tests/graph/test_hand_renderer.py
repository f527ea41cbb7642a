"""The graph that draws hands in MediaPipe's look: what, where, in which colours and order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from knuckle.graph.library import load
from knuckle.graph.options.node_options import options_message
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.graph.types import Classification
from knuckle.spec import CONNECTIONS
from knuckle.values import Detections, FloatArray, ImageArray, Roi

RED, GREEN, PURPLE = [255, 0, 0], [0, 255, 0], [125, 0, 122]
WIDTH, HEIGHT = 640, 480
PICTURE = np.full((HEIGHT, WIDTH, 3), 40, np.uint8)
LEFT, RIGHT = (Classification(0, 0.9, "Left"),), (Classification(1, 0.9, "Right"),)

PALM = Detections(
    np.array([[0.5, 0.5, 0.75, 0.75]], np.float32),
    np.full((1, 7, 2), 0.625, np.float32),
    np.array([0.9], np.float32),
)
ROI = Roi(0.5, 0.5, 0.25, 0.25, 0.0)


def hand(*, depth: float = 0.0) -> FloatArray:
    """Landmarks in a row from left to right, evenly nearer or farther.

    depth: z of the last, that of the first is 0.
    """
    points = np.zeros((21, 3), np.float32)
    points[:, 0], points[:, 1] = np.linspace(0.1, 0.9, 21), 0.75
    points[:, 2] = np.linspace(0, depth, 21)
    return points


def drawn(**values: Any) -> ImageArray:
    """The picture that comes out for values at one time, by the names of the streams."""
    names = {
        "palms": "detections",
        "hands": "multi_hand_landmarks",
        "handedness": "multi_handedness",
        "palm_rois": "multi_palm_rects",
        "hand_rois": "multi_hand_rects",
    }
    with CalculatorGraph(load("hand_renderer")) as graph:
        output = graph.observe("output_image")
        graph.start()
        graph.add_packet("input_image", PICTURE, 5)
        for name, value in values.items():
            graph.add_packet(names[name], value, 5)
    ((picture, time),) = output.take()
    assert 5 == time
    return np.asarray(picture)


def extent(picture: ImageArray, colour: list[int]) -> tuple[int, int, int, int]:
    """The first and last column and row with a colour."""
    ys, xs = np.nonzero((picture == colour).all(axis=2))
    return int(xs.min()), int(xs.max()), int(ys.min()), int(ys.max())


def test_a_picture_without_hands_passes_through() -> None:
    """A frame in which nothing was found comes out as it went in, as a copy."""
    picture = drawn()

    assert (picture == PICTURE).all()
    assert picture is not PICTURE


def test_palms_are_green_boxes_four_wide() -> None:
    """The box reaches two pixels beyond its coordinates, and its last pixel is one before them."""
    picture = drawn(palms=PALM)

    assert (320 - 2, 480 - 1 + 2, 240 - 2, 360 - 1 + 2) == extent(picture, GREEN)
    assert GREEN == picture[300, 400].tolist()  # a keypoint
    assert [40, 40, 40] == picture[300, 440].tolist()


def test_the_score_stands_in_the_box() -> None:
    """The text takes the uppermost tenth of the box."""
    picture = drawn(palms=PALM)
    text = (picture[243:254, 323:477] == GREEN).all(axis=2)

    assert text.any()
    assert 400 > 323 + np.nonzero(text)[1].max()


@pytest.mark.parametrize(("name", "colour"), [("hand_rois", RED), ("palm_rois", PURPLE)])
def test_regions_are_rectangles(name: str, colour: list[int]) -> None:
    """Regions from landmarks are red, those from palms purple; none is filled."""
    picture = drawn(**{name: (ROI,)})

    assert (240 - 2, 400 - 1 + 2, 180 - 2, 300 - 1 + 2) == extent(picture, colour)
    assert [40, 40, 40] == picture[240, 320].tolist()


def test_regions_turn() -> None:
    """A region that is turned by 45 degrees stands on a corner, square in pixels."""
    roi = ROI._replace(width=0.25, height=1 / 3, rotation=np.pi / 4)
    left, right, top, bottom = extent(drawn(hand_rois=(roi,)), RED)

    assert 2 * 113 == pytest.approx(right - left, abs=6)
    assert 2 * 113 == pytest.approx(bottom - top, abs=6)


def test_one_hand_is_named_in_the_corner() -> None:
    """The baseline is at 50 + ceil(50 * 1.25) = 113, the letters are red and ten thick."""
    picture = drawn(handedness=(RIGHT,))
    left, _, top, _ = extent(picture, RED)
    letters = (picture[..., 0] == 255) & (picture[..., 1] == 0)

    assert (33, 63) == pytest.approx((left, top), abs=1)
    assert letters[108:113, 38].all()  # the foot of the R
    assert not letters[119, 30:60].any()


@pytest.mark.parametrize("hands", [(LEFT, RIGHT), (LEFT, RIGHT, LEFT)])
def test_several_hands_are_not_named(hands: Any) -> None:
    """With two hands or more, nobody could tell which one is meant."""
    assert (drawn(handedness=hands) == PICTURE).all()


def test_flat_hands_are_red_dots_on_green_lines() -> None:
    """Without depth, dots have radius 4 and lines are four thick."""
    picture = drawn(hands=(hand(),))

    assert [RED, RED, GREEN] == [picture[360, x].tolist() for x in (64, 68, 76)]
    assert (64 - 4, 576 + 4, 356, 364) == extent(picture, RED)


def test_near_points_are_bright_and_large() -> None:
    """The nearest point is a white dot of radius 18, the farthest a black one."""
    picture = drawn(hands=(hand(depth=-0.5),))
    whites = (picture == 255).all(axis=2)

    assert (576 - 18, 576 + 18, 360 - 18, 360 + 18) == extent(picture, [255, 255, 255])
    assert 1 < whites.sum() < 37 * 37
    assert max(picture[360, 64].tolist()) < 2


def test_landmarks_cover_everything_else() -> None:
    """Later in the order means on top: palms, regions from landmarks, from palms, name, hands."""
    box = Roi(0.5, 0.5, 0.5, 0.5, 0.0)  # as wide as the palm below
    palm = Detections(np.array([[0.25, 0.25, 0.75, 0.75]], np.float32), PALM.keypoints, PALM.scores)
    points = hand()
    points[:, 0] = 0.25
    points[:, 1] = np.linspace(0.3, 0.7, 21)
    below = drawn(palms=palm, hand_rois=(box,))
    middle = drawn(palms=palm, hand_rois=(box,), palm_rois=(box,))
    above = drawn(palms=palm, hand_rois=(box,), palm_rois=(box,), hands=(points,))

    assert [RED, PURPLE] == [picture[240, 160].tolist() for picture in (below, middle)]
    assert above[240, 160].tolist() in (RED, GREEN)
    assert PURPLE == above[240, 478].tolist()


def test_all_hands_are_drawn() -> None:
    """The second hand is drawn, too, and the first stays below it."""
    other = hand()
    other[:, 1] = 0.25
    picture = drawn(hands=(hand(), other))

    assert (RED, RED) == (picture[360, 64].tolist(), picture[120, 64].tolist())


def test_the_connections_are_those_of_the_hand() -> None:
    """The file has all 21 pairs of landmarks that the rest of the package joins, each once."""
    kind = "LandmarksToRenderDataCalculator"
    (node,) = [node for node in load("hand_renderer").nodes if node.calculator == kind]
    options = options_message(f"mediapipe.{kind}Options", node.options)
    ends = list(options.landmark_connections)
    pairs = [pair for part in CONNECTIONS.values() for pair in part]

    assert sorted(pairs) == sorted(zip(ends[::2], ends[1::2], strict=True))
