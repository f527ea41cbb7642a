"""The calculator that draws annotations on pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from knuckle.errors import GraphError
from knuckle.graph.calculators.demands import GPU_NOTE
from knuckle.graph.config import GraphConfig
from knuckle.graph.options.node_options import options
from knuckle.graph.packets import Packet
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.render.annotations import Annotation, Dot, RenderData, Text
from knuckle.render.raster import Colour, Point

from .small import graph, node, run

RED, GREEN, BLUE = Colour(255, 0, 0), Colour(0, 255, 0), Colour(0, 0, 255)
BLACK_PICTURE = np.zeros((16, 24, 3), np.uint8)


def overlay(inputs: str, output: str = "IMAGE:out", **fields: Any) -> GraphConfig:
    """A graph with one overlay. fields: its options."""
    given = (options("AnnotationOverlayCalculatorOptions", fields),)
    names = " ".join(end.rpartition(":")[2] for end in inputs.split())
    return graph(names, node("AnnotationOverlayCalculator", inputs, output, options=given))


def dot(colour: Colour, x: int = 8) -> RenderData:
    """A dot of radius 3."""
    return RenderData((Annotation(Dot(Point(x, 8)), colour, 3),))


def colour_at(packets: list[Packet], x: int, y: int = 8) -> Colour:
    """A pixel of the only packet's picture."""
    (packet,) = packets
    return Colour(*packet.value[y, x].tolist())


def test_annotations_are_drawn_on_a_copy() -> None:
    """The picture that comes in stays as it is."""
    image = BLACK_PICTURE.copy()
    found = run(overlay("IMAGE:image dots"), [("image", image, 1), ("dots", dot(RED), 1)], "out")

    assert RED == colour_at(found, 8)
    assert not image.any()


def test_later_inputs_cover_earlier_ones_and_vectors_cover_all() -> None:
    """The order is that of the inputs; those of VECTOR come last."""
    config = overlay("VECTOR:0:last IMAGE:image first second")
    sent = [
        ("image", BLACK_PICTURE, 1),
        ("first", dot(RED, 6), 1),
        ("second", dot(GREEN, 8), 1),
        ("last", (dot(BLUE, 10), dot(RED, 12)), 1),
    ]
    found = run(config, sent, "out")

    assert [RED, GREEN, GREEN, BLUE, RED] == [colour_at(found, x) for x in (4, 5, 6, 8, 10)]


def test_missing_annotations_leave_the_picture_as_it_is() -> None:
    """A picture without annotations at its time passes through."""
    found = run(overlay("IMAGE:image dots"), [("image", BLACK_PICTURE, 1)], "out")

    assert not found[0].value.any()


def test_without_its_picture_nothing_is_drawn() -> None:
    """Annotations at a time without a picture are lost."""
    assert [] == run(overlay("IMAGE:image dots"), [("dots", dot(RED), 1)], "out")


def test_a_canvas_stands_for_pictures() -> None:
    """Without an input of pictures, the options say how large and of what colour they are."""
    config = overlay(
        "dots", canvas_width_px=30, canvas_height_px=20, canvas_color={"r": 1, "g": 2, "b": 3}
    )
    found = run(config, [("dots", dot(RED), 1), ("dots", dot(RED), 2)], "out")

    assert [(20, 30, 3)] * 2 == [packet.value.shape for packet in found]
    assert (RED, Colour(1, 2, 3)) == (colour_at(found[1:], 8), colour_at(found[:1], 0))


def test_letters_can_stand_on_their_heads() -> None:
    """With flip_text_vertically, text hangs below its baseline."""
    text = RenderData((Annotation(Text("L", 2, 8, 8), RED),))
    config = overlay("IMAGE:image texts", flip_text_vertically=True)
    found = run(config, [("image", BLACK_PICTURE, 1), ("texts", text, 1)], "out")

    assert [*range(8, 15)] == np.unique(np.nonzero(found[0].value)[0]).tolist()


@pytest.mark.parametrize(
    ("input_tag", "output_tag"), [("IMAGE_GPU", "IMAGE_GPU"), ("INPUT_FRAME", "OUTPUT_FRAME")]
)
def test_other_names_mean_pictures_too(input_tag: str, output_tag: str) -> None:
    """Pictures for graphics cards, and the names of early 2020, are drawn upon in the same way."""
    config = overlay(f"{input_tag}:image dots", f"{output_tag}:out")
    found = run(config, [("image", BLACK_PICTURE, 1), ("dots", dot(RED), 1)], "out")

    assert RED == colour_at(found, 8)


def test_pictures_come_from_one_input() -> None:
    """IMAGE and IMAGE_GPU exclude each other."""
    with pytest.raises(GraphError, match="not from IMAGE and IMAGE_GPU"):
        run(overlay("IMAGE:image IMAGE_GPU:other dots"), [], "out")


def test_graphs_for_graphics_cards_are_told_that_there_is_none() -> None:
    """A graph that asks for a GPU runs, and says so in its notes."""
    config = overlay("IMAGE_GPU:image dots", "IMAGE_GPU:out")
    with CalculatorGraph(config) as running:
        running.start()

    assert (GPU_NOTE,) == running.notes
