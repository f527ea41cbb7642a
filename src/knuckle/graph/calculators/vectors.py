"""Calculators on vectors: their length, their beginning, parts of them, and what overlaps.

Source: mediapipe/calculators/core/{split_vector,clip_vector_size}_calculator.h,
mediapipe/calculators/util/{collection_has_min_size,association}_calculator.h (behaviour)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...stages.candidates import later_of_overlapping
from ...values import Candidate, Detections
from ..calculator import Calculator, Context
from ..contracts import ANY, Contract, PacketType, Port
from ..types import (
    BOOL,
    CLASSIFICATIONS,
    CLASSIFICATIONS_VECTOR,
    DETECTIONS,
    INT,
    LANDMARKS,
    LANDMARKS_VECTOR,
    RECTS,
    TENSORS,
    WORLD_LANDMARKS,
    WORLD_LANDMARKS_VECTOR,
)
from .loops import join_detections


class HasMinSizeCalculator(Calculator):
    """Says whether a vector has at least so many items: the side packet, else the option."""

    def open(self, context: Context) -> None:
        """Read the number. Raises ValueError for one below 0."""
        self._least = _length(context, "min_size", 0)

    def process(self, context: Context) -> None:
        """Compare the length of one vector."""
        vector = context.get("ITERABLE")
        if vector is not None:
            context.emit("", len(vector) >= self._least)


class SplitVectorCalculator(Calculator):
    """Hands parts of a vector to its outputs, one for each of the option `ranges`.

    element_only: each range has one item, and the output is that item and not a vector of one.
    combine_outputs: there is one output, with the items of all ranges.
    """

    def open(self, context: Context) -> None:
        """Read the ranges. Raises ValueError if they do not fit the outputs."""
        options = context.options
        self._ranges = [(part.begin, part.end) for part in options.ranges]
        self._is_single: bool = options.element_only
        self._is_joined: bool = options.combine_outputs
        self._last = max((end for _, end in self._ranges), default=0)
        outputs = 1 if self._is_joined else len(self._ranges)
        connected = len(context.outputs)
        if outputs != connected:
            raise ValueError(f"{outputs} ranges need as many outputs, but there are {connected}")
        wrong = [f"{begin} to {end}" for begin, end in self._ranges if not 0 <= begin < end]
        if wrong:
            raise ValueError(f"the range {wrong[0]} is empty: its end must be above its beginning")
        if self._is_single and any(end - begin != 1 for begin, end in self._ranges):
            raise ValueError("with element_only, each range must hold one item")

    def process(self, context: Context) -> None:
        """Take the parts of one vector. Raises ValueError if it is too short."""
        vector = context.get()
        if vector is None:
            return
        if self._last > len(vector):
            raise ValueError(
                f"a range ends at {self._last}, but the vector has {len(vector)} items"
            )
        if self._is_joined:
            context.emit("", _joined([_part(vector, begin, end) for begin, end in self._ranges]))
            return
        is_item = self._is_single and not isinstance(vector, Detections)
        for index, (begin, end) in enumerate(self._ranges):
            part = vector[begin] if is_item else _part(vector, begin, end)
            context.emit("", part, index=index)


class ClipVectorSizeCalculator(Calculator):
    """Cuts a vector off after max_vec_size items.

    The size is the option, or the side packet.
    """

    def open(self, context: Context) -> None:
        """Read the size. Raises ValueError for one below 1."""
        self._size = _length(context, "max_vec_size", 1)

    def process(self, context: Context) -> None:
        """Cut a vector off."""
        vector = context.get()
        if vector is not None:
            context.emit("", vector if len(vector) <= self._size else _part(vector, 0, self._size))


def _length(context: Context, option: str, least: int) -> int:
    """The side packet, else an option. Raises ValueError for less than `least`."""
    given: int | None = context.side()
    length: int = getattr(context.options, option) if given is None else given
    if length < least:
        name = option if given is None else f'the side packet "{context.side_name()}"'
        raise ValueError(f"{name} is {length}: set it to {least} or more")
    return length


def _part(vector: Any, begin: int, end: int) -> Any:
    """The items from `begin` up to but not including `end`."""
    if isinstance(vector, Detections):
        return Detections(
            vector.boxes[begin:end], vector.keypoints[begin:end], vector.scores[begin:end]
        )
    return vector[begin:end]


def _joined(parts: list[Any]) -> Any:
    """The items of several vectors of one type."""
    if isinstance(parts[0], Detections):
        return join_detections(parts)
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return tuple(item for part in parts for item in part)


class FilterCollectionCalculator(Calculator):
    """Keeps the items of a vector for which the bools in another are true."""

    contract = Contract(
        inputs=(Port("ITERABLE"), Port("CONDITION")),
        outputs=(Port("ITERABLE", ANY, same_as="ITERABLE"),),
    )

    def process(self, context: Context) -> None:
        """Filter one vector. Raises ValueError if the two are not equally long."""
        items, condition = context.get("ITERABLE"), context.get("CONDITION")
        if items is None or condition is None:
            return
        if len(items) != len(condition):
            raise ValueError(f"CONDITION has {len(condition)} bools for {len(items)} items")
        kept = tuple([item for item, is_kept in zip(items, condition, strict=True) if is_kept])
        context.emit("ITERABLE", kept)


class AssociationNormRectCalculator(Calculator):
    """Joins regions from several streams; of those that overlap, the later one stays.

    Two overlap if they share more than min_similarity_threshold of their area. Regions of later
    streams come later.
    """

    contract = Contract(
        inputs=(Port("", RECTS, repeated=True), Port("PREV", RECTS, optional=True)),
        outputs=(Port("", RECTS),),
        options="mediapipe.AssociationCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options. Raises ValueError for PREV, which hands never use."""
        if context.has("PREV"):
            raise ValueError("PREV is not supported: connect its stream without a tag, as the last")
        self._max_overlap: float = context.options.min_similarity_threshold

    def process(self, context: Context) -> None:
        """Join the regions of one time."""
        regions = [Candidate(roi) for vector in context.all() for roi in vector or ()]
        kept = later_of_overlapping(regions, max_overlap=self._max_overlap)
        context.emit("", tuple([candidate.roi for candidate in kept]))


