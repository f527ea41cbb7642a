"""What the user asks for, checked: options that exclude each other are refused in one sentence."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self

import click
from click.core import ParameterSource

from ...batch.lerobot.folder import store_of
from ...geometry.camera import Camera
from ...io.formats import FORMATS as FILES
from ...io.stream import Span
from ...options import ClipOptions, DetectOptions, options_of
from ..options import checked
from .options import STILLS_ONLY, TRACKS_ONLY

LONGEST_COMMAND = 1000  # characters of a command that is worth printing


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line. options: of the library, by its names. typed: the words after `batch`.

    workers, cpus_per_worker, gpus_per_worker: None for the default.
    """

    inputs: tuple[str, ...]
    output: str
    engine: Literal["local", "ray"]
    workers: int | None
    shard: tuple[int, int]
    is_resumed: bool
    retry_failed: bool
    timeout: float | None
    max_attempts: int
    dry_run: bool
    stills: bool
    offline: bool
    start: float
    stop: float | None
    every: int
    camera: Camera | None
    hand_size: float | None
    split: float | None
    streams: int
    format: Literal["parquet", "lerobot"]
    fps: int | None
    videos: bool
    task: str | None
    annotated: bool
    style: Literal["fingers", "depth"]
    confidence: bool
    address: str | None
    cpus_per_worker: float | None
    gpus_per_worker: float | None
    options: Mapping[str, Any] = field(default_factory=dict)
    typed: tuple[str, ...] = ()

    @classmethod
    def of(cls, context: click.Context, values: Mapping[str, Any]) -> Self:
        """Sort the values of all options. Raises click.UsageError when they make no sense."""
        _refuse_contradictions(context, values)
        own = {f.name: values[f.name] for f in fields(cls) if f.name in values}
        given = {**values, "engine": values["network_engine"]}
        kind: type = DetectOptions if own["stills"] else ClipOptions
        options = {name: given[name] for name in options_of(kind) if name != "gap"}
        if values["gap"] is not None:
            options["gap"] = values["gap"]
        return cls(**own, options=checked(kind, options), typed=context.meta[TYPED])

    @property
    def store(self) -> str:
        """The folder or address of the tables. Raises BatchError if there can be none."""
        return store_of(self.output) if self.format == "lerobot" else self.output

    def command(self, *words: str, without: Sequence[str] = ()) -> str:
        """The command that was typed with more words, quoted for a shell.

        In words, if it is too long to be read or has characters that cannot be printed.
        """
        typed = [word for word in self.typed if word not in (*words, *without)]
        end = typed.index("--") if "--" in typed else len(typed)
        line = shlex.join(["knuckle", "batch", *typed[:end], *words, *typed[end:]])
        if len(line) <= LONGEST_COMMAND and line.isprintable():
            return line
        return " ".join(["the same command", *(["with", *words] if words else [])])


TYPED = "knuckle.batch.typed"


class RememberingCommand(click.Command):
    """A command that keeps the words that were typed, so that it can say what to type next."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words."""
        ctx.meta[TYPED] = tuple(args)
        return super().parse_args(ctx, args)


# If the first is given, the second must be, too (or must not): and what to say.
NEEDS = (
    (("gap",), "offline", "--gap works only with --offline"),
    (("style",), "annotated", "--style is for videos: it works only with --annotated"),
    (("confidence",), "annotated", "--confidence is for videos: it works only with --annotated"),
    (STILLS_ONLY, "stills", "--second-look is for pictures on their own: it needs --stills"),
)
EXCLUDES = (
    (("offline",), "--offline looks at the frames around, which --stills have not: leave one out"),
    (("split",), "--split is for long clips, and --stills are short: leave one out"),
    (("streams",), "--streams is for clips, and --stills are none: leave one out"),
    (
        ("start", "stop", "every"),
        "--start, --stop and --every are for clips, and --stills have no time: leave them out",
    ),
    (
        ("annotated",),
        "--annotated writes videos, and --stills are none: knuckle detect draws on pictures",
    ),
    (TRACKS_ONLY, "--search and --smoothing follow hands over time, which --stills have not"),
)


def _refuse_contradictions(context: click.Context, values: Mapping[str, Any]) -> None:
    def is_given(name: str) -> bool:
        source = context.get_parameter_source(name)
        return source not in (None, ParameterSource.DEFAULT)

    def refuse(names: Sequence[str], sentence: str) -> None:
        if any(map(is_given, names)):
            raise click.UsageError(sentence)

    for names, other, sentence in NEEDS:
        if not values[other]:
            refuse(names, sentence)
    if values["offline"]:
        refuse(("streams",), "--offline reads each clip on its own: leave out --streams")
    if values["stills"]:
        for names, sentence in EXCLUDES:
            refuse(names, sentence)
    if values["engine"] != "ray":
        for name in ("address", "cpus_per_worker", "gpus_per_worker"):
            refuse([name], f"--{name.replace('_', '-')} works only with --engine ray")
    if values["format"] != "lerobot":
        for name in ("fps", "videos", "task"):
            refuse([name], f"--{name} works only with --format lerobot")
    elif values["stills"]:
        raise click.UsageError(
            "--stills are pictures on their own, and a LeRobot data set has episodes: leave one out"
        )
    if values["retry_failed"] and not values["is_resumed"]:
        raise click.UsageError(
            "--again tracks all clips anew, also those that failed: leave --retry-failed out"
        )
    _check_output(values["output"])
    try:
        Span(values["start"], values["stop"], values["every"])
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _check_output(output: str) -> None:
    """Refuse what is surely no folder."""
    if not output.strip("/"):
        raise click.UsageError(f"{output!r} is no folder for tables: name one with -o")
    if any(output.lower().endswith(file.ending) for file in FILES):
        raise click.UsageError(
            f"-o is a folder here, for a table of each clip, and {output} is the name of one file"
        )
