"""Annotations look as MediaPipe's own renderer draws them: mediapipe 0.10.21 made the pictures."""

from __future__ import annotations

from itertools import pairwise
from math import hypot, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knuckle.render import hershey
from knuckle.render.annotations import (
    Annotation,
    Dot,
    Figure,
    GradientLine,
    Line,
    Oval,
    Rectangle,
    Scribble,
    Text,
)
from knuckle.render.overlay import overlay
from knuckle.render.raster import Colour, Point
from knuckle.values import ImageArray

RED = Colour(255, 0, 0)
GREEN = Colour(0, 255, 0)


def drawn(
    figure: Figure,
    *,
    thickness: float = 1,
    normalised: bool = False,
    size: tuple[int, int] = (24, 16),
    flipped: bool = False,
) -> ImageArray:
    """A black picture with one red annotation on it."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    overlay(image, [Annotation(figure, RED, thickness, normalised)], is_text_flipped=flipped)
    return image


def rows(image: ImageArray) -> list[str]:
    """The rows of a picture that hold anything, "#" for what is painted."""
    painted = image.any(axis=2)
    return ["".join(".#"[pixel] for pixel in row) for row in painted.astype(int) if row.any()]


def extent(image: ImageArray) -> tuple[int, int, int, int]:
    """The first and last painted column and row."""
    ys, xs = np.nonzero(image.any(axis=2))
    return int(xs.min()), int(xs.max()), int(ys.min()), int(ys.max())


def test_a_dot_is_a_disc_with_its_thickness_as_radius() -> None:
    """A dot of thickness 4 is nine pixels wide."""
    image = drawn(Dot(Point(10, 8)), thickness=4)

    assert [
        "..........#.............",
        "........#####...........",
        ".......#######..........",
        ".......#######..........",
        "......#########.........",
        ".......#######..........",
        ".......#######..........",
        "........#####...........",
        "..........#.............",
    ] == rows(image)


@pytest.mark.parametrize(
    ("place", "normalised", "middle"),
    [
        (Point(10.9, 8.9), False, (10, 8)),
        (Point(10.5 / 24, 6.5 / 16), True, (11, 7)),
        (Point(10.4 / 24, 6.4 / 16), True, (10, 6)),
    ],
)
def test_places_become_pixels(place: Point, normalised: bool, middle: tuple[int, int]) -> None:
    """A normalised place is rounded; one in pixels loses its fraction."""
    left, right, top, bottom = extent(drawn(Dot(place), normalised=normalised))

    assert middle == ((left + right) // 2, (top + bottom) // 2)


@pytest.mark.parametrize(("thickness", "height"), [(0, 1), (-3, 1), (1.4, 1), (2.5, 5), (4, 5)])
def test_thickness_is_rounded_and_at_least_one(thickness: float, height: int) -> None:
    """Lines are as high as those of OpenCV with the rounded thickness."""
    image = drawn(Line(Point(5, 7), Point(18, 7)), thickness=thickness)

    assert height == len(rows(image))


def test_a_thick_line_has_round_ends() -> None:
    """The ends of a line reach as far beyond it as its sides do."""
    assert (3, 20, 5, 9) == extent(drawn(Line(Point(5, 7), Point(18, 7)), thickness=4))


def test_a_rectangle_ends_before_its_right_and_bottom_coordinates() -> None:
    """Its last column and row are one less than its right and bottom coordinates."""
    image = drawn(Rectangle(10, 4, 20, 10))

    assert [
        "..........##########....",
        *["..........#........#...."] * 4,
        "..........##########....",
    ] == rows(image)


def test_a_rectangle_is_cut_just_outside_the_picture() -> None:
    """The sides that are outside run along the picture's edge, so thick ones can be seen."""
    image = drawn(Rectangle(-0.5, 0.5, 1.5, 1.5), thickness=3, normalised=True)

    assert [
        *["#" * 24] * 5,
        *["##....................##"] * 3,
        *["#" * 24] * 2,
    ] == rows(image)


@pytest.mark.parametrize("box", [Rectangle(18, 4, 8, 12), Rectangle(8, 4, 8, 12)])
def test_an_empty_rectangle_is_not_drawn(box: Rectangle) -> None:
    """A rectangle without width leaves the picture as it is."""
    assert not drawn(box).any()


