"""The jitter and delay of each smoothing. It decided the default.

    python bench/steadiness.py CLIP... [-o docs/images/steadiness.png]

It tracks each clip with several smoothings, and with a plain 1 Euro filter on unsmoothed hands, and
prints a Markdown table of the evaluation's figures. Jitter is relative to that of mediapipe 0.10.21
if its recorded predictions are beside the clip as CLIP.mediapipe_0.10.21.json, and else to that of
unsmoothed hands. Then come the delay and, for a clip with ground truth beside it, the error in palm
lengths.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.scenarios import SAMPLES
from knuckle.api import Tracker, track_clip
from knuckle.evaluate.clips import evaluate_clip
from knuckle.evaluate.contestants import Contestant, Follow, Knuckle, Slots
from knuckle.evaluate.datasets.clip_truth import find_clip_truth
from knuckle.evaluate.recorded import find_recorded, read_recorded
from knuckle.evaluate.values import Array, Dataset, Prediction
from knuckle.extras import import_extra
from knuckle.geometry.palm_lengths import palm_size
from knuckle.io.sources import open_source
from knuckle.networks.setup import DEFAULT_DEVICE, DEFAULT_ENGINE, DEFAULT_PRECISION
from knuckle.streams.smoothing import SMOOTHING, Smoothing
from knuckle.values import Frame, Hand

SLOTS = Slots(picture=2, clip=2)
OPTIONS: dict[str, Any] = {
    "variant": "full",
    "threads": 1,
    "engine": DEFAULT_ENGINE,
    "precision": DEFAULT_PRECISION,
    "device": DEFAULT_DEVICE,
    "exact": False,
}
TOLERANCES = (0.015, 0.02, 0.03, 0.04, 0.06)
BETAS = (1.0, 2.0, 5.0, 10.0, 20.0)
PEER = "mediapipe_0.10.21.json"
FIGURES = ("jitter, still", "jitter", "delay", "mean error", "recall", "frames with a hand")
OWN, CLIP, EURO = "smoothing", "whole clip", "1 Euro"
GOAL = 0.35  # jitter of still hands, relative to mediapipe's
# Offsets of the labels from their points. Because the lines are close, most of our labels are left
# of our line and most of the filter's right of its line.
PLACES = {
    OWN: [(-9, 2), (-9, -8), (-12, -4), (-9, 4), (9, -6)],
    EURO: [(4, 6), (4, 6), (4, 6), (-1, -17), (4, 6)],
}
TITLES = {OWN: (f"{OWN} 0.015", (-14, 16)), EURO: (f"{EURO} 5", (28, 6))}


def prediction(hand: Hand, points: Array | None = None) -> Prediction:
    """A hand as a prediction for the evaluation, optionally with other points."""
    return Prediction(
        points=hand.points.astype(np.float64) if points is None else points,
        handedness=hand.handedness,
        id=hand.track_id,
    )


class Smoothed(Knuckle):
    """A Tracker with a smoothing."""

    def __init__(self, name: str, smoothing: Smoothing | None) -> None:
        super().__init__(SLOTS, OPTIONS)
        self.name = name
        self.smoothing = smoothing

    def follow(self, name: str) -> Follow:
        """A new Tracker."""
        track = Tracker(max_hands=SLOTS.clip, smoothing=self.smoothing)
        return lambda frame: [prediction(hand) for hand in track(frame)]


class WholeClip(Knuckle):
    """`track_clip`, run on the whole clip before the first frame is asked for."""

    def __init__(self, path: Path) -> None:
        super().__init__(SLOTS, OPTIONS)
        self.name = CLIP
        self.path = path

    def follow(self, name: str) -> Follow:
        """The clip's predictions, frame by frame."""
        with open_source(self.path) as frames:
            hands = {f.index: h for f, h in track_clip(frames, max_hands=SLOTS.clip)}
        return lambda frame: [prediction(hand) for hand in hands[frame.index]]


