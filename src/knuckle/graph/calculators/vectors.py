"""Calculators that ask how long a vector is, and that take parts of one.

Source: mediapipe/calculators/core/split_vector_calculator.h,
mediapipe/calculators/util/collection_has_min_size_calculator.h (behaviour)
"""

from __future__ import annotations

from ..calculator import Calculator, Context
from ..contracts import ANY, Contract, PacketType, Port
from ..types import BOOL, CLASSIFICATIONS_VECTOR, INT


class HasMinSizeCalculator(Calculator):
    """Says whether a vector has at least so many items: the side packet, else the option."""

    def open(self, context: Context) -> None:
        """Read the number."""
        given = context.side()
        self._least: int = context.options.min_size if given is None else given

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
        last = max(end for _, end in self._ranges)
        if last > len(vector):
            raise ValueError(f"a range ends at {last}, but the vector has {len(vector)} items")
        parts = [tuple(vector[begin:end]) for begin, end in self._ranges]
        if self._is_joined:
            context.emit("", tuple(item for part in parts for item in part))
            return
        for index, part in enumerate(parts):
            context.emit("", part[0] if self._is_single else part, index=index)


def has_min_size(vector: PacketType) -> type[Calculator]:
    """A calculator that asks how long a type of vector is."""
    contract = Contract(
        inputs=(Port("ITERABLE", vector),),
        outputs=(Port("", BOOL),),
        side_inputs=(Port("", INT, optional=True),),
        options="mediapipe.CollectionHasMinSizeCalculatorOptions",
    )
    return _subclass(HasMinSizeCalculator, contract)


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


VECTORS: dict[str, type[Calculator]] = {
    "ClassificationListVectorHasMinSizeCalculator": has_min_size(CLASSIFICATIONS_VECTOR),
    "SplitClassificationListVectorCalculator": split_vector(CLASSIFICATIONS_VECTOR),
}
