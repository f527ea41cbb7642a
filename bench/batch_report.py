"""The figures of bench/batch.py as a part of docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from bench.batch_costs import WARM, memory_figures
from bench.measurement import spread

HEADING = "## Many clips"
BATCH = "batch, 2 workers, full"
RAY = "batch on Ray, 2 workers, full"
# What the rates of two workers are divided by, with the networks of both.
OTHERS = {
    "track, command by command": "`knuckle track`, a command for each clip",
    "track, started already": "`knuckle track`, started already",
    "batch, 1 worker": "`knuckle batch` with one worker",
    "pool, a tracker per clip": "mediapipe in a pool, a tracker per clip",
    "pool, static mode": "mediapipe in a pool, static mode",
}
VARIANTS = ("full", "lite")
VIDEO_RATE = 30  # frames per second of the video in the estimate of costs
HOUR = 3600  # seconds

HEAD = """\
{heading}

<!-- Written by bench/batch.py, never by hand. -->

`{command}` wrote this part and [benchmarks-batch.json](benchmarks-batch.json), which has every
round, on {processor}. Commit {commit}, {rounds} rounds, load average before them {load}.
{versions}.

The clips are {clips}, {frames} frames together, copied into a folder. Seconds are those of whole
commands, the start of Python and of the workers included, unless it says "started already". All
contestants run in every round, in random order, and a ratio is taken within the round: the median,
followed by the quartiles. Above 1 the first is faster. `knuckle track` without an output decodes
ahead in a thread, so one such command keeps more than one core busy. mediapipe 0.10.21 runs in a
`multiprocessing.Pool` of two processes, with OpenCV for the video and at most two hands, as
knuckle: "a tracker per clip" is a new `Hands` for each clip, "static mode" looks for hands in each
picture anew. Processor time is that of all processes of a command, and two cores that do nothing
else reach 2000 over it in frames a second: other work on the machine slows two workers more than
one, and changes that figure least.
"""


def section(figures: Mapping[str, Any]) -> str:
    """The part of the page. figures: as `bench/batch.py` writes them."""
    head = HEAD.format(
        heading=HEADING,
        command=figures["command"],
        processor=figures["processor"],
        commit=figures["commit"],
        rounds=figures["rounds"],
        load=" ".join(f"{load:.1f}" for load in figures["load"]),
        versions=", ".join(f"{name} {v}" for name, v in figures["versions"].items()),
        clips=", ".join(figures["clips"]),
        frames=figures["frames"],
    )
    makers = {
        "rates": (_rates, _ratios, _cost),
        "overhead": (_overhead,),
        "memory": (_memory,),
        "resume": (_resume,),
    }
    parts = [head]
    for name, tables in makers.items():
        if name in figures:
            parts += ["\n".join(table(figures)) for table in tables]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def rates_of(figures: Mapping[str, Any], racer: str) -> list[float]:
    """Frames per second, by round."""
    found = figures["rates"][racer]
    return [f / s for f, s in zip(found["frames"], found["seconds"], strict=True)]


def ratios_of(figures: Mapping[str, Any], one: str, other: str) -> list[float]:
    """Frames per second of one over those of another, by round; empty if either did not run."""
    if not {one, other} <= set(figures["rates"]):
        return []
    pairs = zip(rates_of(figures, one), rates_of(figures, other), strict=True)
    return [a / b for a, b in pairs]


def _rates(figures: Mapping[str, Any]) -> Iterator[str]:
    names = list({name: None for found in figures["found"].values() for name in found})
    yield "| | frames / s | processor ms / frame | " + " | ".join(names) + " |"
    yield "|---" + "|---:" * (2 + len(names)) + "|"
    for racer in figures["rates"]:
        cpu = processor_ms(figures, racer)
        found = figures["found"].get(racer, {})
        cells = [
            racer,
            f"{median(rates_of(figures, racer)):.1f}",
            f"{median(cpu):.1f}" if cpu else "",
            *(f"{found[name]:.3f}" if name in found else "" for name in names),
        ]
        yield "| " + " | ".join(cells) + " |"


def _ratios(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "| frames / s of | over those of | ratio | quartiles | the same by processor time |"
    yield "|---|---|---:|---:|---:|"
    for variant in VARIANTS:
        for other, meaning in OTHERS.items():
            racer, beside = f"batch, 2 workers, {variant}", f"{other}, {variant}"
            if ratios := ratios_of(figures, racer, beside):
                one, two = processor_ms(figures, racer), processor_ms(figures, beside)
                cell = f"{median(two) / median(one):.2f}" if one and two else ""
                yield f"| {racer} | {meaning} | {shown(ratios, ' | ')} | {cell} |"
    if ratios := ratios_of(figures, RAY, BATCH):
        yield f"| {RAY} | the same without Ray | {shown(ratios, ' | ')} | |"


def processor_ms(figures: Mapping[str, Any], racer: str) -> list[float]:
    """Milliseconds of all processes per frame, by round; empty where nobody counted them."""
    took = figures["rates"][racer]
    return [1000 * c / f for c, f in zip(took["cpu"], took["frames"], strict=True) if c]


def shown(values: Sequence[float], between: str = ", ", digits: int = 2) -> str:
    """The median and the quartiles."""
    lower, upper = spread(values)
    return f"{median(values):.{digits}f}{between}{lower:.{digits}f} to {upper:.{digits}f}"


def cost_of(figures: Mapping[str, Any], racer: str = BATCH) -> float:
    """Core-hours for 1,000 hours of video of 30 frames per second, with two cores busy."""
    return 1000 * VIDEO_RATE * 2 / median(rates_of(figures, racer))


def _cost(figures: Mapping[str, Any]) -> Iterator[str]:
    tables = figures["tables"]
    per_frame = tables["bytes"] / tables["frames"]
    size = per_frame * VIDEO_RATE * HOUR / 1e6
    hands = tables["rows"] / tables["frames"]
    yield (
        f"At that rate, 1,000 hours of video of {VIDEO_RATE} frames per second take "
        f"{cost_of(figures):.0f} core-hours of this processor, or "
        f"{cost_of(figures, 'batch, 2 workers, lite'):.0f} with the lite networks. "
        f"An hour of it becomes {size:.0f} MB of tables, with {hands:.1f} rows in a frame."
    )


def overheads(figures: Mapping[str, Any], engine: str) -> list[float]:
    """Milliseconds that an engine adds to a clip, by round."""
    found = figures["overhead"]
    per_clip = {
        way: [
            1000 * (many - one) / (found["clips"] - 1)
            for many, one in zip(times["many"], times["one"], strict=True)
        ]
        for way, times in found["seconds"].items()
    }
    return [a - b for a, b in zip(per_clip[engine], per_clip["loop"], strict=True)]


def _overhead(figures: Mapping[str, Any]) -> Iterator[str]:
    found = figures["overhead"]
    yield (
        f"What a clip costs beside tracking it: {found['clips']} clips of one tiny frame, by one "
        "worker, less the same clips in a loop in one process that writes nothing. It is for "
        "handing out the clip, its checksum, its table and the log. Starting up is the command "
        "over a single such clip."
    )
    yield ""
    yield "| engine | ms / clip | quartiles | starting up, s |"
    yield "|---|---:|---:|---:|"
    for engine, times in found["seconds"].items():
        if engine != "loop":
            added = shown(overheads(figures, engine), " | ", 1)
            yield f"| {engine} | {added} | {median(times['one']):.1f} |"


def _memory(figures: Mapping[str, Any]) -> Iterator[str]:
    found = memory_figures(figures["memory"]["looks"])
    yield (
        f"Memory of a worker over {figures['memory']['clips']} clips of four sizes in turns, 0.4 s "
        f"of each: at most {found['rss']:.0f} MiB resident, {found['pss']:.0f} MiB if what it "
        f"shares with others counts in part; it grew by {found['growth']:+.1f} MiB per 100 clips "
        f"after the first {WARM}. The command itself had {found['driver']:.0f} MiB."
    )


def _resume(figures: Mapping[str, Any]) -> Iterator[str]:
    found = figures["resume"]
    yield (
        f"Going on when all {found['clips']:,} clips are finished, the whole command. Without the "
        "index, the logs say what is done; without both, the footers of the tables."
    )
    yield ""
    yield "| known from | seconds | quartiles |"
    yield "|---|---:|---:|"
    for name, seconds in found["seconds"].items():
        yield f"| {name} | {shown(seconds, ' | ', 1)} |"
