"""`knuckle graph run`: pictures into a graph, and results out of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from ...errors import OutputError
from ...io.stream import Source
from ...options import HandAndNetworkOptions, wanted
from ..frames import check_outputs, open_given, span_options
from ..options import (
    checked,
    examples,
    library_options,
    output_option,
    tell_setups,
    verbosity_options,
)
from ..outputs import Output, check_targets, formats_help, parse_outputs
from ..report import Report
from .ends import ends_of
from .given import Calculators, calculators_in, calculators_option, graph_argument
from .job import Job, Plan
from .observed import parse_observed
from .sides import sides_of

if TYPE_CHECKING:
    from ...graph.config import GraphConfig

USED = {"mirrored", "exact", "engine", "precision", "device", "threads"}  # options of the library
UNUSED = HandAndNetworkOptions.__annotations__.keys() - USED

EXAMPLES = examples(
    "knuckle graph run hand_tracking_desktop_live --input clip.mp4 -o annotated.mp4 -o hands.csv",
    "knuckle graph run mine.pbtxt --input 0 --stop 10 --side num_hands=4 --observe landmarks",
    "knuckle graph run palm_detection --input clip.mp4 --observe detections=palms.jsonl "
    "--set TensorsToDetectionsCalculator.min_score_thresh=0.7",
)

HELP = f"""Run a graph on a video, a camera or pictures.

GRAPH is the name of a graph of this package (knuckle graph list) or a file.

OUT is a folder for pictures, or a file for

{formats_help("video", "table", "picture")}

Pictures are those that the graph draws; if it draws none, its hands are drawn upon the pictures
that went in. The table has the hands. What a graph does not know of them stays empty in it.
"""


@click.command(help=HELP, epilog=EXAMPLES)
@graph_argument
@click.option(
    "--input",
    "source",
    required=True,
    metavar="SOURCE",
    help="A file, the number of a camera, an address, or a folder or glob of pictures.",
)
@output_option(
    "Where to write; the ending says what. May be given several times. Without it, a table of the "
    "graph's streams is printed."
)
@click.option("--force", is_flag=True, help="Replace existing outputs.")
@click.option(
    "--side",
    "sides",
    multiple=True,
    metavar="NAME=VALUE",
    help="A side packet, such as num_hands=4. May be given several times.",
)
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NODE.option=VALUE",
    help="Another value for an option of a node, by the node's full name (see knuckle graph show "
    "--expanded). May be given several times.",
)
@click.option(
    "--observe",
    "observed",
    multiple=True,
    metavar="STREAM[=FILE.jsonl]",
    help="Print each packet of a stream as a line of JSON, or write the lines to a file. May be "
    "given several times.",
)
@click.option(
    "--trace",
    metavar="FILE.json",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write down when each node ran, for knuckle graph trace and view, and ui.perfetto.dev.",
)
@calculators_option
@span_options
@library_options(HandAndNetworkOptions, without=UNUSED)
@verbosity_options
def run(
    graph: str,
    source: str,
    outputs: tuple[str, ...],
    force: bool,
    sides: tuple[str, ...],
    changes: tuple[str, ...],
    observed: tuple[str, ...],
    trace: Path | None,
    files: tuple[Path, ...],
    start: float,
    stop: float | None,
    every: int,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> int:
    """Run a graph on a video, a camera or pictures."""
    calculators = calculators_in(files)
    config = _config(graph, changes, calculators)
    ends = ends_of(config, calculators)
    given = sides_of(sides, config, ends)
    options["variant"] = "lite" if given.get("model_complexity") == 0 else "full"
    checked(HandAndNetworkOptions, options)
    planned = parse_outputs(outputs)
    watched = parse_observed(observed, config, force=force)
    if trace is not None:
        check_targets([trace], inputs=[], force=force)
    report = Report(quiet=quiet, verbose=verbose)
    tell_setups(report, options)
    networks = wanted(cast("HandAndNetworkOptions", options))
    job = Job(
        graph,
        source,
        config,
        files,
        calculators,
        ends,
        report,
        networks,
        options["exact"],
        options["mirrored"],
    )
    if ends.file_in is None:
        with open_given(source, start, stop, every) as frames:
            _check(planned, frames, force=force)
            return job.run(given, Plan(planned, watched, trace), frames)
    if start or stop is not None or every != 1:
        raise click.UsageError(
            f"{graph} reads its file itself: --start, --stop and --every do not work with it"
        )
    check_outputs([Path(source)], planned, force=force)
    given[ends.file_in] = source
    video = None
    if ends.file_out is not None:
        video = _video(planned)
        given[ends.file_out] = str(video.path)
        planned.remove(video)
    return job.run(given, Plan(planned, watched, trace, video and video.path))


def _check(planned: Sequence[Output], frames: Source, *, force: bool) -> None:
    """Refuse outputs that make no sense. A single picture may become one. Raises OutputError."""
    single = [o for o in planned if o.kind == "picture" and frames.frame_count == 1]
    check_targets([output.path for output in single], inputs=frames.files, force=force)
    check_outputs(frames.files, [o for o in planned if o not in single], force=force)


def _config(graph: str, changes: tuple[str, ...], calculators: Calculators) -> GraphConfig:
    """The graph, expanded and with other options. Raises GraphError, click.UsageError."""
    from ...graph.checking.validation import checked as check
    from ...graph.library import load
    from ...graph.options.addressing import with_options

    config = check(load(graph), calculators=calculators)
    values = {}
    for text in changes:
        address, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"--set {text} lacks a value: write NODE.option=VALUE")
        values[address] = value
    try:
        return with_options(config, values, calculators=calculators)
    except ValueError as error:
        raise click.UsageError(f"--set: {error}") from error


def _video(planned: list[Output]) -> Output:
    """The output that the graph writes itself. Raises OutputError."""
    for output in planned:
        if output.kind == "video":
            return output
    raise OutputError("the graph writes a video: say where with -o out.mp4")
