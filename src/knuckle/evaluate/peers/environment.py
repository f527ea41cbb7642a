"""A Python that has a peer: made once, and kept in the cache that the build uses, too."""

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

STEPS = ("Collecting ", "Downloading ", "Installing ")  # how pip's lines begin that tell of work

Tell = Callable[[str], None]

CAN_MAKE_ENVIRONMENTS = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"


def to_stderr(text: str) -> None:
    """Say it on standard error, at once."""
    print(text, file=sys.stderr, flush=True)


def peer_python(peer: Peer, folder: Path | None = None, *, tell: Tell = to_stderr) -> Path:
    """The Python of a virtual environment that has the peer, made unless it is there already.

    folder: by default in `cache_folder()`. "The latest" release stays the one it was when the
    environment was made; delete the folder to have a newer one.
    tell: called with a line when the work starts, for every package, and when it is done.
    Raises PeerError with the reason when none can be made.
    """
    folder = folder or cache_folder() / "peers" / peer.name
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    complete = folder / "complete"  # written last: an environment cut off halfway is made again
    if not complete.is_file():
        maker = find_python(peer)
        started = time.monotonic()
        tell(
            f"setting up {peer.requirement} in an environment of its own, {folder}: "
            "pip fetches and installs it once, which takes some minutes"
        )
        _run(maker, "-m", "venv", "--clear", str(folder))
        install = ("-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off")
        _run(str(python), *install, peer.requirement, tell=tell)
        complete.touch()
        tell(f"{peer.requirement} is set up after {time.monotonic() - started:.0f} s")
    return python


def find_python(peer: Peer) -> str:
    """A Python that the peer has wheels for and that really runs: this one, or one on PATH.

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
        f"{peer.requirement} needs a Python{span} that can make virtual environments, and none "
        "is on PATH: install one, or compare with recorded answers"
    )


def _candidates(peer: Peer) -> Iterator[str]:
    yield sys.executable  # the same Python for both, where it can be had
    for version in peer.pythons:
        # Each folder by itself: the first of a name may be a version manager's empty shim.
        for folder in os.get_exec_path():
            if found := shutil.which(f"python{version}", path=folder):
                yield found


def _run(*command: str, tell: Tell = lambda text: None) -> None:
    """Run it, telling of its steps as they come. Raises PeerError with the reason it gives."""
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
