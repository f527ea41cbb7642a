"""Frames of the source that the user named, for commands that work through one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from ..errors import OutputError, SourceError
from ..io.sources import open_source
from ..io.stream import Source
from ..values import Frame
from .options import Command
from .outputs import Output, check_targets
from .report import Interrupt, Report


def span_options(command: Command) -> Command:
    """--start, --stop, --every: the part of a source to use."""
    for option in (
        click.option(
            "--every",
            type=click.IntRange(min=1),
            default=1,
            metavar="N",
            help="Use every Nth frame.",
        ),
        click.option("--stop", type=float, metavar="SECONDS", help="Stop at this time."),
        click.option(
            "--start",
            type=float,
            default=0.0,
            metavar="SECONDS",
            help="Skip frames before this time.",
        ),
    ):
        command = option(command)
    return command


def is_camera(source: str) -> bool:
    """Whether a source is the number of a camera."""
    return source.isdecimal() and not Path(source).exists()


def open_given(source: str, start: float, stop: float | None, every: int) -> Source:
    """Open what the user named. Raises SourceError, ExtraMissing, click.UsageError."""
    try:
        return open_source(
            int(source) if is_camera(source) else source, start=start, stop=stop, every=every
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def check_outputs(files: Sequence[Path], outputs: Sequence[Output], *, force: bool) -> None:
    """Refuse outputs that make no sense. files: the inputs. Raises OutputError."""
    targets = []
    read_from = {path.parent.resolve() for path in files}
    for output, kind in outputs:
        if kind == "picture":
            raise OutputError(f"{output} holds one picture: name a folder for annotated frames")
        if kind == "folder" and output.resolve() in read_from:
            raise OutputError(f"{output} is the folder of the source: name another one")
        if kind == "folder" and output.is_dir() and any(output.iterdir()) and not force:
            raise OutputError(f"{output} is not empty: --force writes into it")
        if kind == "folder" and output != _folder(outputs):
            raise OutputError(f"{output} is a second folder: only one can have annotated frames")
        if kind != "folder":
            targets.append(output)
    check_targets(targets, inputs=files, force=force)


def _folder(outputs: Sequence[Output]) -> Path:
    return next((path for path, kind in outputs if kind == "folder"), Path())


def read_frames(source: Source, report: Report, interrupt: Interrupt) -> Iterator[Frame]:
    """The source's frames until it ends or the run is interrupted. Broken ones are reported."""
    last_error = None
    with report.progress(source.frame_count, "frames") as advance:
        while not interrupt.signal:
            try:
                with interrupt.waiting():
                    frame = next(source)
            except (StopIteration, KeyboardInterrupt):
                return
            except SourceError as error:
                if error is last_error:  # a camera that is gone raises it again and again
                    return
                last_error = error
                report.problem(error)
                continue
            yield frame
            advance()
