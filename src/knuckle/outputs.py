"""Where results go: tables, annotated videos and annotated pictures."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from .geometry.camera import Camera
from .io.formats import PICTURES, TABLES, output_kind
from .io.sinks import Draw, PicturesSink, Sink, VideoSink
from .render.draw import draw as draw_hands
from .values import Frame, Hand, ImageArray

Name = Callable[[Frame], str | os.PathLike[str]]


def open_sink(
    path: str | os.PathLike[str],
    *,
    rate: Fraction | float = 30,
    draw: Draw = draw_hands,
    name: Name | None = None,
    camera: Camera | None = None,
    hand_size: float | None = None,
) -> Sink:
    """Open a table, a video, a picture or a folder of pictures for writing.

        with knuckle.open_source("clip.mp4") as clip, knuckle.open_sink("hands.csv") as sink:
            for frame, hands in knuckle.track_clip(clip):
                sink.write(frame, hands)

    path: its ending says what to write: .csv, .tsv, .json, .jsonl or .parquet for the table of all
            landmarks (docs/table.md); .mp4 for an annotated video; .jpg, .jpeg or .png for one
            annotated picture; no ending, or a slash at the end, for a folder of annotated pictures.
            Missing folders are created. An old file is replaced when the new one is complete.
    rate: frame rate of a video, such as `clip.rate`. Frames keep their own times.
    draw: draws the hands of a frame and returns a copy, as `knuckle.draw` does.
    name: names a frame's picture in a folder; by default by its index, 000012.jpg.
    camera: the camera that took the pictures. It fills the columns of the pose.
    hand_size: metres from the wrist to the tip of the straight middle finger, for the pose; by
            default that of an average hand.

    Raises OutputError when the ending is unknown or the path cannot be written to, ExtraMissing
    when the format needs a package that is not installed, TypeError or ValueError for a wrong
    option.
    """
    kind = output_kind(path)
    place = Path(path)
    if kind == "table":
        return TABLES[place.suffix.lower()](place, camera=camera, hand_size=hand_size)
    if kind == "video":
        return VideoSink(place, _checked_rate(rate), draw)
    if kind == "picture":
        return PicturesSink(place, lambda frame: place, draw)
    names = name or _index_name
    return PicturesSink(place, lambda frame: place / names(frame), draw)


def _checked_rate(rate: Fraction | float) -> Fraction:
    if isinstance(rate, bool) or not isinstance(rate, (int, float, Fraction)):
        raise TypeError(f"rate must be a number of frames per second, not {rate!r}")
    if not 0 < rate < math.inf:
        raise ValueError(f"rate must be above 0 frames per second, not {rate!r}")
    return Fraction(rate)


def _index_name(frame: Frame) -> str:
    return f"{frame.index:06d}.jpg"


def annotated_names(pictures: Sequence[Path]) -> dict[Path, Path]:
    """The name in an output folder of every picture's annotated copy; no two are the same.

    Pictures from several folders keep their paths below the folder that all of them share, so
    equal file names stay apart.
    """
    absolute = [Path(os.path.normpath(path.absolute())) for path in pictures]
    shared = Path(os.path.commonpath([path.parent for path in absolute])) if absolute else Path()
    names: dict[Path, Path] = {}
    taken: set[Path] = set()
    for picture, path in zip(pictures, absolute, strict=True):
        name = path.relative_to(shared)
        while name.suffix.lower() not in PICTURES or name in taken:
            name = name.with_name(f"{name.name}.png")
        names[picture] = name
        taken.add(name)
    return names


class SharedDrawing:
    """Draws each frame once for several outputs."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._drawn: tuple[ImageArray, Sequence[Hand], ImageArray] | None = None

    def __call__(self, image: ImageArray, hands: Sequence[Hand]) -> ImageArray:
        """The frame with its hands drawn. Do not change the array that it returns."""
        if self._drawn is None or self._drawn[0] is not image or self._drawn[1] is not hands:
            self._drawn = image, hands, self._draw(image, hands)
        return self._drawn[2]
