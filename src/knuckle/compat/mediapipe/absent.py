"""The parts of MediaPipe that are not about hands.

A program may import them, as most do at their top; whoever uses one is told in one sentence.
"""

from __future__ import annotations

from types import ModuleType
from typing import NoReturn

from .errors import Unavailable

# path -> how the names begin that MediaPipe has there, and knuckle does not
_NAMES = {
    "python.solutions.drawing_styles": ("get_default_",),
    "tasks.python.vision": (
        "FaceAligner",
        "FaceDetector",
        "FaceLandmark",
        "FaceStylizer",
        "GestureRecognizer",
        "HolisticLandmarker",
        "ImageClassifier",
        "ImageEmbedder",
        "ImageSegmenter",
        "InteractiveSegmenter",
        "ObjectDetector",
        "PoseLandmark",
    ),
    "tasks.python.vision.drawing_styles": ("get_default_",),
}
_SHORT = {"python.solutions": "mp.solutions", "tasks.python": "mp.tasks"}


class AbsentModule(ModuleType):
    """A module of MediaPipe whose names cannot be used. path: where it is below `mediapipe`."""

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, f"{part_of(path)} of MediaPipe, which knuckle does not have.")
        self._absent_path = path

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        raise Unavailable(_sentence(self._absent_path, name))


def refuse(path: str, name: str) -> NoReturn:
    """Say that a module at a path has no such name.

    Raises Unavailable for what MediaPipe has there, AttributeError for all else.
    """
    if name.startswith(_NAMES.get(path, ())):
        raise Unavailable(_sentence(path, name))
    raise AttributeError(f"module {part_of(path)!r} has no attribute {name!r}")


def _sentence(path: str, name: str) -> str:
    return (
        f"knuckle finds hands only, and {part_of(path)}.{name} does something else: "
        "that part of the program needs mediapipe itself"
    )


def part_of(path: str) -> str:
    """What programs call a path."""
    for start, short in _SHORT.items():
        if path == start or path.startswith(f"{start}."):
            return short + path.removeprefix(start)
    return f"mediapipe.{path}"
