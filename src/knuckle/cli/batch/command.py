"""`knuckle batch`."""

from __future__ import annotations

import os
from typing import Any

import click

from ...batch.engines.local import LocalEngine
from ...batch.inputs import clips_of
from ...batch.jobs import Order
from ...batch.ledger import read_ledger
from ...batch.plan import Wishes, planned
from ...batch.recipe import Recipe
from ...batch.run import run
from ...batch.store import open_store
from ...options import ClipOptions
from ..options import checked, library_options, verbosity_options
from ..report import Report, interruptible


@click.command()
@click.argument("inputs", nargs=-1, required=True)
@click.option("-o", "--output", required=True, metavar="OUT", help="The folder for the tables.")
@click.option("--annotated", is_flag=True, help="Write an annotated video beside each table.")
@click.option("--workers", type=click.IntRange(min=1), default=os.cpu_count() or 1)
@library_options(ClipOptions, without=("gap",))
@verbosity_options
def batch(
    inputs: tuple[str, ...],
    output: str,
    annotated: bool,
    workers: int,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> int:
    """Track the hands of many clips."""
    report = Report(quiet=quiet, verbose=verbose)
    order = Order(Recipe(checked(ClipOptions, options)), output, annotated)
    store = open_store(output)
    plan = planned(clips_of(inputs), order, read_ledger(store), store, Wishes())
    with interruptible() as interrupt:
        records = run(
            plan.todo,
            order,
            store,
            LocalEngine(workers),
            is_stopped=lambda: bool(interrupt.signal),
        )
    for record in records:
        if not record.is_finished:
            report.problem(f"{record.uri}: {record.state}: {record.reason}")
    return interrupt.status or int(report.problems > 0)
