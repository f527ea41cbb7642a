"""Checks that memory stays flat over many frames of one tracker, and over many trackers.

    python bench/soak.py [--frames 20000] [--trackers 500]

It prints the resident memory of the process during the run, for the native tracker and both
interfaces of the compatibility layer. The exit status is 1 if memory grew by more than 2 MiB in the
second half.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
import knuckle
import knuckle.compat.mediapipe as mp
from bench.scenarios import SAMPLES
from knuckle.io.sources import open_source

# glibc keeps large blocks that were freed, and the more so the larger they were, so memory goes up
# and down by 10 MiB. With a fixed threshold it gives them back at once.
THRESHOLD = "MALLOC_MMAP_THRESHOLD_"
LARGE = 2**17  # bytes: the threshold that glibc starts with

LOOKS = 10  # how often a run measures the memory
GROWTH = 2.0  # MiB allowed in the second half; the allocator's noise is about half of that

Look = Callable[[Any], Any]  # from a frame to its hands


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of tracker, and the function that makes one."""

    name: str
    make: Callable[[], Look]


def native() -> Look:
    """Our own."""
    return knuckle.Tracker(max_hands=1)


def legacy() -> Look:
    """As `mp.solutions.hands`."""
    return mp.solutions.hands.Hands(max_num_hands=1).process


def tasks() -> Look:
    """Make a `mp.tasks.vision.HandLandmarker` in VIDEO mode."""
    vision = mp.tasks.vision
    landmarker = vision.HandLandmarker.create_from_options(
        vision.HandLandmarkerOptions(mp.tasks.BaseOptions(), vision.RunningMode.VIDEO)
    )
    times = count()
    return lambda frame: landmarker.detect_for_video(
        mp.Image(mp.ImageFormat.SRGB, frame), next(times)
    )


SUBJECTS = (Subject("native", native), Subject("legacy", legacy), Subject("Tasks", tasks))


def resident_mib() -> float:
    """The resident memory of the process now."""
    gc.collect()
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@cache
def clip() -> list[Any]:
    """The clip's pictures. They are kept: memory that they gave back would hide what is taken."""
    return [frame.image for frame in open_source(SAMPLES / "two_hands.mp4")]


def frames() -> Iterator[Any]:
    """The clip's pictures endlessly, so that hands come, move and go."""
    return cycle(clip())


def run(step: Callable[[], Any], steps: int) -> list[float]:
    """Run the steps and return the memory after each tenth of them."""
    memory = []
    for _ in range(LOOKS):
        for _ in range(max(steps // LOOKS, 1)):
            step()
        memory.append(resident_mib())
    return memory


def soak_frames(subject: Subject, steps: int) -> list[float]:
    """Show many frames to one tracker."""
    tracker, source = subject.make(), frames()
    return run(lambda: tracker(next(source)), steps)


def soak_trackers(subject: Subject, steps: int) -> list[float]:
    """Show two frames each to many trackers."""
    first, second = (np.array(frame) for frame in islice(frames(), 2))

    def step() -> None:
        tracker = subject.make()
        tracker(first)
        tracker(second)

    return run(step, steps)


def growth(memory: list[float]) -> float:
    """Growth in MiB from the middle to the end; before, caches fill."""
    return memory[-1] - memory[len(memory) // 2 - 1]


@click.command()
@click.option("--frames", "frame_count", type=click.IntRange(min=LOOKS), default=20_000)
@click.option("--trackers", type=click.IntRange(min=LOOKS), default=500)
def main(frame_count: int, trackers: int) -> None:
    """Print the memory during the runs. The exit status is 1 if it grows."""
    if THRESHOLD not in os.environ:  # it counts only from the start of a process
        os.environ[THRESHOLD] = str(LARGE)
        os.execv(sys.executable, [sys.executable, *sys.argv])
    grown = False
    for subject in SUBJECTS:
        for what, memory in (
            (f"{frame_count} frames, one tracker", soak_frames(subject, frame_count)),
            (f"{trackers} trackers", soak_trackers(subject, trackers)),
        ):
            values = " ".join(f"{value:.1f}" for value in memory)
            print(f"{subject.name}, {what}: {growth(memory):+.2f} MiB ({values})", flush=True)
            grown = grown or growth(memory) > GROWTH
    sys.exit(grown)


if __name__ == "__main__":
    main()
