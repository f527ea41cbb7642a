"""What each search policy costs, what it misses, and how soon it finds a new hand.

    python bench/search.py [CLIP...] [-o docs/images/search.png] [--record search.json]

It decided the default. Two slots throughout. It prints a Markdown table with, for each policy:

- the CPU time per frame relative to a search in every frame: with one hand that is followed, with a
  still picture without hands, and with a moving one; the policies run in turns;
- the share of frames searched, of those in which one hand is followed;
- the hands that it misses, of those that a search in every frame finds;
- the delay of new hands behind a search in every frame: median, 90th percentile, maximum.

New hands come in CLIPs, played forwards and backwards, and in streams made of the samples, in which
a hand appears, slides in, or is panned to. Each is played from several frames on, so that the hand
comes in several phases of the policy.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.scenarios import SAMPLES
from knuckle.extras import import_extra
from knuckle.io.sources import open_source
from knuckle.networks.engine import Engine, Networks, open_networks
from knuckle.pictures import detector as pipeline
from knuckle.streams import step as tracking
from knuckle.streams.search import ADAPTIVE, EveryFrame, EveryFrames, SearchPolicy
from knuckle.values import FloatArray, Frame, ImageArray

FPS = 30
SIZE = (640, 480)  # of the streams that are made of samples; pixels
PHASES = range(7)  # how many frames later a stream begins
STEPS = (6, 12, 24)  # frames in which a hand comes in
DEFAULT = "adaptive"
POLICIES: dict[str, SearchPolicy] = {
    "every frame": EveryFrame(),
    **{f"every {n} frames": EveryFrames(n) for n in (2, 4, 8)},
    DEFAULT: ADAPTIVE,
}


@dataclass(frozen=True, slots=True)
class Run:
    """The results of a policy on a stream."""

    milliseconds: float  # CPU time per frame
    searched: list[bool]  # by frame
    hands: list[int]  # by frame


@dataclass(frozen=True, slots=True)
class Costs:
    """A policy's time per frame, relative to a search in every frame."""

    one_hand: float  # that is followed, of two slots
    still: float  # a picture without hands
    moving: float


@dataclass(slots=True)
class Findings:
    """What a policy finds in streams in which a hand comes in."""

    hands: int = 0  # that a search in every frame finds
    missed: int = 0  # of them
    beside: int = 0  # frames in which one hand is followed
    searched: int = 0  # of them
    delays: list[float] = field(default_factory=list)  # of new hands, ms


class Remembered:
    """A network that remembers its answers, for runs that nobody times."""

    def __init__(self, network: Engine) -> None:
        self.setup, self.spec = network.setup, network.spec
        self._network = network
        self._answers: dict[bytes, Mapping[str, FloatArray]] = {}

    def __call__(self, images: ImageArray) -> Mapping[str, FloatArray]:
        """The network's answer."""
        key = hashlib.sha256(images.tobytes()).digest()
        if key not in self._answers:
            self._answers[key] = self._network(images)
        return self._answers[key]


def follow(frames: Sequence[Frame], policy: SearchPolicy, networks: Networks) -> Run:
    """Track at most two hands in a stream."""
    follower = tracking.Follower(pipeline.Detector.of(networks), policy)
    state, hands, searched = tracking.TrackState(), [], []
    started = time.process_time()
    for frame in frames:
        state, found = tracking.step(follower, state, frame.image, frame.time)
        hands.append(len(found))
        searched.append(state.search.frames == 0)
    taken = time.process_time() - started
    return Run(1000 * taken / len(frames), searched, hands)


def stream(images: Sequence[ImageArray]) -> list[Frame]:
    """Pictures as the frames of a stream."""
    return [Frame(image, i, i / FPS) for i, image in enumerate(images)]


def clip_images(path: Path) -> list[ImageArray]:
    """All pictures of a clip."""
    with open_source(path) as source:
        return [frame.image for frame in source]


def sample(name: str) -> ImageArray:
    """A sample picture, scaled to SIZE."""
    with Image.open(SAMPLES / name) as picture:
        return np.asarray(picture.convert("RGB").resize(SIZE))


def one_hand() -> list[Frame]:
    """Four seconds of the sample with one hand that moves back and forth."""
    shown = clip_images(SAMPLES / "two_hands.mp4")[:30]
    return stream([*shown, *shown[-2:0:-1]] * 2)


