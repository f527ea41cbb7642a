"""What it brings to take one step in several streams at once, over a step in each.

    python -m bench.streams [--device cpu|cuda] [--threads N] [--streams 1,4,16] [--rounds N]
        [--kind NAME ...] [--at-once N]

The streams are the sample clip at several places, 640 x 480, its pictures in memory. Both ways take
the same steps in turns of a few frames, so that noise affects both alike. The ratio is that of the
frames per second of `step_many` to those of `step`, the median of all rounds. On the processor the
seconds are CPU time, because other work on the machine takes less of it than of the clock's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

import click
import numpy as np

from bench.measurement import spread
from bench.scenarios import SIZES, Scenario, pictures
from knuckle.errors import KnuckleError
from knuckle.networks.engine import open_networks
from knuckle.networks.models import Variant
from knuckle.networks.setup import Device, Precision, Wanted
from knuckle.pictures.detector import Detector
from knuckle.streams import step as stepping
from knuckle.streams.step import Follower, TrackState, step, step_many
from knuckle.values import Hand, ImageArray

# In the first third of these frames there is one hand, so a part of them is searched.
SCENE = Scenario("one hand, then two", "two_hands.mp4", range(20, 110), 2, 2, False)
COUNTS = (1, 4, 16)
ROUNDS = 20
FRAMES = 16  # of a round, over all streams
KINDS: dict[str, tuple[str, Precision]] = {
    "int8": ("onnxruntime", "int8"),
    "float32": ("onnxruntime", "float32"),
    "OpenVINO": ("openvino", "fast"),
}
VARIANTS: tuple[Variant, ...] = ("full", "lite")

After = list[tuple[TrackState, list[Hand]]]
Steps = Callable[[Follower, list[TrackState], list[ImageArray]], After]


def one_by_one(follower: Follower, states: list[TrackState], images: list[ImageArray]) -> After:
    """A step in each stream."""
    return [step(follower, *each) for each in zip(states, images, strict=True)]


def together(follower: Follower, states: list[TrackState], images: list[ImageArray]) -> After:
    """One step in all streams."""
    return step_many(follower, states, images, [None] * len(images))


@dataclass(slots=True)
class Way:
    """A way to take steps, the states of its streams, and its frames per second by round."""

    steps: Steps
    states: list[TrackState]
    hands: int = 0
    rates: list[float] = field(default_factory=list)

    def take(self, follower: Follower, shown: Sequence[list[ImageArray]]) -> None:
        """Take some steps, and note how fast they were."""
        is_here = follower.detector.landmarks.network.setup.device == "cpu"
        clock = time.process_time if is_here else time.perf_counter
        started = clock()
        for images in shown:
            after = self.steps(follower, self.states, images)
            self.states = [state for state, _ in after]
            self.hands += sum(len(hands) for _, hands in after)
        self.rates.append(len(shown) * len(self.states) / (clock() - started))


@dataclass(frozen=True, slots=True)
class Gain:
    """Frames per second of single steps and of steps together, round by round."""

    single: list[float]
    together: list[float]

    @property
    def ratios(self) -> list[float]:
        """How many times as fast steps together are."""
        return [b / a for a, b in zip(self.single, self.together, strict=True)]


def measure_gain(follower: Follower, clip: Sequence[ImageArray], streams: int, rounds: int) -> Gain:
    """Both ways in turns. Raises ValueError when they do not find as many hands."""
    frames = _frames(clip, streams)
    ways = [Way(steps, [TrackState()] * streams) for steps in (one_by_one, together)]
    for number in range(rounds + 1):
        images = [next(frames) for _ in range(max(FRAMES // streams, 1))]
        for way in ways if number % 2 else reversed(ways):
            way.take(follower, images)
    single, many = ways
    if single.hands != many.hands:
        raise ValueError(f"single steps found {single.hands} hands, steps together {many.hands}")
    return Gain(single.rates[1:], many.rates[1:])  # without the first round, which warms up


def _frames(clip: Sequence[ImageArray], streams: int) -> Iterator[list[ImageArray]]:
    """The next picture of each stream, endlessly; each begins at another place of the clip."""
    places = [len(clip) * i // streams for i in range(streams)]
    there_and_back = [*clip, *clip[-2:0:-1]]
    number = 0
    while True:
        # Copies are as fresh in the processor's caches as pictures that were just decoded.
        yield [there_and_back[(place + number) % len(there_and_back)].copy() for place in places]
        number += 1


def measure(
    variant: Variant, wanted: Wanted, counts: Sequence[int], rounds: int
) -> Iterator[tuple[int, Gain]]:
    """The gain for each number of streams. Raises KnuckleError when a network cannot be run."""
    networks = open_networks(variant, wanted)
    clip = [np.asarray(picture) for picture in pictures(SCENE, SIZES[0])]
    for streams in counts:
        yield streams, measure_gain(Follower(Detector.of(networks)), clip, streams, rounds)


def _counts(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, ...]:
    try:
        return tuple(max(int(word), 1) for word in value.split(","))
    except ValueError:
        raise click.BadParameter(f"{value!r} is no list of numbers, such as 1,4,16") from None


@click.command()
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--streams", "counts", default=",".join(map(str, COUNTS)), callback=_counts)
@click.option("--rounds", type=click.IntRange(min=1), default=ROUNDS, show_default=True)
@click.option("--kind", "kinds", type=click.Choice(list(KINDS)), multiple=True)
@click.option(
    "--at-once", type=click.IntRange(min=1), help="Streams that share a batch on the processor."
)
def main(
    device: Device,
    threads: int,
    counts: Sequence[int],
    rounds: int,
    kinds: Sequence[str],
    at_once: int | None,
) -> None:
    """Print frames per second one by one and together, for 1, 4 and 16 streams."""
    if at_once is not None:
        stepping.MOST_ON_PROCESSOR = at_once
    click.echo("| networks | streams | step, frames/s | step_many, frames/s | ratio (quartiles) |")
    click.echo("|---|---:|---:|---:|---:|")
    for kind in kinds or (KINDS if device == "cpu" else ["float32"]):
        engine, precision = KINDS[kind]
        for variant in VARIANTS:
            try:
                for streams, gain in measure(
                    variant, Wanted(engine, precision, device, threads), counts, rounds
                ):
                    low, high = spread(gain.ratios)
                    click.echo(
                        f"| {variant}, {kind} | {streams} | {median(gain.single):.0f} | "
                        f"{median(gain.together):.0f} | {median(gain.ratios):.2f} "
                        f"({low:.2f} to {high:.2f}) |"
                    )
            except KnuckleError as error:
                click.echo(f"{variant}, {kind}: {error}", err=True)


if __name__ == "__main__":
    main()
