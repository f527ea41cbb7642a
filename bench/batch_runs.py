"""Commands over folders of clips, timed whole: from the start of the process to its end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RAY_TOKEN = "0" * 64  # of a cluster that lives as long as one command, on loopback


class RunError(Exception):
    """A command failed."""


@dataclass(frozen=True, slots=True)
class Timed:
    """What a command took. cpu: seconds of all its processes that it waited for."""

    seconds: float
    cpu: float
    output: str


def timed(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Timed:
    """Run a command. Raises RunError unless its status is 0."""
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, **(environment or {})}, cwd=ROOT
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        output = log.read()
    if process.returncode:
        said = "\n".join(output.splitlines()[-20:])
        raise RunError(f"{' '.join(command)[:200]} ended with {process.returncode}:\n{said}")
    return Timed(seconds, used.ru_utime + used.ru_stime, output)


def knuckle(*words: object) -> list[str]:
    """The command line of knuckle on this Python."""
    return [sys.executable, "-m", "knuckle", *map(str, words)]


def batch(clips: Path, output: Path, workers: int, *options: object) -> list[str]:
    """`knuckle batch` over a folder."""
    return knuckle(
        "batch", *sorted(clips.iterdir()), "-o", output, "--workers", workers, "--quiet", *options
    )


def ray_environment(folder: Path) -> dict[str, str]:
    """Ray with its authentication, but without its usage reports and its files in the home."""
    token = folder / "ray-token"
    if not token.exists():
        token.touch(0o600)
        token.write_text(RAY_TOKEN)
    return {"RAY_AUTH_TOKEN_PATH": str(token), "RAY_USAGE_STATS_ENABLED": "0"}
