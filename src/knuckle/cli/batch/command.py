"""`knuckle batch`."""

from __future__ import annotations

from typing import Any

import click

from ...extras import import_extra
from ..options import camera_options, examples, look_options, verbosity_options
from ..report import Report
from .asked import Asked, RememberingCommand
from .lerobot import LEROBOT
from .options import CLIPS, OUTPUT, RAY, RUN, given_together, tracking_options

PACKAGES = ("av", "pyarrow")  # without which no clip can be done

EXAMPLES = examples(
    "knuckle batch clips/ -o hands/",
    "knuckle batch clips/ -o hands/ --format lerobot --videos",
    "knuckle batch s3://bucket/clips manifest.csv -o s3://bucket/hands --engine ray",
)

HELP = """Track the hands of many clips: a table for each, and one list of all.

INPUT is a video, a folder, a glob, a manifest (.csv, .jsonl, .parquet), an address such as
s3://bucket/folder or the folder of a LeRobot data set. Folders are searched with all that is below
them; pictures in a folder are a clip.

OUT is a folder or an address. It holds clips/ with the tables, index.parquet with a row for each
clip, and status/ with the logs. A run that was interrupted goes on if the same command is given
again: clips that are finished are not tracked again.

With --format lerobot, OUT is a data set, and OUT/knuckle is what OUT is otherwise.

The exit status is 1 if clips failed. The others are not touched by that.
"""


@click.command(cls=RememberingCommand, help=HELP, epilog=EXAMPLES)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "-o", "--output", required=True, metavar="OUT", help="The folder or address for the tables."
)
@given_together(
    *RUN, *OUTPUT, look_options, *LEROBOT, *CLIPS, tracking_options, camera_options, *RAY
)
@verbosity_options
@click.pass_context
def batch(context: click.Context, /, quiet: bool, verbose: bool, **values: Any) -> int:
    """Track the hands of many clips: a table for each, and one list of all."""
    asked = Asked.of(context, values)
    for package in PACKAGES:
        import_extra(package, purpose="knuckle batch", extra="batch")
    # Here, because most commands need none of it.
    from .running import carry_out

    return carry_out(asked, Report(quiet=quiet, verbose=verbose))