def no_hands(*, moving: bool) -> list[Frame]:
    """Six seconds without hands. moving: shift the picture by 8 pixels per frame."""
    image, shift = sample("no_hands.jpg"), 8 if moving else 0
    return stream([np.ascontiguousarray(np.roll(image, shift * i, axis=1)) for i in range(6 * FPS)])


def comings() -> Iterator[list[ImageArray]]:
    """Streams in which a hand comes in: into an empty picture, and beside another hand."""
    empty, hand, both = (sample(f"{n}.jpg") for n in ("no_hands", "open_palm", "two_hands"))
    half = SIZE[0] // 2
    one = both.copy()
    one[:, half:] = 128
    for before, after, width in ((empty, hand, SIZE[0]), (one, both, half)):
        rest = [before] * 20
        yield [*rest, *[after] * 20]  # it appears
        for steps in STEPS:
            ways = [round(width * i / steps) for i in range(1, steps + 1)]
            yield [*rest, *(_slid_in(before, after, way, width) for way in ways), *[after] * 20]
    wide = np.concatenate([empty, hand], axis=1)
    for steps in STEPS:  # the camera turns, then it stops
        ways = [round(SIZE[0] * i / steps) for i in range(1, steps + 1)]
        turning = [np.ascontiguousarray(wide[:, way : way + SIZE[0]]) for way in ways]
        yield [*(np.roll(empty, -8 * i, axis=1) for i in range(20, 0, -1)), *turning, *[hand] * 20]


def _slid_in(before: ImageArray, after: ImageArray, way: int, width: int) -> ImageArray:
    """The right `width` columns of `after`, `way` of which have slid in over `before`."""
    image = before.copy()
    if way:
        image[:, -way:] = after[:, -width:][:, :way]
    return image


def new_hands(plain: Sequence[int], hands: Sequence[int]) -> list[float]:
    """How much later than a search in every frame a policy finds each new hand, ms.

    plain, hands: the numbers of hands by frame, of a search in every frame and of the policy. A
    hand that the policy has not found when it goes counts with the whole time.
    """
    delays = []
    for i in range(1, len(plain)):
        for count in range(plain[i - 1] + 1, plain[i] + 1):
            goes = next((j for j in range(i, len(plain)) if plain[j] < count), len(plain))
            found = next((j for j in range(i, goes) if hands[j] >= count), goes)
            delays.append(1000 * (found - i) / FPS)
    return delays


def findings(streams: Sequence[Sequence[ImageArray]]) -> dict[str, Findings]:
    """What each policy finds, over all streams and phases."""
    networks, found = open_networks("full"), {name: Findings() for name in POLICIES}
    for images in streams:
        known = Networks(palm=Remembered(networks.palm), hand=Remembered(networks.hand))
        for phase in PHASES:
            frames = stream(images[phase:])
            plain = follow(frames, EveryFrame(), known).hands
            for name, policy in POLICIES.items():
                run, one = follow(frames, policy, known), found[name]
                one.hands += sum(plain)
                one.missed += sum(max(a - b, 0) for a, b in zip(plain, run.hands, strict=True))
                beside = [
                    s for s, before in zip(run.searched[1:], run.hands, strict=False) if before == 1
                ]
                one.beside += len(beside)
                one.searched += sum(beside)
                one.delays += new_hands(plain, run.hands)
    return found


def costs(rounds: int) -> dict[str, Costs]:
    """What each policy costs."""
    streams = [one_hand(), no_hands(moving=False), no_hands(moving=True)]
    ratios = [_ratios(frames, rounds) for frames in streams]
    return {name: Costs(*(ratio[name] for ratio in ratios)) for name in POLICIES}


def _ratios(frames: Sequence[Frame], rounds: int) -> dict[str, float]:
    """Each policy's time relative to a search in every frame, the median of the rounds."""
    networks = open_networks("full")
    shares: dict[str, list[float]] = {name: [] for name in POLICIES}
    for _ in range(rounds):
        times = {n: follow(frames, p, networks).milliseconds for n, p in POLICIES.items()}
        for name, taken in times.items():
            shares[name].append(taken / times["every frame"])
    return {name: median(values) for name, values in shares.items()}


def quantiles(delays: Sequence[float]) -> tuple[float, float, float]:
    """Median, 90th percentile and maximum."""
    half, most = np.percentile(delays, [50, 90])
    return float(half), float(most), max(delays)


