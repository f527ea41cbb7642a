"""Draws the map of ARCHITECTURE.md from the imports of the package.

    python docs/architecture_map.py             writes docs/images/architecture.svg
    python docs/architecture_map.py --check     fails if the map is not that of today's imports

A room stands above all that it imports. An arrow that follows from others is left out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

sys.path.insert(0, str(Path(__file__).parent.parent))
from docs.imports import imported_parts, part_of, sources

ROOT = Path(__file__).parent.parent
MAP = ROOT / "docs" / "images" / "architecture.svg"

GROUND = (
    "spec",
    "errors",
    "extras",
    "values",
    "checks",
    "closing",
    "fitted",
)  # one box: everybody has them
ABOUT = {
    "ground": "values, numbers of MediaPipe,\nerrors, checks",
    "geometry": "cameras, poses, ROIs,\nboxes, assignment",
    "networks": "the table of models,\nengines, files",
    "stages": "anchors, palms, NMS, warp,\nlandmarks, confidence",
    "pictures": "detector, high effort, tiles",
    "streams": "step, tracks, search,\nsmoothing, whole clips",
    "options": "every option, described once",
    "api": "detect, Detector,\nTracker, track_clip",
    "io": "pictures, videos, cameras in;\ntables, pictures, videos out",
    "render": "hands onto pixels",
    "outputs": "open_sink: what goes where",
    "messages": "MediaPipe's messages,\nas tables",
    "graph": "graphs: read, checked,\nrun, drawn",
    "compat": "MediaPipe's interfaces",
    "evaluate": "data sets, metrics,\nreport, peers",
    "batch": "many clips to tables, on this\nmachine or a cluster",
    "serve": "hands over HTTP, for pages\nand programs",
    "window": "cameras and clips\non the desktop",
    "cli": "the command",
}
# Where a box stands from left to right; how high follows from the imports.
COLUMNS = {
    "ground": -0.5,
    "geometry": 0,
    "networks": -1,
    "stages": -1,
    "pictures": -1,
    "streams": -1,
    "options": -1,
    "api": -1,
    "io": 0,
    "render": 2,
    "outputs": 1,
    "messages": 3,
    "graph": 3,
    "compat": 3,
    "evaluate": 0,
    "batch": 3,
    "serve": 2,
    "window": 1,
    "cli": 1,
}
WIDTH, HEIGHT = 2.5, 0.86  # of a box, inches
ACROSS, UP = 2.9, 1.25  # from one box to the next, inches

Graph = dict[str, set[str]]


def room_of(name: str) -> str:
    """The box that a part of the package is in."""
    return "ground" if name in GROUND else name


def rooms() -> Graph:
    """Each room with those that it imports."""
    graph: Graph = {}
    for path in sources():
        room = room_of(part_of(path))
        if room in ABOUT:
            others = {room_of(part) for part in imported_parts(path)} & set(ABOUT)
            graph.setdefault(room, set()).update(others - {room})
    return graph


def heights(graph: Mapping[str, set[str]]) -> dict[str, int]:
    """The longest way from each room down to the ground."""
    found: dict[str, int] = {}

    def height(room: str) -> int:
        if room not in found:
            found[room] = 1 + max(map(height, sorted(graph[room])), default=-1)
        return found[room]

    for room in graph:
        height(room)
    return found


def without_shortcuts(graph: Mapping[str, set[str]]) -> Graph:
    """The arrows that do not follow from others."""

    def reached(room: str) -> set[str]:
        return graph[room].union(*map(reached, graph[room])) if graph[room] else set()

    return {
        room: others - set().union(*map(reached, others)) if others else set()
        for room, others in graph.items()
    }


def places(graph: Mapping[str, set[str]]) -> dict[str, tuple[float, float]]:
    """The middle of each box, inches."""
    return {room: (COLUMNS[room] * ACROSS, height * UP) for room, height in heights(graph).items()}


def drawn() -> str:
    """The map as SVG, the same text for the same imports."""
    graph, text = rooms(), StringIO()
    spots = places(graph)
    left, right = (end(x for x, _ in spots.values()) for end in (min, max))
    high = max(y for _, y in spots.values()) + UP
    matplotlib.rcParams["svg.hashsalt"] = "knuckle"
    figure = Figure((right - left + ACROSS, high))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(left - ACROSS / 2, right + ACROSS / 2)
    axes.set_ylim(-UP / 2, high - UP / 2)
    axes.axis("off")
    for room, others in without_shortcuts(graph).items():
        for other in sorted(others):
            (x0, y0), (x1, y1) = spots[room], spots[other]
            start, end = (x0, y0 - HEIGHT / 2), (x1, y1 + HEIGHT / 2)
            axes.add_patch(
                FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color="#7a8aa0")
            )
    for room, (x, y) in spots.items():
        corner = (x - WIDTH / 2, y - HEIGHT / 2)
        style = "round,pad=0,rounding_size=0.08"
        axes.add_patch(
            FancyBboxPatch(corner, WIDTH, HEIGHT, style, facecolor="#eef3fa", edgecolor="#35506e")
        )
        axes.text(x, y + 0.22, room, ha="center", va="center", weight="bold", color="#1c2b3a")
        axes.text(x, y - 0.14, ABOUT[room], ha="center", va="center", size=8, color="#35506e")
    figure.patch.set_facecolor("white")
    figure.savefig(
        text,
        format="svg",
        metadata={"Date": None, "Creator": None, "Description": described(graph)},
    )
    return text.getvalue()


def described(graph: Mapping[str, set[str]]) -> str:
    """The arrows as words, which the map carries in its description."""
    arrows = without_shortcuts(graph)
    return "; ".join(f"{room} on {', '.join(sorted(arrows[room]))}" for room in sorted(arrows))


def is_current() -> bool:
    """Whether the map on disk has today's arrows. Fonts and versions of matplotlib do not count."""
    return described(rooms()) in MAP.read_text(encoding="utf-8")


def main() -> int:
    """Draw the map, or check it; returns the exit status."""
    parser = argparse.ArgumentParser(description="Draw the map of ARCHITECTURE.md.")
    parser.add_argument("--check", action="store_true", help="only check that the map is current")
    if not parser.parse_args().check:
        MAP.write_text(drawn(), encoding="utf-8")
    elif not is_current():
        print(f"{MAP} is not current: run python docs/architecture_map.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
