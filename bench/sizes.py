"""The disk space of an installation with everything that it needs to run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.contestants import Entry, default_form
from bench.measurement import Row, Side
from knuckle.errors import PeerError

ROOT = Path(__file__).parent.parent
INSTALLERS = ("pip", "setuptools", "wheel", "pkg_resources", "_distutils_hack")
MEGABYTE = 1e6


def measure_sizes(entries: Sequence[Entry], folder: Path) -> Row:
    """Megabytes of a fresh environment, without Python and its installers.

    The peers' environments were made for this race. knuckle's is made here, from this checkout.
    Raises PeerError when that fails.
    """
    fresh = folder / "environment"
    _run(sys.executable, "-m", "venv", str(fresh))
    python = str(fresh / "bin" / "python")
    _run(python, "-m", "pip", "install", "--quiet", "--no-compile", str(ROOT))
    pythons = {
        e.name: e.contestant.python
        for e in entries
        if e.contestant.variant == "full"
        and (e.contestant.engine, e.contestant.precision) == default_form()
    }
    sides = {}
    for name, theirs in pythons.items():
        size = _packages(python if theirs == sys.executable else theirs)
        sides[name] = Side([size], [size])
    return Row("installed, with everything needed to run", "MB", sides)


def _packages(python: str) -> float:
    """Megabytes of an environment's packages, without compiled files, which come later."""
    find = "import sysconfig; print(sysconfig.get_path('purelib'))"
    place = Path(_run(python, "-c", find).strip())
    files = (
        path
        for path in place.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and path.suffix != ".pyc"
        and not path.relative_to(place).parts[0].startswith(INSTALLERS)
    )
    return sum(path.stat().st_size for path in files) / MEGABYTE


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PeerError(f"`{' '.join(command)}` failed ({done.stderr.strip()[-300:]})")
    return done.stdout
