"""The contestants: knuckle on every engine, each peer on its own Python; full and lite."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from knuckle.evaluate.peers import PEERS
from knuckle.evaluate.peers.environment import peer_python
from knuckle.evaluate.peers.process import Contestant, versions
from knuckle.networks.bundle import write_bundle
from knuckle.networks.engine import DEFAULT_ENGINE, ENGINES
from knuckle.networks.models import Variant

REFERENCES: dict[Variant, str] = {
    "full": "mediapipe 0.10.21, complexity 1",
    "lite": "mediapipe 0.10.21, complexity 0",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the tables."""

    name: str
    contestant: Contestant
    reference: str | None  # the entry to divide its figures by; None if it is one itself


def installed_engines() -> list[str]:
    """The engines whose packages are installed, the default first."""
    packages = {"litert": "ai_edge_litert"}
    return [name for name in ENGINES if find_spec(packages.get(name, name))]


def entries(pythons: Mapping[str, str], folder: Path) -> list[Entry]:
    """All contestants, knuckle first.

    pythons: interpreters that have a peer, by the peer's name. Other peers are installed.
    folder: where to write the bundle for the Tasks API.
    Raises PeerError when a peer cannot be installed.
    """
    bundle = folder / "hand_landmarker.task"
    write_bundle(bundle)
    old, new = (pythons.get(name) or str(peer_python(PEERS[name])) for name in PEERS)
    latest = f"mediapipe {versions(new)['mediapipe']} Tasks"
    variants: tuple[Variant, ...] = ("full", "lite")
    return [
        *(
            Entry(
                f"knuckle, {variant}" + ("" if engine == DEFAULT_ENGINE else f", {engine}"),
                Contestant("knuckle", sys.executable, variant, engine),
                REFERENCES[variant],
            )
            for engine in installed_engines()
            for variant in variants
        ),
        *(Entry(REFERENCES[v], Contestant("mediapipe-legacy", old, v), None) for v in variants),
        Entry(
            latest,
            Contestant("mediapipe-tasks", new, "full", bundle=str(bundle)),
            REFERENCES["full"],
        ),
    ]
