"""Runs trackers as processes and sends them pictures."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer
from typing import Any

from ...closing import Closing
from ...errors import PeerError
from . import Interface

PROGRAM = Path(__file__).with_name("program.py")
PATIENCE = 300  # seconds to wait for an answer; the slowest takes far less, so then it hangs


@dataclass(frozen=True, slots=True)
class Contestant:
    """The tracker to start."""

    interface: Interface
    python: str  # an interpreter that has the library
    variant: str = "full"  # or lite; mediapipe's model_complexity 1 or 0
    engine: str = "onnxruntime"  # of knuckle
    precision: str = "fast"  # of knuckle
    bundle: str = ""  # path of a .task file, for the Tasks API
    core: int | None = None  # the only processor core it may use
    library: str = "mediapipe"  # what its Python imports, for the interfaces of mediapipe
    switches: tuple[str, ...] = ()  # knuckle's own options of the library to turn on


@dataclass(frozen=True, slots=True)
class Request:
    """Pictures to read, in order. Requests with the same stream name continue its tracking."""

    stream: str
    slots: int
    still: bool
    path: str  # of an .npy file, (n, height, width, 3) uint8 RGB
    indices: list[int]  # in the file


@dataclass(frozen=True, slots=True)
class Reply:
    """A contestant's answer: values per picture, then of its process so far."""

    wall_ms: list[float]
    cpu_ms: list[float]  # of all threads
    # For each picture and hand: points (21, 2) pixels, world (21, 3) metres, handedness (the
    # person's own hand, "left" or "right"), id (None if the tracker gives none).
    hands: list[list[dict[str, Any]]]
    since_start_ms: float  # since the program started, without the start of the interpreter
    peak_mib: float  # largest resident memory


class Process(Closing):
    """A contestant, running until the end of the `with` block."""

    def __init__(self, contestant: Contestant) -> None:
        self.contestant = contestant
        self._log = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115 (see close)
        options = asdict(contestant)
        self._process = subprocess.Popen(
            [contestant.python, str(PROGRAM), contestant.interface, json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,  # Ctrl-C must reach only this process, which ends the other
        )

    def ask(self, request: Request) -> Reply:
        """Send a request and return the answer. Raises PeerError when none comes."""
        assert self._process.stdin
        assert self._process.stdout
        timer = Timer(PATIENCE, self._process.kill)
        timer.start()
        try:
            print(json.dumps(asdict(request)), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        if not line:
            name = self.contestant.interface
            raise PeerError(f"{name} ended without an answer: {self._reason()}")
        return Reply(**json.loads(line))

    def _reason(self) -> str:
        self._process.wait()
        self._log.seek(0)
        lines = [line.strip() for line in self._log if line.strip()]
        return lines[-1] if lines else f"exit status {self._process.returncode}"

    def close(self) -> None:
        """Kill the process. It is not asked to exit, because mediapipe may hang then."""
        self._process.kill()
        self._process.communicate()
        self._log.close()


def versions(python: str) -> dict[str, str]:
    """Versions of the Python and of its packages that matter here.

    Raises PeerError when the Python does not run.
    """
    command = [python, str(PROGRAM), "versions"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PeerError(f"{python} does not run: {error}") from error
    found: dict[str, str] = json.loads(done.stdout)
    return found