def test_a_turned_rectangle_is_four_lines() -> None:
    """Its corners turn around its centre, clockwise."""
    image = drawn(Rectangle(8, 4, 18, 12, rotation=0.3))
    corners = [(9, 3), (19, 6), (17, 13), (7, 10)]

    assert (255,) * 4 == tuple(int(image[y, x, 0]) for x, y in corners)
    assert not image[8, 13].any()


def test_a_corner_can_be_marked() -> None:
    """A dot marks the corner that is top left without rotation."""
    image = drawn(Rectangle(8, 5, 18, 12, corner_radius=2))

    assert (255, 255) == (image[3, 8, 0], image[5, 6, 0])


def test_a_filled_rectangle_covers_its_pixels() -> None:
    """All pixels from its first coordinates to before its last are painted."""
    image = drawn(Rectangle(10, 4, 20, 10, is_filled=True))

    assert ["..........##########...."] * 6 == rows(image)


def test_an_oval_touches_the_sides_of_its_rectangle() -> None:
    """An oval reaches all four coordinates."""
    assert (4, 20, 4, 12) == extent(drawn(Oval(Rectangle(4, 4, 20, 12))))
    assert (4, 20, 4, 12) == extent(drawn(Oval(Rectangle(4, 4, 20, 12, is_filled=True))))


def test_a_gradient_is_a_row_of_squares() -> None:
    """Squares of the line's thickness hang from it, each a step nearer to the second colour."""
    ends = Colour(255, 0, 0), Colour(20, 0, 0)
    image = drawn(GradientLine(Point(5, 5), Point(18, 9), *ends), thickness=4)

    assert [255, 229, 216, 203, 177, 164, 151, 138, 138, 138, 138] == image[7, 5:16, 0].tolist()
    assert [33, 33, 33, 33] == image[12, 18:22, 0].tolist()
    assert (5, 21, 5, 12) == extent(image)


@pytest.mark.parametrize("end", [Point(60, 45), Point(2, 3)])
def test_a_thick_gradient_is_a_row_of_squares_too(end: Point) -> None:
    """Only what shows of each is painted, which looks the same."""
    start = Point(30, 20)
    image = drawn(GradientLine(start, end, RED, RED), thickness=40, size=(120, 90))
    left, top = min(start.x, end.x), min(start.y, end.y)

    assert (left, max(start.x, end.x) + 39, top, max(start.y, end.y) + 39) == extent(image)
    assert image[int(end.y) : int(end.y) + 40, int(end.x) : int(end.x) + 40, 0].all()


@pytest.mark.parametrize("thickness", [1e9, 1e30, inf])
def test_a_line_thicker_than_the_picture_fills_it(thickness: float) -> None:
    """A circle of such lines costs no more than the last of them."""
    image = drawn(Oval(Rectangle(2, 2, 20, 14)), thickness=thickness)

    assert (image == RED).all()


def test_a_gradient_spreads_over_the_part_inside_the_picture() -> None:
    """The colours start where the line enters the picture, and end where it leaves it."""
    ends = Colour(255, 0, 0), Colour(20, 0, 0)
    image = drawn(GradientLine(Point(-8, -3), Point(30, 12), *ends))

    assert (255, 248, 27) == (image[0, 0, 0], image[0, 1, 0], image[10, 23, 0])


def test_a_gradient_outside_the_picture_is_not_drawn() -> None:
    """A line that passes the picture leaves it as it is."""
    assert not drawn(GradientLine(Point(-8, 3), Point(3, -9), RED, GREEN), thickness=2).any()


def test_a_scribble_is_a_row_of_dots() -> None:
    """Each point of a scribble becomes a dot."""
    image = drawn(Scribble([Point(4, 4), Point(12, 8), Point(4, 12)]))

    assert 15 == np.count_nonzero(image)


def test_text_stands_on_its_baseline() -> None:
    """The extent of the renderer's label "Left", as mediapipe draws it (within a pixel)."""
    image = drawn(Text("Left", 30, 113, 50), thickness=10, size=(300, 160))

    assert (33, 156, 63, 118) == pytest.approx(extent(image), abs=1)


