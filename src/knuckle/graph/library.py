"""Graphs by name: those in the package, and those in the files beside a graph.

The files are in `files/`. A graph that others use as a node says its type; SUBGRAPHS has the types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from ..errors import GraphError
from .checking.problems import hint
from .config import GraphConfig, Node
from .texts.reading import LARGEST, read_graph

FOLDER = Path(__file__).parent / "files"
ENDINGS = (".pbtxt", ".binarypb")
Subgraphs = Mapping[str, GraphConfig | str]
_TYPE = re.compile(r'^\s*type\s*:\s*["\'](\w+)["\']', re.MULTILINE)


class GraphFile(NamedTuple):
    """A graph of the package.

    file: its name in the folder `files`. about: what it does, one sentence.
    """

    file: str
    about: str


# The programs first, then what they are made of.
GRAPHS = {
    "hand_tracking_desktop_live": GraphFile(
        "hand_tracking_desktop_live.pbtxt", "Tracks two hands in live pictures and draws them."
    ),
    "hand_tracking_desktop_live_gpu": GraphFile(
        "hand_tracking_desktop_live_gpu.pbtxt",
        "The same with the nodes for graphics cards, which run on the same code here.",
    ),
    "hand_tracking_desktop": GraphFile(
        "hand_tracking_desktop.pbtxt", "Tracks two hands in a video file and writes another."
    ),
    "hand_tracking_mobile": GraphFile(
        "hand_tracking_mobile.pbtxt",
        "Tracks any number of hands in live pictures; pictures that come too fast are left out.",
    ),
    "hand_detection_desktop": GraphFile(
        "hand_detection_desktop.pbtxt", "Finds palms in a video file and writes another."
    ),
    "hand_detection_desktop_live": GraphFile(
        "hand_detection_desktop_live.pbtxt", "Finds palms in live pictures and draws them."
    ),
    "hand_detection_mobile": GraphFile(
        "hand_detection_mobile.pbtxt",
        "Finds palms in live pictures; pictures that come too fast are left out.",
    ),
    "knuckle_tracking": GraphFile(
        "knuckle_tracking.pbtxt", "knuckle's own tracker: who is who, smoothing, when to search."
    ),
    "hand_landmark_tracking": GraphFile(
        "hand_landmark_tracking_cpu.pbtxt", "Follows hands from picture to picture."
    ),
    "hand_landmark_tracking_gpu": GraphFile(
        "hand_landmark_tracking_gpu.pbtxt", "The same with the nodes for graphics cards."
    ),
    "palm_detection": GraphFile("palm_detection_cpu.pbtxt", "Finds palms in a picture."),
    "hand_landmark": GraphFile(
        "hand_landmark_cpu.pbtxt", "Finds the landmarks of one hand in a region of a picture."
    ),
    "hand_renderer": GraphFile("hand_renderer.pbtxt", "Draws hands, palms and regions."),
}

# The types that nodes may name, and the graph in `files/` that does the work.
SUBGRAPHS = {
    "HandLandmarkCpu": "hand_landmark_cpu.pbtxt",
    "HandLandmarkGpu": "hand_landmark_gpu.pbtxt",
    "HandLandmarkLandmarksToRoi": "hand_landmark_landmarks_to_roi.pbtxt",
    "HandLandmarkModelLoader": "hand_landmark_model_loader.pbtxt",
    "HandLandmarkTrackingCpu": "hand_landmark_tracking_cpu.pbtxt",
    "HandLandmarkTrackingCpu2020": "hand_landmark_tracking_2020.pbtxt",
    "HandLandmarkTrackingCpuImage": "hand_landmark_tracking_cpu_image.pbtxt",
    "HandLandmarkTrackingGpu": "hand_landmark_tracking_gpu.pbtxt",
    "HandLandmarkTrackingGpuImage": "hand_landmark_tracking_gpu_image.pbtxt",
    "HandRendererSubgraph": "hand_renderer.pbtxt",
    "KnuckleTracking": "knuckle_tracking.pbtxt",
    "PalmDetectionCpu": "palm_detection_cpu.pbtxt",
    "PalmDetectionDetectionToRoi": "palm_detection_detection_to_roi.pbtxt",
    "PalmDetectionGpu": "palm_detection_gpu.pbtxt",
    "PalmDetectionModelLoader": "palm_detection_model_loader.pbtxt",
}

# For nodes with ports that a type of today lacks: the type that has what it had at first.
FORMER = {"HandLandmarkTrackingCpu": "HandLandmarkTrackingCpu2020"}


def load(graph: str | Path) -> GraphConfig:
    """A graph of the package by its name, or one from a file.

    The names are those of GRAPHS, and of the files in `files/` without their ending.
    Raises GraphError if there is neither, or if the file is no graph.
    """
    name = str(graph)
    if name in GRAPHS:
        return _packaged(GRAPHS[name].file)
    path = Path(graph)
    if path.is_file():
        return read_graph(path)
    if re.fullmatch(r"\w+", name) and (FOLDER / f"{name}.pbtxt").is_file():
        return _packaged(f"{name}.pbtxt")
    if path.suffix in ENDINGS or len(path.parts) > 1:
        if path.is_dir():
            raise GraphError(f'"{graph}" is a folder: name a file in it')
        raise GraphError(f'there is no graph file "{graph}": {_nearest_file(path)}')
    near = hint(name, GRAPHS)
    cure = near if near.endswith("?") else "`knuckle graph list` names those that there are"
    raise GraphError(f'there is no graph "{graph}", nor a file of this name: {cure}')


def _nearest_file(path: Path) -> str:
    try:
        beside = [
            str(one)
            for one in sorted(path.parent.iterdir())
            if one.suffix in ENDINGS and one.is_file()
        ]
    except OSError:
        return f'the folder "{path.parent}" does not exist'
    return hint(str(path), beside) if beside else f'no graph is in the folder "{path.parent}"'


@cache
def _packaged(file: str) -> GraphConfig:
    return read_graph(FOLDER / file)


def _unless_known(path: Path) -> GraphConfig:
    """The graph in a file, which is read only if it has changed since the last time."""
    try:
        stamp = path.stat()
    except OSError:
        return read_graph(path)  # which says what is wrong
    return _read_at(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=256)
def _read_at(path: Path, time: int, size: int) -> GraphConfig:
    return read_graph(path)


def finder(
    file: str, *, subgraphs: Subgraphs, calculators: Container[str]
) -> Callable[[Node], GraphConfig | None]:
    """A function that finds the graph that does the work of a node, None for a calculator.

    file: of the graph that has the nodes; the files beside it come before ours.
    subgraphs: come before everything. calculators: come before files.
    """
    beside: Mapping[str, tuple[Path, ...]] | None = None

    def find(node: Node) -> GraphConfig | None:
        nonlocal beside
        kind = node.calculator
        given = subgraphs.get(kind)
        if given is not None:
            return given if isinstance(given, GraphConfig) else load(given)
        if kind in calculators:
            return None
        if beside is None:
            beside = subgraphs_beside(file) if file else {}
        if kind in beside:
            return _fitting([_unless_known(path) for path in beside[kind]], node)
        kinds = [one for one in (kind, FORMER.get(kind)) if one in SUBGRAPHS]
        return _fitting([_packaged(SUBGRAPHS[one]) for one in kinds], node) if kinds else None

    return find


def _fitting(choices: list[GraphConfig], node: Node) -> GraphConfig:
    """The first graph that has all ports of the node, else the first."""

    def fits(graph: GraphConfig) -> bool:
        borders = (graph.inputs, graph.outputs, graph.side_inputs, graph.side_outputs)
        ends = (node.inputs, node.outputs, node.side_inputs, node.side_outputs)
        return all(
            {(c.tag, c.index) for c in end} <= {(c.tag, c.index) for c in border}
            for border, end in zip(borders, ends, strict=True)
        )

    return next(filter(fits, choices), choices[0])


def subgraphs_beside(file: str | Path) -> dict[str, tuple[Path, ...]]:
    """The files near a graph that define types for its nodes, by type.

    They are in its folder and the folder's `subgraphs`, or, in a copy of MediaPipe's tree, in the
    folders of `modules`. Nothing for a graph of the package.
    """
    path = Path(file).resolve()
    if path.parent == FOLDER.resolve():
        return {}
    found: dict[str, tuple[Path, ...]] = {}
    for folder in _folders(path.parent):
        here: dict[str, tuple[Path, ...]] = {}
        for one in sorted(folder.iterdir()) if folder.is_dir() else ():
            is_graph = one.suffix in ENDINGS and one != path and one.is_file()
            kind = _type_of(one) if is_graph else ""
            if kind:
                here[kind] = (*here.get(kind, ()), one)
        found = here | found
    return found


def _folders(folder: Path) -> Iterator[Path]:
    """Where subgraphs of a graph in this folder are looked for, the nearest first."""
    yield folder
    yield folder / "subgraphs"
    if folder.name == "subgraphs":
        yield folder.parent
    root = next((one for one in (folder, *folder.parents) if one.name == "mediapipe"), None)
    if root is not None and (root / "modules").is_dir():
        yield from sorted(one for one in (root / "modules").iterdir() if one.is_dir())


def _type_of(path: Path) -> str:
    """The type that a file defines, without reading all of it if it is a text; "" if none."""
    if path.suffix == ".pbtxt":
        try:
            with path.open(encoding="utf-8", errors="replace") as text:
                match = _TYPE.search(text.read(LARGEST))
        except OSError:
            return ""
        return match[1] if match else ""
    try:
        return _unless_known(path).type
    except GraphError:
        return ""
