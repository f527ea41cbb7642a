"""Figures -> a table for people, a record for programs."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.measurement import Row, Side

ROOT = Path(__file__).parent.parent
WIDTH = 170  # characters, at most
NOTE = """\
ratio: knuckle / mediapipe, the median over the rounds of the ratio of both's medians in a round.
CPU: the same for the CPU time of all threads, which others on the machine disturb less.
knuckle, mediapipe: least, median, and CPU time; a picture, a start, a process."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the figures come from."""

    platform: str
    processor: str
    cores: int | None
    load_before: tuple[float, float, float]  # processes that ran: 1, 5, 15 minutes


def machine() -> Machine:
    """The machine this runs on, as it is now."""
    return Machine(platform.platform(), _processor(), os.cpu_count(), os.getloadavg())


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor()


def commit() -> str | None:
    """The commit that was measured, marked where files differ from it; None outside git."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=40", "--dirty"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def record(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Every figure of every row."""
    return [
        {
            **asdict(row),
            "ratio": row.ratio,
            "quartiles": row.spread,
            "holds": row.holds,
            "cpu_ratio": row.cpu_ratio,
        }
        for row in rows
    ]


def show(rows: Sequence[Row], title: str) -> None:
    """Print the table. Ratios are knuckle over mediapipe: below 1 knuckle is ahead."""
    console = Console(width=WIDTH)
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for name in ("work", "size", "networks"):
        table.add_column(name, no_wrap=True)
    for name in ("ratio", "quartiles", "bound", "holds", "CPU", "knuckle", "mediapipe", ""):
        table.add_column(name, no_wrap=True, justify="right")
    for row in rows:
        table.add_row(*_cells(row))
    console.print(table)
    console.print(NOTE)
    bounded = [row for row in rows if row.bound is not None]
    console.print(f"{sum(row.holds is True for row in bounded)} of {len(bounded)} bounds hold.")


def _cells(row: Row) -> list[str]:
    lower, upper = row.spread
    return [
        row.work,
        f"{row.size[0]}x{row.size[1]}",
        row.pair,
        f"{row.ratio:.3f}",
        f"{lower:.2f}-{upper:.2f}",
        "" if row.bound is None else f"{row.bound:.2f}",
        {None: "", True: "yes", False: "NO"}[row.holds],
        "" if row.cpu_ratio is None else f"{row.cpu_ratio:.3f}",
        _figures(row.knuckle),
        _figures(row.mediapipe),
        row.unit,
    ]


def _figures(side: Side) -> str:
    figures = [min(side.least), median(side.values)]
    if side.cpu:
        figures.append(median(side.cpu))
    return " ".join(f"{figure:6.1f}" for figure in figures) + " " * 7 * (3 - len(figures))
