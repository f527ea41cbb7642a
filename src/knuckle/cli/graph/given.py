"""What the subcommands are given: a graph by its name or file, and calculators of the user's."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import GraphError
from ..options import Command

if TYPE_CHECKING:
    from ...graph.calculator import Calculator

Calculators = Mapping[str, "type[Calculator]"]


def graph_argument(command: Command) -> Command:
    """GRAPH: the name of a packaged graph, or a file."""
    return click.argument("graph", metavar="GRAPH")(command)


def calculators_option(command: Command) -> Command:
    """--calculators FILE.py, as often as it is given."""
    return click.option(
        "--calculators",
        "files",
        multiple=True,
        metavar="FILE.py",
        type=click.Path(path_type=Path, dir_okay=False),
        help="A Python file with calculators of your own, which is run. May be given several "
        "times.",
    )(command)


def calculators_in(files: tuple[Path, ...]) -> Calculators:
    """Our calculators and those of the classes in Python files. Raises GraphError."""
    from ...graph.calculators import CALCULATORS

    found = dict(CALCULATORS)
    for number, path in enumerate(files):
        found |= _classes(path, f"knuckle_calculators_{number}")
    return found


def _classes(path: Path, name: str) -> dict[str, type[Calculator]]:
    from ...graph.calculator import Calculator

    module = _loaded(path, name)
    classes = {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Calculator)
        and value.__module__ == module.__name__
    }
    if not classes:
        raise GraphError(f"{path} has no calculator: write a class that is a Calculator")
    return classes


def _loaded(path: Path, name: str) -> Any:
    if not path.is_file():
        raise GraphError(f"{path} does not exist: name a Python file")
    spec = spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise GraphError(f"{path} is no Python file: its name must end in .py")
    module = module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look for their module there
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise GraphError(f"{path}:{error.lineno}: {error.msg}") from error
    except (Exception, SystemExit) as error:  # whatever the user's file does
        line = line_in(path, error)
        reason = str(error) or type(error).__name__
        raise GraphError(f"{path}{line} cannot be run: {reason}") from error
    return module


def line_in(path: Path, error: BaseException | None) -> str:
    """Where in the file an error was raised, as ":12"; "" if it was elsewhere."""
    line = ""
    trace = None if error is None else error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path.resolve()):
            line = f":{trace.tb_lineno}"
        trace = trace.tb_next
    return line
