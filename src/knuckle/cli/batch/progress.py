"""What is seen of a run while it goes on: a bar on a terminal, now and then a line in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ..report import Report
from .tally import Sample, Tally
from .wording import duration, speed, video

EVERY = 60.0  # seconds between two lines where there is no terminal
REFRESHES = 4  # of the bar, per second
MARGIN = (
    2  # characters that stay free for ^C, which would break the line else, and leave half of it
)
NARROWEST = 10  # characters; a shorter bar is not drawn
WIDEST = 40


@contextmanager
def shown(
    report: Report,
    tally: Tally,
    total: int,
    expect: Callable[[], Sample],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Callable[[], None]]:
    """Show a run while the block lasts. Call the function it gives after each event.

    expect: says what is known of the clips' lengths before one is tracked; it is asked late.
    clock: gives seconds.
    """
    if report.quiet or not total:
        yield lambda: None
    elif report.is_on_terminal and not report.console.is_dumb_terminal:
        tally.expected = expect()
        with Live(
            _Bar(tally, total),
            console=report.console,
            transient=True,
            refresh_per_second=REFRESHES,
        ):
            yield lambda: None
    else:
        yield _Lines(report, tally, total, expect, clock, clock())


@dataclass(frozen=True, slots=True)
class _Bar:
    """The bar, and the figures beside it; those that do not fit are left out."""

    tally: Tally
    total: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width - MARGIN
        words = fitting(figures(self.tally, self.total), width)
        room = min(width - len(words) - 2, WIDEST)
        if room < NARROWEST:
            yield Text(words, no_wrap=True, overflow="crop")
            return
        row = Table.grid(padding=(0, 2))
        row.add_row(ProgressBar(1.0, self.tally.share(), width=room), Text(words))
        yield row


def figures(tally: Tally, total: int) -> list[str]:
    """How far a run is, the most important first."""
    sums = tally.sums
    left = tally.seconds_left()
    parts = [f"{sums.clips:,} of {total:,} clips"]
    if left is not None:
        parts.append(f"{duration(left) if left >= 10 else f'{max(left, 1):.0f} s'} left")
    parts.append(speed(tally.speed()))
    if tally.failed:
        parts.insert(1, f"{tally.failed:,} failed")
    if sums.seconds:
        parts.append(f"{video(sums.seconds)} of video")
    return parts


def fitting(parts: list[str], width: int) -> str:
    """As many parts as fit into a line, beside a short bar if possible."""
    while len(parts) > 1 and len(", ".join(parts)) > width:
        parts = parts[:-1]
    return ", ".join(parts)


@dataclass(slots=True)
class _Lines:
    """A line each minute."""

    report: Report
    tally: Tally
    total: int
    expect: Callable[[], Sample]
    clock: Callable[[], float]
    told: float

    def __call__(self) -> None:
        """Print a line if it is time."""
        now = self.clock()
        if now - self.told >= EVERY:
            self.told = now
            if not self.tally.expected.weight:
                self.tally.expected = self.expect()
            self.report.note(", ".join(figures(self.tally, self.total)))
