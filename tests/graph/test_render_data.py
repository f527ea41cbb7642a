"""What the calculators of the renderer want to have drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from knuckle.errors import GraphError
from knuckle.graph.config import GraphConfig
from knuckle.graph.options.node_options import options
from knuckle.graph.types import Classification, VideoHeader
from knuckle.render.annotations import (
    Annotation,
    Dot,
    GradientLine,
    Line,
    Oval,
    Rectangle,
    RenderData,
    Text,
)
from knuckle.render.raster import Colour, Point
from knuckle.values import Detections, Roi

from .small import graph, node, run

RED, GREEN = Colour(255, 0, 0), Colour(0, 255, 0)
WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)

PALM = Detections(
    np.array([[0.25, 0.5, 0.5, 0.75]], np.float32),
    np.full((1, 7, 2), 0.5, np.float32),
    np.array([0.9274], np.float32),
)
HAND = np.zeros((21, 3), np.float32)
HAND[:3] = [[0.5, 0.25, 0.0], [0.25, 0.5, -0.5], [0.75, 0.5, 0.5]]
ROI = Roi(0.5, 0.25, 0.5, 0.25, 0.75)


def drawing(calculator: str, inputs: str, **fields: Any) -> GraphConfig:
    """A graph of one calculator that says what to draw. fields: its options."""
    given = (options(f"{calculator}Options", fields),)
    names = " ".join(end.partition(":")[2] for end in inputs.split())
    return graph(names, node(calculator, inputs, "RENDER_DATA:drawn", options=given))


def drawn(config: GraphConfig, **values: Any) -> list[RenderData]:
    """What is drawn for values at one time, by the names of their streams."""
    sent = [(name, value, 7) for name, value in values.items()]
    packets = run(config, sent, "drawn")
    assert {7} >= {packet.timestamp for packet in packets}
    return [packet.value for packet in packets]


def one(config: GraphConfig, **values: Any) -> tuple[Annotation, ...]:
    """The annotations of the only packet."""
    (data,) = drawn(config, **values)
    return tuple(data.annotations)


def test_a_detection_is_a_label_a_box_and_dots() -> None:
    """The text is a tenth of the box high and lies at its top, with the class and the score."""
    palms = drawing(
        "DetectionsToRenderDataCalculator",
        "DETECTIONS:palms",
        thickness=4,
        color={"r": 0, "g": 255, "b": 0},
    )

    assert (
        Annotation(Text("0,0.93,", 0.25, 0.525, 0.25 * 0.1 * 0.9), GREEN, 4, True),
        Annotation(Rectangle(0.25, 0.5, 0.5, 0.75), GREEN, 4, True),
        *[Annotation(Dot(Point(0.5, 0.5)), GREEN, 4, True)] * 7,
    ) == one(palms, palms=PALM)


def test_a_single_detection_is_drawn_like_several() -> None:
    """The port DETECTION takes one."""
    several = drawing("DetectionsToRenderDataCalculator", "DETECTIONS:palms")
    single = drawing("DetectionsToRenderDataCalculator", "DETECTION:palms")

    assert drawn(several, palms=PALM) == drawn(single, palms=PALM)


@pytest.mark.parametrize(("produces", "count"), [(True, 1), (False, 0)])
def test_no_detections_are_an_empty_drawing(produces: bool, count: int) -> None:
    """With produce_empty_packet, which is the default, there is a packet without annotations."""
    palms = drawing(
        "DetectionsToRenderDataCalculator", "DETECTIONS:palms", produce_empty_packet=produces
    )

    assert [RenderData((), "DETECTION")] * count == drawn(palms, palms=PALM.strongest(0))


def test_flat_landmarks_have_the_colours_of_the_options() -> None:
    """Without visualize_landmark_depth, lines and dots have their colours and one thickness."""
    hands = drawing(
        "LandmarksToRenderDataCalculator",
        "NORM_LANDMARKS:hand",
        landmark_connections=[0, 1, 1, 2],
        landmark_color={"r": 255},
        connection_color={"g": 255},
        thickness=4,
        visualize_landmark_depth=False,
    )
    found = one(hands, hand=HAND)

    assert (
        Annotation(Line(Point(0.5, 0.25), Point(0.25, 0.5)), GREEN, 4, True),
        Annotation(Line(Point(0.25, 0.5), Point(0.75, 0.5)), GREEN, 4, True),
        Annotation(Dot(Point(0.5, 0.25)), RED, 4, True),
        Annotation(Dot(Point(0.25, 0.5)), RED, 4, True),
    ) == found[:4]
    assert 2 + 21 == len(found)


def test_near_landmarks_are_brighter_and_larger() -> None:
    """By default, the nearest is white with radius 18, the farthest black without one."""
    hands = drawing("LandmarksToRenderDataCalculator", "NORM_LANDMARKS:hand", thickness=4)
    found = one(hands, hand=HAND)

    assert [(Colour(*[128] * 3), 9), (WHITE, 18), (Colour(1, 1, 1), 0)] == [
        (dot.colour, dot.thickness) for dot in found[:3]
    ]


def test_lines_between_near_and_far_are_gradients() -> None:
    """Each end has the grey of its depth; the lines keep the thickness of the options."""
    hands = drawing(
        "LandmarksToRenderDataCalculator",
        "NORM_LANDMARKS:hand",
        landmark_connections=[1, 2],
        connection_color={"g": 255},
        thickness=4,
    )
    line = GradientLine(Point(0.25, 0.5), Point(0.75, 0.5), WHITE, Colour(0, 0, 0))

    assert Annotation(line, GREEN, 4, True) == one(hands, hand=HAND)[0]


def test_the_ends_of_depth_have_colours_of_their_own() -> None:
    """min_depth_line_color and max_depth_line_color replace white and black."""
    hands = drawing(
        "LandmarksToRenderDataCalculator",
        "NORM_LANDMARKS:hand",
        landmark_connections=[1, 1],
        min_depth_line_color={"r": 255},
        max_depth_line_color={"g": 255},
    )

    assert RED == one(hands, hand=HAND)[0].figure.start_colour  # type: ignore[union-attr]


def test_a_range_of_radii_can_be_chosen() -> None:
    """The radii of dots go from max_depth_circle_thickness down to min_depth_circle_thickness."""
    hands = drawing(
        "LandmarksToRenderDataCalculator",
        "NORM_LANDMARKS:hand",
        min_depth_circle_thickness=4,
        max_depth_circle_thickness=10,
    )

    assert [7, 10, 4] == [dot.thickness for dot in one(hands, hand=HAND)[:3]]


@pytest.mark.parametrize(("z", "kind"), [(0.0009, Line), (0.0011, GradientLine)])
def test_depth_shows_from_a_thousandth_on(z: float, kind: type) -> None:
    """Landmarks whose z differs less are drawn flat."""
    hands = drawing(
        "LandmarksToRenderDataCalculator", "NORM_LANDMARKS:hand", landmark_connections=[0, 1]
    )
    hand = np.zeros((21, 3), np.float32)
    hand[1, 2] = z

    assert kind is type(one(hands, hand=hand)[0].figure)


def test_the_farthest_depth_is_at_least_above_zero() -> None:
    """All z are negative: the largest counts as 0, and the dots keep their distance from black."""
    hands = drawing("LandmarksToRenderDataCalculator", "NORM_LANDMARKS:hand")
    hand = np.zeros((21, 3), np.float32)
    hand[:, 2] = np.linspace(-0.4, -0.2, 21)

    assert Colour(128, 128, 128) == one(hands, hand=hand)[20].colour


def test_landmarks_in_pixels_are_not_normalised() -> None:
    """The port LANDMARKS takes pixels, and RENDER_SCALE multiplies the thickness."""
    hands = drawing(
        "LandmarksToRenderDataCalculator",
        "LANDMARKS:hand RENDER_SCALE:scale",
        visualize_landmark_depth=False,
        thickness=4,
    )
    (first, *_) = one(hands, hand=HAND * 100, scale=0.5)

    assert Annotation(Dot(Point(50, 25)), BLACK, 2, False) == first


def test_dots_can_be_left_out() -> None:
    """Without render_landmarks there are only lines."""
    hands = drawing(
        "LandmarksToRenderDataCalculator",
        "NORM_LANDMARKS:hand",
        landmark_connections=[0, 1],
        render_landmarks=False,
    )

    assert 1 == len(one(hands, hand=HAND))


@pytest.mark.parametrize(
    ("connections", "message"),
    [([0, 1, 2], "must be pairs of landmarks, not 3"), ([0, 21], "must be between landmarks 0")],
)
def test_connections_must_be_pairs_of_landmarks(connections: list[int], message: str) -> None:
    """Other connections are refused."""
    hands = drawing(
        "LandmarksToRenderDataCalculator", "NORM_LANDMARKS:hand", landmark_connections=connections
    )

    with pytest.raises(GraphError, match=message):
        drawn(hands, hand=HAND)


def test_regions_are_turned_rectangles() -> None:
    """A region's rectangle keeps its rotation, and the options say how it looks."""
    rects = drawing(
        "RectToRenderDataCalculator",
        "NORM_RECTS:rects",
        color={"r": 255},
        thickness=4,
        top_left_thickness=2,
    )
    box = Rectangle(0.25, 0.125, 0.75, 0.375, 0.75, corner_radius=2)

    assert (Annotation(box, RED, 4, True),) * 2 == one(rects, rects=(ROI, ROI))


