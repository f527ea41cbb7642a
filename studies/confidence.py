"""Fits the confidence of joints, judges it on held-out pictures, and plots it.

    python -m studies.confidence --data ../shared/data --plot docs/images/confidence.png

Pictures are split into five parts, with neighbours, and all changes of a picture, in the same part.
Every part is judged with a model fitted to the other four. `--write FILE` writes the model of all
pictures to src/knuckle/fitted/confidence.json, or another file, and leaves its bones unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from knuckle.evaluate.values import Array
from knuckle.networks.models import Variant
from knuckle.options import VARIANTS
from knuckle.spec import Landmark
from knuckle.stages.confidence_weights import ALONE, BONE_SHARES, TOGETHER
from studies.confidence_fit import (
    OURS,
    POORER,
    REAL,
    RECIPES,
    SPREAD,
    Bools,
    Material,
    Recipe,
    across,
    held_out,
    material_of,
    of_the_package,
    weights_of,
    with_residual,
)
from studies.confidence_report import (
    Judged,
    draw,
    fitted_json,
    judged_table,
    numbers,
    threshold_table,
)
from studies.readings import PLAIN, Readings, bone_shares, collect, load, people_bones

RESIDUAL = "knuckle, with residual"


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """A contestant's confidences for every reading, and the true errors; (n, 21) each."""

    confidences: Array
    errors: Array  # palm lengths

    def judged(self, chosen: Bools, joint: slice = slice(None)) -> Judged:
        """Judge the chosen readings, (n,), over all joints or one."""
        return Judged.of(self.confidences[chosen][:, joint], self.errors[chosen][:, joint])


@dataclass(frozen=True, slots=True)
class Materials:
    """Readings of each hand: a single one, and the mean of several."""

    alone: Material
    together: Material

    def of(self, recipe: Recipe) -> Material:
        """The material that a recipe is fitted to."""
        return self.together if recipe.spread else self.alone

    def said(self, confide: Callable[[Material, Recipe], Array]) -> dict[str, Said]:
        """By contestant."""
        return {
            recipe.name: Said(confide(self.of(recipe), recipe), self.of(recipe).errors)
            for recipe in RECIPES
        }


def tables(materials: Materials, found: Mapping[str, Said]) -> list[str]:
    """The report in Markdown. found: held-out confidences, by contestant."""
    alone = materials.alone
    real, plain = alone.is_real, np.asarray(alone.readings.change == PLAIN)
    ours = found[OURS.name]
    streamed = {
        OURS.name: ours,
        RESIDUAL: Said(with_residual(alone, ours.confidences), ours.errors),
    }
    sets = {
        f"{REAL}, plain": real & plain,
        f"{REAL}, with changes": real,
        "rendered, with changes": ~real,
    }
    changes = sorted({change.split(",")[0] for change in alone.readings.change.tolist()})
    return [
        _table(
            "Pictures held out",
            found,
            sets,
        ),
        _table(
            "Fitted to the other kind of set",
            materials.said(across),
            {f"{REAL}, fitted to rendered": real, f"rendered, fitted to {REAL}": ~real},
        ),
        _table(
            "Without one sign, held out",
            {
                recipe.name: Said(held_out(alone, recipe), alone.errors)
                for recipe in (OURS, *POORER)
            },
            {f"{REAL}, with changes": real, "rendered, with changes": ~real},
        ),
        threshold_table(
            f"Thresholds, {REAL}, plain, held out",
            ours.confidences[real & plain],
            ours.errors[real & plain],
        ),
        _table(
            "The package's weights, fitted to these pictures with the full networks",
            {OURS.name: Said(of_the_package(alone), alone.errors)},
            sets,
        ),
        _table("In a stream, held out", streamed, {"clip": alone.is_streamed}),
        _table(
            f"By change, {REAL}, held out",
            {OURS.name: ours},
            {
                name: real & np.char.startswith(alone.readings.change, name)  # and in a moved ROI
                for name in changes
            },
        ),
        _table(
            "To the truth as annotated",
            {OURS.name: Said(ours.confidences, alone.raw_errors)},
            {f"{REAL}, plain": real & plain},
        ),
        judged_table(
            f"By joint, {REAL}, plain, held out",
            [
                (joint.name.lower(), OURS.name, ours.judged(real & plain, slice(joint, joint + 1)))
                for joint in Landmark
            ],
        ),
    ]


def _table(title: str, said: Mapping[str, Said], sets: Mapping[str, Bools]) -> str:
    return judged_table(
        title,
        [
            (where, who, mine.judged(chosen))
            for where, chosen in sets.items()
            for who, mine in said.items()
        ],
    )


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--readings",
    type=click.Path(path_type=Path),
    help="Keep the readings in this file, and read it if it exists.",
)
@click.option("--plot", type=click.Path(path_type=Path), help="Write the plot here.")
@click.option("--write", type=click.Path(path_type=Path), help="Write the weights here.")
@click.option("--variant", type=click.Choice(VARIANTS), default="full", show_default=True)
@click.option(
    "--bones", is_flag=True, help="Print only the usual bones, and write them with --write."
)
def main(
    data: Path | None,
    readings: Path | None,
    plot: Path | None,
    write: Path | None,
    variant: Variant,
    bones: bool,
) -> None:
    """Fit the confidence of joints and print how well it does."""
    if readings and readings.exists():
        found = load(readings)
    else:
        found = collect(data, click.echo, variant)
        if readings:
            found.save(readings)
    if bones:
        shares = usual_bones(data, found)
        click.echo(numbers(shares))
        if write:
            write.write_text(fitted_json(ALONE, TOGETHER, shares))
        return
    materials = Materials(material_of(found), material_of(found.averaged()))
    said = materials.said(held_out)
    click.echo("\n\n".join(tables(materials, said)))
    if plot:
        real = materials.alone.is_real
        draw(plot, real, {who: (mine.confidences, mine.errors) for who, mine in said.items()})
    if write:
        alone, together = (weights_of(materials.of(recipe), recipe) for recipe in (OURS, SPREAD))
        write.write_text(fitted_json(alone, together, BONE_SHARES))


def usual_bones(data: Path | None, readings: Readings) -> Array:
    """The mean over sets, with and without ground truth, of each set's median bones."""
    size = np.column_stack([readings.size, readings.size[:, 0]])
    shares = bone_shares(readings.landmarks * size[:, None])
    real = readings.set == REAL
    medians = [np.median(shares[c], axis=0) for c in (real, ~real) if c.any()]
    return np.mean([*medians, *(people_bones(data) if data else ())], axis=0)


if __name__ == "__main__":
    main()
