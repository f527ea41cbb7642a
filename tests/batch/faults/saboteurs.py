"""Workers that track clips and meet with misfortune on the way.

Processes are spawned, so nothing can be patched in them; the engine takes these instead of its own.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

from knuckle.batch.jobs import Job, Order, Written
from knuckle.batch.stores.store import LocalStore, Stamp
from knuckle.batch.tracking import Tell
from knuckle.batch.worker import Worker
from knuckle.io.whole import PartialFile

AT = 5  # the frame in which it happens


def die() -> NoReturn:
    """As when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def hang() -> None:
    """As a decoder in an endless loop."""
    time.sleep(600)


def lack_a_package() -> None:
    """As when it is removed in the middle of the run."""
    raise ModuleNotFoundError("No module named 'pyarrow'")


def lack_memory() -> None:
    """As when numpy gets none."""
    raise MemoryError


MISFORTUNES: dict[str, Callable[[], None]] = {
    "die": die,
    "hang": hang,
    "lack a package": lack_a_package,
    "lack memory": lack_memory,
}


class Saboteur(Worker):
    """A worker that has a misfortune in the middle of some clips.

    plan: the stem of a clip's file -> what happens, see MISFORTUNES. once: a folder to note in what
    has happened, if it is to happen once.
    """

    def __init__(self, order: Order, plan: Mapping[str, str], once: str = "") -> None:
        super().__init__(order)
        self._plan, self._once = plan, once

    def __call__(self, job: Job, tell: Tell = lambda frames: None) -> tuple[Written, ...]:
        """Do a job."""
        name = Path(job.clips[0].uri).stem
        misfortune = self._plan.get(name, "")

        def tell_or_fail(frames: int) -> None:
            if misfortune and frames == AT and self._is_due(name):
                MISFORTUNES[misfortune]()
            tell(frames)

        return super().__call__(job, tell_or_fail)

    def _is_due(self, name: str) -> bool:
        return not self._once or is_first(Path(self._once) / name)


class DiesBeforeRename(Worker):
    """A worker that dies when the first table is written and has not its name yet."""

    def __init__(self, order: Order, note: str) -> None:
        super().__init__(order)
        self._store = _DyingStore(Path(order.output), Path(note))


class _DyingStore(LocalStore):
    def __init__(self, folder: Path, note: Path) -> None:
        super().__init__(folder)
        self._note = note

    def put(self, name: str, content: bytes) -> Stamp:
        """Write a file, or its temporary file only."""
        if is_first(self._note):
            PartialFile(self.folder / name).partial.write_bytes(content)
            die()
        return super().put(name, content)


def is_first(note: Path) -> bool:
    """Whether nobody has been here before."""
    try:
        note.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
