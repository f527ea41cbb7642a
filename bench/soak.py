"""Does memory stay flat: many frames through one tracker, many trackers made and dropped.

    python bench/soak.py [--frames 20000] [--trackers 500]

Prints the resident memory of the process as it goes, for the native tracker and both interfaces of
the compatibility layer, and ends with status 1 where the second half grew by more than 2 MiB.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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

LOOKS = 10  # at the memory, of each run
GROWTH = 2.0  # MiB in the second half; an allocator's own noise is about half of it

Look = Callable[[Any], Any]  # a frame -> hands


@dataclass(frozen=True, slots=True)
class Subject:
    """A tracker: how it is made."""

    name: str
    make: Callable[[], Look]


def native() -> Look:
    """Our own."""
    return knuckle.Tracker(max_hands=1)


def legacy() -> Look:
    """As `mp.solutions.hands`."""
    return mp.solutions.hands.Hands(max_num_hands=1).process


def tasks() -> Look:
    """As `mp.tasks.vision.HandLandmarker` in VIDEO mode."""
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
    """What the process has in memory now."""
    gc.collect()
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def frames() -> Iterator[Any]:
    """The clip's frames for ever, so that hands come, move, and go."""
    return cycle([frame.image for frame in open_source(SAMPLES / "two_hands.mp4")])


def run(step: Callable[[], Any], steps: int) -> list[float]:
    """Memory after each tenth of the steps."""
    memory = []
    for _ in range(LOOKS):
        for _ in range(max(steps // LOOKS, 1)):
            step()
        memory.append(resident_mib())
    return memory


def soak_frames(subject: Subject, steps: int) -> list[float]:
    """One tracker, many frames."""
    tracker, source = subject.make(), frames()
    return run(lambda: tracker(next(source)), steps)


def soak_trackers(subject: Subject, steps: int) -> list[float]:
    """Many trackers, two frames each."""
    first, second = (np.array(frame) for frame in islice(frames(), 2))

    def step() -> None:
        tracker = subject.make()
        tracker(first)
        tracker(second)

    return run(step, steps)


def growth(memory: list[float]) -> float:
    """MiB from the middle to the end; before, caches fill."""
    return memory[-1] - memory[len(memory) // 2 - 1]


@click.command()
@click.option("--frames", "frame_count", type=click.IntRange(min=LOOKS), default=20_000)
@click.option("--trackers", type=click.IntRange(min=LOOKS), default=500)
def main(frame_count: int, trackers: int) -> None:
    """Print memory as it goes; exit status 1 where it grows."""
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
