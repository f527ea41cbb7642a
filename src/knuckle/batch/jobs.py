"""What workers are handed, and what comes back."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal, Protocol

from .clips import Clip
from .recipe import Recipe
from .record import Record
from .stores.store import Stamp


@dataclass(frozen=True, slots=True)
class Order:
    """What is the same for all jobs of a run.

    output: the folder or address of the store. annotated: write a video beside each table.
    style, confidence: how to draw, see `knuckle.draw`.
    """

    recipe: Recipe
    output: str
    annotated: bool = False
    style: Literal["fingers", "depth"] = "fingers"
    confidence: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """Track clips, one or several at once, and write the table of each."""

    clips: tuple[Clip, ...]
    attempt: int = 1

    @property
    def name(self) -> str:
        """What people see."""
        return ", ".join(
            f"{c.id}, part {c.part.index + 1} of {c.part.count}" if c.part else c.id
            for c in self.clips
        )


@dataclass(frozen=True, slots=True)
class Join:
    """Join the tables of a clip's parts."""

    parts: tuple[Clip, ...]
    attempt: int = 1

    @property
    def clips(self) -> tuple[Clip, ...]:
        """The clip that the parts make."""
        return (self.parts[0].whole(),)

    @property
    def name(self) -> str:
        """What people see."""
        return f"{self.clips[0].id}, joining {len(self.parts)} parts"


Job = Track | Join


@dataclass(frozen=True, slots=True)
class Written:
    """A record, and the stamp of its file; None without one."""

    record: Record
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A worker has come so far: frames of the job since it began."""

    job: Job
    frames: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A worker has done a job; one result for each of its clips."""

    job: Job
    results: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """A worker died or hung. reason: one sentence."""

    job: Job
    state: Literal["crashed", "timeout"]
    reason: str


@dataclass(frozen=True, slots=True)
class Waited:
    """Nothing has happened for a moment. Who wants to stop can do so now."""


Event = Moved | Ended | Lost | Waited


class Engine(Protocol):
    """Does jobs with workers. It only transports: whether to try again is decided in `run`."""

    @property
    def workers(self) -> int:
        """How many workers it has at most."""
        ...

    def run(self, order: Order, jobs: deque[Job]) -> Generator[Event, None, None]:
        """Take jobs from the left while workers are free, and say what becomes of them.

        The caller may append jobs between two events. It ends when no job waits or is in work.
        Closing it ends the workers at once; jobs in work leave nothing.
        Raises BatchError when no clip can be done: what a worker lacks, the others lack, too.
        """
        ...
