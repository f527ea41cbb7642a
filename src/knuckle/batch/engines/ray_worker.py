"""The life of a worker on a Ray cluster: an actor, which Ray starts on some node."""

from __future__ import annotations

import os
import pickle
import socket
from dataclasses import dataclass
from typing import Any

from ... import __version__
from ..jobs import Job, Written
from .child import ONE_THREAD, freeze, keep_freed_memory, settled_bytes, told

# Ray would start it at niceness 15, where it loses to everything else on the node.
ENVIRONMENT = {"RAY_worker_niceness": "0", **dict.fromkeys(ONE_THREAD, "1")}

# Options of calls that ask how far a job is: tasks are listed by name, and clips should be there.
QUESTION = {"enable_task_events": False}


@dataclass(frozen=True, slots=True)
class Ready:
    """A worker can take jobs. node: Ray's id of it. place: for people."""

    node: str
    place: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a job. memory: bytes that the worker takes."""

    results: tuple[Written, ...]
    memory: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """No job can be done. reason: one sentence."""

    reason: str


class KnuckleWorker:
    """Does jobs, one at a time. Meanwhile another thread says how far it is."""

    def __init__(self, content: bytes, version: str) -> None:
        """content: what makes the worker, pickled, and its order. version: of the driver."""
        self._content = content
        self._version = version
        self._frames = 0
        self._work: Any = None

    def ready(self) -> Ready | Refusal:
        """Open the networks."""
        place = socket.gethostname()
        if self._version != __version__:
            return Refusal(
                f"{place} has knuckle {__version__}, and this machine has {self._version}: "
                "install the same version on all nodes"
            )
        try:
            keep_freed_memory()
            make_worker, order = pickle.loads(self._content)
            self._work = make_worker(order)
            freeze()
        except Exception as error:
            return Refusal(told(error, f"a worker on {place} cannot start"))
        import ray

        node = ray.get_runtime_context().get_node_id()
        return Ready(node, f"{place}, process {os.getpid()}")

    def do(self, job: Job) -> Result | Refusal:
        """Do a job."""
        try:
            return Result(self._work(job, self._tell), settled_bytes())
        except Exception as error:
            return Refusal(told(error, f"a worker cannot go on with {job.name}"))
        finally:
            self._frames = 0

    def _tell(self, frames: int) -> None:
        self._frames = frames

    def frames(self) -> int:
        """Frames of the job in work."""
        return self._frames


def actor_class(ray: Any, cpus: float, gpus: float, environment: dict[str, str]) -> Any:
    """The class of actors. ray: the module. environment: variables for their processes."""
    return ray.remote(
        num_cpus=cpus,
        num_gpus=gpus,
        max_restarts=0,
        max_task_retries=0,
        scheduling_strategy="SPREAD",
        max_concurrency=2,  # a job, and a question
        runtime_env={"env_vars": environment} if environment else None,
    )(KnuckleWorker)