def test_regions_can_be_filled_ovals() -> None:
    """The options oval and filled change the shape."""
    rects = drawing("RectToRenderDataCalculator", "NORM_RECT:rect", oval=True, filled=True)
    box = Rectangle(0.25, 0.125, 0.75, 0.375, 0.75, is_filled=True)

    assert (Annotation(Oval(box), BLACK, 1, True),) == one(rects, rect=ROI)


def test_regions_in_pixels_are_not_normalised() -> None:
    """The ports RECT and RECTS take pixels."""
    rects = drawing("RectToRenderDataCalculator", "RECT:rect")
    found = one(rects, rect=Roi(50, 25, 20, 10, 0))

    assert (Annotation(Rectangle(40, 20, 60, 30), BLACK, 1, False),) == found


def test_no_regions_are_an_empty_drawing() -> None:
    """An empty vector gives a packet without annotations."""
    assert () == one(drawing("RectToRenderDataCalculator", "NORM_RECTS:rects"), rects=())


LABELS = (Classification(0, 0.912, "Left"), Classification(1, 0.088, "Right"))


def test_labels_stand_below_one_another() -> None:
    """The first baseline is the offset and 1.25 heights of the font; the next one more below."""
    labels = drawing(
        "LabelsToRenderDataCalculator",
        "CLASSIFICATIONS:labels",
        color=[{"r": 255}, {"g": 255}],
        thickness=10,
        font_height_px=50,
        horizontal_offset_px=30,
        vertical_offset_px=50,
        max_num_labels=2,
    )

    assert (
        Annotation(Text("Left", 30, 50 + 63, 50), RED, 10),
        Annotation(Text("Right", 30, 50 + 126, 50), GREEN, 10),
    ) == one(labels, labels=LABELS)


