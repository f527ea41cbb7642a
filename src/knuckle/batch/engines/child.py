"""The life of a worker's process.

This module imports nothing heavy: when something cannot be imported, the process is alive and tells
its parent. It sends pairs of a word and what belongs to it:

    ready  None                when its worker can take jobs
    moved  frames              now and then while it does a job
    ended  results, memory     after each job
    stop   a sentence          when no other job can be done either; it ends
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

from ...errors import KnuckleError

TOLD = 0.5  # seconds between two words about how far a job is
# Each worker has a core. These libraries would start a thread for every core of the machine.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")

_PR_SET_PDEATHSIG = 1  # Source: linux/prctl.h
# glibc gives the memory of each large picture back and asks for it again. With these it keeps up to
# 64 MB. A user's own values count. Source of the numbers: malloc.h of glibc
KEPT = {"MALLOC_MMAP_THRESHOLD_": (-3, 1 << 25), "MALLOC_TRIM_THRESHOLD_": (-1, 1 << 26)}


def live(pipe: Connection, parent: int, content: bytes) -> None:
    """Do what the parent sends until it closes the pipe.

    parent: its process id. content: what makes the worker, pickled, and its order.
    """
    _settle(parent)
    with suppress(OSError):  # the parent is gone, or does not listen any more
        reason = _work(pipe, content)
        if reason:
            pipe.send(("stop", reason))


def _work(pipe: Connection, content: bytes) -> str:
    """Do jobs. Returns what keeps the worker from it, or nothing at the end."""
    try:
        make_worker, order = pickle.loads(content)
        worker = make_worker(order)
    except Exception as error:
        return told(error, "a worker cannot start")
    freeze()
    pipe.send(("ready", None))
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return ""
        try:
            results = worker(job, _teller(pipe))
        except Exception as error:
            return told(error, f"a worker cannot go on with {job.name}")
        pipe.send(("ended", (results, settled_bytes())))


def told(error: Exception, what: str) -> str:
    """An error as one sentence. what: could not be done."""
    if isinstance(error, KnuckleError):
        return str(error)
    if isinstance(error, MemoryError):
        return f"{what}: memory ran out; use fewer workers"
    text = " ".join(str(error).split())
    kind = "" if isinstance(error, ImportError) and text else f"{type(error).__name__}: "
    return f"{what}: {kind}{text}"


def _teller(pipe: Connection) -> Callable[[int], None]:
    told = time.monotonic()

    def tell(frames: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told > TOLD:
            told = now
            pipe.send(("moved", frames))

    return tell


def freeze() -> None:
    """Tell the collector that what is there now stays: it need not look at it again."""
    gc.collect()
    gc.freeze()


def settled_bytes() -> int:
    """The memory that this process takes when its garbage is gone.

    Decoders are parts of cycles, and keep pictures until the collector finds them. It takes 0.1 ms
    after `freeze`, and Python would wait for dozens of clips.
    """
    gc.collect()
    return resident_bytes()


def resident_bytes() -> int:
    """The memory that this process takes; 0 where the system does not say."""
    with suppress(OSError), open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _settle(parent: int) -> None:
    """Make this process one that ends with its parent, prints nothing, and shares the machine."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to decide
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if not _is_ended_by_system(parent):
        threading.Thread(target=_end_with_parent, daemon=True).start()
    null = os.open(os.devnull, os.O_RDWR)  # libraries in C write to these, whatever Python does
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    keep_freed_memory()


def keep_freed_memory() -> None:
    """Have glibc keep memory that is freed, for the next picture."""
    if sys.platform != "linux":
        return
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    for name, (parameter, size) in KEPT.items():
        if mallopt and name not in os.environ:
            mallopt(parameter, size)


def _is_ended_by_system(parent: int) -> bool:
    """Have Linux kill this process when its parent ends, even in the midst of native code."""
    if sys.platform != "linux":
        return False
    import ctypes

    libc = ctypes.CDLL(None)
    is_set = libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) == 0
    if os.getppid() != parent:  # it ended before that call
        os._exit(1)
    return bool(is_set)


def _end_with_parent() -> None:
    parent: Any = parent_process()
    wait([parent.sentinel])
    os._exit(1)