def has_min_size(vector: PacketType) -> type[Calculator]:
    """A calculator that asks how long a type of vector is."""
    contract = Contract(
        inputs=(Port("ITERABLE", vector),),
        outputs=(Port("", BOOL),),
        side_inputs=(Port("", INT, optional=True),),
        options="mediapipe.CollectionHasMinSizeCalculatorOptions",
    )
    return _subclass(HasMinSizeCalculator, contract)


def clip_size(vector: PacketType) -> type[Calculator]:
    """A calculator that cuts a type of vector off."""
    contract = Contract(
        inputs=(Port("", vector),),
        outputs=(Port("", vector),),
        side_inputs=(Port("", INT, optional=True),),
        options="mediapipe.ClipVectorSizeCalculatorOptions",
    )
    return _subclass(ClipVectorSizeCalculator, contract)


def split_vector(vector: PacketType) -> type[Calculator]:
    """A calculator that takes parts of a type of vector."""
    contract = Contract(
        inputs=(Port("", vector),),
        outputs=(Port("", ANY, repeated=True),),  # vectors or items, as the options say
        options="mediapipe.SplitVectorCalculatorOptions",
    )
    return _subclass(SplitVectorCalculator, contract)


def _subclass(base: type[Calculator], contract: Contract) -> type[Calculator]:
    attributes = {"contract": contract, "__doc__": base.__doc__, "__module__": __name__}
    return type(base.__name__, (base,), attributes)


# The middle of the calculators' names -> the vector.
_VECTORS = {
    "ClassificationList": CLASSIFICATIONS_VECTOR,
    "Detection": DETECTIONS,
    "LandmarkList": WORLD_LANDMARKS_VECTOR,
    "NormalizedLandmarkList": LANDMARKS_VECTOR,
    "NormalizedRect": RECTS,
}
# What is split beside them: lists that are one packet of landmarks or of classes, and tensors.
_LISTS = {
    "SplitClassificationListCalculator": CLASSIFICATIONS,
    "SplitLandmarkListCalculator": WORLD_LANDMARKS,
    "SplitNormalizedLandmarkListCalculator": LANDMARKS,
    "SplitTensorVectorCalculator": TENSORS,
    "SplitTfLiteTensorVectorCalculator": TENSORS,
}

# What is filtered; in 2020 the first of them took normalised landmarks.
_FILTERED = ("LandmarkList", "NormalizedLandmarkList", "NormalizedRect", "ClassificationList")

VECTORS: dict[str, type[Calculator]] = {
    **{f"Filter{name}CollectionCalculator": FilterCollectionCalculator for name in _FILTERED},
    **{f"{n}VectorHasMinSizeCalculator": has_min_size(kind) for n, kind in _VECTORS.items()},
    **{f"Clip{name}VectorSizeCalculator": clip_size(kind) for name, kind in _VECTORS.items()},
    **{f"Split{name}VectorCalculator": split_vector(kind) for name, kind in _VECTORS.items()},
    **{name: split_vector(kind) for name, kind in _LISTS.items()},
}
