"""`knuckle detect`: hands in pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from ..api import Detector
from ..errors import KnuckleError, OutputError
from ..geometry.camera import Camera
from ..io.pictures import read_picture
from ..io.sources import list_pictures
from ..options import DetectOptions
from ..render.draw import draw
from ..values import Frame, Hand
from .options import (
    camera_options,
    checked,
    examples,
    library_options,
    output_options,
    verbosity_options,
)
from .outputs import (
    Output,
    Outputs,
    annotated_paths,
    check_targets,
    open_sink,
    parse_outputs,
)
from .report import Interrupt, Report, count, interruptible, print_table

EXAMPLES = examples(
    "knuckle detect photo.jpg",
    "knuckle detect holiday/ 'scans/*.png' -o annotated/ -o hands.csv --max-hands 4",
)


@click.command(epilog=EXAMPLES)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@output_options
@library_options(DetectOptions)
@camera_options
@verbosity_options
def detect(
    paths: tuple[str, ...],
    outputs: tuple[str, ...],
    force: bool,
    style: Any,
    confidence: bool,
    quiet: bool,
    verbose: bool,
    camera: Camera | None,
    hand_size: float | None,
    **options: Any,
) -> int:
    """Find the hands in pictures.

    PATH is a file, a folder or a glob.

    OUT is a folder, or a .jpg or .png for a single picture, for annotated pictures; or a .json,
    .jsonl, .csv or .parquet file for the table of all landmarks.
    """
    checked(DetectOptions, options)
    find_hands = Detector(**options)
    report = Report(quiet=quiet, verbose=verbose)
    pictures = _collect(paths, report)
    planned = parse_outputs(outputs)
    targets = _plan(pictures, planned, force=force)
    table = _Table()
    with interruptible() as interrupt, Outputs(report) as sinks:
        sinks.open(
            partial(
                open_sink,
                target=lambda frame: targets[Path(frame.source)],
                rate=Fraction(1),
                render=partial(draw, style=style, confidence=confidence),
            ),
            planned if pictures else (),
        )
        for frame in _frames(pictures, report, interrupt):
            hands = find_hands(frame.image)
            sinks.write(frame, hands)
            table.add(frame, hands)
            report.detail(f"{frame.source}: {count(len(hands), 'hand')}")
    if not outputs and not quiet:
        table.print()
    if pictures:
        share = f"{table.pictures} of {count(len(pictures), 'picture')}"
        report.note(f"{count(table.hands, 'hand')} in {share}")
    if interrupt.signal:
        report.note("interrupted: what was finished is kept")
    return interrupt.status or int(report.problems > 0)


def _collect(paths: Sequence[str], report: Report) -> list[Path]:
    """The pictures that are meant, each once; a path that names none is reported."""
    pictures: dict[Path, Path] = {}
    for path in paths:
        try:
            for picture in list_pictures(Path(path)):
                pictures.setdefault(picture.resolve(), picture)
        except KnuckleError as error:
            report.problem(error)
    return list(pictures.values())


def _plan(pictures: Sequence[Path], outputs: Sequence[Output], *, force: bool) -> dict[Path, Path]:
    """Where the annotated copy of each picture goes. Raises OutputError, click.UsageError."""
    targets: dict[Path, Path] = {}
    files: list[Path] = []
    for output, kind in outputs:
        if kind == "video":
            raise OutputError(f"{output} is a video: knuckle track writes it, detect does not")
        if kind == "picture" and len(pictures) > 1:
            raise OutputError(f"{output} holds one picture, not {len(pictures)}: name a folder")
        if kind == "table":
            files.append(output)
            continue
        if targets:
            raise click.UsageError("one output for annotated pictures is enough")
        targets = (
            dict.fromkeys(pictures, output)
            if kind == "picture"
            else annotated_paths(pictures, output)
        )
    check_targets([*files, *targets.values()], inputs=pictures, force=force)
    return targets


def _frames(pictures: Sequence[Path], report: Report, interrupt: Interrupt) -> Iterator[Frame]:
    """The pictures that can be read; the others are reported."""
    with report.progress(len(pictures), "pictures") as advance:
        for path in pictures:
            if interrupt.signal:
                return
            try:
                yield Frame(read_picture(path), 0, 0.0, str(path))
            except KnuckleError as error:
                report.problem(error)
            advance()


class _Table:
    """What was found, a line per hand, for reading."""

    def __init__(self) -> None:
        self.pictures = 0
        self.hands = 0
        self._table = Table()
        self._table.add_column("picture", overflow="fold")
        for name in ("hand", "score", "presence", "palm", "box, pixels"):
            self._table.add_column(name, no_wrap=True)

    def add(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Append the lines of a picture."""
        self.pictures += 1
        self.hands += len(hands)
        if not hands:
            self._table.add_row(frame.source, "none")
        for hand in hands:
            x0, y0, x1, y1 = hand.box
            self._table.add_row(
                frame.source,
                hand.handedness,
                f"{hand.handedness_score:.2f}",
                f"{hand.presence:.2f}",
                f"{hand.palm_score:.2f}",
                f"{x0:.0f},{y0:.0f} to {x1:.0f},{y1:.0f}",
            )

    def print(self) -> None:
        """Show it, unless it is empty."""
        if self.pictures:
            print_table(self._table)
