from __future__ import annotations

import re
from dataclasses import replace

from knuckle.evaluate.report.plots import curve_plots, picture_plots, with_own_ids
from tests.evaluate.evaluations import one_contestant, two_contestants


def test_a_set_with_key_points_has_three_plots() -> None:
    """Joints, PCK and errors; each is one SVG element and nothing else."""
    plots = picture_plots(two_contestants().sets[0].scores)

    assert 3 == len(plots)
    assert all(svg.startswith("<svg") and svg.strip().endswith("</svg>") for _, svg in plots)


def test_a_set_without_key_points_has_none() -> None:
    """There is no distance to show."""
    assert [] == picture_plots(two_contestants().sets[1].scores)


def test_missed_hands_are_stated() -> None:
    """Of each contestant, since they are in no bar of the histogram."""
    scores = two_contestants().sets[0].scores
    missed = [int((~one.hands.found).sum()) for one in scores]

    assert picture_plots(scores)[2][0].endswith(f"missed: {missed[0]} | {missed[1]}")


def test_every_joint_is_named() -> None:
    """As the field writes them."""
    svg = picture_plots(one_contestant().sets[0].scores)[0][1]

    assert all(f">{name}</text>" in svg for name in ("wrist", "thumb IP", "index MCP", "pinky tip"))


def test_every_curve_is_a_plot() -> None:
    """Under the name of its change."""
    curves = two_contestants().sets[0].curves

    assert [curve.change for curve in curves] == [title for title, _ in curve_plots(curves)]


def test_a_curve_without_values_is_an_empty_plot() -> None:
    """Recorded predictions have none for changed pictures."""
    curve = two_contestants().sets[0].curves[0]
    unknown = (tuple(float("nan") for _ in curve.levels),) * 2
    [(_, svg)] = curve_plots([replace(curve, recall=unknown, pck_area=unknown)])

    assert "<svg" in svg


def test_plots_are_the_same_each_time() -> None:
    """No date and no random id."""
    scores = two_contestants().sets[0].scores

    assert picture_plots(scores) == picture_plots(scores)


def test_text_has_the_colour_of_the_page() -> None:
    """So that it is legible on light and on dark."""
    svg = picture_plots(two_contestants().sets[0].scores)[1][1]

    assert "fill: currentColor" in svg
    assert "fill: #8a8f98" not in svg


def test_own_ids_are_those_used_and_all_that_are() -> None:
    """A reference still meets its id; an id that nobody refers to goes."""
    svg = '<svg><g id="a"/><use href="#a"/><g id="b"/><g clip-path="url(#c)"/><x id="c"/></svg>'

    assert (
        '<svg><g id="1-a"/><use href="#1-a"/><g/><g clip-path="url(#1-c)"/><x id="1-c"/></svg>'
        == with_own_ids(svg, "1-")
    )


def test_own_ids_leave_no_reference_behind() -> None:
    """In a whole plot, too."""
    svg = with_own_ids(picture_plots(two_contestants().sets[0].scores)[1][1], "x")
    ids = re.findall(r' id="([^"]*)"', svg)

    assert ids
    assert set(ids) == set(re.findall(r'(?:href="|url\()#([^")]+)', svg))
