"""What a graph wants to have drawn, as values: MediaPipe's render data.

Convention: x to the right, y down, from the top left corner of the picture. A normalised annotation
is in shares of the picture's width and height, any other in pixels.

Source of the kinds and of their defaults: mediapipe/util/render_data.proto
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .raster import Colour as Colour
from .raster import Point

BLACK = Colour(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled circle. The annotation's thickness is its radius, pixels."""

    place: Point


@dataclass(frozen=True, slots=True)
class Line:
    """A line with round ends."""

    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class GradientLine:
    """A line that changes its colour on the way; the annotation's own colour does not matter."""

    start: Point
    end: Point
    start_colour: Colour = BLACK
    end_colour: Colour = BLACK


@dataclass(frozen=True, slots=True)
class Scribble:
    """Dots along the way of a pen."""

    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """The sides of a rectangle, or all of it.

    rotation: around its centre, radians; positive turns the x axis towards the y axis.
    is_filled: whether all of it is painted and not only its sides.
    corner_radius: of a dot on the corner that is top left without rotation, pixels; 0: no dot.
    """

    left: float
    top: float
    right: float
    bottom: float
    rotation: float = 0.0
    is_filled: bool = False
    corner_radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Oval:
    """The ellipse that touches the sides of a rectangle; filled if the rectangle is."""

    within: Rectangle


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text in OpenCV's letters.

    left, baseline: where it begins.
    height: of the font from its lowest to its highest point, pixels; of a normalised annotation a
        share of the picture's height.
    is_centred_across, is_centred_down: whether its middle is there instead.
    outline: how far a rim of another colour reaches beyond the letters, pixels; 0: no rim.
    """

    text: str
    left: float
    baseline: float
    height: float = 8.0
    is_centred_across: bool = False
    is_centred_down: bool = False
    outline: float = 0.0
    outline_colour: Colour = BLACK


Figure = Dot | Line | GradientLine | Scribble | Rectangle | Oval | Text


@dataclass(frozen=True, slots=True)
class Annotation:
    """One thing to draw.

    figure: its shape and place.
    colour: where the shape names no other.
    thickness: of its lines, pixels.
    is_normalised: whether the place is in shares of the picture.
    """

    figure: Figure
    colour: Colour = BLACK
    thickness: float = 1.0
    is_normalised: bool = False


@dataclass(frozen=True, slots=True)
class RenderData:
    """Annotations in the order in which they are drawn.

    scene_class: what they show together, such as "DETECTION".
    """

    annotations: Sequence[Annotation] = ()
    scene_class: str = ""
