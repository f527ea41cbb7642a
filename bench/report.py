"""The race's figures as a Markdown page for people and as JSON for programs."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isnan
from pathlib import Path
from statistics import median
from typing import Any

from bench.accuracy import Accuracy, shown
from bench.contestants import Entry
from bench.measurement import Row, Side, spread
from bench.stages import Stages
from bench.throughput import Throughput
from bench.tracked import TrackedFrame

ROOT = Path(__file__).parent.parent
# The rows of the table that has accuracy beside the times.
SUMMARISED = (
    "tracked, 1 hand of 1 slot",
    "tracked, 1 hand of 2 slots",
    "tracked, 2 hands of 2 slots",
    "still, 1 hand of 1 slot",
)
CLEAR = 0.02  # a ratio nearer to 1 than this is called even

HEAD = """\
# Benchmarks

<!-- Written by bench/race.py, never by hand. -->

`{command}` wrote this page and [benchmarks.json](benchmarks.json),
which has every round, on {machine}.
Commit {commit}, {rounds} rounds, load average before them {load}.

{versions}

Every contestant runs in its own processes, on its own Python. All read the same decoded pictures in
turns of ten, in random order, so other load on the machine affects all alike. A ratio is the
contestant's figure divided by that of mediapipe 0.10.21 `Hands` with the same networks, round by
round: the median, followed by the quartiles. For times and sizes below 1 is better, for pictures
per second above 1. CPU is the time of all threads. knuckle uses one thread, mediapipe those that it
starts by itself. The Tasks API takes no lite palm network, so it races only with the full networks.
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine that the figures were measured on."""

    platform: str
    processor: str
    cores: int
    load_before: tuple[float, float, float]  # load averages over 1, 5 and 15 minutes


def machine() -> Machine:
    """Describe this machine."""
    cores = len(os.sched_getaffinity(0))
    return Machine(platform.platform(), _processor(), cores, os.getloadavg())


def _processor() -> str:
    """The processor's name, and whether it has AVX-512, which matters for speed here."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    fields = dict(line.replace("\t", "").split(":", 1) for line in lines if ":" in line)
    wide = "with" if "avx512f" in fields.get("flags", "") else "without"
    return f"{fields.get('model name', platform.machine()).strip()}, {wide} AVX-512"


def commit() -> str | None:
    """The measured commit, marked if files differ from it; None outside git."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=12", "--dirty"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


@dataclass(frozen=True, slots=True)
class Race:
    """One run of the driver."""

    command: str
    machine: Machine
    commit: str | None
    rounds: int
    versions: Mapping[str, Mapping[str, str]]  # by the entry's name, then by package
    entries: Sequence[Entry]
    rows: Sequence[Row]
    stages: Stages | None
    accuracy: Sequence[Accuracy] = ()


def record(race: Race) -> dict[str, Any]:
    """Every figure of every row."""
    return {
        "command": race.command,
        "commit": race.commit,
        "machine": asdict(race.machine),
        "rounds": race.rounds,
        "versions": {name: dict(found) for name, found in race.versions.items()},
        "references": {e.name: e.reference for e in race.entries},
        "rows": [
            {**asdict(row), "ratios": {e.name: row.ratios(e) for e in race.entries}}
            for row in race.rows
        ],
        "stages": None if race.stages is None else asdict(race.stages),
        "accuracy": [
            {
                **asdict(figure),
                "values": {k: None if isnan(v) else v for k, v in figure.values.items()},
            }
            for figure in race.accuracy
        ],
    }


def page(race: Race) -> str:
    """docs/benchmarks.md."""
    parts = [
        HEAD.format(
            command=race.command,
            machine=", ".join(
                [race.machine.processor, f"{race.machine.cores} cores", race.machine.platform]
            ),
            commit=race.commit,
            rounds=race.rounds,
            load=" ".join(f"{load:.1f}" for load in race.machine.load_before),
            versions="\n".join(_versions(race)),
        ),
        "\n".join(["## knuckle beside mediapipe 0.10.21, full networks", "", *_summary(race)]),
        *(["\n".join(_time_and_accuracy(race))] if race.accuracy else []),
        *("\n".join(_table(row, race.entries)) for row in race.rows),
        *([] if race.stages is None else ["\n".join(_stages(race.stages))]),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _versions(race: Race) -> Iterator[str]:
    for name, found in race.versions.items():
        yield f"- {name}: " + ", ".join(f"{k} {v}" for k, v in found.items())


def _summary(race: Race) -> Iterator[str]:
    """List what is better, even and worse, by the first entry's ratios."""
    first = race.entries[0]
    groups: dict[str, list[str]] = {"ahead": [], "even": [], "behind": []}
    for row in race.rows:
        if ratios := row.ratios(first):
            ratio = median(ratios)
            gain = ratio - 1 if row.more_is_better else 1 - ratio
            name = "even" if abs(gain) < CLEAR else "ahead" if gain > 0 else "behind"
            groups[name].append(f"{title(row)} {ratio:.2f}")
    for name, rows in groups.items():
        yield f"- {name.capitalize()}: {'; '.join(rows) or 'nowhere'}."


