"""A short try of an installed knuckle: in Python, and on the command line.

Usage: python -I smoke.py PICTURE VERSION, in an empty folder and an environment with knuckle alone;
PICTURE is samples/open_palm.jpg.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import version
from pathlib import Path

TIP = (653.8, 206.1)  # of the index finger in the picture, pixels
TOLERANCE = 1.0  # pixels: engines and processors round differently
NETWORKS = 4


def expect(right: bool, wrong: str) -> None:
    """End with one sentence unless something is as it should be."""
    if not right:
        sys.exit(f"error: {wrong}")


def check_package(expected: str) -> None:
    """The package is the installed one, not one beside it, in the version that is expected."""
    import knuckle

    where = Path(knuckle.__file__).resolve()
    expect(where.is_relative_to(Path(sys.prefix).resolve()), f"knuckle was imported from {where}")
    versions = {knuckle.__version__, version("knuckle")}
    expect(versions == {expected}, f"knuckle is {' or '.join(versions)}, not {expected}")


def find_hand(picture: str) -> None:
    """`knuckle.detect` finds the hand of the picture."""
    import knuckle

    hands = knuckle.detect(next(iter(knuckle.open_source(picture))).image)
    expect(len(hands) == 1, f"there are {len(hands)} hands in {picture}, not one")
    [hand] = hands
    expect(hand.handedness == "right", f"the hand in {picture} is {hand.handedness}, not right")
    x, y = (float(number) for number in hand.index_tip)
    near = max(abs(x - TIP[0]), abs(y - TIP[1])) <= TOLERANCE
    expect(near, f"the index finger's tip is at ({x:.1f}, {y:.1f}), not at {TIP}")


def try_command_line(picture: str, expected: str) -> None:
    """The command finds the same hand, writes a table and a picture, and lists its networks."""
    command = str(Path(sysconfig.get_path("scripts")) / "knuckle")
    expect(expected in answer(command, "--version"), f"{command} --version does not say {expected}")
    with tempfile.TemporaryDirectory() as folder:
        outputs = [Path(folder) / name for name in ("hands.csv", "hands.jpg")]
        words = [word for path in outputs for word in ("-o", str(path))]
        expect("right" in answer(command, "detect", picture), "knuckle detect sees no right hand")
        answer(command, "detect", picture, "--quiet", *words)
        expect(all(path.is_file() for path in outputs), "knuckle detect wrote no table or picture")
    listed = answer(sys.executable, "-I", "-m", "knuckle", "models")
    found = listed.count("SHA-256")
    expect(found == NETWORKS, f"knuckle models lists {found} networks, not {NETWORKS}")


def answer(*command: str) -> str:
    """What a command prints; ends with the last line of its error output when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    reason = (done.stderr.splitlines() or ["no reason given"])[-1]
    expect(done.returncode == 0, f"`{' '.join(command)}` failed ({reason})")
    return done.stdout


if __name__ == "__main__":
    check_package(sys.argv[2])
    find_hand(sys.argv[1])
    try_command_line(*sys.argv[1:])
