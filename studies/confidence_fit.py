"""The compared models of the confidence, fitted to readings with known ground truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knuckle.evaluate.metrics.distances import palm_length
from knuckle.evaluate.values import Array
from knuckle.spec import Landmark
from knuckle.stages import confidence as model
from knuckle.stages.confidence_weights import ALONE, Signs, Weights
from knuckle.values import Roi
from studies.joint_offsets import points_of, without_offsets
from studies.logistic import fit_logistic, sigmoid
from studies.readings import Readings

REAL = "hgc_realworld"
FOLDS = 5
REAL_SHARE = 1 / 1.4  # of the weight goes to photographs; rendered frames are many and alike
SCALE = 2000.0  # the number of readings that the whole set counts as, against the ridge
LEVEL_RIDGE, SIGN_RIDGE = 2.0, 1.0
JOINTS = len(Landmark)

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """The n readings of 21 joints each that a model is fitted to."""

    readings: Readings
    errors: Array  # (n, 21) palm lengths, after removing the set's offsets
    raw_errors: Array  # (n, 21) palm lengths, from the ground truth as annotated
    signs: Array  # (n, 21, 7) of `Signs`
    spread: Array  # (n, 21) logarithm of the spread
    weights: Array  # (n,)
    fold: NDArray[np.int64]  # (n,) the part that the picture is in

    @property
    def is_real(self) -> Bools:
        """Which readings are of photographs, not rendered; (n,)."""
        return np.asarray(self.readings.set == REAL)

    @property
    def is_streamed(self) -> Bools:
        """Which readings have a residual; (n,)."""
        return np.asarray(~np.isnan(self.readings.residual).any(axis=1))


@dataclass(frozen=True, slots=True)
class Recipe:
    """The signs that a model uses."""

    name: str
    signs: tuple[str, ...] = Signs._fields
    spread: bool = False
    by_joint: bool = True  # one level for each joint, or one for all


OURS, SPREAD = Recipe("knuckle"), Recipe("knuckle, with spread", spread=True)
RECIPES = (
    Recipe("constant per joint", ()),
    Recipe("presence alone", ("absence",), by_joint=False),
    OURS,
    SPREAD,
)
POORER = tuple(
    Recipe(f"without {name}", tuple(other for other in Signs._fields if other != name))
    for name in Signs._fields
)


def material_of(readings: Readings) -> Material:
    """Compute the errors and signs of readings."""
    truth = without_offsets(readings, REAL)
    points = points_of(readings)
    real = readings.set == REAL
    count = np.zeros(len(readings), np.int64)
    for name in np.unique(readings.set):
        chosen = readings.set == name
        count[chosen] = readings.order[chosen].max() + 1
    share = np.where(
        real, REAL_SHARE / max(real.sum(), 1), (1 - REAL_SHARE) / max((~real).sum(), 1)
    )
    return Material(
        readings=readings,
        errors=_errors(points, truth),
        raw_errors=_errors(points, readings.truth),
        signs=np.stack([_signs(readings, i) for i in range(len(readings))]),
        spread=np.log(readings.spread + model.SPREAD_FLOOR),
        weights=SCALE * share,
        fold=readings.order * FOLDS // count,
    )


def _errors(points: Array, truth: Array) -> Array:
    palms = np.array([palm_length(points) for points in truth])
    return np.asarray(np.linalg.norm(points - truth, axis=2) / palms[:, None], np.float64)


def _signs(readings: Readings, i: int) -> Array:
    width, height = readings.size[i].astype(int).tolist()
    signs = model.signs_of(
        readings.landmarks[i].astype(np.float32),
        readings.world[i].astype(np.float32),
        roi=Roi(*readings.roi[i].tolist()),
        size=(width, height),
        presence=float(readings.presence[i]),
    )
    return np.stack([np.broadcast_to(sign, JOINTS) for sign in signs], axis=1).astype(np.float64)


def fit(material: Material, recipe: Recipe, chosen: Bools) -> Array:
    """Fit the coefficients: 21 levels, then one for each of the recipe's signs."""
    columns = _columns(material, recipe, chosen)
    extra = columns.shape[1] - JOINTS
    return fit_logistic(
        columns,
        (material.errors[chosen] <= model.CLOSE).ravel(),
        np.repeat(material.weights[chosen], JOINTS),
        np.array([LEVEL_RIDGE if recipe.by_joint else 1e-6] * JOINTS + [SIGN_RIDGE] * extra),
        np.arange(JOINTS + extra) >= JOINTS,
    )


