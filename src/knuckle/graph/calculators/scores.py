"""Calculators from tensors to scores, answers and classes.

Source: mediapipe/calculators/tensor/tensors_to_{floats,classification}_calculator.cc,
mediapipe/calculators/util/thresholding_calculator.cc (behaviour)
"""

from __future__ import annotations

from dataclasses import replace
from math import exp
from pathlib import Path, PurePath
from typing import Any

from ..calculator import Calculator, Context
from ..contracts import Contract, Port
from ..types import (
    BOOL,
    CLASSIFICATIONS,
    FLOAT,
    FLOATS,
    TENSORS,
    Classification,
)
from .demands import demand

# Files with the labels of classes, by their name. Source: hands.py (handedness of a mirror image)
LABELS = {"handedness.txt": ("Left", "Right")}


class TensorsToFloatsCalculator(Calculator):
    """Gives the number in a tensor, or its numbers."""

    contract = Contract(
        inputs=(Port("TENSORS", TENSORS),),
        outputs=(Port("FLOAT", FLOAT, optional=True), Port("FLOATS", FLOATS, optional=True)),
        options="mediapipe.TensorsToFloatsCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options."""
        self._is_sigmoid = bool(context.options.activation) if context.options else False

    def process(self, context: Context) -> None:
        """Read one tensor. Raises ValueError if FLOAT should be one of several."""
        tensors = context.get("TENSORS")
        if tensors is None:
            return
        values = tensors[0].ravel().tolist()
        if self._is_sigmoid:
            values = [1 / (1 + exp(-value)) for value in values]
        if context.has_output("FLOATS"):
            context.emit("FLOATS", tuple(values))
        if context.has_output("FLOAT"):
            if len(values) != 1:
                raise ValueError(
                    f"the tensor has {len(values)} numbers: use FLOATS, or split the tensors"
                )
            context.emit("FLOAT", values[0])


class TfLiteTensorsToFloatsCalculator(TensorsToFloatsCalculator):
    """Gives the number in a tensor; in graphs of 2019 and 2020."""

    contract = replace(TensorsToFloatsCalculator.contract, options="")


class ThresholdingCalculator(Calculator):
    """Tells whether a number is above a threshold."""

    contract = Contract(
        inputs=(Port("FLOAT", FLOAT), Port("THRESHOLD", FLOAT, optional=True)),
        outputs=(
            Port("FLAG", BOOL, optional=True),
            Port("ACCEPT", BOOL, optional=True),
            Port("REJECT", BOOL, optional=True),
        ),
        side_inputs=(Port("THRESHOLD", FLOAT, optional=True),),
        options="mediapipe.ThresholdingCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the threshold."""
        given = context.side("THRESHOLD")
        self._threshold: float = context.options.threshold if given is None else given

    def process(self, context: Context) -> None:
        """Compare a number; a threshold from the stream holds from then on."""
        told = context.get("THRESHOLD")
        if told is not None:
            self._threshold = told
        value = context.get("FLOAT")
        if value is None:
            return
        is_above = value > self._threshold
        context.emit("FLAG", is_above)
        context.emit("ACCEPT" if is_above else "REJECT", is_above)


class TensorsToClassificationCalculator(Calculator):
    """Turns scores into classes with labels, the best first.

    With binary_classification, one number is the score of class 0, and the rest to 1 is that of
    class 1; both are kept, whatever min_score_threshold says.
    """

    contract = Contract(
        inputs=(Port("TENSORS", TENSORS),),
        outputs=(Port("CLASSIFICATIONS", CLASSIFICATIONS),),
        options="mediapipe.TensorsToClassificationCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options and the labels. Raises ValueError for labels that are not there."""
        options = context.options
        self._is_binary: bool = options.binary_classification
        self._most: int = options.top_k
        fields = options.DESCRIPTOR.fields_by_name
        has_least = options.HasField("min_score_threshold") and not self._is_binary
        self._least: float | None = options.min_score_threshold if has_least else None
        self._is_sorted = self._most > 0 or (
            "sort_by_descending_score" in fields and options.sort_by_descending_score
        )
        self._labels = _labels(options)
        self._allowed: frozenset[int] = frozenset()
        self._ignored: frozenset[int] = frozenset()
        if "allow_classes" in fields:
            if self._is_binary:
                demand(options, allow_classes=[], ignore_classes=[], cure="remove it")
            self._allowed = frozenset(options.allow_classes)
            self._ignored = frozenset(options.ignore_classes)

    def _is_wanted(self, index: int, score: float) -> bool:
        if self._least is not None and score < self._least:
            return False
        return index in self._allowed if self._allowed else index not in self._ignored

    def process(self, context: Context) -> None:
        """Classify one tensor."""
        tensors = context.get("TENSORS")
        if tensors is None:
            return
        scores = tensors[0].ravel().tolist()
        if self._is_binary:
            scores = [scores[0], 1 - scores[0]]
        classes = [
            Classification(index, score, self._labels.get(index, ""))
            for index, score in enumerate(scores)
            if self._is_wanted(index, score)
        ]
        if self._is_sorted:
            classes.sort(key=lambda one: -one.score)
        context.emit("CLASSIFICATIONS", tuple(classes[: self._most] if self._most > 0 else classes))


class TfLiteTensorsToClassificationCalculator(TensorsToClassificationCalculator):
    """Turns scores into classes with labels; in graphs of 2019 and 2020."""

    contract = replace(
        TensorsToClassificationCalculator.contract,
        options="mediapipe.TfLiteTensorsToClassificationCalculatorOptions",
    )


def _labels(options: Any) -> dict[int, str]:
    """The label of each class, from the options or from the file that they name."""
    fields = options.DESCRIPTOR.fields_by_name
    if "label_items" in fields and options.label_items:
        return {index: item.name for index, item in options.label_items.items()}
    if "label_map" in fields and options.label_map.entries:
        return {entry.id: entry.label for entry in options.label_map.entries}
    path: str = options.label_map_path
    if not path:
        return {}
    name = PurePath(path).name
    if Path(path).is_file():
        return dict(enumerate(Path(path).read_text(encoding="utf-8").split()))
    if name not in LABELS:
        raise ValueError(f'label_map_path: there is no file "{path}": correct the path')
    return dict(enumerate(LABELS[name]))
