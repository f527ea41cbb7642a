"""Calculators that say what to draw: palms, landmarks, regions and labels become annotations.

Source: mediapipe/calculators/util/{detections,landmarks,rect,labels}_to_render_data_calculator.*
(behaviour)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from ...render.annotations import (
    Annotation,
    Dot,
    Figure,
    GradientLine,
    Line,
    Oval,
    Rectangle,
    RenderData,
    Text,
)
from ...render.raster import Colour, Point
from ...values import Detections, FloatArray, Roi
from ..calculator import Calculator, Context
from ..contracts import Contract, Port
from ..types import (
    CLASSIFICATIONS,
    DETECTION,
    DETECTIONS,
    FLOAT,
    FLOATS,
    LANDMARKS,
    PIXEL_RECT,
    PIXEL_RECTS,
    RECT,
    RECTS,
    RENDER_DATA,
    STRINGS,
    VIDEO_HEADER,
    WORLD_LANDMARKS,
)

BLACK, WHITE, RED = Colour(0, 0, 0), Colour(255, 255, 255), Colour(255, 0, 0)

TEXT_PER_BOX = 0.1  # height of a line of text by a detection's box
FONT_PER_LINE = 0.9
LINE_PER_FONT = 1.25  # height of a line by the font of labels
LEAST_DEPTH = 1e-3  # landmarks are flat if their z differs less; shares of the picture's width
_NEAR_ZERO = 1e-6
_SMALLEST = float(np.finfo(np.float32).tiny)  # from here the largest z is looked for

Pair = tuple[int, int]


def colour_of(message: Any) -> Colour:
    """The colour of a message Color; black where it is not set."""
    return Colour(message.r, message.g, message.b)


class _Style(NamedTuple):
    """What the annotations of one calculator share."""

    colour: Colour
    thickness: float

    def normalised(self, figure: Figure) -> Annotation:
        """An annotation in shares of the picture."""
        return Annotation(figure, self.colour, self.thickness, is_normalised=True)


class DetectionsToRenderDataCalculator(Calculator):
    """Draws each detection: its label and score, its box and its keypoints."""

    contract = Contract(
        inputs=(
            Port("DETECTIONS", DETECTIONS, optional=True),
            Port("DETECTION", DETECTION, optional=True),
        ),
        outputs=(Port("RENDER_DATA", RENDER_DATA),),
        options="mediapipe.DetectionsToRenderDataCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options."""
        options = context.options
        self._style = _Style(colour_of(options.color), options.thickness)
        self._delimiter: str = options.text_delimiter
        self._text = Text(
            "",
            left=0,
            baseline=0,
            is_centred_across=options.text.center_horizontally,
            is_centred_down=options.text.center_vertically,
            outline=options.text.outline_thickness,
            outline_colour=colour_of(options.text.outline_color),
        )
        self._scene_class: str = options.scene_class
        self._draws_none: bool = options.produce_empty_packet

    def process(self, context: Context) -> None:
        """Draw the detections of one time."""
        given = [context.get(tag) for tag in ("DETECTIONS", "DETECTION")]
        found = [detections for detections in given if detections is not None]
        annotations = [one for detections in found for one in self._annotations(detections)]
        if annotations or self._draws_none:
            context.emit("RENDER_DATA", RenderData(tuple(annotations), self._scene_class))

    def _annotations(self, detections: Detections) -> Iterator[Annotation]:
        parts = (detections.boxes, detections.keypoints, detections.scores)
        for box, keypoints, score in zip(*(part.tolist() for part in parts), strict=True):
            left, top, right, bottom = box
            line = (bottom - top) * TEXT_PER_BOX
            # A palm has no name: upstream writes the number of its class.
            words = ["0", f"{round(score * 100) / 100:g}", ""]
            text = replace(
                self._text,
                text=self._delimiter.join(words),
                left=left,
                baseline=top + line,
                height=line * FONT_PER_LINE,
            )
            yield self._style.normalised(text)
            yield self._style.normalised(Rectangle(left, top, right, bottom))
            for x, y in keypoints:
                yield self._style.normalised(Dot(Point(x, y)))