def test_by_default_one_label_is_red() -> None:
    """max_num_labels is 1, the colour red, the thickness 2."""
    found = one(drawing("LabelsToRenderDataCalculator", "CLASSIFICATIONS:labels"), labels=LABELS)

    assert (Annotation(Text("Left", 0, 63, 50), RED, 2),) == found


def test_labels_can_have_scores_and_outlines() -> None:
    """display_classification_score adds the score, outline_thickness a rim."""
    labels = drawing(
        "LabelsToRenderDataCalculator",
        "LABELS:names SCORES:scores",
        display_classification_score=True,
        outline_thickness=3,
        outline_color=[{"g": 255}],
    )
    text = Text("Left 0.91", 0, 63, 50, outline=3, outline_colour=GREEN)

    assert text == one(labels, names=("Left",), scores=(0.912,))[0].figure


def test_labels_at_the_bottom_end_at_the_offset() -> None:
    """The last of them stands the offset above the bottom of the picture."""
    labels = drawing(
        "LabelsToRenderDataCalculator",
        "CLASSIFICATIONS:labels VIDEO_PRESTREAM:header",
        location="BOTTOM_LEFT",
        max_num_labels=2,
        vertical_offset_px=10,
    )
    header = VideoHeader(640, 480, 30.0)
    found = one(labels, header=header, labels=LABELS)

    assert [470 - 63, 470] == [label.figure.baseline for label in found]  # type: ignore[union-attr]


def test_labels_at_the_bottom_need_the_height() -> None:
    """Without VIDEO_PRESTREAM the height of the picture is not known."""
    labels = drawing(
        "LabelsToRenderDataCalculator", "CLASSIFICATIONS:labels", location="BOTTOM_LEFT"
    )

    with pytest.raises(GraphError, match="connect VIDEO_PRESTREAM"):
        drawn(labels, labels=LABELS)
