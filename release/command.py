"""Other programs, and how a release fails."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

WHY = ("ERROR", "error:", "fatal:", "knuckle:")  # how the lines that give a reason begin


class ReleaseError(Exception):
    """What keeps knuckle from being released; the message is one sentence with the cure."""


def run(
    *command: str, purpose: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    """What a program prints to its standard output.

    purpose: what the program is for, as a verb: "build the wheel".
    Raises ReleaseError with the program's own reason when it cannot be run or fails.
    """
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReleaseError(f"cannot {purpose}: {command[0]} does not start ({reason})") from error
    if done.returncode:
        raise ReleaseError(f"cannot {purpose}: {_reason(done.stderr, done.stdout)}")
    return done.stdout


def _reason(*outputs: str) -> str:
    """The first line that names a reason, or else the last line that there is."""
    texts = [[line.strip() for line in text.splitlines() if line.strip()] for text in outputs]
    named = [line for lines in texts for line in lines if line.startswith(WHY)]
    last = [lines[-1] for lines in texts if lines]
    return [*named, *last, "it gave no reason"][0].removeprefix("ERROR: ").removeprefix("error: ")
