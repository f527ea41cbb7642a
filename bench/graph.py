"""What the graph costs: a frame of it against a frame of the same stages in a direct loop.

    python bench/graph.py [--rounds 40] [--record graph.json]

Two graphs, each against the loop that it equals bit for bit: MediaPipe's tracking graph against the
loop of `mp.solutions.hands`, and knuckle's own against `Tracker`. Both run on a still picture whose
hands are followed, in turns of a few frames, so that the noise of the machine affects both alike.
It prints a Markdown table with the median CPU time of a frame and of the ratio by round. CPU time,
because one thread does all the work, and other programs take less of it.
"""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from statistics import median, quantiles

import click

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.scenarios import SAMPLES
from knuckle import Tracker
from knuckle.compat.mediapipe.loops import Followed, legacy_step
from knuckle.graph.library import load
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.io.pictures import read_picture
from knuckle.networks.engine import open_networks
from knuckle.networks.models import Variant
from knuckle.networks.setup import Wanted
from knuckle.pictures.detector import Detector
from knuckle.streams.search import EveryFrame
from knuckle.streams.step import Follower
from knuckle.values import ImageArray

SETTLING = 30  # frames before the first round, in which the hands are found
FRAMES = 10  # of a round, of each side
FRAME_TIME = 33_333  # microseconds

Frame = Callable[[ImageArray], int]  # takes the next frame, gives the number of hands in it


@dataclass(frozen=True, slots=True)
class Scene:
    """Hands that are followed.

    max_hands: how many are looked for, as many as there are: then no palm is.
    """

    name: str
    picture: str
    max_hands: int


SCENES = (Scene("one hand of one", "open_palm.jpg", 1), Scene("two hands", "two_hands.jpg", 2))


@dataclass(frozen=True, slots=True)
class Cost:
    """A graph against its loop. Milliseconds are medians over all frames."""

    graph: str
    scene: str
    loop_ms: float
    graph_ms: float
    ratio: float  # median over rounds
    lower: float  # quartiles
    upper: float

    def row(self) -> str:
        """A row of the table."""
        return (
            f"| {self.graph} | {self.scene} | {self.loop_ms:.2f} | {self.graph_ms:.2f} "
            f"| {self.ratio - 1:+.1%} | {self.lower - 1:+.1%} to {self.upper - 1:+.1%} |"
        )


def media_pipe_loop(variant: Variant, hands: int) -> Frame:
    """The loop of `mp.solutions.hands`."""
    detector = Detector.of(
        open_networks(variant, Wanted(precision="float32")), max_hands=hands, mirrored=True
    )
    follower, state = Follower(detector, EveryFrame()), Followed()

    def frame(image: ImageArray) -> int:
        nonlocal state
        state, found = legacy_step(follower, state, image)
        return len(found)

    return frame


def media_pipe_graph(stack: ExitStack, variant: Variant, hands: int) -> Frame:
    """MediaPipe's tracking graph with the streams observed that programs use."""
    complexity = {"lite": 0, "full": 1}[variant]
    return _graph(
        stack,
        "hand_landmark_tracking",
        {"num_hands": hands, "model_complexity": complexity},
        ("multi_hand_landmarks", "multi_hand_world_landmarks", "multi_handedness"),
        (Wanted(precision="float32"),),
    )


def own_graph(stack: ExitStack, hands: int) -> Frame:
    """The graph of knuckle's tracker."""
    return _graph(stack, "knuckle_tracking", {"num_hands": hands}, ("hands",), ())


def own_loop(stack: ExitStack, hands: int) -> Frame:
    """Knuckle's tracker."""
    tracker = stack.enter_context(Tracker(max_hands=hands))
    return lambda image: len(tracker(image))


def _graph(
    stack: ExitStack,
    name: str,
    sides: dict[str, int],
    streams: Sequence[str],
    services: Sequence[Wanted],
) -> Frame:
    graph = stack.enter_context(CalculatorGraph(load(name), services=services))
    outputs = [graph.observe(stream) for stream in streams]
    graph.start(sides)
    times = iter(range(0, 10**15, FRAME_TIME))

    def frame(image: ImageArray) -> int:
        graph.add_packet("image", image, next(times))
        graph.wait_until_idle()
        packets = [output.take() for output in outputs]
        return len(packets[0][0].value) if packets[0] else 0

    return frame


def measured(graph: Frame, loop: Frame, scene: Scene, *, name: str, rounds: int) -> Cost:
    """The cost of a graph in a scene. Raises ValueError if the hands are not followed."""
    image = read_picture(SAMPLES / scene.picture)
    for _ in range(SETTLING):
        counts = {graph(image), loop(image)}
    if counts != {scene.max_hands}:
        raise ValueError(f"{scene.name}: the picture has {counts} hands")
    times: dict[Frame, list[list[float]]] = {loop: [], graph: []}
    for number in range(rounds):
        for side in (loop, graph) if number % 2 else (graph, loop):
            times[side].append(list(_milliseconds(side, image)))
    ratios = [
        median(mine) / median(theirs)
        for mine, theirs in zip(times[graph], times[loop], strict=True)
    ]
    lower, _, upper = quantiles(ratios, n=4, method="inclusive")
    flat = {side: median(chain.from_iterable(values)) for side, values in times.items()}
    return Cost(name, scene.name, flat[loop], flat[graph], median(ratios), lower, upper)


def _milliseconds(frame: Frame, image: ImageArray) -> Iterator[float]:
    for number in range(FRAMES + 1):
        start = time.process_time()
        frame(image)
        if number:  # the first one finds the other side's data in the caches
            yield 1000 * (time.process_time() - start)


def costs(rounds: int) -> Iterator[Cost]:
    """The cost of each graph in each scene."""
    for scene in SCENES:
        for variant in ("lite", "full"):
            with ExitStack() as stack:
                yield measured(
                    media_pipe_graph(stack, variant, scene.max_hands),
                    media_pipe_loop(variant, scene.max_hands),
                    scene,
                    name=f"hand_landmark_tracking, {variant}",
                    rounds=rounds,
                )
        with ExitStack() as stack:
            yield measured(
                own_graph(stack, scene.max_hands),
                own_loop(stack, scene.max_hands),
                scene,
                name="knuckle_tracking",
                rounds=rounds,
            )


@click.command(help=__doc__)
@click.option("--rounds", default=40, show_default=True, type=click.IntRange(4))
@click.option("--record", type=click.Path(path_type=Path), help="Also write the figures as JSON.")
def main(rounds: int, record: Path | None) -> None:
    """Measure, print the table, and record it."""
    print(f"{platform.processor() or platform.machine()}, {rounds} rounds of {FRAMES} frames\n")
    print("| graph | hands followed | loop, ms | graph, ms | overhead | quartiles |")
    print("|---|---|---|---|---|---|")
    found = []
    for cost in costs(rounds):
        print(cost.row(), flush=True)
        found.append(cost)
    if record is not None:
        record.write_text(json.dumps([asdict(cost) for cost in found], indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
