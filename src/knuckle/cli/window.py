"""What `knuckle camera` and `knuckle play` have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ..errors import OutputError
from ..io.stream import Source
from ..options import TrackOptions, completed
from .options import (
    Command,
    checked,
    library_options,
    look_options,
    output_option,
    tell_setups,
    verbosity_options,
)
from .outputs import check_targets, parse_outputs
from .report import Report, interruptible


@dataclass(frozen=True, slots=True)
class Shown:
    """What a command puts into the window."""

    open_at: Callable[[float], Source]
    is_live: bool
    files: Sequence[Path] = ()  # that are read, and so must not be written
    start: float = 0.0
    speed: float = 1.0


def window_options(mirror: bool) -> Callable[[Command], Command]:
    """The options of a window. mirror: whether its view is mirrored by default."""

    def decorate(command: Command) -> Command:
        for option in (
            library_options(TrackOptions),
            look_options,
            click.option("--palms", is_flag=True, help="Show palms only, without landmarks: p."),
            click.option("--boxes", is_flag=True, help="Show palm boxes and regions: b."),
            click.option(
                "--mirror-view/--no-mirror-view",
                default=mirror,
                show_default=True,
                help="Show the picture as a mirror would: m. Files and handedness are unaffected.",
            ),
            click.option("--full-screen", is_flag=True, help="Start on the full screen: f."),
            click.option(
                "--folder",
                type=click.Path(file_okay=False, path_type=Path),
                default=Path(),
                help="Where the keys s and r save snapshots and recordings; by default here.",
            ),
            output_option(
                "Record to this file from the first frame on, an annotated video or a "
                "table by its ending. May be given several times."
            ),
        ):
            command = option(command)
        return verbosity_options(command)

    return decorate


def show(
    shown: Shown,
    *,
    outputs: tuple[str, ...],
    folder: Path,
    style: Any,
    confidence: bool,
    palms: bool,
    boxes: bool,
    mirror_view: bool,
    full_screen: bool,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> int:
    """Open the window, and return the exit status when it is closed."""
    from ..window.program import run  # here, so that other commands need not wait for it
    from ..window.saving import Files
    from ..window.state import Look, Settings

    checked(TrackOptions, options)
    report = Report(quiet=quiet, verbose=verbose)
    tell_setups(report, options)
    chosen = completed(TrackOptions, options, "this command")
    with interruptible() as interrupt:
        problems = run(
            shown.open_at,
            Settings(chosen, palms),
            Look(style, confidence, boxes, mirror_view),
            Files(folder, _planned(outputs, shown.files)),
            is_live=shown.is_live,
            start=shown.start,
            speed=shown.speed,
            is_full_screen=full_screen,
            tell=report.note,
            is_interrupted=lambda: bool(interrupt.signal),
        )
    for problem in problems:
        report.problem(problem)
    return interrupt.status or int(report.problems > 0)


def _planned(outputs: Sequence[str], files: Sequence[Path]) -> tuple[Path, ...]:
    """The paths of -o; none of them may exist. Raises OutputError."""
    planned = parse_outputs(outputs)
    for path, kind in planned:
        if kind not in ("video", "table"):
            raise OutputError(f"{path} is neither a video nor a table: name a file such as out.mp4")
        if path.exists():
            raise OutputError(f"{path} exists: name a new file, because a recording replaces none")
    paths = tuple(path for path, _ in planned)
    check_targets(paths, inputs=files, force=False)
    return paths