def print_table(cost: Mapping[str, Costs], found: Mapping[str, Findings]) -> None:
    """As Markdown."""
    one = found[DEFAULT]
    print(f"{one.hands} hands, of which {len(one.delays)} are new.\n")
    print(
        "| policy | one hand of two slots | no hand, still | no hand, moving "
        "| frames searched beside a hand | hands missed | delay: median | 90% | most |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name in POLICIES:
        a, b = cost[name], found[name]
        half, most, worst = quantiles(b.delays)
        print(
            f"| {name} | {a.one_hand:.2f} | {a.still:.3f} | {a.moving:.2f} "
            f"| {b.searched / b.beside:.0%} | {b.missed / b.hands:.2%} "
            f"| {half:.0f} ms | {most:.0f} ms | {worst:.0f} ms |"
        )


EDGES = [1000 * frames / FPS for frames in range(9)]  # ms
COLOURS = ("#333333", "#8fa3bf", "#6b7f9e", "#47597a", "#c02a7e")


def plot(cost: Mapping[str, Costs], found: Mapping[str, Findings], path: Path) -> None:
    """Plot the distribution of the delays, and delay against time per frame."""
    import_extra("matplotlib", purpose="the plot", extra="plot").use("Agg")
    pyplot = import_extra("matplotlib.pyplot", purpose="the plot", extra="plot")
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9.6, 4.2), layout="constrained")
    for name, colour in zip(POLICIES, COLOURS, strict=True):
        is_default, delays = name == DEFAULT, found[name].delays
        counts = [sum(delay <= edge for delay in delays) for edge in EDGES]
        left.plot(
            EDGES,
            [100 * n / len(delays) for n in counts],
            "o-",
            color=colour,
            linewidth=2.5 if is_default else 1.3,
            markersize=6 if is_default else 4,
            label=f"{name}, the default" if is_default else name,
        )
        _, most, worst = quantiles(delays)
        time_per_frame = cost[name].one_hand
        right.plot([time_per_frame] * 2, [most, worst], color=colour, linewidth=1.3)
        right.plot(time_per_frame, most, "o", color=colour, markersize=9 if is_default else 6)
        right.annotate(
            name,
            (time_per_frame, most if is_default else worst),  # where there is space
            xytext=(10, 0),
            textcoords="offset points",
            color=colour,
            va="center",
        )
    left.set_xlabel("delay behind a search in every frame, ms at 30 frames a second")
    left.set_ylabel("new hands found by then, %")
    left.set_ylim(0, 104)
    left.legend(frameon=False, loc="lower right")
    right.set_xlabel("time per frame with one hand of two slots (1: every frame)")
    right.set_ylabel("delay of a new hand, ms")
    right.set_title("dot: 90th percentile; line: up to the maximum", fontsize="medium")
    left.set_title("new hands in clips and in streams made of samples", fontsize="medium")
    right.set_xlim(0.55, 1.2)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


def measured(
    clips: Sequence[Path], rounds: int, record: Path | None
) -> tuple[dict[str, Costs], dict[str, Findings]]:
    """Costs and findings, from the record where it has them.

    Costs need a quiet machine and findings do not, so each is recorded when it is there.
    """
    known = json.loads(record.read_text()) if record and record.exists() else {}
    if "costs" not in known:
        known["costs"] = {name: asdict(one) for name, one in costs(rounds).items()}
        _keep(record, known)
    if "findings" not in known:
        forwards = [clip_images(clip) for clip in (SAMPLES / "two_hands.mp4", *clips)]
        streams = [*comings(), *forwards, *(images[::-1] for images in forwards)]
        known["findings"] = {name: asdict(one) for name, one in findings(streams).items()}
        _keep(record, known)
    return (
        {name: Costs(**one) for name, one in known["costs"].items()},
        {name: Findings(**one) for name, one in known["findings"].items()},
    )


def _keep(record: Path | None, known: Any) -> None:
    if record:
        record.write_text(json.dumps(known, indent=1))


@click.command()
@click.argument("clips", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True)
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    help="Keep the measurements in this file, and read what it has.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write a plot, .png.")
def main(clips: tuple[Path, ...], rounds: int, record: Path | None, output: Path | None) -> None:
    """Print the cost, the misses and the delay of each policy."""
    cost, found = measured(clips, rounds, record)
    print_table(cost, found)
    if output is not None:
        plot(cost, found, output)


if __name__ == "__main__":
    main()
