"""Contestants as processes: started, asked, checked, ended."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Literal, Self

from bench.environment import BenchError

PROGRAM = Path(__file__).with_name("contestants.py")
PATIENCE = 300  # seconds for an answer; far beyond the slowest, so whoever takes them hangs

Library = Literal["knuckle", "mediapipe"]


@dataclass(frozen=True, slots=True)
class Contestant:
    """What to start."""

    library: Library
    python: str  # an interpreter that has the library
    variant: str  # full or lite; mediapipe's model_complexity 1 or 0
    core: int | None = None  # the only processor core it may use


@dataclass(frozen=True, slots=True)
class Request:
    """Pictures to read, in order; requests that name the same stream go on tracking its hands."""

    stream: str
    slots: int
    still: bool
    path: str  # of an .npy file
    indices: list[int]  # in the file


@dataclass(frozen=True, slots=True)
class Answer:
    """What a contestant did: values per picture, then of its process up to now."""

    wall_ms: list[float]
    cpu_ms: list[float]  # of all threads
    hands: list[int]
    since_start_ms: float  # from the start of the program, without the interpreter's own
    peak_mib: float  # resident


class Process:
    """A contestant, running until the end of the `with` block."""

    def __init__(self, contestant: Contestant) -> None:
        self.contestant = contestant
        self._log = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115 (see __exit__)
        core = [] if contestant.core is None else [str(contestant.core)]
        self._process = subprocess.Popen(
            [contestant.python, str(PROGRAM), contestant.library, contestant.variant, *core],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def ask(self, request: Request) -> Answer:
        """The answer to a request. Raises BenchError when none comes."""
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
            raise BenchError(f"{self.contestant.library} ended without an answer: {self._reason()}")
        return Answer(**json.loads(line))

    def _reason(self) -> str:
        self._process.wait()
        self._log.seek(0)
        lines = [line.strip() for line in self._log if line.strip()]
        return lines[-1] if lines else f"exit status {self._process.returncode}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.kill()  # not asked to end: mediapipe may hang at its exit
        self._process.communicate()
        self._log.close()


def versions(python: str) -> dict[str, str]:
    """Versions of the Python and of what it has of the packages that matter here."""
    command = [python, str(PROGRAM), "versions"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BenchError(f"{python} does not run: {error}") from error
    found: dict[str, str] = json.loads(done.stdout)
    return found
