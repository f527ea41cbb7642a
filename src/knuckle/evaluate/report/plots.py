"""The plots of a report, as SVG for its page.

Plots contain no names from the caller, because matplotlib interprets $ and a leading _, and a long
name takes up the plot's space. The page has the key.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...extras import import_extra
from ...spec import Landmark
from ...stages.confidence import CLOSE
from ..metrics.calibration import Reliability, reliability
from ..metrics.figures import PCK_LIMIT, pck_curve
from ..results import Curve, PictureSetScores
from ..values import Array

COLOURS = ("#2f6fd0", "#d06f00")  # colour-blind people can tell them apart, on light and dark
STYLES = ("-", "--")
WIDTHS = (3.2, 1.4)  # so that the second line is visible on the first where both are equal
MANY_LEVELS = 8  # labels of more levels do not fit side by side
GREY = "#8a8f98"  # axes and text; the page replaces it by its own colour
GROUP_GAP = 0.6  # between the fingers, in joints
PLOT_SIZE = (5.2, 3.1)  # inches; the page scales the plot to its width
ERROR_LIMIT = 0.5  # palm lengths; larger errors share the last bar
ERROR_BARS = 25
PCK_POINTS = 81
NO_METADATA = ("Creator", "Date", "Format", "Type")

Axes = Any
Draw = Callable[[Axes], None]


def picture_plots(scores: Sequence[PictureSetScores]) -> list[tuple[str, str]]:
    """Title and SVG of each plot defined for a set of pictures.

    scores: by contestant. Raises ExtraMissing without matplotlib.
    """
    if not (~np.isnan(scores[0].hands.shares)).any():
        return []
    missed = " | ".join(str(int((~one.hands.found).sum())) for one in scores)
    plots = [
        ("Error of each joint", _svg(lambda axes: _joints(axes, scores), (10.6, 3.2))),
        ("Share of correct joints, PCK", _svg(lambda axes: _pck(axes, scores))),
        (f"Errors of the hands found; missed: {missed}", _svg(lambda axes: _errors(axes, scores))),
    ]
    curves = [reliability(one.hands.confidence, one.hands.joints) for one in scores]
    if any(curve.count.any() for curve in curves):
        plots.append(("Confidence of joints", _svg(lambda axes: _reliability(axes, curves))))
    return plots


def curve_plots(curves: Sequence[Curve]) -> list[tuple[str, str]]:
    """Title and SVG of each robustness curve: recall, and PCK area below it."""
    return [
        (curve.change, _svg(lambda axes, curve=curve: _curve(axes, curve)))  # type: ignore[misc]
        for curve in curves
    ]


def with_own_ids(svg: str, prefix: str) -> str:
    """The SVG with a prefix before its ids, and without ids that it does not use itself.

    prefix: different for each SVG of a page, because all share one space of ids.
    """
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', svg))
    svg = re.sub(r' id="([^"]*)"', lambda m: f' id="{prefix}{m[1]}"' if m[1] in used else "", svg)
    return re.sub(r'(href="|url\()#', rf"\g<1>#{prefix}", svg)


def _svg(draw: Draw, size: tuple[float, float] = PLOT_SIZE) -> str:
    """An SVG element. The same drawing always gives the same text."""
    matplotlib = import_extra("matplotlib", purpose="an HTML report", extra="evaluate")
    figure_module = import_extra("matplotlib.figure", purpose="an HTML report", extra="evaluate")
    settings = {
        "svg.fonttype": "none",
        "svg.hashsalt": "knuckle",
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],  # one name is shorter; it decides only sizes
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
    }
    with matplotlib.rc_context(settings):
        figure = figure_module.Figure(figsize=size, layout="constrained")
        figure.patch.set_alpha(0)
        axes = figure.add_subplot()
        axes.patch.set_alpha(0)
        draw(axes)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata=dict.fromkeys(NO_METADATA))
    svg = text.getvalue()
    return svg[svg.index("<svg") :].replace(GREY, "currentColor")


def _joints(axes: Axes, scores: Sequence[PictureSetScores]) -> None:
    """The mean error of every joint, by finger, with a bar for each contestant."""
    width = 0.8 / len(scores)
    joints = np.arange(len(Landmark))
    places = joints + GROUP_GAP * ((joints + 3) // 4)  # the wrist, then four joints per finger
    for i, one in enumerate(scores):
        offset = (i - (len(scores) - 1) / 2) * width
        axes.bar(places + offset, _means(one.hands.joints), width, color=COLOURS[i])
    axes.set_xticks(places, [_label(landmark) for landmark in Landmark], rotation=45, ha="right")
    axes.set_ylabel("mean error, palm lengths")
    axes.set_xlim(places[0] - 0.8, places[-1] + 0.8)
    axes.grid(False, axis="x")


def _label(landmark: Landmark) -> str:
    finger, *joint = landmark.name.split("_")
    return " ".join([finger.lower(), *(part if part != "TIP" else "tip" for part in joint)])


def _means(joints: Array) -> Array:
    """The mean of each column over the known rows."""
    known = ~np.isnan(joints)
    count = known.sum(axis=0)
    sums = np.where(known, joints, 0).sum(axis=0)
    return np.divide(sums, count, out=np.full(len(count), np.nan), where=count > 0)


def _pck(axes: Axes, scores: Sequence[PictureSetScores]) -> None:
    thresholds = np.linspace(0, PCK_LIMIT, PCK_POINTS)
    for i, one in enumerate(scores):
        curve = pck_curve(one, thresholds)
        axes.plot(thresholds, curve, STYLES[i], color=COLOURS[i], lw=WIDTHS[i])
    axes.set(xlim=(0, PCK_LIMIT), ylim=(0, 1.02), ylabel="share of joints within it")
    axes.set_xticks(np.linspace(0, PCK_LIMIT, 5))
    axes.set_xlabel("threshold, longer side of the hand's box")


def _errors(axes: Axes, scores: Sequence[PictureSetScores]) -> None:
    edges = np.linspace(0, ERROR_LIMIT, ERROR_BARS + 1)
    for i, one in enumerate(scores):
        error = one.hands.error[~np.isnan(one.hands.error)]
        counts, _ = np.histogram(np.minimum(error, ERROR_LIMIT - 1e-9), edges)
        axes.stairs(counts, edges, color=COLOURS[i], linestyle=STYLES[i], lw=WIDTHS[i])
    axes.set_xlabel(f"error, palm lengths; the last bar holds all from {edges[-2]:g} up")
    axes.set(xlim=(0, ERROR_LIMIT), ylabel="hands")


def _reliability(axes: Axes, curves: Sequence[Reliability]) -> None:
    """Predicted against true confidence. A dot's size shows how full its bin is."""
    axes.plot([0, 1], [0, 1], ":", color=GREY, lw=1)
    for i, curve in enumerate(curves):
        axes.plot(curve.said, curve.true, STYLES[i], color=COLOURS[i], lw=WIDTHS[i])
        sizes = 120 * curve.count / max(curve.count.sum(), 1)
        axes.scatter(curve.said, curve.true, sizes + 6, color=COLOURS[i])
    axes.set(xlim=(0, 1), ylim=(0, 1.02), ylabel=f"share within {CLOSE:g} palm lengths")
    axes.set_xlabel("confidence")


def _curve(axes: Axes, curve: Curve) -> None:
    """Recall solid, PCK area dotted, as the page explains once for all curves."""
    places = np.arange(len(curve.levels))
    for i in range(len(curve.recall)):
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