def predicted(material: Material, recipe: Recipe, found: Array, chosen: Bools) -> Array:
    """Confidences of the chosen readings; (m, 21)."""
    return sigmoid(_columns(material, recipe, chosen) @ found).reshape(-1, JOINTS)


def _columns(material: Material, recipe: Recipe, chosen: Bools) -> Array:
    """The regressors (m * 21, 21 + k): an indicator of the joint, and its k signs."""
    count = int(chosen.sum())
    wanted = [Signs._fields.index(name) for name in recipe.signs]
    levels = np.eye(JOINTS) if recipe.by_joint else np.eye(JOINTS)[:1].repeat(JOINTS, axis=0)
    parts = [
        np.tile(levels, (count, 1)),
        material.signs[chosen][:, :, wanted].reshape(count * JOINTS, len(wanted)),
    ]
    if recipe.spread:
        parts.append(material.spread[chosen].reshape(-1, 1))
    return np.concatenate(parts, axis=1)


def held_out(material: Material, recipe: Recipe) -> Array:
    """Confidences of every reading from a model that has not seen its picture; (n, 21)."""
    confidences = np.full(material.errors.shape, np.nan)
    for fold in range(FOLDS):
        ours = material.fold == fold
        confidences[ours] = predicted(material, recipe, fit(material, recipe, ~ours), ours)
    return confidences


def of_the_package(material: Material) -> Array:
    """Confidences of every reading from the package's weights; (n, 21)."""
    return sigmoid(ALONE.level + material.signs @ np.array(ALONE.signs))


def across(material: Material, recipe: Recipe) -> Array:
    """Confidences of photographs from a model of rendered hands, and vice versa; (n, 21)."""
    confidences = np.full(material.errors.shape, np.nan)
    for ours in (material.is_real, ~material.is_real):
        confidences[ours] = predicted(material, recipe, fit(material, recipe, ~ours), ours)
    return confidences


def fit_residual(material: Material, log_odds: Array, chosen: Bools) -> float:
    """Fit the weight of `surprise`, with all other weights fixed.

    log_odds: (n, 21) log odds without `surprise`. chosen: readings with a known residual.
    """
    signs = model.surprise(material.readings.residual[chosen].astype(np.float32))
    [weight] = fit_logistic(
        signs.reshape(-1, 1).astype(np.float64),
        (material.errors[chosen] <= model.CLOSE).ravel(),
        np.full(signs.size, SCALE / max(signs.size, 1)),
        np.array([SIGN_RIDGE]),
        np.array([True]),
        log_odds[chosen].ravel(),
    )
    return float(weight)


def with_residual(material: Material, confidences: Array) -> Array:
    """Held-out confidences that use the residual where it is known, fitted to the other parts."""
    log_odds = np.log(confidences / (1 - confidences))
    known = material.is_streamed
    result = confidences.copy()
    for fold in range(FOLDS):
        ours = known & (material.fold == fold)
        weight = fit_residual(material, log_odds, known & (material.fold != fold))
        surprise = model.surprise(material.readings.residual[ours].astype(np.float32))
        result[ours] = sigmoid(log_odds[ours] + weight * surprise)
    return result


def weights_of(material: Material, recipe: Recipe) -> Weights:
    """The weights of a model fitted to all readings."""
    everything = np.ones(len(material.readings), np.bool_)
    found = fit(material, recipe, everything)
    log_odds = (_columns(material, recipe, everything) @ found).reshape(-1, JOINTS)
    known = material.is_streamed
    count = len(Signs._fields)
    return Weights(
        level=found[:JOINTS].astype(np.float32),
        signs=tuple(found[JOINTS : JOINTS + count].tolist()),
        residual=fit_residual(material, log_odds, known),
        spread=float(found[-1]) if recipe.spread else 0.0,
    )
