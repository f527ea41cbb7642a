"""The outputs of a run: all are checked before any work, then written side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from ..closing import Closing
from ..errors import OutputError
from ..io.formats import FORMATS, OutputKind, output_kind
from ..io.sinks import Sink
from ..values import Frame, Hand
from .report import Report


class Output(NamedTuple):
    """One -o: the path, and what to write there."""

    path: Path
    kind: OutputKind

    @property
    def text(self) -> str:
        """The path, with a slash at the end if it is a folder."""
        return os.path.join(self.path, "") if self.kind == "folder" else str(self.path)


def parse_outputs(texts: Sequence[str]) -> list[Output]:
    """Parse the -o options. Raises OutputError, click.UsageError."""
    outputs: list[Output] = []
    for text in texts:
        path = Path(text)
        kind = output_kind(text)
        if path.resolve() in {output.path.resolve() for output in outputs}:
            raise click.UsageError(f"{path} is given twice")
        outputs.append(Output(path, kind))
    return outputs


def check_targets(targets: Sequence[Path], *, inputs: Sequence[Path], force: bool) -> None:
    """Refuse to replace a file without `force`, and to overwrite an input in any case.

    targets: the files to write, as far as they are known before the work.
    Raises OutputError.
    """
    read = {path.resolve() for path in inputs}
    for path in targets:
        if path.resolve() in read:
            raise OutputError(f"{path} is also an input: name another output")
        if path.exists() and not force:
            raise OutputError(f"{path} exists: --force replaces it")
        if blocking := [p for p in path.parents if p.exists() and not p.is_dir()]:
            raise OutputError(f"cannot write {path}: {blocking[0]} is a file")


def formats_help(*kinds: str) -> str:
    """What each ending means, for --help. Endings with the same meaning share a line."""
    endings: dict[str, list[str]] = {}
    for known in FORMATS:
        if known.kind in kinds:
            endings.setdefault(known.meaning, []).append(known.ending)
    lines = (f"  {' '.join(those):<16} {meaning}" for meaning, those in endings.items())
    return "\n".join(("\b", *lines))


class Outputs(Closing):
    """Sinks that fail one by one. Leaving `with` completes them; an exception discards them."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._sinks: list[Sink] = []
        self._written = 0
        self._filled: list[Sink] = []  # those that took at least one frame

    def open(self, open_one: Callable[[str], Sink], outputs: Iterable[Output]) -> None:
        """Open all outputs, or none. Raises OutputError, ExtraMissing."""
        for output in outputs:
            self._sinks.append(open_one(output.text))

    def write(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Write a frame to every sink. A sink that fails is reported and discarded.

        Raises OutputError when no sink is left.
        """
        for sink in tuple(self._sinks):
            try:
                sink.write(frame, hands)
            except OutputError as error:
                if sink.goes_on:
                    self._report.problem(error)
                    continue
                self._give_up(sink, error)
                if not self._sinks:
                    raise OutputError("all outputs have failed") from error
            else:
                if sink not in self._filled:
                    self._filled.append(sink)
        self._written += 1

    def _give_up(self, sink: Sink, error: OutputError) -> None:
        self._report.problem(error)
        self._sinks.remove(sink)
        sink.abort()

    def close(self) -> None:
        """Complete the outputs. One that got no frame is not created."""
        try:
            for sink in tuple(self._sinks) if self._written else ():
                self._complete(sink)
        finally:
            self.abort()

    def _complete(self, sink: Sink) -> None:
        try:
            sink.close()
        except OutputError as error:
            self._give_up(sink, error)
        else:
            if sink in self._filled:
                self._report.note(f"wrote {sink.path}")

    def abort(self) -> None:
        """Discard everything that is not complete."""
        for sink in self._sinks:
            sink.abort()
