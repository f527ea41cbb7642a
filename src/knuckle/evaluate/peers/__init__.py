"""Other hand trackers, run by their public interface in processes and environments of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Interface = Literal["knuckle", "mediapipe-legacy", "mediapipe-tasks"]


@dataclass(frozen=True, slots=True)
class Peer:
    """A tracker to compare with, as pip knows it."""

    name: str
    requirement: str  # what pip installs
    interface: Interface  # how it is asked: a row of the table in `program.py`
    pythons: tuple[str, ...]  # it has wheels for these, the best one first; empty: for any


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
