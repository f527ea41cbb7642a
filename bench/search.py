"""The cost of each search policy, and its delay until a new hand is found. It decided the default.

    python bench/search.py [CLIP...] [-o docs/images/search.png]

It tracks the hand of clips with two slots under every policy, in turns, and prints a Markdown table
with the time per frame relative to a search in every frame, the number of searches, the frames with
fewer hands, and the worst delay over all phases of a hand that joins another. The table also has
the relative time for a still picture without hands and for a moving one. The default clip is the
first second of the sample, which has one hand, back and forth.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

import click
import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.scenarios import SAMPLES
from knuckle.extras import import_extra
from knuckle.io.sources import open_source
from knuckle.networks.engine import open_networks
from knuckle.pictures import detector as pipeline
from knuckle.streams import step as tracking
from knuckle.streams.search import ADAPTIVE, EveryFrame, EveryFrames, SearchPolicy
from knuckle.values import Frame, ImageArray

FPS = 30
LATE = 150  # ms; goal for the worst delay of a new hand
PHASES = range(14)  # frames between the last search and the new hand
POLICIES: dict[str, SearchPolicy] = {
    "every frame": EveryFrame(),
    **{f"every {n} frames": EveryFrames(n) for n in (2, 3, 4, 6, 8, 12)},
    "adaptive": ADAPTIVE,
}


@dataclass(frozen=True, slots=True)
class Run:
    """The results of a policy on a clip."""

    milliseconds: float  # per frame
    searches: int
    hands: list[int]  # by frame


def follow(frames: Sequence[Frame], policy: SearchPolicy) -> Run:
    """Track at most two hands in a clip."""
    follower = tracking.Follower(pipeline.Detector.of(open_networks("full")), policy)
    state, hands, searches = tracking.TrackState(), [], 0
    started = time.perf_counter()
    for frame in frames:
        state, found = tracking.step(follower, state, frame.image, frame.time)
        hands.append(len(found))
        searches += state.search.frames == 0
    taken = time.perf_counter() - started
    return Run(1000 * taken / len(frames), searches, hands)


def one_hand() -> list[Frame]:
    """Four seconds of the sample with one hand."""
    shown = list(open_source(SAMPLES / "two_hands.mp4", stop=1.0))
    path = [*range(len(shown)), *range(len(shown) - 2, 0, -1)] * 2
    return [Frame(shown[k].image, i, i / FPS) for i, k in enumerate(path)]


def no_hands(*, moving: bool) -> list[Frame]:
    """Two seconds without hands. moving: shift the picture by 8 pixels per frame."""
    with Image.open(SAMPLES / "no_hands.jpg") as picture:
        image: ImageArray = np.asarray(picture.convert("RGB").resize((640, 480)))
    shift = 8 if moving else 0
    return [
        Frame(np.ascontiguousarray(np.roll(image, shift * i, axis=1)), i, i / FPS)
        for i in range(2 * FPS)
    ]


def worst_delay(policy: SearchPolicy) -> float:
    """Milliseconds from the frame in which a second hand appears until it is found."""
    with Image.open(SAMPLES / "two_hands.jpg") as picture:
        both: ImageArray = np.asarray(picture.convert("RGB"))
    one = both.copy()
    one[:, one.shape[1] // 2 :] = 128
    delays = []
    for phase in PHASES:
        images = [one] * (phase + 1) + [both] * (max(PHASES) + 1)
        frames = [Frame(image, i, i / FPS) for i, image in enumerate(images)]
        hands = follow(frames, policy).hands
        delays.append(hands.index(2) - phase - 1)
    return 1000 * max(delays) / FPS


def ratios(streams: Sequence[Sequence[Frame]], rounds: int) -> dict[str, tuple[float, list[Run]]]:
    """For each policy its time per frame relative to a search in every frame, and its runs."""
    times: dict[str, list[float]] = {name: [] for name in POLICIES}
    first: dict[str, list[Run]] = {name: [] for name in POLICIES}
    for frames in streams:
        runs: dict[str, list[Run]] = {name: [] for name in POLICIES}
        for _ in range(rounds):
            for name, policy in POLICIES.items():
                runs[name].append(follow(frames, policy))
        plain = runs["every frame"]
        for name, mine in runs.items():
            pairs = zip(mine, plain, strict=True)
            times[name].append(median(a.milliseconds / b.milliseconds for a, b in pairs))
            first[name].append(mine[0])
    return {name: (mean(times[name]), first[name]) for name in POLICIES}


def rows(streams: Sequence[Sequence[Frame]], rounds: int) -> list[dict[str, Any]]:
    """A row for each policy."""
    found = ratios(streams, rounds)
    still, moving = (ratios([no_hands(moving=m)], rounds) for m in (False, True))
    plain = found["every frame"][1]
    frames = sum(map(len, streams))
    return [
        {
            "policy": name,
            "ratio": ratio,
            "searches": sum(run.searches for run in runs) / frames,
            "fewer": sum(
                a < b
                for mine, theirs in zip(runs, plain, strict=True)
                for a, b in zip(mine.hands, theirs.hands, strict=True)
            ),
            "delay": worst_delay(POLICIES[name]),
            "still": still[name][0],
            "moving": moving[name][0],
        }
        for name, (ratio, runs) in found.items()
    ]


def print_table(table: Sequence[dict[str, Any]]) -> None:
    """As Markdown."""
    print(
        "| policy | one hand of two slots | frames searched | frames with fewer hands "
        "| worst delay | no hand, still | no hand, moving |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    for row in table:
        print(
            f"| {row['policy']} | {row['ratio']:.2f} | {row['searches']:.0%} | {row['fewer']} "
            f"| {row['delay']:.0f} ms | {row['still']:.2f} | {row['moving']:.2f} |"
        )


def plot(table: Sequence[dict[str, Any]], path: Path) -> None:
    """Plot time against delay, with the default emphasised."""
    import_extra("matplotlib", purpose="the plot", extra="plot").use("Agg")
    pyplot = import_extra("matplotlib.pyplot", purpose="the plot", extra="plot")
    figure, axes = pyplot.subplots(figsize=(7, 4.2), layout="constrained")
    fixed = [row for row in table if row["policy"] != "adaptive"]
    axes.plot([r["ratio"] for r in fixed], [r["delay"] for r in fixed], "o-", color="#7a869a")
    for row in table:
        is_default = row["policy"] == "adaptive"
        colour = "#c02a7e" if is_default else "#333333"
        if is_default:
            axes.plot(row["ratio"], row["delay"], "o", color=colour, markersize=10)
        axes.annotate(
            "adaptive,\nthe default" if is_default else row["policy"],
            (row["ratio"], row["delay"]),
            xytext=(-4, -10) if is_default else (8, 4),  # under the curve, where there is space
            textcoords="offset points",
            color=colour,
            ha="right" if is_default else "left",
            va="top" if is_default else "baseline",
        )
    axes.axhline(LATE, color="#b0b0b0", linestyle="--", linewidth=1)
    limit = f"goal: at most {LATE} ms"
    axes.annotate(
        limit, (1.11, LATE), (0, 4), textcoords="offset points", ha="right", color="#666666"
    )
    axes.set_xlabel("time per frame, one hand of two slots, relative to a search in every frame")
    axes.set_ylabel("worst delay of a new hand, ms at 30 fps")
    axes.set_xlim(0.5, 1.12)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


@click.command()
@click.argument("clips", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True)
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    help="Keep the measurements in this file, and read it if it exists.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write a plot, .png.")
def main(clips: tuple[Path, ...], rounds: int, record: Path | None, output: Path | None) -> None:
    """Print the cost and the delay of each policy."""
    if record and record.exists():
        table = json.loads(record.read_text())
    else:
        streams = [list(open_source(clip)) for clip in clips] or [one_hand()]
        table = rows(streams, rounds)
        if record:
            record.write_text(json.dumps(table, indent=1))
    print_table(table)
    if output is not None:
        plot(table, output)


if __name__ == "__main__":
    main()
