"""`knuckle models`: the networks in this package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..errors import KnuckleError, OutputError
from ..io.whole import write_whole
from ..networks.bundle import write_bundle
from ..networks.engine import check_runnable, setups
from ..networks.files import verified_digest
from ..networks.models import MODELS, ORIGIN, Variant
from ..networks.setup import Setup, Wanted
from ..options import VARIANTS, NetworkOptions
from .options import examples, library_options
from .outputs import check_targets
from .report import Report

EXAMPLES = examples(
    "knuckle models --engine auto --precision fast",
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
@library_options(NetworkOptions, without={"variant", "threads"})
def models(path: Path | None, variant: Variant, force: bool, **options: Any) -> int:
    """List the networks in this package and how they run, or export them.

    For each it shows task, variant, input, outputs, parameters, multiply-adds, licence, origin, the
    engine, precision and device that the options come to on this machine, and the files with their
    hashes, which are checked.
    """
    if path is not None:
        _export(path, variant, force=force)
        return 0
    report = Report(quiet=False, verbose=False)
    for setup in _setups(Wanted(**options)):
        click.secho(setup.spec.name, bold=True)
        for name, value in {**_facts(setup), **_digests(setup, report)}.items():
            click.echo(f"  {name:<15}{value}")
    return int(report.problems > 0)


def _setups(wanted: Wanted) -> list[Setup]:
    """How each network runs here. Raises click.UsageError, ExtraMissing or CannotRunHere."""
    try:
        found = {s.spec.name: s for variant in VARIANTS for s in setups(variant, wanted)}
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    for setup in found.values():
        check_runnable(setup)
    return [found[name] for name in MODELS]


def _export(path: Path, variant: Variant, *, force: bool) -> None:
    """Write a bundle. Raises OutputError or ModelMissing."""
    if path.suffix.lower() != ".task":
        raise OutputError(f"{path} must end in .task, as MediaPipe's bundles do")
    check_targets([path], inputs=[], force=force)
    with write_whole(path) as partial:
        write_bundle(partial, variant)


def _facts(setup: Setup) -> dict[str, str]:
    spec, side = setup.spec, setup.spec.input_size
    return {
        "task": spec.task,
        "variant": spec.variant,
        "input": f"RGB uint8, batch x {side} x {side} x 3",
        "outputs": ", ".join(f"{t.name} {'x'.join(map(str, t.shape))}" for t in spec.outputs),
        "parameters": f"{spec.parameters:,}",
        "multiply-adds": f"{spec.macs / 1e6:.1f} million per picture",
        "licence": spec.licence,
        "origin": f"{ORIGIN}, {spec.member}",
        "runs in": f"{setup.engine}, {setup.precision}, on {setup.device}",
    }


def _digests(setup: Setup, report: Report) -> dict[str, str]:
    """The file that runs and the upstream file, with their hashes. Damage is reported."""
    rows = {}
    for name, path in {"file": setup.file, "upstream file": setup.spec.tflite}.items():
        try:
            rows[name] = f"{path.name}, SHA-256 {verified_digest(path)}"
        except KnuckleError as error:
            report.problem(error)
    return rows
