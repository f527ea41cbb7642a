"""Other hand trackers, each run through its public API in its own process and environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Interface = Literal["knuckle", "mediapipe-legacy", "mediapipe-tasks"]


@dataclass(frozen=True, slots=True)
class Peer:
    """A tracker to compare with."""

    name: str
    requirement: str  # what pip installs
    interface: Interface  # the API to call: a row of the table in `program.py`
    pythons: tuple[str, ...]  # versions that it has wheels for, the best first; empty for any


PEERS = {
    peer.name: peer
    for peer in (
        Peer(
            name="mediapipe-0.10.21",
            requirement="mediapipe==0.10.21",
            interface="mediapipe-legacy",
            pythons=("3.12", "3.11", "3.10", "3.9"),
        ),
        Peer(
            name="mediapipe-latest",
            requirement="mediapipe",
            interface="mediapipe-tasks",
            pythons=(),
        ),
    )
}
