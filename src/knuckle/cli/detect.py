"""`knuckle detect`: hands in pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from ..api import Detector
from ..errors import KnuckleError, OutputError
from ..geometry.camera import Camera
from ..io.listing import Listing, list_path
from ..io.pictures import read_picture
from ..options import DetectOptions
from ..outputs import SharedDrawing, annotated_names, open_sink
from ..render.draw import draw
from ..values import Frame, Hand
from .options import (
    camera_options,
    checked,
    examples,
    library_options,
    output_options,
    tell_setups,
    verbosity_options,
)
from .outputs import Output, Outputs, check_targets, formats_help, parse_outputs
from .report import Interrupt, Report, count, interruptible, print_table

EXAMPLES = examples(
    "knuckle detect photo.jpg",
    "knuckle detect holiday/ 'scans/*.png' -o annotated/ -o hands.csv --max-hands 4",
)

HELP = f"""Find the hands in pictures.

PATH is a file, a folder or a glob.

OUT is a folder for annotated pictures, or a file for

{formats_help("picture", "table")}
"""


@click.command(help=HELP, epilog=EXAMPLES)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-r", "--recursive", is_flag=True, help="Search subfolders, too.")
@output_options
@library_options(DetectOptions)
@camera_options
@verbosity_options
def detect(
    paths: tuple[str, ...],
    recursive: bool,
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
    """Find the hands in pictures."""
    checked(DetectOptions, options)
    report = Report(quiet=quiet, verbose=verbose)
    planned = parse_outputs(outputs)
    folders = [path for path, kind in planned if kind == "folder"]
    pictures = _collect(paths, report, recursive=recursive, results=folders)
    names = annotated_names(pictures)
    _plan(names, planned, force=force)
    find_hands, table = Detector(**options), _Table()
    tell_setups(report, options)
    with interruptible() as interrupt, Outputs(report) as sinks:
        draw_once = SharedDrawing(partial(draw, style=style, confidence=confidence))
        sinks.open(
            partial(
                open_sink,
                name=lambda frame: names[Path(frame.source)],
                draw=draw_once,
                camera=camera,
                hand_size=hand_size,
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
        report.note("interrupted: finished work is kept")
    return interrupt.status or int(report.problems > 0)


def _collect(
    paths: Sequence[str], report: Report, *, recursive: bool, results: Sequence[Path]
) -> list[Path]:
    """The pictures that the paths name, each once. A path that names none is reported.

    results: output folders. Annotated pictures of an earlier run in them are not read.
    """
    pictures: dict[Path, Path] = {}
    for path in map(Path, paths):
        try:
            listing = list_path(path, recursive=recursive)
        except KnuckleError as error:
            report.problem(error)
            continue
        inside = {
            r.resolve() for r in results if recursive and path.resolve() in r.resolve().parents
        }
        for picture in listing.pictures:
            place = picture.resolve()
            if inside.isdisjoint(place.parents):
                pictures.setdefault(place, picture)
        if passed_over := _passed_over(listing):
            report.note(f"{path}: skipped {passed_over}")
    return list(pictures.values())


def _passed_over(listing: Listing) -> str:
    """What a folder holds besides pictures, in words; empty if there is nothing else."""
    parts = []
    if listing.folders:
        parts.append(f"{count(len(listing.folders), 'folder')} (see --recursive)")
    if listing.videos:
        parts.append(f"{count(len(listing.videos), 'video')} (for knuckle track)")
    if listing.others:
        parts.append(count(len(listing.others), "other file"))
    return ", ".join(parts)


def _plan(names: Mapping[Path, Path], outputs: Sequence[Output], *, force: bool) -> None:
    """Refuse outputs that make no sense. Raises OutputError, click.UsageError.

    names: the name of each picture's annotated copy in a folder.
    """
    targets: list[Path] = []
    for path, kind in outputs:
        if kind == "video":
            raise OutputError(f"{path} is a video: only knuckle track writes videos")
        if kind == "picture" and len(names) > 1:
            raise OutputError(f"{path} holds one picture, not {len(names)}: name a folder")
        targets += [path / name for name in names.values()] if kind == "folder" else [path]
    if sum(kind in ("picture", "folder") for _, kind in outputs) > 1:
        raise click.UsageError("only one output can have annotated pictures")
    check_targets(targets, inputs=list(names), force=force)


def _frames(pictures: Sequence[Path], report: Report, interrupt: Interrupt) -> Iterator[Frame]:
    """Read the pictures. Those that cannot be read are reported."""
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
    """The table on the terminal, with a line per hand."""

    def __init__(self) -> None:
        self.pictures = 0
        self.hands = 0
        self._table = Table()
        self._table.add_column("picture", overflow="fold")
        for name in ("hand", "score", "presence", "palm", "box, pixels"):
            self._table.add_column(name, no_wrap=True)

    def add(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Append a picture's hands."""
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
        """Print the table, unless it is empty."""
        if self.pictures:
            print_table(self._table)
