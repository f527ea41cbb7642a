"""What a run says: answers on standard output, everything else on standard error."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

WIDE = 200  # columns of a table that goes to a file or a pipe


class Report:
    """Messages of one run, and whether any of them was a problem."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.problems = 0
        self._console = Console(
            stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False
        )

    def problem(self, error: Exception | str) -> None:
        """Say what went wrong; the run goes on and ends with status 1."""
        self.problems += 1
        self._console.print(f"knuckle: {error}", style="red")

    def note(self, text: str) -> None:
        """Say what was done."""
        if not self.quiet:
            self._console.print(text)

    def detail(self, text: str) -> None:
        """Say what was found where, for those who asked."""
        if self.verbose and not self.quiet:
            self._console.print(text)

    @contextmanager
    def progress(self, total: int | None, unit: str) -> Iterator[Callable[[], None]]:
        """A bar on a terminal, nothing in a pipe; call what it gives once per item.

        unit: what is counted, "pictures"; what they are of may come before, "street: pictures".
        """
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            RateColumn(unit),
            TimeRemainingColumn(),
        )
        # Not by `is_terminal`, which FORCE_COLOR makes true in a pipe.
        shown = sys.stderr is not None and sys.stderr.isatty() and not self.quiet
        with Progress(
            *columns, console=self._console, transient=True, disable=not shown
        ) as progress:
            task = progress.add_task(unit, total=total)
            yield lambda: progress.advance(task)


class RateColumn(ProgressColumn):
    """Items per second; unit: what is counted, after what they are of, "street: pictures"."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit.rpartition(": ")[2]

    def render(self, task: Task) -> Text:
        """Nothing as long as it is unknown."""
        return Text(f"{task.speed:.1f} {self._unit}/s" if task.speed else "")


def count(number: int, noun: str) -> str:
    """A number and its noun, "1 hand" or "2 hands"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def print_table(table: Table) -> None:
    """A table on standard output: as wide as the terminal, or wide enough for a pipe."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDE
    console.print(table)


@dataclass
class Interrupt:
    """Whether somebody wants the run to end."""

    signal: int = 0  # its number; 0 while nobody does
    is_waiting: bool = False  # for a frame, which may never come

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """In here an interruption is a KeyboardInterrupt at once."""
        self.is_waiting = True
        try:
            yield
        finally:
            self.is_waiting = False

    @property
    def status(self) -> int:
        """The exit status that tells of it."""
        return 128 + self.signal if self.signal else 0


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Ctrl-C and termination end the run between two frames; a second Ctrl-C ends it at once.

    An exception in the midst of a frame could leave half a row in a table.
    """
    interrupt = Interrupt()

    def on_signal(number: int, frame: FrameType | None) -> None:
        interrupt.signal = number
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if interrupt.is_waiting:
            raise KeyboardInterrupt

    names = ("SIGINT", "SIGTERM", "SIGHUP")  # the last one is unknown to Windows
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    previous = [signal.signal(number, on_signal) for number in numbers]
    try:
        yield interrupt
    finally:
        for number, handler in zip(numbers, previous, strict=True):
            signal.signal(number, handler)
