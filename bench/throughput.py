"""The throughput of `knuckle track` on a video, compared with that of the tracker alone.

    python -m bench.throughput [VIDEO ...] [--rounds N] [--threads N]

The tracker alone gets pictures that are decoded already. The command reads the file, and writes a
table or an annotated video where it says so. Both run in this process in turns, so that starting up
and opening the networks count for neither. A ratio is the command's frames per second over those of
the tracker in the same round; 1 means that reading and writing cost no time.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

import click

from bench.scenarios import SAMPLES
from knuckle.api import Tracker
from knuckle.cli import main as knuckle
from knuckle.io.sources import open_source
from knuckle.values import Frame

CLIP = SAMPLES / "two_hands.mp4"
ROUNDS = 5
MOST_FRAMES = 200  # of a clip; decoded, they must fit into memory
OUTPUTS = {"nothing": (), "a table": ("hands.csv",), "an annotated video": ("annotated.mp4",)}


@dataclass(frozen=True, slots=True)
class Throughput:
    """Frames per second on one clip, round by round."""

    clip: str
    frames: int
    tracker: list[float]
    command: dict[str, list[float]]  # by what it writes

    def ratio(self, output: str) -> float:
        """The command's rate over the tracker's, the median of all rounds."""
        return median(c / t for c, t in zip(self.command[output], self.tracker, strict=True))


def measure_throughput(clip: Path, rounds: int = ROUNDS, threads: int = 1) -> Throughput:
    """Measure the tracker and the command in turns."""
    with open_source(clip) as source:
        frames = list(islice(source, MOST_FRAMES))
    tracker: list[float] = []
    command: dict[str, list[float]] = {name: [] for name in OUTPUTS}
    with Tracker(threads=threads), tempfile.TemporaryDirectory() as folder:  # holds the networks
        _track(frames, threads)
        for _ in range(rounds):
            tracker.append(_rate(len(frames), partial(_track, frames, threads)))
            for name, outputs in OUTPUTS.items():
                words = _words(clip, frames, threads, [Path(folder, output) for output in outputs])
                command[name].append(_rate(len(frames), partial(_run, words)))
    return Throughput(clip.name, len(frames), tracker, command)


def _track(frames: Sequence[Frame], threads: int) -> None:
    with Tracker(threads=threads) as track:
        for frame in frames:
            track(frame)


def _words(clip: Path, frames: Sequence[Frame], threads: int, outputs: Sequence[Path]) -> list[str]:
    """The command line that tracks the same frames."""
    stop = frames[-1].time + 1e-3
    written = [word for path in outputs for word in ("-o", str(path))]
    options = ["--threads", str(threads), "--stop", str(stop), "--quiet", "--force"]
    return ["track", str(clip), *options, *written]


def _run(words: Sequence[str]) -> None:
    if status := knuckle(words):
        raise click.ClickException(f"knuckle {' '.join(words)} ended with status {status}")


def _rate(count: int, work: Callable[[], None]) -> float:
    """Frames per second."""
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


@click.command()
@click.argument("clips", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rounds", type=click.IntRange(min=1), default=ROUNDS, show_default=True)
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True)
def main(clips: Sequence[Path], rounds: int, threads: int) -> None:
    """Print frames per second of the tracker and of the command, by what the command writes."""
    heads = ["clip", "frames", "tracker alone", *(f"command, {name}" for name in OUTPUTS)]
    click.echo("| " + " | ".join(heads) + " |")
    click.echo("|---|" + "---:|" * (len(heads) - 1))
    for clip in clips or [CLIP]:
        found = measure_throughput(clip, rounds, threads)
        cells = [found.clip, str(found.frames), f"{median(found.tracker):.0f}"]
        for name, rates in found.command.items():
            cells.append(f"{median(rates):.0f} ({found.ratio(name):.2f})")
        click.echo("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
