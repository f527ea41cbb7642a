"""`knuckle track`: hands in videos and from cameras."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import click
from rich.table import Table

from ..api import Tracker, track_clip
from ..geometry.camera import Camera
from ..io.overlap import CallBehind
from ..options import ClipOptions
from ..outputs import SharedDrawing, open_sink
from ..render.draw import draw
from ..values import Frame, Hand
from .frames import check_outputs, is_camera, open_given, read_frames, span_options
from .options import (
    Options,
    camera_options,
    checked,
    examples,
    library_options,
    output_options,
    tell_setups,
    verbosity_options,
)
from .outputs import Outputs, formats_help, parse_outputs
from .report import Report, count, interruptible, print_table

BEHIND = 4  # frames that may wait to be drawn and written while the next ones are tracked

EXAMPLES = examples(
    "knuckle track clip.mp4 -o annotated.mp4 -o hands.parquet",
    "knuckle track 0 --mirrored --stop 10 -o hands.jsonl    (camera 0, ten seconds)",
)

HELP = f"""Track the hands in a video or from a camera.

SOURCE is a file, the number of a camera, an address, or a folder or glob of pictures.

OUT is a folder for annotated frames, or a file for

{formats_help("video", "table")}
"""


@click.command(help=HELP, epilog=EXAMPLES)
@click.argument("source")
@output_options
@library_options(ClipOptions)
@camera_options
@click.option(
    "--offline",
    is_flag=True,
    help="Process a recorded clip forwards and backwards: hands are found earlier, short gaps are "
    "filled, and smoothing has no delay. Takes twice the time.",
)
@span_options
@verbosity_options
def track(
    source: str,
    outputs: tuple[str, ...],
    force: bool,
    style: Any,
    confidence: bool,
    start: float,
    stop: float | None,
    every: int,
    offline: bool,
    gap: float | None,
    camera: Camera | None,
    hand_size: float | None,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> int:
    """Track the hands in a video or from a camera."""
    follow = _follow(source, offline, gap, options)
    report = Report(quiet=quiet, verbose=verbose)
    tell_setups(report, options)
    planned = parse_outputs(outputs)
    summary = _Summary()
    with (
        open_given(source, start, stop, every) as frames,
        interruptible() as interrupt,
        Outputs(report) as sinks,
    ):
        check_outputs(frames.files, planned, force=force)
        draw_once = SharedDrawing(partial(draw, style=style, confidence=confidence))
        sinks.open(
            partial(
                open_sink, rate=frames.rate, draw=draw_once, camera=camera, hand_size=hand_size
            ),
            planned,
        )
        with CallBehind(sinks.write, BEHIND) as write:
            for frame, hands in follow(read_frames(frames, report, interrupt)):
                write(frame, hands)
                summary.add(frame, hands)
                report.detail(
                    f"{frame.time:.3f} s, frame {frame.index}: {count(len(hands), 'hand')}"
                )
    if not outputs and not quiet:
        summary.print()
    if not (summary.frames or report.problems or interrupt.signal):
        report.problem(f"{source} has no frames between --start and --stop")
    report.note(summary.sentence(source))
    if interrupt.signal:
        report.note("interrupted: finished work is kept")
    return interrupt.status or int(report.problems > 0)


def _follow(
    source: str, offline: bool, gap: float | None, options: Options
) -> Callable[[Iterable[Frame]], Iterator[tuple[Frame, list[Hand]]]]:
    """The function that finds the hands of frames, one by one or offline."""
    checked(ClipOptions, options if gap is None else options | {"gap": gap})
    if not offline:
        if gap is not None:
            raise click.UsageError("--gap works only with --offline")
        return partial(_follow_one_by_one, options)
    if is_camera(source):
        raise click.UsageError("--offline does not work with a camera: it looks a second ahead")
    return partial(track_clip, **options if gap is None else options | {"gap": gap})


def _follow_one_by_one(
    options: Options, frames: Iterable[Frame]
) -> Iterator[tuple[Frame, list[Hand]]]:
    with Tracker(**options) as tracker:
        for frame in frames:
            yield frame, tracker(frame)


class _Summary:
    """The table on the terminal: a line for each stretch of frames with the same hands."""

    def __init__(self) -> None:
        self.frames = 0
        self._with_hands = 0
        self._most = 0  # hands in one frame
        self._stretches: list[_Stretch] = []

    def add(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Add one frame and its hands."""
        self.frames += 1
        self._with_hands += bool(hands)
        self._most = max(self._most, len(hands))
        labels = tuple(sorted(hand.handedness for hand in hands))
        if not self._stretches or self._stretches[-1].labels != labels:
            self._stretches.append(_Stretch(labels, frame))
        self._stretches[-1].add(frame, hands)

    def sentence(self, source: str) -> str:
        """The summary in one line."""
        shown = f"hands in {self._with_hands} of {count(self.frames, 'frame')} of {source}"
        return shown + (f", at most {self._most} at once" if self._most > 1 else "")

    def print(self) -> None:
        """Print the table, unless it is empty."""
        table = Table("seconds", "frames", "hands", "presence")
        for stretch in self._stretches:
            table.add_row(*stretch.cells())
        if self._stretches:
            print_table(table)


class _Stretch:
    """Consecutive frames with the same hands."""

    def __init__(self, labels: tuple[str, ...], first: Frame) -> None:
        self.labels = labels
        self._start, self._first = first.time, first.index
        self._presences: list[float] = []

    def add(self, frame: Frame, hands: Sequence[Hand]) -> None:
        self._stop, self._last = frame.time, frame.index
        self._presences += [hand.presence for hand in hands]

    def cells(self) -> tuple[str, str, str, str]:
        shown = ", ".join(self.labels) or "none"
        mean = f"{sum(self._presences) / len(self._presences):.2f}" if self._presences else ""
        seconds = f"{self._start:.2f} to {self._stop:.2f}"
        return seconds, f"{self._first} to {self._last}", shown, mean
