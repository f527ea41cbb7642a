"""Hands in knuckle's own look, as `knuckle.draw` draws them."""

from __future__ import annotations

from ...render.draw import draw
from ..calculator import Calculator, Context
from ..contracts import Contract, Port
from ..types import HANDS, IMAGE


class KnuckleDrawCalculator(Calculator):
    """Draws hands onto a copy of the picture in knuckle's look."""

    contract = Contract(
        inputs=(Port("IMAGE", IMAGE), Port("HANDS", HANDS)),
        outputs=(Port("IMAGE", IMAGE),),
        options="knuckle.KnuckleDrawCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options, which are those of `knuckle.draw`."""
        fields = context.options.DESCRIPTOR.fields
        self._options = {field.name: getattr(context.options, field.name) for field in fields}

    def process(self, context: Context) -> None:
        """Draw onto one picture. Raises ValueError for a style that there is not."""
        image = context.get("IMAGE")
        if image is not None:
            context.emit("IMAGE", draw(image, context.get("HANDS") or (), **self._options))
