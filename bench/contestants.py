"""Who races: knuckle on this Python, every peer on its own; full networks and lite ones."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knuckle.models import Variant
from knuckle.peers import PEERS
from knuckle.peers.bundle import write_bundle
from knuckle.peers.environment import peer_python
from knuckle.peers.process import Contestant, versions

REFERENCES: dict[Variant, str] = {
    "full": "mediapipe 0.10.21, complexity 1",
    "lite": "mediapipe 0.10.21, complexity 0",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the tables."""

    name: str
    contestant: Contestant
    reference: str | None  # the entry that its ratios are over; None: it is one itself


def entries(pythons: Mapping[str, str], folder: Path) -> list[Entry]:
    """Everybody, knuckle first.

    pythons: by the peer's name, an interpreter that has it; the others are set up.
    folder: for the bundle that the Tasks API wants.
    Raises PeerError when a peer cannot be set up.
    """
    bundle = folder / "hand_landmarker.task"
    write_bundle(bundle)
    old, new = (pythons.get(name) or str(peer_python(PEERS[name])) for name in PEERS)
    latest = f"mediapipe {versions(new)['mediapipe']} Tasks"
    variants: tuple[Variant, ...] = ("full", "lite")
    return [
        *(
            Entry(f"knuckle, {v}", Contestant("knuckle", sys.executable, v), REFERENCES[v])
            for v in variants
        ),
        *(Entry(REFERENCES[v], Contestant("mediapipe-legacy", old, v), None) for v in variants),
        Entry(
            latest,
            Contestant("mediapipe-tasks", new, "full", bundle=str(bundle)),
            REFERENCES["full"],
        ),
    ]
