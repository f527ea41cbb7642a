"""knuckle beside mediapipe 0.10.21 on this machine: the ratios that are required, and more.

    python bench/against_mediapipe.py [--python PYTHON] [--rounds N] [-o RESULT.json]

Each library runs in processes of its own, on its own Python; both are given the same pictures in
turns of a few, in random order, and compared turn by turn. Needs Linux and `knuckle[video]`, takes
about four minutes. Exit status 1: no comparison could be made, and a sentence says why.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.environment import MEDIAPIPE, BenchError, mediapipe_python
from bench.measurement import (
    LIBRARIES,
    Pair,
    Row,
    Work,
    measure_memory,
    measure_pictures,
    measure_start,
)
from bench.processes import Contestant, versions
from bench.report import Machine, commit, machine, record, show
from bench.scenarios import (
    EMPTY,
    ONE_OF_TWO_TRACKED,
    SCENARIOS,
    SIZES,
    STILL,
    TWO_TRACKED,
    write_frames,
)

ROUNDS = 20
FRESH_SHARE = 3  # a fresh process per so many rounds: it takes as long as many pictures


def pair(name: str, python: str, variant: str, core: int | None = None) -> Pair:
    """Both with the same networks: knuckle on this Python, mediapipe on its own."""
    pythons = dict(zip(LIBRARIES, (sys.executable, python), strict=True))
    return Pair(
        name,
        {library: Contestant(library, pythons[library], variant, core) for library in LIBRARIES},
        bounded=variant == "full",
    )


def measure(python: str, rounds: int, folder: Path) -> list[Row]:
    """Every comparison, the required ones first."""
    paths = {(s, size): write_frames(folder, s, size) for s in SCENARIOS for size in SIZES}
    full, lite = pair("full", python, "full"), pair("lite", python, "lite")
    # mediapipe hands its work from thread to thread, and on one core no two of them can overlap.
    alone = pair("full, one core", python, "full", core=max(os.sched_getaffinity(0)))
    small = SIZES[0]
    works = [
        *(Work(full, s, size, paths[s, size]) for size in SIZES for s in SCENARIOS),
        *(Work(alone, s, small, paths[s, small]) for s in SCENARIOS if s is not EMPTY),
        # mediapipe's lite networks find a second hand where there is one: nothing to compare.
        *(Work(lite, s, small, paths[s, small]) for s in SCENARIOS if s is not ONE_OF_TWO_TRACKED),
    ]
    fresh = max(rounds // FRESH_SHARE, 2)
    first = Work(full, STILL, small, paths[STILL, small])
    tracked = Work(full, TWO_TRACKED, small, paths[TWO_TRACKED, small])
    return [
        *measure_pictures(works, rounds),
        *measure_start(first, fresh),
        *measure_memory(tracked, fresh),
    ]


def run(options: argparse.Namespace) -> None:
    """Measure, show, write. Raises BenchError."""
    if options.output and not options.output.resolve().parent.is_dir():
        raise BenchError(f"cannot write {options.output}: its folder is not there")
    python = str(options.python or mediapipe_python())
    found = {"knuckle": versions(sys.executable), "mediapipe": versions(python)}
    if f"mediapipe=={found['mediapipe'].get('mediapipe')}" != MEDIAPIPE:
        raise BenchError(f"{python} does not have {MEDIAPIPE}: the bounds are for this release")
    where = machine()
    with tempfile.TemporaryDirectory(prefix="knuckle-bench-") as folder:
        rows = measure(python, options.rounds, Path(folder))
    show(rows, title_of(where, found))
    if options.output:
        result = {
            "commit": commit(),
            "machine": asdict(where),
            "load_after": os.getloadavg(),
            "versions": found,
            "rounds": options.rounds,
            "rows": record(rows),
        }
        options.output.write_text(json.dumps(result, indent=1) + "\n")


def title_of(where: Machine, found: dict[str, dict[str, str]]) -> str:
    """What was compared, and where."""
    libraries = [
        f"{name}: " + ", ".join(f"{package} {version}" for package, version in packages.items())
        for name, packages in found.items()
    ]
    return "\n".join([f"{where.processor}, {where.cores} cores, {where.platform}", *libraries])


def rounds_count(text: str) -> int:
    """A number of rounds that has quartiles."""
    count = int(text)
    if count < 2:
        raise argparse.ArgumentTypeError("at least 2 rounds are needed")
    return count


def main(arguments: list[str] | None = None) -> int:
    """Run the comparison; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", type=Path, help=f"has {MEDIAPIPE}; default: one made, and kept")
    parser.add_argument("--rounds", type=rounds_count, default=ROUNDS, help="default: %(default)s")
    parser.add_argument("-o", "--output", type=Path, help="file for all figures, as JSON")
    try:
        run(parser.parse_args(arguments))
    except BenchError as error:
        print(f"against_mediapipe: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