def _time_and_accuracy(race: Race) -> Iterator[str]:
    """Each contestant's times as ratios, and what it finds for them, in one table."""
    timed = [row for row in race.rows if row.work in SUMMARISED and row.size == race.rows[0].size]
    heads = [row.work for row in timed] + [f"{a.set}: {a.figure}" for a in race.accuracy]
    yield "## Time and accuracy"
    yield ""
    yield (
        "Times are ratios, as below. Errors and the jitter of still hands are in palm lengths; "
        "[Evaluation](evaluation.md) defines them."
    )
    yield ""
    yield "| | " + " | ".join(heads) + " |"
    yield "|---" + "|---:" * len(heads) + "|"
    for entry in race.entries:
        times = [_ratio_cells(row, entry)[0] for row in timed]
        figures = [shown(a.values[entry.name], a.digits) for a in race.accuracy]
        yield "| " + " | ".join([entry.name, *times, *figures]) + " |"


def title(row: Row) -> str:
    """The name of the work and the size of its pictures."""
    return row.work if row.size is None else f"{row.work}, {row.size[0]}x{row.size[1]}"


def _table(row: Row, entries: Sequence[Entry]) -> Iterator[str]:
    has_cpu = any(side.cpu for side in row.sides.values())
    best = "most" if row.more_is_better else "least"
    heads = [row.unit, "median", best, *(["CPU"] if has_cpu else []), "ratio", "quartiles"]
    yield f"### {title(row)}"
    yield ""
    yield "| " + " | ".join(heads) + " |"
    yield "|---" + "|---:" * (len(heads) - 1) + "|"
    for entry in entries:
        if side := row.sides.get(entry.name):
            cells = [entry.name, *_cells(side, row, has_cpu), *_ratio_cells(row, entry)]
            yield "| " + " | ".join(cells) + " |"


def _cells(side: Side, row: Row, has_cpu: bool) -> Iterator[str]:
    if side.fault:
        yield side.fault
        yield from ["-"] * (2 if has_cpu else 1)
        return
    yield f"{median(side.values):.1f}"
    yield f"{max(side.values) if row.more_is_better else min(side.least):.1f}"
    if has_cpu:
        yield f"{median(side.cpu):.1f}" if side.cpu else "-"


def _ratio_cells(row: Row, entry: Entry) -> list[str]:
    if entry.reference is None and not row.sides[entry.name].fault:
        return ["1", ""]
    ratios = row.ratios(entry)
    if not ratios:
        return ["-", ""]
    lower, upper = spread(ratios)
    return [f"{median(ratios):.2f}", f"{lower:.2f} to {upper:.2f}" if len(ratios) > 1 else ""]


def _stages(stages: Stages) -> Iterator[str]:
    yield "## Stage by stage"
    yield ""
    yield (
        f"A still with one hand, full networks, one thread: `knuckle.detect` takes "
        f"{stages.whole_ms:.1f} ms in the median. This leaves out decoding the picture's file, "
        "which comes before, and the next ROI, which only tracking needs."
    )
    yield ""
    yield "| stage | ms | share |"
    yield "|---|---:|---:|"
    for stage in stages.stages:
        yield f"| {stage.name} | {stage.ms:.2f} | {stage.share:.1%} |"
    yield ""
    yield (
        f"A core does {stages.core_gflops:.0f} billion float32 operations a second in its best "
        "matrix product (numpy, one thread), which is a lower bound of its peak."
    )
    yield ""
    yield "| network | billion operations / s | share of that |"
    yield "|---|---:|---:|"
    for one in stages.arithmetic:
        yield f"| {one.network} | {one.gflops:.0f} | {one.share:.0%} |"
    yield ""
    yield from _tracked(stages.tracked)
    yield ""
    yield from _throughput(stages.throughput)


def _tracked(frames: Sequence[TrackedFrame]) -> Iterator[str]:
    yield "## What is not the network"
    yield ""
    yield (
        "CPU time of a frame in which all hands are tracked already, 640x480, full networks, one "
        "thread. Around the network are the warp, the mapping to the picture, confidence, "
        "identity, smoothing and the next ROI."
    )
    yield ""
    yield "| frame | ms | around the network, ms | share |"
    yield "|---|---:|---:|---:|"
    for frame in frames:
        yield f"| {frame.name} | {frame.ms:.2f} | {frame.around_ms:.2f} | {frame.share:.0%} |"


def _throughput(found: Throughput) -> Iterator[str]:
    yield "## Throughput of the command"
    yield ""
    yield (
        f"`knuckle track` on {found.clip}, {found.frames} frames, full networks, one thread. The "
        f"tracker alone, on pictures that are decoded already, does {median(found.tracker):.0f} "
        "frames a second. The command decodes ahead of it, and draws and writes behind it. The "
        "ratio is the command's rate over the tracker's, the median of interleaved rounds."
    )
    yield ""
    yield "| the command writes | frames / s | ratio |"
    yield "|---|---:|---:|"
    for output, rates in found.command.items():
        yield f"| {output} | {median(rates):.0f} | {found.ratio(output):.2f} |"