def test_normalised_text_grows_with_the_picture() -> None:
    """Its height is a share of the picture's height."""
    text = drawn(Text("Left", 0.5, 0.7, 0.3), thickness=4, normalised=True, size=(300, 160))

    assert (157, 276, 64, 114) == pytest.approx(extent(text), abs=1)


def test_flipped_text_hangs_from_its_baseline() -> None:
    """Letters that stand on their heads lie below the baseline."""
    text = drawn(Text("Left", 150, 112, 48), thickness=4, size=(300, 160), flipped=True)

    assert (157, 276, 110, 159) == pytest.approx(extent(text), abs=1)


def test_text_can_be_centred() -> None:
    """Its middle is then where it would begin."""
    text = Text("Left", 130, 113, 50, is_centred_across=True, is_centred_down=True)

    assert (69, 193, 89, 140) == pytest.approx(
        extent(drawn(text, thickness=4, size=(300, 160))), abs=1
    )


def test_text_can_have_an_outline() -> None:
    """A rim of another colour lies below the letters."""
    text = Text("Left", 130, 113, 50, outline=3, outline_colour=GREEN)
    image = drawn(text, thickness=4, size=(300, 160))
    greens = (image == GREEN).all(axis=2)

    assert (134, 264, 61, 118) == pytest.approx(extent(image), abs=1)
    assert 2057 == pytest.approx(np.count_nonzero(greens), rel=0.05)


def test_letters_are_as_wide_as_opencvs() -> None:
    """The widths of digits and of some words, in units of the font."""
    widths = {text: hershey.advance(text) for text in ("0123456789", "Left", "Right", "?", ".")}

    assert {"0123456789": 200, "Left": 59, "Right": 79, "?": 18, ".": 10} == widths


def test_every_character_has_a_shape() -> None:
    """Each of ASCII but the space has strokes of at least two points; others are a "?"."""
    empty = [c for c in map(chr, range(33, 127)) if not hershey.glyph(c).strokes]
    lengths = [
        hypot(u - x, v - y)
        for c in map(chr, range(33, 127))
        for stroke in hershey.glyph(c).strokes
        for (x, y), (u, v) in pairwise(stroke)
    ]

    assert [] == empty
    assert 0 < min(lengths)
    assert hershey.glyph("ß") == hershey.glyph("?")


def test_later_annotations_cover_earlier_ones() -> None:
    """The order is kept, also between lines, gradients and filled shapes."""
    image = np.zeros((16, 24, 3), np.uint8)
    across = Line(Point(2, 8), Point(20, 8))
    overlay(
        image,
        [
            Annotation(across, RED, 4),
            Annotation(Rectangle(4, 4, 8, 12, is_filled=True), GREEN),
            Annotation(Line(Point(6, 2), Point(6, 14)), RED),
        ],
    )

    assert [RED, GREEN, RED] == [Colour(*image[8, x].tolist()) for x in (3, 5, 6)]


numbers = st.floats(width=32) | st.floats(-2, 2) | st.integers(-40, 40)
colours = st.builds(Colour, *[st.integers(0, 255)] * 3)
points = st.builds(Point, numbers, numbers)
rectangles = st.builds(Rectangle, *[numbers] * 4, st.floats(-9, 9), st.booleans(), numbers)
figures = st.one_of(
    st.builds(Dot, points),
    st.builds(Scribble, st.lists(points, max_size=3)),
    st.builds(Line, points, points),
    st.builds(GradientLine, points, points, colours, colours),
    rectangles,
    st.builds(Oval, rectangles),
    st.builds(Text, st.text(max_size=4), numbers, numbers, numbers, outline=numbers),
)


@given(st.lists(st.builds(Annotation, figures, colours, numbers, st.booleans()), max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_annotation_can_be_drawn(annotations: list[Annotation]) -> None:
    """Whatever the numbers are, also those that are none, nothing is raised."""
    image = np.zeros((16, 24, 3), np.uint8)
    overlay(image, annotations)

    assert (16, 24, 3) == image.shape
