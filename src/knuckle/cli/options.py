"""Options that several subcommands share."""

from __future__ import annotations

import os
from collections.abc import Callable, Container
from typing import Any, cast

import click

from ..geometry.camera import Camera
from ..geometry.hand_pose import checked_hand_size
from ..networks.engine import setups
from ..networks.setup import Setup
from ..options import GAP_SECONDS, HandAndNetworkOptions, Option, completed, options_of, wanted
from ..streams.search import SearchPolicy, policy_of
from ..streams.smoothing import SMOOTHING
from .report import Report

Command = Callable[..., Any]
Options = dict[str, Any]  # keyword arguments of `knuckle.detect` and `knuckle.Tracker`


def examples(*lines: str) -> str:
    """An epilog of commands to copy, one per line."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def look_options(command: Command) -> Command:
    """--style, --confidence."""
    confidence = click.option(
        "--confidence",
        is_flag=True,
        help="Draw uncertain joints faded. Tables always have the confidence.",
    )
    style = click.option(
        "--style",
        type=click.Choice(["fingers", "depth"]),
        default="fingers",
        show_default=True,
        help="How to draw hands: a colour per finger, or nearer parts brighter and bigger.",
    )
    return style(confidence(command))


def output_option(text: str) -> Callable[[Command], Command]:
    """-o OUT, as often as it is given. text: its help."""
    return click.option("-o", "--output", "outputs", multiple=True, metavar="OUT", help=text)


def output_options(command: Command) -> Command:
    """-o, --force, --style, --confidence."""
    command = look_options(command)
    for option in (
        click.option("--force", is_flag=True, help="Replace existing outputs."),
        output_option(
            "Where to write; the ending says what. May be given several times. "
            "Without it, a table is printed on the terminal."
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
        return click.option(
            flag + off, default=default, is_flag=True, show_default=default, help=option.help
        )
    types: dict[type, Any] = {
        int: click.IntRange(min=1),
        float: click.FloatRange(0, 1),
        str: click.Choice(option.choices),
    }
    return click.option(
        flag, type=types[kind], default=default, show_default=True, help=option.help
    )


def library_options(kind: type, *, without: Container[str] = ()) -> Callable[[Command], Command]:
    """The options of `knuckle.detect` or `knuckle.Tracker`, from their table."""

    def decorate(command: Command) -> Command:
        for name, option in reversed(options_of(kind).items()):
            if name not in without:
                command = option_for(name, option)(command)
        return command

    return decorate


def _camera(context: click.Context, option: click.Parameter, words: str | None) -> Camera | None:
    """Parse a camera's four numbers."""
    if words is None:
        return None
    try:
        return Camera(*(float(word) for word in words.split(",")))
    except (TypeError, ValueError):
        raise click.BadParameter(
            f"{words!r} is not FX,FY,CX,CY: four numbers in pixels, FX and FY above 0.",
            context,
            option,
        ) from None


def _hand_size(
    context: click.Context, option: click.Parameter, value: float | None
) -> float | None:
    """Check the size of a hand."""
    try:
        return checked_hand_size(value)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def camera_options(command: Command) -> Command:
    """--camera, --hand-size: what the pose of a hand in metres needs."""
    for option in (
        click.option(
            "--hand-size",
            type=float,
            callback=_hand_size,
            metavar="METRES",
            help="From the wrist to the tip of the straight middle finger; by default that of "
            "an average hand. All distances from the camera are proportional to it.",
        ),
        click.option(
            "--camera",
            callback=_camera,
            metavar="FX,FY,CX,CY",
            help="The camera's focal lengths and centre, in pixels. Fills the pose in the table.",
        ),
    ):
        command = option(command)
    return command


def _policy(context: click.Context, option: click.Parameter, words: str) -> SearchPolicy:
    """Parse a search policy: its name, a number of frames, or a number of seconds."""
    try:
        return policy_of(words)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", context, option) from None


# Options with another form on the command line than in Python.
FORMS: dict[str, dict[str, Any]] = {
    "search": {
        "callback": _policy,
        "default": "adaptive",
        "show_default": True,
        "metavar": "WHEN",
        "help": "When to look for new hands while fewer than --max-hands are tracked: adaptive, "
        "every-frame as MediaPipe does, 4 (every fourth frame), or 0.2s (every 0.2 seconds).",
    },
    "smoothing": {
        "is_flag": True,
        "show_default": True,
        "default": True,
        "callback": lambda context, option, on: SMOOTHING if on else None,
        "help": "Smooth hands over time, or return them as the network read them.",
    },
    "gap": {
        "type": click.FloatRange(min=0),
        "metavar": "SECONDS",
        "help": "With --offline: fill in a hand that is lost for no longer than this; "
        f"{GAP_SECONDS:g} by default.",
    },
}


def verbosity_options(command: Command) -> Command:
    """-q, -v."""
    quiet = click.option("-q", "--quiet", is_flag=True, help="Print only errors.")
    verbose = click.option(
        "-v", "--verbose", is_flag=True, help="Print how the networks run and what was found where."
    )
    return quiet(verbose(command))


def checked(kind: type, options: Options) -> Options:
    """Check the options by their table: click lets some values pass, such as NaN.

    It also checks that the engine has the precision and the device.
    """
    try:
        completed(kind, options, "this command")
        _setups(options)
    except (TypeError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    return options


def tell_setups(report: Report, options: Options) -> None:
    """Say which file runs in which engine, precision and device, if verbose."""
    for setup in _setups(options):
        report.detail(str(setup))


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _setups(options: Options) -> tuple[Setup, ...]:
    return setups(options["variant"], wanted(cast("HandAndNetworkOptions", options)))
