"""The Pythons of this machine that knuckle is for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

VERSIONS = ("3.11", "3.12", "3.13", "3.14")
ABOUT = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"


@dataclass(frozen=True, slots=True)
class Python:
    """An interpreter that runs and can make environments."""

    version: str  # "3.11"
    path: str


def find_pythons() -> list[Python]:
    """One Python of each version, in the order of VERSIONS; only those in $PYTHON if it is set."""
    return best(_asked(command) for command in _candidates())


def best(found: Iterable[Python | None]) -> list[Python]:
    """The first Python of each version that knuckle is for, in the order of VERSIONS."""
    first: dict[str, Python] = {}
    for python in found:
        if python is not None:
            first.setdefault(python.version, python)
    return [first[version] for version in VERSIONS if version in first]


def _candidates() -> Iterator[list[str]]:
    """Commands that may start a Python."""
    if named := os.environ.get("PYTHON"):
        yield from ([name] for name in named.split())
        return
    for version in VERSIONS:
        # Each folder by itself: the first of a name may be a version manager's empty shim.
        for folder in os.get_exec_path():
            if path := shutil.which(f"python{version}", path=folder):
                yield [path]
        yield from ([str(path)] for path in _managed(version))
        if sys.platform == "win32":
            yield ["py", f"-{version}"]


def _managed(version: str) -> list[Path]:
    """Pythons that pyenv installed, the newest first."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    return sorted(root.glob(f"versions/{version}.*/bin/python"), reverse=True)


def _asked(command: list[str]) -> Python | None:
    """What an interpreter says about itself; None where it does not run."""
    try:
        done = subprocess.run([*command, "-c", ABOUT], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return Python(*done.stdout.splitlines())
