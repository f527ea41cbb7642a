"""The outputs of one run: planned and checked before any work, then written side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import click

from ..errors import OutputError
from ..io.sinks import PICTURES, TABLES, PicturesSink, Render, Sink, VideoSink, output_kind
from ..values import Frame, Hand
from .report import Report


class Output(NamedTuple):
    """One -o: where to write, and what."""

    path: Path
    kind: str  # see `output_kind`


def parse_outputs(texts: Sequence[str]) -> list[Output]:
    """What was asked for. Raises OutputError, click.UsageError."""
    outputs: list[Output] = []
    for text in texts:
        path = Path(text)
        kind = "folder" if text.endswith(("/", os.sep)) else output_kind(path)
        if path.resolve() in {output.path.resolve() for output in outputs}:
            raise click.UsageError(f"{path} is given twice")
        outputs.append(Output(path, kind))
    return outputs


def check_targets(targets: Sequence[Path], *, inputs: Sequence[Path], force: bool) -> None:
    """Refuse to replace files unless forced, and to write over what is read even then.

    targets: every file that will be written, as far as is known beforehand.
    Raises OutputError.
    """
    read = {path.resolve() for path in inputs}
    for path in targets:
        if path.resolve() in read:
            raise OutputError(f"{path} would be written over itself: name another output")
        if path.exists() and not force:
            raise OutputError(f"{path} exists: --force replaces it")
        if blocking := [p for p in path.parents if p.exists() and not p.is_dir()]:
            raise OutputError(f"cannot write {path}: {blocking[0]} is a file")


def annotated_paths(pictures: Sequence[Path], folder: Path) -> dict[Path, Path]:
    """For every picture, its annotated copy's path in a folder; no two are the same.

    Pictures from several folders keep them below the one they share, so equal names stay apart.
    """
    absolute = [Path(os.path.normpath(path.absolute())) for path in pictures]
    shared = Path(os.path.commonpath([path.parent for path in absolute])) if absolute else Path()
    targets: dict[Path, Path] = {}
    taken: set[Path] = set()
    for picture, path in zip(pictures, absolute, strict=True):
        target = folder / path.relative_to(shared)
        while target.suffix.lower() not in PICTURES or target in taken:
            target = target.with_name(f"{target.name}.png")
        targets[picture] = target
        taken.add(target)
    return targets


def open_sink(
    output: Output, *, target: Callable[[Frame], Path], rate: Fraction, render: Render
) -> Sink:
    """The sink for an output. Raises OutputError, ExtraMissing.

    target: where the annotated picture of a frame goes.
    """
    if output.kind == "table":
        return TABLES[output.path.suffix.lower()](output.path)
    if output.kind == "video":
        return VideoSink(output.path, rate, render)
    return PicturesSink(output.path, target, render)


class Outputs:
    """Sinks that live and fail each on its own; closed on leaving, given up after an error."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._sinks: list[Sink] = []
        self._written = 0

    def open(self, open_one: Callable[[Output], Sink], outputs: Iterable[Output]) -> None:
        """Open all outputs, or none. Raises OutputError, ExtraMissing."""
        for output in outputs:
            self._sinks.append(open_one(output))

    def write(self, frame: Frame, hands: Sequence[Hand]) -> None:
        """Give a frame's answer to every sink; one that fails is reported and given up.

        Raises OutputError when there is none left.
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
                    raise OutputError("nothing is left to write to") from error
        self._written += 1

    def _give_up(self, sink: Sink, error: OutputError) -> None:
        self._report.problem(error)
        self._sinks.remove(sink)
        sink.abort()

    def close(self) -> None:
        """Complete what was written; an output that got nothing is not made."""
        for sink in tuple(self._sinks):
            if not self._written:
                sink.abort()
                continue
            try:
                sink.close()
            except OutputError as error:
                self._give_up(sink, error)
            else:
                self._report.note(f"wrote {sink.path}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.close()
        finally:
            for sink in self._sinks:
                sink.abort()
