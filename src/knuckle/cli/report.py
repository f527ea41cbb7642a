"""What a run prints: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

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

# Characters that steer a terminal or turn text round; line feeds and tabs may stay.
_STEERING = (*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F))
_SHOWN = {code: f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" for code in _STEERING}
WIDE = 200  # width of a table in a file or a pipe, in characters


class _Messages:
    """Standard error that never fails: the terminal may be closed, or the disk of a log full.

    A message that nobody can read must not end hours of work. After the first failure, messages
    go nowhere.
    """

    def write(self, text: str) -> int:
        """Write a text."""
        self._try(lambda: sys.stderr.write(text))
        return len(text)

    def flush(self) -> None:
        """Write what is kept back."""
        self._try(lambda: sys.stderr.flush())

    def _try(self, write: Callable[[], object]) -> None:
        if sys.stderr is None:
            return
        try:
            write()
        except (OSError, ValueError):
            # Python would try once more when it exits, and change the exit status.
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stderr, name)


class Report:
    """Prints the messages of one run and counts the problems."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self.problems = 0
        messages: Any = _Messages()
        self.console = Console(
            file=messages, highlight=False, soft_wrap=True, markup=False, emoji=False
        )

    @property
    def is_on_terminal(self) -> bool:
        """Whether somebody may watch."""
        # Not the console's `is_terminal`: FORCE_COLOR makes it true in a pipe.
        return sys.stderr is not None and sys.stderr.isatty()

    def problem(self, error: Exception | str) -> None:
        """Report a problem. The run goes on and ends with status 1."""
        self.problems += 1
        self.console.print(printable(f"knuckle: {error}"), style="red")

    def note(self, text: str) -> None:
        """Print what was done, unless quiet."""
        if not self.quiet:
            self.console.print(printable(text))

    def detail(self, text: str) -> None:
        """Print what was found where, if verbose."""
        if self.verbose and not self.quiet:
            self.console.print(printable(text))

    @contextmanager
    def progress(self, total: int | None, unit: str) -> Iterator[Callable[[], None]]:
        """Show a progress bar, on a terminal only. Call the function it gives once per item.

        unit: what is counted, such as "pictures", after a name if it helps: "street: pictures".
        """
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            RateColumn(unit),
            TimeRemainingColumn(),
        )
        is_hidden = self.quiet or not self.is_on_terminal
        with Progress(
            *columns, console=self.console, transient=True, disable=is_hidden
        ) as progress:
            task = progress.add_task(unit, total=total)
            yield lambda: progress.advance(task)

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Say what takes a while, on a terminal only and while the block lasts."""
        if self.quiet or not self.is_on_terminal:
            yield
            return
        with self.console.status(text, spinner="line"):
            yield


class RateColumn(ProgressColumn):
    """Items per second. unit: as in `Report.progress`; a name before it is not shown."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit.rpartition(": ")[2]

    def render(self, task: Task) -> Text:
        """The rate, or nothing while it is unknown."""
        return Text(f"{task.speed:.1f} {self._unit}/s" if task.speed else "")


def printable(text: str) -> str:
    """The text with characters that would steer the terminal written out.

    Names in files of others may have them.
    """
    return text.translate(_SHOWN)


def count(number: int, noun: str) -> str:
    """A number and its noun, "1 hand" or "2 hands"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def drop_output() -> None:
    """Discard standard output, or Python would try once more to write it when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_table(table: Table) -> None:
    """Print a table on standard output, as wide as the terminal, or WIDE in a pipe."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDE
    console.print(table)


@dataclass
class Interrupt:
    """Whether the run has been interrupted."""

    signal: int = 0  # the signal's number; 0 if not interrupted
    is_waiting: bool = False  # waiting for a frame, which may never come

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Inside, an interruption raises KeyboardInterrupt at once."""
        self.is_waiting = True
        try:
            yield
        finally:
            self.is_waiting = False

    @property
    def is_hangup(self) -> bool:
        """Whether the terminal was closed, so that it shows nothing more."""
        return self.signal == getattr(signal, "SIGHUP", None)

    @property
    def status(self) -> int:
        """The exit status: 128 and the signal's number, or 0."""
        return 128 + self.signal if self.signal else 0


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Ctrl-C and termination end the run between two frames; a second Ctrl-C ends it at once.

    An exception in the middle of a frame could leave half a row in a table.
    """
    interrupt = Interrupt()

    def on_signal(number: int, frame: FrameType | None) -> None:
        interrupt.signal = number
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if interrupt.is_waiting:
            raise KeyboardInterrupt

    names = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    previous = [signal.signal(number, on_signal) for number in numbers]
    try:
        yield interrupt
    finally:
        for number, handler in zip(numbers, previous, strict=True):
            signal.signal(number, handler)
