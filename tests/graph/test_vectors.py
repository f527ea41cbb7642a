"""Calculators that ask how long a vector is, take parts of one, and join several."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from knuckle.errors import GraphError
from knuckle.graph.config import Options
from knuckle.graph.packets import Packet
from knuckle.graph.types import Classification
from knuckle.messages import graph_options as graph_options
from knuckle.messages.tables import message_class
from knuckle.values import Detections, Roi

from .hand_pipeline import node as text_of
from .hand_pipeline import vector_node
from .one_packet import one
from .small import graph, node, run

LEFT, RIGHT = (Classification(0, 0.9, "Left"),), (Classification(1, 0.8, "Right"),)


def has_min_size(**options: Any) -> Any:
    """A graph that asks how many hands there are."""
    name = "mediapipe.CollectionHasMinSizeCalculatorOptions"
    content = message_class(name)(**options).SerializeToString()
    return graph(
        "hands",
        node(
            "ClassificationListVectorHasMinSizeCalculator",
            "ITERABLE:hands",
            "enough",
            side_inputs="least",
            options=(Options(name, content=content),),
        ),
        side_inputs="least",
    )


def split(outputs: str, *ranges: tuple[int, int], **options: Any) -> Any:
    """A graph that takes parts of a vector."""
    name = "mediapipe.SplitVectorCalculatorOptions"
    message = message_class(name)(**options)
    for begin, end in ranges:
        message.ranges.add(begin=begin, end=end)
    kind = "SplitClassificationListVectorCalculator"
    given = (Options(name, content=message.SerializeToString()),)
    return graph("hands", node(kind, "hands", outputs, options=given))


@pytest.mark.parametrize(("least", "expected"), [(1, True), (2, True), (3, False)])
def test_a_vector_has_enough_items_or_not(least: int, expected: bool) -> None:
    """The length is compared with the option."""
    sent = [("hands", (LEFT, RIGHT), 5)]

    assert [Packet(expected, 5)] == run(has_min_size(min_size=least), sent, "enough")


def test_the_side_packet_overrides_the_least_length() -> None:
    """A side packet comes before the option."""
    sent = [("hands", (LEFT, RIGHT), 5)]
    found = run(has_min_size(min_size=3), sent, "enough", sides={"least": 2})

    assert [Packet(True, 5)] == found


def test_a_range_becomes_a_vector() -> None:
    """Without options, each output gets the items of its range."""
    assert [Packet((RIGHT,), 5)] == run(
        split("one two", (0, 1), (1, 2)), [("hands", (LEFT, RIGHT), 5)], "two"
    )


def test_an_element_comes_out_by_itself() -> None:
    """With element_only the output is the item."""
    found = run(split("one", (0, 1), element_only=True), [("hands", (LEFT, RIGHT), 5)], "one")

    assert [Packet(LEFT, 5)] == found


def test_ranges_can_be_joined() -> None:
    """With combine_outputs there is one output with all items."""
    graph = split("all", (1, 2), (0, 1), combine_outputs=True)

    assert [Packet((RIGHT, LEFT), 5)] == run(graph, [("hands", (LEFT, RIGHT), 5)], "all")


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (split("one", (0, 1), (1, 2)), "2 ranges need as many outputs, but there are 1"),
        (split("one", (1, 1)), "the range 1 to 1 is empty"),
        (split("one", (0, 2), element_only=True), "each range must hold one item"),
        (split("one", (0, 3)), "a range ends at 3, but the vector has 2 items"),
    ],
)
def test_ranges_must_fit(graph: Any, message: str) -> None:
    """A range that does not fit the outputs or the vector is refused."""
    with pytest.raises(GraphError, match=message):
        run(graph, [("hands", (LEFT, RIGHT), 5)], "one")


CLIP = "ClipNormalizedRectVectorSizeCalculator", "ClipVectorSizeCalculatorOptions"
RECTS = tuple(Roi(0.1 * i, 0.5, 0.05, 0.05, 0.0) for i in range(1, 4))


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_vector_is_clipped(count: int) -> None:
    """A shorter one stays as it is."""
    text = vector_node(*CLIP, "r", "o", f"max_vec_size: {count}")

    assert RECTS[:count] == one(text, {"r": RECTS}, "o")


def test_the_side_packet_overrides_the_greatest_length() -> None:
    """The number of hands comes before the option."""
    text = vector_node(*CLIP, "r {n}", "o", "max_vec_size: 1")

    assert RECTS[:2] == one(text, {"r": RECTS}, "o", n=2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (vector_node(*CLIP, "r", "o", "max_vec_size: 0"), "max_vec_size is 0: set it to 1 or more"),
        (
            vector_node(
                "NormalizedRectVectorHasMinSizeCalculator",
                "CollectionHasMinSizeCalculatorOptions",
                "ITERABLE:r",
                "o",
                "min_size: -1",
            ),
            "min_size is -1: set it to 0 or more",
        ),
    ],
)
def test_impossible_lengths_are_refused(text: str, message: str) -> None:
    """As in MediaPipe; the message has the cure."""
    with pytest.raises(GraphError, match=message):
        one(text, {"r": RECTS}, "o")


def test_an_impossible_side_packet_is_named() -> None:
    """By the name that it was given with."""
    text = vector_node(*CLIP, "r {n}", "o", "max_vec_size: 1")

    with pytest.raises(GraphError, match='the side packet "n" is 0: set it to 1 or more'):
        one(text, {"r": RECTS}, "o", n=0)


def test_parts_of_detections_are_detections() -> None:
    """In the order of the ranges."""
    scores = np.array([0.9, 0.8, 0.7], np.float32)
    palms = Detections(np.zeros((3, 4), np.float32), np.zeros((3, 7, 2), np.float32), scores)
    options = "ranges { begin: 2 end: 3 } ranges { begin: 0 end: 1 } combine_outputs: true"
    name = "SplitDetectionVectorCalculator"
    text = vector_node(name, "SplitVectorCalculatorOptions", "d", "o", options)
    found = one(text, {"d": palms}, "o")

    assert scores[[2, 0]].tolist() == found.scores.tolist()


def test_landmarks_of_one_hand_are_split() -> None:
    """Their list is a vector, too."""
    points = np.arange(63, dtype=np.float32).reshape(21, 3)
    name = "SplitNormalizedLandmarkListCalculator"
    options = "ranges { begin: 0 end: 4 } ranges { begin: 5 end: 7 } combine_outputs: true"
    text = vector_node(name, "SplitVectorCalculatorOptions", "l", "o", options)

    assert np.array_equal(points[[0, 1, 2, 3, 5, 6]], one(text, {"l": points}, "o"))


def test_a_vector_is_filtered() -> None:
    """By a vector of conditions."""
    text = text_of(
        "FilterNormalizedRectCollectionCalculator", "ITERABLE:r CONDITION:c", "ITERABLE:o"
    )

    assert RECTS[1:] == one(text, {"r": RECTS, "c": (False, True, True)}, "o")


ASSOCIATION = vector_node(
    "AssociationNormRectCalculator",
    "AssociationCalculatorOptions",
    "a b",
    "o",
    "min_similarity_threshold: 0.5",
)


def test_the_later_of_overlapping_regions_stays() -> None:
    """Those of the second stream win and come last."""
    near = RECTS[0]._replace(x=0.105)

    assert (RECTS[1], near, RECTS[2]) == one(
        ASSOCIATION, {"a": RECTS[:2], "b": (near, RECTS[2])}, "o"
    )


def test_regions_come_from_one_stream_alone() -> None:
    """As in the first picture, which has none before it."""
    text = ASSOCIATION + text_of("GateCalculator", "x ALLOW:f", "b")

    assert RECTS == one(text, {"a": RECTS, "x": RECTS, "f": False}, "o")


def test_regions_overlap_by_choice() -> None:
    """A threshold above their overlap keeps both."""
    near = RECTS[0]._replace(x=0.105)
    text = ASSOCIATION.replace("0.5", "0.9")

    assert (RECTS[0], near) == one(text, {"a": RECTS[:1], "b": (near,)}, "o")
