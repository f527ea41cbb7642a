"""Runs a program that was written for MediaPipe without changes.

python -m knuckle.compat.mediapipe SCRIPT [ARGS...]
python -m knuckle.compat.mediapipe -m MODULE [ARGS...]
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import click

from .redirect import redirect_children, redirect_imports
from .switches import Switches, bequeath, set_defaults


class _Program(NamedTuple):
    target: str
    is_module: bool
    arguments: tuple[str, ...]
    switches: Switches


@click.command(
    context_settings={
        "allow_interspersed_args": False,  # arguments after the program belong to it
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    }
)
@click.option("-m", "is_module", is_flag=True, help="PROGRAM is the name of a module, not a file.")
@click.option("--exact", is_flag=True, help="Match MediaPipe's numbers to 0.01 px instead of 0.1.")
@click.option(
    "--upstream-palm-angle",
    is_flag=True,
    help="Tasks API: rotate the ROI of a detected palm 26.6 degrees too far, as MediaPipe does.",
)
@click.option(
    "--adaptive-search",
    is_flag=True,
    help="Look for new hands only when one may have appeared, not in every frame. Twice as fast.",
)
@click.argument("target", metavar="PROGRAM")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[ARGS]...")
def _parse(
    target: str,
    is_module: bool,
    arguments: tuple[str, ...],
    exact: bool,
    upstream_palm_angle: bool,
    adaptive_search: bool,
) -> _Program:
    """Run PROGRAM, a Python file, with `import mediapipe` answered by knuckle."""
    if not is_module and not Path(target).exists():
        raise click.ClickException(f"there is no program at {target!r}")
    switches = Switches(exact, upstream_palm_angle, adaptive_search)
    return _Program(target, is_module, arguments, switches)


def _is_missing(module: str) -> bool:
    """Whether a module, or a package that contains it, is not installed.

    Other errors while importing a package belong to the program, which shows them.
    """
    try:
        return find_spec(module) is None
    except ModuleNotFoundError as error:
        return error.name is not None and f"{module}.".startswith(f"{error.name}.")
    except Exception:
        return False


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program. Its exit status, exceptions and traceback are passed on."""
    try:
        program = _parse.main(
            argv, prog_name="python -m knuckle.compat.mediapipe", standalone_mode=False
        )
    except click.UsageError as error:
        error.show()
        return 2
    except click.ClickException as error:
        click.echo(f"knuckle: {error.message}", err=True)
        return 2
    if not isinstance(program, _Program):  # --help was printed
        return 0
    set_defaults(program.switches)
    bequeath(program.switches)
    redirect_imports()
    redirect_children()
    sys.argv = [program.target, *program.arguments]
    return _run_module(program.target) if program.is_module else _run_file(program.target)


def _run_module(name: str) -> int:
    if _is_missing(name):  # after redirecting: its package may import mediapipe
        click.echo(
            f"knuckle: there is no module {name!r}: is its package installed here?", err=True
        )
        return 2
    runpy.run_module(name, run_name="__main__", alter_sys=True)
    return 0


def _run_file(path: str) -> int:
    sys.path[0] = str(Path(path).resolve().parent)
    runpy.run_path(path, run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())
