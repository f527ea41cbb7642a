"""Options that several subcommands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ..geometry.camera import Camera
from ..networks.engine import DEFAULT_ENGINE, ENGINES
from ..settings import EFFORTS, SMOOTHING, VARIANTS, Settings
from ..spec import MAX_HANDS, MIN_PALM_SCORE, MIN_PRESENCE
from ..streams.search import ADAPTIVE, EveryFrame, EveryFrames, EverySeconds, SearchPolicy

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


def hand_options(command: Command) -> Command:
    """What to look for: the options of `knuckle.detect` and `knuckle.Tracker`."""
    max_hands = click.option(
        "--max-hands",
        type=click.IntRange(min=1),
        default=MAX_HANDS,
        show_default=True,
        help="Hands to find at most.",
    )
    return max_hands(camera_options(model_options(command)))


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


def camera_options(command: Command) -> Command:
    """--camera, --hand-size: what gives a hand its place in metres."""
    for option in (
        click.option(
            "--hand-size",
            type=float,
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


def model_options(command: Command) -> Command:
    """How to look for hands: the same options but for how many."""
    for option in (
        click.option("--exact", is_flag=True, help="Repeat MediaPipe's arithmetic; slower."),
        click.option(
            "--engine",
            type=click.Choice(list(ENGINES)),
            default=DEFAULT_ENGINE,
            show_default=True,
            help="What runs the networks; all but the default are extras to install.",
        ),
        click.option(
            "--threads",
            type=click.IntRange(min=1),
            default=1,
            show_default=True,
            help="Threads for the networks.",
        ),
        click.option(
            "--mirrored",
            is_flag=True,
            help="The picture is a mirror image, as a selfie view is: swaps left and right.",
        ),
        click.option(
            "--min-presence",
            type=click.FloatRange(0, 1),
            default=MIN_PRESENCE,
            show_default=True,
            help="Hands at or below it are not returned.",
        ),
        click.option(
            "--min-palm-score",
            type=click.FloatRange(0, 1),
            default=MIN_PALM_SCORE,
            show_default=True,
            help="Palms below it are not looked at.",
        ),
        click.option(
            "--variant",
            type=click.Choice(VARIANTS),
            default="full",
            show_default=True,
            help="The networks: lite is quicker and less accurate.",
        ),
    ):
        command = option(command)
    return command


def effort_option(command: Command) -> Command:
    """How hard to look: an option of `knuckle.detect`."""
    option = click.option(
        "--effort",
        type=click.Choice(EFFORTS),
        default="normal",
        show_default=True,
        help="high finds more hands, above all small ones, and places them better, in three times "
        "the time; ten times where there is none.",
    )
    return option(command)


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


def search_option(command: Command) -> Command:
    """When to look for new hands: the option of `knuckle.Tracker` alone."""
    option = click.option(
        "--search",
        callback=_policy,
        default="adaptive",
        show_default=True,
        metavar="WHEN",
        help="When to look for new hands while fewer than --max-hands are followed: adaptive, "
        "every-frame as MediaPipe does, 4 (one frame of four), or 0.2s.",
    )
    return option(command)


def smoothing_option(command: Command) -> Command:
    """Whether hands are smoothed: the option of `knuckle.Tracker` alone."""
    option = click.option(
        "--smoothing/--no-smoothing",
        default=True,
        callback=lambda context, option, on: SMOOTHING if on else None,
        help="Smooth the hands over time, by default; or give them as they were read.",
    )
    return option(command)


def verbosity_options(command: Command) -> Command:
    """-q, -v."""
    quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
    verbose = click.option("-v", "--verbose", is_flag=True, help="Say what was found where.")
    return quiet(verbose(command))


def checked(options: Options) -> Options:
    """The options of `hand_options`; click lets some pass (NaN) that make no sense."""
    try:
        Settings(**{k: v for k, v in options.items() if k not in ("variant", "threads", "engine")})
    except (TypeError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    return options
