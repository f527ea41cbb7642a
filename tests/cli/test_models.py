"""`knuckle models`."""

from __future__ import annotations

import pytest

from knuckle.models import MODELS, ModelSpec
from tests.cli.conftest import Run

SPECS = pytest.mark.parametrize("spec", MODELS.values(), ids=lambda spec: spec.name)


def entry_of(spec: ModelSpec, text: str) -> str:
    """The lines about one network."""
    _, _, rest = text.partition(f"{spec.name}\n")
    lines = rest.splitlines()
    length = next((i for i, line in enumerate(lines) if not line.startswith(" ")), len(lines))
    return "\n".join(lines[:length])


def test_every_network_is_listed(run: Run) -> None:
    """In the order of the table, and nothing is complained about."""
    result = run("models")
    names = [line for line in result.out.splitlines() if not line.startswith(" ")]

    assert (0, "") == (result.status, result.err)
    assert list(MODELS) == names


@SPECS
def test_a_network_is_described(spec: ModelSpec, run: Run) -> None:
    """Task, variant, input, outputs, parameters, MACs, licence, origin, hash."""
    entry = entry_of(spec, run("models").out)
    facts = [
        *(spec.task, spec.variant, f"{spec.input_size} x {spec.input_size} x 3"),
        *(f"{tensor.name} {'x'.join(map(str, tensor.shape))}" for tensor in spec.outputs),
        *(f"{spec.parameters:,}", f"{spec.macs / 1e6:.1f} million", spec.licence),
        *("mediapipe==0.10.21", spec.member, spec.sha256),
    ]

    assert [] == [fact for fact in facts if fact not in entry]


def test_a_pipe_gets_no_colours(run: Run) -> None:
    """Plain text for grep."""
    assert "\x1b" not in run("models").out
