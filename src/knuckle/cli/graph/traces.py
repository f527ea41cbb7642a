"""`knuckle graph trace`: where the time goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from ...errors import OutputError
from ..options import examples
from ..outputs import check_targets
from ..report import Report, print_table, printable

if TYPE_CHECKING:
    from ...graph.traces.trace import Trace


@click.command(
    epilog=examples(
        "knuckle graph run knuckle_tracking --input clip.mp4 --trace trace.json",
        "knuckle graph trace trace.json",
        "knuckle graph trace mediapipe_trace_*.binarypb -o trace.json",
    )
)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(path_type=Path, dir_okay=False),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="OUT.json",
    help="Write the trace in the Chrome format, which ui.perfetto.dev opens, instead of a table.",
)
@click.option("--force", is_flag=True, help="Replace an existing file.")
def trace(files: tuple[Path, ...], output: Path | None, force: bool) -> None:
    """Show how long each node of a graph took.

    FILE is a trace of knuckle graph run --trace, any other trace in the Chrome format, or a
    mediapipe_trace_*.binarypb file of MediaPipe. Several files of one run of MediaPipe are read
    together.
    """
    from ...graph.traces.trace_files import read_trace, write_trace

    if output is not None:
        if output.suffix.lower() != ".json":
            raise OutputError(f"cannot write {output}: its name must end in .json")
        check_targets([output], inputs=files, force=force)
    read = read_trace(*files)
    report = Report(quiet=False, verbose=False)
    for note in read.notes:
        report.note(f"note: {note}")
    if output is not None:
        write_trace(read, output)
        report.note(f"wrote {output}")
        return
    print_table(table_of(read))


def table_of(trace: Trace) -> Table:
    """A table of the nodes, those that took longest first."""
    table = Table()
    table.add_column("node", overflow="fold")
    for name in ("calls", "total, ms", "mean, ms", "longest, ms", "share"):
        table.add_column(name, justify="right", no_wrap=True)
    whole = sum(time.total for time in trace.nodes.values())
    for name, time in sorted(trace.nodes.items(), key=lambda row: -row[1].total):
        table.add_row(
            printable(name),
            f"{time.calls:,}",
            f"{time.total:,.2f}",
            f"{time.mean:.3f}",
            f"{time.longest:.3f}",
            f"{time.total / whole:.1%}" if whole else "-",
        )
    table.add_section()
    calls = sum(time.calls for time in trace.nodes.values())
    table.add_row(f"all, in {trace.duration:,.1f} ms", f"{calls:,}", f"{whole:,.2f}", "", "", "")
    return table
