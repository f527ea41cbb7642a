"""Compares the speed of knuckle and its peers on this machine, scenario by scenario.

    python bench/race.py [--rounds N] [--only TEXT] [--python PEER=PYTHON] [-o FOLDER]

Each library runs in its own processes, on its own Python. All read the same pictures in turns of a
few, in random order, and are compared turn by turn. It needs Linux and `knuckle[video]`. A full run
takes about ten minutes and writes docs/benchmarks.md and docs/benchmarks.json. Exit status 1 means
that no comparison was possible; a sentence says why.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.accuracy import measure_accuracy
from bench.contestants import Entry, entries
from bench.measurement import (
    Row,
    Work,
    measure_memory,
    measure_pictures,
    measure_start,
    measure_throughput,
)
from bench.report import Race, commit, machine, page, record
from bench.scenarios import ONE_TRACKED, SCENARIOS, SIZES, STILL, TWO_TRACKED, write_frames
from bench.sections import PAGE, with_sections
from bench.sizes import measure_sizes
from bench.stages import measure_stages
from knuckle.errors import KnuckleError
from knuckle.evaluate.peers import PEERS
from knuckle.evaluate.peers.process import versions

ROUNDS = 20
FRESH_SHARE = 4  # rounds per fresh process, which takes as long as many pictures


def measure(racers: Sequence[Entry], rounds: int, only: str, folder: Path) -> list[Row]:
    """Make every comparison, or only those with `only` in the scenario's name."""
    works = {
        (scenario, size): Work(scenario, size, write_frames(folder, scenario, size))
        for size in SIZES
        for scenario in SCENARIOS
        if only in scenario.name
    }
    rows = measure_pictures(racers, list(works.values()), rounds) if works else []
    if only:
        return rows
    fresh = max(rounds // FRESH_SHARE, 2)
    small = SIZES[0]
    return [
        *rows,
        *measure_throughput(racers, works[ONE_TRACKED, small], fresh),
        *measure_start(racers, works[STILL, small], fresh),
        *measure_memory(racers, works[TWO_TRACKED, small], fresh),
        measure_sizes(racers, folder),
    ]


def run(options: argparse.Namespace) -> Race:
    """Run the whole race. Raises KnuckleError."""
    where, measured = machine(), commit()
    with tempfile.TemporaryDirectory(prefix="knuckle-bench-") as name:
        folder = Path(name)
        racers = entries(dict(options.python), folder)
        rows = measure(racers, options.rounds, options.only, folder)
        accuracy = [] if options.only else measure_accuracy(racers, options.data, folder)
    return Race(
        command=" ".join(["python bench/race.py", *_said(options)]),
        machine=where,
        commit=measured,
        rounds=options.rounds,
        versions={e.name: versions(e.contestant.python) for e in racers},
        entries=racers,
        rows=rows,
        stages=None if options.only else measure_stages(),
        accuracy=accuracy,
    )


def _said(options: argparse.Namespace) -> list[str]:
    """The given options that affect the figures."""
    only = ["--only", repr(options.only)] if options.only else []
    data = ["--data FOLDER"] if options.data else []
    rounds = ["--rounds", str(options.rounds)] if options.rounds != ROUNDS else []
    return [*rounds, *only, *data]


def rounds_count(text: str) -> int:
    """Parse a number of rounds, at least 2, so that quartiles exist."""
    count = int(text)
    if count < 2:
        raise argparse.ArgumentTypeError("at least 2 rounds are needed")
    return count


def named_python(text: str) -> tuple[str, str]:
    """PEER=PYTHON."""
    name, _, python = text.partition("=")
    if name not in PEERS or not python:
        raise argparse.ArgumentTypeError(f"{text} is not PEER=PYTHON of {', '.join(PEERS)}")
    return name, python


def main(arguments: list[str] | None = None) -> int:
    """Run the race and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=rounds_count, default=ROUNDS, help="default: %(default)s")
    parser.add_argument("--only", default="", help="only scenarios with this text in their name")
    parser.add_argument(
        "--python",
        type=named_python,
        action="append",
        default=[],
        metavar="PEER=PYTHON",
        help="a Python that has the peer; default: an environment that is made once",
    )
    parser.add_argument(
        "--data", type=Path, help="a folder of sets to measure the accuracy on, beside the samples"
    )
    parser.add_argument(
        "-o", "--output", type=Path, help="folder for the page; default: docs, or none with --only"
    )
    options = parser.parse_args(arguments)
    output = options.output or (None if options.only else ROOT / "docs")
    try:
        race = run(options)
    except KnuckleError as error:
        print(f"race: {error}", file=sys.stderr)
        return 1
    text = page(race)
    print(text)
    if output:
        output.mkdir(parents=True, exist_ok=True)
        (output / PAGE).write_text(with_sections(text, output))
        (output / "benchmarks.json").write_text(json.dumps(record(race), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
