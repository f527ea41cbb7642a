"""`knuckle camera`: a window that shows the hands before a camera."""

from __future__ import annotations

from typing import Any

import click

from ..errors import SourceError
from ..io.sources import open_source
from ..io.stream import Source
from .options import examples
from .window import Shown, show, window_options

HELP = """Show the hands before a camera in a window.

CAMERA is its number, 0 by default, or the address of a stream.

The key h shows all keys: pause, snapshot, record, palms only and others. Always the newest frame is
shown. What cannot be tracked in time is dropped and counted.
"""

EXAMPLES = examples(
    "knuckle camera",
    "knuckle camera 1 --variant lite --max-hands 4",
    "knuckle camera -o session.mp4 -o session.csv    (record from the first frame on)",
)


@click.command(help=HELP, epilog=EXAMPLES)
@click.argument("camera", default="0")
@window_options(mirror=True)
def camera(camera: str, **options: Any) -> int:
    """Show the hands before a camera in a window."""
    return show(Shown(lambda start: _opened(camera), is_live=True), **options)


def _opened(camera: str) -> Source:
    """A camera or a stream. Raises SourceError."""
    if camera.isdecimal():
        return open_source(int(camera))
    if "://" in camera:
        return open_source(camera)
    raise SourceError(
        f"{camera} is neither the number of a camera nor an address: knuckle play shows files"
    )
