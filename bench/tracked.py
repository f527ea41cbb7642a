"""Where the time of a tracked frame goes: to the network, and to all that is around it.

    python -m bench.tracked [--variant full|lite] [--rounds N]

What is around the network: warp, mapping to the picture, confidence, identity, smoothing and the
next ROI. Its share grows as the network gets faster.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

import click
import numpy as np

from bench.scenarios import ONE_OF_TWO_TRACKED, ONE_TRACKED, SIZES, TWO_TRACKED, Scenario, pictures
from knuckle.networks.engine import Engine, Networks, open_networks
from knuckle.networks.models import Variant
from knuckle.pictures.detector import Detector
from knuckle.streams.step import Follower, TrackState, step
from knuckle.values import FloatArray, ImageArray

SCENARIOS = (ONE_TRACKED, ONE_OF_TWO_TRACKED, TWO_TRACKED)
ROUNDS = 8  # each shows all pictures of a scenario once


@dataclass(frozen=True, slots=True)
class TrackedFrame:
    """CPU time of one frame in which all hands are tracked already; medians."""

    name: str
    ms: float
    around_ms: float  # without the network

    @property
    def share(self) -> float:
        """The share of the frame that is not the network."""
        return self.around_ms / self.ms


class TimedEngine:
    """A network that adds up the CPU time of its calls."""

    def __init__(self, network: Engine) -> None:
        self.setup, self.spec = network.setup, network.spec
        self.seconds = 0.0
        self._network = network

    def __call__(self, images: ImageArray) -> Mapping[str, FloatArray]:
        """The network's outputs."""
        started = time.process_time()
        outputs = self._network(images)
        self.seconds += time.process_time() - started
        return outputs


def measure_tracked(networks: Networks, rounds: int = ROUNDS) -> list[TrackedFrame]:
    """Measure each scenario at 640 x 480. Frames in which palms are searched do not count."""
    return [_measured(scenario, networks, rounds) for scenario in SCENARIOS]


def _measured(scenario: Scenario, networks: Networks, rounds: int) -> TrackedFrame:
    palm, hand = TimedEngine(networks.palm), TimedEngine(networks.hand)
    follower = Follower(Detector.of(Networks(palm, hand), max_hands=scenario.slots))
    images = [np.array(image) for image in pictures(scenario, SIZES[0])]
    frames: list[tuple[float, float]] = []
    state = TrackState()
    for index, _ in zip(scenario.indices(), range(rounds * len(images)), strict=False):
        image = images[index].copy()  # as fresh in the processor's caches as one from a camera
        palm.seconds = hand.seconds = 0.0
        started = time.process_time()
        state, hands = step(follower, state, image)
        seconds = time.process_time() - started
        if len(hands) == scenario.hands and not palm.seconds:
            frames.append((1000 * seconds, 1000 * (seconds - hand.seconds)))
    whole, around = zip(*frames, strict=True)
    return TrackedFrame(scenario.name, median(whole), median(around))


@click.command()
@click.option("--variant", type=click.Choice(["full", "lite"]), default="full", show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=ROUNDS, show_default=True)
def main(variant: Variant, rounds: int) -> None:
    """Print the CPU time of a tracked frame, and how much of it is not the network."""
    for frame in measure_tracked(open_networks(variant), rounds):
        click.echo(
            f"{frame.name}: {frame.ms:.2f} ms, {frame.around_ms:.2f} ms around the network "
            f"({frame.share:.1%})"
        )


if __name__ == "__main__":
    main()
