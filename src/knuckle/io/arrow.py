"""The table in the columns of Apache Arrow, for Parquet.."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..extras import import_extra
from .schema import BLOCKS, COLUMNS, SCHEMA, Block, Record


class ArrowTables:
    """Makes Arrow tables of rows. purpose: what for, if pyarrow is missing.

    Raises ExtraMissing without pyarrow.
    """

    def __init__(self, purpose: str, metadata: Mapping[str, str] | None = None) -> None:
        arrow = import_extra("pyarrow", purpose=purpose, extra="parquet")
        self._arrow = arrow
        self._kinds = {
            "integer": arrow.int64(),
            "text": arrow.string(),
            "double": arrow.float64(),
            "float": arrow.float32(),
        }
        self.schema = arrow.schema(
            [(column.name, self._kinds[column.kind]) for column in COLUMNS],
            metadata={"knuckle.schema": str(SCHEMA), **(metadata or {})},
        )

    def of(self, records: Sequence[Record]) -> Any:
        """A `pyarrow.Table` of rows, as `records_of` makes them."""
        columns = [
            column
            for i, block in enumerate(BLOCKS)
            for column in self._columns(block, [record[i] for record in records])
        ]
        return self._arrow.Table.from_arrays(columns, schema=self.schema)

    def _columns(self, block: Block[Any], values: list[Any]) -> list[Any]:
        """The Arrow columns of a block. values: the block's value in each row."""
        kind = self._kinds[block.kind]
        if block.kind != "float":
            return [self._arrow.array(values, type=kind)]
        is_empty = np.array([value is None for value in values], bool)
        table = np.zeros((len(block.names), len(values)), np.float32)
        for i, value in enumerate(values):
            if value is not None:
                table[:, i] = value
        return [self._arrow.array(column, type=kind, mask=is_empty) for column in table]
