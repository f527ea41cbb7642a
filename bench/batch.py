"""Measures `knuckle batch` beside `knuckle track`, and beside mediapipe in a pool of processes.

    python -m bench.batch [--rounds N] [--only PART ...] [--data FOLDER] [--python PYTHON]

It needs Linux, `knuckle[batch]` and psutil, and for the peers a Python with mediapipe 0.10.21. All
parts together take about half an hour. It writes a part of docs/benchmarks.md, and
docs/benchmarks-batch.json, in which parts that are not measured stay as they were.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from bench.batch_clips import real_clips
from bench.batch_costs import measure_memory, measure_overhead, measure_resume
from bench.batch_rates import Field, frames_in, measure_rates
from bench.batch_report import section
from bench.batch_runs import ROOT, RunError
from bench.report import commit, machine
from bench.sections import write_section

NAME = "benchmarks-batch.json"
PACKAGES = ("knuckle", "numpy", "onnxruntime", "av", "pyarrow", "ray")
PARTS = ("rates", "overhead", "memory", "resume")
ROUNDS = 5


def measured(
    parts: Sequence[str],
    field: Field,
    rounds: int,
    sizes: dict[str, int],
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """The figures of some parts. sizes: clips of each part that needs many. Raises RunError."""
    ways: dict[str, Callable[[Path], dict[str, Any]]] = {
        "rates": lambda folder: measure_rates(field, rounds, tell),
        "overhead": lambda folder: {
            "overhead": measure_overhead(folder, sizes["overhead"], rounds, field.has_ray, tell)
        },
        "memory": lambda folder: {
            "memory": measure_memory(folder, field.clips, sizes["memory"], 0.4, tell)
        },
        "resume": lambda folder: {"resume": measure_resume(folder, sizes["resume"], rounds, tell)},
    }
    figures: dict[str, Any] = {}
    for part in parts:
        with tempfile.TemporaryDirectory(dir=field.folder) as name:
            figures |= ways[part](Path(name))
    return figures


def with_rounds(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The rates of some rounds, followed by those of more."""
    if "rates" not in old or "rates" not in new or set(old["rates"]) != set(new["rates"]):
        return new
    rates = {
        racer: {key: [*old["rates"][racer][key], *values] for key, values in took.items()}
        for racer, took in new["rates"].items()
    }
    return {**new, "rates": rates}


def versions(python: str) -> dict[str, str]:
    """The packages that matter here, and the peer's."""
    found = {name: version(name) for name in PACKAGES if find_spec(name)}
    if python:
        words = "from importlib.metadata import version as v; print(v('mediapipe'))"
        done = subprocess.run([python, "-c", words], capture_output=True, text=True, check=True)
        found["mediapipe"] = done.stdout.strip()
    return found


@click.command()
@click.option("--rounds", type=click.IntRange(min=1), default=ROUNDS, show_default=True)
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Only this part.")
@click.option("--more", is_flag=True, help="Add the rounds to those of the rates that there are.")
@click.option("--copies", type=click.IntRange(min=1), default=6, show_default=True)
@click.option("--clips", type=click.IntRange(min=2), default=10_000, help="To resume.")
@click.option("--ray/--no-ray", "has_ray", default=True, help="Measure Ray, too.")
@click.option("--data", type=click.Path(path_type=Path), help="A folder with videos/*.mp4.")
@click.option("--python", default="", help="A Python that has mediapipe 0.10.21.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=ROOT / "docs")
def main(
    rounds: int,
    only: tuple[str, ...],
    more: bool,
    copies: int,
    clips: int,
    has_ray: bool,
    data: Path | None,
    python: str,
    output: Path,
) -> None:
    """Measure, and write the figures and the page."""
    where, sources = machine(), real_clips(data)
    path = output / NAME
    old = json.loads(path.read_text()) if path.exists() else {}
    sizes = {"overhead": min(clips, 300), "memory": min(clips, 500), "resume": clips}
    with tempfile.TemporaryDirectory(prefix="knuckle-batch-") as name:
        field = Field(sources, copies, python, has_ray and bool(find_spec("ray")), Path(name))
        try:
            new = measured(only or PARTS, field, rounds, sizes, partial(print, file=sys.stderr))
        except RunError as error:
            raise click.ClickException(str(error)) from error
    figures = {**old, **(with_rounds(old, new) if more else new)}
    figures |= {
        "command": f"python -m bench.batch --copies {copies}" + (" --data FOLDER" if data else ""),
        "commit": commit(),
        "processor": f"{where.processor}, {where.cores} cores, {where.platform}",
        "load": where.load_before,
        "rounds": len(figures["rates"]["track, command by command, full"]["frames"])
        if "rates" in figures
        else rounds,
        "versions": versions(python) if python or not old else {**old["versions"], **versions("")},
        "clips": [clip.name for clip in sources],
        "frames": frames_in(sources),
    }
    write_section(output, NAME, figures)
    print(section(figures))


if __name__ == "__main__":
    main()
