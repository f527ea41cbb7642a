"""What a search policy costs and how late it finds a new hand: the curve that chose the default.

    python bench/search.py [CLIP...] [-o docs/images/search.png]

Follows the hands of clips with two slots under every policy, in turns, and prints a Markdown table:
the time of a frame over that of a search in every frame, the searches, the frames with fewer
hands, and the worst delay of a hand that comes beside another one, over all phases.
"""

from __future__ import annotations

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
from knuckle import pipeline, tracking
from knuckle.extras import import_extra
from knuckle.io.sources import open_source
from knuckle.search import ADAPTIVE, EveryFrame, EveryFrames, SearchPolicy
from knuckle.settings import Settings
from knuckle.values import Frame, ImageArray

FPS = 30
PHASES = range(14)  # frames between the last search and the new hand
POLICIES: dict[str, SearchPolicy] = {
    "every frame": EveryFrame(),
    **{f"every {n} frames": EveryFrames(n) for n in (2, 3, 4, 6, 8, 12)},
    "adaptive": ADAPTIVE,
}


@dataclass(frozen=True, slots=True)
class Run:
    """A clip under a policy."""

    milliseconds: float  # per frame
    searches: int
    hands: list[int]  # by frame


def follow(frames: Sequence[Frame], policy: SearchPolicy) -> Run:
    """Follow the hands of a clip, two at most."""
    networks, settings = pipeline.load_networks("full", 1), Settings(search=policy)
    state, hands, searches = tracking.TrackState(), [], 0
    started = time.perf_counter()
    for frame in frames:
        state, found = tracking.step(networks, settings, state, frame.image, frame.time)
        hands.append(len(found))
        searches += state.search.frames == 0
    taken = time.perf_counter() - started
    return Run(1000 * taken / len(frames), searches, hands)


def worst_delay(policy: SearchPolicy) -> float:
    """Milliseconds from the frame in which a second hand comes to that in which it is found."""
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


def rows(clips: Sequence[Path], rounds: int) -> list[dict[str, Any]]:
    """A row for each policy."""
    found: dict[str, dict[str, list[float]]] = {
        name: {"ratio": [], "searches": [], "fewer": []} for name in POLICIES
    }
    for clip in clips:
        frames = list(open_source(clip))
        runs: dict[str, list[Run]] = {name: [] for name in POLICIES}
        for _ in range(rounds):
            for name, policy in POLICIES.items():
                runs[name].append(follow(frames, policy))
        plain = runs["every frame"]
        for name, mine in runs.items():
            ratios = [a.milliseconds / b.milliseconds for a, b in zip(mine, plain, strict=True)]
            fewer = [a < b for a, b in zip(mine[0].hands, plain[0].hands, strict=True)]
            found[name]["ratio"].append(median(ratios))
            found[name]["searches"].append(mine[0].searches / len(frames))
            found[name]["fewer"].append(sum(fewer))
    return [
        {
            "policy": name,
            "ratio": mean(values["ratio"]),
            "searches": mean(values["searches"]),
            "fewer": int(sum(values["fewer"])),
            "delay": worst_delay(POLICIES[name]),
        }
        for name, values in found.items()
    ]


def print_table(table: Sequence[dict[str, Any]]) -> None:
    """As Markdown."""
    print("| policy | time of a frame | frames searched | frames with fewer hands | worst delay |")
    print("|---|---:|---:|---:|---:|")
    for row in table:
        print(
            f"| {row['policy']} | {row['ratio']:.2f} | {row['searches']:.0%} | {row['fewer']} "
            f"| {row['delay']:.0f} ms |"
        )


def plot(table: Sequence[dict[str, Any]], path: Path) -> None:
    """Time against delay; the default stands out."""
    import_extra("matplotlib", purpose="the plot", extra="plot").use("Agg")
    pyplot = import_extra("matplotlib.pyplot", purpose="the plot", extra="plot")
    figure, axes = pyplot.subplots(figsize=(7, 4.2), layout="constrained")
    fixed = [row for row in table if row["policy"] != "adaptive"]
    axes.plot([r["ratio"] for r in fixed], [r["delay"] for r in fixed], "o-", color="#7a869a")
    for row in table:
        colour = "#c02a7e" if row["policy"] == "adaptive" else "#333333"
        if row["policy"] == "adaptive":
            axes.plot(row["ratio"], row["delay"], "o", color=colour, markersize=10)
        axes.annotate(
            row["policy"],
            (row["ratio"], row["delay"]),
            xytext=(8, 4),
            textcoords="offset points",
            color=colour,
        )
    axes.axhline(150, color="#b0b0b0", linestyle="--", linewidth=1)
    axes.set_xlabel("time of a frame, one hand of two slots; a search in every frame is 1")
    axes.set_ylabel("worst delay of a new hand, ms at 30 fps")
    axes.set_xlim(right=1.12)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


@click.command()
@click.argument("clips", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A plot, .png.")
def main(clips: tuple[Path, ...], rounds: int, output: Path | None) -> None:
    """Print what each policy costs, and how late it is."""
    table = rows(clips or [SAMPLES / "two_hands.mp4"], rounds)
    print_table(table)
    if output is not None:
        plot(table, output)


if __name__ == "__main__":
    main()
