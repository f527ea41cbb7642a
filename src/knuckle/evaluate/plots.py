"""The plots of a report, as SVG that is put into its page."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..extras import import_extra
from ..spec import Landmark
from .figures import PCK_LIMIT, pck_curve
from .results import Curve, PictureSetScores
from .values import Array

COLOURS = ("#2f6fd0", "#e07b00")  # told apart by colour-blind people, on light and on dark
STYLES = ("-", "--")
WIDTHS = (3.2, 1.4)  # so that the second shows on the first where both are equal
MANY_LEVELS = 8  # more than that have no room side by side
GREY = "#8a8f98"  # axes and text, legible on light and on dark
PLOT_SIZE = (5.2, 3.1)  # inches, of which the page makes what it has room for
ERROR_LIMIT = 0.5  # palm lengths; larger errors share the last bar
ERROR_BARS = 25
PCK_POINTS = 81

Axes = Any
Draw = Callable[[Axes], None]


def picture_plots(
    scores: Sequence[PictureSetScores], contestants: Sequence[str]
) -> list[tuple[str, str]]:
    """Title and SVG of the plots that a set of pictures defines.

    Raises ExtraMissing without matplotlib.
    """
    if not (~np.isnan(scores[0].hands.shares)).any():
        return []
    return [
        ("Error of each joint", _svg(lambda axes: _joints(axes, scores, contestants), (10.6, 3.2))),
        ("Share of correct joints, PCK", _svg(lambda axes: _pck(axes, scores, contestants))),
        ("Errors of the hands found", _svg(lambda axes: _errors(axes, scores, contestants))),
    ]


def curve_plots(curves: Sequence[Curve], contestants: Sequence[str]) -> list[tuple[str, str]]:
    """Title and SVG of each curve of robustness: recall, and PCK area below it."""
    return [
        (curve.change, _svg(lambda axes, curve=curve: _curve(axes, curve, contestants)))  # type: ignore[misc]
        for curve in curves
    ]


def _svg(draw: Draw, size: tuple[float, float] = PLOT_SIZE) -> str:
    """An SVG element; the same drawing gives the same text, whenever it is made."""
    matplotlib = import_extra("matplotlib", purpose="an HTML report", extra="evaluate")
    figure_module = import_extra("matplotlib.figure", purpose="an HTML report", extra="evaluate")
    settings = {
        "svg.fonttype": "none",
        "svg.hashsalt": "knuckle",
        "font.family": "sans-serif",
        "font.size": 9,
        "text.color": GREY,
        "axes.labelcolor": GREY,
        "axes.edgecolor": GREY,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": GREY,
        "grid.alpha": 0.2,
        "legend.frameon": False,
    }
    with matplotlib.rc_context(settings):
        figure = figure_module.Figure(figsize=size, layout="constrained")
        figure.patch.set_alpha(0)
        axes = figure.add_subplot()
        axes.patch.set_alpha(0)
        draw(axes)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    svg = text.getvalue()
    return svg[svg.index("<svg") :]


def _joints(axes: Axes, scores: Sequence[PictureSetScores], contestants: Sequence[str]) -> None:
    """The mean error of every joint, a bar for each contestant."""
    width = 0.8 / len(scores)
    places = np.arange(len(Landmark))
    for i, (one, name) in enumerate(zip(scores, contestants, strict=True)):
        offset = (i - (len(scores) - 1) / 2) * width
        axes.bar(places + offset, _means(one.hands.joints), width, color=COLOURS[i], label=name)
    axes.set_xticks(places, [_label(landmark) for landmark in Landmark], rotation=45, ha="right")
    axes.set_ylabel("mean error, palm lengths")
    axes.grid(False, axis="x")
    _legend(axes, contestants)


def _label(landmark: Landmark) -> str:
    return landmark.name.lower().replace("_", " ").replace("cmc", "CMC").replace("mcp", "MCP")


def _means(joints: Array) -> Array:
    """Of each column over the rows that are known."""
    known = ~np.isnan(joints)
    count = known.sum(axis=0)
    sums = np.where(known, joints, 0).sum(axis=0)
    return np.divide(sums, count, out=np.full(len(count), np.nan), where=count > 0)


def _pck(axes: Axes, scores: Sequence[PictureSetScores], contestants: Sequence[str]) -> None:
    thresholds = np.linspace(0, PCK_LIMIT, PCK_POINTS)
    for i, (one, name) in enumerate(zip(scores, contestants, strict=True)):
        curve = pck_curve(one, thresholds)
        axes.plot(thresholds, curve, STYLES[i], color=COLOURS[i], lw=WIDTHS[i], label=name)
    axes.set(xlim=(0, PCK_LIMIT), ylim=(0, 1.02), ylabel="share of joints within it")
    axes.set_xlabel("threshold, longer side of the hand's box")
    _legend(axes, contestants)


def _errors(axes: Axes, scores: Sequence[PictureSetScores], contestants: Sequence[str]) -> None:
    edges = np.linspace(0, ERROR_LIMIT, ERROR_BARS + 1)
    for i, (one, name) in enumerate(zip(scores, contestants, strict=True)):
        error = one.hands.error[~np.isnan(one.hands.error)]
        missed = int((~one.hands.found).sum())
        label = f"{name}: {missed} missed" if missed else name
        counts, _ = np.histogram(np.minimum(error, ERROR_LIMIT - 1e-9), edges)
        axes.stairs(counts, edges, color=COLOURS[i], linestyle=STYLES[i], label=label, lw=WIDTHS[i])
    axes.set_xlabel(f"error, palm lengths; the last bar holds all from {edges[-2]:g} on")
    axes.set(xlim=(0, ERROR_LIMIT), ylabel="hands")
    axes.legend(loc="upper right")


def _curve(axes: Axes, curve: Curve, contestants: Sequence[str]) -> None:
    """Recall solid, PCK area dotted; the page says so once for all curves."""
    places = np.arange(len(curve.levels))
    for i in range(len(contestants)):
        if np.isnan(curve.recall[i]).all():
            continue
        look = {"color": COLOURS[i], "lw": WIDTHS[i]}
        axes.plot(places, curve.recall[i], "o-", ms=4, **look)
        axes.plot(places, curve.pck_area[i], "s:", ms=3.5, **look)
    labels = [f"{level:g}" + (" (plain)" if level == curve.plain else "") for level in curve.levels]
    turned = len(labels) > MANY_LEVELS
    axes.set_xticks(
        places, labels, rotation=45 if turned else 0, ha="right" if turned else "center"
    )
    axes.set(ylim=(0, 1.05), xlabel=curve.axis)


def _legend(axes: Axes, contestants: Sequence[str]) -> None:
    if len(contestants) > 1:
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=len(contestants))
