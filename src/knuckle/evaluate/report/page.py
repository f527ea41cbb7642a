"""The report as one HTML page that needs no other file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from ...extras import import_extra
from ..results import LEAST_PIECES, Evaluation, Figure, SetResult
from .gallery import PREDICTION, TRUTH, case_picture
from .plots import COLOURS, curve_plots, picture_plots, with_own_ids

DASH = "\u2013"
HEADLINES = ("recall", "mean error", "PCK area", "pictures with a false hand", "jitter")


@dataclass(frozen=True, slots=True)
class Line:
    """A figure as text."""

    name: str
    meaning: str
    values: list[str]
    difference: str
    interval: str
    verdict: str  # on the first contestant; "" if the figure is not judged
    look: str  # the colour of the verdict: "better", "worse" or ""
    count: int


@dataclass(frozen=True, slots=True)
class Section:
    """A data set as texts and plots."""

    result: SetResult
    lines: list[Line]
    plots: list[tuple[str, str]]  # title, SVG
    curves: list[tuple[str, str]]  # title, SVG
    cases: list[tuple[str, str, str | None]]  # picture's name, reason, data URI


def page(evaluation: Evaluation) -> str:
    """The report. Raises ExtraMissing without Jinja2 or matplotlib."""
    jinja2 = import_extra("jinja2", purpose="an HTML report", extra="evaluate")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string(files(__package__).joinpath("page.html").read_text("utf-8"))
    sections = [_section(result, i) for i, result in enumerate(evaluation.sets)]
    text: str = template.render(
        evaluation=evaluation,
        sections=sections,
        headlines=[name for name in HEADLINES if any(_line(s, name) for s in sections)],
        line_of=_line,
        colours=COLOURS,
        least_pieces=LEAST_PIECES,
        truth_colour=TRUTH,
        prediction_colour=PREDICTION,
    )
    return text


def _line(section: Section, name: str) -> Line | None:
    return next((line for line in section.lines if line.name == name), None)


def _section(result: SetResult, index: int) -> Section:
    return Section(
        result=result,
        lines=[_shown(figure) for figure in result.figures],
        plots=_own(picture_plots(result.scores) if result.scores else [], f"s{index}p"),
        curves=_own(curve_plots(result.curves), f"s{index}c"),
        cases=[(case.picture.name, case.reason, case_picture(case)) for case in result.cases],
    )


def _own(plots: Sequence[tuple[str, str]], prefix: str) -> list[tuple[str, str]]:
    """The plots with ids that are unique on the page."""
    return [(title, with_own_ids(svg, f"{prefix}{i}-")) for i, (title, svg) in enumerate(plots)]


def _shown(figure: Figure) -> Line:
    low, high = figure.interval or (math.nan, math.nan)
    return Line(
        name=figure.name,
        meaning=figure.meaning,
        values=[_number(value, figure.digits) for value in figure.values],
        difference=_number(figure.difference, figure.digits, "+"),
        interval=f"{_number(low, figure.digits, '+')} to {_number(high, figure.digits, '+')}"
        if figure.interval
        else DASH,
        verdict=figure.verdict or "",
        look=figure.verdict if figure.verdict in ("better", "worse") else "",
        count=figure.count,
    )


def _number(value: float | None, digits: int, sign: str = "") -> str:
    if value is None or not math.isfinite(value):
        return DASH
    return f"{value:{sign}z.{digits}f}"
