"""How well the numbers of the compatibility layer agree with mediapipe's.

    python bench/parity.py [--data FOLDER] [--every N] [--python PEER=PYTHON]

It makes the same calls with the same pictures and clips to a real mediapipe 0.10.21 (legacy and
Tasks), the newest mediapipe (Tasks), and `knuckle.compat.mediapipe`, each in its own process, and
prints one table. Each mediapipe is installed once into its own virtual environment. FOLDER has sets
of pictures as images/ and clips as *.mp4; by default the repository's samples are used.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parent.parent))
from bench.scenarios import SAMPLES
from knuckle.evaluate.peers import PEERS, Interface
from knuckle.evaluate.peers.environment import peer_python
from knuckle.evaluate.peers.process import Contestant, Process, Request, versions
from knuckle.io.sources import open_source
from knuckle.networks.bundle import write_bundle

SLOTS = 2
CHUNK = 100  # pictures per file, so that a clip need not fit into memory
PICTURES = (".jpg", ".png")


@dataclass(frozen=True, slots=True)
class Pair:
    """A mediapipe, and knuckle in its place."""

    name: str
    upstream: Contestant
    ours: Contestant


@dataclass
class Agreement:
    """How well the two answers of a pair agree."""

    pictures: int = 0
    same_count: int = 0
    upstream_hands: int = 0
    our_hands: int = 0
    same_label: int = 0
    points: list[float] = field(default_factory=list)  # mean distance per hand, image pixels
    world: list[float] = field(default_factory=list)  # mean distance per hand, mm

    def add(self, theirs: list[dict[str, Any]], ours: list[dict[str, Any]]) -> None:
        """Compare two answers for one picture, hand by hand in their order."""
        self.pictures += 1
        self.upstream_hands += len(theirs)
        self.our_hands += len(ours)
        if len(theirs) != len(ours):
            return
        self.same_count += 1
        for one, other in zip(theirs, ours, strict=True):
            self.points.append(mean_distance(one["points"], other["points"]))
            self.world.append(1000 * mean_distance(one["world"], other["world"]))
            self.same_label += one["handedness"] == other["handedness"]

    def row(self) -> list[str]:
        """The cells of its row in the table."""
        spread = [0.0] if not self.points else self.points
        return [
            f"{self.same_count}/{self.pictures}",
            f"{self.upstream_hands} / {self.our_hands}",
            f"{self.same_label}/{len(self.points)}",
            f"{np.mean(spread):.4f}",
            f"{np.max(spread):.3f}",
            f"{np.mean(self.world or [0.0]):.4f}",
        ]


def mean_distance(points: Any, others: Any) -> float:
    """The mean distance of corresponding points."""
    return float(np.linalg.norm(np.subtract(points, others), axis=1).mean())


class Material(NamedTuple):
    """Pictures in a file, all of one size."""

    name: str
    path: Path  # .npy
    length: int
    still: bool


def pairs(pythons: dict[str, str], folder: Path) -> list[Pair]:
    """Every interface of every mediapipe, against ours as exact as possible and by default."""
    bundle = folder / "hand_landmarker.task"
    write_bundle(bundle)
    old, new = (pythons.get(name) or str(peer_python(PEERS[name])) for name in PEERS)
    rows: list[tuple[str, Interface, str, tuple[str, ...]]] = [
        ("0.10.21 legacy, exact", "mediapipe-legacy", old, ("exact",)),
        ("0.10.21 legacy", "mediapipe-legacy", old, ()),
    ]
    both = ("exact", "upstream_palm_angle")
    for python in (old, new):
        release = versions(python)["mediapipe"]
        rows.append((f"{release} Tasks, exact, its palm angle", "mediapipe-tasks", python, both))
        rows.append((f"{release} Tasks", "mediapipe-tasks", python, ()))
    return [
        Pair(
            name,
            Contestant(interface, python, bundle=str(bundle)),
            Contestant(
                interface,
                sys.executable,
                bundle=str(bundle),
                library="knuckle.compat.mediapipe",
                switches=switches,
            ),
        )
        for name, interface, python, switches in rows
    ]


def materials(data: Path | None, every: int, folder: Path) -> Iterator[Material]:
    """The pictures by set and size, then the clips in parts."""
    root = data or SAMPLES
    sets: dict[tuple[str, tuple[int, int]], list[Any]] = {}
    files = sorted(p for p in root.rglob("*") if p.suffix.lower() in PICTURES)
    for path in files[::every]:
        with Image.open(path) as picture:
            image = np.asarray(picture.convert("RGB"))
        group = "samples" if data is None else path.relative_to(root).parts[0]
        sets.setdefault((group, image.shape[:2]), []).append(image)
    for index, ((name, _), images) in enumerate(sets.items()):
        path = folder / f"pictures-{index}.npy"
        np.save(path, np.stack(images))
        yield Material(name, path, len(images), still=True)
    for clip in sorted(root.rglob("*.mp4")):
        frames: list[Any] = []
        for frame in open_source(clip):
            frames.append(frame.image)
            if len(frames) == CHUNK:
                yield _part(folder, clip, frames)
                frames = []
        if frames:
            yield _part(folder, clip, frames)


def _part(folder: Path, clip: Path, frames: list[Any]) -> Material:
    path = folder / "clip.npy"
    np.save(path, np.stack(frames))
    return Material(clip.name, path, len(frames), still=False)


def compare(pair: Pair, found: list[Material] | Iterator[Material]) -> dict[str, Agreement]:
    """Measure the agreement of a pair, by set and by clip."""
    agreements: dict[str, Agreement] = {}
    with Process(pair.upstream) as upstream, Process(pair.ours) as ours:
        for material in found:
            request = Request(
                stream=f"{material.name} {material.still}",
                slots=SLOTS,
                still=material.still,
                path=str(material.path),
                indices=list(range(material.length)),
            )
            answers = zip(upstream.ask(request).hands, ours.ask(request).hands, strict=True)
            for theirs, mine in answers:
                agreements.setdefault(material.name, Agreement()).add(theirs, mine)
    return agreements


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--every", type=click.IntRange(min=1), default=1, help="Use every Nth picture.")
@click.option("--only", default="", help="Only pairs with this text in their name.")
@click.option("--python", "pythons", multiple=True, metavar="PEER=PYTHON")
def main(data: Path | None, every: int, only: str, pythons: tuple[str, ...]) -> None:
    """Print how the numbers of knuckle's compatibility layer agree with mediapipe's."""
    named = dict(entry.split("=", 1) for entry in pythons)
    table = Table("mediapipe", "shown", "same count", "hands", "same label")
    for title in ("mean px", "worst hand px", "world mm"):
        table.add_column(title, justify="right")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for pair in pairs(named, folder):
            if only not in pair.name:
                continue
            for shown, agreement in compare(pair, materials(data, every, folder)).items():
                table.add_row(pair.name, shown, *agreement.row())
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
