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


def try_wheel(python: Python, wheel: Path, picture: Path, folder: Path) -> None:
    """Install a wheel on one Python and run the smoke test there.

    picture: samples/open_palm.jpg; folder: where environment and wheelhouse are made.
    Raises ReleaseError naming the Python and what failed.
    """
    name = f"on Python {python.version}"
    wheelhouse, inside = folder / f"wheelhouse-{python.version}", folder / f"work-{python.version}"
    environment = folder / f"environment-{python.version}"
    inside.mkdir()
    run(python.path, "-m", "venv", str(environment), purpose=f"make an environment {name}")
    own = str(_interpreter(environment))
    download = (own, "-m", "pip", "download", "--quiet", "--only-binary=:all:")
    run(*download, "--dest", str(wheelhouse), str(wheel), purpose=f"download dependencies {name}")
    offline = (*unplugged(), own)
    install = ("-m", "pip", "install", "--quiet", "--no-index", "--find-links", str(wheelhouse))
    env = without_index(os.environ)
    run(*offline, *install, "knuckle", purpose=f"install without an index {name}", env=env)
    smoke = ("-I", "-W", "error", str(SMOKE), str(picture), wheel.name.split("-")[1])
    run(*offline, *smoke, purpose=f"use what was installed {name}", cwd=inside, env=env)
    if left := sorted(path.name for path in inside.iterdir()):
        raise ReleaseError(f"the smoke test {name} left {', '.join(left)} in its folder")


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
