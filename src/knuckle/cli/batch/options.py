"""The options of `knuckle batch`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import click

from ...options import ClipOptions, DetectOptions, options_of
from ..frames import span_options
from ..options import Command, option_for

SHARD = re.compile(r"(\d{1,9})/(\d{1,9})")
ENGINES = ("local", "ray")
FORMATS = ("parquet", "lerobot")
STILLS_ONLY = tuple(options_of(DetectOptions).keys() - options_of(ClipOptions).keys())
TRACKS_ONLY = tuple(options_of(ClipOptions).keys() - options_of(DetectOptions).keys())
NETWORK_ENGINES = options_of(ClipOptions)["engine"].choices


class _Engine(click.Choice[str]):
    """What does the jobs. Who means the networks is told the option for them."""

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> str:
        """The value, if it is one of the choices."""
        if value in NETWORK_ENGINES:
            self.fail(
                f"{value!r} runs networks, which is --network-engine {value} here: --engine is "
                f"{' or '.join(self.choices)}.",
                param,
                context,
            )
        return super().convert(value, param, context)


class _Seconds(click.FloatRange):
    """A number of seconds above 0, and not endless."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(
        self, value: Any, param: click.Parameter | None, context: click.Context | None
    ) -> float:
        """The number."""
        seconds: float = super().convert(value, param, context)
        if not math.isfinite(seconds):
            self.fail(f"{value} is no number of seconds.", param, context)
        return seconds


def _shard(context: click.Context, option: click.Parameter, words: str | None) -> tuple[int, int]:
    """Parse i/n."""
    if words is None:
        return 1, 1
    found = SHARD.fullmatch(words)
    index, count = map(int, found.groups()) if found else (0, 0)
    if not 1 <= index <= count:
        raise click.BadParameter(
            f"{words!r} is not I/N, such as 3/8 for the third of eight.", context, option
        )
    return index, count


RUN = (
    click.option(
        "--engine",
        type=_Engine(ENGINES),
        default="local",
        show_default=True,
        help="What tracks the clips: processes on this machine, or a Ray cluster.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(min=1),
        metavar="N",
        help="Clips at once, each with one core.  [default: the cores]",
    ),
    click.option(
        "--shard",
        metavar="I/N",
        callback=_shard,
        help="Only the Ith of N shares of the clips: for N machines or the jobs of an array.",
    ),
    click.option(
        "--resume/--again",
        "is_resumed",
        default=True,
        help="Track only clips that are not finished, or all of them anew. While some tables are "
        "of other options, --again tracks only their clips: it goes on.  [default: resume]",
    ),
    click.option(
        "--retry-failed", is_flag=True, help="Also try the clips again that failed before."
    ),
    click.option(
        "--timeout",
        type=_Seconds(),
        metavar="SECONDS",
        help="Give a clip up that takes longer.  [default: one that stands still for 300 s]",
    ),
    click.option(
        "--max-attempts",
        type=click.IntRange(min=1),
        default=2,
        show_default=True,
        metavar="N",
        help="Give a clip up whose worker died this often.",
    ),
    click.option(
        "--dry-run",
        is_flag=True,
        help="Print what there is to do and how long it takes, and write nothing.",
    ),
)

CLIPS = (
    click.option(
        "--stills",
        is_flag=True,
        help="Detect hands in each picture of a folder on its own. Otherwise the pictures of a "
        "folder are a clip.",
    ),
    click.option(
        "--offline",
        is_flag=True,
        help="Process clips forwards and backwards: hands are found earlier, short gaps are "
        "filled, and smoothing has no delay. Takes twice the time.",
    ),
    option_for("gap", options_of(ClipOptions)["gap"]),
    span_options,
    click.option(
        "--split",
        type=_Seconds(),
        metavar="SECONDS",
        help="Split clips that are much longer, and join the results. They are never quite those "
        "of the whole clip.",
    ),
    click.option(
        "--streams",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        metavar="N",
        help="Clips that a worker tracks at once, their hands in one batch: for a GPU.",
    ),
)

OUTPUT = (
    click.option(
        "--format",
        type=click.Choice(FORMATS),
        default="parquet",
        show_default=True,
        help="A table for each clip, or a LeRobot dataset.",
    ),
    click.option("--annotated", is_flag=True, help="Also write an annotated video for each clip."),
)

RAY = (
    click.option(
        "--address",
        metavar="ADDRESS",
        help="With --engine ray: the cluster, as HOST:6379, ray://HOST:10001, auto or local.  "
        "[default: RAY_ADDRESS, or the one that runs on this machine, or a new one]",
    ),
    click.option(
        "--cpus-per-worker",
        type=click.FloatRange(min=0),
        metavar="N",
        help="With --engine ray: the cores that a worker takes.  [default: 1]",
    ),
    click.option(
        "--gpus-per-worker",
        type=click.FloatRange(min=0),
        metavar="N",
        help="With --engine ray: the GPUs that a worker takes, such as 0.25.  [default: 0]",
    ),
)


def given_together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one, in their order."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def tracking_options(command: Command) -> Command:
    """The options of `knuckle track` and `knuckle detect`. --engine is --network-engine here."""
    options = options_of(ClipOptions) | options_of(DetectOptions)
    forms = {
        name: option_for(name, option) for name, option in options.items() if name not in _OTHERWISE
    }
    network_engine = click.option(
        "--network-engine",
        type=click.Choice(options["engine"].choices),
        default=options["engine"].default,
        show_default=True,
        help=options["engine"].help,
    )
    second_look = click.option(
        "--second-look/--no-second-look",
        default=True,
        show_default=True,
        help=f"With --stills: {_lower(options['second_look'].help)}",
    )
    names = list(options)
    forms |= {"engine": network_engine, "second_look": second_look}
    return given_together(*(forms[name] for name in names if name in forms))(command)


_OTHERWISE = ("engine", "second_look", "gap")


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
