"""Far hands in a stream: how soon a tracker at high effort finds them, and what it costs.

    python bench/far.py [PICTURE...]

A picture with people at some distance becomes a clip of a second and a half: the camera pans over
it, a pixel in each frame. The first table has the share of the clips in which a hand is found
within a second, at both efforts, and the share in which `detect` finds one in the picture. The
second table has the time of a frame relative to normal effort, with one hand followed of two slots
and without hands, taken in turns. Without pictures, only the second table is printed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
import knuckle
from bench.scenarios import SAMPLES
from knuckle.pictures.detector import Effort
from knuckle.values import Frame, ImageArray

FPS = 30
SECONDS = 1.5
IN_TIME = 1.0  # seconds: a far hand should be found within this
ROUNDS = 5
EFFORTS: tuple[Effort, ...] = ("normal", "high")


def panned(image: ImageArray) -> Iterator[ImageArray]:
    """The picture, a pixel farther to the left in each frame; its right edge is repeated."""
    for shift in range(round(SECONDS * FPS)):
        padded = np.pad(image, ((0, 0), (0, shift), (0, 0)), mode="edge")
        yield np.ascontiguousarray(padded[:, shift:])


def found_after(image: ImageArray, effort: Effort) -> float | None:
    """Seconds until the first hand of a panned picture; None if there is none."""
    with knuckle.Tracker(max_hands=2, effort=effort) as track:
        for i, frame in enumerate(panned(image)):
            if track(Frame(frame, i, i / FPS)):
                return i / FPS
    return None


def one_hand() -> list[ImageArray]:
    """Four seconds of the sample with one hand, back and forth."""
    shown = [frame.image for frame in knuckle.open_source(SAMPLES / "two_hands.mp4", stop=1.0)]
    return (shown + shown[-2:0:-1]) * 2


def no_hands(*, moving: bool) -> list[ImageArray]:
    """Two seconds without hands. moving: shift the picture by 8 pixels per frame."""
    image = knuckle.read_image(SAMPLES / "no_hands.jpg")[:480, :640]
    return [np.roll(image, 8 * i if moving else 0, axis=1) for i in range(2 * FPS)]


def seconds_of(frames: Sequence[ImageArray], effort: Effort) -> float:
    """Processor time to track at most two hands in a clip."""
    with knuckle.Tracker(max_hands=2, effort=effort) as track:
        track(Frame(frames[0], 0, 0.0))
        started = time.process_time()
        for i, frame in enumerate(frames[1:], 1):
            track(Frame(frame, i, i / FPS))
        return time.process_time() - started


def ratio(frames: Sequence[ImageArray]) -> float:
    """The time at high effort, relative to normal effort; the median of some rounds in turns."""
    seconds_of(frames[:5], "high")
    return median(seconds_of(frames, "high") / seconds_of(frames, "normal") for _ in range(ROUNDS))


@click.command()
@click.argument("pictures", nargs=-1, type=click.Path(exists=True, path_type=Path))
def main(pictures: tuple[Path, ...]) -> None:
    """Print both tables as Markdown."""
    if pictures:
        images = [knuckle.read_image(path) for path in pictures]
        inside = sum(bool(knuckle.detect(i, effort="high")) for i in images)
        print("| effort | found within a second | later | median delay, s |\n|---|---:|---:|---:|")
        for effort in EFFORTS:
            after = [found_after(image, effort) for image in images]
            delays = [delay for delay in after if delay is not None]
            soon = sum(delay <= IN_TIME for delay in delays)
            middle = f"{median(delays):.2f}" if delays else ""
            print(f"| {effort} | {soon} of {len(images)} | {len(delays) - soon} | {middle} |")
        print(f"\n`detect` at high effort finds a hand in {inside} of {len(images)} pictures.\n")
    print("| clip | time at high effort / at normal effort |\n|---|---:|")
    print(f"| one hand of two slots | {ratio(one_hand()):.2f} |")
    print(f"| no hand, moving | {ratio(no_hands(moving=True)):.2f} |")
    print(f"| no hand, still | {ratio(no_hands(moving=False)):.2f} |")


if __name__ == "__main__":
    main()
