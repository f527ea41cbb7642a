"""The command `knuckle`: one file per subcommand. All logic is in the library."""

from __future__ import annotations

import errno
import io
import sys
from collections.abc import Sequence

import click

from .. import __version__
from ..errors import KnuckleError
from .batch import batch
from .camera import camera
from .detect import detect
from .evaluate import evaluate
from .graph import graph
from .models import models
from .play import play
from .report import drop_output, printable
from .serve import serve
from .track import track


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="knuckle")
def cli() -> None:
    """Find hands in pictures, videos and cameras, with 21 3D landmarks each."""


# What a closed terminal or a full disk says of standard output. Other errors are of other things.
_OF_PRINTING = {errno.EBADF, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC}

for command in (detect, track, batch, camera, play, serve, graph, evaluate, models):
    cli.add_command(command)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status. Every error is one line.

    0: success; 1: something failed and was reported; 2: the command is wrong; 129, 130, 143:
    interrupted, finished work is kept; 141: the reader of our output is gone.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names may have characters a terminal lacks
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _run(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        drop_output()
        return 141
    except OSError as error:
        drop_output()
        click.echo(printable(f"knuckle: {_what_failed(error)}"), err=True)
        return 1
    return status


def _what_failed(error: OSError) -> str:
    """Which file, or else the output, for that has no name."""
    reason = (error.strerror or str(error)).lower()
    if error.filename is not None:
        return f"{error.filename}: {reason}"
    if error.errno == errno.ENOENT:
        return "the current folder does not exist any more: change to another one"
    return f"cannot print: {reason}" if error.errno in _OF_PRINTING else reason


def _run(argv: Sequence[str] | None) -> int:
    try:
        return int(cli.main(args=argv, prog_name="knuckle", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except KnuckleError as error:
        click.echo(printable(f"knuckle: {error}"), err=True)
        return 1
    except (KeyboardInterrupt, click.Abort):
        click.echo("knuckle: interrupted", err=True)
        return 130