class Euro(Knuckle):
    """Unsmoothed hands through the 1 Euro filter of Casiez et al. 2012, joint by joint."""

    def __init__(self, beta: float) -> None:
        super().__init__(SLOTS, OPTIONS)
        self.name = f"{EURO} {beta:g}"
        self.beta = beta

    def follow(self, name: str) -> Follow:
        """A new Tracker, and a filter for each of its tracks."""
        track = Tracker(max_hands=SLOTS.clip, smoothing=None)
        filters: dict[int | None, _Filter] = {}

        def follow(frame: Frame) -> list[Prediction]:
            hands = track(frame)
            return [
                prediction(h, filters.setdefault(h.track_id, _Filter(self.beta))(frame.time, h))
                for h in hands
            ]

        return follow


class _Filter:
    """Cutoff 0.5 Hz at rest, plus `beta` per palm size and second; speeds are filtered at 1 Hz."""

    def __init__(self, beta: float) -> None:
        self.beta = beta
        self.time: float | None = None

    def __call__(self, time: float, hand: Hand) -> Array:
        points = hand.points.astype(np.float64)
        if self.time is None or time - self.time > 0.5:
            self.points, self.speed = points, np.zeros_like(points)
        else:
            seconds = time - self.time
            speed = (points - self.points) / seconds / max(palm_size(hand.points), 1.0)
            self.speed = self.speed + _share(1.0, seconds) * (speed - self.speed)
            cutoff = 0.5 + self.beta * np.linalg.norm(self.speed, axis=1, keepdims=True)
            self.points = self.points + _share(cutoff, seconds) * (points - self.points)
        self.time = time
        return self.points


def _share(cutoff: Any, seconds: float) -> Any:
    return 1 / (1 + 1 / (2 * math.pi * cutoff * seconds))


