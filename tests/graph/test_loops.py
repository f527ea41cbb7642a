"""Loops over vectors."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knuckle.graph.calculator import Calculator, Context
from knuckle.graph.calculators.loops import join_detections, split_detections
from knuckle.graph.contracts import ANY, Contract, Port
from knuckle.graph.packets import Packet
from knuckle.graph.types import RECT
from knuckle.values import Detections, Roi

from .small import Sent, graph, node, run


class Narrow(Calculator):
    """Gives narrow regions the rotation of the clone; wide ones vanish."""

    contract = Contract(inputs=(Port("RECT", RECT), Port("BY", ANY)), outputs=(Port("", RECT),))

    def process(self, context: Context) -> None:
        """Turn one region."""
        roi = context.get("RECT")
        if roi.width < 0.5:
            context.emit("", roi._replace(rotation=context.get("BY")))


LOOP = graph(
    "rects angle",
    node(
        "BeginLoopNormalizedRectCalculator",
        "ITERABLE:rects CLONE:angle",
        "ITEM:rect CLONE:each_angle BATCH_END:end",
    ),
    node("Narrow", "RECT:rect BY:each_angle", "turned"),
    node("EndLoopNormalizedRectCalculator", "ITEM:turned BATCH_END:end", "ITERABLE:all"),
)


def rois(*widths: float, rotation: float = 0.0) -> tuple[Roi, ...]:
    """Regions with these widths."""
    return tuple(Roi(0.5, 0.5, width, 0.1, rotation) for width in widths)


def test_every_item_goes_through_the_loop() -> None:
    """The results come together at the time of their vector."""
    sent = [("rects", rois(0.1, 0.2), 40), ("angle", 2.0, 40)]

    found = run(LOOP, sent, "all", calculators={"Narrow": Narrow})

    assert [Packet(rois(0.1, 0.2, rotation=2.0), 40)] == found


def test_a_time_without_results_is_settled_at_once() -> None:
    """Without items, or when none is left, only the promise comes out."""
    sent = [
        ("rects", rois(), 10),
        ("angle", 1.0, 10),
        ("rects", rois(0.9), 20),
        ("angle", 1.0, 20),
        ("rects", rois(0.1), 30),
        ("angle", 1.0, 30),
    ]

    found = run(LOOP, sent, "all", bounds=True, calculators={"Narrow": Narrow})

    assert [(None, 10), (None, 20), (rois(0.1, rotation=1.0), 30)] == found


def test_a_time_without_a_vector_is_settled_at_once() -> None:
    """A frame for which no vector comes does not stop the loop."""
    sent = [("angle", 1.0, 10), ("rects", rois(0.1), 20), ("angle", 2.0, 20)]

    found = run(LOOP, sent, "all", bounds=True, calculators={"Narrow": Narrow})

    assert [(None, 10), (rois(0.1, rotation=2.0), 20)] == found


def test_times_inside_a_loop_never_repeat() -> None:
    """They count 0, 1, 2, ... over all vectors; an empty vector takes one, too."""
    sent: list[Sent] = [("rects", rois(0.1, 0.2), 10), ("rects", (), 20), ("rects", rois(0.3), 30)]
    sent = [*sent, *(("angle", 0.0, time) for time in (10, 20, 30))]

    items = run(LOOP, sent, "rect", calculators={"Narrow": Narrow})
    ends = run(LOOP, sent, "end", calculators={"Narrow": Narrow})

    assert [0, 1, 3] == [packet.timestamp for packet in items]
    assert [(10, 1), (20, 2), (30, 3)] == ends


@given(st.lists(st.lists(st.floats(0, 1), max_size=4), max_size=6))
def test_loops_keep_every_vector_apart(widths: list[list[float]]) -> None:
    """Whatever the vectors, each comes out as if it were alone."""
    sent: list[Sent] = [("rects", rois(*row), time) for time, row in enumerate(widths)]
    sent += [("angle", 0.0, time) for time in range(len(widths))]

    found = {p.timestamp: p.value for p in run(LOOP, sent, "all", calculators={"Narrow": Narrow})}

    expected = {t: rois(*(w for w in row if w < 0.5)) for t, row in enumerate(widths)}
    assert {time: row for time, row in expected.items() if row} == found


def test_detections_split_and_join() -> None:
    """Splitting detections and joining them changes nothing."""
    rng = np.random.default_rng(1)
    palms = Detections(
        rng.random((3, 4), np.float32), rng.random((3, 7, 2), np.float32), np.ones(3, np.float32)
    )

    again = join_detections(list(split_detections(palms)))

    assert [1, 1, 1] == [len(one) for one in split_detections(palms)]
    np.testing.assert_array_equal(palms.boxes, again.boxes)
    np.testing.assert_array_equal(palms.keypoints, again.keypoints)
