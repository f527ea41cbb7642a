"""Workers that do what the addresses of their clips say, to try engines and runs without tracking.

An address is an action and a name, such as "kill:a". Workers of the spawned processes find the
classes here by name.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

from knuckle.batch.clips import Clip
from knuckle.batch.jobs import Job, Order, Track, Written
from knuckle.batch.record import Record
from knuckle.batch.tracking import Tell
from knuckle.errors import BatchError


def acting(*uris: str) -> list[Clip]:
    """Clips with ids like their addresses."""
    return [Clip(uri, id=uri) for uri in uris]


def jobs_of(*uris: str) -> list[Track]:
    """A job for each."""
    return [Track((clip,)) for clip in acting(*uris)]


class Actor:
    """A worker that acts. The reason in its records is its process id.

    folder: where it notes what it has done once.
    """

    def __init__(self, order: Order, folder: str = "") -> None:
        self._recipe = order.recipe.hash
        self._folder = Path(folder)
        self._kept: list[bytearray] = []

    def __call__(self, job: Job, tell: Tell) -> tuple[Written, ...]:
        """Do a job."""
        return tuple(self._act(clip, job.attempt, tell) for clip in job.clips)

    def _act(self, clip: Clip, attempt: int, tell: Tell) -> Written:
        action, _, name = clip.uri.partition(":")
        ACTIONS[action](self, name, tell)
        reason = str(os.getpid())
        return Written(
            Record(clip.id, clip.uri, "done", self._recipe, reason=reason, attempts=attempt)
        )

    def quick(self, name: str, tell: Tell) -> None:
        """Nothing at all."""

    def slow(self, name: str, tell: Tell) -> None:
        """Take a moment."""
        time.sleep(1)

    def steady(self, name: str, tell: Tell) -> None:
        """Take longer, and say so."""
        for frame in range(36):
            time.sleep(0.05)
            tell(frame)

    def gated(self, name: str, tell: Tell) -> None:
        """Go on until a file is there."""
        while not (self._folder / name).exists():
            time.sleep(0.02)
            tell(1)

    def kill(self, name: str, tell: Tell) -> None:
        """Die."""
        os.kill(os.getpid(), signal.SIGKILL)

    def kill_once(self, name: str, tell: Tell) -> None:
        """Die the first time."""
        if self._is_first(name):
            self.kill(name, tell)

    def quit(self, name: str, tell: Tell) -> None:
        """End with a status."""
        os._exit(3)

    def hang(self, name: str, tell: Tell) -> None:
        """Never end."""
        time.sleep(600)

    def native(self, name: str, tell: Tell) -> None:
        """Never end, in native code that lets no other thread run."""
        (self._folder / f"{name}.pid").write_text(str(os.getpid()))
        re.match("(a+)+$", "a" * 60 + "b")

    def stop(self, name: str, tell: Tell) -> None:
        """Say that no clip can be done."""
        raise BatchError("the disk is full")

    def bug(self, name: str, tell: Tell) -> None:
        """Fail in a way that nobody foresaw."""
        raise ZeroDivisionError("nobody foresaw this")

    def grow(self, name: str, tell: Tell) -> None:
        """Take 40 MB and keep them."""
        self._kept.append(bytearray(os.urandom(1 << 20) * 40))

    def shout(self, name: str, tell: Tell) -> None:
        """Write to both outputs, as C libraries do, and as Python does."""
        os.write(1, b"shout")
        os.write(2, b"shout")
        print("shout", flush=True)

    def _is_first(self, name: str) -> bool:
        try:
            (self._folder / name).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


ACTIONS: dict[str, Callable[[Actor, str, Tell], None]] = {
    "quick": Actor.quick,
    "slow": Actor.slow,
    "steady": Actor.steady,
    "gated": Actor.gated,
    "kill": Actor.kill,
    "kill-once": Actor.kill_once,
    "quit": Actor.quit,
    "hang": Actor.hang,
    "native": Actor.native,
    "stop": Actor.stop,
    "bug": Actor.bug,
    "grow": Actor.grow,
    "shout": Actor.shout,
}


def lacks_a_package(order: Order) -> Actor:
    """A worker that cannot start."""
    raise ModuleNotFoundError("No module named 'numpy'")


def lacks_memory(order: Order) -> Actor:
    """A worker that cannot start."""
    raise MemoryError


def dies_at_start(order: Order, folder: str) -> Actor:
    """A worker whose process ends before it is ready; each leaves a note."""
    (Path(folder) / str(os.getpid())).touch()
    os._exit(3)


def dies_at_first_start(order: Order, folder: str) -> Actor:
    """A worker whose process ends before it is ready, once."""
    try:
        (Path(folder) / "died").touch(exist_ok=False)
    except FileExistsError:
        return Actor(order, folder)
    os._exit(3)
