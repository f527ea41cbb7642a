"""Compares the speed of the web library and of Google's, side by side in one page of Chromium.

    python bench/browser.py [--rounds N] [-o FOLDER]

Both read the same pictures in turns of ten, in random order, on the processor, and are compared
turn by turn. It needs Node, Chromium and `knuckle[video]`, installs Google's package from the npm
registry, takes about five minutes, and writes a part of docs/benchmarks.md and
docs/benchmarks-browser.json. Exit status 1 means that no comparison was possible; a sentence says
why.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image

from bench.browser_report import section
from bench.report import commit, machine
from bench.scenarios import ONE_OF_TWO_TRACKED, ONE_TRACKED, SAMPLES, SIZES, TWO_TRACKED, Scenario
from bench.scenarios import pictures as pictures_of
from bench.sections import write_section
from knuckle.errors import KnuckleError
from knuckle.evaluate.datasets.readers import read_datasets
from knuckle.evaluate.evaluation import evaluate
from knuckle.evaluate.recorded import Recorded
from knuckle.io.sources import open_source
from knuckle.networks.bundle import write_bundle

WEB = ROOT / "web"
CLIP = SAMPLES / "two_hands.mp4"
RACED = (ONE_TRACKED, ONE_OF_TWO_TRACKED, TWO_TRACKED)
ROUNDS = 20
FIRSTS = 4  # visits with an empty cache
FIGURES = ("recall", "mean error")  # of `knuckle evaluate`


class RaceError(Exception):
    """No comparison is possible."""


def write_plan(folder: Path, rounds: int) -> None:
    """Write what the race needs: pictures, Google's bundles of the same networks, and the plan."""
    scenarios = [
        {
            "name": scenario.name,
            "hands": scenario.hands,
            "slots": scenario.slots,
            "frames": _write_pictures(folder, scenario),
        }
        for scenario in RACED
    ]
    clip = []
    for frame in open_source(CLIP):
        clip.append(f"clip-{frame.index:03}.png")
        Image.fromarray(frame.image).save(folder / clip[-1], compress_level=1)
    write_bundle(folder / "full.task", "full")
    write_bundle(folder / "lite.task", "lite")
    plan = {"rounds": rounds, "firsts": FIRSTS, "scenarios": scenarios, "clip": clip}
    (folder / "plan.json").write_text(json.dumps(plan))


def _write_pictures(folder: Path, scenario: Scenario) -> list[str]:
    names = []
    for index, picture in enumerate(pictures_of(scenario, SIZES[0])):
        names.append(f"{scenario.name.replace(' ', '-').replace(',', '')}-{index:03}.png")
        Image.fromarray(picture).save(folder / names[-1], compress_level=1)
    return names


def run_in_browser(folder: Path) -> dict[str, Any]:
    """Run the plan in a folder; what the page measured. Raises RaceError."""
    for where, command in (
        (WEB, ("npm", "ci")),
        (WEB / "bench/peer", ("npm", "ci")),
        (WEB, ("npm", "run", "build")),
        (WEB, ("npm", "run", "race")),
    ):
        print(f"{' '.join(command)} in {where.relative_to(ROOT)} ...", file=sys.stderr)
        environment = {**os.environ, "KNUCKLE_RACE": str(folder)}
        try:
            done = subprocess.run(
                command, cwd=where, env=environment, capture_output=True, text=True, check=False
            )
        except FileNotFoundError as error:
            raise RaceError("there is no npm: install Node 20.19 or newer") from error
        if done.returncode:
            raise RaceError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return json.loads((folder / "result.json").read_text())


def accuracy(clip: Mapping[str, Sequence[Any]]) -> dict[str, dict[str, float]]:
    """What each contestant found in the sample clip, against its ground truth, by figure.

    clip: the hands of every frame, by contestant, as `knuckle evaluate` reads recorded predictions.
    """
    [dataset] = [d for d in read_datasets(SAMPLES) if d.name == CLIP.name]
    recorded = [Recorded(name, False, frames, CLIP) for name, frames in clip.items()]
    [result] = evaluate([(dataset, recorded)], robustness=0).sets
    return {
        figure.name: dict(zip(clip, figure.values, strict=True))
        for figure in result.figures
        if figure.name in FIGURES
    }


def run(rounds: int) -> dict[str, Any]:
    """The whole race, as the JSON has it. Raises RaceError or KnuckleError."""
    where = machine()
    with tempfile.TemporaryDirectory(prefix="knuckle-race-") as name:
        folder = Path(name)
        write_plan(folder, rounds)
        found = run_in_browser(folder)
    clip = found.pop("clip")
    return {
        "command": "python bench/browser.py" + (f" --rounds {rounds}" if rounds != ROUNDS else ""),
        "commit": commit(),
        "processor": f"{where.processor}, {where.cores} cores, {where.platform}",
        "rounds": rounds,
        **found,
        "accuracy": accuracy(clip),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the race and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="default: %(default)s")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs", help="default: docs")
    options = parser.parse_args(arguments)
    try:
        race = run(options.rounds)
    except (KnuckleError, RaceError) as error:
        print(f"browser: {error}", file=sys.stderr)
        return 1
    write_section(options.output, "benchmarks-browser.json", race)
    print(section(race))
    return 0


if __name__ == "__main__":
    sys.exit(main())
