"""The time that the confidence takes, compared with that of a tracked frame.

python -m bench.confidence_cost
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import click

from bench.scenarios import SAMPLES
from knuckle.io.pictures import read_picture
from knuckle.networks.engine import open_networks
from knuckle.pictures import detector as pipeline
from knuckle.stages.confidence import joint_confidence
from knuckle.streams import step as tracking

CALLS = 10  # computations of the confidence per frame, so reading the clock does not count


def cost(rounds: int) -> tuple[float, float]:
    """Milliseconds of a tracked frame and of its confidence, as medians of interleaved rounds.

    One hand of one slot, 1080 x 720, full networks, one thread.
    """
    image = read_picture(SAMPLES / "open_palm.jpg")
    detector = pipeline.Detector.of(open_networks("full"), max_hands=1)
    follower = tracking.Follower(detector)
    state, [hand] = tracking.step(follower, tracking.TrackState(), image)

    def confidences() -> None:
        for _ in range(CALLS):
            joint_confidence(
                hand.landmarks,
                hand.world_landmarks,
                roi=hand.roi,
                size=hand.image_size,
                presence=hand.presence,
            )

    frames, others = [], []
    for _ in range(rounds):
        frames.append(_timed(lambda: tracking.step(follower, state, image)))
        others.append(_timed(confidences) / CALLS)
    return median(frames), median(others)


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


@click.command()
@click.option("--rounds", type=click.IntRange(min=1), default=300, show_default=True)
def main(rounds: int) -> None:
    """Print the time of a tracked frame, and of the confidence in it."""
    frame, confidence = cost(rounds)
    click.echo(
        f"a tracked frame {frame:.2f} ms, of which the confidence {1000 * confidence:.0f} us:"
    )
    click.echo(f"{confidence / frame:.1%}")


if __name__ == "__main__":
    main()
