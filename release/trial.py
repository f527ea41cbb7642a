"""A wheel as a user meets it: installed without an index, and put to work offline."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from .command import ReleaseError, run
from .pythons import Python

SMOKE = Path(__file__).with_name("smoke.py")
# Linux's ways to start a program without a network, as root and as anybody.
UNPLUGGED = (("unshare", "--net"), ("unshare", "--map-root-user", "--net"))


def try_wheel(python: Python, wheel: Path, picture: Path, folder: Path) -> list[str]:
    """Install a wheel on one Python and run the smoke test there.

    picture: samples/open_palm.jpg; folder: where environment and wheelhouse are made.
    Returns what was installed with it: "numpy 2.4.6".
    Raises ReleaseError naming the Python and what failed.
    """
    where = f"on Python {python.version}"
    own = folder / f"environment-{python.version}"
    run(python.path, "-m", "venv", str(own), purpose=f"make an environment {where}")
    interpreter = str(_interpreter(own))
    _install(interpreter, wheel, folder / f"wheelhouse-{python.version}", where)
    _use(interpreter, wheel, picture, folder / f"work-{python.version}", where)
    return _packages(interpreter, where)


def _install(interpreter: str, wheel: Path, wheelhouse: Path, where: str) -> None:
    """Install a wheel with what lies in a wheelhouse, which is filled from the index first."""
    download = ("-m", "pip", "download", "--quiet", "--only-binary=:all:", "--dest")
    purpose = f"download dependencies {where}"
    run(interpreter, *download, str(wheelhouse), str(wheel), purpose=purpose)
    install = ("-m", "pip", "install", "--quiet", "--no-index", "--find-links", str(wheelhouse))
    purpose, env = f"install without an index {where}", without_index(os.environ)
    run(*unplugged(), interpreter, *install, "knuckle", purpose=purpose, env=env)


def _use(interpreter: str, wheel: Path, picture: Path, folder: Path, where: str) -> None:
    """Run the smoke test in a new folder, which it must leave empty."""
    folder.mkdir()
    smoke = ("-I", "-W", "error", str(SMOKE), str(picture), wheel.name.split("-")[1])
    purpose, env = f"use what was installed {where}", without_index(os.environ)
    run(*unplugged(), interpreter, *smoke, purpose=purpose, cwd=folder, env=env)
    if left := sorted(path.name for path in folder.iterdir()):
        raise ReleaseError(f"the smoke test {where} left {', '.join(left)} in its folder")


def _packages(interpreter: str, where: str) -> list[str]:
    listed = run(
        interpreter, "-m", "pip", "list", "--format", "freeze", purpose=f"list packages {where}"
    )
    known = ("knuckle==", "pip==", "setuptools==")
    return [line.replace("==", " ") for line in listed.split() if not line.startswith(known)]


def without_index(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which pip knows of no index or folder but those on its command line."""
    kept = {name: value for name, value in environment.items() if not name.startswith("PIP_")}
    kept.pop("PYTHONPATH", None)
    return kept | {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def unplugged() -> tuple[str, ...]:
    """What to put before a command so that it has no network; nothing where that cannot be had."""
    return next((way for way in UNPLUGGED if _works(way)), ())


def _works(way: tuple[str, ...]) -> bool:
    try:
        done = subprocess.run([*way, "true"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def _interpreter(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
