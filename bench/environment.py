"""A Python that has mediapipe: the caller's own, or one made once and kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from weights.fetch import cache_folder

MEDIAPIPE = "mediapipe==0.10.21"
PYTHONS = ("3.12", "3.11", "3.10", "3.9")  # there are wheels of it for these only
CAN_MAKE_ENVIRONMENTS = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"


class BenchError(Exception):
    """The comparison cannot be made; the message is one sentence."""


def mediapipe_python(folder: Path | None = None) -> Path:
    """The Python of a virtual environment with mediapipe, made unless it is in the folder already.

    folder: by default in the cache that the build of knuckle uses.
    Raises BenchError.
    """
    folder = folder or cache_folder() / "bench" / MEDIAPIPE
    python = folder / "bin" / "python"
    complete = folder / "complete"  # written last: an environment cut off halfway is made again
    if not complete.is_file():
        maker = find_python()
        print(f"making an environment with {MEDIAPIPE}, once, in {folder}", file=sys.stderr)
        _run(maker, "-m", "venv", "--clear", str(folder))
        _run(str(python), "-m", "pip", "install", "--quiet", MEDIAPIPE)
        complete.touch()
    return python


def find_python() -> str:
    """A Python that mediapipe has wheels for and that really runs: this one, or one on PATH."""
    for candidate in _candidates():
        command = [candidate, "-c", CAN_MAKE_ENVIRONMENTS]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        if done.stdout.strip() in PYTHONS:
            return candidate
    raise BenchError(
        f"{MEDIAPIPE} needs a Python from {PYTHONS[-1]} to {PYTHONS[0]} that can make virtual "
        "environments, and none is on PATH: install one, or name one that has mediapipe "
        "by --python"
    )


def _candidates() -> Iterator[str]:
    yield sys.executable  # the same Python for both, where it can be had
    for version in PYTHONS:
        # Each folder by itself: the first of a name may be a version manager's empty shim.
        for folder in os.get_exec_path():
            if found := shutil.which(f"python{version}", path=folder):
                yield found


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        reason = next((line for line in lines if "ERROR" in line), [*lines, "no reason given"][0])
        raise BenchError(f"`{' '.join(command)}` failed ({reason.strip()})")
