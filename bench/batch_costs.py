"""What a batch costs beside tracking: per clip, to go on, and in memory."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from bench.batch_clips import copied, write_tiny
from bench.batch_runs import ROOT, RunError, batch, ray_environment, timed

MIB = 2**20
WORKER = 50 * MIB  # resident memory above which a child process is a worker, and no helper
LOOK = 0.5  # seconds between two looks at the memory
WARM = 50  # clips until caches and pools have their size
Tell = Callable[[str], None]


def measure_overhead(
    folder: Path, clips: int, rounds: int, has_ray: bool, tell: Tell
) -> dict[str, Any]:
    """Seconds of whole commands over tiny clips of one frame: a bare loop, and each engine.

    Each engine has one worker, so its seconds minus those of the loop are what it adds; starting up
    is measured with one clip, and counted apart.
    """
    one = write_tiny(folder / "tiny.mp4")
    many, single = (copied([one], n, folder / f"tiny{n}")[0].parent for n in (clips, 1))
    engines = {"local": [], "ray": ["--engine", "ray"]} if has_ray else {"local": []}
    ways: dict[str, Callable[[Path, Path], list[str]]] = {
        "loop": lambda source, _: [
            *(sys.executable, "-m", "bench.by_hand", "loop"),
            *map(str, sorted(source.iterdir())),
        ]
    }
    for name, words in engines.items():
        ways[name] = lambda source, out, words=words: batch(source, out, 1, *words)  # type: ignore[misc]
    seconds: dict[str, dict[str, list[float]]] = {w: {"many": [], "one": []} for w in ways}
    for _ in range(rounds):
        for way, command in random.sample(list(ways.items()), len(ways)):
            for size, source in (("many", many), ("one", single)):
                with tempfile.TemporaryDirectory(dir=folder) as out:
                    environment = ray_environment(folder) if way == "ray" else None
                    took = timed(command(source, Path(out)), environment).seconds
                seconds[way][size].append(took)
            tell(f"overhead, {way}: {seconds[way]['many'][-1]:.2f} s for {clips} clips")
    return {"clips": clips, "seconds": seconds}


def measure_resume(folder: Path, clips: int, rounds: int, tell: Tell) -> dict[str, Any]:
    """Seconds of a whole command that finds all its clips finished: by the index, logs, footers."""
    source = copied([write_tiny(folder / "tiny.mp4")], clips, folder / "many")[0].parent
    output = folder / "out"
    command = batch(source, output, 2)
    first = timed(command).seconds
    tell(f"resume: {first:.1f} s to make {clips} tables")
    index, status = output / "index.parquet", output / "status"
    lost: dict[str, list[Path]] = {"index": [], "logs": [index], "footers": [index, status]}
    seconds: dict[str, list[float]] = {name: [] for name in lost}
    before = _stamps(output)
    for _ in range(rounds):
        for name, paths in lost.items():
            for path in paths:
                path.rename(folder / path.name)
            seconds[name].append(timed(command).seconds)
            tell(f"resume by {name}: {seconds[name][-1]:.2f} s")
            for path in paths:  # put back, whatever the run has written in its place
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
                (folder / path.name).rename(path)
    if _stamps(output) != before:
        raise RunError("a resumed run wrote tables again")
    return {"clips": clips, "first": first, "seconds": seconds}


def _stamps(output: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (output / "clips").iterdir()}


def measure_memory(
    folder: Path, sources: Sequence[Path], clips: int, seconds: float, tell: Tell
) -> dict[str, Any]:
    """The memory of each worker over many clips in turns, of which it tracks so many seconds."""
    source = copied(sources, clips, folder / "turns")[0].parent
    output = folder / "out"
    looks: list[dict[str, Any]] = []
    command = batch(source, output, 2, "--stop", seconds)
    process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        looks.append(look_at(process, output))
        time.sleep(LOOK)
    if process.returncode:
        raise RunError(f"the batch for memory ended with {process.returncode}")
    found = [look for look in looks if look["workers"]]
    tell(f"memory: {len(found)} looks, {found[-1]}")
    return {"clips": clips, "looks": found}


def look_at(process: psutil.Process, output: Path) -> dict[str, Any]:
    """The memory of a batch and of its workers, MiB, and how many clips are done."""
    done = sum(1 for _ in (output / "clips").glob("*.parquet"))
    workers = {}
    for child in process.children():
        try:
            memory = child.memory_full_info()
        except psutil.Error:  # it has ended
            continue
        if memory.rss > WORKER:
            workers[str(child.pid)] = {"rss": memory.rss / MIB, "pss": memory.pss / MIB}
    return {"done": done, "driver": process.memory_info().rss / MIB, "workers": workers}


def memory_figures(looks: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The most that a worker had, and how it grew after the first clips, MiB per 100 clips."""
    every = [worker for look in looks for worker in look["workers"].values()]
    slopes = []
    for pid in looks[-1]["workers"]:
        points = [
            (look["done"], look["workers"][pid]["rss"])
            for look in looks
            if pid in look["workers"] and look["done"] >= WARM
        ]
        done, rss = np.array(points).T
        slopes.append(100 * float(np.polyfit(done, rss, 1)[0]))
    return {
        "rss": max(worker["rss"] for worker in every),
        "pss": max(worker["pss"] for worker in every),
        "driver": max(look["driver"] for look in looks),
        "growth": max(slopes),
    }
