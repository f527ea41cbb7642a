"""Loops: a vector goes through a part of the graph item by item, and is put together again.

The packets between the start and the end of a loop have times of their own, 0, 1, 2, ..., which
never repeat. Source: mediapipe/calculators/core/begin_loop_calculator.h, end_loop_calculator.h
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...values import Detections
from ..calculator import Calculator, Context
from ..contracts import ANY, Contract, PacketType, Port
from ..types import (
    BOOL,
    CLASSIFICATIONS,
    CLASSIFICATIONS_VECTOR,
    DETECTION,
    DETECTIONS,
    IMAGE,
    LANDMARKS,
    LANDMARKS_VECTOR,
    RECT,
    RECTS,
    RENDER_DATA,
    RENDER_DATA_VECTOR,
    TIMESTAMP,
    WORLD_LANDMARKS,
    WORLD_LANDMARKS_VECTOR,
)

Split = Callable[[Any], Iterable[Any]]
Join = Callable[[Sequence[Any]], Any]


class BeginLoopCalculator(Calculator):
    """Sends the items of a vector one by one, each with the same clones of other packets.

    After the last item BATCH_END says which time they belong to. A time without a vector, or with
    an empty one, has only that.
    """

    split: Split = staticmethod(iter)

    def open(self, context: Context) -> None:
        """Start to count."""
        self._next = 0
        self._clones = [index for tag, index in context.outputs if tag == "CLONE"]

    def process(self, context: Context) -> None:
        """Send the items of one vector."""
        before, vector = self._next, context.get("ITERABLE")
        if vector is not None:
            clones = [context.get("CLONE", index) for index in self._clones]
            for item in self.split(vector):
                context.emit("ITEM", item, timestamp=self._next)
                for index, clone in zip(self._clones, clones, strict=True):
                    if clone is not None:
                        context.emit("CLONE", clone, index=index, timestamp=self._next)
                self._next += 1
        if self._next == before:
            self._next += 1
        context.emit("BATCH_END", context.timestamp, timestamp=self._next - 1)
        context.raise_bound("ITEM", self._next)
        for index in self._clones:
            context.raise_bound("CLONE", self._next, index=index)


class EndLoopCalculator(Calculator):
    """Puts the results for the items together again, at the time of their vector."""

    join: Join = staticmethod(tuple)

    def open(self, context: Context) -> None:
        """Start with nothing."""
        self._items: list[Any] = []

    def process(self, context: Context) -> None:
        """Collect an item; at the end of the batch, send what was collected."""
        item = context.get("ITEM")
        if item is not None:
            self._items.append(item)
        time = context.get("BATCH_END")
        if time is None:
            return
        if self._items:
            context.emit("ITERABLE", self.join(self._items), timestamp=time)
        else:
            context.raise_bound("ITERABLE", time + 1)
        self._items = []


def begin_loop(vector: PacketType, item: PacketType, split: Split = iter) -> type[Calculator]:
    """A calculator that begins a loop over a type of vector.

    split: the items of a vector, in order.
    """
    contract = Contract(
        inputs=(
            Port("ITERABLE", vector, optional=True),
            Port("TICK", optional=True),
            Port("CLONE", optional=True, repeated=True),
        ),
        outputs=(
            Port("ITEM", item, optional=True),
            Port("BATCH_END", TIMESTAMP),
            Port("CLONE", ANY, optional=True, repeated=True, same_as="CLONE"),
        ),
        offset=None,
        on_bounds=True,
    )
    attributes = {
        "contract": contract,
        "split": staticmethod(split),
        "__doc__": BeginLoopCalculator.__doc__,
        "__module__": __name__,
    }
    return type("BeginLoopCalculator", (BeginLoopCalculator,), attributes)


def end_loop(item: PacketType, vector: PacketType, join: Join = tuple) -> type[Calculator]:
    """A calculator that ends a loop with a type of vector.

    join: the vector of items, which are never none.
    """
    contract = Contract(
        inputs=(Port("ITEM", item), Port("BATCH_END", TIMESTAMP)),
        outputs=(Port("ITERABLE", vector),),
        offset=None,
    )
    attributes = {
        "contract": contract,
        "join": staticmethod(join),
        "__doc__": EndLoopCalculator.__doc__,
        "__module__": __name__,
    }
    return type("EndLoopCalculator", (EndLoopCalculator,), attributes)


def split_detections(detections: Detections) -> Iterable[Detections]:
    """Each detection by itself."""
    boxes, keypoints, scores = detections.boxes, detections.keypoints, detections.scores
    for i in range(len(detections)):
        yield Detections(boxes[i : i + 1], keypoints[i : i + 1], scores[i : i + 1])


def join_detections(items: Sequence[Detections]) -> Detections:
    """All detections of several values, in order."""
    return Detections(
        np.concatenate([item.boxes for item in items]),
        np.concatenate([item.keypoints for item in items]),
        np.concatenate([item.scores for item in items]),
    )


class _Loop(NamedTuple):
    """The two types of a loop, and the middle of its calculators' names."""

    begin: str
    end: str
    vector: PacketType
    item: PacketType
    split: Split = iter
    join: Join = tuple


_ANY_VECTOR = PacketType("std::vector", lambda value: isinstance(value, (tuple, list)), "tuple")

_LOOPS = (
    _Loop("Detection", "Detection", DETECTIONS, DETECTION, split_detections, join_detections),
    _Loop("NormalizedRect", "NormalizedRect", RECTS, RECT),
    _Loop(
        "NormalizedLandmarkListVector", "NormalizedLandmarkListVector", LANDMARKS_VECTOR, LANDMARKS
    ),
    _Loop("LandmarkListVector", "LandmarkListVector", WORLD_LANDMARKS_VECTOR, WORLD_LANDMARKS),
    _Loop("ClassificationList", "ClassificationList", CLASSIFICATIONS_VECTOR, CLASSIFICATIONS),
    _Loop("RenderData", "RenderData", RENDER_DATA_VECTOR, RENDER_DATA),
    _Loop("Image", "Image", _ANY_VECTOR, IMAGE),
    _Loop("Boolean", "Boolean", _ANY_VECTOR, BOOL),
)

LOOPS: dict[str, type[Calculator]] = {
    **{f"BeginLoop{r.begin}Calculator": begin_loop(r.vector, r.item, r.split) for r in _LOOPS},
    **{f"EndLoop{r.end}Calculator": end_loop(r.item, r.vector, r.join) for r in _LOOPS},
}
