"""The figures of the race in the browser as the last part of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from bench.measurement import spread

HEADING = "## In the browser"

HEAD = """\
{heading}

<!-- Written by bench/browser.py, never by hand. -->

`{command}` wrote this part and [benchmarks-browser.json](benchmarks-browser.json), which has every
round, on {processor}. Commit {commit}, {rounds} rounds.
{browser}

`@knuckle/web` and `@mediapipe/tasks-vision` 1.1.0 run the same networks in one page, on the
processor, headless and without a graphics card. Both read the same decoded 640x480 pictures in
turns of ten, in random order. A ratio is knuckle's time divided by Google's in the same round: the
median, followed by the quartiles; below 1 is better. knuckle's time includes the way to its worker
and back. Google's includes the upload of the picture to a graphics context, which is emulated here
and takes a few milliseconds; it has no threads. Recall and error are those of
`samples/two_hands.mp4` against its ground truth; [Evaluation](evaluation.md) defines them.
"""


def section(race: Mapping[str, Any]) -> str:
    """The part of the page, from what `bench/browser.py` measured."""
    head = HEAD.format(
        heading=HEADING,
        command=race["command"],
        processor=race["processor"],
        commit=race["commit"],
        rounds=race["rounds"],
        browser=race["userAgent"],
    )
    parts = [head, "\n".join(_frames(race)), "\n".join(_visits(race))]
    if race["faults"]:
        parts.append("\n".join(f"- {fault}." for fault in race["faults"]))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _frames(race: Mapping[str, Any]) -> Iterator[str]:
    works = list(race["times"])
    figures = list(race["accuracy"])
    heads = [f"{work}: ms" if i == 0 else "ratio" for work in works for i in range(2)]
    yield "| | " + " | ".join([*heads, *figures]) + " |"
    yield "|---" + "|---:" * (len(heads) + len(figures)) + "|"
    for name, reference in race["references"].items():
        cells = []
        for work in works:
            rounds = race["times"][work]
            cells += [f"{median(map(median, rounds[name])):.1f}", _ratio(rounds, name, reference)]
        cells += [f"{race['accuracy'][figure][name]:.3f}" for figure in figures]
        yield f"| {name} | " + " | ".join(cells) + " |"


def _ratio(
    rounds: Mapping[str, Sequence[Sequence[float]]], name: str, reference: str | None
) -> str:
    if reference is None:
        return "1"
    pairs = zip(rounds[name], rounds[reference], strict=True)
    ratios = [median(mine) / median(theirs) for mine, theirs in pairs]
    if len(ratios) < 2:
        return f"{ratios[0]:.2f}"
    lower, upper = spread(ratios)
    return f"{median(ratios):.2f} ({lower:.2f} to {upper:.2f})"


def _visits(race: Mapping[str, Any]) -> Iterator[str]:
    yield (
        "The first visit, with an empty cache and from this machine: the time from the start of "
        "the visit until the first hand is read, and what is loaded."
    )
    yield ""
    yield "| | first hand, ms | ratio | MB | MB with brotli |"
    yield "|---|---:|---:|---:|---:|"
    for name, visit in race["visits"].items():
        reference = race["references"][name]
        times = {n: [[ms] for ms in v["milliseconds"]] for n, v in race["visits"].items()}
        raw, packed = (sum(sizes[i] for sizes in visit["files"].values()) / 1e6 for i in (0, 1))
        yield (
            f"| {name} | {median(visit['milliseconds']):.0f} | {_ratio(times, name, reference)} "
            f"| {raw:.1f} | {packed:.1f} |"
        )
