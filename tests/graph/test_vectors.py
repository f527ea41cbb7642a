"""Calculators that ask how long a vector is, and that take parts of one."""

from __future__ import annotations

from typing import Any

import pytest

from knuckle.errors import GraphError
from knuckle.graph.config import Options
from knuckle.graph.packets import Packet
from knuckle.graph.types import Classification
from knuckle.messages import graph_options as graph_options
from knuckle.messages.tables import message_class

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
