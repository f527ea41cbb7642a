"""Virtual environments of peers, made once and kept in the cache folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ...errors import PeerError
from ...io.paths import cache_folder
from . import Peer

STEPS = ("Collecting ", "Downloading ", "Installing ")  # starts of pip's lines to show

Tell = Callable[[str], None]

CAN_MAKE_ENVIRONMENTS = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"


def to_stderr(text: str) -> None:
    """Print a line on standard error at once."""
    print(text, file=sys.stderr, flush=True)


def peer_python(peer: Peer, folder: Path | None = None, *, tell: Tell = to_stderr) -> Path:
    """The Python of the peer's virtual environment, which is made if it does not exist.

    folder: of the environment; by default in `cache_folder()`. Its "latest" release stays the
    one from when it was made; delete the folder to get a newer one.
    tell: called with a line at the start, for every package and at the end.
    Raises PeerError with the reason when the environment cannot be made.
    """
    folder = folder or cache_folder() / "peers" / peer.name
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    complete = folder / "complete"  # written last, so an unfinished environment is made again
    if not complete.is_file():
        maker = find_python(peer)
        started = time.monotonic()
        tell(
            f"installing {peer.requirement} into an environment of its own, {folder}: "
            "this happens once and takes some minutes"
        )
        _run(maker, "-m", "venv", "--clear", str(folder))
        install = ("-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off")
        _run(str(python), *install, peer.requirement, tell=tell)
        complete.touch()
        tell(f"installed {peer.requirement} in {time.monotonic() - started:.0f} s")
    return python


def find_python(peer: Peer) -> str:
    """Find a Python that works and that the peer has wheels for: this one, or one on PATH.

    Raises PeerError when there is none.
    """
    for candidate in _candidates(peer):
        command = [candidate, "-c", CAN_MAKE_ENVIRONMENTS]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        if not peer.pythons or done.stdout.strip() in peer.pythons:
            return candidate
    span = f" from {peer.pythons[-1]} to {peer.pythons[0]}" if peer.pythons else ""
    raise PeerError(
        f"{peer.requirement} needs a Python{span} that can make virtual environments, and there "
        "is none on PATH: install one, or compare with recorded predictions"
    )


def _candidates(peer: Peer) -> Iterator[str]:
    yield sys.executable  # if possible, the same Python for both
    for version in peer.pythons:
        # Search every folder: the first match may be a version manager's empty shim.
        for folder in os.get_exec_path():
            if found := shutil.which(f"python{version}", path=folder):
                yield found


def _run(*command: str, tell: Tell = lambda text: None) -> None:
    """Run a command and report its steps. Raises PeerError with the command's reason."""
    lines = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        for line in map(str.strip, process.stdout):
            if line:
                lines.append(line)
            if line.startswith(STEPS):
                tell(f"  {line}")
    if process.returncode:
        reason = next((line for line in lines if "ERROR" in line), ["no reason given", *lines][-1])
        raise PeerError(f"`{' '.join(command)}` failed ({reason})")