def contestants(path: Path) -> list[Contestant]:
    """All contestants, unsmoothed hands first."""
    dataset = Dataset(path.name, clips=(find_clip_truth(path),))
    file = find_recorded(dataset, PEER)
    return [
        Smoothed("as read", None),
        *(Smoothed(f"{OWN} {t:g}", Smoothing(tolerance=t)) for t in TOLERANCES),
        WholeClip(path),
        *(Euro(beta) for beta in BETAS),
        *([read_recorded(file)] if file else []),
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """One contestant on one clip; NaN for a figure that is not defined for the clip."""

    clip: str
    name: str
    figures: Mapping[str, float]
    ratios: Mapping[str, float]  # of both kinds of jitter, to the reference's


def rows(path: Path) -> list[Row]:
    """Measure every contestant on a clip."""
    everybody = contestants(path)
    clip = find_clip_truth(path)
    result = evaluate_clip(
        Dataset(path.name, clips=(clip,)),
        clip,
        everybody,
        lambda total, title: nullcontext(lambda: None),
        lambda: True,
    )
    table = {figure.name: figure.values for figure in result.figures}
    has_peer = len(everybody) > 1 + len(TOLERANCES) + 1 + len(BETAS)
    base = -1 if has_peer else 0
    return [
        Row(
            path.name,
            one.name,
            {name: table[name][i] if name in table else math.nan for name in FIGURES},
            {
                name: table[name][i] / table[name][base] if name in table else math.nan
                for name in FIGURES[:2]
            },
        )
        for i, one in enumerate(everybody)
    ]


def print_table(table: Sequence[Row]) -> None:
    """As Markdown."""
    print(
        "| clip | hands | jitter, still | jitter | delay, frames | error | recall | with a hand |"
    )
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for row in table:
        values = [
            *(_shown(row.ratios[name], 2) for name in FIGURES[:2]),
            _shown(row.figures["delay"], 2),
            _shown(row.figures["mean error"], 4),
            *(_shown(row.figures[name], 3) for name in FIGURES[4:]),
        ]
        print(f"| {row.clip} | {row.name} | {' | '.join(values)} |")


def _shown(value: float, digits: int) -> str:
    return "" if math.isnan(value) else f"{value:.{digits}f}"


def plot(table: Sequence[Row], path: Path) -> None:
    """Plot jitter of still hands against delay and error, with the default emphasised."""
    import_extra("matplotlib", purpose="the plot", extra="plot").use("Agg")
    pyplot = import_extra("matplotlib.pyplot", purpose="the plot", extra="plot")
    figure, panels = pyplot.subplots(1, 2, figsize=(10.5, 4.4), layout="constrained", sharey=True)
    names = list(dict.fromkeys(row.name for row in table))
    jitters = {
        n: _mean(row.ratios["jitter, still"] for row in table if row.name == n) for n in names
    }
    for axes, figure_name, label in (
        (panels[0], "delay", "delay on fast motion, frames"),
        (panels[1], "mean error", "error on a clip with exact ground truth, palm lengths"),
    ):
        # Ground truth from another tracker's predictions favours unsmoothed hands.
        exact = [r for r in table if figure_name == "delay" or r.clip.startswith("two_hands")]
        values = {n: _mean(r.figures[figure_name] for r in exact if r.name == n) for n in names}
        _panel(axes, {n: (values[n], jitters[n]) for n in names}, label)
    panels[0].set_ylabel("jitter of still hands, relative to mediapipe")
    panels[0].set_ylim(0, 1.1)
    figure.savefig(path, dpi=110)


def _panel(axes: Any, points: Mapping[str, tuple[float, float]], label: str) -> None:
    for kind, colour, what in (
        (EURO, "#5d687a", "plain 1 Euro filter, by its beta"),
        (OWN, "#c02a7e", "knuckle's Tracker, by its tolerance"),
    ):
        mine = [name for name in points if name.startswith(kind)]
        axes.plot(*zip(*(points[n] for n in mine), strict=True), "o-", color=colour)
        for name, place in zip(mine, PLACES[kind], strict=True):
            text = name.removeprefix(kind).strip()
            if name == f"{OWN} {SMOOTHING.tolerance:g}":
                axes.plot(*points[name], "o", color=colour, markersize=11)
                text = f"default, {text}"
            side = "left" if place[0] > 0 else "right"
            _label(axes, text, points[name], place, colour, ha=side)
        beside, place = TITLES[kind]
        _label(axes, what, points[beside], place, colour, weight="bold")
    leader = {"arrowstyle": "-", "color": "#333333", "linewidth": 0.8}
    for name, title, place in (("as read", "as read", (9, -4)), (CLIP, "track_clip", (-30, -38))):
        axes.plot(*points[name], "s", color="#333333")
        line = leader if name == CLIP else None
        _label(axes, title, points[name], place, "#333333", arrowprops=line)
    left, right = axes.get_xlim()
    axes.set_xlim(left=left - 0.25 * (right - left))  # space for our labels
    axes.axhline(GOAL, color="#b0b0b0", linestyle="--", linewidth=1)
    _label(axes, f"goal: at most {GOAL:g}", (right, GOAL), (0, 4), "#666666", ha="right")
    axes.set_xlabel(label)
    axes.spines[["top", "right"]].set_visible(False)


def _label(
    axes: Any,
    text: str,
    point: tuple[float, float],
    place: tuple[int, int],
    colour: str,
    **look: Any,
) -> None:
    """Label a point. place: offset of the text from the point, in typographic points."""
    axes.annotate(text, point, place, textcoords="offset points", color=colour, **look)


def _mean(values: Iterable[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan


@click.command()
@click.argument("clips", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    help="Keep the measurements in this file, and read it if it exists.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write a plot, .png.")
def main(clips: tuple[Path, ...], record: Path | None, output: Path | None) -> None:
    """Print the jitter and delay of each smoothing."""
    if record and record.exists():
        table = [Row(**row) for row in json.loads(record.read_text())]
    else:
        table = [row for clip in clips or [SAMPLES / "two_hands.mp4"] for row in rows(clip)]
        if record:
            record.write_text(json.dumps([asdict(row) for row in table], indent=1))
    print_table(table)
    if output is not None:
        plot(table, output)


if __name__ == "__main__":
    main()
