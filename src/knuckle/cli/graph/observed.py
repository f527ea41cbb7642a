"""`--observe STREAM`: the packets of a stream, a JSON object on each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from ...closing import Closing
from ...io.whole import PartialFile
from ..outputs import check_targets
from .values import line_of

if TYPE_CHECKING:
    from ...graph.config import GraphConfig
    from ...graph.running.graph import CalculatorGraph
    from ...graph.running.observing import Output

NO_READER = 141  # the exit status when the reader of our output is gone


def parse_observed(
    texts: Sequence[str], config: GraphConfig, *, force: bool
) -> dict[str, Path | None]:
    """The streams to observe, with the file of each, None for standard output.

    texts: "STREAM" or "STREAM=FILE.jsonl". Raises click.UsageError, OutputError.
    """
    from ...graph.checking.problems import hint

    names = [c.name for c in config.inputs]
    names += [c.name for node in config.nodes for c in node.outputs]
    observed: dict[str, Path | None] = {}
    for text in texts:
        name, equals, path = text.partition("=")
        if name not in names:
            raise click.UsageError(f'the graph has no stream "{name}": {hint(name, names)}')
        if equals and Path(path).suffix.lower() != ".jsonl":
            raise click.UsageError(f"--observe {text}: the file's name must end in .jsonl")
        observed[name] = Path(path) if equals else None
    check_targets([path for path in observed.values() if path], inputs=[], force=force)
    return observed


class Observed(Closing):
    """Writes packets as they come. Leaving `with` completes the files.

    An exception discards them.
    """

    def __init__(self, graph: CalculatorGraph, streams: Mapping[str, Path | None]) -> None:
        self._streams: list[tuple[Output, IO[str] | None]] = []
        self._targets: list[tuple[PartialFile, IO[str]]] = []
        for name, path in streams.items():
            file = None
            if path is not None:
                target = PartialFile(path)
                file = target.partial.open("w", encoding="utf-8")
                self._targets.append((target, file))
            self._streams.append((graph.observe(name), file))

    def write(self) -> None:
        """Write the packets that have come since the last time. Raises OutputError."""
        for output, file in self._streams:
            for packet in output.take():
                line = line_of(output.stream, packet.timestamp, packet.value)
                if file is None:
                    _print(line)
                else:
                    file.write(line + "\n")

    def close(self) -> None:
        """Complete the files. Raises OutputError."""
        for target, file in self._targets:
            with target.guard():
                file.close()
            target.commit()
        self._targets = []

    def abort(self) -> None:
        """Leave no file behind that is not complete."""
        for target, file in self._targets:
            file.close()
            target.discard()
        self._targets = []


def _print(line: str) -> None:
    """Print a line; end the run if nobody reads it. click would make that a failure."""
    try:
        click.echo(line)
    except BrokenPipeError as error:
        raise click.exceptions.Exit(NO_READER) from error
