"""`knuckle graph list`: the graphs of the package."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click
from rich.table import Table

from ..report import print_table

if TYPE_CHECKING:
    from ...graph.config import Connection


@click.command("list")
def list_graphs() -> None:
    """List the graphs of this package: what they do, what goes in and what comes out.

    Names in braces are side packets, which are given once for a run.
    """
    from ...graph.library import GRAPHS, load

    table = Table()
    table.add_column("graph", no_wrap=True)
    for name in ("what it does", "inputs", "outputs"):
        table.add_column(name)
    for name, row in GRAPHS.items():
        graph = load(name)
        table.add_row(
            name,
            row.about,
            _names(graph.inputs, graph.side_inputs),
            _names(graph.outputs, graph.side_outputs),
        )
    print_table(table)


def _names(streams: Iterable[Connection], sides: Iterable[Connection]) -> str:
    return ", ".join((*(c.name for c in streams), *(f"{{{c.name}}}" for c in sides)))
