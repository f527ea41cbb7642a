"""`knuckle models`: the networks in this package."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import OutputError
from ..io.whole import write_whole
from ..networks.bundle import write_bundle
from ..networks.models import MODELS, ORIGIN, ModelSpec, Variant
from ..options import VARIANTS
from .options import examples
from .outputs import check_targets

EXAMPLES = examples(
    "knuckle models | grep -A 9 hand_landmark_lite",
    "knuckle models --export hand_landmarker.task",
)


@click.command(epilog=EXAMPLES)
@click.option(
    "--export",
    "path",
    metavar="FILE.task",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the networks to a bundle for MediaPipe's Tasks API instead of listing them.",
)
@click.option(
    "--variant",
    type=click.Choice(VARIANTS),
    default="full",
    show_default=True,
    help="The variant of the bundle's hand network. The palm network is always the full one.",
)
@click.option("--force", is_flag=True, help="Replace an existing bundle.")
def models(path: Path | None, variant: Variant, force: bool) -> int:
    """List the networks in this package, or export them.

    For each it shows task, variant, input, outputs, parameters, multiply-adds, licence, origin and
    hash.
    """
    if path is not None:
        _export(path, variant, force=force)
        return 0
    for spec in MODELS.values():
        click.secho(spec.name, bold=True)
        for name, value in _facts(spec).items():
            click.echo(f"  {name:<15}{value}")
    return 0


def _export(path: Path, variant: Variant, *, force: bool) -> None:
    """Write a bundle. Raises OutputError or ModelMissing."""
    if path.suffix.lower() != ".task":
        raise OutputError(f"{path} must end in .task, as MediaPipe's bundles do")
    check_targets([path], inputs=[], force=force)
    with write_whole(path) as partial:
        write_bundle(partial, variant)


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
