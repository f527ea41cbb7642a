"""Frames per second of `knuckle batch`, and of what people do without it, over the same clips."""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.batch_clips import SAMPLE, copied
from bench.batch_runs import ROOT, RunError, batch, knuckle, ray_environment, timed
from bench.scenarios import SAMPLES
from knuckle.evaluate.datasets.readers import read_datasets
from knuckle.evaluate.evaluation import evaluate
from knuckle.evaluate.recorded import Recorded
from knuckle.evaluate.values import Dataset
from knuckle.io.read_tables import read_table

POOL = ROOT / "bench/pool_mediapipe.py"
WORKERS = 2
FIGURES = ("recall", "mean error")  # of `knuckle evaluate`
Hands = list[list[dict[str, Any]]]  # of each frame, as recorded predictions have them


@dataclass(frozen=True, slots=True)
class Field:
    """What a race runs over. clips: each once. python: one that has mediapipe; "" without."""

    clips: Sequence[Path]
    copies: int
    python: str
    has_ray: bool
    folder: Path  # for what is written


@dataclass(frozen=True, slots=True)
class Took:
    """A run of one contestant. frames: that it tracked."""

    frames: int
    seconds: float
    cpu: float | None


@dataclass(frozen=True, slots=True)
class Racer:
    """A contestant. lite: with the lite networks. run: track the clips; where: a new folder."""

    name: str
    run: Callable[[Field, Path], Took]
    hands: Callable[[Path, Path], Hands] | None = None  # of a clip, from what a run has written


def _clips(field: Field, where: Path, copies: int) -> Path:
    folder = where / "clips"
    copied(field.clips, len(field.clips) * copies, folder)
    return folder


