"""`knuckle models`: the networks in this package."""

from __future__ import annotations

import click

from ..models import MODELS, ORIGIN, ModelSpec
from .options import examples

EXAMPLES = examples("knuckle models", "knuckle models | grep -A 9 hand_landmark_lite")


@click.command(epilog=EXAMPLES)
def models() -> int:
    """List the networks in this package.

    Task, variant, input, outputs, parameters, multiply-adds, licence, origin and hash of each.
    """
    for spec in MODELS.values():
        click.secho(spec.name, bold=True)
        for name, value in _facts(spec).items():
            click.echo(f"  {name:<15}{value}")
    return 0


def _facts(spec: ModelSpec) -> dict[str, str]:
    side = spec.input_size
    return {
        "task": spec.task,
        "variant": spec.variant,
        "input": f"RGB uint8, batch x {side} x {side} x 3",
        "outputs": ", ".join(f"{t.name} {'x'.join(map(str, t.shape))}" for t in spec.outputs),
        "parameters": f"{spec.parameters:,}",
        "multiply-adds": f"{spec.macs / 1e6:.1f} million per picture",
        "licence": spec.licence,
        "origin": f"{ORIGIN}, {spec.member}",
        "SHA-256": spec.sha256,
    }
