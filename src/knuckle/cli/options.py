"""Options that several subcommands share."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

import click

from ..geometry.camera import Camera
from ..geometry.hand_pose import checked_hand_size
from ..options import GAP_SECONDS, Option, completed, options_of
from ..streams.search import ADAPTIVE, EveryFrame, EveryFrames, EverySeconds, SearchPolicy
from ..streams.smoothing import SMOOTHING

Command = Callable[..., Any]
Options = dict[str, Any]  # keyword arguments of `knuckle.detect` and `knuckle.Tracker`


def examples(*lines: str) -> str:
    """An epilog of commands to copy, kept line by line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def output_options(command: Command) -> Command:
    """-o, --force, --style, --confidence."""
    for option in (
        click.option(
            "--confidence",
            is_flag=True,
            help="Fade joints that are uncertain in what is drawn; the tables always have it.",
        ),
        click.option(
            "--style",
            type=click.Choice(["fingers", "depth"]),
            default="fingers",
            show_default=True,
            help="How hands are drawn: a colour per finger, or nearer parts brighter and bigger.",
        ),
        click.option("--force", is_flag=True, help="Replace outputs that exist."),
        click.option(
            "-o",
            "--output",
            "outputs",
            multiple=True,
            metavar="OUT",
            help="Where to write, as often as needed; its ending says what. "
            "Without it, a table on the terminal.",
        ),
    ):
        command = option(command)
    return command


def option_for(name: str, option: Option) -> Callable[[Command], Command]:
    """The command-line form of an option of the library: same name, default and help."""
    flag = "--" + name.replace("_", "-")
    if name in FORMS:
        switch = f"{flag}/--no-{flag[2:]}" if FORMS[name].get("is_flag") else flag
        return click.option(switch, **FORMS[name])
    default, kind = option.default, type(option.default)
    if kind is bool:
        off = f"/--no-{flag[2:]}" if default else ""
        return click.option(flag + off, default=default, is_flag=True, help=option.help)
    types: dict[type, Any] = {
        int: click.IntRange(min=1),
        float: click.FloatRange(0, 1),
        str: click.Choice(option.choices),
    }
    return click.option(
        flag, type=types[kind], default=default, show_default=True, help=option.help
    )


def library_options(kind: type, *, without: Container[str] = ()) -> Callable[[Command], Command]:
    """The options of `knuckle.detect` or `knuckle.Tracker`, as they stand in their table."""

    def decorate(command: Command) -> Command:
        for name, option in reversed(options_of(kind).items()):
            if name not in without:
                command = option_for(name, option)(command)
        return command

    return decorate


def _camera(context: click.Context, option: click.Parameter, words: str | None) -> Camera | None:
    """A camera by its four numbers."""
    if words is None:
        return None
    try:
        return Camera(*(float(word) for word in words.split(",")))
    except (TypeError, ValueError):
        raise click.BadParameter(
            f"{words!r} is not FX,FY,CX,CY: four numbers of pixels, FX and FY above 0.",
            context,
            option,
        ) from None


def _hand_size(
    context: click.Context, option: click.Parameter, value: float | None
) -> float | None:
    """A size of a hand that makes sense."""
    try:
        return checked_hand_size(value)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def camera_options(command: Command) -> Command:
    """--camera, --hand-size: what gives a hand its place in metres."""
    for option in (
        click.option(
            "--hand-size",
            type=float,
            callback=_hand_size,
            metavar="METRES",
            help="From the wrist to the tip of the straight middle finger; without it, an average "
            "hand's. Distances from the camera are in proportion to it.",
        ),
        click.option(
            "--camera",
            callback=_camera,
            metavar="FX,FY,CX,CY",
            help="Focal lengths and middle of the camera, pixels: fills the pose in the table.",
        ),
    ):
        command = option(command)
    return command


POLICIES: dict[str, SearchPolicy] = {"adaptive": ADAPTIVE, "every-frame": EveryFrame()}


def _policy(context: click.Context, option: click.Parameter, words: str) -> SearchPolicy:
    """A search policy by its name, a number of frames, or of seconds."""
    try:
        if words in POLICIES:
            return POLICIES[words]
        if words.endswith("s"):
            return EverySeconds(float(words.removesuffix("s")))
        return EveryFrames(int(words))
    except ValueError:
        names = ", ".join(POLICIES)
        raise click.BadParameter(
            f"{words!r} is none of {names}, 4 (frames) and 0.2s (seconds).", context, option
        ) from None


# Options whose words on the command line are others than in Python.
FORMS: dict[str, dict[str, Any]] = {
    "search": {
        "callback": _policy,
        "default": "adaptive",
        "show_default": True,
        "metavar": "WHEN",
        "help": "When to look for new hands while fewer than --max-hands are followed: adaptive, "
        "every-frame as MediaPipe does, 4 (every fourth frame), or 0.2s (every 0.2 seconds).",
    },
    "smoothing": {
        "is_flag": True,
        "default": True,
        "callback": lambda context, option, on: SMOOTHING if on else None,
        "help": "Smooth hands over time, or return them as they were read.",
    },
    "gap": {
        "type": click.FloatRange(min=0),
        "metavar": "SECONDS",
        "help": "With --offline: fill in a hand that is lost for at most this long; "
        f"{GAP_SECONDS:g} by default.",
    },
}


def verbosity_options(command: Command) -> Command:
    """-q, -v."""
    quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
    verbose = click.option("-v", "--verbose", is_flag=True, help="Say what was found where.")
    return quiet(verbose(command))


def checked(kind: type, options: Options) -> Options:
    """The options of a table; click lets some pass (NaN) that make no sense."""
    try:
        completed(kind, options, "this command")
    except (TypeError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    return options
