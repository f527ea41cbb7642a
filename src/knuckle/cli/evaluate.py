"""`knuckle evaluate`: measures predictions on annotated pictures and clips."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from ..errors import KnuckleError, OutputError
from ..evaluate.contestants import Contestant, Knuckle, Slots, open_peer
from ..evaluate.datasets.readers import read_datasets
from ..evaluate.evaluation import ROBUSTNESS
from ..evaluate.evaluation import evaluate as run
from ..evaluate.peers import PEERS
from ..evaluate.recorded import can_be_recorded, find_recorded, read_recorded
from ..evaluate.report.page import page
from ..evaluate.report.record import record
from ..evaluate.results import Evaluation, Figure, SetResult
from ..evaluate.values import Dataset, Problem
from ..extras import import_extra
from ..io.whole import write_whole
from ..networks.models import Variant
from ..options import HandAndNetworkOptions
from .options import checked, examples, library_options, tell_setups, verbosity_options
from .outputs import check_targets
from .report import Report, count, interruptible, print_table

SLOTS = Slots(picture=4, clip=2)
LISTED = 50  # how many problems the terminal lists

EXAMPLES = examples(
    "knuckle evaluate samples/ -o report.html",
    "knuckle evaluate my-pictures/ clip.mp4 --against mediapipe-0.10.21 -o report.html",
    "knuckle evaluate my-pictures/ --against answers.json -o report.json",
)


def _as_json(evaluation: Evaluation) -> str:
    return json.dumps(record(evaluation), indent=1, allow_nan=False) + "\n"


REPORTS: dict[str, Callable[[Evaluation], str]] = {".html": page, ".json": _as_json}


@click.command(epilog=EXAMPLES)
@click.argument("data", nargs=-1, required=True, metavar="DATA...")
@click.option(
    "--against",
    metavar="PEER",
    help=f"Compare with {' or '.join(PEERS)}, which is installed once in its own environment, "
    "or with a JSON file or table of recorded predictions: a path, or the name of a file beside "
    "each set.",
)
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="REPORT",
    help="An .html file with plots and the worst cases, or a .json file. Both may be given.",
)
@click.option("--force", is_flag=True, help="Replace existing reports.")
@click.option(
    "--robustness",
    type=click.IntRange(min=0),
    default=ROBUSTNESS,
    show_default=True,
    metavar="N",
    help="How many pictures of each set to shrink, rotate, darken, blur and so on; 0 for none.",
)
@click.option(
    "--max-hands",
    type=click.IntRange(min=1),
    help="How many hands to find at most.  "
    f"[default: {SLOTS.picture} in a picture, {SLOTS.clip} in a clip]",
)
@library_options(HandAndNetworkOptions, without={"max_hands"})
@verbosity_options
def evaluate(
    data: tuple[str, ...],
    against: str | None,
    outputs: tuple[str, ...],
    force: bool,
    robustness: int,
    max_hands: int | None,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> int:
    """Measure how good predictions are, against the ground truth.

    DATA is a folder or file of annotated pictures (the common JSON of docs/evaluation-data.md, COCO
    key points, COCO-WholeBody, FreiHAND), a clip, or a folder of such.
    """
    checked(HandAndNetworkOptions, options)
    report = Report(quiet=quiet, verbose=verbose)
    targets = _targets(outputs, force=force)
    slots = Slots(max_hands, max_hands) if max_hands else SLOTS
    datasets = list(_read(data, report))
    if not datasets:
        return 1
    _check_extras(datasets, targets)
    with ExitStack() as stack, interruptible() as interrupt:
        ours = Knuckle(slots, options)
        tell_setups(report, options)
        peer = _opponent(against, options["variant"], slots, stack, report)
        evaluation = run(
            list(_entries(datasets, ours, peer, against, report)),
            robustness=robustness,
            progress=report.progress,
            go_on=lambda: not interrupt.signal,
        )
    if not evaluation.sets:
        return interrupt.status or 1
    for path in targets:
        _write(path, evaluation)
    if not quiet:
        for result in evaluation.sets:
            _print(result, evaluation.contestants)
    _report(evaluation.problems, report)
    if interrupt.signal:
        report.note("interrupted: the figures cover what was finished")
    return interrupt.status or int(report.problems > 0)


def _targets(outputs: Sequence[str], *, force: bool) -> list[Path]:
    """Check the reports to write. Raises OutputError."""
    targets = [Path(output) for output in outputs]
    for path in targets:
        if path.suffix.lower() not in REPORTS:
            raise OutputError(f"cannot write {path}: its name must end in {' or '.join(REPORTS)}")
    check_targets(targets, inputs=[], force=force)
    return targets


def _check_extras(datasets: Sequence[Dataset], targets: Sequence[Path]) -> None:
    """Raise ExtraMissing now for a package that is needed only after all the work."""
    if any(dataset.clips for dataset in datasets):
        import_extra("av", purpose="reading clips", extra="video")
    if any(path.suffix.lower() == ".html" for path in targets):
        for module in ("jinja2", "matplotlib"):
            import_extra(module, purpose="an HTML report", extra="evaluate")


def _read(data: Sequence[str], report: Report) -> Iterator[Dataset]:
    """Read the data sets. Those that cannot be read are reported."""
    for text in data:
        try:
            yield from read_datasets(Path(text))
        except KnuckleError as error:
            report.problem(error)


def _opponent(
    against: str | None, variant: Variant, slots: Slots, stack: ExitStack, report: Report
) -> Contestant | None:
    """Open the peer to compare with, if any. Raises PeerError, click.UsageError."""
    if against is None or can_be_recorded(against):
        return None
    if against not in PEERS:
        names = ", ".join(PEERS)
        raise click.UsageError(
            f"--against {against} is not one of {names}, and no .json file or table"
        )
    return stack.enter_context(open_peer(PEERS[against], variant, slots, tell=report.note))


def _entries(
    datasets: Sequence[Dataset],
    ours: Contestant,
    peer: Contestant | None,
    against: str | None,
    report: Report,
) -> Iterator[tuple[Dataset, list[Contestant]]]:
    """Every data set with its contestants. A set without recorded predictions is reported."""
    for dataset in datasets:
        if against is None:
            yield dataset, [ours]
        elif peer is not None:
            yield dataset, [ours, peer]
        elif file := find_recorded(dataset, against):
            yield dataset, [ours, read_recorded(file, Path(against).stem)]
        else:
            report.problem(f"skipped {dataset.name}: {against} is neither a file nor beside it")


def _write(path: Path, evaluation: Evaluation) -> None:
    text = REPORTS[path.suffix.lower()](evaluation)
    with write_whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


def _print(result: SetResult, contestants: Sequence[str]) -> None:
    """Print the figures of a data set, a line each."""
    unit = "picture" if result.kind == "pictures" else "frame"
    table = Table(title=f"{result.name}, {count(result.size, unit)}", title_justify="left")
    table.add_column("figure", no_wrap=True)
    for name in contestants:
        table.add_column(name, justify="right")
    if len(contestants) > 1:
        table.add_column("difference", justify="right")
        table.add_column("95% interval", justify="right")
    table.add_column("over", justify="right")
    for figure in result.figures:
        table.add_row(*_cells(figure))
    print_table(table)


def _cells(figure: Figure) -> Iterator[str]:
    def shown(value: float | None, sign: str = "") -> str:
        is_known = value is not None and math.isfinite(value)
        return f"{value:{sign}z.{figure.digits}f}" if is_known else "-"

    yield figure.name
    yield from map(shown, figure.values)
    if len(figure.values) > 1:
        yield shown(figure.difference, "+")
        low, high = figure.interval or (None, None)
        yield f"{shown(low, '+')} to {shown(high, '+')}" if figure.interval else "-"
    yield str(figure.count)


def _report(problems: Sequence[Problem], report: Report) -> None:
    for problem in problems[:LISTED]:
        report.problem(f"{problem.where}: {problem.what}")
    if len(problems) > LISTED:
        more = len(problems) - LISTED
        report.problem(f"and {more} more problems: -o REPORT lists all")