class LandmarksToRenderDataCalculator(Calculator):
    """Draws landmarks as dots, and lines between them; near ones are brighter and larger.

    NORM_LANDMARKS are in shares of the picture, LANDMARKS in pixels. RENDER_SCALE multiplies the
    thickness.
    """

    contract = Contract(
        inputs=(
            Port("LANDMARKS", WORLD_LANDMARKS, optional=True),
            Port("NORM_LANDMARKS", LANDMARKS, optional=True),
            Port("RENDER_SCALE", FLOAT, optional=True),
        ),
        outputs=(Port("RENDER_DATA", RENDER_DATA),),
        options="mediapipe.LandmarksToRenderDataCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options. Raises ValueError for connections that are no pairs."""
        options = context.options
        ends = list(options.landmark_connections)
        if len(ends) % 2:
            raise ValueError(
                f"landmark_connections must be pairs of landmarks, not {len(ends)} numbers"
            )
        if options.utilize_visibility or options.utilize_presence:
            context.tell_once("landmarks of hands have no visibility and presence: all are drawn")
        self._pairs = list(zip(ends[::2], ends[1::2], strict=True))
        self._style = DepthStyle.of(options)

    def process(self, context: Context) -> None:
        """Draw the landmarks of one hand."""
        scale = context.get("RENDER_SCALE")
        style = self._style
        if scale is not None:
            style = style._replace(thickness=style.thickness * scale)
        annotations: list[Annotation] = []
        for tag in ("LANDMARKS", "NORM_LANDMARKS"):
            landmarks = context.get(tag)
            if landmarks is not None:
                normalised = tag == "NORM_LANDMARKS"
                annotations += landmark_annotations(landmarks, self._pairs, style, normalised)
        if annotations:
            context.emit("RENDER_DATA", RenderData(tuple(annotations)))


class DepthStyle(NamedTuple):
    """How landmarks look.

    dot_colour, line_colour, thickness: of flat landmarks, and of all if depth is not shown.
    has_dots: whether landmarks are drawn, and not only the lines.
    shows_depth: whether dots and lines are grey by their depth.
    radii: of the farthest and of the nearest dot, pixels.
    near, far: the colours of the lines' nearest and farthest end.
    """

    dot_colour: Colour
    line_colour: Colour
    thickness: float
    has_dots: bool = True
    shows_depth: bool = True
    radii: tuple[float, float] = (0.0, 18.0)
    near: Colour = WHITE
    far: Colour = BLACK

    @classmethod
    def of(cls, options: Any) -> DepthStyle:
        """The style that a LandmarksToRenderDataCalculatorOptions describes."""
        ends = {
            name: colour_of(getattr(options, field))
            for name, field in (("near", "min_depth_line_color"), ("far", "max_depth_line_color"))
            if options.HasField(field)
        }
        return cls(
            dot_colour=colour_of(options.landmark_color),
            line_colour=colour_of(options.connection_color),
            thickness=options.thickness,
            has_dots=options.render_landmarks,
            shows_depth=options.visualize_landmark_depth,
            radii=(options.min_depth_circle_thickness, options.max_depth_circle_thickness),
            **ends,
        )


def landmark_annotations(
    landmarks: FloatArray, pairs: Iterable[Pair], style: DepthStyle, is_normalised: bool
) -> list[Annotation]:
    """The lines between landmarks, then a dot for each.

    landmarks: (n, 3), shares of the picture or pixels.
    Raises ValueError for a pair whose landmark does not exist.
    """
    points = [Point(x, y) for x, y in landmarks[:, :2].tolist()]
    depths = _depths(landmarks[:, 2]) if style.shows_depth else None
    annotations = []
    for first, second in pairs:
        if not (0 <= first < len(points) and 0 <= second < len(points)):
            raise ValueError(
                f"connection {first}-{second} must be between landmarks 0 and {len(points) - 1}"
            )
        ends = points[first], points[second]
        figure: Figure = (
            Line(*ends)
            if depths is None
            else GradientLine(*ends, *(_between(style, depths[i]) for i in (first, second)))
        )
        annotations.append(Annotation(figure, style.line_colour, style.thickness, is_normalised))
    for i, point in enumerate(points if style.has_dots else ()):
        colour, thickness = style.dot_colour, style.thickness
        if depths is not None:
            least, most = style.radii
            colour = Colour(*[255 - int(255 * depths[i])] * 3)
            thickness = int(least * depths[i] + most * (1 - depths[i]))
        annotations.append(Annotation(Dot(point), colour, thickness, is_normalised))
    return annotations


def _depths(z: FloatArray) -> list[float] | None:
    """How far each landmark is, 0 for the nearest to 1; None if all are about as far."""
    low, high = float(z.min()), max(float(z.max()), _SMALLEST)
    if high - low < LEAST_DEPTH:
        return None
    return [(value - low) / (high - low + _NEAR_ZERO) for value in z.tolist()]


def _between(style: DepthStyle, depth: float) -> Colour:
    ends = zip(style.near, style.far, strict=True)
    return Colour(*(int(near * (1 - depth) + far * depth) for near, far in ends))


class RectToRenderDataCalculator(Calculator):
    """Draws regions: their sides or all of them, as rectangles or ovals.

    NORM_RECT and NORM_RECTS are in shares of the picture, RECT and RECTS in pixels.
    """

    contract = Contract(
        inputs=(
            Port("NORM_RECT", RECT, optional=True),
            Port("RECT", PIXEL_RECT, optional=True),
            Port("NORM_RECTS", RECTS, optional=True),
            Port("RECTS", PIXEL_RECTS, optional=True),
        ),
        outputs=(Port("RENDER_DATA", RENDER_DATA),),
        options="mediapipe.RectToRenderDataCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options."""
        options = context.options
        self._style = _Style(colour_of(options.color), options.thickness)
        self._is_filled: bool = options.filled
        self._is_oval: bool = options.oval
        self._corner: float = options.top_left_thickness

    def process(self, context: Context) -> None:
        """Draw the regions of one time."""
        annotations: list[Annotation] = []
        for tag in ("NORM_RECT", "RECT", "NORM_RECTS", "RECTS"):
            value = context.get(tag)
            rois: Sequence[Roi] = (value,) if isinstance(value, Roi) else value or ()
            is_normalised = tag.startswith("NORM")
            annotations += [
                Annotation(self._figure(roi), *self._style, is_normalised) for roi in rois
            ]
        context.emit("RENDER_DATA", RenderData(tuple(annotations)))

    def _figure(self, roi: Roi) -> Figure:
        left, top = roi.x - roi.width / 2, roi.y - roi.height / 2
        rectangle = Rectangle(
            left,
            top,
            left + roi.width,
            top + roi.height,
            roi.rotation,
            self._is_filled,
            0.0 if self._is_oval else self._corner,
        )
        return Oval(rectangle) if self._is_oval else rectangle


class LabelsToRenderDataCalculator(Calculator):
    """Writes labels below one another, in a corner of the picture.

    They are those of CLASSIFICATIONS, or LABELS and their SCORES. At the bottom of the picture
    they need its height, from VIDEO_PRESTREAM.
    """

    contract = Contract(
        inputs=(
            Port("CLASSIFICATIONS", CLASSIFICATIONS, optional=True),
            Port("LABELS", STRINGS, optional=True),
            Port("SCORES", FLOATS, optional=True),
            Port("VIDEO_PRESTREAM", VIDEO_HEADER, optional=True),
        ),
        outputs=(Port("RENDER_DATA", RENDER_DATA),),
        options="mediapipe.LabelsToRenderDataCalculatorOptions",
    )

    def open(self, context: Context) -> None:
        """Read the options. Raises ValueError for labels at the bottom of an unknown picture."""
        self._options = context.options
        self._is_below = context.options.location == context.options.BOTTOM_LEFT
        self._video_height = 0
        if self._is_below and not context.has("VIDEO_PRESTREAM"):
            raise ValueError(
                "labels at BOTTOM_LEFT need the picture's height: connect VIDEO_PRESTREAM"
            )

    def process(self, context: Context) -> None:
        """Write the labels of one time."""
        header = context.get("VIDEO_PRESTREAM")
        if header is not None:
            self._video_height = header.height
        labels = self._labels(context)
        if labels is not None:
            data = RenderData(tuple(self._annotations(labels[: self._options.max_num_labels])))
            context.emit("RENDER_DATA", data)

    def _labels(self, context: Context) -> list[str] | None:
        """The texts of one time; None if it has no packet of labels."""
        found = context.get("CLASSIFICATIONS")
        if found is not None:
            pairs = [(one.label, one.score) for one in found]
        elif (names := context.get("LABELS")) is not None:
            scores = context.get("SCORES") or [None] * len(names)
            pairs = list(zip(names, scores, strict=True))
        else:
            return None
        if not self._options.display_classification_score:
            return [name for name, _ in pairs]
        return [name if score is None else f"{name} {score:.2f}" for name, score in pairs]

    def _annotations(self, labels: Sequence[str]) -> Iterator[Annotation]:
        options = self._options
        line = ceil(options.font_height_px * LINE_PER_FONT)
        baseline = options.vertical_offset_px + line
        if self._is_below:
            baseline = self._video_height - options.vertical_offset_px - line * (len(labels) - 1)
        colours = [colour_of(one) for one in options.color] or [RED]
        outlines = [colour_of(one) for one in options.outline_color] or [BLACK]
        for i, label in enumerate(labels):
            text = Text(
                label,
                options.horizontal_offset_px,
                baseline + i * line,
                options.font_height_px,
                outline=options.outline_thickness,
                outline_colour=outlines[i % len(outlines)],
            )
            yield Annotation(text, colours[i % len(colours)], options.thickness)
