"""The rasteriser against the plain formula, and at its limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from knuckle.render.raster import (
    Coat,
    Colour,
    Point,
    Stroke,
    disc,
    paint,
    polygon,
    stamp,
    text_stencil,
)
from knuckle.values import ImageArray

RED, GREEN, WHITE = Colour(255, 0, 0), Colour(0, 255, 0), Colour(255, 255, 255)


def black(height: int, width: int) -> ImageArray:
    """A picture to paint on."""
    return np.zeros((height, width, 3), np.uint8)


def painted_plainly(image: ImageArray, strokes: list[Stroke]) -> NDArray[np.float64]:
    """The definition, pixel by pixel and without rounding: nothing is left out, nothing shared."""
    y, x = np.mgrid[: image.shape[0], : image.shape[1]].astype(np.float64)
    picture = image.astype(np.float64)
    for (x0, y0), (x1, y1), coats in strokes:
        dx, dy = x1 - x0, y1 - y0
        squared = dx * dx + dy * dy
        share = np.clip(((x - x0) * dx + (y - y0) * dy) / squared, 0, 1) if squared else 0 * x
        distance = np.hypot(x - x0 - share * dx, y - y0 - share * dy)
        blend = share[..., None] if np.hypot(dx, dy) >= 1 else 0
        for coat in coats:
            coverage = np.clip(coat.radius + 0.5 - distance, 0, 1)[..., None] * coat.opacity
            start, end = np.array(coat.colour), np.array(coat.end_colour or coat.colour)
            picture += coverage * (start + blend * (end - start) - picture)
    return picture


points = st.builds(Point, *[st.floats(-40, 80, width=32)] * 2)
colours = st.builds(Colour, *[st.integers(0, 255)] * 3)
coats = st.builds(
    Coat,
    radius=st.floats(0.25, 12),
    colour=colours,
    opacity=st.floats(0, 1),
    end_colour=st.none() | colours,
)


@given(
    st.tuples(st.integers(1, 50), st.integers(1, 50)),
    st.lists(
        st.builds(Stroke, points, points, st.lists(coats, min_size=1, max_size=3)), max_size=4
    ),
)
@settings(max_examples=200, deadline=None)
def test_strokes_are_as_defined(size: tuple[int, int], strokes: list[Stroke]) -> None:
    """Spans, batches and single precision change no more than the rounding of each stroke."""
    image = np.full((*size, 3), 90, np.uint8)
    expected = painted_plainly(image, strokes)

    paint(image, strokes)

    assert np.abs(image - expected).max() <= 0.5 * len(strokes) + 0.01


@pytest.mark.parametrize("centre", [(20, 20), (20.5, 19.5), (19.7, 20.2)])
@pytest.mark.parametrize("radius", [1, 2.5, 8, 15])
def test_a_disc_covers_its_area(radius: float, centre: tuple[float, float]) -> None:
    """The coverage of all pixels sums to pi r^2, wherever the centre lies between pixels."""
    image = black(41, 41)

    paint(image, [disc(Point(*centre), Coat(radius, WHITE))])

    assert image[..., 0].sum() / 255 == pytest.approx(math.pi * radius**2, rel=0.03, abs=0.3)


def test_a_discs_centre_has_its_colour() -> None:
    """The coat on top shows in the middle, the one below it as a ring."""
    image = black(21, 21)

    paint(image, [disc(Point(10, 10), Coat(8, GREEN), Coat(5, RED))])

    assert RED == tuple(image[10, 10])
    assert GREEN == tuple(image[10, 17])


def test_a_gradient_has_its_colours_at_the_ends() -> None:
    """And their mean half way; also on a line from right to left."""
    image = black(20, 101)

    paint(image, [Stroke(Point(90, 10), Point(10, 10), [Coat(3, RED, end_colour=GREEN)])])

    assert RED == tuple(image[10, 90]) == tuple(image[10, 92])
    assert GREEN == tuple(image[10, 10]) == tuple(image[10, 8])
    assert (128, 128, 0) == tuple(image[10, 50])


def test_later_strokes_lie_on_top() -> None:
    """The first stroke is the lowest."""
    image = black(9, 9)

    paint(image, [disc(Point(4, 4), Coat(3, RED)), disc(Point(4, 4), Coat(3, GREEN))])

    assert GREEN == tuple(image[4, 4])


@pytest.mark.parametrize("far", [60, 1e3, 1e6, 1e9, 1e30, math.inf])
def test_what_lies_outside_changes_nothing(far: float) -> None:
    """However far away, in each direction, and also when the line is long."""
    image = black(30, 50)
    a, b, c, d = Point(far, far), Point(-far, far), Point(-far, -far), Point(far, -far)

    paint(image, [disc(p, Coat(5, RED)) for p in (a, b, c, d)])
    paint(image, polygon([a, b, c, d], Coat(4, RED, end_colour=GREEN)))

    assert not image.any()


@pytest.mark.parametrize("far", [1e3, 1e6, 1e9])
def test_a_line_from_far_away_is_in_its_place(far: float) -> None:
    """It crosses the picture as a line does that begins and ends just outside."""
    image, expected = black(40, 60), black(40, 60)

    paint(image, [Stroke(Point(-far, 20 - far / 2), Point(30, 35), [Coat(3, RED)])])
    paint(expected, [Stroke(Point(-70, -15), Point(30, 35), [Coat(3, RED)])])

    assert np.abs(image.astype(int) - expected).max() <= 1


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1), (3, 5)])
def test_tiny_pictures_are_covered(size: tuple[int, int]) -> None:
    """A disc larger than the picture fills it."""
    image = black(*size)

    paint(image, [disc(Point(1, 1), Coat(30, RED))])

    assert (image == RED).all()


def test_no_strokes_change_nothing() -> None:
    """Nothing to paint is not a special case for the caller."""
    image = black(3, 3)

    paint(image, [])

    assert not image.any()


def test_a_polygon_is_closed() -> None:
    """The last corner is joined to the first."""
    image = black(30, 30)
    corners = [Point(5, 5), Point(25, 5), Point(25, 25), Point(5, 25)]

    paint(image, polygon(corners, Coat(1, RED)))

    assert (image[[5, 15, 25, 15], [15, 25, 15, 5]] == RED).all()
    assert not image[15, 15].any()


def test_text_has_ink_from_side_to_side() -> None:
    """A stencil is cropped at its sides; its height is that of any text, so baselines agree."""
    right, number = text_stencil("Right", 30), text_stencil("0.98", 30)

    assert right.shape[0] == number.shape[0]
    assert right[:, 0].any()
    assert right[:, -1].any()
    assert 0 == right.min() < 0.9 < right.max() <= 1


def test_a_stamp_blends_by_its_stencil() -> None:
    """Nothing, half and all of the colour, at the place given."""
    image = np.full((4, 6, 3), 100, np.uint8)

    stamp(image, np.array([[0, 0.5, 1]], np.float32), 2, 1, RED)

    assert [[100, 100, 100], [178, 50, 50], [255, 0, 0]] == image[1, 2:5].tolist()
    assert 100 == image[0].min() == image[0].max()
