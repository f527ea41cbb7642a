"""The contestants: knuckle on every engine and in every precision, and each peer; full and lite."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knuckle.evaluate.peers import PEERS
from knuckle.evaluate.peers.environment import peer_python
from knuckle.evaluate.peers.process import Contestant, versions
from knuckle.networks.bundle import write_bundle
from knuckle.networks.engine import FORMS, Form, can_run, setups
from knuckle.networks.models import Variant
from knuckle.networks.setup import Wanted

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


def default_form() -> tuple[str, str]:
    """The engine and the precision that knuckle has on this machine unless told otherwise."""
    _, hand = setups("full", Wanted())
    return hand.engine, hand.precision


def runnable_forms() -> list[Form]:
    """The engines and precisions that this machine can run, knuckle's default first."""
    default = default_form()
    return sorted(filter(can_run, FORMS), key=lambda f: (f.engine, f.precision) != default)


def _name(form: Form, variant: Variant) -> str:
    """What knuckle is called in the tables: the default has no other name."""
    if (form.engine, form.precision) == default_form():
        return f"knuckle, {variant}"
    return f"knuckle, {variant}, {form.engine}, {form.precision}"


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
                _name(form, variant),
                Contestant("knuckle", sys.executable, variant, form.engine, form.precision),
                REFERENCES[variant],
            )
            for form in runnable_forms()
            for variant in variants
        ),
        *(Entry(REFERENCES[v], Contestant("mediapipe-legacy", old, v), None) for v in variants),
        Entry(
            latest,
            Contestant("mediapipe-tasks", new, "full", bundle=str(bundle)),
            REFERENCES["full"],
        ),
    ]
