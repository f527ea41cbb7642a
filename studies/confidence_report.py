"""The tables, the plot and the file of the weights of `studies.confidence`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knuckle.evaluate.metrics.calibration import calibration_error, rejection_area, reliability
from knuckle.evaluate.values import Array
from knuckle.extras import import_extra
from knuckle.stages.confidence import CLOSE
from knuckle.stages.confidence_weights import Signs, Weights
from knuckle.values import FloatArray

COLOURS = {
    "knuckle": "#2f6fd0",
    "knuckle, with spread": "#0f9960",
    "presence alone": "#d06f00",
    "constant per joint": "#8a8f98",
}


THRESHOLDS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Judged:
    """Figures of confidences against true errors."""

    joints: int
    close: float  # share within CLOSE
    said: float  # mean confidence
    brier: float
    calibration: float
    chance: float  # mean error, which is the area for a random order
    area: float
    oracle: float
    correlation: float  # Spearman's, between doubt and error

    @classmethod
    def of(cls, confidences: Array, errors: Array) -> Judged:
        """confidences, errors: of one shape."""
        said, error = confidences.ravel(), errors.ravel()
        close = error <= CLOSE
        once = np.ones(len(said))
        return cls(
            joints=len(said),
            close=float(close.mean()),
            said=float(said.mean()),
            brier=float(((said - close) ** 2).mean()),
            calibration=float(calibration_error(said[None], error[None], np.ones(1))),
            chance=float(error.mean()),
            area=float(rejection_area(said, error, once)),
            oracle=float(rejection_area(-error, error, once)),
            correlation=float(np.corrcoef(_ranks(-said), _ranks(error))[0, 1]),
        )

    @property
    def gain(self) -> float:
        """0 for a random order, 1 for the order of the true errors."""
        return (self.chance - self.area) / (self.chance - self.oracle)


def _ranks(values: Array) -> Array:
    """Ranks of values. Equal values share their mean rank."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(count)
    return np.asarray((ends - (count + 1) / 2)[place], np.float64)


def judged_table(title: str, rows: Sequence[tuple[str, str, Judged]]) -> str:
    """In Markdown."""
    lines = [
        f"### {title}",
        "",
        "| set | confidence | joints | close | said | Brier | ECE | area | chance | oracle | gain "
        "| Spearman |",
        "|---|---|" + "---:|" * 10,
    ]
    lines += [
        f"| {where} | {who} | {one.joints} | {one.close:.3f} | {one.said:.3f} | {one.brier:.3f} "
        f"| {one.calibration:.3f} | {one.area:.4f} | {one.chance:.4f} | {one.oracle:.4f} "
        f"| {one.gain:.2f} | {one.correlation:.2f} |"
        for where, who, one in rows
    ]
    return "\n".join(lines)


def threshold_table(title: str, confidences: Array, errors: Array) -> str:
    """How many joints are left, and how good they are, at several thresholds; in Markdown."""
    lines = [f"### {title}", "", "| confidence above | joints kept | close | mean error |"]
    lines.append("|---:|" + "---:|" * 3)
    for threshold in THRESHOLDS:
        kept = confidences >= threshold
        lines.append(
            f"| {threshold:g} | {kept.mean():.3f} | {(errors[kept] <= CLOSE).mean():.3f} "
            f"| {errors[kept].mean():.4f} |"
        )
    return "\n".join(lines)


def draw(path: Path, is_real: NDArray[np.bool_], said: Mapping[str, tuple[Array, Array]]) -> None:
    """Plot reliability and error-rejection curves of held-out pictures.

    said: confidences and errors, (n, 21) each, by contestant. is_real: (n,) True for photographs.
    """
    figures = import_extra("matplotlib.figure", purpose="plots", extra="plot")
    figure = figures.Figure(figsize=(11, 4.4), layout="constrained", dpi=130)
    left, right = figure.subplots(1, 2)
    left.plot([0, 1], [0, 1], ":", color="#444444", lw=1)
    for name, chosen, style in (("photographs", is_real, "-"), ("rendered", ~is_real, "--")):
        for who in ("knuckle", "knuckle, with spread"):
            confidences, errors = said[who]
            curve = reliability(confidences[chosen], errors[chosen])
            look = {"color": COLOURS[who], "lw": 1.6, "label": f"{who}, {name}"}
            left.plot(curve.said, curve.true, style, **look)
            sizes = 4 + 160 * curve.count / curve.count.sum()
            left.scatter(curve.said, curve.true, sizes, color=COLOURS[who])
    left.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="confidence", title="Reliability")
    left.set_ylabel(f"share within {CLOSE:g} palm lengths")
    left.legend(frameon=False, loc="upper left")
    for who, (confidences, errors) in said.items():
        _rejection(right, confidences[is_real].ravel(), errors[is_real].ravel(), who, COLOURS[who])
    errors = said["knuckle"][1][is_real].ravel()
    _rejection(right, -errors, errors, "order of the true errors", "black")
    right.axhline(errors.mean(), color="#444444", ls=":", lw=1)
    right.set(xlim=(0, 1), ylim=(0, 0.12), title="Error and rejection, photographs")
    right.set_xlabel("share of joints rejected, the least confident first")
    right.set_ylabel("mean error of those kept, palm lengths")
    right.legend(frameon=False, loc="lower left")
    for axes in (left, right):
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)


def _rejection(axes: Any, scores: Array, errors: Array, name: str, colour: str) -> None:
    random = np.random.default_rng(0).permutation(len(errors))  # a random order among equal scores
    order = random[np.argsort(-scores[random], kind="stable")]
    kept = np.arange(1, len(errors) + 1)
    mean = np.cumsum(errors[order]) / kept
    shown = kept > len(errors) // 100  # the mean of only a few is noise
    axes.plot(1 - kept[shown] / len(kept), mean[shown], color=colour, lw=1.6, label=name)


def fitted_json(alone: Weights, together: Weights, bone_shares: Array | FloatArray) -> str:
    """The content of the file of the weights, with significant digits. bone_shares: (20,)."""
    content = {
        "about": ABOUT,
        "alone": _weights(alone),
        "together": _weights(together),
        "bone_shares": numbers(bone_shares),
    }
    text = json.dumps(content, indent=2)
    # Each list of numbers goes on one line, so that readers can compare rows.
    return re.sub(r"\[[^\[\]\"]+\]", _on_one_line, text) + "\n"


def _on_one_line(found: re.Match[str]) -> str:
    return " ".join(found.group().split()).replace("[ ", "[").replace(" ]", "]")


def _weights(weights: Weights) -> dict[str, object]:
    return {
        "level": [round(level, 2) for level in weights.level.tolist()],
        "signs": dict(zip(Signs._fields, numbers(np.array(weights.signs)), strict=True)),
        "residual": round(weights.residual, 3),
        "spread": round(weights.spread, 3),
    }


def numbers(values: Array | FloatArray) -> list[float]:
    """Round values to the digits that are written."""
    return [round(value, 3) for value in values.tolist()]


ABOUT = [
    "Written by studies/confidence.py, not by hand.",
    "Fitted to readings of hgc_realworld (318 photographs of one person's left hand, its joints "
    "moved to where MediaPipe has them), rhd_mmpose (3) and our rendered samples (6 pictures, 150 "
    "frames), plain and made hard (small, far, turned, dark, blurred, noisy, compressed, cut off, "
    "read in a moved ROI).",
]
