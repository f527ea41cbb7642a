"""Optimal assignment: pairs of rows and columns with the least total cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def assign(costs: Sequence[Sequence[float]], most: float) -> list[tuple[int, int]]:
    """The largest set of pairs that cost up to `most` each; of several such sets, the cheapest.

    Each row and each column is in at most one pair. The pairs are sorted.
    costs: for each row, the cost of each column, 0 or more.
    """
    if not costs or not costs[0]:
        return []
    rows, columns = len(costs), len(costs[0])
    nearest = [min(range(columns), key=row.__getitem__) for row in costs]
    pairs = list(enumerate(nearest))
    if len(set(nearest)) == rows and all(costs[i][j] <= most for i, j in pairs):
        return pairs  # the usual case: every row has its own column
    # A forbidden pair costs more than all allowed ones together, so it never pays to take one.
    forbidden = (most + 1) * (min(rows, columns) + 1)
    table = np.array(costs, np.float64)
    allowed = np.where(table <= most, table, forbidden)
    pairs = _cheapest(allowed) if rows <= columns else [(i, j) for j, i in _cheapest(allowed.T)]
    return sorted((i, j) for i, j in pairs if costs[i][j] <= most)


def _cheapest(costs: NDArray[np.float64]) -> list[tuple[int, int]]:
    """The cheapest assignment of a column to every row; there are at least as many columns.

    It adds rows one by one along the shortest augmenting path. Prices (dual variables) keep all
    reduced costs at 0 or above. Source: the Hungarian method, as in Jonker & Volgenant 1987.
    """
    rows, columns = costs.shape
    row_price, column_price = np.zeros(rows), np.zeros(columns)
    taken_by = np.full(columns, -1)
    for row in range(rows):
        distance = np.full(columns, np.inf)
        came_from = np.full(columns, -1)
        is_done = np.zeros(columns, np.bool_)
        at, column, reached = row, -1, 0.0
        while True:
            through = reached + costs[at] - row_price[at] - column_price
            is_shorter = ~is_done & (through < distance)
            distance[is_shorter], came_from[is_shorter] = through[is_shorter], column
            column = int(np.where(is_done, np.inf, distance).argmin())
            reached = float(distance[column])
            is_done[column] = True
            if taken_by[column] < 0:
                break
            at = int(taken_by[column])
        settled = is_done & (taken_by >= 0)
        row_price[row] += reached
        row_price[taken_by[settled]] += reached - distance[settled]
        column_price[settled] -= reached - distance[settled]
        while column >= 0:
            before = int(came_from[column])
            taken_by[column] = row if before < 0 else taken_by[before]
            column = before
    return [(int(row), column) for column, row in enumerate(taken_by) if row >= 0]