def _batch(workers: int, *options: str) -> Callable[[Field, Path], Took]:
    def run(field: Field, where: Path) -> Took:
        copies = max(1, field.copies * workers // WORKERS)
        command = batch(_clips(field, where, copies), where / "out", workers, *options)
        has_ray = "ray" in options
        took = timed(command, ray_environment(field.folder) if has_ray else None)
        frames = sum(row["frames"] for row in index_of(where / "out"))
        # Ray's workers are no children of the command, so nobody counts their time.
        return Took(frames, took.seconds, None if has_ray else took.cpu)

    return run


def _commands(*options: str) -> Callable[[Field, Path], Took]:
    def run(field: Field, where: Path) -> Took:
        took = [timed(knuckle("track", clip, "--quiet", *options)) for clip in field.clips]
        return Took(frames_in(field.clips), sum(t.seconds for t in took), sum(t.cpu for t in took))

    return run


def _started(*options: str) -> Callable[[Field, Path], Took]:
    def run(field: Field, where: Path) -> Took:
        command = [sys.executable, "-m", "bench.by_hand", "track", *options]
        took = timed([*command, *map(str, field.clips)])
        return Took(frames_in(field.clips), float(took.output.split()[-1]), None)

    return run


def _pool(*options: str) -> Callable[[Field, Path], Took]:
    def run(field: Field, where: Path) -> Took:
        clips = sorted(_clips(field, where, max(1, field.copies // 2)).iterdir())
        words = [field.python, POOL, where / "out", *clips, "--processes", WORKERS, *options]
        took = timed([*map(str, words)])
        return Took(int(took.output.split()[-1]), took.seconds, took.cpu)

    return run


def hands_of_table(output: Path, clip: Path) -> Hands:
    """The hands that `knuckle batch` found in a clip."""
    table = min((output / "clips").glob(f"*-{clip.stem}-*.parquet"))  # of the first copy
    frames = {frame.index: frame.hands for frame in read_table(table)}
    return [
        [{"landmarks": hand.landmarks} for hand in frames.get(index, ())]
        for index in range(max(frames, default=-1) + 1)
    ]


def hands_of_pool(output: Path, clip: Path) -> Hands:
    """The hands that mediapipe found in a clip."""
    rows = np.load(min(output.glob(f"*-{clip.stem}.npy")))  # of the first copy
    return [
        [{"points": row[2:].reshape(21, 2).tolist()} for row in rows[rows[:, 0] == index]]
        for index in range(frames_in([clip]))
    ]


def racers(field: Field) -> list[Racer]:
    """All contestants that can run here."""
    found = []
    for variant, words in {"full": [], "lite": ["--variant", "lite"]}.items():
        lite = ["--lite"] if variant == "lite" else []
        found += [
            Racer(f"batch, 2 workers, {variant}", _batch(2, *words), hands_of_table),
            Racer(f"track, command by command, {variant}", _commands(*words)),
            Racer(f"track, started already, {variant}", _started(*lite)),
        ]
        if field.python:
            found += [
                Racer(f"pool, a tracker per clip, {variant}", _pool(*lite), hands_of_pool),
                Racer(f"pool, static mode, {variant}", _pool("--static", *lite), hands_of_pool),
            ]
    found.append(Racer("batch, 1 worker, full", _batch(1)))
    if field.has_ray:
        found.append(Racer("batch on Ray, 2 workers, full", _batch(2, "--engine", "ray")))
    return found


def frames_in(clips: Iterable[Path]) -> int:
    """How many frames the clips have, by their headers."""
    from knuckle.io.sources import open_source

    count = 0
    for clip in clips:
        with open_source(clip) as source:
            count += source.frame_count or 0
    return count


def index_of(output: Path) -> list[dict[str, Any]]:
    """The list of all clips that `knuckle batch` wrote."""
    import pyarrow.parquet

    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(output / "index.parquet").to_pylist()
    if any(row["state"] != "done" for row in rows):
        raise RunError(f"{output} has clips that were not done")
    return rows


def measure_rates(field: Field, rounds: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Every contestant in every round, in random order.

    Returns frames, seconds and processor seconds of each round; hands that were found; table sizes.
    """
    taking = racers(field)
    rates: dict[str, dict[str, list[Any]]] = {
        racer.name: {"frames": [], "seconds": [], "cpu": []} for racer in taking
    }
    found: dict[str, dict[str, Hands]] = {}
    tables: dict[str, float] = {}
    for number in range(rounds):
        for racer in random.sample(taking, len(taking)):
            with tempfile.TemporaryDirectory(dir=field.folder) as name:
                took = racer.run(field, Path(name))
                for key in ("frames", "seconds", "cpu"):
                    rates[racer.name][key].append(getattr(took, key))
                tell(f"round {number + 1}, {racer.name}: {took.frames / took.seconds:.1f} / s")
                if racer.hands and racer.name not in found:
                    output = Path(name) / "out"
                    found[racer.name] = {c.name: racer.hands(output, c) for c in field.clips}
                if racer.name == taking[0].name:
                    tables = _table_sizes(Path(name) / "out")
    return {"rates": rates, "tables": tables, "found": figures_of(found, field.clips)}


def _table_sizes(output: Path) -> dict[str, float]:
    rows = index_of(output)
    return {
        "bytes": sum(row["file_size"] for row in rows),
        "seconds": sum(row["seconds"] for row in rows),
        "frames": sum(row["frames"] for row in rows),
        "rows": sum(row["rows"] for row in rows),
    }


def figures_of(
    found: dict[str, dict[str, Hands]], clips: Sequence[Path]
) -> dict[str, dict[str, float]]:
    """The share of frames with a hand, and recall and error where there is truth; by contestant."""
    figures = {}
    for racer, by_clip in found.items():
        frames = [hands for clip in by_clip.values() for hands in clip]
        total = frames_in(clips)
        figures[racer] = {"frames with a hand": sum(map(bool, frames)) / total}
    for dataset in [d for d in read_datasets(SAMPLES) if d.name == SAMPLE.name]:
        for racer, values in _against(dataset, found).items():
            figures[racer] |= values
    return figures


def _against(dataset: Dataset, found: dict[str, dict[str, Hands]]) -> dict[str, dict[str, float]]:
    recorded = [
        Recorded(name, False, by_clip[dataset.name], SAMPLE) for name, by_clip in found.items()
    ]
    [result] = evaluate([(dataset, recorded)], robustness=0).sets
    values: dict[str, dict[str, float]] = {name: {} for name in found}
    for figure in result.figures:
        if figure.name in FIGURES:
            for name, value in zip(found, figure.values, strict=True):
                values[name][f"{dataset.name}: {figure.name}"] = value
    return values
