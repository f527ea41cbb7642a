"""What is drawn for the golden pictures, by MediaPipe and by us: the same calls on either.

    python tests/compat/drawings.py FOLDER

on a Python that has mediapipe 0.10.21 records what it draws, as FOLDER/*.png, and what it plots, as
FOLDER/plot.json. Nothing of knuckle is needed for that.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SIZE = (240, 200)  # width, height

# The hand of samples/open_palm.jpg, roughly: x, y.
HAND = (
    (0.49, 0.86), (0.60, 0.80), (0.70, 0.70), (0.77, 0.61), (0.84, 0.54), (0.62, 0.52),
    (0.66, 0.37), (0.68, 0.27), (0.70, 0.18), (0.53, 0.49), (0.54, 0.31), (0.55, 0.20),
    (0.55, 0.10), (0.44, 0.51), (0.42, 0.34), (0.41, 0.24), (0.40, 0.14), (0.36, 0.56),
    (0.30, 0.44), (0.27, 0.37), (0.24, 0.30),
)  # fmt: skip


def landmark_list(mp: str, points: Any = HAND, **extra: Any) -> Any:
    """A NormalizedLandmarkList of the package named `mp`; extra: fields of its fifth point."""
    module = import_module(f"{mp}.framework.formats.landmark_pb2")
    found = module.NormalizedLandmarkList()
    for index, (x, y) in enumerate(points):
        found.landmark.add(x=x, y=y, z=index / 100, **(extra if index == 5 else {}))
    return found


def detection(mp: str, *, relative: bool = True) -> Any:
    """A Detection with a box and two key points."""
    module = import_module(f"{mp}.framework.formats.detection_pb2")
    data = import_module(f"{mp}.framework.formats.location_data_pb2").LocationData
    found = module.Detection(label=["palm"], score=[0.75])
    location = found.location_data
    location.format = data.RELATIVE_BOUNDING_BOX if relative else data.GLOBAL
    box = location.relative_bounding_box
    box.xmin, box.ymin, box.width, box.height = 0.2, 0.3, 0.5, 0.4
    location.relative_keypoints.add(x=0.3, y=0.4)
    location.relative_keypoints.add(x=0.6, y=0.9)
    return found


def blank() -> Any:
    """The picture to draw on."""
    return np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)


def draw_all(mp: str) -> dict[str, Any]:
    """Every golden picture by its name, BGR, drawn by the package named `mp`."""
    solutions = import_module(f"{mp}.python.solutions")
    utils, styles = solutions.drawing_utils, solutions.drawing_styles
    spec, lines = utils.DrawingSpec, solutions.hands.HAND_CONNECTIONS
    hand = landmark_list(mp)
    pictures = {name: blank() for name in ("default", "styled", "wide", "dots", "lines")}
    utils.draw_landmarks(pictures["default"], hand, lines)
    utils.draw_landmarks(
        pictures["styled"],
        hand,
        lines,
        styles.get_default_hand_landmarks_style(),
        styles.get_default_hand_connections_style(),
    )
    utils.draw_landmarks(
        pictures["wide"], hand, lines, spec((9, 99, 199), 1, 6), spec((250, 120, 10), 5)
    )
    utils.draw_landmarks(pictures["dots"], hand, None, spec((0, 255, 0), -1, 10))
    utils.draw_landmarks(pictures["lines"], hand, lines, None, spec((1, 2, 3), 1))
    pictures["border"] = blank()
    moved = landmark_list(mp, [(x + 0.3, y - 0.12) for x, y in HAND])
    utils.draw_landmarks(pictures["border"], moved, lines)
    pictures["hidden"] = blank()
    utils.draw_landmarks(pictures["hidden"], landmark_list(mp, visibility=0.2), lines)
    pictures["detection"] = blank()
    utils.draw_detection(pictures["detection"], detection(mp))
    pictures["axis"] = blank()
    turn = np.array([[0.8, -0.36, 0.48], [0.6, 0.48, -0.64], [0.0, 0.8, 0.6]])
    utils.draw_axis(
        pictures["axis"], turn, np.array([0.05, 0.02, -0.4]), (1.2, 1.5), axis_length=0.15
    )
    return pictures


def plot(mp: str) -> Any:
    """What is plotted of the hand: places and colours of dots and lines, and the view."""
    import_module("matplotlib").use("Agg")
    pyplot = import_module("matplotlib.pyplot")
    shown: list[Any] = []
    vars(pyplot)["show"] = lambda: shown.append(pyplot.gcf())
    solutions = import_module(f"{mp}.python.solutions")
    solutions.drawing_utils.plot_landmarks(
        landmark_list(mp, visibility=0.2), solutions.hands.HAND_CONNECTIONS, azimuth=20
    )
    [figure] = shown
    [axes] = figure.axes
    dots = [
        [*np.ravel(dot._offsets3d).tolist(), *dot.get_facecolor()[0][:3].tolist()]
        for dot in axes.collections
    ]
    lines = [np.ravel(line.get_data_3d()).tolist() for line in axes.lines]
    colours = sorted({str(line.get_color()) for line in axes.lines})
    widths = sorted({line.get_linewidth() for line in axes.lines})
    view = [axes.elev, axes.azim, *figure.get_size_inches().tolist()]
    pyplot.close(figure)
    return {
        "dots": sorted(dots),
        "lines": sorted(lines),
        "colours": colours,
        "widths": widths,
        "view": view,
    }


def main(folder: str) -> None:
    """Record what MediaPipe draws and plots."""
    for name, picture in draw_all("mediapipe").items():
        Image.fromarray(picture[..., ::-1]).save(Path(folder) / f"{name}.png", optimize=True)
    (Path(folder) / "plot.json").write_text(json.dumps(plot("mediapipe")))


if __name__ == "__main__":
    main(sys.argv[1])
