"""`knuckle play`: a window that shows the hands in a clip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..errors import SourceError
from ..io.sources import open_source
from .options import examples
from .window import Shown, show, window_options

HELP = """Show the hands in a clip in a window.

CLIP is a video, or a folder or glob of pictures, which play at 30 per second.

The key h shows all keys: pause, steps forwards and backwards, speed, snapshot, record and others.
The clip plays at its own pace. Frames that cannot be tracked in time are left out and counted,
except in a recording, which gets every frame.
"""

EXAMPLES = examples(
    "knuckle play clip.mp4",
    "knuckle play clip.mp4 --start 12.5 --speed 0.25",
    'knuckle play "frames/*.png" --palms',
)


@click.command(help=HELP, epilog=EXAMPLES)
@click.argument("clip")
@window_options(mirror=False)
@click.option(
    "--start",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="Begin at this time.",
)
@click.option(
    "--speed",
    type=click.FloatRange(0.125, 4),
    default=1.0,
    show_default=True,
    help="How fast to play, 1 as recorded: [ and ].",
)
def play(clip: str, start: float, speed: float, **options: Any) -> int:
    """Show the hands in a clip in a window."""
    if not Path(clip).exists() and (clip.isdecimal() or "://" in clip):
        raise SourceError(f"{clip} is no file: knuckle camera {clip} shows a camera or a stream")
    path = Path(clip)
    return show(
        Shown(
            lambda at: open_source(clip, start=at),
            is_live=False,
            files=[path] if path.is_file() else (),
            start=start,
            speed=speed,
        ),
        **options,
    )
